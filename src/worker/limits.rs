//! What the operating system holds a worker to.

use std::process::Command;

/// Limits this process's memory to about `bytes` (its address space): an allocation
/// beyond it fails and ends the process. Unix only; elsewhere nothing happens, and the
/// limit of time is the only one.
pub(super) fn limit_memory(bytes: u64) {
    #[cfg(all(unix, not(target_vendor = "apple")))]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let hard = getrlimit(Resource::As).maximum;
        let limit = Rlimit {
            current: Some(hard.map_or(bytes, |hard| hard.min(bytes))),
            maximum: hard,
        };
        // Best effort: a system that refuses leaves the worker as it was.
        let _ = setrlimit(Resource::As, limit);
    }
    #[cfg(not(all(unix, not(target_vendor = "apple"))))]
    let _ = bytes;
}

/// Keeps Ctrl-C from a process: what that means, the one that started it decides.
pub(crate) fn apart(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(windows)]
    {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
    }
    #[cfg(not(any(unix, windows)))]
    let _ = command;
}

/// Ctrl-C on a terminal reaches every process there that is not [`apart`]; the parent decides what to do.
pub(super) fn leave_signals_to_the_parent() {
    // Fails only where there is a handler already.
    let _ = ctrlc::set_handler(|| ());
}

//! Ctrl-C, and a system that asks a program to end.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// The exit code of a run that was interrupted.
pub const INTERRUPTED: u8 = 130;

/// What ends a run before its time: see [`on_interrupt`] for a batch. A single document has
/// nothing to finish first, so that Ctrl-C ends the process as it ends others.
pub(super) fn stop_of(is_batch: bool) -> &'static AtomicBool {
    static NEVER: AtomicBool = AtomicBool::new(false);
    if is_batch { on_interrupt() } else { &NEVER }
}

/// From now on the first Ctrl-C (or `SIGTERM`, `SIGHUP`) sets the returned flag, the second
/// ends the process at once; nothing is left half even then.
pub fn on_interrupt() -> &'static AtomicBool {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        // Fails only where there is a handler already.
        let _ = ctrlc::set_handler(|| {
            if ASKED.fetch_add(1, Ordering::Relaxed) > 0 {
                std::process::exit(i32::from(INTERRUPTED));
            }
            STOP.store(true, Ordering::Relaxed);
            eprintln!("\nstopping: what is in hand is finished; once more ends at once");
        });
    });
    &STOP
}

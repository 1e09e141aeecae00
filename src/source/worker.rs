//! Other processes: the program itself, started again for parsers that may hang or
//! exhaust memory, and the OCR engine. Each has a time limit and, on Unix, limits of
//! memory and processor time; none outlives the one that started it.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

/// How to start this program as a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worker {
    /// The `klartext` program.
    pub program: PathBuf,
}

static ENABLED: OnceLock<Option<Worker>> = OnceLock::new();

/// What a worker is asked to do, as its arguments say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Parse the PDF on standard input and write what is in it to standard output.
    Pdf,
    /// Become another program.
    Run(Vec<std::ffi::OsString>),
}

/// What a process may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) time: Duration,
    /// Processor time, where the system can limit that; in whole seconds.
    pub(super) processor: Duration,
    /// Bytes of data.
    pub(super) memory: u64,
    /// Bytes on standard output.
    pub(super) output: u64,
}

/// How a process ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) output: Vec<u8>,
    /// What it said on standard error, its end.
    pub(super) said: String,
}

/// Why there is no result.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started.
    Start(io::Error),
    /// It took too long.
    Time,
    /// It wrote too much.
    Output,
}

impl Worker {
    /// The program that is running, as its own worker; `None` where the system does
    /// not say which that is.
    pub fn this_program() -> Option<Worker> {
        let program = std::env::current_exe().ok()?;
        Some(Worker { program })
    }

    /// Lets this program be its own worker. For programs that answer the command line
    /// `pdf-worker MEMORY SECONDS TASK` by [`serve`], as `klartext` does, to say first.
    pub fn enable() {
        // A second call changes nothing.
        let _ = ENABLED.set(Worker::this_program());
    }

    /// The worker that was enabled, if one was.
    pub fn enabled() -> Option<Worker> {
        ENABLED.get().cloned().flatten()
    }

    /// The command that parses a PDF.
    pub(super) fn pdf(&self, limits: &Limits) -> Command {
        let mut command = self.limited(limits);
        command.arg("pdf");
        command
    }

    /// The command that runs another under the limits; where the system knows no such
    /// limits, the other itself.
    pub(super) fn wrap(&self, program: &Command, limits: &Limits) -> Command {
        let mut command = self.limited(limits);
        command.arg("run").arg(program.get_program());
        command.args(program.get_args());
        for (key, value) in program.get_envs() {
            if let Some(value) = value {
                command.env(key, value);
            }
        }
        command
    }

    fn limited(&self, limits: &Limits) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("pdf-worker")
            .arg(limits.memory.to_string())
            .arg(limits.processor.as_secs().max(1).to_string());
        command
    }
}

/// The exit code of a worker that could not do what it was asked to: start the other
/// program, read or write.
pub const NOT_STARTED: u8 = 127;

/// Runs a command, feeds it and collects what it writes.
pub(super) fn run(mut command: Command, input: &[u8], limits: &Limits) -> Result<Ended, Failure> {
    /// As much of what it says as anyone reads.
    const SAID: u64 = 64 << 10;
    let deadline = Instant::now() + limits.time;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Of its own group, so that whatever it starts can be ended with it, and Ctrl-C is not its own.
    crate::worker::apart(&mut command);
    let mut child = Guard(command.spawn().map_err(Failure::Start)?);
    let (stdin, stdout, stderr) = (
        child.0.stdin.take(),
        child.0.stdout.take(),
        child.0.stderr.take(),
    );
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        scope.spawn(move || {
            // One that ends before it has read all says why itself.
            let _ = stdin.map(|mut pipe| pipe.write_all(input));
        });
        let said = scope.spawn(move || stderr.map(|pipe| drained(pipe, SAID)).unwrap_or_default());
        let most = limits.output;
        scope.spawn(move || {
            let mut output = Vec::new();
            if let Some(pipe) = stdout {
                let _ = pipe.take(most + 1).read_to_end(&mut output);
            }
            // The receiver leaves where time is up.
            let _ = sender.send(output);
        });
        let left = deadline.saturating_duration_since(Instant::now());
        let output = receiver.recv_timeout(left).map_err(|_| {
            child.kill();
            Failure::Time
        })?;
        if output.len() as u64 > most {
            child.kill();
            return Err(Failure::Output);
        }
        let status = child.wait_until(deadline)?;
        let said = said.join().unwrap_or_default();
        Ok(Ended {
            status,
            output,
            said: String::from_utf8_lossy(&said).trim().to_owned(),
        })
    })
}

/// Whether a process was ended for the processor time that it took.
#[cfg(unix)]
pub(super) fn was_out_of_time(status: ExitStatus) -> bool {
    use rustix::process::Signal;
    // Where the soft limit is the hard one, it is killed without a warning.
    let ends = [Signal::KILL, Signal::XCPU].map(Signal::as_raw);
    std::os::unix::process::ExitStatusExt::signal(&status).is_some_and(|s| ends.contains(&s))
}

#[cfg(not(unix))]
pub(super) fn was_out_of_time(_status: ExitStatus) -> bool {
    false
}

/// Reads to the end and keeps the first bytes: a full pipe would stop the writer.
fn drained(mut pipe: impl Read, keep: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    let _ = pipe.by_ref().take(keep).read_to_end(&mut kept);
    let _ = io::copy(&mut pipe, &mut io::sink());
    kept
}

/// A child that is ended with whoever holds it, and all that it started with it: an
/// engine may be a script around the program that works.
struct Guard(Child);

impl Guard {
    fn kill(&mut self) {
        // Each may have ended by itself.
        end_family(&self.0);
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// A child that has closed its output ends at once, or is stuck.
    fn wait_until(&mut self, deadline: Instant) -> Result<ExitStatus, Failure> {
        /// Short beside starting a process.
        const PAUSE: Duration = Duration::from_millis(2);
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(PAUSE),
                Ok(None) => return Err(Failure::Time),
                Err(error) => return Err(Failure::Start(error)),
            }
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        match self.0.try_wait() {
            // What it left behind is in its group still.
            #[cfg(unix)]
            Ok(Some(_)) => end_family(&self.0),
            #[cfg(not(unix))]
            Ok(Some(_)) => {}
            _ => self.kill(),
        }
    }
}

/// Ends the process group of a child, which [`run`] gave it.
#[cfg(unix)]
fn end_family(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
}

/// Ends a child with its children. Windows has no groups that end together; its own
/// program knows who started whom.
#[cfg(windows)]
fn end_family(child: &Child) {
    let mut command = Command::new("taskkill");
    command.args(["/F", "/T", "/PID", &child.id().to_string()]);
    let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(not(any(unix, windows)))]
fn end_family(_child: &Child) {}

/// Does what a worker is asked to, under limits of memory (bytes) and processor time
/// (seconds). What goes wrong is for the one that started it: as exit code
/// [`NOT_STARTED`], with the reason on standard error.
///
/// # Errors
/// Standard input or output is gone, or the other program cannot be started.
pub fn serve(task: &Task, memory: u64, seconds: u64) -> io::Result<()> {
    limit(memory, seconds)?;
    match task {
        Task::Pdf => {
            // Without the trace that some environments ask for: finding its names takes
            // seconds and memory that are meant for the parser.
            std::panic::set_hook(Box::new(|panic| anstream::eprintln!("{panic}")));
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes)?;
            let reply = super::pdf::reply(bytes);
            let mut out = io::stdout().lock();
            serde_json::to_writer(&mut out, &reply)?;
            out.flush()
        }
        Task::Run(arguments) => become_another(arguments),
    }
}

#[cfg(unix)]
fn become_another(arguments: &[std::ffi::OsString]) -> io::Result<()> {
    use std::os::unix::process::CommandExt;
    let [program, rest @ ..] = arguments else {
        return Ok(());
    };
    Err(Command::new(program).args(rest).exec())
}

#[cfg(not(unix))]
fn become_another(arguments: &[std::ffi::OsString]) -> io::Result<()> {
    let [program, rest @ ..] = arguments else {
        return Ok(());
    };
    Command::new(program).args(rest).status().map(drop)
}

/// Sets the limits of this process, and that it ends with the one that started it.
#[cfg(unix)]
fn limit(memory: u64, seconds: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    for (resource, most) in [
        (Resource::Data, memory),
        // Mapped files and the stacks count here too.
        (Resource::As, memory.saturating_mul(4)),
        (Resource::Cpu, seconds),
    ] {
        let allowed = getrlimit(resource).maximum;
        let most = allowed.map_or(most, |allowed| allowed.min(most));
        let limits = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limits)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn limit(_memory: u64, _seconds: u64) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
pub(super) mod tests {
    use super::*;

    fn limits(millis: u64) -> Limits {
        Limits {
            time: Duration::from_millis(millis),
            processor: Duration::from_secs(60),
            memory: 1 << 30,
            output: 1 << 20,
        }
    }

    #[test]
    fn a_process_is_fed_and_heard() {
        let input = vec![b'x'; 300_000];
        let ended = run(Command::new("cat"), &input, &limits(20_000)).unwrap();
        assert!(ended.status.success());
        assert_eq!(ended.output, input);
    }

    #[test]
    fn one_that_hangs_is_ended() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let started = Instant::now();
        assert!(matches!(
            run(command, b"", &limits(100)),
            Err(Failure::Time)
        ));
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    /// An engine may be a script; what it started holds the pipes open.
    #[test]
    fn children_of_children_are_ended_too() {
        let dir = tempfile::TempDir::new().unwrap();
        let file = dir.path().join("pid");
        let script = format!("sleep 60 & echo $! > '{}'; wait", file.display());
        for (script, ends) in [
            (script.clone(), false),
            (script.replace("; wait", ""), true),
        ] {
            let mut command = Command::new("sh");
            command.args(["-c", &script]);
            let started = Instant::now();
            // One that ends and leaves its output open is waited for no longer.
            let outcome = run(command, b"", &limits(500));
            assert!(matches!(outcome, Err(Failure::Time)), "{ends}");
            assert!(started.elapsed() < Duration::from_secs(30));
            assert!(is_gone(&file));
        }
        let mut command = Command::new("sh");
        let quiet = script.replace("sleep 60 &", "sleep 60 <&- >&- 2>&- &");
        command.args(["-c", &quiet.replace("; wait", "")]);
        assert!(run(command, b"", &limits(20_000)).unwrap().status.success());
        assert!(is_gone(&file));
    }

    /// Whether the process whose number a file holds is no more, or soon.
    pub(in crate::source) fn is_gone(file: &std::path::Path) -> bool {
        let number: i32 = std::fs::read_to_string(file)
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        let process = rustix::process::Pid::from_raw(number).unwrap();
        // One that nobody asks after stays in the list, as a zombie.
        let is_zombie = || {
            let state = std::fs::read_to_string(format!("/proc/{number}/stat"));
            state.is_ok_and(|state| state.contains(") Z"))
        };
        (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            rustix::process::test_kill_process(process).is_err() || is_zombie()
        })
    }

    #[test]
    fn one_that_writes_without_end_is_ended() {
        let mut command = Command::new("yes");
        command.arg("on and on");
        assert!(matches!(
            run(command, b"", &limits(60_000)),
            Err(Failure::Output)
        ));
    }
}

//! The parent's side: starting workers, asking them, burying them.

use std::ffi::OsString;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::serve::PANIC;
use super::{Failure, frames};

/// How workers of one kind are started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program; without one, this very binary.
    pub program: Option<PathBuf>,
    /// The task's name, see `commands::worker`.
    pub task: &'static str,
    /// What the task's setup is given.
    pub setup: Vec<u8>,
    /// The most memory a worker may take, in bytes.
    pub memory: Option<u64>,
}

/// One worker process.
#[derive(Debug)]
pub struct Worker {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    watched: Arc<Watched>,
    last_words: Option<JoinHandle<String>>,
}

/// What the watchdog looks at.
#[derive(Debug)]
struct Watched {
    child: Mutex<Child>,
    /// When the present request must be answered, and whether it was not.
    deadline: Mutex<(Option<Instant>, bool)>,
}

/// How often the watchdog looks.
const PERIOD: Duration = Duration::from_millis(20);

/// How much of a worker's standard error is kept, in bytes.
const LAST_WORDS: usize = 4096;

impl Worker {
    /// Starts a worker and sends it its setup.
    ///
    /// # Errors
    /// [`Failure::NotStarted`].
    pub fn start(launch: &Launch) -> Result<Worker, Failure> {
        let mut child = command(launch)
            .and_then(|mut command| command.spawn())
            .map_err(Failure::NotStarted)?;
        let (Some(mut input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Failure::NotStarted(io::ErrorKind::BrokenPipe.into()));
        };
        let watched = Arc::new(Watched {
            child: Mutex::new(child),
            deadline: Mutex::new((None, false)),
        });
        let for_watchdog = Arc::downgrade(&watched);
        std::thread::spawn(move || watch(&for_watchdog));
        let last_words = Some(std::thread::spawn(move || tail(errors)));
        // A child that dies at once is found dead by the first request.
        let _ = frames::write(&mut input, &[&launch.setup]);
        Ok(Worker {
            input,
            output: BufReader::with_capacity(1 << 16, output),
            watched,
            last_words,
        })
    }

    /// Gives the worker a request and waits for its response, at most `time`. After any
    /// failure but [`Failure::Panicked`] the worker is dead.
    ///
    /// # Errors
    /// How it failed.
    pub fn ask(&mut self, request: &[u8], time: Option<Duration>) -> Result<Vec<u8>, Failure> {
        *lock(&self.watched.deadline) = (time.map(|time| Instant::now() + time), false);
        let response = frames::write(&mut self.input, &[request])
            .and_then(|()| frames::read(&mut self.output));
        let (_, expired) = std::mem::take(&mut *lock(&self.watched.deadline));
        match (response, time) {
            (Ok(Some(mut response)), _) if !response.is_empty() => {
                if response.remove(0) == PANIC {
                    let said = String::from_utf8_lossy(&response).into_owned();
                    return Err(Failure::Panicked(said));
                }
                Ok(response)
            }
            (_, Some(time)) if expired => {
                self.bury();
                Err(Failure::TimedOut(time))
            }
            _ => Err(self.bury()),
        }
    }

    /// Waits for the process's end (it is dead, or made so) and tells its cause.
    fn bury(&mut self) -> Failure {
        let status = {
            let mut child = lock(&self.watched.child);
            // One that still works has lost its pipe: nothing else to wait for. A
            // moment's patience lets one that is dying say its own last words.
            let until = Instant::now() + Duration::from_secs(2);
            loop {
                match child.try_wait() {
                    Ok(None) if Instant::now() < until => std::thread::sleep(PERIOD / 10),
                    Ok(None) => {
                        let _ = child.kill();
                        break child.wait().ok();
                    }
                    Ok(status) => break status,
                    Err(_) => break None,
                }
            }
        };
        let said = self.last_words.take().and_then(|thread| thread.join().ok());
        Failure::of_the_dead(status, &said.unwrap_or_default())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut child = lock(&self.watched.child);
        // It has nothing in hand: every request was answered or its worker buried.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Workers of one kind, as many as are asked at once; those that die are replaced.
#[derive(Debug)]
pub struct Pool {
    launch: Launch,
    idle: Mutex<Vec<Worker>>,
}

impl Pool {
    /// A pool without any worker yet.
    pub fn new(launch: Launch) -> Pool {
        Pool {
            launch,
            idle: Mutex::default(),
        }
    }

    /// Gives a request to an idle worker, or starts one; see [`Worker::ask`].
    ///
    /// # Errors
    /// How the worker failed.
    pub fn ask(&self, request: &[u8], time: Option<Duration>) -> Result<Vec<u8>, Failure> {
        let idle = lock(&self.idle).pop();
        let mut worker = match idle {
            Some(worker) => worker,
            None => Worker::start(&self.launch)?,
        };
        let outcome = worker.ask(request, time);
        if matches!(outcome, Ok(_) | Err(Failure::Panicked(_))) {
            lock(&self.idle).push(worker);
        }
        outcome
    }

    /// The most memory a worker may take, in bytes.
    pub fn memory(&self) -> Option<u64> {
        self.launch.memory
    }
}

fn command(launch: &Launch) -> io::Result<Command> {
    let program = match &launch.program {
        Some(program) => program.clone().into_os_string(),
        None => this_binary()?,
    };
    let mut command = Command::new(program);
    command.args(["worker", launch.task]);
    if let Some(bytes) = launch.memory {
        command.arg(format!("--memory={bytes}"));
    }
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    super::apart(&mut command);
    Ok(command)
}

/// The running program's file. On Linux by the kernel's own link, which stays right
/// where the file is replaced by a newer version meanwhile.
fn this_binary() -> io::Result<OsString> {
    if cfg!(target_os = "linux") && std::path::Path::new("/proc/self/exe").exists() {
        return Ok("/proc/self/exe".into());
    }
    std::env::current_exe().map(PathBuf::into_os_string)
}

/// Stops a worker whose time is up, until there is none to watch.
fn watch(watched: &Weak<Watched>) {
    while let Some(watched) = watched.upgrade() {
        {
            let mut deadline = lock(&watched.deadline);
            if deadline.0.is_some_and(|at| Instant::now() >= at) {
                *deadline = (None, true);
                let _ = lock(&watched.child).kill();
            }
        }
        drop(watched);
        std::thread::sleep(PERIOD);
    }
}

/// Reads to the end and keeps the last of it.
fn tail(mut from: impl Read) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 1024];
    while let Ok(read @ 1..) = from.read(&mut chunk) {
        kept.extend(&chunk[..read]);
        let excess = kept.len().saturating_sub(LAST_WORDS);
        kept.drain(..excess);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// A lock whatever became of the thread that held it: the data are plain values.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The child's side: answering requests until the parent is gone.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use super::frames;
use super::guard::guarded;
use super::limits::{leave_signals_to_the_parent, limit_memory};

/// The first byte of a response.
pub(super) const ANSWER: u8 = 0;
/// What follows is what a panic said.
pub(super) const PANIC: u8 = 1;

static IS_WORKER: AtomicBool = AtomicBool::new(false);

/// Whether this process is a worker, so that there is a wall around it already.
pub fn is_worker() -> bool {
    IS_WORKER.load(Ordering::Relaxed)
}

/// Answers requests from standard input on standard output until it closes. The first
/// frame goes to `setup`, which makes the handler of all others. A panic in either is
/// answered as such. `memory` limits this process, in bytes.
///
/// # Errors
/// The parent has gone in the middle of a response.
pub fn serve<H>(memory: Option<u64>, setup: impl FnOnce(&[u8]) -> H) -> io::Result<()>
where
    H: FnMut(&[u8]) -> Vec<u8>,
{
    IS_WORKER.store(true, Ordering::Relaxed);
    leave_signals_to_the_parent();
    if let Some(bytes) = memory {
        limit_memory(bytes);
    }
    let requests = requests();
    let mut out = responses()?;
    let Ok(first) = requests.recv() else {
        return Ok(());
    };
    let mut handler = guarded(|| setup(&first));
    for request in requests {
        let answered = match &mut handler {
            Ok(handler) => guarded(|| handler(&request)),
            Err(said) => Err(said.clone()),
        };
        match answered {
            Ok(response) => frames::write(&mut out, &[&[ANSWER], &response])?,
            Err(said) => frames::write(&mut out, &[&[PANIC], said.as_bytes()])?,
        }
    }
    Ok(())
}

/// Where responses go. What a library prints goes to standard error instead, where it is no
/// part of a response.
#[cfg(unix)]
fn responses() -> io::Result<impl io::Write> {
    let out = rustix::io::dup(rustix::stdio::stdout())?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(std::fs::File::from(out))
}

/// Where responses go.
#[cfg(not(unix))]
fn responses() -> io::Result<impl io::Write> {
    Ok(io::stdout().lock())
}

/// Requests as they come. A parent that dies closes the pipe: then this process ends at
/// once, whatever it is at, so that no stuck one is left behind.
fn requests() -> std::sync::mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = sync_channel(1);
    std::thread::spawn(move || {
        let mut input = io::BufReader::with_capacity(1 << 16, io::stdin().lock());
        while let Ok(Some(frame)) = frames::read(&mut input) {
            if sender.send(frame).is_err() {
                break;
            }
        }
        // The parent waits for every response before it closes.
        std::process::exit(0);
    });
    receiver
}

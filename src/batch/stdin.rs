//! Standard input that a stop ends.

use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::interrupt::on_interrupt;

/// How much is taken at once, in bytes.
const CHUNK: usize = 1 << 16;

/// How often a reader that waits looks whether it is to stop.
const PERIOD: Duration = Duration::from_millis(50);

/// Standard input, read by a thread of its own: whoever waits for the next byte does so in
/// vain when the run is interrupted, and is told that there is none.
#[derive(Debug)]
pub struct Input {
    chunks: Receiver<io::Result<Vec<u8>>>,
    /// What was received and not read yet.
    chunk: Vec<u8>,
    at: usize,
}

impl Input {
    /// Begins to read. What another reader of standard input has buffered is lost to this one.
    pub fn new() -> Input {
        let (sender, chunks) = sync_channel(1);
        // Not waited for: it may hang in the system's call until the process ends.
        std::thread::spawn(move || {
            let mut input = io::stdin().lock();
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = input.read(&mut chunk).map(|length| {
                    chunk.truncate(length);
                    chunk
                });
                let is_last = !matches!(&read, Ok(chunk) if !chunk.is_empty());
                if sender.send(read).is_err() || is_last {
                    return;
                }
            }
        });
        Input {
            chunks,
            chunk: Vec::new(),
            at: 0,
        }
    }
}

impl Default for Input {
    fn default() -> Self {
        Input::new()
    }
}

impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            if on_interrupt().load(Ordering::Relaxed) {
                return Ok(0);
            }
            match self.chunks.recv_timeout(PERIOD) {
                Ok(chunk) => (self.chunk, self.at) = (chunk?, 0),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
            if self.chunk.is_empty() {
                return Ok(0);
            }
        }
        let read = (&self.chunk[self.at..]).read(into)?;
        self.at += read;
        Ok(read)
    }
}

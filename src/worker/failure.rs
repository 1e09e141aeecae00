//! What can become of a worker.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::error::ErrorKind;

/// Why a worker gave no response.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It took longer than it was given; it was stopped.
    #[error("it took more than {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// It asked for more memory than it was given.
    #[error("it ran out of memory")]
    OutOfMemory,
    /// It ran out of stack.
    #[error("it overflowed the stack")]
    StackOverflow,
    /// It panicked, and lives.
    #[error("{0}")]
    Panicked(String),
    /// It ended, for no reason known.
    #[error("{0}")]
    Crashed(String),
    /// It could not be started.
    #[error("a worker process cannot be started ({0})")]
    NotStarted(io::Error),
}

impl Failure {
    /// What a dead process tells: how it ended, and its last words.
    pub(super) fn of_the_dead(status: Option<ExitStatus>, last_words: &str) -> Failure {
        // Both are what Rust's runtime prints before it aborts.
        if last_words.contains("has overflowed its stack") {
            return Failure::StackOverflow;
        }
        let starved = [
            "memory allocation of",
            "out of memory",
            "Cannot allocate memory",
        ];
        if starved.iter().any(|said| last_words.contains(said)) {
            return Failure::OutOfMemory;
        }
        let status = status.map_or_else(|| "it ended".to_owned(), |status| status.to_string());
        let said = last_words
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty());
        Failure::Crashed(match said {
            Some(said) => format!("{status}: {said}"),
            None => status,
        })
    }

    /// As a document's failure. `memory` is the limit the worker had, in bytes.
    pub fn kind(self, memory: Option<u64>) -> ErrorKind {
        match self {
            Failure::TimedOut(limit) => ErrorKind::TimedOut(limit),
            Failure::OutOfMemory => ErrorKind::OutOfMemory { limit: memory },
            Failure::StackOverflow => ErrorKind::StackOverflow,
            Failure::Panicked(message) => ErrorKind::Internal(message),
            Failure::Crashed(message) => ErrorKind::Crashed(message),
            Failure::NotStarted(error) => ErrorKind::NoWorker(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_tell_the_cause() {
        let overflow = "\nthread 'main' (7) has overflowed its stack\nfatal runtime error";
        let dead = Failure::of_the_dead(None, overflow);
        assert!(matches!(dead, Failure::StackOverflow));
        let starved = Failure::of_the_dead(None, "memory allocation of 99 bytes failed");
        assert!(matches!(starved, Failure::OutOfMemory));
        let other = Failure::of_the_dead(None, "\n  some library gave up\n");
        assert_eq!(other.to_string(), "it ended: some library gave up");
    }
}

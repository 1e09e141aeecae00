//! Documents side by side in this process, results in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::engine::{Event, Layout, Window, each};
use super::interrupt::stop_of;
use super::progress::{Progress, Volume};
use super::{Document, Inputs};
use crate::error::{Error, ErrorKind};

/// How a run went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Documents done.
    pub done: usize,
    /// Documents, or parts of the input, that failed.
    pub failed: usize,
    /// Whether it was ended before its time.
    pub interrupted: bool,
}

/// What comes of documents that are printed, shown as it comes.
pub(super) struct Count<'p> {
    progress: &'p Progress,
    outcome: Outcome,
}

impl<'p> Count<'p> {
    pub(super) fn new(progress: &'p Progress) -> Count<'p> {
        Count {
            progress,
            outcome: Outcome::default(),
        }
    }

    pub(super) fn done(&mut self) {
        self.outcome.done += 1;
        self.progress.step(false);
    }

    pub(super) fn failed(&mut self, error: &Error) {
        self.outcome.failed += 1;
        self.progress.step(true);
        self.progress.print(|| report(error));
    }

    /// Ends it, with a summary where `summary` has what was skipped and since when it ran.
    pub(super) fn end(self, stop: &AtomicBool, summary: Option<(&str, Instant)>) -> Outcome {
        self.progress.end();
        let outcome = Outcome {
            interrupted: stop.load(Ordering::Relaxed),
            ..self.outcome
        };
        if let Some((skipped, started)) = summary {
            summarize(&outcome, skipped, started.elapsed());
        }
        outcome
    }
}

/// Gives every document to `work` on `threads` threads (all cores where 0) and its
/// result to `put` in the order of the inputs. A failure, a panic inside `work`
/// included, is reported on standard error and stops nothing else.
///
/// # Errors
/// What `put` returns: the output is gone.
pub fn run(
    inputs: Inputs,
    threads: usize,
    volume: Volume,
    work: impl Fn(&Document) -> Result<String, Error> + Sync,
    mut put: impl FnMut(&str) -> Result<(), Error>,
) -> Result<Outcome, Error> {
    let started = Instant::now();
    let (is_batch, skipped) = (inputs.is_batch, inputs.skipped());
    let progress = Progress::new(is_batch, volume);
    let layout = Layout {
        threads: if threads == 0 { cores() } else { threads },
        ordered: true,
        window: Window::default(),
        stop: stop_of(is_batch),
    };
    let one = |_, document: Result<Document, Error>| {
        document.and_then(|document| guarded(&document, &work))
    };
    let weigh = |result: &Result<String, Error>| result.as_ref().map_or(100, String::len);
    let mut count = Count::new(&progress);
    each(inputs, layout, one, weigh, |event| {
        match event {
            Event::Idle => {}
            Event::Result(_, Ok(text)) => {
                put(&text)?;
                count.done();
            }
            Event::Result(_, Err(error)) => count.failed(&error),
        }
        Ok(())
    })?;
    let skipped = skipped.to_string();
    let is_told = is_batch && volume != Volume::Quiet;
    Ok(count.end(layout.stop, is_told.then_some((&*skipped, started))))
}

/// How many processors there are.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Prints an error the way all errors of the program look.
pub fn report(error: &Error) {
    if AS_JSON.load(Ordering::Relaxed) {
        let kind = &error.kind;
        tracing::error!(
            place = error.place,
            kind = kind.name(),
            remedy = kind.remedy(),
            "{kind}"
        );
        return;
    }
    anstream::eprintln!("{ERROR}error:{ERROR:#} {error}");
}

/// Prints a message for people, the way all messages of a batch look.
pub(super) fn tell(message: &str) {
    if AS_JSON.load(Ordering::Relaxed) {
        tracing::info!("{message}");
    } else {
        anstream::eprintln!("{message}");
    }
}

/// From now on messages are log entries, see `--log-format json`.
pub fn write_messages_as_json() {
    AS_JSON.store(true, Ordering::Relaxed);
}

static AS_JSON: AtomicBool = AtomicBool::new(false);

const ERROR: anstyle::Style = anstyle::AnsiColor::Red.on_default().bold();

/// The last line of a batch.
pub(super) fn summarize(outcome: &Outcome, skipped: &str, elapsed: Duration) {
    let documents = match outcome.done {
        1 => "1 document".to_owned(),
        count => format!("{count} documents"),
    };
    let skipped = match skipped {
        "" => "none skipped".to_owned(),
        kinds => format!("skipped: {kinds}"),
    };
    let seconds = elapsed.as_secs_f64();
    tell(&format!(
        "{documents} done, {} failed, {skipped} ({seconds:.1} s)",
        outcome.failed
    ));
}

/// `work` with a wall around it.
fn guarded(
    document: &Document,
    work: &impl Fn(&Document) -> Result<String, Error>,
) -> Result<String, Error> {
    crate::worker::guarded(|| work(document))
        .unwrap_or_else(|message| Err(Error::new(document.place(), ErrorKind::Internal(message))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::Origin;
    use std::path::PathBuf;

    fn inputs(count: usize) -> Inputs {
        let document = |i: usize| Document {
            origin: Origin::StandardInput,
            path: i.to_string(),
            target: PathBuf::new(),
        };
        Inputs::of((0..count).map(|i| Ok(document(i))).collect())
    }

    #[test]
    fn results_come_in_order_and_a_panic_stops_only_its_own() {
        let work = |document: &Document| {
            assert_ne!(document.path, "7", "a defect");
            Ok(document.path.clone())
        };
        let mut seen = Vec::new();
        let outcome = run(inputs(600), 2, Volume::Quiet, work, |text| {
            seen.push(text.to_owned());
            Ok(())
        })
        .expect("output stays");
        assert_eq!((outcome.done, outcome.failed), (599, 1));
        let expected: Vec<_> = (0..600)
            .filter(|&i| i != 7)
            .map(|i| i.to_string())
            .collect();
        assert_eq!(seen, expected);
    }
}

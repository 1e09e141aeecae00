//! Documents side by side, results in order.

use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{Document, Inputs};
use crate::error::{Error, ErrorKind};

/// How a run went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Documents done.
    pub done: usize,
    /// Documents, or parts of the input, that failed.
    pub failed: usize,
}

/// Results held back for their turn, at most: bounds the memory of a large run.
const WINDOW: usize = 256;

/// Gives every document to `work` on `threads` threads (all cores where 0) and its
/// result to `put` in the order of the inputs. A failure, a panic inside `work`
/// included, is reported on standard error and stops nothing else.
///
/// # Errors
/// What `put` returns (the output is gone), and no threads to be had.
pub fn run(
    inputs: Inputs,
    threads: usize,
    work: impl Fn(&Document) -> Result<String, Error> + Sync,
    mut put: impl FnMut(&str) -> Result<(), Error>,
) -> Result<Outcome, Error> {
    keep_panics_for_the_report();
    let started = Instant::now();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::new("threads", ErrorKind::Internal(error.to_string())))?;
    let progress = Progress::new(&inputs);
    let (is_batch, skipped) = (inputs.is_batch, inputs.skipped());
    let mut outcome = Outcome::default();
    let mut documents = inputs.documents.into_iter();
    loop {
        let window: Vec<_> = documents.by_ref().take(WINDOW).collect();
        if window.is_empty() {
            break;
        }
        let one = |document: Result<Document, Error>| {
            let result = document.and_then(|document| guarded(&document, &work));
            progress.step();
            result
        };
        let results: Vec<_> = pool.install(|| window.into_par_iter().map(one).collect());
        progress.clear();
        for result in results {
            match result {
                Ok(text) => {
                    outcome.done += 1;
                    put(&text)?;
                }
                Err(error) => {
                    outcome.failed += 1;
                    report(&error);
                }
            }
        }
    }
    if is_batch {
        summarize(&outcome, &skipped, started.elapsed());
    }
    Ok(outcome)
}

/// Prints an error the way all errors of the program look.
pub fn report(error: &Error) {
    anstream::eprintln!("{ERROR}error:{ERROR:#} {error}");
}

const ERROR: anstyle::Style = anstyle::AnsiColor::Red.on_default().bold();

fn summarize(outcome: &Outcome, skipped: &str, elapsed: Duration) {
    let documents = match outcome.done {
        1 => "1 document".to_owned(),
        count => format!("{count} documents"),
    };
    let skipped = match skipped {
        "" => "none skipped".to_owned(),
        kinds => format!("skipped: {kinds}"),
    };
    let seconds = elapsed.as_secs_f64();
    anstream::eprintln!(
        "{documents} done, {} failed, {skipped} ({seconds:.1} s)",
        outcome.failed
    );
}

/// `work` with a wall around it.
fn guarded(
    document: &Document,
    work: &impl Fn(&Document) -> Result<String, Error>,
) -> Result<String, Error> {
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(|| work(document)));
    GUARDED.set(false);
    result.unwrap_or_else(|_| {
        let message = LAST_PANIC.take();
        Err(Error::new(document.place(), ErrorKind::Internal(message)))
    })
}

thread_local! {
    /// Whether this thread is inside the wall.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// What the last panic inside said, and where.
    static LAST_PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Panics inside the wall are reported as errors, in order, instead of being
/// printed as they come; any other is printed as ever.
fn keep_panics_for_the_report() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if GUARDED.get() {
                LAST_PANIC.replace(panic.to_string().replace('\n', " "));
            } else {
                before(panic);
            }
        }));
    });
}

/// A count on standard error while a batch runs, where a person watches.
struct Progress {
    total: usize,
    shown: bool,
    state: Mutex<(usize, Option<Instant>)>,
}

impl Progress {
    fn new(inputs: &Inputs) -> Self {
        Progress {
            total: inputs.documents.len(),
            shown: inputs.is_batch && std::io::stderr().is_terminal(),
            state: Mutex::new((0, None)),
        }
    }

    fn step(&self) {
        /// Often enough to be seen moving.
        const PAUSE: Duration = Duration::from_millis(100);
        if !self.shown {
            return;
        }
        let Ok(mut state) = self.state.lock() else {
            return;
        };
        state.0 += 1;
        if state.1.is_none_or(|last| last.elapsed() >= PAUSE) {
            state.1 = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r{} of {}", state.0, self.total);
        }
    }

    fn clear(&self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
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
        Inputs {
            documents: (0..count).map(|i| Ok(document(i))).collect(),
            ..Inputs::default()
        }
    }

    #[test]
    fn results_come_in_order_and_a_panic_stops_only_its_own() {
        let work = |document: &Document| {
            assert_ne!(document.path, "7", "a defect");
            Ok(document.path.clone())
        };
        let mut seen = Vec::new();
        let outcome = run(inputs(600), 2, work, |text| {
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

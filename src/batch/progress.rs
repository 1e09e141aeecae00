//! What a person sees while a batch runs.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Volume {
    /// Nothing but errors.
    Quiet,
    /// Progress and a last line.
    #[default]
    Normal,
    /// Every step: plain lines, no bar between them.
    Verbose,
}

/// Where no terminal is, a line comes this often.
const PERIOD: Duration = Duration::from_secs(15);

/// Progress on standard error: a line that moves where that is a terminal, a plain one now and
/// then where it is not.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    volume: Volume,
    started: Instant,
    state: Mutex<State>,
    /// How many documents there are, once counted.
    total: Arc<AtomicU64>,
}

#[derive(Debug)]
struct State {
    done: u64,
    failed: u64,
    last_line: Instant,
}

impl Progress {
    /// Begins. Batches only show something.
    pub fn new(is_batch: bool, volume: Volume) -> Progress {
        let moving = is_batch && volume == Volume::Normal && std::io::stderr().is_terminal();
        let bar = if moving {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8))
        } else {
            ProgressBar::hidden()
        };
        bar.set_style(style(false));
        let volume = if is_batch { volume } else { Volume::Quiet };
        Progress {
            bar,
            volume,
            started: Instant::now(),
            state: Mutex::new(State {
                done: 0,
                failed: 0,
                last_line: Instant::now(),
            }),
            total: Arc::default(),
        }
    }

    /// Has documents counted beside the work, so that the time left can be told.
    pub fn count(&self, documents: impl Iterator + Send + 'static) {
        if self.volume == Volume::Quiet {
            return;
        }
        let total = self.total.clone();
        std::thread::spawn(move || {
            // Most runs are over before it would help.
            std::thread::sleep(Duration::from_secs(2));
            total.store(documents.count() as u64, Ordering::Relaxed);
        });
    }

    /// A document is begun.
    pub fn begin(&self, path: &str) {
        if !self.bar.is_hidden() {
            self.bar.set_message(path.to_owned());
        }
    }

    /// A document is done, or has failed.
    pub fn step(&self, failed: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.done += 1;
        state.failed += u64::from(failed);
        if !self.bar.is_hidden() {
            self.move_bar(&state);
        } else if self.volume != Volume::Quiet && state.last_line.elapsed() >= PERIOD {
            state.last_line = Instant::now();
            super::run::tell(&self.line(&state));
        }
    }

    /// Prints something above the line that moves.
    pub fn print(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn move_bar(&self, state: &State) {
        let total = self.total.load(Ordering::Relaxed);
        if total > 0 && self.bar.length().is_none() {
            self.bar.set_length(total);
            self.bar.set_style(style(true));
        }
        self.bar.set_prefix(match state.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        });
        self.bar.set_position(state.done);
    }

    fn line(&self, state: &State) -> String {
        let rate = state.done as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        let total = self.total.load(Ordering::Relaxed);
        let (of, left) = if total >= state.done && total > 0 {
            let seconds = (total - state.done) as f64 / rate;
            (
                format!(" of {total}"),
                format!(", about {} left", Left(seconds)),
            )
        } else {
            Default::default()
        };
        format!(
            "{}{of} documents, {rate:.0} a second, {} failed{left}",
            state.done, state.failed
        )
    }
}

/// A stretch of time for people.
struct Left(f64);

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            seconds if seconds < 90.0 => write!(f, "{seconds:.0} s"),
            seconds if seconds < 5400.0 => write!(f, "{:.0} min", seconds / 60.0),
            seconds => write!(f, "{:.1} h", seconds / 3600.0),
        }
    }
}

fn style(counted: bool) -> ProgressStyle {
    let template = if counted {
        "{bar:24} {human_pos} of {human_len} documents{prefix}, {per_sec}, {eta} left  {wide_msg:.dim}"
    } else {
        "{spinner} {human_pos} documents{prefix}, {per_sec}  {wide_msg:.dim}"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_says_how_far_it_is() {
        let progress = Progress::new(true, Volume::Normal);
        let state = State {
            done: 500,
            failed: 3,
            last_line: Instant::now(),
        };
        let line = progress.line(&state);
        assert!(
            line.starts_with("500 documents, ") && line.ends_with("3 failed"),
            "{line}"
        );
        progress.total.store(1000, Ordering::Relaxed);
        assert!(progress.line(&state).starts_with("500 of 1000 documents"));
        assert_eq!(Left(600.0).to_string(), "10 min");
    }
}

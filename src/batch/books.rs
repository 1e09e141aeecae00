//! The books of a run into a directory: what became of each document, and what is said
//! of all.

use std::collections::HashSet;
use std::time::Instant;

use walkdir::WalkDir;

use super::convert::Plan;
use super::directory::{Finished, How, Run};
use super::engine::Event;
use super::failures::{Failure, Failures};
use super::inputs::{Skipped, short_digest, shown};
use super::names::{is_reserved, record_path};
use super::progress::Volume;
use super::run::{Outcome, report, summarize, tell};
use super::store::Store;
use super::summary::Summary;
use crate::error::{Error, Report};

/// The books of a run into a directory.
pub(super) struct Books<'r, 'p> {
    run: &'r Run<'p>,
    pub(super) summary: Summary,
    pub(super) failures: Failures,
    /// Where the outputs of all documents are, or would be.
    pub(super) seen: HashSet<[u8; 16]>,
}

impl<'r, 'p> Books<'r, 'p> {
    pub(super) fn new(run: &'r Run<'p>) -> Self {
        Books {
            run,
            summary: Summary::new(run.generator.clone(), run.plan.work.threads),
            failures: Failures::new(),
            seen: HashSet::new(),
        }
    }

    pub(super) fn take(&mut self, event: Event<Finished>) -> Result<(), Error> {
        let Event::Result(number, finished) = event else {
            return Ok(());
        };
        let Finished {
            path,
            target,
            result,
            time,
        } = finished;
        if let Some(target) = target {
            self.seen.insert(short_digest(&target));
        }
        self.run.progress.step(result.is_err());
        let line = match result {
            Ok(done) => {
                let seconds = time.as_secs_f64();
                match done.how {
                    How::Converted => {
                        tracing::info!(path, seconds, pages = done.facts.pages.len(), "converted");
                        self.summary.took(&path, time);
                    }
                    How::Unchanged => {
                        tracing::info!(path, "unchanged");
                        self.summary.run.unchanged += 1;
                    }
                    How::Kept => {
                        tracing::warn!(
                            path,
                            "kept as a person has reviewed it; --force does it again"
                        );
                        self.summary.run.kept_reviewed += 1;
                    }
                }
                self.summary.done(&path, &done.facts);
                done.line
            }
            Err(error) => {
                self.fail(number, path, &error);
                None
            }
        };
        if let Some(shards) = &self.run.shards
            && !self.run.store.is_full()
            && let Err(error) = shards.put(self.run.store, number, line)
        {
            report(&error);
            self.run.store.give_up();
        }
        Ok(())
    }

    fn fail(&mut self, number: u64, path: String, error: &Error) {
        if self.run.plan.work.volume != Volume::Quiet {
            self.run.progress.print(|| report(error));
        }
        self.summary.failed(error.kind.name());
        let failure = Failure {
            path,
            report: Report::from(&error.kind),
        };
        self.failures.add(self.run.store, number, &failure);
    }

    /// The last result was taken; `complete` where every input was seen to.
    pub(super) fn ends(&mut self, complete: bool) {
        self.summary.complete = complete;
        if let Some(shards) = &self.run.shards
            && let Err(error) = shards.finish(self.run.store, complete)
        {
            report(&error);
            self.summary.complete = false;
        }
    }
}

/// What is left to be written when all documents are through.
pub(super) struct Ended {
    pub(super) summary: Summary,
    pub(super) failures: Failures,
    pub(super) seen: HashSet<[u8; 16]>,
    pub(super) skipped: Skipped,
}

/// What a run came to, with what there is to say about it.
pub(super) struct Told {
    pub(super) outcome: Outcome,
    pub(super) summary: Summary,
}

impl Ended {
    pub(super) fn write(
        mut self,
        plan: &Plan,
        store: &mut Store,
        interrupted: bool,
        started: Instant,
    ) -> Result<Told, Error> {
        let summary = &mut self.summary;
        for failed in store.finish() {
            report(&failed.error);
            // It was counted as done when its content was written.
            summary.documents.done = summary.documents.done.saturating_sub(1);
            summary.documents.total = summary.documents.total.saturating_sub(1);
            summary.failed(failed.error.kind.name());
            let failure = Failure {
                path: failed.error.place.clone(),
                report: Report::from(&failed.error.kind),
            };
            self.failures.add(store, failed.number, &failure);
        }
        if summary.complete && plan.files {
            for path in vanished(store, &self.seen) {
                summary.vanished(path);
            }
        }
        summary.skipped = self.skipped.counts();
        summary.ends(started.elapsed());
        let outcome = Outcome {
            done: summary.documents.done,
            failed: summary.documents.failed,
            interrupted,
        };
        let mut json = serde_json::to_string_pretty(summary).unwrap_or_default();
        json.push('\n');
        self.failures.write(store)?;
        store.write("summary.json", json.as_bytes())?;
        Ok(Told {
            outcome,
            summary: self.summary,
        })
    }
}

/// Outputs that no input of this run accounts for, in the order of their names.
fn vanished(store: &Store, seen: &HashSet<[u8; 16]>) -> impl Iterator<Item = String> {
    let root = store.directory().to_owned();
    let is_own = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 1 && (is_reserved(&name) || name.starts_with('.'))
    };
    let files = WalkDir::new(&root)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(move |entry| !is_own(entry))
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    files.filter_map(move |entry| {
        let relative = entry.path().strip_prefix(&root).ok()?;
        let is_output = relative.extension().is_some_and(|e| e == "json");
        (is_output && !seen.contains(&short_digest(relative))).then(|| record_path(relative))
    })
}

impl Told {
    pub(super) fn say(&self, plan: &Plan, started: Instant) {
        let Summary { run, vanished, .. } = &self.summary;
        summarize(&self.outcome, &skipped(&self.summary), started.elapsed());
        let place = plan
            .selection
            .output
            .as_deref()
            .map(shown)
            .unwrap_or_default();
        let say = |condition: bool, what: String| {
            if condition {
                tell(&what);
            }
        };
        say(
            run.unchanged > 0,
            format!("{} of them were done already", run.unchanged),
        );
        say(
            run.kept_reviewed > 0,
            format!(
                "{} of them changed, but were kept as a person has reviewed them (--force does them again)",
                run.kept_reviewed
            ),
        );
        say(
            vanished.count > 0,
            format!(
                "{} outputs have no input any more, see {place}/summary.json",
                vanished.count
            ),
        );
        say(
            self.outcome.failed > 0,
            format!("what failed, why and what to do: {place}/failures.ndjson"),
        );
        say(
            self.outcome.interrupted,
            "interrupted: run the same command again to go on".to_owned(),
        );
    }
}

fn skipped(summary: &Summary) -> String {
    let kinds: Vec<String> = summary
        .skipped
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    kinds.join(", ")
}

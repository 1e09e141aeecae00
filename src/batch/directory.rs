//! A run into a directory: what is done is found, what is not is done.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::books::{Books, Ended};
use super::convert::Plan;
use super::engine::each;
use super::facts::{Facts, Recorded};
use super::inputs::Document;
use super::interrupt::on_interrupt;
use super::names::output_name;
use super::progress::{Progress, Volume};
use super::run::{Outcome, tell};
use super::shards::{Line, Shards};
use super::store::Store;
use super::task::{Converter, Request, Setup};
use crate::error::Error;
use crate::record::Generator;
use crate::source::digest;

/// A run into a directory.
pub(super) struct Run<'p> {
    pub(super) plan: &'p Plan,
    pub(super) store: &'p Store,
    pub(super) generator: Generator,
    pub(super) converter: Converter,
    pub(super) shards: Option<Shards>,
    pub(super) progress: Progress,
}

/// A document that was seen to.
pub(super) struct Finished {
    /// As records name it; where an input could not be found, as it was named.
    pub(super) path: String,
    /// Where its output is, if it has one of its own.
    pub(super) target: Option<PathBuf>,
    pub(super) result: Result<Done, Error>,
    pub(super) time: Duration,
}

/// A document whose output is there, or under way.
pub(super) struct Done {
    pub(super) facts: Facts,
    pub(super) how: How,
    pub(super) line: Option<Line>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Converted,
    Unchanged,
    Kept,
}

impl Run<'_> {
    pub(super) fn into_directory(plan: &Plan) -> Result<Outcome, Error> {
        let started = Instant::now();
        let Some(directory) = &plan.selection.output else {
            return Ok(Outcome::default());
        };
        let mut store = Store::open(directory)?;
        let inputs = plan.selection.find()?;
        let skipped = inputs.skipped();
        let setup = Setup {
            pretty: plan.files && !plan.one_line,
            line: plan.shard.is_some() || plan.files && plan.one_line,
            ..plan.setup.clone()
        };
        let run = Run {
            plan,
            store: &store,
            generator: setup.generator()?,
            converter: plan.work.converter(setup, true)?,
            shards: plan.shard.map(|size| Shards::new(size, plan.force)),
            progress: Progress::new(inputs.is_batch, plan.work.volume),
        };
        if inputs.is_batch
            && let Some(inputs) = plan.selection.counted()
        {
            run.progress.count(inputs);
        }
        let is_batch = inputs.is_batch;
        let mut books = Books::new(&run);
        let source = inputs.take_while(|_| !run.store.is_full());
        let ordered = run.shards.is_some();
        each(
            source,
            plan.work.layout(ordered, on_interrupt()),
            |number, document| run.one(number, document),
            Finished::weight,
            |event| books.take(event),
        )?;
        let interrupted = on_interrupt().load(Ordering::Relaxed);
        let full = store.is_full();
        books.ends(!interrupted && !full);
        let Books {
            summary,
            failures,
            seen,
            ..
        } = books;
        run.progress.end();
        drop(run.converter);
        let ended = Ended {
            summary,
            failures,
            seen,
            skipped,
        };
        let written = ended.write(plan, &mut store, interrupted, started);
        if full || store.is_full() {
            tell("the disk is full: make room and run the same command again to go on");
        }
        let outcome = written?;
        if is_batch && plan.work.volume != Volume::Quiet {
            outcome.say(plan, started);
        }
        Ok(outcome.outcome)
    }

    fn one(&self, number: u64, document: Result<Document, Error>) -> Finished {
        let started = Instant::now();
        let (path, target, result) = match document {
            Ok(document) => {
                self.progress.begin(&document.path);
                tracing::debug!(path = document.path, "begun");
                let target = output_name(&document.target, ".json");
                let result = self.document(number, &document, &target);
                (document.path, self.plan.files.then_some(target), result)
            }
            Err(error) => (error.place.clone(), None, Err(error)),
        };
        Finished {
            path,
            target,
            result,
            time: started.elapsed(),
        }
    }

    fn document(&self, number: u64, document: &Document, target: &Path) -> Result<Done, Error> {
        let bytes = document.bytes()?;
        let sha256 = digest(&bytes);
        if !self.plan.force
            && let Some(done) = self.done_before(number, document, target, &sha256)
        {
            return Ok(done);
        }
        let converted = self
            .converter
            .convert(Request::named(&document.path), &bytes)
            .map_err(|kind| Error::new(document.place(), kind))?;
        drop(bytes);
        let mut how = How::Converted;
        if self.plan.files && self.is_kept(target) {
            how = How::Kept;
        } else if self.plan.files {
            let json = if self.plan.one_line {
                &converted.line
            } else {
                &converted.pretty
            };
            let draft = self.store.draft(json)?;
            self.store.commit(draft, target, number);
        }
        Ok(Done {
            facts: converted.facts,
            how,
            line: self.shards.is_some().then_some(Line::New(converted.line)),
        })
    }

    /// Whether a person has reviewed what stands at `target`, so that it stays.
    fn is_kept(&self, target: &Path) -> bool {
        let existing = self.store.existing(target).ok().flatten();
        let recorded = existing.and_then(|json| Recorded::read(&json));
        !self.plan.force && recorded.is_some_and(|recorded| recorded.reviewed)
    }

    /// Whether the document's output is there already, or is not to be touched.
    fn done_before(
        &self,
        number: u64,
        document: &Document,
        target: &Path,
        sha256: &str,
    ) -> Option<Done> {
        let is_of = |recorded: &Recorded| recorded.is_of(&document.path, sha256, &self.generator);
        let file = if self.plan.files {
            let json = self.store.existing(target).ok()??;
            let recorded = Recorded::read(&json)?;
            let same = is_of(&recorded) && is_one_line(&json) == self.plan.one_line;
            if !same && !recorded.reviewed {
                return None;
            }
            Some((recorded, same))
        } else {
            None
        };
        let line = match &self.shards {
            Some(shards) => {
                let line = shards.old(self.store, number, &document.path)?;
                let same = is_of(&line.recorded);
                if !same && !line.recorded.reviewed {
                    return None;
                }
                Some((line, same))
            }
            None => None,
        };
        let same = file.as_ref().is_none_or(|(_, same)| *same)
            && line.as_ref().is_none_or(|(_, same)| *same);
        let facts = match (&file, &line) {
            (Some((recorded, _)), _) => recorded.facts.clone(),
            (None, Some((line, _))) => line.recorded.facts.clone(),
            (None, None) => return None,
        };
        Some(Done {
            facts,
            how: if same { How::Unchanged } else { How::Kept },
            line: line.map(|(line, _)| Line::Old(Box::new(line))),
        })
    }
}

/// Whether JSON of ours stands on one line.
fn is_one_line(json: &[u8]) -> bool {
    json.get(1).is_some_and(|&byte| byte != b'\n')
}

impl Finished {
    fn weight(&self) -> usize {
        let line = match &self.result {
            Ok(Done {
                line: Some(Line::New(line)),
                ..
            }) => line.len(),
            _ => 0,
        };
        line + 200
    }
}

//! Converting many documents: to standard output in order, or into a directory that
//! tells what is done.

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use walkdir::WalkDir;

use super::engine::{Event, Layout, Window, each};
use super::facts::{Facts, Recorded};
use super::failures::{Failure, Failures};
use super::inputs::{Document, Selection, Skipped, short_digest, shown};
use super::interrupt::on_interrupt;
use super::names::{is_reserved, output_name, record_path};
use super::progress::{Progress, Volume};
use super::run::{Outcome, report, summarize, tell};
use super::shards::{Line, Shards};
use super::store::Store;
use super::summary::Summary;
use super::task::{Converted, Converter, Request, Setup};
use crate::config::Options;
use crate::error::{Error, ErrorKind, Report};
use crate::pipeline::generator;
use crate::record::Generator;
use crate::source::digest;

/// What is to be done, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is read, and where it goes.
    pub selection: Selection,
    /// What shapes the output.
    pub options: Options,
    /// Whether values stand alone.
    pub plain: bool,
    /// Whether each document is on a line of its own in any case.
    pub one_line: bool,
    /// How many documents share an NDJSON file, if any do.
    pub shard: Option<u32>,
    /// Whether each document has a file, below an output directory.
    pub files: bool,
    /// Whether what is done is done again.
    pub force: bool,
    /// How it is worked.
    pub work: Work,
}

/// How documents are worked on.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// How many at once.
    pub threads: usize,
    /// Whether lines keep the order of the inputs.
    pub ordered: bool,
    /// The longest that a document may take.
    pub time: Option<Duration>,
    /// The most memory that a document may take, in bytes.
    pub memory: Option<u64>,
    /// Whether this process does everything itself.
    pub in_process: bool,
    /// How much is said.
    pub volume: Volume,
}

impl Work {
    /// Who converts: processes of their own where a document must not stop others.
    pub(super) fn converter(&self, setup: Setup, is_batch: bool) -> Result<Converter, Error> {
        if is_batch && !self.in_process {
            return Ok(Converter::workers(setup, self.time, self.memory));
        }
        Converter::here(setup, self.time)
    }

    pub(super) fn layout(&self, ordered: bool) -> Layout<'static> {
        Layout {
            threads: self.threads,
            ordered,
            window: Window::default(),
            stop: on_interrupt(),
        }
    }
}

/// Does it.
///
/// # Errors
/// What stops the whole run; failures of single documents are counted.
pub fn convert(plan: &Plan) -> Result<Outcome, Error> {
    match &plan.selection.output {
        Some(_) => Run::into_directory(plan),
        None => to_standard_output(plan),
    }
}

fn to_standard_output(plan: &Plan) -> Result<Outcome, Error> {
    let started = Instant::now();
    let inputs = plan.selection.find()?;
    let (is_batch, skipped) = (inputs.is_batch, inputs.skipped());
    let one_line = plan.one_line || is_batch;
    let setup = Setup {
        options: plan.options,
        plain: plan.plain,
        pretty: !one_line,
        line: one_line,
    };
    let converter = plan.work.converter(setup, is_batch)?;
    let progress = Progress::new(is_batch, plan.work.volume);
    if is_batch {
        progress.count(plan.selection.find()?);
    }
    let work = |_, document: Result<Document, Error>| -> Result<Vec<u8>, Error> {
        let document = document?;
        progress.begin(&document.path);
        let bytes = document.bytes()?;
        let Converted { pretty, line, .. } = converter
            .convert(Request::named(&document.path), &bytes)
            .map_err(|kind| Error::new(document.place(), kind))?;
        Ok(if one_line { line } else { pretty })
    };
    let weigh = |result: &Result<Vec<u8>, Error>| result.as_ref().map_or(100, Vec::len);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let gone = |error| Error::new("standard output", ErrorKind::NotWritable(error));
    let mut outcome = Outcome::default();
    let ordered = plan.work.ordered;
    each(inputs, plan.work.layout(ordered), work, weigh, |event| {
        match event {
            Event::Idle => out.flush().map_err(gone)?,
            Event::Result(_, Ok(json)) => {
                out.write_all(&json).map_err(gone)?;
                outcome.done += 1;
                progress.step(false);
            }
            Event::Result(_, Err(error)) => {
                outcome.failed += 1;
                progress.step(true);
                progress.print(|| report(&error));
            }
        }
        Ok(())
    })?;
    out.flush().map_err(gone)?;
    progress.end();
    outcome.interrupted = on_interrupt().load(Ordering::Relaxed);
    if is_batch && plan.work.volume != Volume::Quiet {
        summarize(&outcome, &skipped.to_string(), started.elapsed());
    }
    Ok(outcome)
}

/// A run into a directory.
struct Run<'p> {
    plan: &'p Plan,
    store: &'p Store,
    generator: Generator,
    converter: Converter,
    shards: Option<Shards>,
    progress: Progress,
}

/// A document that was seen to.
struct Finished {
    /// As records name it; where an input could not be found, as it was named.
    path: String,
    /// Where its output is, if it has one of its own.
    target: Option<PathBuf>,
    result: Result<Done, Error>,
    time: Duration,
}

/// A document whose output is there, or under way.
struct Done {
    facts: Facts,
    how: How,
    line: Option<Line>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Converted,
    Unchanged,
    Kept,
}

impl Run<'_> {
    fn into_directory(plan: &Plan) -> Result<Outcome, Error> {
        let started = Instant::now();
        let Some(directory) = &plan.selection.output else {
            return Ok(Outcome::default());
        };
        let mut store = Store::open(directory)?;
        let inputs = plan.selection.find()?;
        let skipped = inputs.skipped();
        let setup = Setup {
            options: plan.options,
            plain: plan.plain,
            pretty: plan.files && !plan.one_line,
            line: plan.shard.is_some() || plan.files && plan.one_line,
        };
        let view = setup.view();
        let run = Run {
            plan,
            store: &store,
            generator: generator(&plan.options, view)?,
            converter: plan.work.converter(setup, true)?,
            shards: plan.shard.map(Shards::new),
            progress: Progress::new(inputs.is_batch, plan.work.volume),
        };
        if inputs.is_batch {
            run.progress.count(plan.selection.find()?);
        }
        let is_batch = inputs.is_batch;
        let mut tally = Tally::new(&run);
        let source = inputs.take_while(|_| !run.store.is_full());
        let ordered = run.shards.is_some();
        each(
            source,
            plan.work.layout(ordered),
            |number, document| run.one(number, document),
            Finished::weight,
            |event| tally.take(event),
        )?;
        let interrupted = on_interrupt().load(Ordering::Relaxed);
        let full = store.is_full();
        tally.ends(!interrupted && !full);
        let Tally {
            summary,
            failures,
            seen,
            ..
        } = tally;
        run.progress.end();
        drop(run.converter);
        let ended = Ended {
            summary,
            failures,
            seen,
            skipped,
        };
        let outcome = ended.write(plan, &mut store, interrupted, started)?;
        if is_batch && plan.work.volume != Volume::Quiet {
            outcome.say(plan, full, started);
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

    fn document(
        &self,
        number: u64,
        document: &Document,
        target: &std::path::Path,
    ) -> Result<Done, Error> {
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
        if self.plan.files {
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
            how: How::Converted,
            line: self.shards.is_some().then_some(Line::New(converted.line)),
        })
    }

    /// Whether the document's output is there already, or is not to be touched.
    fn done_before(
        &self,
        number: u64,
        document: &Document,
        target: &std::path::Path,
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
            line: line.map(|(line, _)| Line::Old(line)),
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

/// The books of a run into a directory.
struct Tally<'r, 'p> {
    run: &'r Run<'p>,
    summary: Summary,
    failures: Failures,
    /// Where the outputs of all documents are, or would be.
    seen: HashSet<[u8; 16]>,
}

impl<'r, 'p> Tally<'r, 'p> {
    fn new(run: &'r Run<'p>) -> Self {
        Tally {
            run,
            summary: Summary::new(run.generator.clone(), run.plan.work.threads),
            failures: Failures::new(),
            seen: HashSet::new(),
        }
    }

    fn take(&mut self, event: Event<Finished>) -> Result<(), Error> {
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
        match &self.run.shards {
            Some(shards) => shards.put(self.run.store, number, line),
            None => Ok(()),
        }
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
    fn ends(&mut self, complete: bool) {
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
struct Ended {
    summary: Summary,
    failures: Failures,
    seen: HashSet<[u8; 16]>,
    skipped: Skipped,
}

/// What a run came to, with what there is to say about it.
struct Told {
    outcome: Outcome,
    summary: Summary,
}

impl Ended {
    fn write(
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
    fn say(&self, plan: &Plan, full: bool, started: Instant) {
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
            full,
            "the disk is full: make room and run the same command again to go on".to_owned(),
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

impl Request {
    /// A request that only names the source.
    pub(super) fn named(path: &str) -> Request {
        Request {
            path: path.to_owned(),
            id: None,
        }
    }
}

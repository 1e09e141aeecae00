//! Converting many documents: to standard output in order, or into a directory that
//! tells what is done.

use std::io::{self, BufWriter, Write};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::directory::Run;
use super::engine::{Event, Layout, Window, each};
use super::inputs::{Document, Selection};
use super::interrupt::stop_of;
use super::progress::{Progress, Volume};
use super::run::{Count, Outcome};
use super::task::{Converted, Converter, Request, Setup};
use crate::error::{Error, ErrorKind};

/// What is to be done, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is read, and where it goes.
    pub selection: Selection,
    /// What shapes the output; which texts are wanted follows from the rest.
    pub setup: Setup,
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

    pub(super) fn layout(&self, ordered: bool, stop: &'static AtomicBool) -> Layout<'static> {
        Layout {
            threads: self.threads,
            ordered,
            window: Window::default(),
            stop,
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
        pretty: !one_line,
        line: one_line,
        ..plan.setup.clone()
    };
    let converter = plan.work.converter(setup, is_batch)?;
    let progress = Progress::new(is_batch, plan.work.volume);
    if is_batch && let Some(inputs) = plan.selection.counted() {
        progress.count(inputs);
    }
    let work = |_, document: Result<Document, Error>| -> Result<Vec<u8>, Error> {
        let document = document?;
        progress.begin(&document.path);
        let bytes = document.bytes()?;
        let Converted { pretty, line, .. } = converter
            .convert(Request::named(&document.path), &bytes)
            .map_err(|kind| Error::new(document.place(), kind))?;
        tracing::info!(path = document.path, "converted");
        Ok(if one_line { line } else { pretty })
    };
    let weigh = |result: &Result<Vec<u8>, Error>| result.as_ref().map_or(100, Vec::len);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let gone = |error| Error::new("standard output", ErrorKind::NotWritable(error));
    let mut count = Count::new(&progress);
    let stop = stop_of(is_batch);
    let layout = plan.work.layout(plan.work.ordered, stop);
    each(inputs, layout, work, weigh, |event| {
        match event {
            Event::Idle => out.flush().map_err(gone)?,
            Event::Result(_, Ok(json)) => {
                out.write_all(&json).map_err(gone)?;
                count.done();
            }
            Event::Result(_, Err(error)) => count.failed(&error),
        }
        Ok(())
    })?;
    out.flush().map_err(gone)?;
    let skipped = skipped.to_string();
    let is_told = is_batch && plan.work.volume != Volume::Quiet;
    Ok(count.end(stop, is_told.then_some((&*skipped, started))))
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

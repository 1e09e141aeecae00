//! Converting one document, in this process or in a worker: the same code, the same
//! bytes.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::facts::Facts;
use crate::config::Options;
use crate::error::{Error, ErrorKind, Report};
use crate::pipeline::{HouseStyle, Pipeline, Style, View, generator};
use crate::record::Generator;
use crate::source::Ocr;
use crate::worker::{self, Launch, Pool};

/// The task's name on a worker's command line.
pub const CONVERT: &str = "convert";

/// What every document of a run has in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// What shapes the output.
    pub options: Options,
    /// A house style's words, where they are added.
    pub style: Option<HouseStyle>,
    /// Whether values stand alone.
    pub plain: bool,
    /// Whether a JSON text laid out for people is wanted.
    pub pretty: bool,
    /// Whether one on a single line is wanted.
    pub line: bool,
}

/// What is to be converted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Request {
    /// What the record calls its source.
    pub path: String,
    /// What the record calls the request, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
}

/// A converted document; the texts end with a line break, and are empty where they were
/// not wanted.
#[derive(Clone, Debug, Default)]
pub struct Converted {
    /// Its numbers.
    pub facts: Facts,
    /// JSON for people.
    pub pretty: Vec<u8>,
    /// JSON on a line.
    pub line: Vec<u8>,
}

impl Setup {
    /// Converts one document here and now.
    ///
    /// # Errors
    /// As [`Pipeline::record`].
    pub fn convert(
        &self,
        pipeline: &Pipeline,
        request: Request,
        bytes: &[u8],
    ) -> Result<Converted, ErrorKind> {
        let view = self.view();
        let mut record = pipeline.record_in(&request.path, bytes, view)?;
        record.set_request(request.id);
        let text = |wanted: bool, style: Style| {
            let mut json = if wanted {
                record.json(view, style)
            } else {
                String::new()
            };
            if wanted {
                json.push('\n');
            }
            json.into_bytes()
        };
        Ok(Converted {
            facts: Facts::of(record.tree()),
            pretty: text(self.pretty, Style::Pretty),
            line: text(self.line, Style::Line),
        })
    }

    /// The pipeline for this setup.
    ///
    /// # Errors
    /// As [`Pipeline::new`].
    pub fn pipeline(&self) -> Result<Pipeline, Error> {
        let pipeline = Pipeline::new(self.options)?;
        match &self.style {
            Some(style) => pipeline.with_vocabulary(style),
            None => Ok(pipeline),
        }
    }

    /// Whether there can be a pipeline, without the cost of making one: what is wrong for
    /// every document is said once.
    ///
    /// # Errors
    /// OCR is asked for and not installed; the vocabulary cannot be used.
    pub fn check(&self) -> Result<(), Error> {
        if self.options.ocr {
            Ocr::find().map_err(|kind| Error::new("--ocr", kind))?;
        }
        if let Some(style) = &self.style {
            style.vocabulary()?;
        }
        Ok(())
    }

    /// What the records say they were made by.
    ///
    /// # Errors
    /// The built-in model is damaged.
    pub fn generator(&self) -> Result<Generator, Error> {
        generator(&self.options, self.view(), self.style.as_ref())
    }

    /// The view that is written.
    pub fn view(&self) -> View {
        if self.plain { View::Plain } else { View::Full }
    }
}

/// Who converts documents.
#[derive(Debug)]
pub enum Converter {
    /// This process, with the time that a document may take. A panic costs the document,
    /// worse ends the run.
    Here(Arc<(Pipeline, Setup)>, Option<Duration>),
    /// Processes of their own, with the time that a document may take.
    Workers(Pool, Option<Duration>),
}

impl Converter {
    /// A converter in this process.
    ///
    /// # Errors
    /// As [`Pipeline::new`].
    pub fn here(setup: Setup, time: Option<Duration>) -> Result<Converter, Error> {
        Ok(Converter::Here(Arc::new((setup.pipeline()?, setup)), time))
    }

    /// A converter in worker processes, each with at most `memory` bytes.
    pub fn workers(setup: Setup, time: Option<Duration>, memory: Option<u64>) -> Converter {
        let launch = Launch {
            program: None,
            task: CONVERT,
            // Cannot fail: numbers, truth values and texts.
            setup: serde_json::to_vec(&setup).unwrap_or_default(),
            memory,
        };
        Converter::Workers(Pool::new(launch), time)
    }

    /// Converts one document.
    ///
    /// # Errors
    /// What is wrong with it, or what it did to the process that worked on it.
    pub fn convert(&self, request: Request, bytes: &[u8]) -> Result<Converted, ErrorKind> {
        match self {
            Converter::Here(ready, None) => guarded(ready, request, bytes),
            Converter::Here(ready, Some(time)) => {
                within(*time, ready.clone(), request, bytes.to_vec())
            }
            Converter::Workers(pool, time) => {
                let header = serde_json::to_vec(&request).unwrap_or_default();
                let response = pool
                    .ask(&worker::join(&[&header, bytes]), *time)
                    .map_err(|failure| failure.kind(pool.memory()))?;
                unpack(&response).unwrap_or_else(|| {
                    Err(ErrorKind::Crashed("its response makes no sense".to_owned()))
                })
            }
        }
    }
}

fn guarded(
    (pipeline, setup): &(Pipeline, Setup),
    request: Request,
    bytes: &[u8],
) -> Result<Converted, ErrorKind> {
    worker::guarded(|| setup.convert(pipeline, request, bytes))
        .unwrap_or_else(|said| Err(ErrorKind::Internal(said)))
}

/// Converts on a thread of its own. One that does not end in time is left to itself, until the
/// process ends.
fn within(
    time: Duration,
    ready: Arc<(Pipeline, Setup)>,
    request: Request,
    bytes: Vec<u8>,
) -> Result<Converted, ErrorKind> {
    let (sender, receiver) = sync_channel(1);
    let work = move || {
        // Fails where the time was up.
        let _ = sender.send(guarded(&ready, request, &bytes));
    };
    std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(work)
        .map_err(ErrorKind::NoWorker)?;
    match receiver.recv_timeout(time) {
        Ok(converted) => converted,
        Err(RecvTimeoutError::Timeout) => Err(ErrorKind::TimedOut(time)),
        Err(RecvTimeoutError::Disconnected) => {
            Err(ErrorKind::Crashed("its thread ended".to_owned()))
        }
    }
}

/// The stack that a document may take, in bytes, the same on every system.
const STACK: usize = 16 << 20;

/// What a worker says of a document.
#[derive(Serialize, Deserialize)]
enum Verdict {
    Done(Facts),
    Failed(Report),
}

fn unpack(response: &[u8]) -> Option<Result<Converted, ErrorKind>> {
    let parts = worker::split(response)?;
    let [verdict, pretty, line] = parts[..] else {
        return None;
    };
    Some(match serde_json::from_slice(verdict).ok()? {
        Verdict::Done(facts) => Ok(Converted {
            facts,
            pretty: pretty.to_vec(),
            line: line.to_vec(),
        }),
        Verdict::Failed(report) => Err(ErrorKind::Reported(report)),
    })
}

/// A worker's life: see [`worker::serve`].
///
/// # Errors
/// The parent has gone in the middle of a response.
pub fn serve(memory: Option<u64>) -> std::io::Result<()> {
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || serve_here(memory))?;
    thread
        .join()
        .unwrap_or_else(|_| Err(std::io::Error::other("the worker's thread ended")))
}

fn serve_here(memory: Option<u64>) -> std::io::Result<()> {
    worker::serve(memory, |setup| {
        let setup: Result<Setup, _> = serde_json::from_slice(setup);
        let ready = setup
            .map_err(|error| ErrorKind::Internal(error.to_string()))
            .and_then(|setup| Ok((setup.pipeline().map_err(|error| error.kind)?, setup)));
        move |message: &[u8]| {
            let converted = match &ready {
                Ok((pipeline, setup)) => answer(pipeline, setup, message),
                Err(kind) => Err(Report::from(kind)),
            };
            let (verdict, converted) = match converted {
                Ok(converted) => (Verdict::Done(converted.facts.clone()), converted),
                Err(report) => (Verdict::Failed(report), Converted::default()),
            };
            let verdict = serde_json::to_vec(&verdict).unwrap_or_default();
            worker::join(&[&verdict, &converted.pretty, &converted.line])
        }
    })
}

fn answer(pipeline: &Pipeline, setup: &Setup, message: &[u8]) -> Result<Converted, Report> {
    let malformed = || Report::from(&ErrorKind::Internal("a malformed request".to_owned()));
    let parts = worker::split(message).ok_or_else(malformed)?;
    let [header, bytes] = parts[..] else {
        return Err(malformed());
    };
    let request = serde_json::from_slice(header).map_err(|_| malformed())?;
    #[cfg(debug_assertions)]
    faults::commit(bytes);
    setup
        .convert(pipeline, request, bytes)
        .map_err(|kind| Report::from(&kind))
}

/// What a parser may do to its process, done on purpose: tests ask for it by the variable
/// `KLARTEXT_FAULTS` and a document that begins with `fault:`. Not in release builds.
#[cfg(debug_assertions)]
mod faults {
    /// Does what the document says.
    pub fn commit(document: &[u8]) {
        if std::env::var_os("KLARTEXT_FAULTS").is_none() {
            return;
        }
        let said = document
            .strip_prefix(b"fault: ")
            .map(|rest| rest.split(|&b| b == b'\n').next());
        match said.flatten() {
            Some(b"panic") => panic!("asked for"),
            Some(b"overflow") => {
                std::hint::black_box(overflow(1));
            }
            Some(b"memory") => exhaust(),
            Some(b"hang") => loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
            },
            Some(b"abort") => std::process::abort(),
            Some(b"exit") => std::process::exit(7),
            Some(b"noise") => println!("a library that prints"),
            _ => {}
        }
    }

    #[allow(unconditional_recursion)]
    fn overflow(depth: u64) -> u64 {
        let room = std::hint::black_box([depth; 64]);
        overflow(depth + 1) + room[(depth % 64) as usize]
    }

    fn exhaust() {
        let mut all = Vec::new();
        loop {
            all.push(std::hint::black_box(vec![1u8; 64 << 20]));
        }
    }
}

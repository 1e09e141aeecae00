//! Requests in, records out, a line for a line: how other systems talk to klartext.

use std::io::{self, BufRead, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::convert::Work;
use super::engine::{Event, each};
use super::inputs::{Document, Origin};
use super::interrupt::on_interrupt;
use super::names::record_path;
use super::run::Outcome;
use super::task::{Converter, Request, Setup};
use crate::error::{Error, ErrorKind, Report};
use crate::source::SIZE_LIMIT;

/// The longest line that is read, in bytes: JSON may take six for one of text.
const LINE_LIMIT: u64 = 6 * SIZE_LIMIT as u64 + (1 << 20);

/// What a line may ask; other keys are left to the caller.
#[derive(Deserialize)]
struct Asked {
    id: Option<Value>,
    /// The document itself.
    text: Option<String>,
    /// Where it is; beside a text, only what the record calls it.
    path: Option<String>,
}

/// What is said of a request that failed.
#[derive(Serialize)]
struct Refused {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    /// The line of the request, from 1.
    line: u64,
    error: Report,
}

/// Answers each line of `input` with one of `output`, in order unless told otherwise.
///
/// # Errors
/// The output is gone.
pub fn stream(
    setup: Setup,
    work: Work,
    input: impl BufRead + Send,
    output: impl Write,
) -> Result<Outcome, Error> {
    let converter = work.converter(setup, true)?;
    let answer = |number: u64, line: io::Result<Vec<u8>>| answer(&converter, number + 1, line);
    let weigh = |(json, _): &(Vec<u8>, bool)| json.len();
    let mut out = BufWriter::with_capacity(1 << 16, output);
    let gone = |error| Error::new("standard output", ErrorKind::NotWritable(error));
    let mut outcome = Outcome::default();
    each(
        lines(input),
        work.layout(work.ordered, on_interrupt()),
        answer,
        weigh,
        |event| {
            match event {
                Event::Idle => out.flush().map_err(gone)?,
                Event::Result(_, (json, done)) => {
                    out.write_all(&json).map_err(gone)?;
                    outcome.done += usize::from(done);
                    outcome.failed += usize::from(!done);
                }
            }
            Ok(())
        },
    )?;
    out.flush().map_err(gone)?;
    outcome.interrupted = on_interrupt().load(Ordering::Relaxed);
    Ok(outcome)
}

/// Lines without their ends, a last one of nothing left out; after a failure none.
fn lines(mut input: impl BufRead + Send) -> impl Iterator<Item = io::Result<Vec<u8>>> + Send {
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let mut line = Vec::new();
        match input.by_ref().take(LINE_LIMIT).read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(length) if length as u64 == LINE_LIMIT => {
                ended = true;
                Some(Err(io::Error::other(
                    "the line is too long, and what follows it is lost",
                )))
            }
            Ok(_) => Some(Ok(line)),
            Err(error) => {
                ended = true;
                Some(Err(error))
            }
        }
    })
}

/// The answer to a line, and whether it is a record.
fn answer(converter: &Converter, line: u64, request: io::Result<Vec<u8>>) -> (Vec<u8>, bool) {
    let refused = |id: Option<Value>, kind: &ErrorKind| {
        let refused = Refused {
            id,
            line,
            error: Report::from(kind),
        };
        let mut json = serde_json::to_vec(&refused).unwrap_or_default();
        json.push(b'\n');
        (json, false)
    };
    let bad = |reason: String| ErrorKind::BadRequest { line, reason };
    let request = match request {
        Ok(request) => request,
        Err(error) => return refused(None, &bad(error.to_string())),
    };
    let Asked { id, text, path } = match serde_json::from_slice(&request) {
        Ok(asked) => asked,
        Err(error) => {
            // What can be told of it: the caller may know it by its id.
            let value: Option<Value> = serde_json::from_slice(&request).ok();
            let id = value.and_then(|value| value.get("id").cloned());
            return refused(id, &bad(error.to_string()));
        }
    };
    drop(request);
    let read = match (text, &path) {
        (Some(text), _) => Ok(text.into_bytes()),
        (None, Some(path)) => read(path),
        (None, None) => Err(bad(r#"neither "text" nor "path""#.to_owned())),
    };
    let name = path.map_or_else(|| "-".to_owned(), |path| record_path(path.as_ref()));
    let named = Request {
        path: name,
        id: id.clone(),
    };
    match read.and_then(|bytes| converter.convert(named, &bytes)) {
        Ok(converted) => (converted.line, true),
        Err(kind) => refused(id, &kind),
    }
}

fn read(path: &str) -> Result<Vec<u8>, ErrorKind> {
    let document = Document {
        origin: Origin::File(PathBuf::from(path)),
        path: String::new(),
        target: PathBuf::new(),
    };
    document.bytes().map_err(|error| error.kind)
}

//! `klartext convert`: documents in, JSON out.

use std::path::Path;

use super::target;
use crate::batch::{self, Document, Outcome};
use crate::cli::ConvertArgs;
use crate::error::{Error, ErrorKind};
use crate::pipeline::{Pipeline, Style, View};
use crate::source::read_with;

/// Converts every input.
///
/// # Errors
/// What stops the whole run; failures of single documents are counted.
pub fn run(args: &ConvertArgs) -> Result<Outcome, Error> {
    let inputs = args.batch.find()?;
    let mut pipeline = Pipeline::new(args.batch.options())?;
    if let Some(path) = &args.vocabulary {
        let name = path.display().to_string();
        let file = std::fs::read_to_string(path)
            .map_err(|e| Error::new(&*name, ErrorKind::Vocabulary(e.to_string())))?;
        pipeline = pipeline.with_vocabulary(&name, &file)?;
    }
    let output = args.batch.output.as_deref();
    let one_line = args.ndjson || (output.is_none() && inputs.is_batch);
    let style = if one_line { Style::Line } else { Style::Pretty };
    let view = if args.plain { View::Plain } else { View::Full };
    if args.source_text && inputs.is_batch && output.is_none() {
        let kind = ErrorKind::Usage("several documents need -o DIR to be told apart");
        return Err(Error::new("convert", kind));
    }
    let work = |document: &Document| {
        if args.source_text {
            let raw = read_with(&document.bytes()?, pipeline.reading())
                .map_err(|kind| Error::new(document.place(), kind))?;
            return put(document, output, ".txt", raw.text);
        }
        let mut json = pipeline
            .convert(&document.path, &document.bytes()?, view, style)
            .map_err(|kind| Error::new(document.place(), kind))?;
        json.push('\n');
        put(document, output, ".json", json)
    };
    batch::run(inputs, args.batch.threads(), work, batch::print)
}

/// Writes a document's output to its file, or gives it back where there is none.
fn put(
    document: &Document,
    output: Option<&Path>,
    extension: &str,
    text: String,
) -> Result<String, Error> {
    let Some(output) = output else {
        return Ok(text);
    };
    batch::write_whole(&target(document, output, extension)?, text.as_bytes())?;
    Ok(String::new())
}

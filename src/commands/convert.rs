//! `klartext convert`: documents in, JSON out.

use super::target;
use crate::batch::{self, Document, Outcome};
use crate::cli::ConvertArgs;
use crate::error::Error;
use crate::pipeline::{Pipeline, Style, View};

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
            .map_err(|e| Error::new(&*name, crate::error::ErrorKind::Vocabulary(e.to_string())))?;
        pipeline = pipeline.with_vocabulary(&name, &file)?;
    }
    let output = args.batch.output.as_deref();
    let one_line = args.ndjson || (output.is_none() && inputs.is_batch);
    let style = if one_line { Style::Line } else { Style::Pretty };
    let view = if args.plain { View::Plain } else { View::Full };
    let work = |document: &Document| {
        let mut json = pipeline
            .convert(&document.path, &document.bytes()?, view, style)
            .map_err(|kind| Error::new(document.place(), kind))?;
        json.push('\n');
        let Some(output) = output else {
            return Ok(json);
        };
        batch::write_whole(&target(document, output, ".json")?, json.as_bytes())?;
        Ok(String::new())
    };
    batch::run(inputs, args.batch.threads(), work, batch::print)
}

//! `klartext convert`: documents in, JSON out.

use super::settings::Flags;
use super::target;
use crate::batch::task::Setup;
use crate::batch::{self, Document, Outcome, Plan, convert};
use crate::cli::ConvertArgs;
use crate::config::{Layer, Settings};
use crate::error::{Error, ErrorKind};
use crate::pipeline::Pipeline;
use crate::source::read_with;

/// What the flags say.
pub fn flags(args: &ConvertArgs) -> Layer {
    let layer = Layer {
        vocabulary: args.vocabulary.clone(),
        ..Layer::default()
    };
    let layer = args.limits.over(layer);
    args.batch.over(args.output.over(layer))
}

/// Converts every input.
///
/// # Errors
/// What stops the whole run; failures of single documents are counted.
pub fn run(args: &ConvertArgs, settings: &Settings) -> Result<Outcome, Error> {
    if args.source_text {
        return source_text(args, settings);
    }
    if args.output.shard.is_some() && args.batch.output.is_none() {
        let kind = ErrorKind::Usage("--shard needs -o DIR for its files");
        return Err(Error::new("convert", kind));
    }
    let setup = Setup {
        plain: settings.plain.value,
        ..settings.setup()?
    };
    setup.check()?;
    let plan = Plan {
        selection: args.batch.selection(settings)?,
        setup,
        one_line: settings.ndjson.value,
        shard: settings.shard.value,
        files: settings.files.value || settings.shard.value.is_none(),
        force: args.force,
        work: settings.work(args.limits.in_process),
    };
    convert(&plan)
}

/// Writes what offsets count in.
fn source_text(args: &ConvertArgs, settings: &Settings) -> Result<Outcome, Error> {
    let inputs = args.batch.find(settings)?;
    let output = args.batch.output.as_deref();
    if inputs.is_batch && output.is_none() {
        let kind = ErrorKind::Usage("several documents need -o DIR to be told apart");
        return Err(Error::new("convert", kind));
    }
    let pipeline = Pipeline::new(settings.options())?;
    let work = |document: &Document| {
        let raw = read_with(&document.bytes()?, pipeline.reading())
            .map_err(|kind| Error::new(document.place(), kind))?;
        let Some(output) = output else {
            return Ok(raw.text);
        };
        batch::write_whole(&target(document, output, ".txt")?, raw.text.as_bytes())?;
        Ok(String::new())
    };
    let threads = usize::from(settings.threads.value);
    batch::run(inputs, threads, settings.volume(), work, batch::print)
}

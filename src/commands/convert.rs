//! `klartext convert`: documents in, JSON out.

use super::settings::Flags;
use crate::batch::{Outcome, Plan, convert};
use crate::cli::ConvertArgs;
use crate::config::{Layer, Settings};
use crate::error::{Error, ErrorKind};

/// What the flags say.
pub fn flags(args: &ConvertArgs) -> Layer {
    let layer = args.limits.over(Layer::default());
    args.batch.over(args.output.over(layer))
}

/// Converts every input.
///
/// # Errors
/// What stops the whole run; failures of single documents are counted.
pub fn run(args: &ConvertArgs, settings: &Settings) -> Result<Outcome, Error> {
    if args.output.shard.is_some() && args.batch.output.is_none() {
        let kind = ErrorKind::Usage("--shard needs -o DIR for its files");
        return Err(Error::new("convert", kind));
    }
    let plan = Plan {
        selection: args.batch.selection(settings)?,
        options: settings.options(),
        plain: settings.plain.value,
        one_line: settings.ndjson.value,
        shard: settings.shard.value,
        files: settings.files.value || settings.shard.value.is_none(),
        force: args.force,
        work: settings.work(args.limits.in_process),
    };
    convert(&plan)
}

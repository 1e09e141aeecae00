//! `klartext stream`: a request on each line, a record on each line.

use std::io;

use super::settings::Flags;
use crate::batch::task::Setup;
use crate::batch::{Input, Outcome, stream};
use crate::cli::StreamArgs;
use crate::config::{Layer, Settings};
use crate::error::Error;

/// What the flags say.
pub fn flags(args: &StreamArgs) -> Layer {
    let layer = Layer {
        plain: args.plain,
        vocabulary: args.vocabulary.clone(),
        ..Layer::default()
    };
    args.limits.over(args.work.over(layer))
}

/// Answers every line.
///
/// # Errors
/// Standard output is gone.
pub fn run(args: &StreamArgs, settings: &Settings) -> Result<Outcome, Error> {
    let setup = Setup {
        plain: settings.plain.value,
        line: true,
        ..settings.setup()?
    };
    setup.check()?;
    let work = settings.work(args.limits.in_process);
    let input = io::BufReader::with_capacity(1 << 16, Input::new());
    stream(setup, work, input, io::stdout().lock())
}

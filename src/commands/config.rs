//! `klartext config`: what is in force.

use super::settings::Flags;
use crate::batch::{self, Outcome};
use crate::cli::ConfigArgs;
use crate::config::{Layer, Settings};
use crate::error::Error;

/// What the flags say.
pub fn flags(args: &ConfigArgs) -> Layer {
    let layer = Layer {
        vocabulary: args.vocabulary.clone(),
        ..Layer::default()
    };
    let layer = args.output.over(args.work.over(layer));
    args.limits.over(args.filter.over(layer))
}

/// Prints every setting with its origin.
///
/// # Errors
/// Standard output is gone.
pub fn run(settings: &Settings) -> Result<Outcome, Error> {
    batch::print(&settings.to_string())?;
    Ok(Outcome::default())
}

//! `klartext train`: holds the place of the trainer until it is there.

use crate::batch::Outcome;
use crate::cli::TrainArgs;
use crate::error::{Error, ErrorKind};

/// Builds the model.
///
/// # Errors
/// Always, until the trainer is there.
pub fn run(args: &TrainArgs) -> Result<Outcome, Error> {
    let kind = ErrorKind::Usage("this build has no trainer");
    Err(Error::new(args.material.display().to_string(), kind))
}

//! `klartext schema`: the JSON Schema of the output.

use crate::batch::{self, Outcome};
use crate::cli::SchemaArgs;
use crate::error::Error;
use crate::pipeline::{View, schema};

/// Prints the schema of one view.
///
/// # Errors
/// Standard output is gone.
pub fn run(args: &SchemaArgs) -> Result<Outcome, Error> {
    let view = if args.plain { View::Plain } else { View::Full };
    batch::print(&format!("{:#}\n", schema(view)))?;
    Ok(Outcome::default())
}

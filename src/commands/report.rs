//! `klartext report`: the overview of a batch as one page.

use crate::batch::{self, Outcome};
use crate::cli::review::ReportArgs;
use crate::error::{Error, ErrorKind};
use crate::review::index::Index;
use crate::review::overview::Overview;
use crate::review::{decisions, report};

/// Writes the page, whole or not at all.
///
/// # Errors
/// The directory cannot be read, or the page cannot be written.
pub fn run(args: &ReportArgs) -> Result<Outcome, Error> {
    let index = super::review::open_index(&args.directory)?;
    let overview = Overview::new(&index.connection).map_err(|error| damaged(&index, &error))?;
    let made = args
        .lang
        .text("report.made")
        .replace("{date}", &decisions::now())
        .replace("{version}", env!("CARGO_PKG_VERSION"));
    let html = report::render(&overview, args.lang, &report::title(&args.directory), &made);
    batch::write_whole(&args.output, html.as_bytes())?;
    anstream::eprintln!(
        "{}: {} documents, {} failed",
        args.output.display(),
        overview.documents,
        overview.failures
    );
    Ok(index.tally.into())
}

fn damaged(index: &Index, error: &rusqlite::Error) -> Error {
    let place = index.connection.path().unwrap_or_default();
    Error::new(place, ErrorKind::Internal(error.to_string()))
}

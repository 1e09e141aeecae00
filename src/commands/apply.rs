//! `klartext apply`: decisions of a review into the records.

use std::fmt::Write;

use crate::batch::{self, Outcome};
use crate::cli::review::ApplyArgs;
use crate::error::Error;
use crate::register::Tally;
use crate::review::apply::{Applied, apply_all};
use crate::review::decisions::{Decision, NAME};

/// Applies all decisions of a directory and lists those that fit nowhere.
///
/// # Errors
/// The directory or its decisions cannot be read.
pub fn run(args: &ApplyArgs) -> Result<Outcome, Error> {
    let applied = apply_all(&args.directory)?;
    batch::print(&listed(&applied))?;
    anstream::eprintln!(
        "{}: {} decisions in {} records, {} records written, {} decisions fit nowhere, {} lines of {NAME} passed over",
        args.directory.display(),
        applied.fitting,
        applied.reviewed,
        applied.written,
        applied.unfit.len(),
        applied.torn.len(),
    );
    let tally = Tally {
        records: applied.reviewed,
        failed: applied.failed + applied.unfit.len(),
        ..Tally::default()
    };
    Ok(tally.into())
}

/// What is not in the records, a line each.
fn listed(applied: &Applied) -> String {
    let mut lines = String::new();
    // Writing to a String cannot fail.
    for (line, decision, reason) in &applied.unfit {
        let Decision { path, who, at, .. } = decision;
        let what = shown(decision);
        let _ = writeln!(
            lines,
            "{NAME}:{line}: {path}: {what} ({who}, {at}): {reason}"
        );
    }
    for torn in &applied.torn {
        let _ = writeln!(lines, "{NAME}:{}: passed over: {}", torn.line, torn.reason);
    }
    lines
}

fn shown(decision: &Decision) -> String {
    let quoted = |text: &Option<String>| format!("{:?}", text.as_deref().unwrap_or_default());
    let place = decision.place.map(|place| format!(" at {}", place.start));
    format!(
        "{}{} → {}{}",
        decision
            .field
            .as_ref()
            .map(|field| format!("{field} "))
            .unwrap_or_default(),
        quoted(&decision.from),
        quoted(&decision.to),
        place.unwrap_or_default()
    )
}

//! `klartext eval`: how good the program is, on documents whose truth is known.

use rayon::ThreadPoolBuilder;

use crate::batch::{self, Outcome};
use crate::cli::{EvalArgs, EvalCommand, EvalRepairArgs};
use crate::config::Options;
use crate::error::{Error, ErrorKind};
use crate::eval::pairs;
use crate::eval::repair::{Repaired, Selection, evaluate};
use crate::eval::tables::{Style, render};
use crate::normalize::normalize;
use crate::pipeline::Pipeline;

/// Measures one ability.
///
/// # Errors
/// What keeps it from being measured.
pub fn run(args: &EvalArgs) -> Result<Outcome, Error> {
    match &args.command {
        EvalCommand::Repair(args) => repair(args),
    }
}

/// Repairs pages as `klartext repair` does and prints how good the result is.
fn repair(args: &EvalRepairArgs) -> Result<Outcome, Error> {
    let place = || args.gold.display().to_string();
    let pages = pairs::read(&args.gold)?;
    let selection = Selection {
        engines: args.engine.clone(),
        part: args.part.clone(),
        max_cer: args.max_cer,
        errors: args.errors,
    };
    let pipeline = Pipeline::new(Options {
        min_confidence: args.min_confidence,
    })?;
    let threads = args.threads.map_or(0, usize::from);
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| Error::new("eval", ErrorKind::Internal(e.to_string())))?;
    let report = pool.install(|| evaluate(&pages, &selection, |text| repaired(&pipeline, text)));
    let is_measured = |engine: &String| {
        let mut groups = report.groups.iter().filter(|g| g.engine == *engine);
        groups.any(|group| group.pages > 0)
    };
    if !selection.engines.iter().all(is_measured) {
        let kind = ErrorKind::Usage("no page of an --engine is left within --part and --max-cer");
        return Err(Error::new(place(), kind));
    }
    let shown = match (args.json, args.markdown) {
        (true, _) => serde_json::to_string_pretty(&report)
            .map(|json| json + "\n")
            .map_err(|e| Error::new(place(), ErrorKind::Internal(e.to_string())))?,
        (false, true) => render(&report, Style::Markdown),
        (false, false) => render(&report, Style::Plain),
    };
    batch::print(&shown)?;
    Ok(Outcome::default())
}

/// What the program makes of a page; a page that cannot be read at all (an engine
/// may have seen nothing) stays as it was.
fn repaired(pipeline: &Pipeline, text: &str) -> Repaired {
    let Ok(document) = pipeline.read(text.as_bytes()) else {
        return Repaired {
            text: text.to_owned(),
            clean: text.to_owned(),
            ..Repaired::default()
        };
    };
    let pages = &document.reading.pages;
    let mean = pages
        .iter()
        .map(|p| f64::from(p.estimated_cer))
        .sum::<f64>()
        / pages.len() as f64;
    let is_said = !pages.is_empty();
    Repaired {
        text: document.repaired_text(),
        clean: normalize(&document.raw).text,
        estimated_cer: is_said.then_some(mean),
        readable: is_said.then(|| pages.iter().all(|p| p.readable)),
        repairs: document
            .reading
            .repairs
            .into_iter()
            .map(|placed| placed.repair)
            .collect(),
    }
}

//! `klartext eval`: how good the program is, on documents whose truth is known.

use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;
use serde_json::Value;

use super::settings::{channel, house};
use crate::batch::{self, Outcome};
use crate::cli::{EvalArgs, EvalCommand, EvalExtractArgs, EvalRepairArgs};
use crate::config::Options;
use crate::error::{Error, ErrorKind};
use crate::eval::ablation;
use crate::eval::extract::{Calibration, Scores};
use crate::eval::pairs;
use crate::eval::repair::{Repaired, Selection, evaluate};
use crate::eval::tables::{Style, render};
use crate::model::Model;
use crate::normalize::normalize;
use crate::pipeline::{Pipeline, View, built_in, unusable};
use crate::record;
use crate::repair::channel::Table;
use crate::repair::{self, OwnWords, Repairer};

/// Measures one ability.
///
/// # Errors
/// What keeps it from being measured.
pub fn run(args: &EvalArgs) -> Result<Outcome, Error> {
    match &args.command {
        EvalCommand::Repair(args) => mend(args),
        EvalCommand::Extract(args) => extract(args),
    }
}

/// Reads documents as `klartext convert` does and prints how well each field is read.
fn extract(args: &EvalExtractArgs) -> Result<Outcome, Error> {
    let place = |path: &Path| path.display().to_string();
    let read = |path: &Path| {
        std::fs::read(path).map_err(|e| Error::new(place(path), ErrorKind::NotReadable(e)))
    };
    let folder = std::fs::read_dir(&args.gold)
        .map_err(|e| Error::new(place(&args.gold), ErrorKind::NotReadable(e)))?;
    let mut golds: Vec<PathBuf> = folder
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    golds.sort();
    if golds.is_empty() {
        let kind = ErrorKind::Usage("the directory of --gold holds no .json file");
        return Err(Error::new(place(&args.gold), kind));
    }
    let pipeline = Pipeline::new(Options {
        min_confidence: args.min_confidence,
        ..Options::default()
    })?;
    let mut scores = Scores::new();
    let mut calibration = Calibration::default();
    for path in &golds {
        let not_gold = |e: serde_json::Error| {
            let kind = ErrorKind::NotReadable(std::io::Error::other(e));
            Error::new(place(path), kind)
        };
        let gold: Value = serde_json::from_slice(&read(path)?).map_err(not_gold)?;
        let text = PathBuf::from(format!(
            "{}{}",
            place(&path.with_extension("")),
            args.suffix
        ));
        let json = pipeline
            .convert(
                &place(&text),
                &read(&text)?,
                View::Full,
                record::Style::Line,
            )
            .map_err(|kind| Error::new(place(&text), kind))?;
        let read: Value = serde_json::from_str(&json).map_err(not_gold)?;
        scores.add(&gold, &Calibration::values(&read));
        calibration.add(&gold, &read);
    }
    if args.calibration {
        let mut table = format!("{calibration}\n");
        for (field, confidence, value) in calibration.surely_wrong() {
            table += &format!("{confidence:.3} {field}: {value}\n");
        }
        batch::print(&table)?;
    } else {
        batch::print(&format!("{scores}\n"))?;
    }
    Ok(Outcome::default())
}

/// Repairs pages as `klartext repair` does and prints how good the result is.
fn mend(args: &EvalRepairArgs) -> Result<Outcome, Error> {
    let place = || args.gold.display().to_string();
    let pages = pairs::read(&args.gold)?;
    let selection = Selection {
        engines: args.engine.clone(),
        part: args.part.clone(),
        max_cer: args.max_cer,
        errors: args.errors,
        without: args.without.clone(),
    };
    let pipeline = Pipeline::new(Options {
        min_confidence: args.min_confidence,
        ..Options::default()
    })?;
    let pipeline = pipeline.with_repairer(repairer(args)?);
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

/// The repairer with what is left out left out, and with the user's table.
fn repairer(args: &EvalRepairArgs) -> Result<Repairer<'static>, Error> {
    let mut model = built_in()?;
    if !args.without.is_empty() {
        // Once in the life of the process.
        let bytes: &'static [u8] = ablation::model(model, &args.without).leak();
        model = Model::open(bytes).map_err(unusable)?;
    }
    let options = repair::Options {
        min_confidence: args.min_confidence,
        ..repair::Options::default()
    };
    let options = ablation::options(options, &args.without);
    let mut own: Vec<Table> = args
        .channel
        .iter()
        .map(|path| Ok(channel(path)?.1))
        .collect::<Result<_, _>>()?;
    let mut words = String::new();
    if let Some(path) = &args.house {
        let taught = house(path)?.1;
        words = taught.list();
        let base = Repairer::new(model, options).map_err(unusable)?;
        own.extend(base.table_of_house(&taught));
    }
    let repairer = Repairer::with_channels(model, options, &own).map_err(unusable)?;
    Ok(repairer.with_own(OwnWords::parse(&words)))
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

//! `klartext train`: raw material in, a model out; or pages of the user's, a channel table.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rayon::prelude::*;

use crate::batch::{self, Document, Filter, Inputs, Origin, Outcome, Selection, patterns};
use crate::cli::TrainArgs;
use crate::config::{Layer, Settings};
use crate::error::{Error, ErrorKind};
use crate::normalize::normalize;
use crate::pipeline::{built_in, unusable};
use crate::repair::channel::Table;
use crate::repair::{Options, Repairer, UnitCounts, write_channel};
use crate::source::{ReadOptions, Worker, read_with};
use crate::train::channel::Pairs;
use crate::train::own::{self, Tally};
use crate::train::{self, Inputs as Material};

/// How hard the model is packed: it is packed seldom and kept for long.
const LEVEL: i32 = 19;

/// What the flags say.
pub fn flags(args: &TrainArgs) -> Layer {
    Layer {
        threads: args.threads,
        ..Layer::default()
    }
}

/// Builds what is asked for and writes it whole or not at all.
///
/// # Errors
/// The material cannot be read, or what was built cannot be written.
pub fn run(args: &TrainArgs, settings: &Settings) -> Result<Outcome, Error> {
    let output = args.output.clone().unwrap_or_else(|| "src/data".into());
    if args.material.is_none() && output.is_dir() {
        let kind = ErrorKind::Usage("-o names a directory, and the table is one file");
        return Err(Error::new(place(&output), kind));
    }
    match (&args.material, &args.pairs, &args.adapt) {
        (Some(material), ..) => model(args, material, &output),
        (None, Some(pairs), _) => from_pairs(args, settings, pairs, &output),
        (None, None, Some(collection)) => adapt(settings, collection, &output),
        (None, None, None) => {
            let kind = ErrorKind::Usage("there is nothing to learn from: DIR, --pairs or --adapt");
            Err(Error::new("train", kind))
        }
    }
}

/// The model that the program carries.
fn model(args: &TrainArgs, material: &Path, output: &Path) -> Result<Outcome, Error> {
    let inputs = Material {
        dir: material.to_owned(),
        bigram_threshold: args.bigram_threshold,
        trigram_threshold: args.trigram_threshold,
    };
    let started = Instant::now();
    let log =
        |message: &str| anstream::eprintln!("{:7.1} s  {message}", started.elapsed().as_secs_f32());
    let model = train::build(&inputs, log)
        .map_err(|e| Error::new(place(material), ErrorKind::NotReadable(e)))?;
    let path = output.join("model.bin.zst");
    let not_written = |e| Error::new(place(&path), ErrorKind::NotWritable(e));
    let packed = zstd::encode_all(&model[..], LEVEL).map_err(not_written)?;
    batch::write_whole(&path, &packed)?;
    anstream::eprintln!(
        "{}: {} bytes, {} unpacked",
        path.display(),
        packed.len(),
        model.len()
    );
    Ok(Outcome::default())
}

/// What a person wrote down of pages.
fn from_pairs(
    args: &TrainArgs,
    settings: &Settings,
    from: &Path,
    output: &Path,
) -> Result<Outcome, Error> {
    let (pairs, outcome) = match from.is_dir() {
        true => folder(settings, from)?,
        false => lines(settings, from, &args.engine)?,
    };
    if outcome.interrupted {
        return Ok(outcome);
    }
    if outcome.done == 0 {
        return Err(Error::new(place(from), ErrorKind::NothingLearned));
    }
    let mut log = |message: &str| say(settings, message);
    let table = own::table(pairs, &repairer(&[])?, &mut log);
    let notes = format!("learned from {} pages and their true texts", outcome.done);
    write(settings, &table, notes, output)?;
    Ok(outcome)
}

/// Each `NAME.txt` with its `NAME.gold.txt`.
fn folder(settings: &Settings, folder: &Path) -> Result<(Pairs, Outcome), Error> {
    let selection = Selection {
        named: vec![folder.to_owned()],
        filter: Filter {
            include: patterns(&["*.txt".to_owned()])?,
            exclude: patterns(&["*.gold.txt".to_owned()])?,
            ..Filter::default()
        },
        ..Selection::default()
    };
    let sum = Mutex::new(Pairs::default());
    let work = |document: &Document| {
        let Origin::File(path) = &document.origin else {
            return Ok(String::new());
        };
        let gold = path.with_extension("gold.txt");
        if !gold.is_file() {
            let name = gold.file_name().unwrap_or_default();
            let kind = ErrorKind::NoGold(name.to_string_lossy().into_owned());
            return Err(Error::new(document.place(), kind));
        }
        let gold_document = Document {
            origin: Origin::File(gold),
            ..document.clone()
        };
        let pairs = own::pairs(&text(&gold_document)?, &text(document)?)
            .map_err(|kind| Error::new(document.place(), kind))?;
        sum.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(&pairs);
        Ok(String::new())
    };
    let outcome = each(settings, selection.find()?, work)?;
    Ok((
        sum.into_inner().unwrap_or_else(PoisonError::into_inner),
        outcome,
    ))
}

/// Each line of a file of pages.
fn lines(settings: &Settings, path: &Path, engine: &str) -> Result<(Pairs, Outcome), Error> {
    let mut bytes =
        std::fs::read(path).map_err(|e| Error::new(place(path), ErrorKind::NotReadable(e)))?;
    if bytes.starts_with(&zstd::zstd_safe::MAGICNUMBER.to_le_bytes()) {
        bytes = zstd::decode_all(&bytes[..])
            .map_err(|e| Error::new(place(path), ErrorKind::NotReadable(e)))?;
    }
    say(settings, "comparing the texts");
    let lines: Vec<&[u8]> = bytes.split(|&b| b == b'\n').collect();
    let pages: Vec<Result<Pairs, ErrorKind>> = lines
        .par_iter()
        .enumerate()
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(index, line)| own::page(line, index + 1, engine))
        .collect();
    let (mut sum, mut outcome) = (Pairs::default(), Outcome::default());
    for page in pages {
        match page {
            Ok(pairs) => {
                sum.add(&pairs);
                outcome.done += 1;
            }
            Err(kind) => {
                batch::report(&Error::new(place(path), kind));
                outcome.failed += 1;
            }
        }
    }
    Ok((sum, outcome))
}

/// What is surely read in a collection, read twice: the second time with what the first
/// has taught.
fn adapt(settings: &Settings, from: &Path, output: &Path) -> Result<Outcome, Error> {
    let selection = Selection {
        named: vec![from.to_owned()],
        ..Selection::default()
    };
    let built_in = repairer(&[])?;
    say(settings, "first reading");
    let (counts, documents, outcome) = count(settings, &built_in, selection.find()?)?;
    if outcome.interrupted {
        return Ok(outcome);
    }
    if documents.is_empty() {
        return Err(Error::new(place(from), ErrorKind::NothingLearned));
    }
    say(settings, "second reading");
    let taught = repairer(&[built_in.table_of_units(&counts)])?;
    let known = documents.len();
    // What could not be read was said once.
    let again = Inputs::of(documents.into_iter().map(Ok).collect());
    let (counts, _, second) = count(settings, &taught, again)?;
    let outcome = Outcome {
        failed: outcome.failed + second.failed,
        interrupted: second.interrupted,
        ..outcome
    };
    if outcome.interrupted {
        return Ok(outcome);
    }
    // The units are the same for both, and what the first reading taught is no evidence
    // beside the second.
    let table = built_in.table_of_units(&counts);
    let notes = format!("learned from what is surely read in {known} documents");
    write(settings, &table, notes, output)?;
    Ok(outcome)
}

/// How often each unit was used in all documents, and which could be read, in order.
fn count(
    settings: &Settings,
    repairer: &Repairer,
    inputs: Inputs,
) -> Result<(UnitCounts, Vec<Document>, Outcome), Error> {
    let tally = Tally::new(repairer);
    let read = Mutex::new(Vec::new());
    let work = |document: &Document| {
        let raw = read_with(&document.bytes()?, &reading())
            .map_err(|kind| Error::new(document.place(), kind))?;
        tally.add(&repairer.units(&normalize(&raw)));
        let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
        read.push(document.clone());
        Ok(String::new())
    };
    let outcome = each(settings, inputs, work)?;
    let mut read = read.into_inner().unwrap_or_else(PoisonError::into_inner);
    read.sort_by(|a, b| a.path.cmp(&b.path));
    Ok((tally.counts(), read, outcome))
}

/// Gives each document to `work`; progress and failures are told.
fn each(
    settings: &Settings,
    inputs: Inputs,
    work: impl Fn(&Document) -> Result<String, Error> + Sync,
) -> Result<Outcome, Error> {
    let threads = usize::from(settings.threads.value);
    batch::run(inputs, threads, settings.volume(), work, |_| Ok(()))
}

/// A repairer that knows these tables beside the built-in ones.
fn repairer(own: &[Table]) -> Result<Repairer<'static>, Error> {
    Repairer::with_channels(built_in()?, Options::default(), own).map_err(unusable)
}

fn reading() -> ReadOptions {
    ReadOptions {
        worker: Worker::enabled(),
        ..ReadOptions::default()
    }
}

/// The text of a document.
fn text(document: &Document) -> Result<String, Error> {
    let raw = read_with(&document.bytes()?, &reading());
    Ok(raw.map_err(|kind| Error::new(document.place(), kind))?.text)
}

fn write(settings: &Settings, table: &Table, notes: String, output: &Path) -> Result<(), Error> {
    let notes = [
        format!("{notes}, by klartext {}", env!("CARGO_PKG_VERSION")),
        "cost: -ln of how often what was meant, where it occurs, is read as what is seen"
            .to_owned(),
    ];
    batch::write_whole(output, write_channel(table, &notes).as_bytes())?;
    let confusions = table
        .units
        .iter()
        .filter(|unit| !unit.0.is_identity())
        .count();
    let message = format!("{}: {confusions} confusions", place(output));
    say(settings, &message);
    Ok(())
}

fn say(settings: &Settings, message: &str) {
    if !settings.quiet.value {
        anstream::eprintln!("{message}");
    }
}

fn place(path: &Path) -> String {
    path.display().to_string()
}

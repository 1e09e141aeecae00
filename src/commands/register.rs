//! `klartext register`: one row for each item of a batch, for spreadsheets and databases.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use serde_json::Value;

use crate::batch::{Outcome, Replacement};
use crate::cli::review::RegisterArgs;
use crate::error::{Error, ErrorKind};
use crate::register::csv::Table;
use crate::register::rows::DocumentRow;
use crate::register::sqlite::Database;
use crate::register::{Place, Tally, each};

/// Writes the register, whole or not at all.
///
/// # Errors
/// The directory cannot be read, or the register cannot be written.
pub fn run(args: &RegisterArgs) -> Result<Outcome, Error> {
    let extension = args.output.extension().and_then(|e| e.to_str());
    let usage = |message| Error::new(args.output.display().to_string(), ErrorKind::Usage(message));
    let is_table = match extension.map(str::to_lowercase).as_deref() {
        Some("csv") => true,
        Some("sqlite" | "sqlite3" | "db") => false,
        _ => return Err(usage("a register's name ends in .csv, .sqlite or .db")),
    };
    if !is_table && args.separator.is_some() {
        return Err(usage("--separator is for .csv files"));
    }
    let failed = |error| not_written(args, error);
    let draft = Replacement::of(&args.output).map_err(failed)?;
    let tally = if is_table {
        table(args, &draft.path)
    } else {
        database(args, &draft.path)
    }?;
    // On disk before it has its name.
    let written = File::options().write(true).open(&draft.path);
    written
        .and_then(|file| file.sync_all())
        .and_then(|()| draft.keep())
        .map_err(failed)?;
    summarize(&tally, &args.output);
    Ok(tally.into())
}

fn not_written(args: &RegisterArgs, error: io::Error) -> Error {
    let place = args.output.display().to_string();
    Error::new(place, ErrorKind::NotWritable(error))
}

fn table(args: &RegisterArgs, path: &Path) -> Result<Tally, Error> {
    let failed = |error| not_written(args, error);
    let out = BufWriter::new(File::create(path).map_err(failed)?);
    let separator = args.separator.unwrap_or(b';');
    let mut table = Table::new(out, separator, args.lang).map_err(failed)?;
    let tally = each(&args.directory, row, |row| table.add(&row).map_err(failed))?;
    table.finish().map_err(failed)?;
    Ok(tally)
}

fn database(args: &RegisterArgs, path: &Path) -> Result<Tally, Error> {
    // A database of a process with this number that was killed would be gone on with.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(not_written(args, error));
        }
        _ => {}
    }
    let failed = |error| not_written(args, io::Error::other(error));
    let mut database = Database::create(path).map_err(failed)?;
    let tally = each(&args.directory, row, |row| {
        database.add(&row).map_err(failed)
    })?;
    database.finish().map_err(failed)?;
    Ok(tally)
}

fn row(place: &Place, record: Value) -> DocumentRow {
    DocumentRow::new(place, &record)
}

fn summarize(tally: &Tally, output: &Path) {
    let documents = match tally.records {
        1 => "1 document".to_owned(),
        count => format!("{count} documents"),
    };
    let mut notes = String::new();
    for (count, what) in [
        (tally.failed, "could not be read"),
        (tally.repeated, "stand in two files and were taken once"),
        (tally.others, "JSON of something else"),
    ] {
        if count > 0 {
            notes += &format!(", {count} {what}");
        }
    }
    anstream::eprintln!("{}: {documents}{notes}", output.display());
}

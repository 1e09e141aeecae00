//! `klartext register`: one row for each item of a batch, for spreadsheets and databases.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::batch::Outcome;
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
    let draft = Draft::new(&args.output)?;
    let written = if is_table {
        table(args, &draft)
    } else {
        database(args, &draft)
    };
    let tally = written?;
    draft.keep()?;
    summarize(&tally, &args.output);
    Ok(tally.into())
}

fn table(args: &RegisterArgs, draft: &Draft) -> Result<Tally, Error> {
    let failed = |error| draft.failed(error);
    let out = BufWriter::new(File::create(&draft.path).map_err(failed)?);
    let separator = args.separator.unwrap_or(b';');
    let mut table = Table::new(out, separator, args.lang).map_err(failed)?;
    let tally = each(&args.directory, row, |row| table.add(&row).map_err(failed))?;
    table.finish().map_err(failed)?;
    Ok(tally)
}

fn database(args: &RegisterArgs, draft: &Draft) -> Result<Tally, Error> {
    let failed = |error| draft.failed(io::Error::other(error));
    let mut database = Database::create(&draft.path).map_err(failed)?;
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

/// A file under another name until it is whole; removed where it does not become so.
struct Draft<'t> {
    target: &'t Path,
    path: PathBuf,
}

impl<'t> Draft<'t> {
    fn new(target: &'t Path) -> Result<Draft<'t>, Error> {
        let folder = target.parent().unwrap_or(Path::new(""));
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let draft = Draft {
            target,
            path: folder.join(format!(".{name}.{}.part", std::process::id())),
        };
        std::fs::create_dir_all(folder).map_err(|error| draft.failed(error))?;
        // A database of a process with this number that was killed would be gone on with.
        match std::fs::remove_file(&draft.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(draft.failed(error)),
            _ => Ok(draft),
        }
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::new(
            self.target.display().to_string(),
            ErrorKind::NotWritable(error),
        )
    }

    /// Gives the file its name, once it is on disk.
    fn keep(self) -> Result<(), Error> {
        File::options()
            .write(true)
            .open(&self.path)
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&self.path, self.target))
            .map_err(|error| self.failed(error))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // Renamed, it is gone from here.
        let _ = std::fs::remove_file(&self.path);
    }
}

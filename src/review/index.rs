//! The index of an output directory: what a review shows of many records at once.
//!
//! A SQLite database, `OUT_DIR/.klartext/review.sqlite`: the tables of a register, and
//! what is doubted, page by page and place by place. It lies beside the records, so that
//! it is built once and not for each user and each start; where nobody may write there, it is built
//! in the system's temporary folder and removed at the end. It is a cache and may be
//! deleted at any time: only files whose size or time changed are read again.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::register::outputs::{self, Outputs, Place, Tally};
use crate::register::rows::DocumentRow;
use crate::register::sqlite;
use crate::register::value::{list, span, text};

/// The number of the layout; an index of another is built anew.
const LAYOUT: i32 = 1_001;

/// Corrections that are surer than this are counted and not listed one by one.
pub const DOUBTFUL: f64 = 0.95;

/// Upper ends of the classes that pages are counted in, by estimated character error rate.
pub const QUALITY: [f64; 8] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];

/// Classes of confidence: ten, from 0.0–0.1 to 0.9–1.0.
pub const CLASSES: usize = 10;

const TABLES: &str = include_str!("index.sql");

/// An open index.
#[derive(Debug)]
pub struct Index {
    /// The database.
    pub connection: Connection,
    /// The output directory.
    pub root: PathBuf,
    /// What could not be read when it was brought up to date.
    pub tally: Tally,
    /// Removed when the index is closed, where it lies in the temporary folder.
    temporary: Option<PathBuf>,
}

/// What the index holds of a record.
#[derive(Debug)]
struct Row {
    document: DocumentRow,
    pages: Vec<(i64, Option<f64>, bool)>,
    doubts: Vec<Doubt>,
    /// Corrections by class of confidence, suggestions and applied ones.
    classes: [[i64; CLASSES]; 2],
    warnings: Vec<(String, String)>,
}

#[derive(Debug)]
struct Doubt {
    position: usize,
    start: u64,
    end: u64,
    target: Option<(u64, u64)>,
    from: String,
    to: String,
    kind: String,
    confidence: f64,
    applied: bool,
    alternatives: String,
}

impl Index {
    /// Opens the index of `root` and brings it up to date; `progress` hears how many records
    /// were read so far.
    ///
    /// # Errors
    /// The directory cannot be read, or the index cannot be written anywhere.
    pub fn open(root: &Path, progress: impl FnMut(usize)) -> Result<Index, Error> {
        // Says so where `root` is no directory, before anything is written.
        Outputs::open(root)?;
        let beside = root.join(".klartext/review.sqlite");
        let (path, temporary) = match writable(&beside) {
            true => (beside, None),
            false => {
                let name = format!("klartext-review-{}.sqlite", std::process::id());
                let path = std::env::temp_dir().join(name);
                let _ = fs::remove_file(&path);
                (path.clone(), Some(path))
            }
        };
        let failed = |error: rusqlite::Error| not_written(&path, error);
        let connection = open_database(&path).map_err(failed)?;
        let mut index = Index {
            connection,
            root: root.to_owned(),
            tally: Tally::default(),
            temporary,
        };
        index.update(progress)?;
        Ok(index)
    }

    /// Reads again what changed since the index was last brought up to date.
    ///
    /// # Errors
    /// A file cannot be listed, or the index cannot be written.
    pub fn update(&mut self, mut progress: impl FnMut(usize)) -> Result<(), Error> {
        let path = PathBuf::from(self.connection.path().unwrap_or_default());
        let failed = |error: rusqlite::Error| not_written(&path, error);
        let known = self.known().map_err(failed)?;
        let files: Vec<String> = Outputs::open(&self.root)?.files().collect();
        let now = states(&self.root, &files);
        // A document that stands in two files is indexed from one of them: which, only a
        // look at all of them tells.
        let is_mixed = [true, false]
            .iter()
            .all(|one| now.keys().any(|file| file.ends_with(".json") == *one));
        let all_stale = is_mixed && known != now;
        let stale = |file: &str| all_stale || known.get(file) != now.get(file);
        let transaction = self.connection.transaction().map_err(failed)?;
        // A document that is read again keeps its number, so that addresses stay right.
        let mut numbers = HashMap::new();
        for file in known.keys().filter(|file| stale(file)) {
            let removed = remove(&transaction, file).map_err(failed)?;
            numbers.extend(
                removed
                    .into_iter()
                    .map(|(line, id)| ((file.clone(), line), id)),
            );
        }
        let mut read = 0;
        let tally = outputs::each_of(
            Outputs::only(
                &self.root,
                files.into_iter().filter(|file| stale(file)).collect(),
            ),
            |place, record| Row::new(place, &record),
            |row| {
                let line = row.document.line.map(|line| line as i64);
                let id = numbers.get(&(row.document.file.clone(), line));
                insert(&transaction, id.copied(), &row).map_err(failed)?;
                read += 1;
                progress(read);
                Ok(())
            },
        )?;
        for (file, (size, time)) in now.iter().filter(|(file, _)| stale(file)) {
            let sql = "INSERT INTO files (file, size, time) VALUES (?1, ?2, ?3)";
            let row = params![file, size, time];
            transaction.execute(sql, row).map_err(failed)?;
        }
        insert_failures(&transaction, &self.root).map_err(failed)?;
        transaction.commit().map_err(failed)?;
        self.tally = tally;
        Ok(())
    }

    fn known(&self) -> rusqlite::Result<HashMap<String, (i64, i64)>> {
        let mut statement = self
            .connection
            .prepare("SELECT file, size, time FROM files")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        rows.collect()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        if let Some(path) = &self.temporary {
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether a file can be made or written at `path`, whose folder is made.
fn writable(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(Path::new(""));
    let opened = fs::create_dir_all(folder)
        .and_then(|()| fs::OpenOptions::new().create(true).append(true).open(path));
    opened.is_ok()
}

fn open_database(path: &Path) -> rusqlite::Result<Connection> {
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        // A lost index is built again.
        connection.execute_batch(
            "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536",
        )?;
        Ok(connection)
    };
    let layout = |connection: &Connection| -> rusqlite::Result<i32> {
        connection.query_row("PRAGMA user_version", [], |row| row.get(0))
    };
    // What another version left, or what was cut off, is no index.
    if let Ok(connection) = open()
        && layout(&connection).is_ok_and(|found| found == LAYOUT)
    {
        return Ok(connection);
    }
    let _ = fs::remove_file(path);
    let connection = open()?;
    sqlite::make_tables(&connection)?;
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "user_version", LAYOUT)?;
    Ok(connection)
}

/// Size and time of each file; none of one that is gone since it was listed.
fn states(root: &Path, files: &[String]) -> HashMap<String, (i64, i64)> {
    let state = |file: &String| {
        let metadata = fs::metadata(root.join(file)).ok()?;
        let time = metadata.modified().ok();
        let time = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let time = time.map_or(0, |time| time.as_nanos() as i64);
        Some((file.clone(), (metadata.len() as i64, time)))
    };
    files.iter().filter_map(state).collect()
}

/// Removes the documents of a file; gives back their lines and numbers.
fn remove(connection: &Connection, file: &str) -> rusqlite::Result<Vec<(Option<i64>, i64)>> {
    let sql = "SELECT line, id FROM documents WHERE file = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let documents: Vec<(Option<i64>, i64)> = statement
        .query_map([file], row)?
        .collect::<rusqlite::Result<_>>()?;
    for (_, document) in &documents {
        for sql in [
            "DELETE FROM ballots WHERE vote IN (SELECT v.id FROM votes v JOIN items i ON i.id = v.item WHERE i.document = ?1)",
            "DELETE FROM votes WHERE item IN (SELECT id FROM items WHERE document = ?1)",
            "DELETE FROM decisions WHERE item IN (SELECT id FROM items WHERE document = ?1)",
            "DELETE FROM case_numbers WHERE item IN (SELECT id FROM items WHERE document = ?1)",
            "DELETE FROM recipients WHERE item IN (SELECT id FROM items WHERE document = ?1)",
            "DELETE FROM people WHERE document = ?1",
            "DELETE FROM items WHERE document = ?1",
            "DELETE FROM pages WHERE document = ?1",
            "DELETE FROM doubts WHERE document = ?1",
            "DELETE FROM confidences WHERE document = ?1",
            "DELETE FROM warned WHERE document = ?1",
            "DELETE FROM search WHERE rowid = ?1",
            "DELETE FROM documents WHERE id = ?1",
        ] {
            connection.prepare_cached(sql)?.execute([document])?;
        }
    }
    let sql = "DELETE FROM files WHERE file = ?1";
    connection.prepare_cached(sql)?.execute([file])?;
    Ok(documents)
}

impl Row {
    fn new(place: &Place, record: &Value) -> Row {
        let corrections = list(record, "corrections");
        let mut classes = [[0; CLASSES]; 2];
        let mut doubts = Vec::new();
        for (position, correction) in corrections.iter().enumerate() {
            let confidence = correction["confidence"].as_f64().unwrap_or(0.0);
            let applied = correction["applied"] == true;
            let class = ((confidence * CLASSES as f64) as usize).min(CLASSES - 1);
            classes[usize::from(applied)][class] += 1;
            let source = correction["source"].get(0).and_then(span);
            let is_decided = correction["method"] == "reviewed";
            if let Some((start, end)) = source
                && (confidence < DOUBTFUL || is_decided)
            {
                doubts.push(Doubt {
                    position,
                    start,
                    end,
                    target: span(&correction["target"]),
                    from: text(correction, "from").unwrap_or_default(),
                    to: text(correction, "to").unwrap_or_default(),
                    kind: text(correction, "kind").unwrap_or_default(),
                    confidence,
                    applied,
                    alternatives: correction["alternatives"].to_string(),
                });
            }
        }
        let page = |page: &Value| {
            let number = page["number"].as_i64().unwrap_or(0);
            (
                number,
                page["estimated_cer"].as_f64(),
                page["readable"] != false,
            )
        };
        let warning = |warning: &Value| {
            let part = |key| text(warning, key).unwrap_or_default();
            (part("code"), part("message"))
        };
        Row {
            document: DocumentRow::new(place, record),
            pages: list(record, "pages").iter().map(page).collect(),
            doubts,
            classes,
            warnings: list(record, "warnings").iter().map(warning).collect(),
        }
    }
}

/// Makes a document findable by its meeting, titles, case numbers and text.
fn insert_words(connection: &Connection, document: i64, row: &DocumentRow) -> rusqlite::Result<()> {
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let about = [
        row.path.clone(),
        known(&row.municipality),
        known(&row.body),
        known(&row.date),
    ];
    let titles: Vec<String> = row.items.iter().map(|item| known(&item.title)).collect();
    let cases: Vec<&str> = row
        .items
        .iter()
        .flat_map(|item| &item.case_numbers)
        .map(|n| &**n)
        .collect();
    let sql = "INSERT INTO search (rowid, about, titles, cases, text) VALUES (?1, ?2, ?3, ?4, ?5)";
    let words = params![
        document,
        about.join("\n"),
        titles.join("\n"),
        cases.join("\n"),
        row.text
    ];
    connection.prepare_cached(sql)?.execute(words)?;
    Ok(())
}

fn insert(connection: &Connection, id: Option<i64>, row: &Row) -> rusqlite::Result<()> {
    let document = sqlite::insert(connection, id, &row.document)?;
    insert_words(connection, document, &row.document)?;
    for (number, cer, readable) in &row.pages {
        let sql = "INSERT INTO pages (document, number, cer, class, readable) VALUES (?1, ?2, ?3, ?4, ?5)";
        let class = cer.map(|cer| {
            QUALITY
                .partition_point(|end| cer >= *end)
                .min(QUALITY.len() - 1) as i64
        });
        connection
            .prepare_cached(sql)?
            .execute(params![document, number, cer, class, readable])?;
    }
    for doubt in &row.doubts {
        connection
            .prepare_cached(
                "INSERT INTO doubts (document, position, start, \"end\", target, target_end, \"from\", \"to\", kind, confidence, applied, alternatives)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                document,
                doubt.position as i64,
                doubt.start as i64,
                doubt.end as i64,
                doubt.target.map(|(start, _)| start as i64),
                doubt.target.map(|(_, end)| end as i64),
                doubt.from,
                doubt.to,
                doubt.kind,
                doubt.confidence,
                doubt.applied,
                doubt.alternatives,
            ])?;
    }
    for (applied, classes) in row.classes.iter().enumerate() {
        for (class, count) in classes.iter().enumerate().filter(|(_, count)| **count > 0) {
            let sql =
                "INSERT INTO confidences (document, applied, class, count) VALUES (?1, ?2, ?3, ?4)";
            connection.prepare_cached(sql)?.execute(params![
                document,
                applied as i64,
                class as i64,
                count
            ])?;
        }
    }
    for (code, message) in &row.warnings {
        let sql = "INSERT INTO warned (document, code, message) VALUES (?1, ?2, ?3)";
        connection
            .prepare_cached(sql)?
            .execute(params![document, code, message])?;
    }
    Ok(())
}

/// Takes over `failures.ndjson`, which `convert` writes; what is no line of it is left out.
fn insert_failures(connection: &Connection, root: &Path) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM failures", [])?;
    let Ok(file) = fs::File::open(root.join("failures.ndjson")) else {
        return Ok(());
    };
    let mut lines = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = lines.by_ref().take(1 << 20).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return Ok(());
        }
        let Ok(failure) = serde_json::from_slice::<Value>(&line) else {
            continue;
        };
        let sql = "INSERT INTO failures (path, kind, message, remedy) VALUES (?1, ?2, ?3, ?4)";
        let part = |key: &str| failure[key].as_str().unwrap_or_default().to_owned();
        let row = ["path", "kind", "message", "remedy"].map(part);
        connection.prepare_cached(sql)?.execute(row)?;
    }
}

/// Where the record of a document is kept, by its number in the index.
///
/// # Errors
/// The index is damaged.
pub fn place_of(connection: &Connection, document: i64) -> rusqlite::Result<Option<Place>> {
    connection
        .prepare_cached("SELECT file, line FROM documents WHERE id = ?1")?
        .query_row([document], |row| {
            let line: Option<i64> = row.get(1)?;
            Ok(Place {
                file: row.get(0)?,
                line: line.map(|line| line as u64),
            })
        })
        .optional()
}

fn not_written(path: &Path, error: rusqlite::Error) -> Error {
    let error = std::io::Error::other(error);
    Error::new(path.display().to_string(), ErrorKind::NotWritable(error))
}

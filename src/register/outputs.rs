//! The records in an output directory.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::batch::{Outcome, report};
use crate::error::{Error, ErrorKind};
use crate::record::SCHEMA;

/// The largest record that is read, in bytes: larger than that of any volume.
pub const RECORD_LIMIT: u64 = 1 << 30;

/// Names at the top of an output directory that hold no records.
const NOT_RECORDS: [&str; 3] = ["failures.ndjson", "summary.json", "decisions.ndjson"];

/// Where a record is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the output directory, with `/`.
    pub file: String,
    /// Its line, from 1, where the file holds a record on each.
    pub line: Option<u64>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// What was found in an output directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Records that were read.
    pub records: usize,
    /// Records that stand in two files (a mirrored one and a shard), read once.
    pub repeated: usize,
    /// JSON files and lines that are no records of this program.
    pub others: usize,
    /// What could not be read; each was reported on standard error.
    pub failed: usize,
}

impl From<Tally> for Outcome {
    fn from(tally: Tally) -> Self {
        Outcome {
            done: tally.records,
            failed: tally.failed,
            interrupted: false,
        }
    }
}

/// Reads every record below `root`, in the order of names and lines. `work` sees them on
/// all cores, `put` gets its results in order. A record that two files hold is read once.
/// What cannot be read is reported and counted, and stops nothing. Memory: a few
/// records, and 16 bytes for each document.
///
/// # Errors
/// `root` is no directory, or whatever `put` returns.
pub fn each<T: Send>(
    root: &Path,
    work: impl Fn(&Place, Value) -> T + Sync,
    put: impl FnMut(T) -> Result<(), Error>,
) -> Result<Tally, Error> {
    each_of(Outputs::open(root)?, work, put)
}

/// The same for the records that `outputs` finds.
///
/// # Errors
/// Whatever `put` returns.
pub fn each_of<T: Send>(
    mut outputs: Outputs,
    work: impl Fn(&Place, Value) -> T + Sync,
    mut put: impl FnMut(T) -> Result<(), Error>,
) -> Result<Tally, Error> {
    let root = outputs.root.clone();
    let root = &*root;
    let mut tally = Tally::default();
    let mut seen = HashSet::new();
    loop {
        let window = outputs.window();
        if window.is_empty() {
            return Ok(tally);
        }
        let parsed: Vec<_> = window
            .into_par_iter()
            .map(|raw| raw.map(|raw| (raw.place.clone(), raw.record(root))))
            .collect();
        // Which of two is dropped must not depend on threads.
        let mut kept = Vec::with_capacity(parsed.len());
        for entry in parsed {
            match entry {
                Err(error) | Ok((_, Err(error))) => {
                    report(&error);
                    tally.failed += 1;
                }
                Ok((_, Ok(None))) => tally.others += 1,
                Ok((_, Ok(Some(record)))) if !seen.insert(identity(&record)) => {
                    tally.repeated += 1;
                }
                Ok((place, Ok(Some(record)))) => kept.push((place, record)),
            }
        }
        tally.records += kept.len();
        let results: Vec<T> = kept
            .into_par_iter()
            .map(|(place, record)| work(&place, record))
            .collect();
        results.into_iter().try_for_each(&mut put)?;
    }
}

/// Tells documents apart: the same path with the same content is the same document.
fn identity(record: &Value) -> [u8; 16] {
    let source = &record["source"];
    let part = |key: &str| source[key].as_str().unwrap_or_default().as_bytes();
    let digest = Sha256::new()
        .chain_update(part("sha256"))
        .chain_update(part("path"))
        .finalize();
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}

/// A record's bytes and where they are kept.
#[derive(Debug)]
pub struct Raw {
    /// Where.
    pub place: Place,
    /// The JSON.
    pub bytes: Vec<u8>,
}

impl Raw {
    /// The record; none where this is JSON of something else.
    ///
    /// # Errors
    /// It is no JSON, or of a version that this program does not know.
    pub fn record(&self, root: &Path) -> Result<Option<Value>, Error> {
        parse(&self.bytes).map_err(|kind| Error::new(self.name(root), kind))
    }

    fn name(&self, root: &Path) -> String {
        let file = root.join(&self.place.file).display().to_string();
        match self.place.line {
            Some(line) => format!("{file}, line {line}"),
            None => file,
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Option<Value>, ErrorKind> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|e| ErrorKind::NotARecord(e.to_string()))?;
    match value["schema"].as_str() {
        Some(SCHEMA) if value["source"]["sha256"].is_string() => Ok(Some(value)),
        Some(schema) if schema.starts_with("klartext/") && schema != SCHEMA => {
            Err(ErrorKind::NotARecord(format!(
                "its layout is {schema}, this program reads {SCHEMA}"
            )))
        }
        _ => Ok(None),
    }
}

/// The record that is kept at `place`.
///
/// # Errors
/// It is not there any more, or it is no record.
pub fn load(root: &Path, place: &Place) -> Result<Value, Error> {
    let path = root.join(&place.file);
    let failed = |kind| Error::new(path.display().to_string(), kind);
    let read = || -> io::Result<Vec<u8>> {
        let file = File::open(&path)?;
        let Some(line) = place.line else {
            let mut bytes = Vec::new();
            file.take(RECORD_LIMIT).read_to_end(&mut bytes)?;
            return Ok(bytes);
        };
        let mut lines = BufReader::new(file);
        for _ in 1..line {
            if skip_line(&mut lines)? == 0 {
                break;
            }
        }
        Ok(next_line(&mut lines)?.unwrap_or_default())
    };
    let bytes = read().map_err(|error| failed(ErrorKind::NotReadable(error)))?;
    parse(&bytes)
        .and_then(|record| record.ok_or(ErrorKind::NotARecord("something else".to_owned())))
        .map_err(failed)
}

/// Walks an output directory.
#[derive(Debug)]
pub struct Outputs {
    root: PathBuf,
    /// What is left of the directories that were entered, last first.
    left: Vec<Vec<PathBuf>>,
    lines: Option<(String, BufReader<File>, u64)>,
    /// Whether files are named and not read.
    only_names: bool,
}

/// Records in memory at a time, at most …
const WINDOW: usize = 128;

/// … and where they are large, no more once they have this many bytes.
const WINDOW_BYTES: usize = 16 << 20;

impl Outputs {
    /// Begins at `root`.
    ///
    /// # Errors
    /// It is no directory, or cannot be listed.
    pub fn open(root: &Path) -> Result<Outputs, Error> {
        let mut outputs = Outputs {
            root: root.to_owned(),
            left: Vec::new(),
            lines: None,
            only_names: false,
        };
        let names = list(root).map_err(|error| {
            let kind = match error.kind() {
                io::ErrorKind::NotFound => ErrorKind::NotFound,
                io::ErrorKind::NotADirectory => ErrorKind::Usage(
                    "this is a file; name the directory that `klartext convert -o DIR` wrote",
                ),
                _ => ErrorKind::NotReadable(error),
            };
            Error::new(root.display().to_string(), kind)
        })?;
        outputs.left.push(paths(Path::new(""), names));
        Ok(outputs)
    }

    /// Only these files below `root`, in this order: no other is opened.
    pub fn only(root: &Path, files: Vec<String>) -> Outputs {
        Outputs {
            root: root.to_owned(),
            left: vec![files.into_iter().rev().map(PathBuf::from).collect()],
            lines: None,
            only_names: false,
        }
    }

    /// The files that may hold records, in the order in which they are read.
    pub fn files(mut self) -> impl Iterator<Item = String> {
        self.only_names = true;
        self.filter_map(|raw| Some(raw.ok()?.place.file))
    }

    fn window(&mut self) -> Vec<Result<Raw, Error>> {
        let mut window = Vec::new();
        let mut bytes = 0;
        while window.len() < WINDOW && bytes < WINDOW_BYTES {
            let Some(raw) = self.next() else { break };
            bytes += raw.as_ref().map_or(0, |raw| raw.bytes.len());
            window.push(raw);
        }
        window
    }

    fn failed(&self, relative: &Path, error: io::Error) -> Error {
        let place = self.root.join(relative).display().to_string();
        Error::new(place, ErrorKind::NotReadable(error))
    }

    /// The next line of the file of lines that is open.
    fn next_in_lines(&mut self) -> Option<Result<Raw, Error>> {
        let (file, reader, line) = self.lines.as_mut()?;
        loop {
            *line += 1;
            match next_line(reader) {
                Ok(Some(bytes)) if bytes.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Some(bytes)) => {
                    let place = Place {
                        file: file.clone(),
                        line: Some(*line),
                    };
                    return Some(Ok(Raw { place, bytes }));
                }
                Ok(None) => {
                    self.lines = None;
                    return None;
                }
                Err(error) => {
                    let path = PathBuf::from(&*file);
                    self.lines = None;
                    return Some(Err(self.failed(&path, error)));
                }
            }
        }
    }

    fn enter(&mut self, relative: &Path) -> Option<Result<Raw, Error>> {
        let path = self.root.join(relative);
        let metadata = match fs::symlink_metadata(&path) {
            Ok(metadata) => metadata,
            // Gone since it was listed.
            Err(_) => return None,
        };
        let result = if metadata.is_dir() {
            list(&path).map(|names| {
                self.left.push(paths(relative, names));
                None
            })
        } else if metadata.is_file() {
            self.open_file(relative, &path)
        } else {
            // Links may lead anywhere; `convert` makes none.
            Ok(None)
        };
        result
            .map_err(|error| self.failed(relative, error))
            .transpose()
    }

    fn open_file(&mut self, relative: &Path, path: &Path) -> io::Result<Option<Raw>> {
        let is_top = relative.parent() == Some(Path::new(""));
        let name = relative.to_string_lossy();
        if is_top && (NOT_RECORDS.contains(&&*name) || name.starts_with("reviewed-part-")) {
            return Ok(None);
        }
        let file = with_slashes(relative);
        match relative.extension().and_then(|e| e.to_str()) {
            Some("json" | "ndjson" | "jsonl") if self.only_names => {
                let place = Place { file, line: None };
                let bytes = Vec::new();
                Ok(Some(Raw { place, bytes }))
            }
            Some("json") => {
                let mut bytes = Vec::new();
                File::open(path)?
                    .take(RECORD_LIMIT)
                    .read_to_end(&mut bytes)?;
                let place = Place { file, line: None };
                Ok(Some(Raw { place, bytes }))
            }
            Some("ndjson" | "jsonl") => {
                self.lines = Some((file, BufReader::new(File::open(path)?), 0));
                Ok(None)
            }
            _ => Ok(None),
        }
    }
}

impl Iterator for Outputs {
    type Item = Result<Raw, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(raw) = self.next_in_lines() {
                return Some(raw);
            }
            let next = loop {
                match self.left.last_mut()?.pop() {
                    Some(next) => break next,
                    None => {
                        self.left.pop();
                    }
                }
            };
            if let Some(raw) = self.enter(&next) {
                return Some(raw);
            }
        }
    }
}

/// The next line, without its end; none at the end of the file.
pub(crate) fn next_line(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let read = reader
        .by_ref()
        .take(RECORD_LIMIT)
        .read_until(b'\n', &mut bytes)?;
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Ok((read > 0).then_some(bytes))
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<usize> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf()?;
        let end = buffer.iter().position(|&b| b == b'\n');
        let used = end.map_or(buffer.len(), |end| end + 1);
        reader.consume(used);
        skipped += used;
        if used == 0 || end.is_some() {
            return Ok(skipped);
        }
    }
}

/// Names in a directory, hidden and temporary ones left out.
fn list(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        // Names that are no UTF-8 are not ours: `convert` writes none.
        if let Ok(name) = entry?.file_name().into_string() {
            let temporary = name.ends_with(".part") || name.ends_with(".tmp");
            if !name.starts_with('.') && !temporary {
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Paths of names in a folder, the first name last.
fn paths(folder: &Path, names: Vec<String>) -> Vec<PathBuf> {
    names.iter().rev().map(|name| folder.join(name)).collect()
}

fn with_slashes(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str) -> String {
        format!(r#"{{"schema":"klartext/1","source":{{"path":"{path}","sha256":"00"}}}}"#)
    }

    #[test]
    fn records_come_in_order_once_and_nothing_else_does() {
        let dir = tempfile::tempdir().expect("a directory");
        let write = |name: &str, content: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, content).expect("written");
        };
        write("b.json", &record("b"));
        write("a/2.json", &record("a/2"));
        write("a/1.json", &record("a/1"));
        write("a/.1.json.99.part", "{");
        write(
            "part-00001.ndjson",
            &format!("{}\n\n{}\n{{\"x\"", record("b"), record("c")),
        );
        write("summary.json", "{}");
        write("failures.ndjson", "{");
        write("decisions.ndjson", "{");
        write(".klartext/lock.json", "{");
        write("notes.json", "{\"a\": 1}");
        write("later.json", r#"{"schema":"klartext/2"}"#);
        let mut found = Vec::new();
        let work = |place: &Place, value: Value| {
            (
                place.to_string(),
                value["source"]["path"].as_str().map(str::to_owned),
            )
        };
        let put = |(place, path): (String, Option<String>)| {
            found.push((place, path.unwrap_or_default()));
            Ok(())
        };
        let tally = each(dir.path(), work, put).expect("it can be read");
        let expected = [
            ("a/1.json", "a/1"),
            ("a/2.json", "a/2"),
            ("b.json", "b"),
            ("part-00001.ndjson:3", "c"),
        ];
        let expected = expected.map(|(place, path)| (place.to_owned(), path.to_owned()));
        assert_eq!(found, expected);
        let expected = Tally {
            records: 4,
            repeated: 1,
            others: 1,
            failed: 2,
        };
        assert_eq!(tally, expected);
        let place = Place {
            file: "part-00001.ndjson".to_owned(),
            line: Some(3),
        };
        let loaded = load(dir.path(), &place).expect("it is there");
        assert_eq!(loaded["source"]["path"], "c");
    }
}

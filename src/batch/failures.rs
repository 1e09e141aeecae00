//! The list of documents that failed, in the order of the inputs, however many.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};

use super::store::{Draft, Store};
use crate::error::{Error, Report};

/// One line of `failures.ndjson`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The document's path, as records name it; where there is none, what was named.
    pub path: String,
    /// What, why, and what to do.
    #[serde(flatten)]
    pub report: Report,
}

/// Failures as they come: their lines in a file, in memory a few bytes for each.
#[derive(Debug)]
pub struct Failures {
    spool: Option<(BufWriter<File>, Draft)>,
    /// Number, start and length of each line that is in the file.
    index: Vec<(u64, u64, u32)>,
    /// Lines that the file could not take, by number.
    held: Vec<(u64, String)>,
    end: u64,
}

impl Failures {
    /// No failures yet.
    pub fn new() -> Failures {
        Failures {
            spool: None,
            index: Vec::new(),
            held: Vec::new(),
            end: 0,
        }
    }

    /// Keeps the failure of the document with this number.
    pub fn add(&mut self, store: &Store, number: u64, failure: &Failure) {
        let mut line = serde_json::to_string(failure).unwrap_or_default();
        line.push('\n');
        if self.spool.is_none() {
            self.spool = store
                .open_draft()
                .ok()
                .map(|(file, draft)| (BufWriter::new(file), draft));
        }
        let spooled = self
            .spool
            .as_mut()
            .is_some_and(|(file, _)| file.write_all(line.as_bytes()).is_ok());
        if spooled {
            self.index.push((number, self.end, line.len() as u32));
            self.end += line.len() as u64;
        } else {
            self.held.push((number, line));
        }
    }

    /// Writes `failures.ndjson`, empty where there are none.
    ///
    /// # Errors
    /// The disk is full or gone.
    pub fn write(mut self, store: &Store) -> Result<(), Error> {
        self.index.sort_unstable();
        let (file, draft) = store.open_draft()?;
        let mut out = BufWriter::new(file);
        self.copy(&mut out)
            .and_then(|()| out.flush())
            .map_err(|error| store.not_written(&store.directory().join(NAME), error))?;
        store.place(draft, NAME)
    }

    fn copy(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.held.sort_unstable();
        let mut held = std::mem::take(&mut self.held).into_iter().peekable();
        if let Some((spool, draft)) = &mut self.spool {
            spool.flush()?;
            let mut spool = File::open(draft.path())?;
            for &(number, start, length) in &self.index {
                while let Some((_, line)) = held.next_if(|(other, _)| *other < number) {
                    out.write_all(line.as_bytes())?;
                }
                spool.seek(SeekFrom::Start(start))?;
                io::copy(&mut Read::by_ref(&mut spool).take(u64::from(length)), out)?;
            }
        }
        held.try_for_each(|(_, line)| out.write_all(line.as_bytes()))
    }
}

impl Default for Failures {
    fn default() -> Self {
        Failures::new()
    }
}

const NAME: &str = "failures.ndjson";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn lines_are_in_the_order_of_the_inputs() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let mut store = Store::open(dir.path()).expect("opened");
        let mut failures = Failures::new();
        for number in [5, 1, 9, 0] {
            let failure = Failure {
                path: format!("{number}.txt"),
                report: Report::from(&ErrorKind::Empty),
            };
            failures.add(&store, number, &failure);
        }
        store.finish();
        failures.write(&store).expect("written");
        let written = std::fs::read_to_string(dir.path().join(NAME)).expect("there");
        let lines: Vec<Failure> = written
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let paths: Vec<&str> = lines.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["0.txt", "1.txt", "5.txt", "9.txt"]);
        assert_eq!(lines[0].report.kind, "empty");
        assert!(lines[0].report.remedy.contains("OCR"));
    }
}

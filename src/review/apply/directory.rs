//! All records of an output directory, with the decisions that were made on them.
//!
//! What the machine made of a document is kept under `.klartext/machine/` before a person's
//! decisions first change its record, so that any of them can be taken back, and applying
//! them twice is applying them once.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::{Unfit, apply};
use crate::batch::{Replacement, report, write_whole};
use crate::error::{Error, ErrorKind};
use crate::register::outputs::{Outputs, Raw, next_line};
use crate::review::decisions::{Decision, Decisions, Torn};

/// Where the machine's records are kept, below the output directory.
const MACHINE: &str = ".klartext/machine";

/// What applying came to.
#[derive(Debug, Default)]
pub struct Applied {
    /// Decisions that the records hold now.
    pub fitting: usize,
    /// Decisions that fit nowhere, with their lines and the reason.
    pub unfit: Vec<(usize, Decision, Unfit)>,
    /// Lines of the file that are no decisions.
    pub torn: Vec<Torn>,
    /// Records that hold decisions.
    pub reviewed: usize,
    /// Records that were written, as something in them changed.
    pub written: usize,
    /// Records that could not be read or written; each was reported.
    pub failed: usize,
}

/// Puts the decisions of `root` into its records, file by file, each whole or not at all.
/// Records that no decision touches are left as they are.
///
/// # Errors
/// The directory or its decisions cannot be read.
pub fn apply_all(root: &Path) -> Result<Applied, Error> {
    let decisions = Decisions::read(root).map_err(|error| {
        let place = root.join(crate::review::decisions::NAME);
        Error::new(place.display().to_string(), ErrorKind::NotReadable(error))
    })?;
    let mut run = Run {
        root,
        decisions: &decisions,
        applied: Applied::default(),
        met: HashSet::new(),
        unfit: HashMap::new(),
        lines: None,
    };
    for raw in Outputs::open(root)? {
        let outcome = raw.and_then(|raw| match raw.place.line {
            Some(_) => run.line(raw),
            None => run.end_lines().and_then(|()| run.file(raw)),
        });
        run.note(outcome);
    }
    let outcome = run.end_lines();
    run.note(outcome);
    Ok(run.finish())
}

struct Run<'r> {
    root: &'r Path,
    decisions: &'r Decisions,
    applied: Applied,
    /// Lines of decisions that are in some record.
    met: HashSet<usize>,
    /// Lines of decisions that did not fit a record, and why.
    unfit: HashMap<usize, Unfit>,
    /// The file of lines that is being written anew.
    lines: Option<Lines>,
}

/// What tells whether a record is any of our business.
#[derive(Deserialize)]
struct Head {
    source: Source,
    review: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Source {
    path: String,
    sha256: String,
}

impl Run<'_> {
    fn note(&mut self, outcome: Result<(), Error>) {
        if let Err(error) = outcome {
            report(&error);
            self.applied.failed += 1;
        }
    }

    fn file(&mut self, raw: Raw) -> Result<(), Error> {
        let kept = self.root.join(MACHINE).join(&raw.place.file);
        let Some(base) = self.base(&raw, || {
            fs::read(&kept)
                .map(Some)
                .or_else(missing)
                .map_err(|e| unreadable(&kept, e))
        })?
        else {
            return Ok(());
        };
        let new = self.reviewed(&raw, &base)?;
        if new != raw.bytes {
            if !is_reviewed(&raw.bytes) {
                write_whole(&kept, &base)?;
            }
            write_whole(&self.root.join(&raw.place.file), &new)?;
            self.applied.written += 1;
        }
        Ok(())
    }

    fn line(&mut self, raw: Raw) -> Result<(), Error> {
        let is_other = self
            .lines
            .as_ref()
            .is_some_and(|lines| lines.file != raw.place.file);
        if is_other {
            self.end_lines()?;
        }
        if self.lines.is_none() {
            self.lines = Some(Lines::open(self.root, &raw.place.file)?);
        }
        // What is no record keeps its line.
        let base = self.machine_line(&raw);
        let new = match base {
            Ok(Some(base)) => self.reviewed(&raw, &base).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        let changed = matches!(&new, Ok(Some(new)) if *new != raw.bytes);
        if let Some(lines) = &mut self.lines {
            lines.put(
                new.as_ref()
                    .ok()
                    .and_then(Option::as_deref)
                    .unwrap_or(&raw.bytes),
            )?;
            lines.changed += usize::from(changed);
        }
        new.map(|_| ())
    }

    fn machine_line(&mut self, raw: &Raw) -> Result<Option<Vec<u8>>, Error> {
        let mut lines = self.lines.take();
        let base = self.base(raw, || match &mut lines {
            Some(lines) => lines.machine(raw),
            None => Ok(None),
        });
        self.lines = lines;
        base
    }

    /// What the machine made of a document; none where there is nothing to do.
    fn base(
        &self,
        raw: &Raw,
        kept: impl FnOnce() -> Result<Option<Vec<u8>>, Error>,
    ) -> Result<Option<Vec<u8>>, Error> {
        // What is no record, or damaged, is for `convert` to see to.
        let Ok(head) = serde_json::from_slice::<Head>(&raw.bytes) else {
            return Ok(None);
        };
        if head.review.is_none() {
            let is_decided = !self.decisions.of(&head.source.sha256).is_empty();
            return Ok(is_decided.then(|| raw.bytes.clone()));
        }
        let kept = kept()?.filter(|kept| {
            let same = serde_json::from_slice::<Head>(kept);
            same.is_ok_and(|same| same.source.sha256 == head.source.sha256)
        });
        Ok(Some(kept.unwrap_or_else(|| raw.bytes.clone())))
    }

    /// The record with its decisions, in the layout it had.
    fn reviewed(&mut self, raw: &Raw, base: &[u8]) -> Result<Vec<u8>, Error> {
        let machine = Raw {
            place: raw.place.clone(),
            bytes: base.to_vec(),
        };
        let Some(record) = machine.record(self.root)? else {
            return Ok(raw.bytes.clone());
        };
        let sha256 = record["source"]["sha256"].as_str().unwrap_or_default();
        let decisions = self.decisions.of(sha256);
        let reviewed = apply(&record, &decisions);
        self.unfit.extend(reviewed.unfit.iter().copied());
        let unfit: HashSet<usize> = reviewed.unfit.iter().map(|(line, _)| *line).collect();
        let fitting = decisions.iter().map(|(line, _)| *line);
        self.met
            .extend(fitting.filter(|line| !unfit.contains(line)));
        if reviewed.record == record {
            return Ok(base.to_vec());
        }
        self.applied.reviewed += 1;
        Ok(laid_out(&reviewed.record, base))
    }

    fn end_lines(&mut self) -> Result<(), Error> {
        let Some(lines) = self.lines.take() else {
            return Ok(());
        };
        self.applied.written += lines.finish(self.root)?;
        Ok(())
    }

    fn finish(mut self) -> Applied {
        self.applied.torn = self.decisions.torn.clone();
        for (line, decision) in self.decisions.all() {
            if self.met.contains(&line) {
                self.applied.fitting += 1;
                continue;
            }
            let reason = self.unfit.get(&line).copied().unwrap_or(Unfit::NoDocument);
            self.applied.unfit.push((line, decision.clone(), reason));
        }
        self.applied
    }
}

/// Whether a record holds decisions already.
fn is_reviewed(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Head>(bytes).is_ok_and(|head| head.review.is_some())
}

/// A record as JSON in the layout that `base` has.
fn laid_out(record: &Value, base: &[u8]) -> Vec<u8> {
    let is_one_line = !base.trim_ascii().contains(&b'\n');
    let mut text = if is_one_line {
        record.to_string()
    } else {
        format!("{record:#}")
    };
    if base.ends_with(b"\n") {
        text.push('\n');
    }
    text.into_bytes()
}

/// A file of lines, and where each begins and how long it is, by digest and path of its source.
type Kept = (File, HashMap<(String, String), (u64, usize)>);

/// A file of lines that is written anew beside the old one.
struct Lines {
    file: String,
    path: PathBuf,
    draft: Replacement,
    out: BufWriter<File>,
    changed: usize,
    /// The machine's lines, where they are kept: start and length by document.
    kept: Option<Kept>,
}

impl Lines {
    fn open(root: &Path, file: &str) -> Result<Lines, Error> {
        let path = root.join(file);
        let draft = Replacement::of(&path).map_err(|e| unwritable(&path, e))?;
        let out = File::create(&draft.path).map_err(|e| unwritable(&path, e))?;
        let kept_path = root.join(MACHINE).join(file);
        let kept = index(&kept_path).map_err(|e| unreadable(&kept_path, e))?;
        Ok(Lines {
            file: file.to_owned(),
            path,
            draft,
            out: BufWriter::new(out),
            changed: 0,
            kept,
        })
    }

    fn put(&mut self, line: &[u8]) -> Result<(), Error> {
        self.out
            .write_all(line)
            .and_then(|()| self.out.write_all(b"\n"))
            .map_err(|e| unwritable(&self.path, e))
    }

    /// The machine's line for the document of `raw`.
    fn machine(&mut self, raw: &Raw) -> Result<Option<Vec<u8>>, Error> {
        let (Some((file, index)), Ok(head)) =
            (&mut self.kept, serde_json::from_slice::<Head>(&raw.bytes))
        else {
            return Ok(None);
        };
        let Some(&(start, length)) = index.get(&(head.source.sha256, head.source.path)) else {
            return Ok(None);
        };
        let mut bytes = vec![0; length];
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|e| unreadable(&self.path, e))?;
        Ok(Some(bytes))
    }

    /// Puts the new file in the place of the old one, where something changed; how many
    /// lines did.
    fn finish(mut self, root: &Path) -> Result<usize, Error> {
        let path = self.path.clone();
        let failed = |e| unwritable(&path, e);
        if self.changed == 0 {
            return Ok(0);
        }
        self.out.flush().map_err(failed)?;
        self.out.get_ref().sync_all().map_err(failed)?;
        self.keep_machine(root)?;
        self.draft.keep().map_err(failed)?;
        Ok(self.changed)
    }

    /// Keeps the machine's lines: those that are fresh as they stand, of reviewed ones
    /// what was kept before.
    fn keep_machine(&mut self, root: &Path) -> Result<(), Error> {
        let target = root.join(MACHINE).join(&self.file);
        let failed = |e| unwritable(&target, e);
        let draft = Replacement::of(&target).map_err(failed)?;
        let mut out = BufWriter::new(File::create(&draft.path).map_err(failed)?);
        let file = File::open(&self.path).map_err(|e| unreadable(&self.path, e))?;
        let mut lines = BufReader::new(file);
        while let Some(bytes) = next_line(&mut lines).map_err(|e| unreadable(&self.path, e))? {
            let is_reviewed = is_reviewed(&bytes);
            let raw = Raw {
                place: crate::register::Place {
                    file: self.file.clone(),
                    line: None,
                },
                bytes,
            };
            let kept = if is_reviewed {
                self.machine(&raw)?
            } else {
                None
            };
            out.write_all(kept.as_deref().unwrap_or(&raw.bytes))
                .map_err(failed)?;
            out.write_all(b"\n").map_err(failed)?;
        }
        out.flush().map_err(failed)?;
        out.get_ref().sync_all().map_err(failed)?;
        draft.keep().map_err(failed)
    }
}

/// Where the lines of a file are, by digest and path of their source.
fn index(path: &Path) -> io::Result<Option<Kept>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut lines = BufReader::new(&file);
    let (mut index, mut at) = (HashMap::new(), 0);
    while let Some(bytes) = next_line(&mut lines)? {
        if let Ok(Head { source, .. }) = serde_json::from_slice(&bytes) {
            index.insert((source.sha256, source.path), (at, bytes.len()));
        }
        at += bytes.len() as u64 + 1;
    }
    drop(lines);
    Ok(Some((file, index)))
}

fn missing(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(None),
        _ => Err(error),
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    Error::new(path.display().to_string(), ErrorKind::NotReadable(error))
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::new(path.display().to_string(), ErrorKind::NotWritable(error))
}

//! NDJSON files of so many documents each: `part-00001.ndjson`, …
//!
//! A document's file follows from its number among the inputs alone. A file appears when it
//! is whole; one that an earlier run left gives back the lines that still hold.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::facts::Recorded;
use super::store::{Draft, Store};
use crate::error::{Error, ErrorKind};

/// The files of a run.
#[derive(Debug)]
pub struct Shards {
    size: u64,
    /// Whether what a person has reviewed is overwritten too.
    force: bool,
    old: Mutex<BTreeMap<u64, Arc<OldShard>>>,
    current: Mutex<Option<Current>>,
}

/// A document's line.
#[derive(Debug)]
pub enum Line {
    /// Just made.
    New(Vec<u8>),
    /// In the file that is there.
    Old(Box<OldLine>),
}

/// A line of an earlier run.
#[derive(Clone, Debug)]
pub struct OldLine {
    /// What it says.
    pub recorded: Recorded,
    start: u64,
    length: u64,
}

/// A file of an earlier run.
#[derive(Debug)]
struct OldShard {
    /// Lines by the path of their document.
    lines: HashMap<String, OldLine>,
    bytes: u64,
}

/// The file that is being written.
#[derive(Debug)]
struct Current {
    shard: u64,
    out: BufWriter<File>,
    draft: Draft,
    /// Documents that were put, whether they have a line or failed.
    documents: u64,
    lines: u64,
    /// Lines of the old file that a person has reviewed.
    reviewed: usize,
    /// How far the old file and this one are the same, where they are.
    same: Option<u64>,
}

impl Shards {
    /// Files of `size` documents.
    pub fn new(size: u32, force: bool) -> Shards {
        Shards {
            force,
            size: u64::from(size.max(1)),
            old: Mutex::default(),
            current: Mutex::default(),
        }
    }

    /// The line of a document that an earlier run left, if any.
    pub fn old(&self, store: &Store, number: u64, path: &str) -> Option<OldLine> {
        self.old_shard(store, number / self.size)
            .lines
            .get(path)
            .cloned()
    }

    fn old_shard(&self, store: &Store, shard: u64) -> Arc<OldShard> {
        let mut all = lock(&self.old);
        let place = || store.directory().join(name(shard));
        all.entry(shard)
            .or_insert_with(|| Arc::new(OldShard::read(&place())))
            .clone()
    }

    /// Takes the documents one after another, in order; a failed one has no line.
    ///
    /// # Errors
    /// The disk is full or gone.
    pub fn put(&self, store: &Store, number: u64, line: Option<Line>) -> Result<(), Error> {
        let shard = number / self.size;
        let mut current = lock(&self.current);
        let mut open = match current.take() {
            Some(open) if open.shard == shard => open,
            Some(before) => {
                self.complete(store, before);
                Current::new(store, shard)?
            }
            None => Current::new(store, shard)?,
        };
        let old = store.directory().join(name(shard));
        open.put(&old, line)
            .map_err(|error| store.not_written(&old, error))?;
        *current = Some(open);
        Ok(())
    }

    /// Writes the last file. Where not all inputs were seen to, a file that is not
    /// whole is given up; where they were, files beyond the last go, unless a person
    /// has reviewed something in them.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn finish(&self, store: &Store, complete: bool) -> Result<(), Error> {
        let last = lock(&self.current).take();
        let count = last.as_ref().map_or(0, |last| last.shard + 1);
        if let Some(last) = last
            && (complete || last.documents == self.size)
        {
            self.complete(store, last);
        }
        if !complete {
            return Ok(());
        }
        for shard in count.. {
            let path = store.directory().join(name(shard));
            if !path.exists() {
                break;
            }
            if !self.force && OldShard::read(&path).reviewed() > 0 {
                continue;
            }
            std::fs::remove_file(&path).map_err(|error| {
                Error::new(path.display().to_string(), ErrorKind::NotWritable(error))
            })?;
        }
        Ok(())
    }

    fn complete(&self, store: &Store, current: Current) {
        let shard = current.shard;
        let old = self.old_shard(store, shard);
        lock(&self.old).remove(&shard);
        if current.same == Some(old.bytes) && old.bytes > 0 {
            return;
        }
        if current.lines == 0 {
            let _ = std::fs::remove_file(store.directory().join(name(shard)));
            return;
        }
        if !self.force && old.reviewed() > current.reviewed {
            // Documents have moved to other files: what a person has reviewed is set aside.
            let aside = store.directory().join(format!("reviewed-{}", name(shard)));
            let _ = std::fs::rename(store.directory().join(name(shard)), aside);
        }
        let number = shard * self.size;
        let Current { out, draft, .. } = current;
        match out.into_inner() {
            Ok(_) => store.commit(draft, Path::new(&name(shard)), number),
            Err(error) => {
                store.not_written(draft.path(), error.into_error());
            }
        }
    }
}

impl Current {
    fn new(store: &Store, shard: u64) -> Result<Current, Error> {
        let (file, draft) = store.open_draft()?;
        Ok(Current {
            shard,
            out: BufWriter::with_capacity(1 << 16, file),
            draft,
            documents: 0,
            lines: 0,
            reviewed: 0,
            same: Some(0),
        })
    }

    fn put(&mut self, old: &Path, line: Option<Line>) -> io::Result<()> {
        self.documents += 1;
        match line {
            None => return Ok(()),
            Some(Line::New(line)) => {
                self.same = None;
                self.out.write_all(&line)?;
            }
            Some(Line::Old(line)) => {
                self.reviewed += usize::from(line.recorded.reviewed);
                self.same = self
                    .same
                    .filter(|&same| same == line.start)
                    .map(|same| same + line.length);
                let mut file = File::open(old)?;
                file.seek(SeekFrom::Start(line.start))?;
                io::copy(&mut file.take(line.length), &mut self.out)?;
            }
        }
        self.lines += 1;
        Ok(())
    }
}

impl OldShard {
    /// How many lines a person has reviewed.
    fn reviewed(&self) -> usize {
        self.lines
            .values()
            .filter(|line| line.recorded.reviewed)
            .count()
    }

    /// Whatever of a file can be used; nothing where there is none.
    fn read(path: &PathBuf) -> OldShard {
        let mut shard = OldShard {
            lines: HashMap::new(),
            bytes: 0,
        };
        let Ok(file) = File::open(path) else {
            return shard;
        };
        let mut file = BufReader::with_capacity(1 << 16, file);
        let mut line = Vec::new();
        while let Ok(length @ 1..) = file.read_until(b'\n', &mut line) {
            if line.ends_with(b"\n")
                && let Some(recorded) = Recorded::read(&line)
            {
                let old = OldLine {
                    start: shard.bytes,
                    length: length as u64,
                    recorded,
                };
                shard.lines.insert(old.recorded.path.clone(), old);
            }
            shard.bytes += length as u64;
            line.clear();
        }
        shard
    }
}

/// A file's name, counted from 1.
fn name(shard: u64) -> String {
    format!("part-{:05}.ndjson", shard + 1)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! From what was named on the command line to the documents of a run, one after
//! another: a list of a million names is never held at once.

mod list;
mod read;
mod walk;

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::names::{output_name, record_path};
use crate::error::{Error, ErrorKind};
use crate::source::is_other_file;
pub use list::Separator;
use walk::Walk;
pub use walk::{Filter, patterns};

/// The name of standard input, on the command line and in the record.
const STANDARD_INPUT: &str = "-";

/// What a run is to read.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Files, directories, patterns, `-`.
    pub named: Vec<PathBuf>,
    /// A file that names more of them, or `-`.
    pub files_from: Option<PathBuf>,
    /// What ends a name in that file.
    pub separator: Separator,
    /// Which files of directories are read.
    pub filter: Filter,
    /// Where outputs go; not searched for inputs.
    pub output: Option<PathBuf>,
}

/// The documents of a run, in the order they are put out.
pub struct Inputs {
    documents: Box<dyn Iterator<Item = Result<Document, Error>> + Send>,
    skipped: Skipped,
    /// Whether more than one file was named, or a directory, a pattern or a list.
    pub is_batch: bool,
}

impl std::fmt::Debug for Inputs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inputs")
            .field("is_batch", &self.is_batch)
            .finish_non_exhaustive()
    }
}

/// Files of directories that were passed over, by extension: filled while the
/// documents are taken.
#[derive(Clone, Debug, Default)]
pub struct Skipped(Arc<Mutex<BTreeMap<String, usize>>>);

/// One document that is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Where its bytes are.
    pub origin: Origin,
    /// Its path relative to the input that was named, with `/`: the same whatever
    /// else is named beside it.
    pub path: String,
    /// Its path below the output directory, before [`output_name`] makes it harmless.
    pub target: PathBuf,
}

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
}

impl Document {
    /// How messages name it: the path as it can be typed, on one line.
    pub fn place(&self) -> String {
        match &self.origin {
            Origin::File(path) => shown(path),
            Origin::StandardInput => "standard input".to_owned(),
        }
    }
}

impl Selection {
    /// How many documents there are, counted elsewhere; none where counting would use them
    /// up.
    pub(super) fn counted(&self) -> Option<Inputs> {
        let used_up = self.files_from.as_ref().is_some_and(|list| !list.is_file());
        if used_up { None } else { self.find().ok() }
    }

    /// Finds the documents that the selection stands for. An output directory that lies inside
    /// a named one is not searched, so that a second run reads what the first did.
    ///
    /// With one named input, targets are relative to it (a file: its name); with several,
    /// to the folder that all of them lie in, so that no two collide. What a list names
    /// keeps its path as it is written there. A file that is reached twice is one document
    /// where outputs are files.
    ///
    /// # Errors
    /// The list cannot be read, or a pattern is none.
    pub fn find(&self) -> Result<Inputs, Error> {
        let output = self.output.as_ref().and_then(|dir| dir.canonicalize().ok());
        let skipped = Skipped::default();
        let searched = Searched {
            output,
            filter: self.filter.clone(),
            skipped: skipped.clone(),
        };
        let entries = self.named.iter().map(|path| Entry::of(path));
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let is_many = |entry: &Entry| matches!(entry, Entry::Directory { .. });
        let is_batch =
            entries.len() > 1 || self.files_from.is_some() || entries.iter().any(is_many);
        let common = common_folder(entries.iter().filter_map(Entry::root));
        let for_named = searched.clone();
        let named = entries.into_iter().flat_map(move |entry| {
            let below = match (entry.root(), &common) {
                (Some(root), Some(common)) => root
                    .strip_prefix(common)
                    .map_or_else(|_| root.clone(), Path::to_owned),
                _ => PathBuf::new(),
            };
            for_named.documents(entry, &below)
        });
        let listed = match &self.files_from {
            Some(list) => Some(list::names(list, self.separator)?),
            None => None,
        };
        let listed = listed
            .into_iter()
            .flatten()
            .flat_map(move |name| match name {
                Ok(name) => searched.listed(&name),
                Err(error) => Box::new(std::iter::once(Err(error))),
            });
        let all = named.chain(listed);
        let documents: Box<dyn Iterator<Item = _> + Send> = if self.output.is_some() {
            Box::new(all.filter(without_repeated()))
        } else {
            Box::new(all)
        };
        Ok(Inputs {
            documents,
            skipped,
            is_batch,
        })
    }
}

impl Inputs {
    /// Inputs that were found otherwise.
    pub fn of(documents: Vec<Result<Document, Error>>) -> Inputs {
        Inputs {
            is_batch: documents.len() > 1,
            documents: Box::new(documents.into_iter()),
            skipped: Skipped::default(),
        }
    }

    /// What is passed over, filled as documents are taken.
    pub fn skipped(&self) -> Skipped {
        self.skipped.clone()
    }
}

impl Iterator for Inputs {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.documents.next()
    }
}

impl Skipped {
    /// How many of which kind.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn add(&self, kind: String) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(kind).or_default() += 1;
    }
}

/// What was passed over, for people: `2 .pdf, 1 .png`.
impl std::fmt::Display for Skipped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = self.counts();
        let kinds: Vec<String> = counts
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        f.write_str(&kinds.join(", "))
    }
}

/// One thing that was named.
#[derive(Debug)]
enum Entry {
    StandardInput,
    File(PathBuf),
    /// A directory, with the pattern that its files must match, if any.
    Directory {
        path: PathBuf,
        pattern: Option<globset::GlobMatcher>,
    },
    Missing(PathBuf, io::Error),
}

impl Entry {
    fn of(path: &Path) -> Result<Entry, Error> {
        if path.as_os_str() == STANDARD_INPUT {
            return Ok(Entry::StandardInput);
        }
        Ok(match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Entry::Directory {
                path: path.to_owned(),
                pattern: None,
            },
            Ok(_) => Entry::File(path.to_owned()),
            Err(_) if walk::is_pattern(path) => {
                let (path, pattern) = walk::divide(path)?;
                Entry::Directory {
                    path,
                    pattern: Some(pattern),
                }
            }
            Err(error) => Entry::Missing(path.to_owned(), error),
        })
    }

    /// The real folder that the entry's paths are relative to.
    fn root(&self) -> Option<PathBuf> {
        let folder = match self {
            Entry::StandardInput | Entry::Missing(..) => return None,
            Entry::Directory { path, .. } => path,
            Entry::File(path) => match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            },
        };
        folder.canonicalize().ok()
    }
}

/// What a search through directories knows.
#[derive(Clone)]
struct Searched {
    output: Option<PathBuf>,
    filter: Filter,
    skipped: Skipped,
}

type Documents = Box<dyn Iterator<Item = Result<Document, Error>> + Send>;

impl Searched {
    /// The documents of an entry whose targets lie below `below`.
    fn documents(&self, entry: Entry, below: &Path) -> Documents {
        match entry {
            Entry::StandardInput => Box::new(std::iter::once(Ok(Document {
                origin: Origin::StandardInput,
                path: STANDARD_INPUT.to_owned(),
                target: PathBuf::from("stdin"),
            }))),
            Entry::Missing(path, error) => {
                Box::new(std::iter::once(Err(unreadable(shown(&path), error))))
            }
            Entry::Directory { path, pattern } => {
                let walk = Walk::new(path.clone(), pattern, self);
                let below = below.to_owned();
                Box::new(walk.map(move |found| {
                    found.map(|relative| Document {
                        origin: Origin::File(path.join(&relative)),
                        path: record_path(&relative),
                        target: below.join(&relative),
                    })
                }))
            }
            Entry::File(path) => {
                let name = PathBuf::from(
                    path.file_name()
                        .map_or_else(OsString::new, ToOwned::to_owned),
                );
                Box::new(std::iter::once(file(
                    path,
                    record_path(&name),
                    below.join(name),
                )))
            }
        }
    }

    /// The documents of an entry of a list, whose paths stay as they are written.
    fn listed(&self, name: &Path) -> Documents {
        match Entry::of(name) {
            Err(error) => Box::new(std::iter::once(Err(error))),
            Ok(Entry::File(path)) => {
                let written = record_path(&path);
                Box::new(std::iter::once(file(path.clone(), written, path)))
            }
            Ok(entry) => {
                let prefix = match &entry {
                    Entry::Directory { path, .. } => path.clone(),
                    _ => PathBuf::new(),
                };
                let written = prefix.clone();
                let documents = self.documents(entry, &prefix);
                Box::new(documents.map(move |document| {
                    document.map(|document| Document {
                        path: record_path(&written.join(&document.path)),
                        ..document
                    })
                }))
            }
        }
    }
}

/// A file that was named: read whatever its name, unless that says it is surely of
/// another kind.
fn file(origin: PathBuf, path: String, target: PathBuf) -> Result<Document, Error> {
    if is_other_file(&origin) {
        let kind = ErrorKind::OtherKind(kind(&origin));
        return Err(Error::new(shown(&origin), kind));
    }
    Ok(Document {
        origin: Origin::File(origin),
        path,
        target,
    })
}

/// Lets each target through once. Keeps 16 bytes for each: digests that long don't
/// meet by chance.
fn without_repeated() -> impl FnMut(&Result<Document, Error>) -> bool {
    let mut seen = HashSet::new();
    move |document| match document {
        Ok(document) => seen.insert(short_digest(&output_name(&document.target, ""))),
        Err(_) => true,
    }
}

/// Sixteen bytes that stand for a path.
pub(super) fn short_digest(path: &Path) -> [u8; 16] {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}

/// A path for a message: what would break the line is escaped.
pub(super) fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if text.contains(char::is_control) {
        return text.escape_debug().to_string();
    }
    text
}

fn kind(path: &Path) -> String {
    match path.extension().and_then(|e| e.to_str()) {
        Some(extension) => format!(".{}", extension.to_lowercase()),
        None => "without extension".to_owned(),
    }
}

fn unreadable(place: String, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::NotReadable(error),
    };
    Error::new(place, kind)
}

fn common_folder(mut roots: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let first = roots.next()?;
    Some(roots.fold(first, |common, root| {
        let same = common
            .components()
            .zip(root.components())
            .take_while(|(a, b)| a == b);
        same.map(|(component, _)| component).collect()
    }))
}

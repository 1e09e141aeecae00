//! From what was named on the command line to the documents of a run, one after
//! another: a list of a million names is never held at once.

mod entry;
mod list;
mod read;
mod search;
mod walk;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::names::output_name;
use crate::error::{Error, ErrorKind};
use crate::source::Part;
use entry::Entry;
pub use list::Separator;
use search::Searched;
pub use walk::{Filter, Patterns, patterns};

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
    /// What makes a document.
    pub search: Search,
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
    /// A file in a zip archive.
    Member(Part),
    /// The page files of a volume, and what was named for it.
    Volume(PathBuf, Vec<Part>),
    /// Standard input.
    StandardInput,
}

impl Origin {
    /// The same for every spelling that leads to the same place without following links.
    fn digest(&self) -> [u8; 16] {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        match self {
            Origin::File(path) | Origin::Volume(path, _) => short_digest(&absolute(path)),
            Origin::Member(Part::File(path)) => short_digest(&absolute(path)),
            Origin::Member(Part::Member { archive, name }) => {
                short_digest(&absolute(archive.path()).join(name))
            }
            Origin::StandardInput => short_digest(Path::new(STANDARD_INPUT)),
        }
    }
}

/// What makes a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Whether each directory, archive or METS file is one.
    pub volumes: bool,
    /// Whether scans are read.
    pub images: bool,
}

impl Document {
    /// How messages name it: the path as it can be typed, on one line.
    pub fn place(&self) -> String {
        match &self.origin {
            Origin::File(path) | Origin::Volume(path, _) => shown(path),
            Origin::Member(part) => on_one_line(part.place()),
            Origin::StandardInput => "standard input".to_owned(),
        }
    }
}

impl Selection {
    /// How many documents there are, counted elsewhere; none where counting would use them
    /// up.
    pub(super) fn counted(&self) -> Option<Inputs> {
        let used_up = self.files_from.as_ref().is_some_and(|list| !list.is_file());
        if used_up {
            return None;
        }
        self.found(true).ok()
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
        self.found(false)
    }

    /// The same; `by_name` without a look at files, whose number is near enough then.
    fn found(&self, by_name: bool) -> Result<Inputs, Error> {
        let output = self.output.as_ref().and_then(|dir| dir.canonicalize().ok());
        let skipped = Skipped::default();
        let searched = Searched {
            output,
            filter: self.filter.clone(),
            search: self.search,
            by_name,
            skipped: skipped.clone(),
        };
        let entries = self.named.iter().map(|path| Entry::of(path, self.search));
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let is_many = |entry: &Entry| matches!(entry, Entry::Directory { .. } | Entry::Archive(_));
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
            Box::new(all.filter_map(without_repeated()))
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

/// Lets each target through once: a document that is reached again is left out, another with
/// the same output is a failure. Keeps 32 bytes for each: digests that long don't meet by chance.
fn without_repeated() -> impl FnMut(Result<Document, Error>) -> Option<Result<Document, Error>> {
    let mut seen = HashMap::new();
    move |document| match document {
        Ok(document) => {
            let target = short_digest(&output_name(&document.target, ""));
            let origin = document.origin.digest();
            match seen.insert(target, origin) {
                None => Some(Ok(document)),
                Some(first) if first == origin => None,
                Some(first) => {
                    seen.insert(target, first);
                    Some(Err(Error::new(document.place(), ErrorKind::SameOutput)))
                }
            }
        }
        error => Some(error),
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
    on_one_line(path.display().to_string())
}

fn on_one_line(text: String) -> String {
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

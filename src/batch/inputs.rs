//! From what was named on the command line to the documents of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, ErrorKind};
use crate::source::{self, Part, SIZE_LIMIT, is_other_file, is_readable_file};

/// The name of standard input, on the command line and in the record.
const STANDARD_INPUT: &str = "-";

/// The documents of a run, in the order they are put out.
#[derive(Debug, Default)]
pub struct Inputs {
    /// What is read; failures to find or list something keep their place among them.
    pub documents: Vec<Result<Document, Error>>,
    /// Files of directories that were passed over, by extension.
    pub skipped: BTreeMap<String, usize>,
    /// Whether more than one file was named, or a directory.
    pub is_batch: bool,
    /// What is looked for.
    pub(super) search: Search,
}

/// One document that is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Where its bytes are.
    pub origin: Origin,
    /// Its path relative to the input that was named, with `/`: the same whatever
    /// else is named beside it.
    pub path: String,
    /// Its path below the output directory, without what the output adds.
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

/// What is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Search {
    /// Whether each directory, archive or METS file is one document.
    pub volumes: bool,
    /// Whether scans are read.
    pub images: bool,
}

impl Document {
    /// How messages name it: the path as it can be typed.
    pub fn place(&self) -> String {
        match &self.origin {
            Origin::File(path) | Origin::Volume(path, _) => path.display().to_string(),
            Origin::Member(part) => part.place(),
            Origin::StandardInput => "standard input".to_owned(),
        }
    }

    /// Its bytes, at most one more than the limit that [`crate::source::read`] sets.
    ///
    /// # Errors
    /// Whatever keeps the file from being read.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let limit = SIZE_LIMIT as u64 + 1;
        let outcome = match &self.origin {
            Origin::StandardInput => io::stdin().lock().take(limit).read_to_end(&mut bytes),
            Origin::Member(part) => {
                return part.bytes().map_err(|kind| Error::new(self.place(), kind));
            }
            Origin::Volume(_, parts) => return source::pack(parts),
            Origin::File(path) => {
                fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
            }
        };
        outcome.map_err(|error| unreadable(self.place(), error))?;
        Ok(bytes)
    }
}

impl Inputs {
    /// Finds the documents that `named` stands for. `output`, where it lies inside a
    /// named directory, is not searched, so that a second run reads what the first did.
    ///
    /// With one input, targets are relative to it (a file: its name); with several,
    /// to the folder that all of them lie in, so that no two collide. A file that is
    /// reached twice is one document where outputs are files.
    pub fn find(named: &[PathBuf], output: Option<&Path>, search: Search) -> Inputs {
        let mut inputs = Inputs {
            is_batch: named.len() > 1,
            search,
            ..Inputs::default()
        };
        let output_dir = output.and_then(|dir| dir.canonicalize().ok());
        let roots: Vec<Option<PathBuf>> = named.iter().map(|path| root(path)).collect();
        let common = common_folder(roots.iter().flatten());
        for (path, root) in named.iter().zip(&roots) {
            let below = match (root, &common) {
                (Some(root), Some(common)) => root.strip_prefix(common).unwrap_or(root),
                _ => Path::new(""),
            };
            inputs.add(path, below, output_dir.as_deref());
        }
        if output.is_some() {
            inputs.drop_repeated();
        }
        inputs
    }

    /// What was passed over, for people: `2 .pdf, 1 .png`.
    pub fn skipped(&self) -> String {
        let kinds: Vec<String> = self
            .skipped
            .iter()
            .map(|(kind, count)| format!("{count} {kind}"))
            .collect();
        kinds.join(", ")
    }

    fn add(&mut self, path: &Path, below: &Path, output: Option<&Path>) {
        if path.as_os_str() == STANDARD_INPUT {
            self.documents.push(Ok(Document {
                origin: Origin::StandardInput,
                path: STANDARD_INPUT.to_owned(),
                target: PathBuf::from("stdin"),
            }));
            return;
        }
        let place = path.display().to_string();
        match fs::metadata(path) {
            Err(error) => match member(path) {
                Some(part) => self.add_member(part, below),
                None => self.documents.push(Err(unreadable(place, error))),
            },
            Ok(_) if self.search.volumes => self.add_volume(path, below),
            Ok(_) if path.is_file() && source::is_archive(path) => {
                self.is_batch = true;
                self.add_archive(path, below);
            }
            Ok(metadata) if metadata.is_dir() => {
                self.is_batch = true;
                self.add_directory(path, below, output);
            }
            Ok(_) if is_other_file(path) => {
                let kind = ErrorKind::OtherKind(kind(path));
                self.documents.push(Err(Error::new(place, kind)));
            }
            Ok(_) => {
                let name = path
                    .file_name()
                    .map_or_else(OsString::new, ToOwned::to_owned);
                self.documents.push(Ok(Document {
                    origin: Origin::File(path.to_owned()),
                    path: name.to_string_lossy().into_owned(),
                    target: below.join(name),
                }));
            }
        }
    }

    fn add_member(&mut self, part: Part, below: &Path) {
        let Part::Member { archive, name } = &part else {
            return;
        };
        let archive = archive.file_name().unwrap_or_default();
        let path = format!("{}!{name}", archive.to_string_lossy());
        let target = below.join(archive).join(name);
        self.documents.push(Ok(Document {
            origin: Origin::Member(part),
            path,
            target,
        }));
    }

    fn add_archive(&mut self, path: &Path, below: &Path) {
        let members = match source::members(path) {
            Ok(members) => members,
            Err(kind) => {
                let place = path.display().to_string();
                return self.documents.push(Err(Error::new(place, kind)));
            }
        };
        let before = self.documents.len();
        for member in &members {
            if source::is_readable_member(path, &member.name, self.search.images) {
                let part = Part::Member {
                    archive: path.to_owned(),
                    name: member.name.clone(),
                };
                self.add_member(part, below);
            } else {
                let kind = kind(Path::new(&member.name));
                *self.skipped.entry(kind).or_default() += 1;
            }
        }
        if self.documents.len() == before {
            let skipped = format!("{} files of other kinds", members.len());
            let kind = ErrorKind::NothingReadable { skipped };
            let place = path.display().to_string();
            self.documents.push(Err(Error::new(place, kind)));
        }
    }

    fn add_volume(&mut self, path: &Path, below: &Path) {
        let parts = match source::volume_parts(path, self.search.images) {
            Ok(parts) => parts,
            Err(error) => return self.documents.push(Err(error)),
        };
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = real.file_name().unwrap_or_default();
        // A directory that is the folder all lie in has no name below it.
        let target = match below.as_os_str().is_empty() || !path.is_dir() {
            true => below.join(name),
            false => below.to_owned(),
        };
        self.documents.push(Ok(Document {
            origin: Origin::Volume(path.to_owned(), parts),
            path: name.to_string_lossy().into_owned(),
            target,
        }));
    }

    fn add_directory(&mut self, directory: &Path, below: &Path, output: Option<&Path>) {
        let mut walk = Walk {
            output,
            images: self.search.images,
            ..Walk::default()
        };
        walk.enter(directory, Path::new(""), &mut Vec::new());
        if walk.found.is_empty() {
            let skipped = match summed(&walk.skipped) {
                0 => "it holds no files".to_owned(),
                1 => "1 file of another kind".to_owned(),
                count => format!("{count} files of other kinds"),
            };
            let kind = ErrorKind::NothingReadable { skipped };
            self.documents
                .push(Err(Error::new(directory.display().to_string(), kind)));
        }
        for found in walk.found {
            let relative = match found {
                Ok(relative) => relative,
                Err(error) => {
                    self.documents.push(Err(error));
                    continue;
                }
            };
            let file = directory.join(&relative);
            if source::is_archive(&file) {
                let folder = relative.parent().unwrap_or(Path::new(""));
                let first = self.documents.len();
                self.add_archive(&file, &below.join(folder));
                for document in self.documents[first..].iter_mut().flatten() {
                    document.path = with_slashes(&folder.join(&document.path));
                }
                continue;
            }
            self.documents.push(Ok(Document {
                origin: Origin::File(file),
                path: with_slashes(&relative),
                target: below.join(&relative),
            }));
        }
        for (kind, count) in walk.skipped {
            *self.skipped.entry(kind).or_default() += count;
        }
    }

    fn drop_repeated(&mut self) {
        let mut seen = BTreeSet::new();
        self.documents.retain(|document| match document {
            Ok(document) => seen.insert(document.target.clone()),
            Err(_) => true,
        });
    }
}

/// A search through a directory, in the order of names.
#[derive(Default)]
struct Walk<'o> {
    /// Text files, relative to the directory, and failures, in order.
    found: Vec<Result<PathBuf, Error>>,
    skipped: BTreeMap<String, usize>,
    output: Option<&'o Path>,
    /// Whether scans are read.
    images: bool,
}

impl Walk<'_> {
    /// `above` holds the real paths of the directories entered: a link to one of
    /// them would go round for ever.
    fn enter(&mut self, directory: &Path, relative: &Path, above: &mut Vec<PathBuf>) {
        let listed = directory
            .canonicalize()
            .and_then(|real| Ok((real, names(directory)?)));
        let (real, names) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                let place = directory.display().to_string();
                return self.found.push(Err(unreadable(place, error)));
            }
        };
        let is_output = !above.is_empty() && self.output == Some(&real);
        if is_output || above.contains(&real) {
            return;
        }
        above.push(real);
        for name in names {
            let (path, relative) = (directory.join(&name), relative.join(&name));
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => self.enter(&path, &relative, above),
                Ok(metadata) if metadata.is_file() && is_readable_file(&path, self.images) => {
                    self.found.push(Ok(relative));
                }
                Ok(_) => *self.skipped.entry(kind(&path)).or_default() += 1,
                Err(error) if source::is_text_file(&relative) => {
                    let place = path.display().to_string();
                    self.found.push(Err(unreadable(place, error)));
                }
                Err(_) => *self.skipped.entry(kind(&path)).or_default() += 1,
            }
        }
        above.pop();
    }
}

/// The file in an archive that `ARCHIVE!NAME` names.
fn member(path: &Path) -> Option<Part> {
    let (archive, name) = path.to_str()?.split_once('!')?;
    let archive = PathBuf::from(archive);
    archive.is_file().then(|| Part::Member {
        archive,
        name: name.to_owned(),
    })
}

/// The names in a directory, sorted, hidden ones left out.
fn names(directory: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        let name = entry?.file_name();
        if !name.as_encoded_bytes().starts_with(b".") {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn kind(path: &Path) -> String {
    match path.extension().and_then(|e| e.to_str()) {
        Some(extension) => format!(".{}", extension.to_lowercase()),
        None => "without extension".to_owned(),
    }
}

fn summed(skipped: &BTreeMap<String, usize>) -> usize {
    skipped.values().sum()
}

fn unreadable(place: String, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::NotReadable(error),
    };
    Error::new(place, kind)
}

/// The real folder that an input's paths are relative to.
fn root(path: &Path) -> Option<PathBuf> {
    if path.as_os_str() == STANDARD_INPUT {
        return None;
    }
    let folder = if path.is_dir() {
        path
    } else {
        match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    };
    folder.canonicalize().ok()
}

fn common_folder<'p>(mut roots: impl Iterator<Item = &'p PathBuf>) -> Option<PathBuf> {
    let first = roots.next()?.clone();
    Some(roots.fold(first, |common, root| {
        let same = common
            .components()
            .zip(root.components())
            .take_while(|(a, b)| a == b);
        same.map(|(component, _)| component).collect()
    }))
}

fn with_slashes(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(Component::as_os_str).collect();
    let parts: Vec<_> = parts.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

//! From what was named to documents.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::entry::{Entry, folder_of};
use super::walk::{self, Filter, Walk};
use super::{Document, Origin, STANDARD_INPUT, Search, Skipped, kind, shown, unreadable};
use crate::batch::names::record_path;
use crate::error::{Error, ErrorKind};
use crate::source::{self, Archive, Part, is_other_file};

/// What a search through directories knows.
#[derive(Clone)]
pub(super) struct Searched {
    pub(super) output: Option<PathBuf>,
    pub(super) filter: Filter,
    pub(super) search: Search,
    /// Whether names alone tell what is read.
    pub(super) by_name: bool,
    pub(super) skipped: Skipped,
}

pub(super) type Documents = Box<dyn Iterator<Item = Result<Document, Error>> + Send>;

impl Searched {
    /// The documents of an entry whose targets lie below `below`.
    pub(super) fn documents(&self, entry: Entry, below: &Path) -> Documents {
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
                let (searched, below) = (self.clone(), below.to_owned());
                Box::new(walk.flat_map(move |found| match found {
                    Ok(relative) if source::is_archive_name(&relative) => {
                        searched.archive(&path, &relative, &below)
                    }
                    found => Box::new(std::iter::once(found.map(|relative| Document {
                        origin: Origin::File(path.join(&relative)),
                        path: record_path(&relative),
                        target: below.join(&relative),
                    }))),
                }))
            }
            Entry::Archive(path) => {
                let name = path.file_name().map(Path::new).unwrap_or(&path);
                self.archive(folder_of(&path), name, below)
            }
            Entry::Member { archive, name } => {
                let document = Archive::open(&archive).map(|opened| {
                    let archive = archive.file_name().map(Path::new).unwrap_or(&archive);
                    in_archive(&opened, archive, name, below)
                });
                let place = || shown(&archive);
                let document = document.map_err(|kind| Error::new(place(), kind));
                Box::new(std::iter::once(document))
            }
            Entry::Volume(path) => {
                Box::new(std::iter::once(volume(path, below, self.search.images)))
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
    pub(super) fn listed(&self, name: &Path) -> Documents {
        match Entry::of(name, self.search) {
            Err(error) => Box::new(std::iter::once(Err(error))),
            Ok(Entry::File(path)) => {
                let written = record_path(&path);
                Box::new(std::iter::once(file(path.clone(), written, path)))
            }
            Ok(Entry::Volume(path)) => {
                let written = record_path(&path);
                let below = match path.is_dir() {
                    true => &*path,
                    false => path.parent().unwrap_or(Path::new("")),
                };
                let document = volume(path.clone(), below, self.search.images);
                Box::new(std::iter::once(document.map(|document| Document {
                    path: written,
                    ..document
                })))
            }
            Ok(entry) => {
                let prefix = match &entry {
                    Entry::Directory { path, .. } => path.clone(),
                    Entry::Archive(path) | Entry::Member { archive: path, .. } => {
                        path.parent().unwrap_or(Path::new("")).to_owned()
                    }
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

    /// The documents of a zip archive, `name` in `folder`, that lie below `below`.
    fn archive(&self, folder: &Path, name: &Path, below: &Path) -> Documents {
        let path = match folder == Path::new(".") {
            true => name.to_owned(),
            false => folder.join(name),
        };
        let failed = |kind| {
            let documents: Documents =
                Box::new(std::iter::once(Err(Error::new(shown(&path), kind))));
            documents
        };
        let archive = match Archive::open(&path) {
            Ok(archive) => archive,
            Err(kind) => return failed(kind),
        };
        let members = match archive.members() {
            Ok(members) => members,
            Err(kind) => return failed(kind),
        };
        let (readable, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|member| {
            if self.by_name {
                source::is_readable_name(Path::new(&member.name), self.search.images)
            } else {
                archive.is_readable(&member.name, self.search.images)
            }
        });
        if readable.is_empty() {
            return failed(walk::nothing(others.len()));
        }
        for other in &others {
            self.skipped.add(kind(Path::new(&other.name)));
        }
        let (name, below) = (name.to_owned(), below.to_owned());
        let documents = readable.into_iter();
        Box::new(documents.map(move |member| Ok(in_archive(&archive, &name, member.name, &below))))
    }
}

/// A file in an archive whose own path is `path`.
fn in_archive(archive: &Archive, path: &Path, name: String, below: &Path) -> Document {
    Document {
        path: format!("{}!{name}", record_path(path)),
        target: below.join(path).join(&name),
        origin: Origin::Member(Part::Member {
            archive: archive.clone(),
            name,
        }),
    }
}

/// The document that a volume is.
fn volume(path: PathBuf, below: &Path, images: bool) -> Result<Document, Error> {
    let parts = source::volume_parts(&path, images)?;
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    let name = Path::new(real.file_name().unwrap_or_default());
    // A directory that is the folder all lie in has no name below it.
    let target = match below.as_os_str().is_empty() || !path.is_dir() {
        true => below.join(name),
        false => below.to_owned(),
    };
    Ok(Document {
        path: record_path(name),
        target,
        origin: Origin::Volume(path, parts),
    })
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

//! What one name on the command line, or in a list, stands for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use super::{STANDARD_INPUT, Search, walk};
use crate::error::Error;
use crate::source::{self, is_text_file};

/// One thing that was named.
#[derive(Debug)]
pub(super) enum Entry {
    StandardInput,
    File(PathBuf),
    /// A zip archive, of which every file is a document.
    Archive(PathBuf),
    /// One file in a zip archive.
    Member {
        archive: PathBuf,
        name: String,
    },
    /// What is one document as a whole.
    Volume(PathBuf),
    /// A directory, with the pattern that its files must match, if any.
    Directory {
        path: PathBuf,
        pattern: Option<GlobMatcher>,
    },
    Missing(PathBuf, io::Error),
}

impl Entry {
    pub(super) fn of(path: &Path, search: Search) -> Result<Entry, Error> {
        if path.as_os_str() == STANDARD_INPUT {
            return Ok(Entry::StandardInput);
        }
        Ok(match fs::metadata(path) {
            Ok(_) if search.volumes => Entry::Volume(path.to_owned()),
            Ok(metadata) if metadata.is_dir() => Entry::Directory {
                path: path.to_owned(),
                pattern: None,
            },
            // Pipes give their first bytes once only; names of texts need no look.
            Ok(metadata)
                if metadata.is_file() && !is_text_file(path) && source::is_archive(path) =>
            {
                Entry::Archive(path.to_owned())
            }
            Ok(_) => Entry::File(path.to_owned()),
            Err(error) => match member(path) {
                Some((archive, name)) => Entry::Member { archive, name },
                None => Entry::not_found(path, error)?,
            },
        })
    }

    /// What does not exist is a pattern, or missing.
    fn not_found(path: &Path, error: io::Error) -> Result<Entry, Error> {
        Ok(match error {
            _ if walk::is_pattern(path) => {
                let (path, pattern) = walk::divide(path)?;
                Entry::Directory {
                    path,
                    pattern: Some(pattern),
                }
            }
            error => Entry::Missing(path.to_owned(), error),
        })
    }

    /// The real folder that the entry's paths are relative to.
    pub(super) fn root(&self) -> Option<PathBuf> {
        let folder = match self {
            Entry::StandardInput | Entry::Missing(..) => return None,
            Entry::Directory { path, .. } => path,
            Entry::Volume(path) if path.is_dir() => path,
            Entry::File(path)
            | Entry::Volume(path)
            | Entry::Archive(path)
            | Entry::Member { archive: path, .. } => folder_of(path),
        };
        folder.canonicalize().ok()
    }
}

/// The folder that a file is in, as a path that leads there.
pub(super) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// The archive and the file in it that `ARCHIVE!NAME` names.
fn member(path: &Path) -> Option<(PathBuf, String)> {
    let (archive, name) = path.to_str()?.split_once('!')?;
    let archive = PathBuf::from(archive);
    archive.is_file().then(|| (archive, name.to_owned()))
}

//! A search through a directory, in the order of names.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

use super::search::Searched;
use super::{Skipped, kind, shown, unreadable};
use crate::error::{Error, ErrorKind};
use crate::source;

/// Which files of directories are read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those that match one of these; all where there is none.
    pub include: Option<Patterns>,
    /// None that match one of these, nor what lies in a folder that does.
    pub exclude: Option<Patterns>,
    /// Whether links are followed.
    pub follow_links: bool,
}

/// Patterns, at least one, of which a path matches any.
#[derive(Clone, Debug)]
pub struct Patterns {
    set: GlobSet,
    /// Those that say what files are named in the end.
    naming: GlobSet,
}

impl Patterns {
    /// Whether a path matches one of them.
    pub fn is_match(&self, path: impl AsRef<Path>) -> bool {
        self.set.is_match(path)
    }

    /// Whether it matches one that names the kind of file: `*.md`, not `2020/**`.
    fn names(&self, path: &Path) -> bool {
        self.naming.is_match(path)
    }
}

/// Patterns that are matched against a path relative to the named directory, and where
/// they hold no `/`, against the name too; none where there are no patterns.
///
/// # Errors
/// The first that is no pattern.
pub fn patterns(patterns: &[String]) -> Result<Option<Patterns>, Error> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let (mut set, mut naming) = (GlobSetBuilder::new(), GlobSetBuilder::new());
    for pattern in patterns {
        let anywhere = if pattern.contains('/') {
            pattern.trim_start_matches('/').to_owned()
        } else {
            format!("**/{pattern}")
        };
        let glob = glob(&anywhere).map_err(|kind| Error::new(pattern, kind))?;
        if names_kind(pattern) {
            naming.add(glob.clone());
        }
        set.add(glob);
    }
    let built = |set: GlobSetBuilder| {
        set.build()
            .map_err(|error| Error::new("patterns", not_one(&error)))
    };
    Ok(Some(Patterns {
        set: built(set)?,
        naming: built(naming)?,
    }))
}

fn names_kind(pattern: &str) -> bool {
    !pattern.ends_with('*')
}

fn glob(pattern: &str) -> Result<globset::Glob, ErrorKind> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| not_one(&error))
}

fn not_one(error: &globset::Error) -> ErrorKind {
    ErrorKind::Pattern(error.kind().to_string())
}

/// Whether a path that does not exist is meant as a pattern.
pub(super) fn is_pattern(path: &Path) -> bool {
    path.as_os_str()
        .as_encoded_bytes()
        .iter()
        .any(|b| b"*?[{".contains(b))
}

/// A pattern's folder, up to its first part that stands for others, and the rest.
pub(super) fn divide(path: &Path) -> Result<(PathBuf, GlobMatcher), Error> {
    let is_plain = |part: &Component<'_>| !is_pattern(Path::new(part.as_os_str()));
    let folder: PathBuf = path.components().take_while(is_plain).collect();
    let rest: Vec<_> = path.components().skip_while(is_plain).collect();
    let rest: Vec<_> = rest
        .iter()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    let glob = glob(&rest.join("/")).map_err(|kind| Error::new(shown(path), kind))?;
    let folder = if folder.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        folder
    };
    Ok((folder, glob.compile_matcher()))
}

/// The files of a directory that are read, relative to it. Holds the names of the folders that
/// it is in, not more.
pub(super) struct Walk {
    directory: PathBuf,
    entries: walkdir::IntoIter,
    pattern: Option<GlobMatcher>,
    filter: Filter,
    images: bool,
    by_name: bool,
    output: Option<PathBuf>,
    skipped: Skipped,
    passed_over: usize,
    /// Where links are followed: the real paths of the folders that it is in.
    above: Vec<PathBuf>,
    /// Whether nothing was found yet, nor said about it.
    fruitless: bool,
}

impl Walk {
    pub(super) fn new(directory: PathBuf, pattern: Option<GlobMatcher>, search: &Searched) -> Walk {
        let entries = WalkDir::new(&directory)
            .min_depth(1)
            .follow_links(search.filter.follow_links)
            .sort_by_file_name()
            .into_iter();
        let directory_itself = directory.canonicalize().into_iter().collect();
        Walk {
            directory,
            entries,
            pattern,
            filter: search.filter.clone(),
            images: search.search.images,
            by_name: search.by_name,
            output: search.output.clone(),
            skipped: search.skipped.clone(),
            passed_over: 0,
            above: directory_itself,
            fruitless: true,
        }
    }

    /// What a directory's entry gives: a document, or nothing.
    fn visit(&mut self, entry: &DirEntry) -> Option<PathBuf> {
        let relative = entry
            .path()
            .strip_prefix(&self.directory)
            .unwrap_or(entry.path())
            .to_owned();
        let is_folder = entry.file_type().is_dir();
        if is_hidden(entry)
            || self.is_excluded(&relative)
            || is_folder && (self.is_output(entry) || self.goes_round(entry))
        {
            if is_folder {
                self.entries.skip_current_dir();
            }
            return None;
        }
        if is_folder {
            return None;
        }
        let is_wanted = match (&self.pattern, &self.filter.include) {
            (Some(pattern), _) if !pattern.is_match(&relative) => return None,
            (_, Some(include)) if !include.is_match(&relative) => return None,
            // A pattern that names the extension knows better.
            (pattern, include) => {
                let named = pattern
                    .as_ref()
                    .is_some_and(|pattern| names_kind(pattern.glob().glob()))
                    || include
                        .as_ref()
                        .is_some_and(|include| include.names(&relative));
                named && !source::is_other_file(&relative) || self.is_readable(entry)
            }
        };
        if is_temporary(entry) {
            self.pass_over("temporary".to_owned());
        } else if entry.file_type().is_symlink() {
            self.pass_over("link".to_owned());
        } else if !entry.file_type().is_file() || !is_wanted {
            self.pass_over(kind(&relative));
        } else {
            return Some(relative);
        }
        None
    }

    fn is_readable(&self, entry: &DirEntry) -> bool {
        let path = entry.path();
        if self.by_name {
            source::is_readable_name(path, self.images)
        } else {
            entry.file_type().is_file() && source::is_readable_file(path, self.images)
        }
    }

    /// Whether a folder is one that it lies in itself, reached by a link further up.
    fn goes_round(&mut self, entry: &DirEntry) -> bool {
        if !self.filter.follow_links {
            return false;
        }
        let Ok(real) = entry.path().canonicalize() else {
            return false;
        };
        self.above.truncate(entry.depth());
        let round = self.above.contains(&real);
        if !round {
            self.above.push(real);
        }
        round
    }

    fn is_excluded(&self, relative: &Path) -> bool {
        self.filter
            .exclude
            .as_ref()
            .is_some_and(|set| set.is_match(relative))
    }

    fn is_output(&self, entry: &DirEntry) -> bool {
        let same_name = |output: &PathBuf| {
            entry.path_is_symlink() || output.file_name() == Some(entry.file_name())
        };
        self.output.as_ref().is_some_and(|output| {
            same_name(output)
                && entry
                    .path()
                    .canonicalize()
                    .is_ok_and(|real| real == *output)
        })
    }

    fn pass_over(&mut self, kind: String) {
        self.passed_over += 1;
        self.skipped.add(kind);
    }

    fn nothing(&self) -> Error {
        Error::new(shown(&self.directory), nothing(self.passed_over))
    }
}

/// That a place holds nothing that is read, and how much else.
pub(super) fn nothing(passed_over: usize) -> ErrorKind {
    let skipped = match passed_over {
        0 => "it holds no files".to_owned(),
        1 => "1 file of another kind".to_owned(),
        count => format!("{count} files of other kinds"),
    };
    ErrorKind::NothingReadable { skipped }
}

impl Iterator for Walk {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let found = match self.entries.next() {
                None => {
                    let fruitless = std::mem::take(&mut self.fruitless);
                    return fruitless.then(|| Err(self.nothing()));
                }
                Some(Ok(entry)) => self.visit(&entry).map(Ok),
                Some(Err(error)) => failure(error).map(Err),
            };
            if let Some(found) = found {
                self.fruitless = false;
                return Some(found);
            }
        }
    }
}

/// A failure to list something. A link back to where it stands leads to nothing new.
fn failure(error: walkdir::Error) -> Option<Error> {
    if error.loop_ancestor().is_some() {
        return None;
    }
    let place = error.path().map_or_else(|| "directory".to_owned(), shown);
    let error = error
        .into_io_error()
        .unwrap_or_else(|| std::io::ErrorKind::Other.into());
    Some(unreadable(place, error))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// What programs leave beside the files they work on.
fn is_temporary(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    let ends = |end: &[u8]| {
        name.len() > end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
    };
    name.starts_with(b"~$")
        || name.starts_with(b"#")
        || [
            &b"~"[..],
            b".tmp",
            b".temp",
            b".part",
            b".crdownload",
            b".swp",
        ]
        .iter()
        .any(|end| ends(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_meet_names_and_paths() {
        let one = |pattern: &str, path: &str| {
            let set = patterns(&[pattern.to_owned()])
                .expect("a pattern")
                .expect("one");
            set.is_match(path)
        };
        assert!(one("*.txt", "a/b.txt") && one("*.txt", "b.txt"));
        assert!(one("20{19,20}", "x/2020") && !one("20{19,20}", "x/2021"));
        assert!(one("a/*.txt", "a/b.txt") && !one("a/*.txt", "x/a/b.txt"));
        assert!(!one("a/*.txt", "a/b/c.txt") && one("a/**", "a/b/c.txt"));
        assert!(patterns(&["[".to_owned()]).is_err());
    }

    #[test]
    fn a_pattern_begins_where_it_stands_for_others() {
        let (folder, rest) = divide(Path::new("in/2020/*/p?.txt")).expect("a pattern");
        assert_eq!(folder, Path::new("in/2020"));
        assert!(rest.is_match("a/p1.txt") && !rest.is_match("p1.txt"));
        assert_eq!(divide(Path::new("*.txt")).expect("one").0, Path::new("."));
    }
}

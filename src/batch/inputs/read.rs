//! The bytes of a document.

use std::fs;
use std::io::{self, Read};

use super::{Document, Origin, unreadable};
use crate::error::{Error, ErrorKind};
use crate::source::SIZE_LIMIT;

impl Document {
    /// Its bytes, at most one more than the limit that [`crate::source::read`] sets.
    ///
    /// # Errors
    /// Whatever keeps the file from being read, and [`ErrorKind::Changed`] where it was
    /// written to meanwhile, twice.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let limit = SIZE_LIMIT as u64 + 1;
        let outcome = match &self.origin {
            Origin::StandardInput => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().take(limit).read_to_end(&mut bytes);
                read.map(|_| Some(bytes))
            }
            // Once more, for a writer that was just finishing.
            Origin::File(path) => match unchanged(path, limit) {
                Ok(None) => unchanged(path, limit),
                outcome => outcome,
            },
        };
        match outcome {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(Error::new(self.place(), ErrorKind::Changed)),
            Err(error) => Err(unreadable(self.place(), error)),
        }
    }
}

/// The bytes of a file, or none where it changed while they were read.
fn unchanged(path: &std::path::Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut file = fs::File::open(path)?;
    let before = file.metadata()?;
    let mut bytes = Vec::with_capacity(before.len().min(limit) as usize + 1);
    file.by_ref().take(limit).read_to_end(&mut bytes)?;
    if !before.is_file() {
        // Pipes have no size that could change.
        return Ok(Some(bytes));
    }
    let after = file.metadata()?;
    let same = before.len() == after.len()
        && before.modified().ok() == after.modified().ok()
        && bytes.len() as u64 == before.len().min(limit);
    Ok(same.then_some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_file_that_grows_while_it_is_read_is_noticed() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.txt");
        fs::write(&path, vec![b'a'; 4 << 20]).expect("written");
        let document = Document {
            origin: Origin::File(path.clone()),
            path: "a.txt".into(),
            target: PathBuf::from("a.txt"),
        };
        assert_eq!(document.bytes().expect("still").len(), 4 << 20);
        let done = AtomicBool::new(false);
        let noticed = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut file = fs::OpenOptions::new()
                    .append(true)
                    .open(&path)
                    .expect("there");
                while !done.load(Ordering::Relaxed) {
                    file.write_all(b"more").expect("written");
                }
            });
            let noticed = (0..200).any(|_| {
                matches!(
                    document.bytes(),
                    Err(Error {
                        kind: ErrorKind::Changed,
                        ..
                    })
                )
            });
            done.store(true, Ordering::Relaxed);
            noticed
        });
        assert!(noticed);
    }
}

//! The bytes of a file, all of one moment.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::SIZE_LIMIT;
use crate::error::ErrorKind;

/// The content of a file, at most one byte more than [`SIZE_LIMIT`].
///
/// # Errors
/// Whatever keeps it from being read, and [`ErrorKind::Changed`] where it was written to
/// meanwhile, twice.
pub fn read(path: &Path) -> Result<Vec<u8>, ErrorKind> {
    // Once more, for a writer that was just finishing.
    let read = match unchanged(path) {
        Ok(None) => unchanged(path),
        read => read,
    };
    match read {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(ErrorKind::Changed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ErrorKind::NotFound),
        Err(error) => Err(ErrorKind::NotReadable(error)),
    }
}

/// The bytes of a file, or none where it changed while they were read.
fn unchanged(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let limit = SIZE_LIMIT as u64 + 1;
    let mut file = File::open(path)?;
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
    use std::fs;
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_file_that_grows_while_it_is_read_is_noticed() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.txt");
        fs::write(&path, vec![b'a'; 4 << 20]).expect("written");
        assert_eq!(read(&path).expect("still").len(), 4 << 20);
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
            let noticed = (0..200).any(|_| matches!(read(&path), Err(ErrorKind::Changed)));
            done.store(true, Ordering::Relaxed);
            noticed
        });
        assert!(noticed);
    }
}

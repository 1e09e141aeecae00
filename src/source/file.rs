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
    read_while(path, || ())
}

/// The same; what happens `meanwhile` happens between the file's first byte and its last.
fn read_while(path: &Path, mut meanwhile: impl FnMut()) -> Result<Vec<u8>, ErrorKind> {
    // Once more, for a writer that was just finishing.
    let read = match unchanged(path, &mut meanwhile) {
        Ok(None) => unchanged(path, &mut meanwhile),
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
fn unchanged(path: &Path, meanwhile: &mut impl FnMut()) -> io::Result<Option<Vec<u8>>> {
    let limit = SIZE_LIMIT as u64 + 1;
    let mut file = File::open(path)?;
    let before = file.metadata()?;
    let mut bytes = Vec::with_capacity(before.len().min(limit) as usize + 1);
    meanwhile();
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

    #[test]
    fn a_file_that_changes_while_it_is_read_is_noticed() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.txt");
        fs::write(&path, "to begin with").expect("written");
        let grow = || {
            let mut file = fs::OpenOptions::new()
                .append(true)
                .open(&path)
                .expect("there");
            file.write_all(b", and more").expect("written");
        };
        assert!(matches!(read_while(&path, grow), Err(ErrorKind::Changed)));
        // A writer that was just finishing.
        let mut left = 1;
        let finish = || {
            if left > 0 {
                left -= 1;
                fs::write(&path, "in the end").expect("written");
            }
        };
        assert_eq!(read_while(&path, finish).expect("all"), b"in the end");
        assert_eq!(read(&path).expect("still"), b"in the end");
        assert!(matches!(
            read(&dir.path().join("b")),
            Err(ErrorKind::NotFound)
        ));
    }
}

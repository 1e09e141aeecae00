//! Output that appears whole or not at all.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// Writes `content` to `path`, making its folders: first under another name in the
/// same folder, which is then renamed, so that nobody ever sees half a file.
///
/// # Errors
/// Whatever keeps the folder or the file from being written; nothing is left then.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), Error> {
    let written = || {
        let draft = Replacement::of(path)?;
        fs::write(&draft.path, content)?;
        draft.keep()
    };
    written().map_err(|error| Error::new(path.display().to_string(), ErrorKind::NotWritable(error)))
}

/// What will stand at a path once it is whole: until then a file of another name in the same
/// folder, which goes where it does not become whole.
#[derive(Debug)]
pub struct Replacement {
    /// Where it is written.
    pub path: PathBuf,
    target: PathBuf,
    is_kept: bool,
}

impl Replacement {
    /// A place to write what will stand at `target`; makes the folders.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub fn of(target: &Path) -> io::Result<Replacement> {
        let folder = target.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)?;
        let mut name = OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        Ok(Replacement {
            path: folder.join(name),
            target: target.to_owned(),
            is_kept: false,
        })
    }

    /// Gives it its name, over whatever has it.
    ///
    /// # Errors
    /// It cannot be renamed; it is gone then.
    pub fn keep(mut self) -> io::Result<()> {
        rename(&self.path, &self.target)?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.is_kept {
            // Best effort: the failure to report is the one before.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Renames over whatever is there. On Windows a reader, often a scanner for viruses, may hold
/// the old file for a moment.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let mut patience = if cfg!(windows) { 20 } else { 0 };
    loop {
        match fs::rename(from, to) {
            Err(error) if patience > 0 && error.kind() == io::ErrorKind::PermissionDenied => {
                patience -= 1;
                std::thread::sleep(Duration::from_millis(50));
            }
            outcome => return outcome,
        }
    }
}

/// Writes `content` to standard output as it is.
///
/// # Errors
/// Standard output is full or gone, see [`Error::is_broken_pipe`].
pub fn print(content: &str) -> Result<(), Error> {
    write_to(io::stdout().lock(), content)
}

/// Writes `content` to standard output, its colours dropped where that is no
/// terminal.
///
/// # Errors
/// As [`print()`].
pub fn print_styled(content: &str) -> Result<(), Error> {
    write_to(anstream::stdout().lock(), content)
}

fn write_to(mut out: impl Write, content: &str) -> Result<(), Error> {
    out.write_all(content.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Error::new("standard output", ErrorKind::NotWritable(error)))
}

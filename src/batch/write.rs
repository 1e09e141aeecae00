//! Output that appears whole or not at all.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind};

/// Writes `content` to `path`, making its folders: first under another name in the
/// same folder, which is then renamed, so that nobody ever sees half a file.
///
/// # Errors
/// Whatever keeps the folder or the file from being written; nothing is left then.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), Error> {
    let written = || {
        let folder = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder)?;
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let draft = folder.join(name);
        let outcome = fs::write(&draft, content).and_then(|()| fs::rename(&draft, path));
        if outcome.is_err() {
            // Best effort: the failure to report is the first one.
            let _ = fs::remove_file(&draft);
        }
        outcome
    };
    written().map_err(|error| Error::new(path.display().to_string(), ErrorKind::NotWritable(error)))
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

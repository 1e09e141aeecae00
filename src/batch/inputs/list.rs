//! Names from a file: one on each line, or each ended by a zero byte.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::{STANDARD_INPUT, shown, unreadable};
use crate::batch::stdin::Input;
use crate::error::Error;

/// What ends a name in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// A line end or a zero byte, whichever comes first in the file.
    #[default]
    Either,
    /// A zero byte, as `find -print0` writes it.
    Zero,
}

/// No path is longer.
const LONGEST: u64 = 1 << 16;

/// The names in `list`, one after another.
pub(super) fn names(
    list: &Path,
    separator: Separator,
) -> Result<impl Iterator<Item = Result<PathBuf, Error>> + Send + use<>, Error> {
    let place = shown(list);
    let input: Box<dyn Read + Send> = if list.as_os_str() == STANDARD_INPUT {
        Box::new(Input::new())
    } else {
        let file = File::open(list).map_err(|error| unreadable(place.clone(), error))?;
        Box::new(file)
    };
    let mut names = Names {
        input: BufReader::with_capacity(LONGEST as usize, input),
        end: (separator == Separator::Zero).then_some(0),
    };
    Ok(std::iter::from_fn(move || {
        names
            .next()
            .transpose()
            .map(|name| name.map_err(|error| unreadable(place.clone(), error)))
    }))
}

struct Names<R> {
    input: BufReader<R>,
    /// What ends a name, once known.
    end: Option<u8>,
}

impl<R: Read> Names<R> {
    fn next(&mut self) -> io::Result<Option<PathBuf>> {
        loop {
            let mut name = Vec::new();
            let end = match self.end {
                Some(end) => {
                    self.input
                        .by_ref()
                        .take(LONGEST)
                        .read_until(end, &mut name)?;
                    end
                }
                None => self.first(&mut name)?,
            };
            let ended = name.last() == Some(&end);
            if name.is_empty() {
                return Ok(None);
            }
            if ended {
                name.pop();
            } else if name.len() as u64 >= LONGEST {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a name longer than any path",
                ));
            }
            if end == b'\n' && name.last() == Some(&b'\r') {
                name.pop();
            }
            if !name.is_empty() {
                return path(name).map(Some);
            }
        }
    }

    /// Reads up to whichever end comes first, and keeps to it.
    fn first(&mut self, name: &mut Vec<u8>) -> io::Result<u8> {
        let mut byte = [0];
        while (name.len() as u64) < LONGEST && self.input.read(&mut byte)? == 1 {
            name.push(byte[0]);
            if matches!(byte[0], 0 | b'\n') {
                self.end = Some(byte[0]);
                return Ok(byte[0]);
            }
        }
        Ok(b'\n')
    }
}

/// A path of these bytes.
fn path(bytes: Vec<u8>) -> io::Result<PathBuf> {
    #[cfg(unix)]
    let name = {
        use std::os::unix::ffi::OsStringExt;
        OsString::from_vec(bytes)
    };
    #[cfg(not(unix))]
    let name =
        OsString::from(String::from_utf8(bytes).map_err(|_| {
            io::Error::new(io::ErrorKind::InvalidData, "a name that is not in UTF-8")
        })?);
    Ok(PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], end: Option<u8>) -> Vec<String> {
        let mut names = Names {
            input: BufReader::new(bytes),
            end,
        };
        std::iter::from_fn(|| names.next().expect("readable"))
            .map(|path| path.display().to_string())
            .collect()
    }

    #[test]
    fn lines_and_zero_bytes_end_names() {
        assert_eq!(read(b"a b\r\n\nc\nd", None), ["a b", "c", "d"]);
        assert_eq!(read(b"a\nb\0c\0", Some(0)), ["a\nb", "c"]);
        assert_eq!(read(b"a\0b\nc\0", None), ["a", "b\nc"]);
        assert_eq!(read(b"only", None), ["only"]);
        assert!(read(b"", None).is_empty());
    }
}

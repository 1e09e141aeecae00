//! What is packed: gzip'd files and members of zip archives, read without unpacking
//! to disk.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::shared_file::SharedFile;
use super::{SIZE_LIMIT, kind};
use crate::error::ErrorKind;

/// How many times its packed size something may have, beyond a first megabyte: text and
/// markup pack to a twentieth at best.
const RATIO_LIMIT: usize = 100;

/// What may always be unpacked, in bytes.
const FREE: usize = 1 << 20;

/// Files in an archive, at most.
const MEMBER_LIMIT: usize = 100_000;

const GZIP: &[u8] = b"\x1f\x8b";

/// The content of a gzip'd file, or the bytes themselves.
///
/// # Errors
/// Damaged archives, and those that unpack to too much.
pub(super) fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ErrorKind> {
    if !bytes.starts_with(GZIP) {
        return Ok(Cow::Borrowed(bytes));
    }
    let content = bounded(MultiGzDecoder::new(bytes), bytes.len())?;
    if content.starts_with(GZIP) {
        return Err(ErrorKind::OtherFormat("a gzip archive inside another"));
    }
    Ok(Cow::Owned(content))
}

/// The beginning of what a file's first bytes unpack to.
pub(super) fn unpacked_head(head: &[u8]) -> Cow<'_, [u8]> {
    if !head.starts_with(GZIP) {
        return Cow::Borrowed(head);
    }
    let mut content = Vec::new();
    // The head is cut off: the error at its end is no news.
    let _ = MultiGzDecoder::new(head)
        .take(64 << 10)
        .read_to_end(&mut content);
    Cow::Owned(content)
}

/// Whether a file is a zip archive, by its first bytes.
pub fn is_archive(path: &Path) -> bool {
    let mut head = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == *b"PK\x03\x04"
}

/// A file in a zip archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name there, with `/`.
    pub name: String,
    /// Its size, unpacked, as the archive states it.
    pub size: u64,
}

/// A zip archive, opened once, however many of its files are read, and by how many threads.
#[derive(Clone)]
pub struct Archive {
    path: PathBuf,
    zip: ZipArchive<SharedFile>,
}

impl Archive {
    /// Opens an archive and reads its list of files.
    ///
    /// # Errors
    /// The file cannot be read, is no archive or is damaged.
    pub fn open(path: &Path) -> Result<Archive, ErrorKind> {
        let file = SharedFile::open(path).map_err(ErrorKind::NotReadable)?;
        let zip = ZipArchive::new(file).map_err(damaged)?;
        if zip.len() > MEMBER_LIMIT {
            return Err(ErrorKind::Archive(format!(
                "it holds more than {MEMBER_LIMIT} files"
            )));
        }
        Ok(Archive {
            path: path.to_owned(),
            zip,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The files in it, in the archive's order; folders, hidden files and what Macintoshes
    /// add are left out.
    ///
    /// # Errors
    /// It is damaged, or an office document.
    pub fn members(&self) -> Result<Vec<Member>, ErrorKind> {
        let mut zip = self.zip.clone();
        let mut found = Vec::new();
        for at in 0..zip.len() {
            let file = zip.by_index_raw(at).map_err(damaged)?;
            let name = file.name().map_err(damaged)?;
            if name == "[Content_Types].xml" || name == "mimetype" {
                return Err(ErrorKind::OtherFormat("an office document"));
            }
            // A name that leads out of the archive is no name for an output either.
            let is_sound = file.enclosed_name().is_some();
            let is_hidden = |part: &str| part.starts_with('.') || part == "__MACOSX";
            let is_hidden = name.split('/').any(is_hidden);
            if file.is_file() && is_sound && !is_hidden {
                found.push(Member {
                    size: file.size(),
                    name: name.into_owned(),
                });
            }
        }
        Ok(found)
    }

    /// Whether a file in it is one of those that are read, as
    /// [`is_readable_file`](super::is_readable_file) has it.
    pub fn is_readable(&self, name: &str, with_images: bool) -> bool {
        kind::says_readable(Path::new(name), with_images, |length| {
            let mut head = Vec::new();
            let mut zip = self.zip.clone();
            let file = zip.by_name(name)?;
            file.take(length).read_to_end(&mut head)?;
            Ok(head)
        })
    }

    /// The content of one file in it.
    ///
    /// # Errors
    /// No file of that name; one that is damaged, unpacks to too much or is locked with a
    /// password.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, ErrorKind> {
        let mut zip = self.zip.clone();
        let file = zip.by_name(name).map_err(damaged)?;
        let packed = usize::try_from(file.compressed_size()).unwrap_or(usize::MAX);
        bounded(file, packed)
    }
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Archive").field(&self.path).finish()
    }
}

/// By their places.
impl PartialEq for Archive {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for Archive {}

/// Reads to the end, unless that lies beyond what `packed` bytes may become.
fn bounded(mut reader: impl Read, packed: usize) -> Result<Vec<u8>, ErrorKind> {
    let by_ratio = packed.saturating_mul(RATIO_LIMIT).saturating_add(FREE);
    let limit = by_ratio.min(SIZE_LIMIT);
    let mut content = Vec::new();
    reader
        .by_ref()
        .take(limit as u64 + 1)
        .read_to_end(&mut content)
        .map_err(|error| ErrorKind::Archive(error.to_string()))?;
    if content.len() <= limit {
        return Ok(content);
    }
    Err(if limit == SIZE_LIMIT {
        ErrorKind::TooLarge { limit }
    } else {
        ErrorKind::Archive(format!(
            "it unpacks to more than {RATIO_LIMIT} times its size"
        ))
    })
}

fn damaged(error: ZipError) -> ErrorKind {
    match error {
        ZipError::FileNotFound => ErrorKind::NotFound,
        ZipError::Io(error) => ErrorKind::NotReadable(error),
        other => ErrorKind::Archive(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_unpacked_once() {
        assert_eq!(unpacked(b"abc").unwrap().as_ref(), b"abc");
        let packed = gzip(b"abc");
        assert_eq!(unpacked(&packed).unwrap().as_ref(), b"abc");
        assert!(unpacked(&gzip(&packed)).is_err());
        assert!(matches!(
            unpacked(&packed[..packed.len() - 9]),
            Err(ErrorKind::Archive(_))
        ));
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = gzip(&vec![b' '; 20 << 20]);
        let error = unpacked(&bomb).unwrap_err().to_string();
        assert!(error.contains("100 times"), "{error}");
    }
}

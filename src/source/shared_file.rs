//! A file that several read at once, each at a place of its own.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// How much is read at once, in bytes.
const BUFFER: usize = 16 << 10;

/// An open file; a clone reads on from the same place, without a say in where the other is.
#[derive(Debug)]
pub(super) struct SharedFile {
    file: Arc<File>,
    length: u64,
    at: u64,
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    start: u64,
}

impl SharedFile {
    pub(super) fn open(path: &Path) -> io::Result<SharedFile> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(SharedFile {
            file: Arc::new(file),
            length,
            at: 0,
            buffer: Vec::new(),
            start: 0,
        })
    }

    /// What the buffer holds from here on; filled where that is nothing.
    fn buffered(&mut self) -> io::Result<&[u8]> {
        let held = self.start..self.start + self.buffer.len() as u64;
        if !held.contains(&self.at) {
            self.buffer.resize(BUFFER, 0);
            let read = read_at(&self.file, &mut self.buffer, self.at);
            self.buffer.truncate(*read.as_ref().unwrap_or(&0));
            self.start = self.at;
            read?;
        }
        Ok(&self.buffer[(self.at - self.start) as usize..])
    }
}

impl Clone for SharedFile {
    fn clone(&self) -> Self {
        SharedFile {
            file: self.file.clone(),
            length: self.length,
            at: self.at,
            buffer: Vec::new(),
            start: 0,
        }
    }
}

impl Read for SharedFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut held = self.buffered()?;
        let read = held.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(by) => (self.length, by),
            SeekFrom::Current(by) => (self.at, by),
        };
        self.at = from.checked_add_signed(by).ok_or(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a place before the file's beginning",
        ))?;
        Ok(self.at)
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_do_not_disturb_each_other() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a");
        let content: Vec<u8> = (0..50_000u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &content).expect("written");
        let mut one = SharedFile::open(&path).expect("opened");
        let mut head = [0; 100];
        one.read_exact(&mut head).expect("read");
        let mut other = one.clone();
        one.seek(SeekFrom::End(-10)).expect("there");
        let mut tail = Vec::new();
        one.read_to_end(&mut tail).expect("read");
        assert_eq!(tail, content[49_990..]);
        let mut rest = Vec::new();
        other.read_to_end(&mut rest).expect("read");
        assert_eq!(rest, content[100..]);
        assert!(one.seek(SeekFrom::Current(-60_000)).is_err());
    }
}

//! The bytes of a document.

use std::io::{self, Read};

use super::{Document, Origin, unreadable};
use crate::error::Error;
use crate::source::{self, SIZE_LIMIT};

impl Document {
    /// Its bytes, at most one more than the limit that [`crate::source::read`] sets.
    ///
    /// # Errors
    /// Whatever keeps the file from being read, and
    /// [`ErrorKind::Changed`](crate::error::ErrorKind::Changed) where it was written to
    /// meanwhile, twice.
    pub fn bytes(&self) -> Result<Vec<u8>, Error> {
        let failed = |kind| Error::new(self.place(), kind);
        match &self.origin {
            Origin::StandardInput => {
                let mut bytes = Vec::new();
                let input = io::stdin().lock();
                match input.take(SIZE_LIMIT as u64 + 1).read_to_end(&mut bytes) {
                    Ok(_) => Ok(bytes),
                    Err(error) => Err(unreadable(self.place(), error)),
                }
            }
            Origin::File(path) => source::read_file(path).map_err(failed),
            Origin::Member(part) => part.bytes().map_err(failed),
            Origin::Volume(_, parts) => source::pack(parts),
        }
    }
}

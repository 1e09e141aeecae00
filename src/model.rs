//! The model file: named sections, read in place.
//!
//! ```text
//! magic "klartext" · version u32 · number of sections u32 · digest of all that follows (SHA-256)
//! for each section: name (8 bytes, padded with 0) · offset u64 · length u64
//! the sections, each on a multiple of 8 bytes
//! ```
//! All numbers are little-endian. Opening checks magic, version and bounds in
//! microseconds; [`Model::verify`] checks the digest too, and runs once where a model
//! comes from outside.

use sha2::{Digest, Sha256};

const MAGIC: &[u8; 8] = b"klartext";

/// The version of the layout that this program reads and writes.
pub const VERSION: u32 = 3;

const HEAD: usize = 48;
const ENTRY: usize = 24;

/// A model file's bytes, with its sections found.
#[derive(Clone, Copy, Debug)]
pub struct Model<'m> {
    bytes: &'m [u8],
}

/// Why a model cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Not a model file at all.
    #[error(
        "this is no klartext model (it lacks the mark at its beginning); build one with `klartext train`"
    )]
    NotAModel,
    /// Made for another version of the program.
    #[error(
        "the model has layout {found}, this program reads layout {VERSION}; build it anew with `klartext train`"
    )]
    Version {
        /// The layout the file states.
        found: u32,
    },
    /// Cut short or changed.
    #[error("the model is damaged ({part}); fetch it again or build it anew with `klartext train`")]
    Damaged {
        /// What does not hold.
        part: &'static str,
    },
}

/// The model inside the program, see `build.rs`.
static BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.bin"));

impl Model<'static> {
    /// The model that the program carries.
    ///
    /// # Errors
    /// Where the program was built with another version's model.
    pub fn built_in() -> Result<Self, ModelError> {
        Model::open(BUILT_IN)
    }
}

impl<'m> Model<'m> {
    /// Finds the sections of a model. Does not read them.
    ///
    /// # Errors
    /// Where magic, version or bounds don't hold.
    pub fn open(bytes: &'m [u8]) -> Result<Self, ModelError> {
        if bytes.len() < HEAD || &bytes[..8] != MAGIC {
            return Err(ModelError::NotAModel);
        }
        let found = u32_at(bytes, 8);
        if found != VERSION {
            return Err(ModelError::Version { found });
        }
        let model = Model { bytes };
        let sound = bytes.len() >= HEAD + model.count() * ENTRY
            && (0..model.count()).all(|i| {
                let (start, len) = model.bounds(i);
                start.checked_add(len).is_some_and(|end| end <= bytes.len())
            });
        if sound {
            Ok(model)
        } else {
            Err(ModelError::Damaged {
                part: "its table of sections",
            })
        }
    }

    /// The bytes of a section.
    ///
    /// # Errors
    /// Where the model has none of that name.
    pub fn section(&self, name: &'static str) -> Result<&'m [u8], ModelError> {
        (0..self.count())
            .find(|&i| self.name(i) == name.as_bytes())
            .map(|i| {
                let (start, len) = self.bounds(i);
                &self.bytes[start..start + len]
            })
            .ok_or(ModelError::Damaged { part: name })
    }

    /// Every section: its name and its bytes, in order.
    pub fn sections(&self) -> impl Iterator<Item = (&'m str, &'m [u8])> {
        let model = *self;
        (0..model.count()).filter_map(move |i| {
            let (start, len) = model.bounds(i);
            let name = std::str::from_utf8(model.name(i)).ok()?;
            Some((name, &model.bytes[start..start + len]))
        })
    }

    /// The digest the file states, in lower-case hexadecimal.
    pub fn digest(&self) -> String {
        self.bytes[16..HEAD]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    }

    /// Compares the digest with the content; reads the whole file.
    ///
    /// # Errors
    /// Where they differ.
    pub fn verify(&self) -> Result<(), ModelError> {
        let found = Sha256::digest(&self.bytes[HEAD..]);
        if found[..] == self.bytes[16..HEAD] {
            Ok(())
        } else {
            Err(ModelError::Damaged { part: "its digest" })
        }
    }

    fn count(&self) -> usize {
        u32_at(self.bytes, 12) as usize
    }

    fn name(&self, i: usize) -> &'m [u8] {
        let at = HEAD + i * ENTRY;
        let name = &self.bytes[at..at + 8];
        &name[..name.iter().position(|&b| b == 0).unwrap_or(8)]
    }

    fn bounds(&self, i: usize) -> (usize, usize) {
        let at = HEAD + i * ENTRY + 8;
        (
            u64_at(self.bytes, at) as usize,
            u64_at(self.bytes, at + 8) as usize,
        )
    }
}

/// Lays out a model file from its sections (names of at most 8 bytes).
pub fn write(sections: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut offset = HEAD + sections.len() * ENTRY;
    let mut body = Vec::new();
    for (name, data) in sections {
        offset = offset.next_multiple_of(8);
        let mut padded = [0; 8];
        padded[..name.len()].copy_from_slice(name.as_bytes());
        body.extend(padded);
        body.extend((offset as u64).to_le_bytes());
        body.extend((data.len() as u64).to_le_bytes());
        offset += data.len();
    }
    for (_, data) in sections {
        body.resize((HEAD + body.len()).next_multiple_of(8) - HEAD, 0);
        body.extend(data);
    }
    let mut out = MAGIC.to_vec();
    out.extend(VERSION.to_le_bytes());
    out.extend((sections.len() as u32).to_le_bytes());
    out.extend(Sha256::digest(&body));
    out.extend(body);
    out
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_come_back_and_damage_is_noticed() {
        let bytes = write(&[("a", vec![1, 2, 3]), ("lexicon", vec![9; 17])]);
        let model = Model::open(&bytes).unwrap();
        assert_eq!(model.section("a").unwrap(), [1, 2, 3]);
        assert_eq!(model.section("lexicon").unwrap(), [9; 17]);
        assert!(model.section("none").is_err());
        let names: Vec<_> = model
            .sections()
            .map(|(name, bytes)| (name, bytes.len()))
            .collect();
        assert_eq!(names, [("a", 3), ("lexicon", 17)]);
        model.verify().unwrap();
        let mut damaged = bytes.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert!(Model::open(&damaged).unwrap().verify().is_err());
        assert_eq!(
            Model::open(&bytes[..bytes.len() - 1]).unwrap_err(),
            ModelError::Damaged {
                part: "its table of sections"
            }
        );
        assert_eq!(Model::open(b"PNG").unwrap_err(), ModelError::NotAModel);
        let mut newer = bytes;
        newer[8] = 9;
        assert_eq!(
            Model::open(&newer).unwrap_err(),
            ModelError::Version { found: 9 }
        );
    }
}

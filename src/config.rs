//! What a run may be told.

use sha2::{Digest, Sha256};

/// Options that shape the output: part of [`generator`](crate::record) in the JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Repairs below this confidence (0 to 1) are suggestions and leave the text
    /// as it was read.
    pub min_confidence: f32,
}

impl Options {
    /// SHA-256 of the options, in lower-case hexadecimal: two runs with the same
    /// digest, program and model write the same bytes.
    pub fn digest(&self) -> String {
        digest(&format!("min_confidence={}", self.min_confidence))
    }
}

/// SHA-256 of a text, in lower-case hexadecimal.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

impl Default for Options {
    fn default() -> Self {
        Options {
            min_confidence: crate::repair::MIN_CONFIDENCE,
        }
    }
}

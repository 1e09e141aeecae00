//! What a run may be told: by flags, by `klartext.toml`, or not at all.

mod file;
mod settings;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::record::View;
pub use file::{FILE_NAME, Layer, Source};
pub use settings::{Chosen, LogFormat, Origin, Settings};

/// Options that shape the output: part of [`generator`](crate::record) in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Repairs below this confidence (0 to 1) are suggestions and leave the text
    /// as it was read.
    pub min_confidence: f32,
}

impl Options {
    /// SHA-256 of the options, in lower-case hexadecimal: two runs with the same
    /// digest, program and model write the same bytes.
    pub fn digest(&self) -> String {
        self.digest_of(View::Full)
    }

    /// The digest for a view: a plain record is another output.
    pub fn digest_of(&self, view: View) -> String {
        let mut text = format!("min_confidence={}", self.min_confidence);
        if view == View::Plain {
            text.push_str(",view=plain");
        }
        Sha256::digest(text)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            min_confidence: crate::repair::MIN_CONFIDENCE,
        }
    }
}

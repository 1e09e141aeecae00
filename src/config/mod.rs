//! What a run may be told: by flags, by `klartext.toml`, or not at all.

mod file;
mod settings;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::record::View;
use crate::source::Format;
pub use file::{FILE_NAME, Layer, Source};
pub use settings::{Chosen, LogFormat, Origin, Settings};

/// Options that shape the output: part of [`generator`](crate::record) in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Repairs below this confidence (0 to 1) are suggestions and leave the text
    /// as it was read.
    pub min_confidence: f32,
    /// What files are, whatever their content looks like.
    pub format: Option<Format>,
    /// Whether the OCR engine's own confidences count: words that it was unsure of are
    /// mended more readily.
    pub word_confidences: bool,
    /// Whether scans are read by the OCR engine that is installed.
    pub ocr: bool,
}

impl Options {
    /// SHA-256 of the options, in lower-case hexadecimal: two runs with the same
    /// digest, program and model write the same bytes. A plain record is another output than
    /// a full one; `vocabulary` is the text of the vocabulary that was added, if one was.
    pub fn digest(&self, view: View, vocabulary: Option<&str>) -> String {
        let mut text = format!("min_confidence={}", self.min_confidence);
        if let Some(format) = self.format {
            text += &format!(" format={}", format.name());
        }
        if self.word_confidences {
            text += " word_confidences";
        }
        if self.ocr {
            text += " ocr";
        }
        if view == View::Plain {
            text += " view=plain";
        }
        match vocabulary {
            Some(file) => digest(&format!("{} {file}", digest(&text))),
            None => digest(&text),
        }
    }
}

/// SHA-256 of a text, in lower-case hexadecimal.
fn digest(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

impl Default for Options {
    fn default() -> Self {
        Options {
            min_confidence: crate::repair::MIN_CONFIDENCE,
            format: None,
            word_confidences: false,
            ocr: false,
        }
    }
}

//! From bytes to a [`RawDocument`]: what stands in the file, decoded, and nothing
//! decided about it.

use crate::text::Span;

/// A decoded document. `text` is the coordinate system of everything that is
/// reported later: for plain text the decoded file itself (without its BOM, every
/// line ending as it came), for formats with markup their words in reading order,
/// joined by a space, lines by `\n`, pages by `\f`.
#[derive(Clone, Debug, Default)]
pub struct RawDocument {
    /// The decoded text.
    pub text: String,
    /// What kind of file it was.
    pub format: Format,
    /// The encoding it was decoded from, by its WHATWG name (`UTF-8`, `windows-1252`, …).
    pub encoding: String,
    /// Size of the file, in bytes.
    pub bytes: usize,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// At least one page; `\f` divides pages of plain text.
    pub pages: Vec<RawPage>,
    /// Words with ids, boxes or confidences, in order; empty for plain text.
    pub words: Vec<RawWord>,
}

/// One page of a [`RawDocument`].
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RawPage {
    /// Its part of the text, without the form feed.
    pub span: Span,
    /// Width and height in `unit`, where the format states them.
    pub size: Option<(f64, f64)>,
    /// `"pixel"`, `"mm10"`, `"inch1200"` or `"pt"`.
    pub unit: Option<&'static str>,
}

/// A word that a format with markup gives coordinates for.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RawWord {
    /// Its part of the text.
    pub span: Span,
    /// The id the file gives it.
    pub id: Option<String>,
    /// Left, top, right, bottom in the page's unit.
    pub bbox: Option<[f64; 4]>,
    /// The engine's confidence, 0 to 1.
    pub confidence: Option<f32>,
}

/// The kinds of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Format {
    /// Plain text.
    #[default]
    Text,
}

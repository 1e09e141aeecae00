//! From bytes to a [`RawDocument`]: what stands in the file, decoded, and nothing
//! decided about it.

mod encoding;
mod kind;
mod text;

use sha2::{Digest, Sha256};

use crate::error::ErrorKind;
use crate::text::Span;

pub(crate) use encoding::{CodePage, legacy_code_page};
pub use kind::{is_other_file, is_text_file};
pub use text::{LINE_LIMIT, SIZE_LIMIT};

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

/// Reads the content of one file: decides what kind it is by its bytes, never by
/// its name, and decodes it. One pass over the bytes; about 1 ms for a megabyte.
///
/// # Errors
/// Empty files, kinds that hold no plain text, binary data, and what is beyond
/// [`SIZE_LIMIT`] or [`LINE_LIMIT`].
///
/// ```
/// let raw = klartext::source::read(b"\xef\xbb\xbfProtokoll\r\n\x0cSida 2")?;
/// assert_eq!(raw.text, "Protokoll\r\n\u{c}Sida 2");
/// assert_eq!(raw.pages.len(), 2);
/// # Ok::<(), klartext::error::ErrorKind>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<RawDocument, ErrorKind> {
    if bytes.len() > SIZE_LIMIT {
        return Err(ErrorKind::TooLarge { limit: SIZE_LIMIT });
    }
    if let Some(name) = kind::other_format(bytes) {
        return Err(ErrorKind::OtherFormat(name));
    }
    let (text, encoding) = encoding::decode(bytes)?;
    if text.is_empty() {
        return Err(ErrorKind::Empty);
    }
    text::check_lines(&text)?;
    Ok(RawDocument {
        pages: text::pages(&text),
        text,
        format: Format::Text,
        encoding: encoding.to_owned(),
        bytes: bytes.len(),
        sha256: digest(bytes),
        words: Vec::new(),
    })
}

/// The SHA-256 of a file's bytes, as records state it: lower-case hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

//! From bytes to a [`RawDocument`]: what stands in the file, decoded, and nothing
//! decided about it.

mod alto;
mod archive;
mod blocks;
mod encoding;
mod file;
mod hocr;
mod image;
mod kind;
mod layout;
mod markup;
mod order;
mod page_xml;
mod pdf;
mod shared_file;
mod text;
mod volume;
mod worker;
mod write_back;
mod xml;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::ErrorKind;
use crate::text::Span;

pub use archive::{Archive, Member, is_archive};
pub(crate) use encoding::{CodePage, legacy_code_page};
pub use file::read as read_file;
pub use image::Ocr;
pub use kind::{is_archive_name, is_other_file, is_readable_file, is_readable_name, is_text_file};
pub use text::{LINE_LIMIT, SIZE_LIMIT};
pub use volume::{Part, is_page_list, natural_order, pack, page_list, volume_parts};
pub use worker::{NOT_STARTED, Task, Worker, serve};
pub use write_back::write_back;

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
    /// The encoding it was decoded from, by its WHATWG name (`UTF-8`, `windows-1252`, …);
    /// empty where the file holds no text as such (PDF, images).
    pub encoding: String,
    /// Size of the file, in bytes.
    pub bytes: usize,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: String,
    /// At least one page; `\f` divides pages of plain text.
    pub pages: Vec<RawPage>,
    /// Words with ids, boxes or confidences, in order; empty for plain text.
    pub words: Vec<RawWord>,
    /// What a reader of the document should know about how it was read.
    pub notes: Vec<Note>,
}

/// Something that a reader of the document should know about how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which of the record's warnings it is.
    pub code: &'static str,
    /// In words.
    pub message: String,
    /// The text it is about; empty where that is the whole document.
    pub span: Span,
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
    /// The element that holds it, in the decoded markup.
    pub(crate) element: Span,
    /// Whether its last character is a hyphen that stands in an element of its own.
    pub(crate) hyphen: bool,
}

/// The kinds of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text.
    #[default]
    Text,
    /// ALTO XML.
    Alto,
    /// hOCR.
    Hocr,
    /// PAGE XML.
    Page,
    /// PDF with a text layer.
    Pdf,
    /// A scan, or a PDF of scans.
    Image,
}

impl Format {
    /// Its name in the record and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Alto => "alto",
            Format::Hocr => "hocr",
            Format::Page => "page",
            Format::Pdf => "pdf",
            Format::Image => "image",
        }
    }
}

/// How files are read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// What the files are, whatever their content looks like; `None` lets that decide.
    pub format: Option<Format>,
    /// The engine that reads scans; `None` refuses them.
    pub ocr: Option<Ocr>,
    /// The process that PDFs are parsed in; `None` parses in this one, without any
    /// limit on time or memory.
    pub worker: Option<Worker>,
}

/// Reads the content of one file: decides what kind it is by its bytes, never by
/// its name, and decodes it. One pass over the bytes; about 1 ms for a megabyte of
/// text, 10 ms for one of markup.
///
/// # Errors
/// As [`read_with`].
///
/// ```
/// let raw = klartext::source::read(b"\xef\xbb\xbfProtokoll\r\n\x0cSida 2")?;
/// assert_eq!(raw.text, "Protokoll\r\n\u{c}Sida 2");
/// assert_eq!(raw.pages.len(), 2);
/// # Ok::<(), klartext::error::ErrorKind>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<RawDocument, ErrorKind> {
    read_with(bytes, &ReadOptions::default())
}

/// Reads the content of one file as told. A gzip'd file is read as what is inside.
///
/// # Errors
/// Empty files, kinds that are not read, damaged markup, binary data, scans where no
/// OCR is asked for, and what is beyond [`SIZE_LIMIT`] or [`LINE_LIMIT`].
///
/// ```
/// use klartext::source::{Format, ReadOptions, read_with};
/// let alto = "<alto><Layout><Page><TextBlock><TextLine>\
///     <String ID='s1' CONTENT='Beslut' HPOS='1' VPOS='2' WIDTH='3' HEIGHT='4'/>\
///     </TextLine></TextBlock></Page></Layout></alto>";
/// let raw = read_with(alto.as_bytes(), &ReadOptions::default())?;
/// assert_eq!((raw.format, raw.text.as_str()), (Format::Alto, "Beslut"));
/// assert_eq!(raw.words[0].bbox, Some([1.0, 2.0, 4.0, 6.0]));
/// # Ok::<(), klartext::error::ErrorKind>(())
/// ```
pub fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<RawDocument, ErrorKind> {
    if bytes.len() > SIZE_LIMIT {
        return Err(ErrorKind::TooLarge { limit: SIZE_LIMIT });
    }
    if let Some(parts) = volume::unpack(bytes) {
        let read = |(name, bytes): (&str, &[u8])| {
            read_with(bytes, options).map_err(|kind| ErrorKind::InPart {
                name: name.to_owned(),
                kind: Box::new(kind),
            })
        };
        let parts = parts.into_iter().map(read).collect::<Result<_, _>>()?;
        return RawDocument::join(parts).ok_or(ErrorKind::Empty);
    }
    let unpacked = archive::unpacked(bytes)?;
    let mut document = of_kind(&unpacked, options)?;
    document.bytes = bytes.len();
    document.sha256 = sha256(bytes);
    Ok(document)
}

fn of_kind(bytes: &[u8], options: &ReadOptions) -> Result<RawDocument, ErrorKind> {
    let format = match options.format {
        Some(format) => format,
        None => kind::detect(bytes)?,
    };
    match format {
        Format::Text => plain(bytes),
        Format::Alto | Format::Hocr | Format::Page => markup::read(bytes, format),
        Format::Pdf => pdf::read(bytes, options),
        Format::Image => image::read(bytes, options),
    }
}

fn plain(bytes: &[u8]) -> Result<RawDocument, ErrorKind> {
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
        ..RawDocument::default()
    })
}

/// The digest that a document of these bytes states: the SHA-256 of a file, and of a packed
/// volume the SHA-256 of its files' digests.
pub fn digest(bytes: &[u8]) -> String {
    match volume::unpack(bytes) {
        Some(parts) => {
            let parts: Vec<String> = parts.iter().map(|(_, part)| sha256(part)).collect();
            volume::digest(parts.iter().map(String::as_str))
        }
        None => sha256(bytes),
    }
}

fn sha256(bytes: &[u8]) -> String {
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

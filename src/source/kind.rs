//! What kind of file something is: by its content where it was named, by its name and
//! its first bytes where a directory is searched.

use std::io::Read;
use std::path::Path;

use super::Format;
use super::markup;
use crate::error::ErrorKind;

/// Extensions that a directory's plain text goes by.
const TEXT_EXTENSIONS: [&str; 2] = ["txt", "text"];

/// Extensions of files in a directory whose first bytes tell whether they are read.
const MARKUP_EXTENSIONS: [&str; 6] = ["alto", "hocr", "htm", "html", "xhtml", "xml"];

/// Extensions of scans.
const IMAGE_EXTENSIONS: [&str; 5] = ["jpeg", "jpg", "png", "tif", "tiff"];

/// Extensions of kinds that are not read: a file named so is refused even where its
/// bytes could pass for text.
const OTHER_EXTENSIONS: [&str; 24] = [
    "bmp", "csv", "djvu", "doc", "docx", "gif", "jp2", "json", "jsonl", "ndjson", "odt", "ppt",
    "pptx", "ps", "rtf", "sqlite", "toml", "tsv", "webp", "xls", "xlsx", "zst", "7z", "xz",
];

/// First bytes of the kinds that people mistake for text, or name so.
const SIGNATURES: [(&[u8], &str); 13] = [
    (b"GIF8", "a GIF image"),
    (b"\0\0\0\x0cjP", "a JPEG 2000 image"),
    (b"AT&TFORM", "a DjVu file"),
    (b"%!PS", "a PostScript file"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
];

/// First bytes of the images that OCR engines read.
const IMAGES: [&[u8]; 6] = [
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"II+\0",
    b"MM\0+",
];

/// Whether a directory's file of this name is read as plain text.
///
/// ```
/// use klartext::source::is_text_file;
/// assert!(is_text_file("in/Protokoll.TXT".as_ref()));
/// assert!(!is_text_file("in/page.txt.json".as_ref()));
/// ```
pub fn is_text_file(path: &Path) -> bool {
    has_extension(path, &TEXT_EXTENSIONS)
}

/// Whether a file's name says that it is surely of a kind that is not read. A name
/// that says nothing leaves it to the content.
///
/// ```
/// use klartext::source::is_other_file;
/// assert!(is_other_file("budget.XLSX".as_ref()));
/// assert!(!is_other_file("protokoll.2020".as_ref()));
/// ```
pub fn is_other_file(path: &Path) -> bool {
    has_extension(path, &OTHER_EXTENSIONS)
}

/// Whether a file that was found in a directory is read: text and PDFs by their names,
/// markup by its first bytes, zip archives, and images where `with_images` (OCR was asked
/// for). What `.gz` is added to counts as what is inside.
pub fn is_readable_file(path: &Path, with_images: bool) -> bool {
    is_archive_name(path)
        || says_readable(path, with_images, |length| {
            let mut head = Vec::new();
            let file = std::fs::File::open(path)?;
            file.take(length).read_to_end(&mut head)?;
            Ok(head)
        })
}

/// As [`is_readable_file`] by the name alone, without a look at the file: markup counts as
/// read.
pub fn is_readable_name(path: &Path, with_images: bool) -> bool {
    is_archive_name(path)
        || says_readable(path, with_images, |_| Err(std::io::ErrorKind::Other.into()))
}

/// Whether a file in a directory is a zip archive by its name.
pub fn is_archive_name(path: &Path) -> bool {
    has_extension(path, &["zip"])
}

/// As [`is_readable_file`], for a name whose first bytes `head` gives.
pub(super) fn says_readable(
    name: &Path,
    with_images: bool,
    head: impl FnOnce(u64) -> std::io::Result<Vec<u8>>,
) -> bool {
    /// Enough for a document type and the root element behind comments, and for the
    /// first page of an hOCR behind its styles.
    const HEAD: u64 = 16 << 10;
    let without = name.with_extension("");
    let inner = if has_extension(name, &["gz"]) {
        &without
    } else {
        name
    };
    if has_extension(inner, &TEXT_EXTENSIONS) || has_extension(inner, &["pdf"]) {
        return true;
    }
    if has_extension(inner, &IMAGE_EXTENSIONS) {
        return with_images;
    }
    if !has_extension(inner, &MARKUP_EXTENSIONS) {
        return false;
    }
    // A failure is reported where the file is read; so is damaged markup.
    let Ok(head) = head(HEAD) else {
        return true;
    };
    let head = super::archive::unpacked_head(&head);
    let found = detect(&head);
    !matches!(found, Err(ErrorKind::OtherFormat(_) | ErrorKind::PageList))
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// What the bytes are.
///
/// # Errors
/// Kinds that are not read.
pub(super) fn detect(bytes: &[u8]) -> Result<Format, ErrorKind> {
    if IMAGES.iter().any(|start| bytes.starts_with(start)) {
        return Ok(Format::Image);
    }
    // Readers accept a PDF that has something before its head.
    if bytes[..bytes.len().min(1024)]
        .windows(5)
        .any(|w| w == b"%PDF-")
    {
        return Ok(Format::Pdf);
    }
    let signature = SIGNATURES
        .iter()
        .find(|(start, _)| bytes.starts_with(start));
    if let Some((_, name)) = signature {
        return Err(ErrorKind::OtherFormat(name));
    }
    if !may_be_markup(bytes) {
        return Ok(Format::Text);
    }
    let head = head(bytes);
    let Ok(decoded) = markup::decode(head) else {
        return Ok(Format::Text);
    };
    match detect_markup(&decoded.text) {
        // Styles may fill the head of an hOCR.
        Err(ErrorKind::OtherFormat(_)) if head.len() < bytes.len() => {
            let decoded = markup::decode(bytes);
            decoded.map_or(Ok(Format::Text), |decoded| detect_markup(&decoded.text))
        }
        found => found,
    }
}

/// The beginning of a large file, which nearly always tells; no character is cut.
fn head(bytes: &[u8]) -> &[u8] {
    const HEAD: usize = 16 << 10;
    let head = &bytes[..bytes.len().min(HEAD)];
    match std::str::from_utf8(head) {
        Err(cut) if cut.error_len().is_none() => &head[..cut.valid_up_to()],
        _ => head,
    }
}

/// Whether the first character that is no white space is `<`, in any encoding.
fn may_be_markup(bytes: &[u8]) -> bool {
    let skipped =
        |b: &&u8| matches!(**b, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF) || b.is_ascii_whitespace();
    bytes.iter().find(|b| !skipped(b)) == Some(&b'<')
}

/// The local name of markup's root element; empty where there is none.
pub(super) fn root_name(text: &str) -> &str {
    name_of(root(text).0)
}

/// The local name that a start tag, without its `<`, begins with.
fn name_of(tag: &str) -> &str {
    let end = tag.find([' ', '\t', '\r', '\n', '/', '>']);
    super::xml::local(&tag[..end.unwrap_or(tag.len())])
}

/// What markup is by its root element; text that only begins like markup is text.
fn detect_markup(text: &str) -> Result<Format, ErrorKind> {
    let (root, declared) = root(text);
    let has_pages = |text: &str| text.contains("ocr_page") || text.contains("ocr_line");
    match name_of(root).to_ascii_lowercase().as_str() {
        "alto" => Ok(Format::Alto),
        "pcgts" => Ok(Format::Page),
        "mets" => Err(ErrorKind::PageList),
        "html" | "head" | "body" | "div" if has_pages(text) => Ok(Format::Hocr),
        "html" => Err(ErrorKind::OtherFormat("an HTML file without OCR in it")),
        _ if declared => Err(ErrorKind::OtherFormat(
            "an XML or HTML file that is neither ALTO nor PAGE nor hOCR",
        )),
        _ => Ok(Format::Text),
    }
}

/// What follows the `<` of the root element, and whether anything before it says that
/// this is markup.
fn root(text: &str) -> (&str, bool) {
    let mut rest = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let mut declared = false;
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest
            .get(..9)
            .is_some_and(|s| s.eq_ignore_ascii_case("<!doctype"))
        {
            match rest.find(['[', '>']) {
                Some(at) if rest[at..].starts_with('[') => "]>",
                _ => ">",
            }
        } else {
            break;
        };
        declared = declared || end != "-->";
        match rest.find(end) {
            Some(at) => rest = rest[at + end.len()..].trim_start(),
            None => return ("", declared),
        }
    }
    (rest.strip_prefix('<').unwrap_or(""), declared)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Format> {
        detect(text.as_bytes()).ok()
    }

    #[test]
    fn content_tells_the_kind() {
        assert_eq!(detect(b"\x89PNG\r\n\x1a\n\0\0").ok(), Some(Format::Image));
        assert_eq!(found("\n%PDF-1.7\n"), Some(Format::Pdf));
        assert_eq!(found("§ 17 <beslut>"), Some(Format::Text));
        assert_eq!(found("<beslut> § 17"), Some(Format::Text));
        assert_eq!(found(""), Some(Format::Text));
    }

    #[test]
    fn the_root_element_tells_the_markup() {
        assert_eq!(
            found("\u{feff}\n<?xml version='1.0'?><!-- x --><alto:alto a='b'>"),
            Some(Format::Alto)
        );
        assert_eq!(found("<PcGts>"), Some(Format::Page));
        assert_eq!(
            found("<!DOCTYPE alto [<!ENTITY a \"b\">]>\n<alto/>"),
            Some(Format::Alto)
        );
        assert_eq!(
            found("<!DOCTYPE html>\n<html><div class=ocr_page>"),
            Some(Format::Hocr)
        );
        assert_eq!(found("<div class='ocr_page'>"), Some(Format::Hocr));
        let utf16: Vec<u8> = "<?xml version='1.0'?><alto>"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(detect(&utf16).ok(), Some(Format::Alto));
    }

    #[test]
    fn other_kinds_are_named() {
        let refused = |text: &str| detect(text.as_bytes()).unwrap_err().to_string();
        assert!(refused("<html><p>").contains("HTML file without OCR"));
        assert!(refused("<?xml version='1.0'?><svg>").contains("neither ALTO"));
        assert!(matches!(detect(b"<mets:mets>"), Err(ErrorKind::PageList)));
        assert!(refused("PK\u{3}\u{4}").contains("zip archive"));
    }
}

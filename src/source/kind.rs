//! What kind of file something is: by its first bytes where it was named, by its
//! name where a directory is searched.

use std::path::Path;

/// Extensions that a directory's plain text goes by.
const TEXT_EXTENSIONS: [&str; 2] = ["txt", "text"];

/// Extensions of other kinds: a file named so is refused even where its bytes could
/// pass for text.
const OTHER_EXTENSIONS: [&str; 35] = [
    "alto", "bmp", "csv", "djvu", "doc", "docx", "gif", "gz", "hocr", "htm", "html", "jp2", "jpeg",
    "jpg", "json", "jsonl", "ndjson", "odt", "pdf", "png", "ppt", "pptx", "ps", "rtf", "sqlite",
    "tif", "tiff", "toml", "tsv", "webp", "xls", "xlsx", "xml", "zip", "zst",
];

/// First bytes of the kinds that people mistake for text, or name so.
const SIGNATURES: [(&[u8], &str); 19] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\0\0\0\x0cjP", "a JPEG 2000 image"),
    (b"AT&TFORM", "a DjVu file"),
    (b"%PDF-", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
];

/// How markup begins, after white space, lower case.
const MARKUP: [(&str, &str); 4] = [
    ("<?xml", "an XML file"),
    ("<!doctype", "an HTML or XML file"),
    ("<html", "an HTML file"),
    ("<alto", "an ALTO file"),
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

/// Whether a file's name says that it is surely no plain text. A name that says
/// nothing leaves it to the content.
///
/// ```
/// use klartext::source::is_other_file;
/// assert!(is_other_file("scan.PDF".as_ref()));
/// assert!(!is_other_file("protokoll.2020".as_ref()));
/// ```
pub fn is_other_file(path: &Path) -> bool {
    has_extension(path, &OTHER_EXTENSIONS)
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    known
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// What the bytes are, where they are surely no plain text.
pub fn other_format(bytes: &[u8]) -> Option<&'static str> {
    let signature = SIGNATURES
        .iter()
        .find(|(start, _)| bytes.starts_with(start));
    if let Some((_, name)) = signature {
        return Some(name);
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let body = body.trim_ascii_start();
    let begins = |start: &str| {
        body.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
    };
    MARKUP
        .iter()
        .find(|(start, _)| begins(start))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_kind() {
        assert_eq!(other_format(b"\x89PNG\r\n\x1a\n\0\0"), Some("a PNG image"));
        assert_eq!(
            other_format("\u{feff}\n <?XML version".as_bytes()),
            Some("an XML file")
        );
        assert_eq!(other_format("§ 17 <beslut>".as_bytes()), None);
        assert_eq!(other_format(b""), None);
    }
}

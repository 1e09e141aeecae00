//! Markup to documents: its encoding, its reader, and what either has to say.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::layout::Layout;
use super::{Format, Note, RawDocument, alto, encoding, hocr, kind, page_xml, text};
use crate::error::ErrorKind;
use crate::text::Span;

/// Reads ALTO, hOCR or PAGE XML.
///
/// # Errors
/// Damaged markup, binary data, lines beyond [`text::LINE_LIMIT`].
pub(super) fn read(bytes: &[u8], format: Format) -> Result<RawDocument, ErrorKind> {
    let decoded = decode(bytes)?;
    check_root(&decoded.text, format)?;
    let layout = parse(&decoded.text, format)?;
    let mut notes = decoded.note();
    notes.extend(note_on_boxes(&layout));
    let mut document = layout.into_document();
    text::check_lines(&document.text)?;
    if document.pages.is_empty() {
        return Err(ErrorKind::NoPages(name(format)));
    }
    document.format = format;
    document.encoding = decoded.encoding.to_owned();
    document.notes = notes;
    Ok(document)
}

/// Refuses markup that was said to be of this format and is not.
fn check_root(markup: &str, format: Format) -> Result<(), ErrorKind> {
    let wanted = match format {
        Format::Alto => "alto",
        Format::Page => "PcGts",
        // Pages of hOCR may stand alone.
        _ => return Ok(()),
    };
    let found = kind::root_name(markup);
    if found.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(ErrorKind::Damaged {
        format: name(format),
        line: 0,
        reason: format!("its root element is <{found}>, not <{wanted}>"),
    })
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Hocr => hocr::NAME,
        Format::Page => page_xml::NAME,
        _ => alto::NAME,
    }
}

pub(super) fn parse(markup: &str, format: Format) -> Result<Layout, ErrorKind> {
    match format {
        Format::Hocr => hocr::read(markup),
        Format::Page => page_xml::read(markup),
        _ => alto::read(markup),
    }
}

/// What boxes that are none have to say.
pub(super) fn note_on_boxes(layout: &Layout) -> Option<Note> {
    let count = layout.bad_boxes;
    (count > 0).then(|| Note {
        code: "unusable_coordinates",
        message: format!(
            "{count} of the boxes in the file are no rectangles (negative, infinite or not a number) and were left out"
        ),
        span: Span::default(),
    })
}

/// Markup as text.
pub(super) struct Decoded<'b> {
    pub(super) text: Cow<'b, str>,
    pub(super) encoding: &'static str,
    /// The encoding that the file says it has, where it has another.
    wrongly_declared: Option<String>,
}

impl Decoded<'_> {
    fn note(&self) -> Vec<Note> {
        let note = |declared: &String| Note {
            code: "encoding_mismatch",
            message: format!(
                "the file says that its encoding is {declared}, but it is {}",
                self.encoding
            ),
            span: Span::default(),
        };
        self.wrongly_declared.iter().map(note).collect()
    }
}

/// Decodes markup: a byte-order mark decides, then UTF-8 that is valid and not only
/// ASCII, then what the file declares if that fits, then what plain text goes by.
///
/// # Errors
/// Bytes that are no text.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ErrorKind> {
    let mut decoded = with_marks(bytes)?;
    // A mark that was added twice is no part of the markup, and parsers pass over it
    // without counting.
    let marks = decoded.text.len() - decoded.text.trim_start_matches('\u{feff}').len();
    decoded.text = match decoded.text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[marks..]),
        Cow::Owned(text) if marks > 0 => Cow::Owned(text[marks..].to_owned()),
        owned => owned,
    };
    Ok(decoded)
}

fn with_marks(bytes: &[u8]) -> Result<Decoded<'_>, ErrorKind> {
    let has_mark = Encoding::for_bom(bytes).is_some_and(|(e, _)| e != encoding_rs::UTF_8);
    let declared = declared(bytes);
    if !has_mark {
        let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let known = declared
            .as_ref()
            .and_then(|label| Encoding::for_label(label.as_bytes()));
        let valid = std::str::from_utf8(body);
        // ASCII with nulls is UTF-16 without its mark.
        if let Ok(text) = valid.map_err(drop).and_then(no_nulls) {
            let is_other = known.is_some_and(|k| k != encoding_rs::UTF_8) && !text.is_ascii();
            return Ok(Decoded {
                text: Cow::Borrowed(text),
                encoding: "UTF-8",
                wrongly_declared: declared.filter(|_| is_other),
            });
        }
        let is_eight_bit =
            |e: &'static Encoding| e.is_ascii_compatible() && e != encoding_rs::UTF_8;
        if let Some(encoding) = known.filter(|e| is_eight_bit(e)) {
            let (text, has_errors) = encoding.decode_without_bom_handling(body);
            if !has_errors {
                return Ok(Decoded {
                    text,
                    encoding: encoding.name(),
                    wrongly_declared: None,
                });
            }
        }
    }
    let (text, encoding) = encoding::decode(bytes)?;
    let names = |label: &String| {
        Encoding::for_label(label.as_bytes())
            .is_none_or(|e| !e.name().starts_with(&encoding[..6.min(encoding.len())]))
    };
    Ok(Decoded {
        text: Cow::Owned(text),
        encoding,
        wrongly_declared: declared.filter(names),
    })
}

fn no_nulls(text: &str) -> Result<&str, ()> {
    let head = &text.as_bytes()[..text.len().min(1024)];
    if head.contains(&0) { Err(()) } else { Ok(text) }
}

/// The encoding that an XML declaration or an HTML `meta` names.
fn declared(bytes: &[u8]) -> Option<String> {
    /// Both stand at the very beginning.
    const HEAD: usize = 1024;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let (found, marks): (&str, &[char]) = if head.starts_with("<?xml") {
        let declaration = head.split("?>").next()?;
        (declaration.split_once("encoding")?.1, &['"', '\''])
    } else {
        (
            head.split_once("charset")?.1,
            &['"', '\'', '>', ' ', '/', ';'],
        )
    };
    let value = found.trim_start_matches(|c: char| c == '=' || c.is_whitespace());
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(marks)?;
    Some(value[..end].trim().to_owned()).filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (String, &'static str, Option<String>) {
        let decoded = decode(bytes).expect("text");
        (
            decoded.text.into_owned(),
            decoded.encoding,
            decoded.wrongly_declared,
        )
    }

    #[test]
    fn the_declaration_is_heeded_where_it_fits() {
        let latin = b"<?xml version=\"1.0\" encoding='ISO-8859-1'?><a>\xe5</a>";
        assert_eq!(decoded(latin).1, "windows-1252");
        assert!(decoded(latin).0.contains('å'));
        assert_eq!(decoded(latin).2, None);
        let mac = b"<?xml version=\"1.0\" encoding=\"macintosh\"?><a>\x8a</a>";
        assert!(decoded(mac).0.contains('ä'));
        let html = "<html><head><meta charset=utf-8>å</head>";
        assert_eq!(decoded(html.as_bytes()).1, "UTF-8");
    }

    #[test]
    fn a_wrong_declaration_is_seen_through_and_said() {
        let latin = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>F\xf6rslag p\xe5 v\xe4g</a>";
        let (text, encoding, wrong) = decoded(latin);
        assert!(text.contains("Förslag på väg"), "{text}");
        assert_eq!(
            (encoding, wrong.as_deref()),
            ("windows-1252", Some("UTF-8"))
        );
        let utf8 = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>Förslag</a>";
        assert_eq!(decoded(utf8.as_bytes()).2.as_deref(), Some("ISO-8859-1"));
        let ascii = b"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>f</a>";
        assert_eq!(decoded(ascii).2, None);
    }

    /// Found by fuzzing: offsets were three bytes off.
    #[test]
    fn a_mark_that_stands_twice_is_passed_over() {
        let markup =
            "\u{feff}\u{feff}<alto><Page><TextLine><String CONTENT='å'/></TextLine></Page></alto>";
        assert!(
            decode(markup.as_bytes())
                .unwrap()
                .text
                .starts_with("<alto>")
        );
        let document = read(markup.as_bytes(), Format::Alto).unwrap();
        assert_eq!(document.text, "å");
        assert!(super::super::is_page_list(
            "\u{feff}\u{feff}<mets/>".as_bytes()
        ));
        let odd = "\u{feff}\u{feff}tt\u{ff}:m".as_bytes();
        assert!(super::super::page_list(odd).is_err());
    }

    #[test]
    fn utf_16_is_read() {
        let markup = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>å</a>";
        let bytes: Vec<u8> = markup.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&bytes), (markup.to_owned(), "UTF-16LE", None));
    }
}

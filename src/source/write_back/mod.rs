//! Repaired text back into the markup it was read from: only texts change, boxes and
//! everything else stay byte for byte, and what was read before is kept beside it.

mod alto;
mod hocr;
mod page_xml;
mod tag;

use std::collections::BTreeMap;
use std::ops::Range;

use super::layout::{Bbox, shared_out, union};
use super::{Format, RawDocument, archive, markup};
use crate::error::ErrorKind;
use crate::repair::Reading;
use crate::text::Span;

/// The file that `raw` was read from, with the repaired text in it: ALTO stays ALTO, hOCR
/// hOCR and PAGE PAGE, in the encoding it had (UTF-16 becomes UTF-8). A gzip'd file comes
/// back unpacked.
///
/// Where several words became one, the first takes the text and the box around all, and
/// the others go; where one became several, its box is shared out by letters. The old
/// text is kept as `ALTERNATIVE` (ALTO), as a `TextEquiv` of a higher index or, before
/// PAGE of 2017, in `custom` (PAGE), as `x_original` in `title` (hOCR).
///
/// # Errors
/// Formats that have no words to write to, what [`super::read_with`] finds wrong, and
/// markup that is read with indulgence but would be broken by writing into it.
pub fn write_back(
    bytes: &[u8],
    raw: &RawDocument,
    reading: &Reading,
) -> Result<Vec<u8>, ErrorKind> {
    if matches!(raw.format, Format::Text | Format::Pdf | Format::Image) {
        return Err(ErrorKind::NotWritable(std::io::Error::other(format!(
            "{} has no words that text can be written back to; --in-format is for ALTO, hOCR and PAGE XML",
            raw.format.name()
        ))));
    }
    let unpacked = archive::unpacked(bytes)?;
    let decoded = markup::decode(&unpacked)?;
    let changes = changes(raw, reading);
    let edits = match raw.format {
        Format::Hocr => hocr::edits(&decoded.text, raw, &changes),
        Format::Page => page_xml::edits(&decoded.text, raw, &changes)?,
        _ => alto::edits(&decoded.text, raw, &changes),
    };
    if edits.is_empty() {
        return Ok(unpacked.into_owned());
    }
    let text = edits.apply(&decoded.text);
    // Readers forgive more than can be written into: a value without quotes, with others in
    // it. What cannot be read again is not written at all.
    if markup::parse(&text, raw.format).is_err() {
        return Err(ErrorKind::Damaged {
            format: raw.format.name(),
            line: 0,
            reason: "it can be read, but its markup is too unsound to be written into".to_owned(),
        });
    }
    Ok(encoded(&unpacked, text, decoded.encoding))
}

/// Words that say something else after repair.
#[derive(Debug, PartialEq)]
struct Change {
    /// Which of the document's words.
    words: Range<usize>,
    /// What they said.
    old: String,
    /// What stands there now.
    parts: Vec<Part>,
}

/// A word after repair.
#[derive(Debug, PartialEq)]
struct Part {
    text: String,
    /// Its box, where it is another than that of the word at its place.
    bbox: Option<Bbox>,
}

/// The change that word `at` is in; they are in order.
fn change_at(changes: &[Change], at: usize) -> Option<&Change> {
    let first = changes.partition_point(|change| change.words.end <= at);
    changes
        .get(first)
        .filter(|change| change.words.contains(&at))
}

/// Compares line by line what the words said and what the reading says.
fn changes(raw: &RawDocument, reading: &Reading) -> Vec<Change> {
    let mut found = Vec::new();
    let mut first = 0;
    for line in &reading.lines {
        let tokens = tokens(reading, line.span);
        let source = match tokens.as_slice() {
            [one, .., last] => one.1.cover(last.1),
            [one] => one.1,
            [] => reading.source(line.span),
        };
        // The words of the line: to its end in the input, wherever the tokens lie.
        let end = raw.text[source.end..]
            .find(['\n', '\u{c}'])
            .map_or(raw.text.len(), |at| source.end + at);
        let last = first
            + raw.words[first..]
                .iter()
                .take_while(|word| word.span.start < end)
                .count();
        compare(raw, first..last, &tokens, &mut found);
        first = last;
    }
    found
}

/// The tokens of a line and the parts of the input they were read from.
fn tokens(reading: &Reading, line: Span) -> Vec<(&str, Span)> {
    let text = line.of(&reading.text);
    text.split_whitespace()
        .map(|token| {
            // Parts of a string lie inside it.
            let at = token.as_ptr() as usize - text.as_ptr() as usize;
            let start = line.start + at;
            let span = Span::new(start, start + token.len());
            (token, reading.source(span))
        })
        .collect()
}

/// Finds groups of words and tokens that overlap; those that differ are changes.
fn compare(
    raw: &RawDocument,
    words: Range<usize>,
    tokens: &[(&str, Span)],
    found: &mut Vec<Change>,
) {
    let mut word = words.start;
    let mut token = 0;
    while word < words.end {
        let (from, first) = (word, token);
        let mut end = raw.words[word].span.end;
        word += 1;
        // What begins before the group ends belongs to it, and may make it longer.
        loop {
            let is_inside = tokens
                .get(token)
                .is_some_and(|(_, source)| source.start < end);
            if is_inside {
                end = end.max(tokens[token].1.end);
                token += 1;
            } else if word < words.end && raw.words[word].span.start < end {
                end = end.max(raw.words[word].span.end);
                word += 1;
            } else {
                break;
            }
        }
        let last = if word == words.end {
            tokens.len()
        } else {
            token
        };
        let new: Vec<&str> = tokens[first..last].iter().map(|t| t.0).collect();
        token = last;
        found.extend(change(raw, from..word, &new));
    }
}

fn change(raw: &RawDocument, words: Range<usize>, new: &[&str]) -> Option<Change> {
    let group = &raw.words[words.clone()];
    let texts: Vec<&str> = group.iter().map(|word| word.span.of(&raw.text)).collect();
    let old = texts.join(" ");
    if old == new.join(" ") {
        return None;
    }
    let around = group.iter().filter_map(|word| word.bbox).reduce(union);
    let boxes: Vec<Option<Bbox>> = match (new.len(), group.len()) {
        (a, b) if a == b => vec![None; a],
        (1, _) => vec![around],
        (several, _) => match around {
            Some(around) => {
                let shares = shared_out(around, new.iter().copied());
                shares.into_iter().map(Some).collect()
            }
            None => vec![None; several],
        },
    };
    let parts = new.iter().zip(boxes).map(|(text, bbox)| Part {
        text: (*text).to_owned(),
        bbox,
    });
    Some(Change {
        words,
        old,
        parts: parts.collect(),
    })
}

/// What replaces which part of the markup.
#[derive(Debug, Default)]
struct Edits(BTreeMap<usize, (usize, String)>);

impl Edits {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether what begins there is replaced already.
    fn has(&self, span: Span) -> bool {
        self.0.contains_key(&span.start)
    }

    fn replace(&mut self, span: Span, by: String) {
        self.0.insert(span.start, (span.end, by));
    }

    /// Carries the edits out; one inside another is part of that already.
    fn apply(&self, markup: &str) -> String {
        let mut text = String::with_capacity(markup.len() + markup.len() / 16);
        let mut at = 0;
        for (&start, (end, by)) in &self.0 {
            if start >= at {
                text.push_str(&markup[at..start]);
                text.push_str(by);
                at = *end;
            }
        }
        text.push_str(&markup[at..]);
        text
    }
}

/// The markup in the encoding it came in, its byte-order mark kept.
fn encoded(original: &[u8], text: String, name: &'static str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes());
    let encoding = encoding.unwrap_or(encoding_rs::UTF_8);
    // UTF-16 and DOS code pages cannot be written: UTF-8 can always be read.
    if encoding.output_encoding() == encoding_rs::UTF_8 {
        let mut bytes = Vec::with_capacity(text.len() + 3);
        if name == "UTF-8" {
            if original.starts_with(b"\xef\xbb\xbf") {
                bytes.extend_from_slice(b"\xef\xbb\xbf");
            }
            bytes.extend_from_slice(text.as_bytes());
        } else {
            bytes.extend_from_slice(declared_as_utf8(&text).as_bytes());
        }
        return bytes;
    }
    // Characters that the encoding lacks become references, as markup has them.
    encoding.encode(&text).0.into_owned()
}

/// Markup whose declaration names UTF-8.
fn declared_as_utf8(text: &str) -> String {
    let end = text.find("?>").unwrap_or(0);
    let (head, rest) = text.split_at(end);
    match tag::attribute(head, "encoding") {
        Some(value) => format!("{}UTF-8{}{rest}", &head[..value.start], &head[value.end..]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::normalize;
    use crate::repair::Repair;

    /// A document and what becomes of it: each repair a text and what it is replaced by.
    pub(super) fn repaired(markup: &str, repairs: &[(&str, &str)]) -> (RawDocument, Reading) {
        let raw = super::super::read(markup.as_bytes()).expect("markup");
        let clean = normalize(&raw);
        let repair = |&(from, to): &(&str, &str)| Repair::in_text(&clean.text, from, to);
        let repairs = repairs.iter().map(repair).collect();
        let reading = Reading::new(&clean, repairs, Vec::new());
        (raw, reading)
    }

    /// The markup with repairs written back; reading it again gives the repaired text.
    pub(super) fn written(markup: &str, repairs: &[(&str, &str)]) -> String {
        let (raw, reading) = repaired(markup, repairs);
        let bytes = write_back(markup.as_bytes(), &raw, &reading).expect("written");
        let again = super::super::read(&bytes).expect("readable");
        let joined = |text: &str| -> Vec<String> {
            text.lines()
                .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect()
        };
        assert_eq!(joined(&again.text), joined(&reading.text));
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn groups_are_the_smallest_that_differ() {
        let line = |words: &[&str]| {
            let words: String = words
                .iter()
                .map(|w| format!("<String CONTENT='{w}' HPOS='0' VPOS='0' WIDTH='10' HEIGHT='5'/>"))
                .collect();
            format!("<alto><Page><TextLine>{words}</TextLine></Page></alto>")
        };
        let markup = line(&["far,", "sta", "rad", "iår", "x"]);
        let (raw, reading) = repaired(
            &markup,
            &[("far", "får"), ("sta rad", "starad"), ("iår", "i år")],
        );
        let found: Vec<_> = changes(&raw, &reading)
            .into_iter()
            .map(|c| {
                (
                    c.words,
                    c.old,
                    c.parts.into_iter().map(|p| p.text).collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                (0..1, "far,".to_owned(), vec!["får,".to_owned()]),
                (1..3, "sta rad".to_owned(), vec!["starad".to_owned()]),
                (
                    3..4,
                    "iår".to_owned(),
                    vec!["i".to_owned(), "år".to_owned()]
                ),
            ]
        );
    }

    /// Before anything is made of its bytes.
    #[test]
    fn what_has_no_words_is_refused() {
        for format in [Format::Text, Format::Pdf, Format::Image] {
            let raw = RawDocument {
                format,
                ..RawDocument::default()
            };
            let error = write_back(b"%PDF-\xff\0", &raw, &Reading::default()).unwrap_err();
            assert!(error.to_string().contains("--in-format is for"), "{error}");
        }
    }

    /// Found by fuzzing: what was written could not be read.
    #[test]
    fn markup_that_would_break_is_left_alone() {
        let markup = "<alto><Page><TextLine><String CONTENT=<\"x></TextLine></Page>\"\u{ad}/></TextLine></Page></alto>";
        let (raw, reading) = repaired(markup, &[]);
        assert!(!changes(&raw, &reading).is_empty());
        let error = write_back(markup.as_bytes(), &raw, &reading).unwrap_err();
        assert!(error.to_string().contains("written into"), "{error}");
    }

    #[test]
    fn the_encoding_stays() {
        let markup = "<?xml version='1.0' encoding='ISO-8859-1'?><alto><Page><TextLine><String CONTENT='vag'/></TextLine></Page></alto>";
        let (raw, reading) = repaired(markup, &[("vag", "väg – €ā")]);
        let bytes = encoding_rs::WINDOWS_1252.encode(markup).0;
        let written = write_back(&bytes, &raw, &reading).unwrap();
        // ASCII alone says UTF-8; with a letter beyond it the declaration counts.
        assert!(String::from_utf8_lossy(&written).contains("väg"));
        let latin = encoded(b"", "å ā".to_owned(), "windows-1252");
        assert_eq!(latin, b"\xe5 &#257;");
        let utf16 = encoded(
            b"",
            "<?xml version='1.0' encoding=\"UTF-16\"?><a/>".to_owned(),
            "UTF-16LE",
        );
        assert_eq!(utf16, b"<?xml version='1.0' encoding=\"UTF-8\"?><a/>");
    }
}

//! From [`RawDocument`] to [`Clean`]: one spelling for each character, lines
//! classified, hyphenation marked. Nothing is deleted but characters that carry
//! no text (soft hyphens, controls, odd spaces), and the offset map remembers those.

mod chars;
mod contents;
mod furniture;
mod hyphens;
mod mojibake;
mod vocabulary;

use crate::source::{RawDocument, RawWord};
use crate::text::{OffsetMap, OffsetMapBuilder, Span};

/// Normalized text with the same lines as the raw text, in the same order.
#[derive(Clone, Debug, Default)]
pub struct Clean {
    /// Lines joined by `\n`, whatever ended them; a page begins where
    /// [`Line::page`] grows. [`with_line_ends`] gives back the endings.
    pub text: String,
    /// From `text` to [`RawDocument::text`].
    pub map: OffsetMap,
    /// Every line, blank ones too.
    pub lines: Vec<Line>,
    /// Words that the engine gave a confidence (0 to 1), in order; see
    /// [`Clean::word_confidence`].
    pub confidences: Vec<(Span, f32)>,
}

impl Clean {
    /// How sure the OCR engine was of what stands in `span`, 0 to 1: the lowest
    /// confidence of the words that it touches; `None` where the input has none (plain
    /// text, most PDFs). A binary search.
    ///
    /// ```
    /// use klartext::normalize::normalize;
    /// use klartext::text::Span;
    /// let alto = "<alto><Page><TextLine><String CONTENT='Sida' WC='0.9'/><String CONTENT='l7' WC='0.4'/>\
    ///     <String CONTENT='av'/></TextLine></Page></alto>";
    /// let clean = normalize(&klartext::source::read(alto.as_bytes())?);
    /// assert_eq!(clean.text, "Sida l7 av");
    /// assert_eq!(clean.word_confidence(Span::new(5, 7)), Some(0.4));
    /// assert_eq!(clean.word_confidence(Span::new(0, 7)), Some(0.4));
    /// assert_eq!(clean.word_confidence(Span::new(8, 10)), None);
    /// # Ok::<(), klartext::error::ErrorKind>(())
    /// ```
    pub fn word_confidence(&self, span: Span) -> Option<f32> {
        let first = self
            .confidences
            .partition_point(|(word, _)| word.end <= span.start);
        self.confidences[first..]
            .iter()
            .take_while(|(word, _)| word.start < span.end)
            .map(|(_, confidence)| *confidence)
            .reduce(f32::min)
    }
}

/// One line of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its part of the text that it belongs to, without the line ending.
    pub span: Span,
    /// Page number, from 1.
    pub page: usize,
    /// Line number on the page, from 1.
    pub number: usize,
    /// What the line is for.
    pub class: LineClass,
    /// How the word at its end goes on, where it was hyphenated.
    pub hyphen: Option<Hyphen>,
}

/// What a line is for. Later stages read through what is not body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineClass {
    /// Part of the document's own text.
    Body,
    /// White space only.
    Blank,
    /// Repeats at the top of pages.
    RunningHead,
    /// Repeats at the foot of pages.
    Footer,
    /// A page number alone.
    PageNumber,
    /// `Justerandes sign`, `Utdragsbestyrkande` and their like.
    SignatureStrip,
    /// A line of a table of contents.
    Contents,
}

/// A word divided over a line end: it goes on at the start of `next`. The last
/// character of the line that is no white space is the hyphen, and it is `-`,
/// whatever the print had (`¬`, a soft hyphen, a dash).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hyphen {
    /// Index of the line on which the word goes on.
    pub next: usize,
    /// Whether the hyphen belongs to the word (`IT-` / `stöd` → `IT-stöd`).
    pub keep: bool,
}

/// Normalizes a document. The cost grows linearly with its length: each stage is
/// one pass, and a page is compared with its nearest neighbours only.
///
/// ```
/// use klartext::normalize::{LineClass, normalize};
/// let raw = klartext::source::read("Kommun\u{ad}\r\nstyrelsen\r\n".as_bytes())?;
/// let clean = normalize(&raw);
/// assert_eq!(clean.text, "Kommun-\nstyrelsen\n");
/// assert_eq!(clean.lines[0].hyphen.map(|h| (h.next, h.keep)), Some((1, false)));
/// assert_eq!(clean.lines[2].class, LineClass::Blank);
/// # Ok::<(), klartext::error::ErrorKind>(())
/// ```
pub fn normalize(raw: &RawDocument) -> Clean {
    let (spelled, map) = spell(raw);
    let (text, line_map, mut lines) = divide(&spelled);
    furniture::classify(&text, &mut lines);
    contents::classify(&text, &mut lines);
    hyphens::mark(&text, &mut lines);
    let map = line_map.then(&map);
    Clean {
        confidences: confidences(raw, &map),
        map,
        text,
        lines,
    }
}

/// The engine's confidences, by where the words stand after normalization.
fn confidences(raw: &RawDocument, map: &OffsetMap) -> Vec<(Span, f32)> {
    let place = |word: &RawWord| Some((map.to_target(word.span)?, word.confidence?));
    raw.words.iter().filter_map(place).collect()
}

/// The text of `text`'s lines with the line ends and form feeds that `raw` has
/// there: what a text with the same lines as [`Clean`] is written out as. `map`
/// leads from `text` to the decoded input.
///
/// ```
/// use klartext::normalize::{normalize, with_line_ends};
/// let raw = klartext::source::read("Sida 1\r\n\u{c}Sida\u{ad} 2\r\n\u{c}".as_bytes())?;
/// let clean = normalize(&raw);
/// assert_eq!(
///     with_line_ends(&raw, &clean.text, &clean.map, &clean.lines),
///     "Sida 1\r\n\u{c}Sida 2\r\n\u{c}"
/// );
/// # Ok::<(), klartext::error::ErrorKind>(())
/// ```
pub fn with_line_ends(raw: &RawDocument, text: &str, map: &OffsetMap, lines: &[Line]) -> String {
    let mut written = String::with_capacity(raw.text.len() + raw.text.len() / 16);
    for (i, line) in lines.iter().enumerate() {
        written.push_str(line.span.of(text));
        let end = match lines.get(i + 1) {
            Some(next) => map.to_source(Span::new(line.span.end, next.span.start)),
            None => Span::new(body_end(raw), raw.text.len()),
        };
        written.push_str(end.of(&raw.text));
    }
    written
}

/// Where the last page ends; only white space and form feeds come after.
fn body_end(raw: &RawDocument) -> usize {
    raw.pages.last().map_or(0, |page| page.span.end)
}

/// The pages' text with one spelling for each character, form feeds between pages,
/// and the way back to the raw text.
fn spell(raw: &RawDocument) -> (String, OffsetMap) {
    /// Each round undoes one misreading; text misread more often is beyond reading.
    const ROUNDS: usize = 4;
    let end = body_end(raw);
    let mut text = raw.text[..end].to_owned();
    let mut builder = OffsetMapBuilder::new();
    builder.copy(end);
    builder.skip_to(raw.text.len());
    let mut map = builder.finish();
    for _ in 0..ROUNDS {
        let mut changed = false;
        for stage in [mojibake::undo, chars::spell, chars::compose] {
            if let Some((next, step)) = stage(&text) {
                map = step.then(&map);
                text = next;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    (text, map)
}

/// Divides spelled text into lines and pages.
fn divide(spelled: &str) -> (String, OffsetMap, Vec<Line>) {
    let mut map = OffsetMapBuilder::new();
    let mut lines = Vec::new();
    let (mut page, mut number) = (1, 1);
    for part in spelled.split_inclusive(['\n', '\u{c}']) {
        let start = map.target_len();
        let content = part.trim_end_matches(['\n', '\u{c}']);
        lines.push(Line::new(
            Span::new(start, start + content.len()),
            page,
            number,
            content,
        ));
        if part.ends_with('\u{c}') {
            map.copy(content.len());
            map.replace(1, 1);
            (page, number) = (page + 1, 1);
        } else {
            map.copy(part.len());
            number += 1;
        }
    }
    if spelled.is_empty() || spelled.ends_with(['\n', '\u{c}']) {
        lines.push(Line::new(
            Span::new(spelled.len(), spelled.len()),
            page,
            number,
            "",
        ));
    }
    (spelled.replace('\u{c}', "\n"), map.finish(), lines)
}

impl Line {
    fn new(span: Span, page: usize, number: usize, content: &str) -> Self {
        let is_blank = content.trim().is_empty();
        Line {
            span,
            page,
            number,
            class: if is_blank {
                LineClass::Blank
            } else {
                LineClass::Body
            },
            hyphen: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ending_divides_and_comes_back() {
        let input = "a\r\nb\rc\u{2028}\u{ad}\u{ad}\r\n\r\n\u{c}d\u{c}\n";
        let raw = crate::source::read(input.as_bytes()).expect("text");
        let clean = normalize(&raw);
        assert_eq!(clean.text, "a\nb\nc\n\n\n\nd");
        let pages: Vec<_> = clean.lines.iter().map(|l| (l.page, l.number)).collect();
        assert_eq!(
            pages,
            [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (2, 1)]
        );
        let back = with_line_ends(&raw, &clean.text, &clean.map, &clean.lines);
        assert_eq!(back, input.replace('\u{ad}', ""));
    }

    #[test]
    fn text_misread_twice_is_read() {
        let raw = crate::source::read("fullmÃƒÂ¤ktige".as_bytes()).expect("text");
        let clean = normalize(&raw);
        assert_eq!(clean.text, "fullmäktige");
        assert_eq!(clean.map.to_source(Span::new(5, 7)).of(&raw.text), "ÃƒÂ¤");
    }
}

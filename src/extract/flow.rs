//! Lines joined to running text that still knows where every character stands.

use super::read::{Method, Read};
use crate::repair::Reading;
use crate::text::Span;

/// A line, or a part of one, that belongs to the document's own text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Index in [`Reading::lines`].
    pub line: usize,
    /// Its part of [`Reading::text`], without white space around it.
    pub span: Span,
    /// A blank line stands before it.
    pub gap: bool,
    /// It begins a paragraph.
    pub paragraph: bool,
    /// Columns of white space before it.
    pub indent: usize,
    /// Columns left on its line, by the page's longest lines.
    pub room: usize,
}

impl Row {
    /// The row as part of what flows on from the row before.
    pub fn flowing(self) -> Row {
        Row {
            paragraph: false,
            ..self
        }
    }

    /// Its text.
    pub fn text<'r>(&self, reading: &'r Reading) -> &'r str {
        self.span.of(&reading.text)
    }

    /// The part of the row from `byte` on.
    pub fn from(&self, reading: &Reading, byte: usize) -> Row {
        let span = Span::new(self.span.start + byte, self.span.end).trim(&reading.text);
        Row { span, ..*self }
    }

    /// The first `bytes` of the row, less white space around them.
    pub fn upto_len(&self, reading: &Reading, bytes: usize) -> Row {
        let end = (self.span.start + bytes).min(self.span.end);
        let span = Span::new(self.span.start, end).trim(&reading.text);
        Row { span, ..*self }
    }

    /// The part of the row before `byte`.
    pub fn upto(&self, reading: &Reading, byte: usize) -> Row {
        let span = Span::new(self.span.start, self.span.start + byte).trim(&reading.text);
        Row { span, ..*self }
    }
}

/// Running text made of rows: line breaks and runs of white space are one space,
/// words divided at a line's end are joined, paragraphs stand apart by a blank
/// line. Any range of it can be [read](Flow::read) as a value with its evidence.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// The running text.
    pub text: String,
    pieces: Vec<Piece>,
}

/// A stretch copied from the reading.
#[derive(Clone, Copy, Debug)]
struct Piece {
    at: usize,
    span: Span,
    page: usize,
}

impl Piece {
    fn end(&self) -> usize {
        self.at + self.span.len()
    }
}

impl Flow {
    /// Joins `rows`.
    pub fn new(reading: &Reading, rows: &[Row]) -> Flow {
        let mut flow = Flow::default();
        let mut before: Option<&Row> = None;
        for row in rows {
            if row.span.is_empty() {
                continue;
            }
            if let Some(before) = before {
                flow.join(reading, before, row);
            }
            flow.copy(reading, row);
            before = Some(row);
        }
        flow
    }

    /// One row alone.
    pub fn of_row(reading: &Reading, row: &Row) -> Flow {
        Flow::new(reading, std::slice::from_ref(row))
    }

    /// Separates two rows, or joins them where a word runs over.
    fn join(&mut self, reading: &Reading, before: &Row, row: &Row) {
        let whole = before.span.end >= reading.lines[before.line].span.end
            || reading.text[before.span.end..reading.lines[before.line].span.end]
                .trim()
                .is_empty();
        match reading.lines[before.line].hyphen {
            Some(hyphen) if whole && hyphen.next == row.line => {
                if !hyphen.keep {
                    self.drop_hyphen();
                }
            }
            _ if row.paragraph => self.text.push_str("\n\n"),
            _ => self.text.push(' '),
        }
    }

    fn drop_hyphen(&mut self) {
        let Some(last) = self.text.chars().next_back() else {
            return;
        };
        if last.is_alphanumeric() {
            return;
        }
        self.text.pop();
        if let Some(piece) = self.pieces.last_mut() {
            piece.span.end -= last.len_utf8();
        }
    }

    fn copy(&mut self, reading: &Reading, row: &Row) {
        let page = reading.lines[row.line].page;
        let text = row.text(reading);
        let mut at = 0;
        for word in text.split_whitespace() {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            if at > 0 {
                self.text.push(' ');
            }
            self.pieces.push(Piece {
                at: self.text.len(),
                span: Span::new(row.span.start + start, row.span.start + start + word.len()),
                page,
            });
            self.text.push_str(word);
            at = start + word.len();
        }
    }

    /// Whether nothing was joined.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The whole text as a value; `None` where there is none.
    pub fn all(&self, reading: &Reading) -> Option<Read<String>> {
        (!self.is_empty()).then(|| self.read(reading, Span::new(0, self.text.len())))
    }

    /// The text of `span`, with its evidence.
    pub fn read(&self, reading: &Reading, span: Span) -> Read<String> {
        let span = span.trim(&self.text);
        let (source, confidence) = self.evidence(reading, span);
        Read {
            value: span.of(&self.text).to_string(),
            confidence,
            method: Method::Read,
            source,
        }
    }

    /// Where `span` stands in the decoded input, one stretch for each run of lines
    /// on a page, and how sure the reading is of it.
    pub fn evidence(&self, reading: &Reading, span: Span) -> (Vec<Span>, f32) {
        let mut source = Vec::new();
        let mut confidence = 1.0_f32;
        for (stretch, _) in self.stretches(reading, span) {
            source.push(reading.source(stretch));
            confidence = confidence.min(reading.confidence(stretch));
        }
        (source, confidence)
    }

    /// The contiguous stretches of the reading behind `span`.
    fn stretches(&self, reading: &Reading, span: Span) -> Vec<(Span, usize)> {
        let mut out: Vec<(Span, usize)> = Vec::new();
        let first = self.pieces.partition_point(|p| p.end() <= span.start);
        for piece in &self.pieces[first..] {
            if piece.at >= span.end {
                break;
            }
            let start = piece.span.start + span.start.saturating_sub(piece.at);
            let end = piece.span.end - piece.end().saturating_sub(span.end);
            match out.last_mut() {
                Some((last, page))
                    if *page == piece.page
                        && reading.text[last.end..start]
                            .chars()
                            .all(|c| c.is_whitespace() || matches!(c, '-' | '\u{2010}')) =>
                {
                    last.end = end;
                }
                _ => out.push((Span::new(start, end), piece.page)),
            }
        }
        out
    }

    /// The place in the reading of the text's byte `at`.
    pub fn place(&self, at: usize) -> usize {
        let i = self.pieces.partition_point(|p| p.end() <= at);
        self.pieces
            .get(i)
            .map_or(0, |p| p.span.start + at.saturating_sub(p.at))
    }
}

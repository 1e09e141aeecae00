//! Places in the decoded input as the JSON names them.

use super::field::{Field, Method, Source, rounded};
use crate::extract::read::{self, Read};
use crate::repair::Reading;
use crate::source::RawDocument;
use crate::text::{CodePoints, Span};

/// Turns spans into places: page, line, code points, ids and boxes.
pub(super) struct Places<'d> {
    raw: &'d RawDocument,
    points: CodePoints<'d>,
    /// Start of every line in the decoded input, with its page and number.
    lines: Vec<(usize, usize, usize)>,
}

impl<'d> Places<'d> {
    pub(super) fn new(raw: &'d RawDocument, reading: &Reading) -> Places<'d> {
        let mut lines: Vec<(usize, usize, usize)> = reading
            .lines
            .iter()
            .map(|line| {
                // The end of the line end before: what a repair took away at the start of
                // a line belongs to that line.
                let start = match line.span.start.checked_sub(1) {
                    Some(before) => reading.source(Span::new(before, line.span.start)).end,
                    None => 0,
                };
                (start, line.page, line.number)
            })
            .collect();
        lines.sort_unstable();
        Places {
            raw,
            points: CodePoints::new(&raw.text),
            lines,
        }
    }

    /// The decoded input at `span`, before any normalization.
    pub(super) fn text_of(&self, span: Span) -> &'d str {
        span.of(&self.raw.text)
    }

    pub(super) fn source(&self, span: Span) -> Source {
        let after = self.lines.partition_point(|l| l.0 <= span.start);
        let (_, page, line) = self
            .lines
            .get(after.saturating_sub(1))
            .copied()
            .unwrap_or((0, 1, 1));
        let (start, end) = self.points.span(span);
        let (ids, bbox) = self.words(span);
        Source {
            page,
            line,
            start,
            end,
            ids,
            bbox,
        }
    }

    /// The ids of the words that `span` touches, and the box around them.
    fn words(&self, span: Span) -> (Option<Vec<String>>, Option<[f64; 4]>) {
        let words = &self.raw.words;
        let first = words.partition_point(|w| w.span.end <= span.start);
        let mut ids = Vec::new();
        let mut bbox: Option<[f64; 4]> = None;
        for word in words[first..]
            .iter()
            .take_while(|w| w.span.start < span.end)
        {
            // The words of a line without elements for words all have the line's.
            if word.id.is_some() && word.id.as_ref() != ids.last() {
                ids.extend(word.id.clone());
            }
            if let Some(b) = word.bbox {
                bbox = Some(bbox.map_or(b, |a| {
                    [
                        a[0].min(b[0]),
                        a[1].min(b[1]),
                        a[2].max(b[2]),
                        a[3].max(b[3]),
                    ]
                }));
            }
        }
        ((!ids.is_empty()).then_some(ids), bbox)
    }

    pub(super) fn field<T, U>(&self, read: &Read<T>, value: impl FnOnce(&T) -> U) -> Field<U> {
        Field {
            value: value(&read.value),
            confidence: rounded(read.confidence),
            method: match read.method {
                read::Method::Read => Method::Read,
                read::Method::Derived => Method::Derived,
                read::Method::Reviewed => Method::Reviewed,
            },
            source: read.source.iter().map(|s| self.source(*s)).collect(),
        }
    }

    pub(super) fn text(&self, read: &Read<String>) -> Field<String> {
        self.field(read, Clone::clone)
    }

    pub(super) fn texts(&self, reads: &[Read<String>]) -> Vec<Field<String>> {
        reads.iter().map(|r| self.text(r)).collect()
    }

    pub(super) fn maybe(&self, read: &Option<Read<String>>) -> Option<Field<String>> {
        read.as_ref().map(|r| self.text(r))
    }

    pub(super) fn shown<T: ToString>(&self, read: &Option<Read<T>>) -> Option<Field<String>> {
        read.as_ref().map(|r| self.field(r, ToString::to_string))
    }
}

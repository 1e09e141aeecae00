//! The record's `text`: body lines flowing together, paragraphs kept.

use super::wire::Target;
use crate::normalize::{Line, LineClass};
use crate::repair::Reading;
use crate::text::{CodePoints, OffsetMap, OffsetMapBuilder, Span};

/// The flowing text and the way to it from the reading.
#[derive(Debug)]
pub(super) struct Flowing {
    pub(super) text: String,
    map: OffsetMap,
    /// The stretches of the reading that the text holds.
    kept: Vec<Span>,
}

impl Flowing {
    /// Joins the body lines of `reading`: a blank line ends a paragraph, a word
    /// divided at a line's end is joined, furniture is left out. Linear.
    pub(super) fn new(reading: &Reading) -> Flowing {
        let mut text = String::with_capacity(reading.text.len());
        let mut builder = OffsetMapBuilder::new();
        let mut kept: Vec<Span> = Vec::new();
        let mut separator = "";
        for (index, line) in reading.lines.iter().enumerate() {
            let span = line.span.trim(&reading.text);
            if line.class == LineClass::Blank || span.is_empty() {
                separator = if text.is_empty() { "" } else { "\n\n" };
                continue;
            }
            if line.class != LineClass::Body {
                continue;
            }
            let before = kept
                .len()
                .checked_sub(1)
                .and_then(|_| last_body(&reading.lines[..index]));
            if before.is_none_or(|l| l.hyphen.is_none_or(|h| h.next != index)) {
                builder.replace(separator.len(), 0);
                text.push_str(separator);
            }
            let span = without_hyphen(reading, line, span);
            builder.skip_to(span.start);
            builder.copy(span.len());
            text.push_str(span.of(&reading.text));
            kept.push(span);
            separator = "\n";
        }
        builder.skip_to(reading.text.len());
        Flowing {
            map: builder.finish(),
            text,
            kept,
        }
    }

    /// Where a stretch of the reading stands in the text.
    pub(super) fn target(&self, points: &CodePoints<'_>, span: Span) -> Option<Target> {
        let at = self.kept.partition_point(|k| k.end < span.end);
        let inside = self.kept.get(at).is_some_and(|k| k.contains(span));
        let found = inside.then(|| self.map.to_target(span)).flatten()?;
        let (start, end) = points.span(found);
        Some(Target { start, end })
    }
}

/// The last body line among `lines`; furniture and blank lines are few.
fn last_body(lines: &[Line]) -> Option<&Line> {
    lines
        .iter()
        .rev()
        .find(|l| l.class == LineClass::Body && !l.span.is_empty())
}

/// The line without a hyphen that only divides its last word.
fn without_hyphen(reading: &Reading, line: &Line, span: Span) -> Span {
    let goes_on = line.hyphen.is_some_and(|h| {
        !h.keep
            && reading
                .lines
                .get(h.next)
                .is_some_and(|next| next.class == LineClass::Body)
    });
    let last = span.of(&reading.text).chars().next_back();
    match last.filter(|c| goes_on && !c.is_alphanumeric()) {
        Some(hyphen) => Span::new(span.start, span.end - hyphen.len_utf8()),
        None => span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{Clean, Hyphen};

    fn reading(lines: &[(&str, LineClass)]) -> Reading {
        let mut clean = Clean::default();
        for (i, (text, class)) in lines.iter().enumerate() {
            if i > 0 {
                clean.text.push('\n');
            }
            let start = clean.text.len();
            clean.text.push_str(text);
            let hyphen = text.ends_with('-').then_some(Hyphen {
                next: i + 2,
                keep: false,
            });
            clean.lines.push(Line {
                span: Span::new(start, clean.text.len()),
                page: 1,
                number: i + 1,
                class: *class,
                hyphen,
            });
        }
        clean.map = OffsetMap::identity(clean.text.len());
        Reading::unrepaired(&clean)
    }

    #[test]
    fn furniture_goes_and_words_are_joined() {
        let reading = reading(&[
            ("Ett stycke om kommun-", LineClass::Body),
            ("Justerandes sign", LineClass::SignatureStrip),
            ("styrelsen.", LineClass::Body),
            ("", LineClass::Blank),
            ("Åter ett.", LineClass::Body),
        ]);
        let flowing = Flowing::new(&reading);
        assert_eq!(flowing.text, "Ett stycke om kommunstyrelsen.\n\nÅter ett.");
        let points = CodePoints::new(&flowing.text);
        let at = reading.text.find("ett.").unwrap();
        assert_eq!(
            flowing.target(&points, Span::new(at, at + 4)),
            Some(Target { start: 37, end: 41 })
        );
        let strip = reading.text.find("sign").unwrap();
        assert_eq!(flowing.target(&points, Span::new(strip, strip + 4)), None);
    }
}

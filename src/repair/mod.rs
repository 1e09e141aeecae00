//! From [`Clean`] to [`Reading`]: the text as it was meant, with every change kept
//! as data.

pub mod adapt;
pub mod candidate;
pub mod channel;
mod channel_file;
mod collection;
pub mod decode;
pub mod document;
mod doubt;
mod engine;
mod finder;
mod house;
mod identifiers;
mod lattice;
mod legible;
mod memory;
mod neighbours;
mod outcome;
mod own;
mod quality;
pub mod ragged;
mod readers;
mod repairer;
mod search;
mod sections;
mod spell;
pub mod words;

pub use adapt::UnitCounts;
pub use channel_file::{NotAChannel, parse as parse_channel, write as write_channel};
pub use house::{House, NotAHouse};
pub use own::OwnWords;
pub use repairer::{MIN_CONFIDENCE, Options, Repairer};

use crate::normalize::{Clean, Line};
use crate::text::{OffsetMap, OffsetMapBuilder, Span};

/// One change the decoder proposes. Applying it is a separate act.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// What it replaces, in [`Clean::text`]; never reaches over a line end.
    pub span: Span,
    /// The text there.
    pub from: String,
    /// What was meant.
    pub to: String,
    /// What kind of change it is.
    pub kind: RepairKind,
    /// Calibrated probability that `to` is right, 0 to 1.
    pub confidence: f32,
    /// What the new reading rests on.
    pub basis: Basis,
    /// Whether the confidence reached the threshold, so that the text holds `to`.
    pub applied: bool,
    /// Other readings, likeliest first.
    pub alternatives: Vec<Alternative>,
}

#[cfg(test)]
impl Repair {
    /// A sure, applied change of the first place where `from` stands in `text`.
    pub(crate) fn in_text(text: &str, from: &str, to: &str) -> Repair {
        let start = text.find(from).expect("it stands there");
        Repair {
            span: Span::new(start, start + from.len()),
            from: from.to_owned(),
            to: to.to_owned(),
            kind: RepairKind::Spelling,
            confidence: 1.0,
            basis: Basis::Counted,
            applied: true,
            alternatives: Vec::new(),
        }
    }
}

/// A reading that was considered.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The other text.
    pub to: String,
    /// Its probability, 0 to 1.
    pub confidence: f32,
}

/// What a reading rests on, from firm to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Basis {
    /// A word that the corpora hold.
    Counted,
    /// A word that only lists hold, or a compound.
    Formed,
    /// A word of the document itself.
    Remembered,
    /// Letters that are likely together.
    Spelled,
    /// No word: marks, spaces, identifiers.
    Other,
}

impl std::fmt::Display for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

/// What a repair does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RepairKind {
    /// One word for one word.
    Spelling,
    /// One token becomes several words.
    Split,
    /// Several tokens become one word.
    Join,
    /// Punctuation, bullets, stray marks, `§`.
    Mark,
    /// A number, date or other identifier, by a rule that validates it.
    Identifier,
}

/// Repaired text with the same lines as [`Clean`], and the way back to the input.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Lines joined by `\n`.
    pub text: String,
    /// From `text` to the decoded input.
    pub map: OffsetMap,
    /// Every line, at the same index as in [`Clean::lines`], its span in `text`.
    pub lines: Vec<Line>,
    /// All repairs, in order; those not applied are suggestions.
    pub repairs: Vec<Placed>,
    /// One for each page, in order.
    pub pages: Vec<PageQuality>,
}

/// A repair and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The change.
    pub repair: Repair,
    /// The replaced part of the decoded input.
    pub source: Span,
    /// The part of [`Reading::text`] that holds the outcome.
    pub target: Span,
}

/// How well a page could be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PageQuality {
    /// Estimated character error rate of the input, 0 to 1.
    pub estimated_cer: f32,
    /// `false` where the OCR is beyond repair.
    pub readable: bool,
}

impl Reading {
    /// The clean text taken as it is.
    pub fn unrepaired(clean: &Clean) -> Reading {
        Reading::new(clean, Vec::new(), Vec::new())
    }

    /// Applies `repairs` (in order, not overlapping, each within one line) to `clean`.
    pub fn new(clean: &Clean, repairs: Vec<Repair>, pages: Vec<PageQuality>) -> Reading {
        let mut text = String::with_capacity(clean.text.len() + clean.text.len() / 16);
        let mut builder = OffsetMapBuilder::new();
        let mut at = 0;
        let mut placed = Vec::with_capacity(repairs.len());
        for repair in repairs {
            debug_assert!(repair.span.start >= at, "repairs in order: {repair:?}");
            // What cannot be applied beside another is left as it was read.
            if repair.span.start < at {
                continue;
            }
            text.push_str(&clean.text[at..repair.span.start]);
            builder.copy(repair.span.start - at);
            let start = text.len();
            if repair.applied {
                text.push_str(&repair.to);
                builder.replace(repair.to.len(), repair.span.len());
            } else {
                text.push_str(repair.span.of(&clean.text));
                builder.copy(repair.span.len());
            }
            at = repair.span.end;
            let source = clean.map.to_source(repair.span);
            placed.push(Placed {
                repair,
                source,
                target: Span::new(start, text.len()),
            });
        }
        text.push_str(&clean.text[at..]);
        builder.copy(clean.text.len() - at);
        let map = builder.finish();
        let lines = clean
            .lines
            .iter()
            .map(|line| Line {
                span: moved(&map, line.span),
                ..line.clone()
            })
            .collect();
        Reading {
            map: map.then(&clean.map),
            text,
            lines,
            repairs: placed,
            pages,
        }
    }

    /// The text of line `index`.
    pub fn line(&self, index: usize) -> &str {
        self.lines[index].span.of(&self.text)
    }

    /// The part of the decoded input that `span` of the text was read from.
    pub fn source(&self, span: Span) -> Span {
        self.map.to_source(span)
    }

    /// The lowest confidence among the repairs applied inside `span`; 1 where the
    /// text stands as it was read.
    pub fn confidence(&self, span: Span) -> f32 {
        let first = self.repairs.partition_point(|p| p.target.end <= span.start);
        self.repairs[first..]
            .iter()
            .take_while(|p| p.target.start < span.end)
            .filter(|p| p.repair.applied)
            .map(|p| p.repair.confidence)
            .fold(1.0, f32::min)
    }
}

/// A line's span after repairs, which never cross a line's ends; a line of which
/// nothing is left keeps its place.
fn moved(map: &OffsetMap, span: Span) -> Span {
    let place = || map.to_target(Span::new(span.start, span.start));
    map.to_target(span).or_else(place).unwrap_or_default()
}

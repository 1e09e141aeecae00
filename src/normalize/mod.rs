//! From [`RawDocument`] to [`Clean`]: one spelling for each character, lines
//! classified, hyphenation marked. Nothing is deleted but characters that carry
//! no text (soft hyphens, controls, odd spaces), and the offset map remembers those.

use crate::source::RawDocument;
use crate::text::{OffsetMap, Span};

/// Normalized text with the same lines as the raw text, in the same order.
#[derive(Clone, Debug, Default)]
pub struct Clean {
    /// Lines joined by `\n`; a page begins where [`Line::page`] grows.
    pub text: String,
    /// From `text` to [`RawDocument::text`].
    pub map: OffsetMap,
    /// Every line, blank ones too.
    pub lines: Vec<Line>,
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

/// A word divided over a line end: it goes on at the start of `next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hyphen {
    /// Index of the line on which the word goes on.
    pub next: usize,
    /// Whether the hyphen belongs to the word (`IT-` / `stöd` → `IT-stöd`).
    pub keep: bool,
}

/// Normalizes a document.
pub fn normalize(raw: &RawDocument) -> Clean {
    let mut lines = Vec::new();
    for (page, raw_page) in raw.pages.iter().enumerate() {
        let mut start = raw_page.span.start;
        for (i, line) in raw_page.span.of(&raw.text).split('\n').enumerate() {
            let class = if line.trim().is_empty() {
                LineClass::Blank
            } else {
                LineClass::Body
            };
            lines.push(Line {
                span: Span::new(start, start + line.len()),
                page: page + 1,
                number: i + 1,
                class,
                hyphen: None,
            });
            start += line.len() + 1;
        }
    }
    Clean {
        text: raw.text.replace('\u{c}', "\n"),
        map: OffsetMap::identity(raw.text.len()),
        lines,
    }
}

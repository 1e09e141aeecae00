//! The JSON record: wire types, their two views and their schema.
//!
//! The types of [`wire`] write the full view and generate its schema; the plain
//! view of both follows by one mechanical rule, so that they cannot drift apart.

pub mod field;
mod flowing;
mod from_minutes;
mod place;
mod view;
pub mod wire;

pub use view::View;
#[cfg(feature = "review")]
pub(crate) use view::is_field;
pub use wire::Generator;

use crate::extract::Minutes;
use crate::repair::{Reading, RepairKind};
use crate::source::RawDocument;
use crate::text::CodePoints;
use field::rounded;
use flowing::Flowing;
use place::Places;
use serde_json::Value;
use wire::{Alternative, Correction, CorrectionKind, Page, SourceFile, Tree, Warning};

/// The contract's name and number.
pub const SCHEMA: &str = "klartext/1";

/// Everything known about one document, ready to be written.
#[derive(Clone, Debug)]
pub struct Record {
    tree: Tree,
}

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Style {
    /// Indented, for people.
    #[default]
    Pretty,
    /// One line, for streams.
    Line,
}

impl Record {
    /// Puts the record together. `path` is relative to the input that was named,
    /// with `/`.
    pub fn new(
        path: &str,
        raw: &RawDocument,
        reading: &Reading,
        minutes: &Minutes,
        generator: Generator,
    ) -> Record {
        let places = Places::new(raw, reading);
        let flowing = Flowing::new(reading);
        let points = CodePoints::new(&flowing.text);
        let id = id(raw);
        let tree = Tree {
            schema: SCHEMA,
            source: source(path, raw, reading),
            document: from_minutes::document(&places, minutes, &id),
            pages: pages(raw, reading),
            corrections: corrections(&places, reading, &flowing, &points),
            warnings: warnings(&places, raw, minutes),
            review: None,
            text: flowing.text.clone(),
            id,
            generator,
        };
        Record { tree }
    }

    /// The whole record.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Names the request that the record answers, as the last thing before it is written.
    pub fn set_request(&mut self, id: Option<Value>) {
        self.tree.source.id = id;
    }

    /// States another digest of the options that shaped the output.
    pub(crate) fn set_options(&mut self, digest: String) {
        self.tree.generator.options = digest;
    }

    /// The record as JSON, ending without a line break.
    pub fn json(&self, view: View, style: Style) -> String {
        let written = match (view, style) {
            // Without the detour over a value: the same text in a third of the time.
            (View::Full, Style::Pretty) => serde_json::to_string_pretty(&self.tree),
            (View::Full, Style::Line) => serde_json::to_string(&self.tree),
            (View::Plain, Style::Pretty) => Ok(format!("{:#}", self.value(view))),
            (View::Plain, Style::Line) => Ok(self.value(view).to_string()),
        };
        written.unwrap_or_default()
    }

    /// The record as a JSON value, keys in the contract's order.
    pub fn value(&self, view: View) -> Value {
        let full = serde_json::to_value(&self.tree).unwrap_or_default();
        match view {
            View::Full => full,
            View::Plain => view::plain(full),
        }
    }
}

/// The JSON Schema (2020-12) of a view, generated from the types that write it.
pub fn schema(view: View) -> Value {
    let full = schemars::schema_for!(Tree).to_value();
    match view {
        View::Full => full,
        View::Plain => view::plain_schema(full),
    }
}

/// Sixteen digits of the file's digest.
fn id(raw: &RawDocument) -> String {
    raw.sha256.chars().take(16).collect()
}

fn source(path: &str, raw: &RawDocument, reading: &Reading) -> SourceFile {
    SourceFile {
        id: None,
        path: path.to_string(),
        sha256: raw.sha256.clone(),
        bytes: raw.bytes,
        format: raw.format.name().to_string(),
        encoding: Some(raw.encoding.clone()).filter(|name| !name.is_empty()),
        pages: raw.pages.len(),
        lines: reading.lines.len(),
    }
}

fn pages(raw: &RawDocument, reading: &Reading) -> Vec<Page> {
    raw.pages
        .iter()
        .enumerate()
        .map(|(i, page)| {
            let quality = reading.pages.get(i);
            Page {
                number: i + 1,
                width: page.size.map(|s| s.0),
                height: page.size.map(|s| s.1),
                unit: page.unit.map(str::to_string),
                estimated_cer: quality
                    .map(|q| (f64::from(q.estimated_cer) * 10_000.0).round() / 10_000.0),
                readable: quality.is_none_or(|q| q.readable),
            }
        })
        .collect()
}

fn corrections(
    places: &Places<'_>,
    reading: &Reading,
    flowing: &Flowing,
    points: &CodePoints<'_>,
) -> Vec<Correction> {
    reading
        .repairs
        .iter()
        .map(|placed| Correction {
            from: places.text_of(placed.source).to_owned(),
            to: placed.repair.to.clone(),
            kind: match placed.repair.kind {
                RepairKind::Spelling => CorrectionKind::Spelling,
                RepairKind::Split => CorrectionKind::Split,
                RepairKind::Join => CorrectionKind::Join,
                RepairKind::Mark => CorrectionKind::Mark,
                RepairKind::Identifier => CorrectionKind::Identifier,
            },
            confidence: rounded(placed.repair.confidence),
            applied: placed.repair.applied,
            source: vec![places.source(placed.source)],
            target: flowing.target(points, placed.target),
            alternatives: placed
                .repair
                .alternatives
                .iter()
                .map(|a| Alternative {
                    to: a.to.clone(),
                    confidence: rounded(a.confidence),
                })
                .collect(),
            method: None,
        })
        .collect()
}

fn warnings(places: &Places<'_>, raw: &RawDocument, minutes: &Minutes) -> Vec<Warning> {
    let on_reading = raw.notes.iter().map(|note| {
        let span = note.span.trim(&raw.text);
        Warning {
            code: note.code.to_string(),
            message: note.message.clone(),
            source: (!span.is_empty())
                .then(|| places.source(span))
                .into_iter()
                .collect(),
        }
    });
    minutes
        .warnings
        .iter()
        .map(|w| Warning {
            code: from_minutes::warning_code(w.code).to_string(),
            message: w.message.clone(),
            source: w.source.iter().map(|s| places.source(*s)).collect(),
        })
        .chain(on_reading)
        .collect()
}

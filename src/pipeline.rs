//! The stages in order and nothing else.

use crate::config::Options;
use crate::error::{Error, ErrorKind};
use crate::model::{Model, ModelError};
use crate::normalize::{normalize, with_line_ends};
use crate::repair::{self, Reading, Repairer};
use crate::source::{self, RawDocument};

use stand_in::Record;
pub use stand_in::{Style, View, schema};

/// Everything that documents share: built once, used by every thread.
#[derive(Debug)]
pub struct Pipeline {
    options: Options,
    repairer: Repairer<'static>,
}

impl Pipeline {
    /// A pipeline with the built-in model.
    ///
    /// # Errors
    /// The built-in model is damaged.
    pub fn new(options: Options) -> Result<Self, Error> {
        let not_usable =
            |e: ModelError| Error::new("built-in model", ErrorKind::Model(e.to_string()));
        let settings = repair::Options {
            min_confidence: options.min_confidence,
            ..repair::Options::default()
        };
        let repairer = Model::built_in()
            .and_then(|m| Repairer::new(m, settings))
            .map_err(not_usable)?;
        Ok(Pipeline { options, repairer })
    }

    /// Bytes to repaired text.
    ///
    /// # Errors
    /// The bytes are no text, see [`source::read`].
    pub fn read(&self, bytes: &[u8]) -> Result<Document, ErrorKind> {
        let raw = source::read(bytes)?;
        let clean = normalize(&raw);
        let (repairs, pages) = self.repairer.repair(&clean);
        let reading = Reading::new(&clean, repairs, pages);
        Ok(Document { raw, reading })
    }

    /// Bytes to JSON. `path` is what the record calls its source.
    ///
    /// # Errors
    /// As [`Pipeline::read`].
    pub fn convert(
        &self,
        path: &str,
        bytes: &[u8],
        view: View,
        style: Style,
    ) -> Result<String, ErrorKind> {
        let Document { raw, reading } = self.read(bytes)?;
        let record = Record::new(path, &raw, &reading, self.options);
        Ok(record.json(view, style))
    }
}

/// A document as far as its repaired text.
#[derive(Clone, Debug)]
pub struct Document {
    /// What stood in the file.
    pub raw: RawDocument,
    /// What was meant.
    pub reading: Reading,
}

impl Document {
    /// The repaired text with the lines, line ends and form feeds of the input.
    pub fn repaired_text(&self) -> String {
        let Reading {
            text, map, lines, ..
        } = &self.reading;
        with_line_ends(&self.raw, text, map, lines)
    }
}

/// Holds the place of `record` until it is there.
mod stand_in {
    use serde_json::{Value, json};

    use crate::config::Options;
    use crate::repair::Reading;
    use crate::source::RawDocument;

    /// The two views of a record.
    #[derive(Clone, Copy, Debug)]
    pub enum View {
        /// Fields with confidence and source.
        Full,
        /// Values only.
        Plain,
    }

    /// How JSON is laid out.
    #[derive(Clone, Copy, Debug)]
    pub enum Style {
        /// For people.
        Pretty,
        /// One line.
        Line,
    }

    pub struct Record(Value);

    impl Record {
        pub fn new(path: &str, raw: &RawDocument, reading: &Reading, options: Options) -> Self {
            Record(json!({
                "schema": "klartext/1",
                "generator": {"name": "klartext", "options": {"min_confidence": options.min_confidence}},
                "source": {
                    "path": path, "sha256": raw.sha256, "bytes": raw.bytes, "encoding": raw.encoding,
                    "pages": raw.pages.len(), "lines": reading.lines.len(),
                },
                "text": reading.text,
            }))
        }

        pub fn json(&self, _: View, style: Style) -> String {
            match style {
                Style::Pretty => format!("{:#}", self.0),
                Style::Line => self.0.to_string(),
            }
        }
    }

    /// The JSON Schema of a view.
    pub fn schema(_: View) -> Value {
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"})
    }
}

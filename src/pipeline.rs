//! The stages in order and nothing else.

use crate::config::Options;
use crate::error::{Error, ErrorKind};
use crate::extract::extract;
use crate::model::{Model, ModelError};
use crate::normalize::{normalize, with_line_ends};
use crate::record::{Generator, Record};
use crate::repair::{self, Reading, Repairer};
use crate::source::{self, RawDocument};

pub use crate::record::{Style, View, schema};

/// Everything that documents share: built once, used by every thread.
#[derive(Debug)]
pub struct Pipeline {
    repairer: Repairer<'static>,
    generator: Generator,
    options: Options,
}

/// What records in a view say they were made by. Reads nothing of the model but its head.
///
/// # Errors
/// The built-in model is damaged.
pub fn generator(options: &Options, view: View) -> Result<Generator, Error> {
    let model = Model::built_in()
        .map_err(|e: ModelError| Error::new("built-in model", ErrorKind::Model(e.to_string())))?;
    Ok(Generator {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: model.digest(),
        options: options.digest_of(view),
    })
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
        let model = Model::built_in().map_err(not_usable)?;
        let repairer = Repairer::new(model, settings).map_err(not_usable)?;
        let generator = generator(&options, View::Full)?;
        Ok(Pipeline {
            repairer,
            generator,
            options,
        })
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

    /// Bytes to the record. `path` is what the record calls its source.
    ///
    /// # Errors
    /// As [`Pipeline::read`].
    pub fn record(&self, path: &str, bytes: &[u8]) -> Result<Record, ErrorKind> {
        let Document { raw, reading } = self.read(bytes)?;
        let minutes = extract(&reading);
        Ok(Record::new(
            path,
            &raw,
            &reading,
            &minutes,
            self.generator.clone(),
        ))
    }

    /// The same for a view: its options tell it from the other.
    ///
    /// # Errors
    /// As [`Pipeline::read`].
    pub fn record_in(&self, path: &str, bytes: &[u8], view: View) -> Result<Record, ErrorKind> {
        let mut record = self.record(path, bytes)?;
        if view == View::Plain {
            record.set_options(self.options.digest_of(view));
        }
        Ok(record)
    }

    /// Bytes to JSON, see [`Pipeline::record`].
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
        Ok(self.record_in(path, bytes, view)?.json(view, style))
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

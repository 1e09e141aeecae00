//! The stages in order and nothing else.

use crate::config::Options;
use crate::error::{Error, ErrorKind};
use crate::extract::{Vocabulary, extract_with};
use crate::model::{Model, ModelError};
use crate::normalize::{normalize, with_line_ends};
use crate::record::{Generator, Record};
use crate::repair::{self, Reading, Repairer};
use crate::source::{self, Ocr, RawDocument, ReadOptions, Worker};

pub use crate::record::{Style, View, schema};

/// Everything that documents share: built once, used by every thread.
#[derive(Debug)]
pub struct Pipeline {
    repairer: Repairer<'static>,
    generator: Generator,
    reading: ReadOptions,
    /// The built-in words with a house style's, where one was given.
    vocabulary: Option<Vocabulary>,
}

impl Pipeline {
    /// A pipeline with the built-in model.
    ///
    /// # Errors
    /// The built-in model is damaged, or OCR is asked for and not installed.
    pub fn new(options: Options) -> Result<Self, Error> {
        let not_usable =
            |e: ModelError| Error::new("built-in model", ErrorKind::Model(e.to_string()));
        let settings = repair::Options {
            min_confidence: options.min_confidence,
            word_confidences: options.word_confidences,
            ..repair::Options::default()
        };
        let model = Model::built_in().map_err(not_usable)?;
        let repairer = Repairer::new(model, settings).map_err(not_usable)?;
        let ocr = options.ocr.then(Ocr::find).transpose();
        let reading = ReadOptions {
            format: options.format,
            ocr: ocr.map_err(|kind| Error::new("--ocr", kind))?,
            worker: Worker::enabled(),
        };
        let generator = Generator {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: model.digest(),
            options: options.digest(),
        };
        Ok(Pipeline {
            repairer,
            generator,
            reading,
            vocabulary: None,
        })
    }

    /// How files are read.
    pub fn reading(&self) -> &ReadOptions {
        &self.reading
    }

    /// The same with a house style's words added: `file` is TOML of the form of
    /// `src/data/vocabulary.toml`, `name` what messages call it. The options' digest
    /// in the records tells it apart.
    ///
    /// # Errors
    /// The file is malformed, or an example in it does not hold.
    pub fn with_vocabulary(mut self, name: &str, file: &str) -> Result<Self, Error> {
        let merged = Vocabulary::built_in()
            .with(file)
            .map_err(|e| Error::new(name, ErrorKind::Vocabulary(e.to_string())))?;
        self.vocabulary = Some(merged);
        self.generator.options =
            crate::config::digest(&format!("{} {file}", self.generator.options));
        Ok(self)
    }

    /// Bytes to repaired text.
    ///
    /// # Errors
    /// The bytes cannot be read, see [`source::read_with`].
    pub fn read(&self, bytes: &[u8]) -> Result<Document, ErrorKind> {
        Ok(self.repair(source::read_with(bytes, &self.reading)?))
    }

    /// What was read (and perhaps joined to a volume) to repaired text.
    pub fn repair(&self, raw: RawDocument) -> Document {
        let clean = normalize(&raw);
        let (repairs, pages) = self.repairer.repair(&clean);
        let reading = Reading::new(&clean, repairs, pages);
        Document { raw, reading }
    }

    /// Bytes to the record. `path` is what the record calls its source.
    ///
    /// # Errors
    /// As [`Pipeline::read`].
    pub fn record(&self, path: &str, bytes: &[u8]) -> Result<Record, ErrorKind> {
        Ok(self.record_of(path, &self.read(bytes)?))
    }

    /// A document to the record. `path` is what the record calls its source.
    pub fn record_of(&self, path: &str, document: &Document) -> Record {
        let Document { raw, reading } = document;
        let vocabulary = self.vocabulary.as_ref();
        let minutes = extract_with(reading, vocabulary.unwrap_or(Vocabulary::built_in()));
        Record::new(path, raw, reading, &minutes, self.generator.clone())
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
        Ok(self.record(path, bytes)?.json(view, style))
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

    /// The file that the document was read from with the repaired text in it, see
    /// [`source::write_back`].
    ///
    /// # Errors
    /// As there.
    pub fn in_format(&self, bytes: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        source::write_back(bytes, &self.raw, &self.reading)
    }
}

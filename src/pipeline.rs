//! The stages in order and nothing else.

use serde::{Deserialize, Serialize};

use crate::config::Options;
use crate::error::{Error, ErrorKind};
use crate::extract::{Vocabulary, extract_with};
use crate::model::{Model, ModelError};
use crate::normalize::{normalize, with_line_ends};
use crate::record::{Generator, Record};
use crate::repair::{self, OwnWords, Reading, Repairer};
use crate::source::{self, Ocr, RawDocument, ReadOptions, Worker};

pub use crate::record::{Style, View, schema};

/// Everything that documents share: built once, used by every thread.
#[derive(Debug)]
pub struct Pipeline {
    repairer: Repairer<'static>,
    generator: Generator,
    /// What plain records say of the options instead.
    plain_options: String,
    reading: ReadOptions,
    /// The built-in words with a house style's, where one was given.
    vocabulary: Option<Vocabulary>,
    options: Options,
}

/// A vocabulary file that is added to the built-in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseStyle {
    /// What messages call it.
    pub name: String,
    /// TOML of the form of `src/data/vocabulary.toml`; may be empty.
    pub file: String,
    /// Words and names that the user vouches for, one a line, see [`OwnWords`]; may be
    /// empty.
    pub words: String,
}

impl HouseStyle {
    /// All that it adds, as one text.
    fn text(&self) -> String {
        match self.words.is_empty() {
            true => self.file.clone(),
            false => format!("{}\0{}", self.file, self.words),
        }
    }

    /// The built-in words with these added, where any are: putting them together takes
    /// most of a start.
    ///
    /// # Errors
    /// The file is malformed, or an example in it does not hold.
    pub fn vocabulary(&self) -> Result<Option<Vocabulary>, Error> {
        let with = || Vocabulary::built_in().with(&self.file);
        (!self.file.is_empty())
            .then(with)
            .transpose()
            .map_err(|e| Error::new(&*self.name, ErrorKind::Vocabulary(e.to_string())))
    }
}

/// What records in a view say they were made by. Reads nothing of the model but its head.
///
/// # Errors
/// The built-in model is damaged.
pub fn generator(
    options: &Options,
    view: View,
    style: Option<&HouseStyle>,
) -> Result<Generator, Error> {
    let model = Model::built_in()
        .map_err(|e: ModelError| Error::new("built-in model", ErrorKind::Model(e.to_string())))?;
    Ok(Generator {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: model.digest(),
        options: options.digest(view, style.map(HouseStyle::text).as_deref()),
    })
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
        Ok(Pipeline {
            repairer,
            generator: generator(&options, View::Full, None)?,
            plain_options: options.digest(View::Plain, None),
            reading,
            vocabulary: None,
            options,
        })
    }

    /// How files are read.
    pub fn reading(&self) -> &ReadOptions {
        &self.reading
    }

    /// The same with a house style's words added. The options' digest in the records tells
    /// it apart.
    ///
    /// # Errors
    /// As [`HouseStyle::vocabulary`].
    pub fn with_vocabulary(mut self, style: &HouseStyle) -> Result<Self, Error> {
        self.vocabulary = style.vocabulary()?;
        let text = style.text();
        self.generator.options = self.options.digest(View::Full, Some(&text));
        self.plain_options = self.options.digest(View::Plain, Some(&text));
        self.repairer = self.repairer.with_own(OwnWords::parse(&style.words));
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

    /// The same for a view: its options tell it from the other.
    ///
    /// # Errors
    /// As [`Pipeline::read`].
    pub fn record_in(&self, path: &str, bytes: &[u8], view: View) -> Result<Record, ErrorKind> {
        let mut record = self.record(path, bytes)?;
        if view == View::Plain {
            record.set_options(self.plain_options.clone());
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

    /// The file that the document was read from with the repaired text in it, see
    /// [`source::write_back`].
    ///
    /// # Errors
    /// As there.
    pub fn in_format(&self, bytes: &[u8]) -> Result<Vec<u8>, ErrorKind> {
        source::write_back(bytes, &self.raw, &self.reading)
    }
}

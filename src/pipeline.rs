//! The stages in order and nothing else.

use serde::{Deserialize, Serialize};

use crate::config::Options;
use crate::error::{Error, ErrorKind};
use crate::extract::{Vocabulary, extract_with};
use crate::model::{Model, ModelError};
use crate::normalize::{normalize, with_line_ends};
use crate::record::{Generator, Record};
use crate::repair::{self, House, OwnWords, Reading, Repairer, parse_channel};
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseStyle {
    /// What messages call it.
    pub name: String,
    /// TOML of the form of `src/data/vocabulary.toml`; may be empty.
    pub file: String,
    /// Words and names that the user vouches for, one a line, see [`OwnWords`]; may be
    /// empty.
    pub words: String,
    /// What the engine that read the documents makes of which letters, see
    /// [`parse_channel`]; may be empty.
    pub channel: String,
    /// What a review has taught, see [`House`]; may be empty.
    pub house: String,
}

impl HouseStyle {
    /// All that it adds, as one text.
    fn text(&self) -> String {
        let parts = [&*self.file, &self.words, &self.channel, &self.house];
        let used = parts.iter().rposition(|part| !part.is_empty());
        parts[..=used.unwrap_or(0)].join("\0")
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
    let model = built_in()?;
    Ok(Generator {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: model.digest(),
        options: options.digest(view, style.map(HouseStyle::text).as_deref()),
    })
}

/// The model that the program carries.
pub(crate) fn built_in() -> Result<Model<'static>, Error> {
    Model::built_in().map_err(unusable)
}

/// What is said of a model that this program cannot use.
pub(crate) fn unusable(error: ModelError) -> Error {
    Error::new("built-in model", ErrorKind::Model(error.to_string()))
}

impl Pipeline {
    /// A pipeline with the built-in model.
    ///
    /// # Errors
    /// The built-in model is damaged, or OCR is asked for and not installed.
    pub fn new(options: Options) -> Result<Self, Error> {
        let settings = repair::Options {
            min_confidence: options.min_confidence,
            word_confidences: options.word_confidences,
            ..repair::Options::default()
        };
        let repairer = Repairer::new(built_in()?, settings).map_err(unusable)?;
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

    /// The same with another repairer.
    pub fn with_repairer(self, repairer: Repairer<'static>) -> Self {
        Pipeline { repairer, ..self }
    }

    /// How files are read.
    pub fn reading(&self) -> &ReadOptions {
        &self.reading
    }

    /// The same with a house style's words added. The options' digest in the records tells
    /// it apart.
    ///
    /// # Errors
    /// As [`HouseStyle::vocabulary`]; or its channel or what it has taught makes no sense.
    pub fn with_vocabulary(mut self, style: &HouseStyle) -> Result<Self, Error> {
        self.vocabulary = style.vocabulary()?;
        let taught = match style.house.is_empty() {
            true => House::default(),
            false => {
                House::parse(&style.house).map_err(|e| Error::new("house", ErrorKind::House(e)))?
            }
        };
        let mut tables = Vec::new();
        if !style.channel.is_empty() {
            let wrong = |e| Error::new("channel", ErrorKind::Channel(e));
            tables.push(parse_channel(&style.channel).map_err(wrong)?);
        }
        tables.extend(self.repairer.table_of_house(&taught));
        if !tables.is_empty() {
            self.repairer = Repairer::with_channels(built_in()?, self.repairer.options, &tables)
                .map_err(unusable)?;
        }
        let text = style.text();
        self.generator.options = self.options.digest(View::Full, Some(&text));
        self.plain_options = self.options.digest(View::Plain, Some(&text));
        self.repairer = self.repairer.with_own(OwnWords::parse(
            &(style.words.clone() + "\n" + &taught.list()),
        ));
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

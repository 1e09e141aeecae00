//! What is in force, and where it comes from.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::{Layer, Options, Source};
use crate::batch::cores;
use crate::error::Error;
use crate::source::Format;

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object on each line.
    Json,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing was said.
    Default,
    /// A configuration file.
    File(PathBuf),
    /// The command line.
    Flag,
}

/// A setting and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen<T> {
    /// What is in force.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

/// A document may take ten minutes: a thick volume takes one.
const TIMEOUT: f64 = 600.0;

/// Where its pages are read from images, two hours: each may take minutes.
const OCR_TIMEOUT: f64 = 7200.0;

/// And 2 GB: a thick volume takes a quarter of it.
const MAX_MEMORY: u64 = 2048;

/// Everything that is in force.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // Their meaning stands with the flags of the same names.
pub struct Settings {
    pub min_confidence: Chosen<f32>,
    pub format: Chosen<Option<Format>>,
    pub ocr: Chosen<bool>,
    pub word_confidences: Chosen<bool>,
    pub volume: Chosen<bool>,
    pub vocabulary: Chosen<Option<PathBuf>>,
    pub names: Chosen<Option<PathBuf>>,
    pub lexicon: Chosen<Option<PathBuf>>,
    pub channel: Chosen<Option<PathBuf>>,
    pub house: Chosen<Option<PathBuf>>,
    pub plain: Chosen<bool>,
    pub ndjson: Chosen<bool>,
    pub shard: Chosen<Option<u32>>,
    pub files: Chosen<bool>,
    pub unordered: Chosen<bool>,
    pub threads: Chosen<u16>,
    pub timeout: Chosen<f64>,
    pub max_memory: Chosen<u64>,
    pub include: Chosen<Vec<String>>,
    pub exclude: Chosen<Vec<String>>,
    pub follow_links: Chosen<bool>,
    pub quiet: Chosen<bool>,
    pub verbose: Chosen<u8>,
    pub log_format: Chosen<LogFormat>,
    /// The configuration file, where there is one.
    pub file: Option<PathBuf>,
}

impl Settings {
    /// Flags over the file over what is usual.
    ///
    /// # Errors
    /// The file cannot be read or understood.
    pub fn resolve(flags: Layer, source: &Source) -> Result<Settings, Error> {
        let (path, file) = source.read()?.unzip();
        Ok(Settings::of(flags, file.unwrap_or_default(), path))
    }

    fn of(flags: Layer, file: Layer, path: Option<PathBuf>) -> Settings {
        let from = Origin::File(path.clone().unwrap_or_default());
        macro_rules! pick {
            ($name:ident, $usual:expr) => {
                match (flags.$name, file.$name) {
                    (Some(value), _) => Chosen {
                        value,
                        origin: Origin::Flag,
                    },
                    (None, Some(value)) => Chosen {
                        value,
                        origin: from.clone(),
                    },
                    (None, None) => Chosen {
                        value: $usual,
                        origin: Origin::Default,
                    },
                }
            };
        }
        macro_rules! pick_any {
            ($name:ident) => {
                match (flags.$name, file.$name) {
                    (Some(value), _) => Chosen {
                        value: Some(value),
                        origin: Origin::Flag,
                    },
                    (None, Some(value)) => Chosen {
                        value: Some(value),
                        origin: from.clone(),
                    },
                    (None, None) => Chosen {
                        value: None,
                        origin: Origin::Default,
                    },
                }
            };
        }
        let shard = pick!(shard, 0);
        let ocr = pick!(ocr, false);
        let usual_time = if ocr.value { OCR_TIMEOUT } else { TIMEOUT };
        Settings {
            min_confidence: pick!(min_confidence, Options::default().min_confidence),
            format: pick_any!(format),
            volume: pick!(volume, false),
            vocabulary: pick_any!(vocabulary),
            names: pick_any!(names),
            lexicon: pick_any!(lexicon),
            channel: pick_any!(channel),
            house: pick_any!(house),
            plain: pick!(plain, false),
            ndjson: pick!(ndjson, false),
            files: pick!(files, shard.value == 0),
            shard: Chosen {
                value: (shard.value > 0).then_some(shard.value),
                origin: shard.origin,
            },
            unordered: pick!(unordered, false),
            threads: pick!(threads, u16::try_from(cores()).unwrap_or(u16::MAX)),
            timeout: pick!(timeout, usual_time),
            ocr,
            word_confidences: pick!(word_confidences, false),
            max_memory: pick!(max_memory, MAX_MEMORY),
            include: pick!(include, Vec::new()),
            exclude: pick!(exclude, Vec::new()),
            follow_links: pick!(follow_links, false),
            quiet: pick!(quiet, false),
            verbose: pick!(verbose, 0),
            log_format: pick!(log_format, LogFormat::Text),
            file: path,
        }
    }

    /// What shapes the output.
    pub fn options(&self) -> Options {
        Options {
            min_confidence: self.min_confidence.value,
            format: self.format.value,
            word_confidences: self.word_confidences.value,
            ocr: self.ocr.value,
        }
    }

    /// The longest that a document may take.
    pub fn time(&self) -> Option<Duration> {
        let seconds = self.timeout.value;
        (seconds > 0.0).then(|| Duration::from_secs_f64(seconds))
    }

    /// The most memory that a document may take, in bytes.
    pub fn memory(&self) -> Option<u64> {
        (self.max_memory.value > 0).then(|| self.max_memory.value.saturating_mul(1 << 20))
    }
}

/// As `klartext.toml` would say it, with the origin of each line behind it.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(path) => writeln!(f, "# {}", path.display())?,
            None => writeln!(f, "# no {} here or above", super::FILE_NAME)?,
        }
        let mut line = |name: &str, value: String, origin: &Origin| {
            let origin = match origin {
                Origin::Default => "default".to_owned(),
                Origin::File(path) => path.display().to_string(),
                Origin::Flag => "command line".to_owned(),
            };
            let setting = format!("{name} = {value}");
            writeln!(f, "{setting:32} # {origin}")
        };
        macro_rules! lines {
            ($($name:ident),*) => {
                $(line(&stringify!($name).replace('_', "-"), format!("{:?}", self.$name.value), &self.$name.origin)?;)*
            };
        }
        macro_rules! optional {
            ($name:ident, $shown:expr) => {
                match &self.$name.value {
                    Some(value) => line(stringify!($name), $shown(value), &self.$name.origin)?,
                    None => line(
                        concat!("# ", stringify!($name)),
                        "none".to_owned(),
                        &self.$name.origin,
                    )?,
                }
            };
        }
        lines!(min_confidence);
        optional!(format, |format: &Format| format!("{:?}", format.name()));
        lines!(ocr, word_confidences, volume);
        let quoted = |path: &PathBuf| format!("{:?}", path.display().to_string());
        optional!(vocabulary, quoted);
        optional!(names, quoted);
        optional!(lexicon, quoted);
        optional!(channel, quoted);
        optional!(house, quoted);
        lines!(plain, ndjson);
        optional!(shard, u32::to_string);
        lines!(
            files,
            unordered,
            threads,
            timeout,
            max_memory,
            include,
            exclude,
            follow_links,
            quiet,
            verbose
        );
        let format = format!("{:?}", self.log_format.value).to_lowercase();
        line("log-format", format!("{format:?}"), &self.log_format.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_file_over_what_is_usual() {
        let flags = Layer {
            threads: Some(3),
            ..Layer::default()
        };
        let file = Layer {
            threads: Some(5),
            shard: Some(100),
            ..Layer::default()
        };
        let path = PathBuf::from("x/klartext.toml");
        let settings = Settings::of(flags, file, Some(path.clone()));
        assert_eq!(
            settings.threads,
            Chosen {
                value: 3,
                origin: Origin::Flag
            }
        );
        assert_eq!(settings.shard.value, Some(100));
        assert_eq!(settings.shard.origin, Origin::File(path));
        assert!(!settings.files.value, "shards stand in for files");
        assert_eq!(settings.timeout.origin, Origin::Default);
        let shown = settings.to_string();
        assert!(
            shown.contains("threads = 3                      # command line\n"),
            "{shown}"
        );
        assert!(
            shown.contains("shard = 100                      # x/klartext.toml\n"),
            "{shown}"
        );
        // What is printed can be used as a file.
        let parsed: Result<toml::Table, _> = shown.parse();
        assert_eq!(parsed.expect("TOML")["log-format"].as_str(), Some("text"));
    }
}

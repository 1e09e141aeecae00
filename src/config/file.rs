//! `klartext.toml`: finding it, reading it, and saying what is wrong with it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::LogFormat;
use crate::error::{Error, ErrorKind};
use crate::source::Format;

/// The file's name.
pub const FILE_NAME: &str = "klartext.toml";

/// Settings as one source gives them: what it is silent about is left to the next.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[allow(missing_docs)] // Their meaning stands with the flags of the same names.
pub struct Layer {
    pub min_confidence: Option<f32>,
    pub format: Option<Format>,
    pub ocr: Option<bool>,
    pub word_confidences: Option<bool>,
    pub volume: Option<bool>,
    pub vocabulary: Option<PathBuf>,
    pub names: Option<PathBuf>,
    pub lexicon: Option<PathBuf>,
    pub channel: Option<PathBuf>,
    pub house: Option<PathBuf>,
    pub plain: Option<bool>,
    pub ndjson: Option<bool>,
    pub shard: Option<u32>,
    pub files: Option<bool>,
    pub unordered: Option<bool>,
    pub threads: Option<u16>,
    pub timeout: Option<f64>,
    pub max_memory: Option<u64>,
    pub include: Option<Vec<String>>,
    pub exclude: Option<Vec<String>>,
    pub follow_links: Option<bool>,
    pub quiet: Option<bool>,
    pub verbose: Option<u8>,
    pub log_format: Option<LogFormat>,
}

/// Every key of the file.
const KEYS: [&str; 24] = [
    "min-confidence",
    "format",
    "ocr",
    "word-confidences",
    "volume",
    "vocabulary",
    "names",
    "lexicon",
    "channel",
    "house",
    "plain",
    "ndjson",
    "shard",
    "files",
    "unordered",
    "threads",
    "timeout",
    "max-memory",
    "include",
    "exclude",
    "follow-links",
    "quiet",
    "verbose",
    "log-format",
];

/// Where settings are looked for beside the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The first `klartext.toml` in a directory and those above it.
    Search(PathBuf),
    /// This file.
    File(PathBuf),
    /// Nowhere.
    None,
}

impl Source {
    /// The file and what it says; nothing where there is none.
    ///
    /// # Errors
    /// It cannot be read, or says something that klartext does not know.
    pub fn read(&self) -> Result<Option<(PathBuf, Layer)>, Error> {
        let path = match self {
            Source::None => return Ok(None),
            Source::File(path) => path.clone(),
            Source::Search(from) => match search(from) {
                Some(path) => path,
                None => return Ok(None),
            },
        };
        let place = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Error::new(&place, ErrorKind::NotReadable(error)))?;
        let mut layer =
            parse(&text).map_err(|message| Error::new(&place, ErrorKind::Config(message)))?;
        // What a file names lies where the file is, not where the program was started.
        for named in [
            &mut layer.vocabulary,
            &mut layer.names,
            &mut layer.lexicon,
            &mut layer.channel,
            &mut layer.house,
        ] {
            *named = named
                .take()
                .map(|name| path.parent().unwrap_or(Path::new("")).join(name));
        }
        Ok(Some((path, layer)))
    }
}

fn search(from: &Path) -> Option<PathBuf> {
    from.ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|path| path.is_file())
}

fn parse(text: &str) -> Result<Layer, String> {
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| said(&error, text))?;
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!(
            "there is no setting {unknown:?}{}",
            nearest(unknown)
        ));
    }
    let layer: Layer = toml::from_str(text).map_err(|error| said(&error, text))?;
    check(&layer)?;
    Ok(layer)
}

/// Bounds that the command line's own parser sees to for flags.
fn check(layer: &Layer) -> Result<(), String> {
    if layer
        .min_confidence
        .is_some_and(|p| !(0.0..=1.0).contains(&p))
    {
        return Err("min-confidence must be a number from 0 to 1".to_owned());
    }
    if layer
        .timeout
        .is_some_and(|seconds| !(0.0..=1e9).contains(&seconds))
    {
        return Err("timeout must be a number of seconds".to_owned());
    }
    for (name, value) in [
        ("threads", layer.threads.map(u32::from)),
        ("shard", layer.shard),
    ] {
        if value == Some(0) {
            return Err(format!("{name} must be at least 1"));
        }
    }
    Ok(())
}

fn said(error: &toml::de::Error, text: &str) -> String {
    let line = error
        .span()
        .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let message = error.message().replace('\n', " ");
    match line {
        Some(line) => format!("line {line}: {message}"),
        None => message,
    }
}

/// What was likely meant.
fn nearest(unknown: &str) -> String {
    let key = unknown.to_lowercase().replace('_', "-");
    let distance = |known: &&&str| strsim::damerau_levenshtein(&key, known);
    match KEYS.iter().min_by_key(distance) {
        Some(known) if distance(&known) <= key.len().max(known.len()) / 2 => {
            format!("; did you mean {known:?}?")
        }
        _ => format!("; there are {}", KEYS.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_name_the_nearest_known_one() {
        assert_eq!(
            parse("min_confidence = 0.5").expect_err("unknown"),
            r#"there is no setting "min_confidence"; did you mean "min-confidence"?"#
        );
        assert!(
            parse("treads = 2")
                .expect_err("unknown")
                .ends_with(r#""threads"?"#)
        );
        assert!(
            parse("colour = 2")
                .expect_err("unknown")
                .contains("there are min-confidence, ")
        );
    }

    #[test]
    fn wrong_values_name_their_line() {
        let message = parse("plain = true\nthreads = \"two\"").expect_err("wrong");
        assert!(message.starts_with("line 2: "), "{message}");
        assert!(parse("min-confidence = 2").is_err() && parse("threads = 0").is_err());
        assert!(parse("plain =").is_err());
    }

    #[test]
    fn every_key_is_known_to_both() {
        let text = "min-confidence = 0.5\nformat = \"alto\"\nocr = true\nword-confidences = true\nvolume = true\nvocabulary = \"house.toml\"\nnames = \"names.txt\"\nlexicon = \"words.txt\"\nchannel = \"channel.tsv\"\nhouse = \"house.toml\"\nplain = true\nndjson = true\nshard = 10\nfiles = true\nunordered = true\n\
            threads = 2\ntimeout = 10\nmax-memory = 100\ninclude = [\"a\"]\nexclude = []\nfollow-links = false\n\
            quiet = true\nverbose = 1\nlog-format = \"json\"\n";
        assert_eq!(text.lines().count(), KEYS.len());
        let layer = parse(text).expect("sound");
        assert_eq!(layer.log_format, Some(LogFormat::Json));
        assert_eq!(layer.timeout, Some(10.0));
    }

    #[test]
    fn the_file_is_searched_upwards() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let deep = dir.path().join("a/b");
        std::fs::create_dir_all(&deep).expect("made");
        let text = "plain = true\nvocabulary = 'house.toml'";
        std::fs::write(dir.path().join(FILE_NAME), text).expect("written");
        let (path, layer) = Source::Search(deep).read().expect("sound").expect("found");
        assert_eq!(path, dir.path().join(FILE_NAME));
        assert_eq!(layer.plain, Some(true));
        assert_eq!(layer.vocabulary, Some(dir.path().join("house.toml")));
        assert_eq!(Source::None.read().expect("nothing"), None);
    }
}

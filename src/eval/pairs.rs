//! Pages whose true text is known.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::rates::Rates;
use super::words::judged;
use crate::error::{Error, ErrorKind};

/// The name under which a page's true text is read as if it were OCR.
pub const GOLD: &str = "gold";

/// One page: its true text and what each engine read.
#[derive(Clone, Debug, Deserialize)]
pub struct Pair {
    /// Its name; the letters it begins with name its part of the collection.
    pub id: String,
    /// How badly the image was degraded, empty where nobody knows.
    #[serde(default)]
    pub level: String,
    /// What stands on the page.
    pub gold: String,
    /// Everything else: the engines' texts by their names among it.
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

impl Pair {
    /// What an engine read; the true text for the engine [`GOLD`].
    pub fn text(&self, engine: &str) -> Option<&str> {
        match engine {
            GOLD => Some(&self.gold),
            _ => self.rest.get(engine)?.as_str(),
        }
    }

    /// The letters that the id begins with.
    ///
    /// ```
    /// let line = r#"{"id": "e0007-x", "gold": "Beslut", "eng": "Beslnt"}"#;
    /// let page: klartext::eval::pairs::Pair = serde_json::from_str(line)?;
    /// assert_eq!((page.part(), page.text("eng")), ("e", Some("Beslnt")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn part(&self) -> &str {
        let end = self.id.find(|c: char| !c.is_alphabetic());
        &self.id[..end.unwrap_or(self.id.len())]
    }

    /// How badly the page is read, by which pages are chosen: the stated `eng_cer`,
    /// so that every engine is measured on the same pages; where it is not stated,
    /// what `engine` makes of the page.
    pub fn error_rate(&self, engine: &str) -> f64 {
        let stated = self.rest.get("eng_cer").and_then(Value::as_f64);
        let counted = || {
            let seen = self.text(engine)?;
            Some(Rates::of(&judged(&self.gold), &judged(seen)).cer())
        };
        stated.or_else(counted).unwrap_or(f64::INFINITY)
    }
}

/// Reads JSON lines, packed with zstd or not; empty lines are passed over.
///
/// # Errors
/// The file cannot be read, or a line is no page.
pub fn read(path: &Path) -> Result<Vec<Pair>, Error> {
    let place = || path.display().to_string();
    let not_readable = |e: std::io::Error| {
        let kind = match e.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            _ => ErrorKind::NotReadable(e),
        };
        Error::new(place(), kind)
    };
    let mut bytes = fs::read(path).map_err(not_readable)?;
    if bytes.starts_with(&ZSTD) {
        bytes = zstd::decode_all(&bytes[..]).map_err(not_readable)?;
    }
    let page = |(index, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|e| {
            let kind = ErrorKind::NotAPair {
                line: index + 1,
                reason: e.to_string(),
            };
            Error::new(place(), kind)
        })
    };
    bytes
        .split(|&b| b == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(page)
        .collect()
}

/// What a file packed with zstd begins with.
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str = "{\"id\": \"d1\", \"gold\": \"får\", \"eng\": \"far\", \"eng_cer\": 0.2}\n\n{\"id\": \"x\", \"level\": \"light\", \"gold\": \"får i\", \"eng\": \"far i\"}\n";

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(file.path(), content).expect("written");
        file
    }

    #[test]
    fn plain_and_packed_files_are_read() {
        let packed = zstd::encode_all(LINES.as_bytes(), 1).expect("packed");
        for content in [LINES.as_bytes(), &packed] {
            let pages = read(file(content).path()).expect("pages");
            assert_eq!(pages.len(), 2);
            assert_eq!(pages[0].text("eng"), Some("far"));
            assert_eq!(pages[0].text(GOLD), Some("får"));
            assert_eq!(pages[0].text("eng_cer"), None);
            assert_eq!(pages[0].error_rate("eng"), 0.2);
            assert_eq!(pages[1].error_rate("eng"), 0.2, "one of five characters");
            assert_eq!(pages[1].error_rate("swe"), f64::INFINITY);
        }
    }

    #[test]
    fn a_line_that_is_no_page_is_named() {
        let error =
            read(file(b"{\"id\": \"a\", \"gold\": \"\"}\n{\"id\": 3}\n").path()).unwrap_err();
        assert!(
            matches!(error.kind, ErrorKind::NotAPair { line: 2, .. }),
            "{error}"
        );
    }
}

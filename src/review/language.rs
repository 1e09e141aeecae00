//! The languages that people are spoken to in. The words are data: `src/data/interface.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Swedish.
    Sv,
}

/// What something is called in each language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    en: String,
    sv: String,
}

static WORDS: LazyLock<BTreeMap<String, Words>> = LazyLock::new(|| {
    // A test reads the file, so that it cannot be malformed in a program.
    toml::from_str(include_str!("../data/interface.toml")).unwrap_or_default()
});

impl Language {
    /// The code of ISO 639-1.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Sv => "sv",
        }
    }

    /// The words for `key`; the key itself where there are none.
    pub fn text(self, key: &str) -> &str {
        WORDS.get(key).map_or(key, |words| self.of(words))
    }

    /// Whether there are words for `key`.
    pub fn has(self, key: &str) -> bool {
        WORDS.contains_key(key)
    }

    /// All words, by their key.
    pub fn all(self) -> BTreeMap<&'static str, &'static str> {
        let entries = WORDS.iter();
        entries
            .map(|(key, words)| (&**key, self.of(words)))
            .collect()
    }

    fn of(self, words: &'static Words) -> &'static str {
        match self {
            Language::En => &words.en,
            Language::Sv => &words.sv,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_words_in_both_languages() {
        let words: BTreeMap<String, Words> =
            toml::from_str(include_str!("../data/interface.toml")).expect("TOML");
        assert!(words.len() > 10);
        for (key, Words { en, sv }) in &words {
            assert!(!en.is_empty() && !sv.is_empty(), "{key}");
            assert_eq!(en.matches('{').count(), sv.matches('{').count(), "{key}");
        }
        assert_eq!(Language::Sv.text("register.title"), "Rubrik");
        assert_eq!(Language::Sv.text("no such key"), "no such key");
    }
}

//! The words page furniture is made of, read from `src/data/furniture.json`.

use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

/// The vocabulary, parsed once, at its first use.
pub static FURNITURE: LazyLock<Furniture> = LazyLock::new(|| {
    // The data is part of the program, and a test reads it: there is no input here.
    serde_json::from_str(include_str!("../data/furniture.json")).unwrap_or_default()
});

/// `src/data/furniture.json`.
#[derive(Debug, Default, Deserialize)]
pub struct Furniture {
    /// What a signature strip is put together from.
    pub signature_strips: Vec<StripPhrase>,
    /// Words before a page number.
    pub page_words: Vec<PageWord>,
    /// Words between a page number and the count of pages.
    pub page_of: Vec<String>,
    /// What a table of contents is headed by.
    pub contents_headings: Vec<ContentsHeading>,
    /// Words that continue a coordination after a hyphen.
    pub coordinators: Vec<Coordinator>,
}

/// A phrase of a signature strip, folded.
#[derive(Debug, Default, Deserialize)]
pub struct StripPhrase {
    /// Its words.
    pub phrase: String,
    /// Whether a line of nothing else is a strip.
    pub alone: bool,
    #[cfg(test)]
    accepts: Vec<String>,
    #[cfg(test)]
    rejects: Vec<String>,
}

/// A word before a page number, folded.
#[derive(Debug, Default, Deserialize)]
pub struct PageWord {
    /// The word.
    pub word: String,
    #[cfg(test)]
    accepts: Vec<String>,
    #[cfg(test)]
    rejects: Vec<String>,
}

/// The heading of a table of contents, folded.
#[derive(Debug, Default, Deserialize)]
pub struct ContentsHeading {
    /// The whole line.
    pub heading: String,
    #[cfg(test)]
    accepts: Vec<String>,
    #[cfg(test)]
    rejects: Vec<String>,
}

/// A word that continues a coordination, folded.
#[derive(Debug, Default, Deserialize)]
pub struct Coordinator {
    /// The word at the start of the next line.
    pub word: String,
    /// What stands before the hyphen where the two are one word all the same.
    pub joins_after: Vec<String>,
    #[cfg(test)]
    accepts: Vec<String>,
    #[cfg(test)]
    rejects: Vec<String>,
}

/// Lower case without marks above letters: what OCR loses first.
///
/// `Å`, `ä` and `a` fold to `a`; characters that are neither letter nor digit stay.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The runs of letters and digits of a folded line.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Whether two folded words are one misreading apart or so: exact up to four
/// letters, a fifth of the letters beyond.
pub fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let longer = a.len().max(b.len());
    longer > 4 && a.len().abs_diff(b.len()) * 5 <= longer && strsim::levenshtein(a, b) * 5 <= longer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{contents, furniture, hyphens};

    #[test]
    fn every_entry_accepts_and_rejects_its_examples() {
        let check =
            |what: &str, accepts: &[String], rejects: &[String], test: &dyn Fn(&str) -> bool| {
                for line in accepts {
                    assert!(test(line), "{what} should accept {line:?}");
                }
                for line in rejects {
                    assert!(!test(line), "{what} should reject {line:?}");
                }
            };
        let data = &*FURNITURE;
        assert!(data.signature_strips.len() > 10 && data.coordinators.len() > 5);
        for entry in &data.signature_strips {
            check(
                &entry.phrase,
                &entry.accepts,
                &entry.rejects,
                &furniture::is_signature_strip,
            );
        }
        for entry in &data.page_words {
            check(
                &entry.word,
                &entry.accepts,
                &entry.rejects,
                &furniture::is_worded_page_number,
            );
        }
        for entry in &data.contents_headings {
            check(
                &entry.heading,
                &entry.accepts,
                &entry.rejects,
                &contents::is_heading,
            );
        }
        for entry in &data.coordinators {
            let coordinates = |line: &str| {
                let (stem, next) = line.split_once("- ").expect("a hyphen");
                hyphens::is_coordinated(stem, next)
            };
            check(&entry.word, &entry.accepts, &entry.rejects, &coordinates);
        }
    }

    #[test]
    fn folding_drops_marks_and_case() {
        assert_eq!(fold("ÄRENDE Så é"), "arende sa e");
    }
}

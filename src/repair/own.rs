//! Words that the user vouches for: a roster, the places of a municipality, the terms of
//! its house.

use super::neighbours::{LONGEST, Neighbours};
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashSet;

/// Of the uncounted words of a document, the share that the user's words make up.
const SHARE: Cost = 0.3;

/// The user's words, ready to be looked up. They count as evidence, not as law: what the
/// letters and the words around say counts beside them.
#[derive(Clone, Debug, Default)]
pub struct OwnWords {
    /// In lower case.
    words: FxHashSet<Box<[Code]>>,
    neighbours: Neighbours,
    cost: Cost,
}

impl OwnWords {
    /// Reads a list: a word or a name a line; what stands behind a tab or a `#` is left
    /// out, and names of several words are taken apart. Linear.
    ///
    /// ```
    /// use klartext::repair::OwnWords;
    /// let own = OwnWords::parse("Ahti Mäkitalo\tC\n# the river\nTorneälven\n");
    /// assert_eq!(own.len(), 3);
    /// ```
    pub fn parse(list: &str) -> OwnWords {
        let mut own = OwnWords::default();
        for line in list.lines() {
            let entry = line.split(['\t', '#']).next().unwrap_or_default();
            for word in entry.split(|c: char| !c.is_alphabetic()) {
                let word: Box<[Code]> = alphabet::lower_all(&alphabet::encode_str(word)).into();
                let fits = word.len() > 1 && word.len() <= LONGEST;
                if fits && !word.contains(&alphabet::UNKNOWN) && !own.words.contains(&word) {
                    own.neighbours.add(&word, usize::MAX);
                    own.words.insert(word);
                }
            }
        }
        own.cost = (own.words.len() as Cost / SHARE).max(1.0).ln();
        own
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// What one of the words costs within its class, in nats; `lower` is in lower case. A
    /// genitive is as good as the name.
    pub fn cost(&self, lower: &[Code]) -> Option<Cost> {
        let genitive = lower.strip_suffix(b"s").unwrap_or(lower);
        let is_own = self.words.contains(lower) || self.words.contains(genitive);
        is_own.then_some(self.cost)
    }

    /// The words one edit away from a form in lower case.
    pub fn near(&self, lower: &[Code]) -> impl Iterator<Item = &[Code]> {
        self.neighbours.of(lower)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::alphabet::encode_str;

    #[test]
    fn words_are_known_in_any_case_in_the_genitive_and_with_a_letter_wrong() {
        let own = OwnWords::parse("Nujin Alhussein\tMP\n# a comment\nÖ\n");
        assert_eq!(own.len(), 2);
        assert!(own.cost(&encode_str("nujins")).is_some());
        assert!(own.cost(&encode_str("nuyjin")).is_none());
        let near: Vec<_> = own.near(&encode_str("nuyjin")).collect();
        assert_eq!(near, [encode_str("nujin").as_slice()]);
    }
}

//! What the document itself knows: the words that its confident readings hold.
//!
//! A name that is read once as `Nujin` makes `Nujin` a likely reading of `Nuyjin`;
//! a word that no list holds is likelier where it recurs. This is a cache model
//! (Kuhn and De Mori 1990) over uncounted words, with every reading's own share
//! left out, so that nothing supports itself.

use super::own::OwnWords;
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};
use rustc_hash::{FxHashMap, FxHashSet};

/// Of the uncounted words of a document, the share that repeats an earlier one.
const REPEATED: Cost = 0.3;

/// Letters of the longest word that is remembered.
const LONGEST: usize = 48;

/// A word supported by less than this is not remembered, in readings.
const LEAST: f32 = 0.25;

/// Words, in lower case, with the readings that support them.
#[derive(Debug, Default)]
pub struct Memory<'w> {
    own: Option<&'w OwnWords>,
    support: FxHashMap<Box<[Code]>, f32>,
    /// For each word without one of its letters (and whole) the words it comes from.
    neighbours: FxHashMap<Box<[Code]>, Vec<Box<[Code]>>>,
    total: f32,
    /// Words of at most [`SHORT`] letters as they are cased.
    cased: FxHashMap<Box<[Code]>, f32>,
}

/// Letters of the longest word whose casing is remembered: parties, columns of
/// votes.
const SHORT: usize = 3;

impl<'w> Memory<'w> {
    /// One more reading of a word, of some weight.
    pub fn add(&mut self, surface: &[Code], weight: f32) {
        // Longer ones are no words, and every one of their letters would cost a key.
        if surface.len() > LONGEST {
            return;
        }
        let lower: Box<[Code]> = alphabet::lower_all(surface).into();
        *self.support.entry(lower).or_default() += weight;
        self.total += weight;
    }

    /// One more reading of a short word as it is cased.
    pub fn add_cased(&mut self, surface: &[Code], weight: f32) {
        if surface.len() <= SHORT {
            *self.cased.entry(surface.into()).or_default() += weight;
        }
    }

    /// What the casing of a short word costs in this document; 0 for long ones.
    pub fn case_cost(&self, surface: &[Code]) -> Cost {
        if surface.len() > SHORT {
            return 0.0;
        }
        let count = |s: &[Code]| self.cased.get(s).copied().unwrap_or(0.0);
        let upper: Vec<Code> = surface.iter().map(|&c| alphabet::upper(c)).collect();
        let lower = alphabet::lower_all(surface);
        let both = count(&upper) + count(&lower);
        if both < 1.0 {
            0.0
        } else {
            -((count(surface) + 0.5) / (both + 1.0)).ln()
        }
    }

    /// Builds the index of neighbours; call once, when all readings are added.
    pub fn finish(&mut self) {
        let mut words: Vec<&Box<[Code]>> = self
            .support
            .iter()
            .filter(|(_, n)| **n >= LEAST)
            .map(|(w, _)| w)
            .collect();
        words.sort_unstable();
        for word in words {
            for key in deletions(word) {
                let list = self.neighbours.entry(key).or_default();
                if list.len() < 8 {
                    list.push(word.clone());
                }
            }
        }
    }

    /// The user's words count in every document.
    pub fn with(own: &'w OwnWords) -> Self {
        Memory {
            own: Some(own),
            ..Memory::default()
        }
    }

    /// The cost of a word within its class, if others than the reading itself
    /// (which has `own` weight) support it.
    pub fn cost(&self, surface: &[Code], own: f32) -> Option<Cost> {
        let lower = alphabet::lower_all(surface);
        let listed = self.own.and_then(|own| own.cost(&lower));
        let others = self.support.get(lower.as_slice()).map_or(0.0, |n| n - own);
        let repeated = (others >= LEAST).then(|| -(REPEATED * others / (self.total + 10.0)).ln());
        listed.into_iter().chain(repeated).reduce(Cost::min)
    }

    /// Remembered words one edit away from a form, in order.
    pub fn near(&self, seen: &[Code]) -> Vec<&[Code]> {
        if seen.len() > LONGEST {
            return Vec::new();
        }
        let lower = alphabet::lower_all(seen);
        let keys = deletions(&lower);
        let mut found: Vec<&[Code]> = keys
            .iter()
            .filter_map(|k| self.neighbours.get(k))
            .flatten()
            .map(|w| &**w)
            .chain(self.own.into_iter().flat_map(|own| own.near(&lower)))
            .filter(|w| *w != lower.as_slice())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The word itself and the word without each of its letters in turn: two words that
/// share one of these are at most two edits apart, mostly one (Garbe's symmetric
/// deletes).
pub fn deletions(word: &[Code]) -> FxHashSet<Box<[Code]>> {
    let without = |i: usize| -> Box<[Code]> { [&word[..i], &word[i + 1..]].concat().into() };
    (0..word.len()).map(without).chain([word.into()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::alphabet::encode_str;

    #[test]
    fn others_support_a_word_and_it_does_not_support_itself() {
        let mut memory = Memory::default();
        memory.add(&encode_str("Nujin"), 0.9);
        memory.add(&encode_str("Nuyjin"), 0.8);
        memory.finish();
        assert!(memory.cost(&encode_str("nujin"), 0.0).is_some());
        assert!(memory.cost(&encode_str("Nujin"), 0.9).is_none());
        assert_eq!(
            memory.near(&encode_str("Nuyjin")),
            [encode_str("nujin").as_slice()]
        );
    }
}

//! What the document itself knows: the words that its confident readings hold.
//!
//! A name that is read once as `Nujin` makes `Nujin` a likely reading of `Nuyjin`;
//! a word that no list holds is likelier where it recurs. This is a cache model
//! (Kuhn and De Mori 1990) over uncounted words, with every reading's own share
//! left out, so that nothing supports itself.

use super::neighbours::{LONGEST, Neighbours};
use super::own::OwnWords;
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashMap;

/// Of the uncounted words of a document, the share that repeats an earlier one.
const REPEATED: Cost = 0.3;

/// Words that share a key, at most.
const CROWDED: usize = 8;

/// A word supported by less than this is not remembered, in readings.
const LEAST: f32 = 0.25;

/// Words, in lower case, with the readings that support them.
#[derive(Debug, Default)]
pub struct Memory<'w> {
    own: Option<&'w OwnWords>,
    support: FxHashMap<Box<[Code]>, f32>,
    neighbours: Neighbours,
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
        if surface.len() > SHORT || self.cased.is_empty() {
            return 0.0;
        }
        let count = |s: &[Code]| self.cased.get(s).copied().unwrap_or(0.0);
        let (mut upper, mut lower) = ([0; SHORT], [0; SHORT]);
        for (i, &code) in surface.iter().enumerate() {
            (upper[i], lower[i]) = (alphabet::upper(code), alphabet::lower(code));
        }
        let both = count(&upper[..surface.len()]) + count(&lower[..surface.len()]);
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
            self.neighbours.add(word, CROWDED);
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
        if self.knows_nothing() || surface.len() > LONGEST {
            return None;
        }
        let mut lower = [0; LONGEST];
        let lower = &mut lower[..surface.len()];
        let letters = lower.iter_mut().zip(surface);
        letters.for_each(|(l, &code)| *l = alphabet::lower(code));
        let lower = &*lower;
        let listed = self.own.and_then(|own| own.cost(lower));
        let others = self.support.get(lower).map_or(0.0, |n| n - own);
        let repeated = (others >= LEAST).then(|| -(REPEATED * others / (self.total + 10.0)).ln());
        listed.into_iter().chain(repeated).reduce(Cost::min)
    }

    /// Whether there are no words, as before the first pass.
    fn knows_nothing(&self) -> bool {
        self.support.is_empty() && self.own.is_none_or(OwnWords::is_empty)
    }

    /// Remembered words one edit away from a form, in order.
    pub fn near(&self, seen: &[Code]) -> Vec<&[Code]> {
        if self.knows_nothing() {
            return Vec::new();
        }
        let lower = alphabet::lower_all(seen);
        let own = self.own.into_iter().flat_map(|own| own.near(&lower));
        let mut found: Vec<&[Code]> = self
            .neighbours
            .of(&lower)
            .chain(own)
            .filter(|w| *w != lower.as_slice())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
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

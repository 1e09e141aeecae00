//! Which words there are, and what is known of each.
//!
//! A word is a rank in a [`Dawg`] over lower-case codes; everything else is a byte
//! per rank, read in place.

pub mod dawg;

use crate::lm::Cost;
use crate::text::alphabet::Code;
use dawg::Dawg;

/// A word's number: its rank in sorted order.
pub type WordId = u32;

/// What is known of a word, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// The corpora hold it often enough to have n-grams of its own.
    pub const COUNTED: Flags = Flags(1);
    /// A first name, surname or place.
    pub const NAME: Flags = Flags(2);
    /// A word by itself, not only an element of compounds.
    pub const WORD: Flags = Flags(4);
    /// Mostly printed with a capital.
    pub const CAPITAL: Flags = Flags(8);
    /// Mostly printed in capitals (`SKR`).
    pub const UPPER: Flags = Flags(16);

    /// Whether all bits of `other` are set.
    pub const fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The lexicon, read in place. Costs are in nats, stored in steps of a twelfth.
#[derive(Clone, Copy, Debug)]
pub struct Lexicon<'m> {
    /// The automaton to walk.
    pub dawg: Dawg<'m>,
    flags: &'m [u8],
    lower: &'m [u8],
    capital: &'m [u8],
    left: &'m [u8],
    right: &'m [u8],
}

impl<'m> Lexicon<'m> {
    /// A lexicon from its parts, one byte a word each; `None` where they don't fit
    /// together.
    pub fn new(
        dawg: &'m [u8],
        flags: &'m [u8],
        [lower, capital, left, right]: [&'m [u8]; 4],
    ) -> Option<Self> {
        let same = [lower, capital, left, right]
            .iter()
            .all(|a| a.len() == flags.len());
        let dawg = Dawg::new(dawg)?;
        same.then_some(Lexicon {
            dawg,
            flags,
            lower,
            capital,
            left,
            right,
        })
    }

    /// The number of words.
    pub fn len(&self) -> u32 {
        self.flags.len() as u32
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }

    /// What is known of a word.
    pub fn flags(&self, word: WordId) -> Flags {
        Flags(self.flags.get(word as usize).copied().unwrap_or(0))
    }

    /// The word of lower-case codes, elements that are no word by themselves left out.
    pub fn word(&self, codes: &[Code]) -> Option<WordId> {
        self.dawg
            .rank(codes)
            .filter(|&id| self.flags(id).has(Flags::WORD))
    }

    /// The cost of an uncounted word among the words of its class.
    pub fn class_cost(&self, word: WordId, capital: bool) -> Option<Cost> {
        cost(if capital { self.capital } else { self.lower }, word)
    }

    /// The cost of the word as the left element of a compound.
    pub fn left_cost(&self, word: WordId) -> Option<Cost> {
        cost(self.left, word)
    }

    /// The least that any word costs as the left element of a compound.
    pub fn least_left(&self) -> Cost {
        let least = self.left.iter().min().copied();
        crate::lm::dequantize(least.unwrap_or_default())
    }

    /// The cost of the word as the last element of a compound.
    pub fn right_cost(&self, word: WordId) -> Option<Cost> {
        cost(self.right, word)
    }
}

/// 255 stands for "never".
fn cost(costs: &[u8], word: WordId) -> Option<Cost> {
    costs
        .get(word as usize)
        .filter(|&&q| q != u8::MAX)
        .map(|&q| crate::lm::dequantize(q))
}

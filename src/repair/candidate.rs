//! One reading of a seen form, and how far the search for readings looks.

use super::Basis;
use super::channel::UnitId;
use super::words::Scored;
use crate::lm::Cost;
use crate::text::alphabet::Code;

/// One reading of a seen form.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The meant codes, with their case; a space where a split is proposed.
    pub surface: Box<[Code]>,
    /// How each piece was read, in order.
    pub units: Box<[UnitId]>,
    /// What the language model scores.
    pub words: Few,
    /// What the reading rests on.
    pub basis: Basis,
    /// Cost of what no unit stands for: a lost space, in nats.
    pub extra: Cost,
}

impl Candidate {
    /// Whether the reading is what was seen.
    pub fn is_identity(&self, seen: &[Code]) -> bool {
        *self.surface == *seen
    }

    /// What the channel asks for the reading when units cost `costs`, in nats.
    pub fn channel(&self, costs: &[Cost]) -> Cost {
        let units = self.units.iter().map(|&u| costs[usize::from(u)]);
        self.extra + units.sum::<Cost>()
    }
}

/// None, one or two words: what a token can be read as. Kept in place, since every
/// edge of every lattice holds some.
#[derive(Clone, Copy, Debug)]
pub struct Few {
    words: [Scored; 2],
    len: u8,
}

impl Few {
    /// No word: a mark that stands for nothing, a space.
    pub const NONE: Few = Few {
        words: [Scored { id: 0, within: 0.0 }; 2],
        len: 0,
    };

    /// One word.
    pub const fn one(word: Scored) -> Few {
        Few {
            words: [word; 2],
            len: 1,
        }
    }

    /// Two words.
    pub const fn two(first: Scored, second: Scored) -> Few {
        Few {
            words: [first, second],
            len: 2,
        }
    }
}

impl std::ops::Deref for Few {
    type Target = [Scored];

    fn deref(&self) -> &[Scored] {
        &self.words[..usize::from(self.len)]
    }
}

impl std::ops::DerefMut for Few {
    fn deref_mut(&mut self) -> &mut [Scored] {
        &mut self.words[..usize::from(self.len)]
    }
}

/// Limits of the search.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// States that are followed, at most.
    pub states: usize,
    /// Candidates returned.
    pub most: usize,
    /// How much dearer than the best (channel and prior) a candidate may be, in nats.
    pub range: Cost,
    /// How much dearer than its cheapest reading a form may be read, in nats.
    pub channel: Cost,
    /// Longest form that is looked at, in codes.
    pub longest: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            states: 400,
            most: 8,
            range: 6.0,
            channel: 13.0,
            longest: 48,
        }
    }
}

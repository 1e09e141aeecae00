//! How a word that nobody listed is spelled: a character model.
//!
//! Back-off n-grams of order [`ORDER`] over codes, learned from rare words and
//! names. A word's cost is the sum over its letters and its end, in nats. Words in
//! lower case and words with a capital begin with different start signs, since
//! names are spelled differently from common words.

use super::hashed::{Hashed, Wide};
use super::{Cost, dequantize, dequantize_backoff};
use crate::text::alphabet::Code;

/// Length of the longest n-gram.
pub const ORDER: usize = 5;

/// Ends every word.
pub const END: Code = b' ';

/// What stands before the first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A word in lower case.
    Lower = b'^' as isize,
    /// A word that begins with a capital.
    Capital = b'<' as isize,
}

/// A character model, read in place.
#[derive(Clone, Copy, Debug)]
pub struct CharModel<'m> {
    grams: Hashed<'m, Wide>,
}

/// Cost of a code that was never seen at all.
const UNSEEN: Cost = 12.0;

impl<'m> CharModel<'m> {
    /// Reads a table in place.
    pub fn new(bytes: &'m [u8]) -> Option<Self> {
        Hashed::new(bytes).map(|grams| CharModel { grams })
    }

    /// The cost of a word of lower-case codes, its end included.
    pub fn cost(&self, start: Start, word: &[Code]) -> Cost {
        let mut history = [start as u8, 0, 0, 0, 0];
        let mut len = 1;
        let mut cost = 0.0;
        for &code in word.iter().chain([&END]) {
            cost += self.next(&history[..len], code);
            if len == ORDER - 1 {
                history.copy_within(1..len, 0);
                history[len - 1] = code;
            } else {
                history[len] = code;
                len += 1;
            }
        }
        cost
    }

    /// The cost of `code` after `history` (at most [`ORDER`] − 1 codes).
    pub fn next(&self, history: &[Code], code: Code) -> Cost {
        let mut backoff = 0.0;
        for skip in 0..=history.len() {
            let context = key(&history[skip..]);
            if let Some(payload) = self.grams.get(extend(context, code)) {
                return backoff + dequantize((payload >> 8) as u8);
            }
            if skip < history.len()
                && let Some(payload) = self.grams.get(context)
            {
                backoff += dequantize_backoff(payload as u8);
            }
        }
        backoff + UNSEEN
    }
}

/// The key of an n-gram: its codes, one byte each, in order.
pub fn key(codes: &[Code]) -> u64 {
    codes.iter().fold(0, |key, &code| extend(key, code))
}

fn extend(key: u64, code: Code) -> u64 {
    key << 8 | u64::from(code)
}

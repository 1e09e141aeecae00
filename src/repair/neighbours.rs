//! Words by how they look with a letter missing.

use crate::text::alphabet::Code;
use rustc_hash::{FxHashMap, FxHashSet};

/// Letters of the longest word that is looked up: longer ones are no words, and every one
/// of their letters would cost a key.
pub const LONGEST: usize = 48;

/// Finds words that are an edit away from a form (Garbe's symmetric deletes).
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    /// For each word without one of its letters (and whole) the words it comes from.
    by_key: FxHashMap<Box<[Code]>, Vec<Box<[Code]>>>,
}

impl Neighbours {
    /// One more word, where no key leads to `most` others already.
    pub fn add(&mut self, word: &[Code], most: usize) {
        for key in deletions(word) {
            let words = self.by_key.entry(key).or_default();
            if words.len() < most {
                words.push(word.into());
            }
        }
    }

    /// The words an edit away from a form, the form itself too where it is one of them;
    /// some of them more than once, in no order.
    pub fn of(&self, form: &[Code]) -> impl Iterator<Item = &[Code]> {
        let keys = match self.by_key.is_empty() || form.len() > LONGEST {
            true => FxHashSet::default(),
            false => deletions(form),
        };
        let words = keys.into_iter().filter_map(|key| self.by_key.get(&key));
        words.flatten().map(|word| &**word)
    }
}

/// The word itself and the word without each of its letters in turn: two words that
/// share one of these are at most two edits apart, mostly one.
fn deletions(word: &[Code]) -> FxHashSet<Box<[Code]>> {
    let without = |i: usize| -> Box<[Code]> { [&word[..i], &word[i + 1..]].concat().into() };
    (0..word.len()).map(without).chain([word.into()]).collect()
}

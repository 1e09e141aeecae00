//! Words by how they look with a letter missing.

use crate::text::alphabet::Code;
use rustc_hash::FxHashMap;

/// Letters of the longest word that is looked up: longer ones are no words, and every one
/// of their letters would cost a key.
pub const LONGEST: usize = 48;

/// Finds words that are an edit away from a form (Garbe's symmetric deletes).
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    words: Vec<Box<[Code]>>,
    /// For each word without one of its letters (and whole), by its hash, the words that it
    /// comes from.
    by_key: FxHashMap<u64, Vec<u32>>,
}

impl Neighbours {
    /// One more word, where no key leads to `most` others already.
    pub fn add(&mut self, word: &[Code], most: usize) {
        let number = self.words.len() as u32;
        for_each_key(word, |key| {
            let words = self.by_key.entry(key).or_default();
            if words.len() < most && words.last() != Some(&number) {
                words.push(number);
            }
        });
        self.words.push(word.into());
    }

    /// The words an edit away from a form, the form itself too where it is one of them;
    /// some of them more than once, in no order.
    pub fn of(&self, form: &[Code]) -> impl Iterator<Item = &[Code]> {
        let mut found: Vec<&[Code]> = Vec::new();
        if !self.by_key.is_empty() && form.len() <= LONGEST {
            for_each_key(form, |key| {
                let words = self.by_key.get(&key).into_iter().flatten();
                let words = words.map(|&number| &*self.words[number as usize]);
                found.extend(words.filter(|word| are_near(word, form)));
            });
        }
        found.into_iter()
    }
}

/// Hands over a hash of the word and one of the word without each of its letters in turn:
/// two words that share one of these are at most two edits apart, mostly one.
fn for_each_key(word: &[Code], mut f: impl FnMut(u64)) {
    const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
    let with = |hash: u64, code: Code| hash.wrapping_mul(BASE).wrapping_add(u64::from(code) + 1);
    f(word.iter().fold(0, |hash, &code| with(hash, code)));
    let mut before = 0;
    for (i, &code) in word.iter().enumerate() {
        f(word[i + 1..].iter().fold(before, |hash, &c| with(hash, c)));
        before = with(before, code);
    }
}

/// Whether two words are the same, each perhaps without one of its letters.
fn are_near(a: &[Code], b: &[Code]) -> bool {
    let same = |(x, y): &(&Code, &Code)| x == y;
    let front = a.iter().zip(b).take_while(same).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    match (a, b) {
        ([], []) | ([_], []) | ([], [_]) => true,
        ([_, a_rest @ ..], [.., _]) if *a_rest == b[..b.len() - 1] => true,
        ([.., _], [_, b_rest @ ..]) => a[..a.len() - 1] == *b_rest,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_share_all_but_a_letter_are_near() {
        for (a, b) in [
            ("nujin", "nuyjin"),
            ("nujin", "nuijn"),
            ("anna", "ana"),
            ("anna", "anna"),
            ("ann", "anm"),
            ("a", ""),
            ("abcd", "bcda"),
        ] {
            assert!(are_near(a.as_bytes(), b.as_bytes()), "{a} {b}");
            assert!(are_near(b.as_bytes(), a.as_bytes()), "{b} {a}");
        }
        for (a, b) in [
            ("nujin", "nuxyin"),
            ("ab", ""),
            ("abc", "cba"),
            ("aab", "baa"),
        ] {
            let [keys_a, keys_b] = [a, b].map(|w| {
                let mut keys = Vec::new();
                for_each_key(w.as_bytes(), |k| keys.push(k));
                keys
            });
            let shared = keys_a.iter().any(|k| keys_b.contains(k));
            assert_eq!(are_near(a.as_bytes(), b.as_bytes()), shared, "{a} {b}");
        }
    }
}

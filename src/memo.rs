//! Answers that are kept for those who ask again.
//!
//! Words come back all the time, in a document and from one to the next, and much of what
//! is asked of a word depends on nothing but its letters.

use rustc_hash::{FxBuildHasher, FxHashMap};
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::sync::Mutex;

/// What a pure function answered, by what it was asked. Shared by all threads; bounded, so
/// that a batch of any size takes no more memory for it.
pub struct Memo<K, V> {
    shards: Box<[Shard<K, V>]>,
    /// Answers kept in each shard; a full one is emptied.
    most: usize,
}

type Shard<K, V> = Mutex<FxHashMap<Box<[K]>, V>>;

/// So that threads seldom wait for each other.
const SHARDS: usize = 64;

impl<K: Hash + Eq + Copy, V: Clone> Memo<K, V> {
    /// Keeps about `most` answers.
    pub fn new(most: usize) -> Self {
        Memo {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            most: most.div_ceil(SHARDS),
        }
    }

    /// The answer for `key`: that of an earlier call, or what `find` says now. Two threads
    /// that ask at the same time may both have it found.
    pub fn get_or(&self, key: &[K], find: impl FnOnce() -> V) -> V {
        let shard = &self.shards[FxBuildHasher.hash_one(key) as usize % SHARDS];
        // A thread that panicked left whole answers or none.
        if let Some(known) = shard.lock().ok().and_then(|known| known.get(key).cloned()) {
            return known;
        }
        let found = find();
        if let Ok(mut known) = shard.lock() {
            if known.len() >= self.most {
                known.clear();
            }
            known.insert(key.into(), found.clone());
        }
        found
    }
}

/// As many answers as a language has words that come often.
impl<K: Hash + Eq + Copy, V: Clone> Default for Memo<K, V> {
    fn default() -> Self {
        Memo::new(1 << 15)
    }
}

impl<K, V> fmt::Debug for Memo<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn what_was_asked_is_not_found_again_and_no_more_is_kept_than_said() {
        let memo: Memo<u8, usize> = Memo::new(SHARDS * 2);
        let found = Cell::new(0);
        let ask = |word: &str| {
            memo.get_or(word.as_bytes(), || {
                found.set(found.get() + 1);
                word.len()
            })
        };
        assert_eq!((ask("abc"), ask("abc"), ask("")), (3, 3, 0));
        assert_eq!(found.get(), 2);
        for number in 0..1000 {
            ask(&number.to_string());
        }
        let kept = |shard: &Shard<u8, usize>| shard.lock().unwrap().len();
        assert!(memo.shards.iter().map(kept).max() <= Some(2));
    }
}

//! What compounds are made of: which elements stand on the left, which on the right.

use crate::text::alphabet::Code;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Elements with the number of different compounds they were found in.
#[derive(Default)]
pub struct Elements {
    /// Left elements with their linking letter (`kommun`, `arbetsmarknads`).
    pub left: BTreeMap<Vec<Code>, f64>,
    /// Right elements.
    pub right: BTreeMap<Vec<Code>, f64>,
}

/// Shortest elements, in letters.
pub const SHORTEST_LEFT: usize = 3;
/// Shortest right element, in letters.
pub const SHORTEST_RIGHT: usize = 3;

/// Splits the types that can be split in two known words, each at its best place
/// (two rounds: by how many types an element could be in, then by how many it was
/// chosen for), and counts the elements. `frequency` gives the corpus count of a
/// word; `is_word` whether the lexicon has it.
pub fn learn(
    types: &[Vec<Code>],
    frequency: impl Fn(&[Code]) -> u32,
    is_word: impl Fn(&[Code]) -> bool,
) -> Elements {
    let splits: Vec<(usize, Vec<usize>)> = types
        .iter()
        .enumerate()
        .filter(|(_, w)| w.len() > SHORTEST_LEFT + SHORTEST_RIGHT)
        .map(|(i, w)| {
            let places = SHORTEST_LEFT..=w.len() - SHORTEST_RIGHT;
            let fits = |&at: &usize| {
                let (left, right) = w.split_at(at);
                frequency(right) >= 20 && is_left(left, &frequency, &is_word)
            };
            (i, places.filter(fits).collect::<Vec<_>>())
        })
        .filter(|(_, places)| !places.is_empty())
        .collect();
    let mut left: FxHashMap<&[Code], f64> = FxHashMap::default();
    let mut right: FxHashMap<&[Code], f64> = FxHashMap::default();
    for round in 0..3 {
        let (mut l, mut r) = (FxHashMap::default(), FxHashMap::default());
        for (i, places) in &splits {
            let w = types[*i].as_slice();
            let score = |at: usize| match round {
                0 => 1.0,
                _ => left[&w[..at]].max(0.1) * right[&w[at..]].max(0.1),
            };
            let sum: f64 = places.iter().map(|&at| score(at)).sum();
            for &at in places {
                let share = score(at) / sum;
                *l.entry(&w[..at]).or_insert(0.0) += share;
                *r.entry(&w[at..]).or_insert(0.0) += share;
            }
        }
        (left, right) = (l, r);
    }
    let kept = |elements: FxHashMap<&[Code], f64>, least: f64| {
        elements
            .into_iter()
            .filter(|&(_, n)| n >= least)
            .map(|(e, n)| (e.to_vec(), n))
            .collect()
    };
    Elements {
        left: kept(left, 2.5),
        right: kept(right, 1.5),
    }
}

/// A left element is a frequent word, alone or with a linking s.
fn is_left(
    left: &[Code],
    frequency: &impl Fn(&[Code]) -> u32,
    is_word: &impl Fn(&[Code]) -> bool,
) -> bool {
    let known = |w: &[Code]| w.len() >= SHORTEST_LEFT && frequency(w) >= 5 && is_word(w);
    known(left) || left.split_last().is_some_and(|(&last, stem)| last == b's' && known(stem))
        // "gymnasie-", "kyrko-": a linking vowel in the place of another.
        || left.split_last().is_some_and(|(&last, stem)| {
            matches!(last, b'e' | b'o' | b'u') && [&b"a"[..], b"um", b""].iter().any(|end| known(&[stem, end].concat()))
        })
}

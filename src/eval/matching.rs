//! Which words of one text are found again in another.

use rustc_hash::FxHashMap;

/// A stretch that both texts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// Where it begins in the first text.
    pub a: usize,
    /// Where it begins in the second text.
    pub b: usize,
    /// Its length in words.
    pub len: usize,
}

/// The stretches that two texts share, in order: the longest (the earliest in `a`,
/// then in `b`, where several are as long), then the same to its left and to its
/// right: Ratcliff and Obershelp's algorithm as Python's `difflib.SequenceMatcher`
/// has it without its heuristics, so that judges written in Python count alike.
/// Quadratic for ordinary texts.
///
/// ```
/// use klartext::eval::matching::{Block, blocks};
/// let found = blocks(&["a", "b", "c", "d"], &["b", "c", "x", "d"]);
/// assert_eq!(found, [Block { a: 1, b: 0, len: 2 }, Block { a: 3, b: 3, len: 1 }]);
/// ```
pub fn blocks(a: &[&str], b: &[&str]) -> Vec<Block> {
    let mut places: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (j, word) in b.iter().enumerate() {
        places.entry(word).or_default().push(j);
    }
    let mut found = Vec::new();
    let mut open = vec![(0, a.len(), 0, b.len())];
    while let Some((a0, a1, b0, b1)) = open.pop() {
        let block = longest(a, &places, (a0, a1), (b0, b1));
        if block.len > 0 {
            open.push((a0, block.a, b0, block.b));
            open.push((block.a + block.len, a1, block.b + block.len, b1));
            found.push(block);
        }
    }
    found.sort_unstable();
    found
}

/// The longest stretch within two ranges.
fn longest(
    a: &[&str],
    places: &FxHashMap<&str, Vec<usize>>,
    (a0, a1): (usize, usize),
    (b0, b1): (usize, usize),
) -> Block {
    let mut best = Block {
        a: a0,
        b: b0,
        len: 0,
    };
    // Lengths of the stretches that end with the word before, by where they end in b.
    let mut ending: FxHashMap<usize, usize> = FxHashMap::default();
    for (i, word) in a.iter().enumerate().take(a1).skip(a0) {
        let mut next: FxHashMap<usize, usize> = FxHashMap::default();
        let at = places.get(word).map_or(&[][..], Vec::as_slice);
        for &j in at.iter().filter(|j| (b0..b1).contains(*j)) {
            let before = j.checked_sub(1).and_then(|j| ending.get(&j));
            let len = before.copied().unwrap_or(0) + 1;
            next.insert(j, len);
            if len > best.len {
                best = Block {
                    a: i + 1 - len,
                    b: j + 1 - len,
                    len,
                };
            }
        }
        ending = next;
    }
    best
}

/// For each of `len` words of the first text whether it lies in a block.
pub fn flags(blocks: &[Block], len: usize) -> Vec<bool> {
    let mut flags = vec![false; len];
    for block in blocks {
        flags[block.a..block.a + block.len].fill(true);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(a: &str, b: &str) -> Vec<(usize, usize, usize)> {
        let words = |t| str::split_whitespace(t).collect::<Vec<_>>();
        let found = blocks(&words(a), &words(b));
        found.into_iter().map(|f| (f.a, f.b, f.len)).collect()
    }

    // Expected values from difflib.SequenceMatcher(autojunk=False).
    #[test]
    fn blocks_are_those_of_difflib() {
        assert_eq!(found("", "a"), []);
        assert_eq!(found("a b c", "a b c"), [(0, 0, 3)]);
        // The longest comes first even where two short ones would match more words.
        assert_eq!(found("a x b y z", "b y z a b"), [(2, 0, 3)]);
        // Of equals the earliest.
        assert_eq!(found("a b a b", "a b"), [(0, 0, 2)]);
        assert_eq!(found("a b", "a b a b"), [(0, 0, 2)]);
        assert_eq!(
            found("a b c d e", "a c x e"),
            [(0, 0, 1), (2, 1, 1), (4, 3, 1)]
        );
    }

    #[test]
    fn flags_cover_the_blocks() {
        let block = Block { a: 1, b: 0, len: 2 };
        assert_eq!(flags(&[block], 4), [false, true, true, false]);
    }
}

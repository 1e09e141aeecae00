//! A minimal acyclic automaton over codes that numbers its words.
//!
//! Two `u64` an edge, read in place. The first: label (8 bits), *final* (the word may end
//! here), *last* (no sibling follows), target (21 bits), skip (21 bits: how many
//! words the earlier siblings hold) and two outlooks (6 bits each). Adding up skips
//! along a word's path gives its rank in sorted order, a minimal perfect hash. Built
//! by the incremental method of Daciuk, Mihov, Watson and Watson (2000); the
//! numbering is Lucchesi and Kowaltowski's (1993). Walking costs one load per sibling
//! looked at.
//!
//! An outlook is the least that any word through the edge costs, which lets a search
//! leave out what cannot become good enough (the look-ahead of weighted automata,
//! Mohri, Pereira and Riley 2002). It is kept apart by how many letters the word goes on
//! for (the second `u64`, a byte each): near the root all that is common is short, and a
//! form that has many letters to come should not be encouraged by it. The outlooks of the
//! first `u64` are those of words that end early and are followed by another.

use crate::lm::Cost;
use crate::text::alphabet::Code;
use rustc_hash::FxHashMap;

const FINAL: u64 = 1 << 8;
const LAST: u64 = 1 << 9;
const TARGET: u32 = 10;
const SKIP: u32 = 31;
const FIELD: u64 = (1 << 21) - 1;
const CUTS: [u32; 2] = [52, 58];
const CUT: u64 = (1 << 6) - 1;

/// Bytes of an edge.
const EDGE: usize = 16;

/// How many letters a word goes on for behind an edge at most, by class; the last class
/// has no end. As a word, and as what follows in a compound.
const CLASSES: [&[usize]; 2] = [&[1, 3, 5, 8, usize::MAX], &[2, 5, usize::MAX]];

/// Where the classes of a kind begin in the second `u64`.
const FIRST: [usize; 2] = [0, 5];

/// Outlooks are kept in steps of a third of a nat, rounded down; the last step stands for
/// all that is dearer, and for never.
const STEP: Cost = 1.0 / 3.0;

/// How many letters a form still has for a word, as classes.
#[derive(Clone, Copy, Debug)]
pub struct Ahead {
    /// First and last class, as a word and as what follows in a compound.
    classes: [(u8, u8); 2],
    /// Whether the word may end early and another follow.
    may_end: bool,
}

impl Ahead {
    /// For words that go on for `fewest` to `most` letters, or end before the form does if
    /// it `may_end`.
    pub fn new(fewest: usize, most: usize, may_end: bool) -> Ahead {
        let class = |k: usize, letters: usize| {
            CLASSES[k]
                .iter()
                .take_while(|&&most| most < letters)
                .count() as u8
        };
        Ahead {
            classes: [0, 1].map(|k| (class(k, fewest), class(k, most))),
            may_end,
        }
    }

    /// For any word.
    pub fn any() -> Ahead {
        Ahead::new(0, usize::MAX, true)
    }
}

/// A read-only automaton over bytes laid out by [`build`].
#[derive(Clone, Copy, Debug)]
pub struct Dawg<'m> {
    edges: &'m [u8],
    root: u32,
}

/// A place in the automaton: where its edges begin, and how many words come
/// before those that go through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    first: u32,
    rank: u32,
}

/// One step from a node, unpacked only as far as it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    raw: u64,
    /// Outlooks by class.
    below: [u8; 8],
    /// How many words come before those of the node.
    rank: u32,
}

impl Edge {
    /// The code that the step reads.
    #[inline]
    pub fn label(self) -> Code {
        self.raw as u8
    }

    /// The word that ends after this step, by rank.
    #[inline]
    pub fn word(self) -> Option<u32> {
        (self.raw & FINAL != 0).then(|| self.skipped())
    }

    /// Where the step leads; `None` where nothing longer exists.
    #[inline]
    pub fn node(self) -> Option<Node> {
        let first = (self.raw >> TARGET & FIELD) as u32;
        (first != 0).then(|| Node {
            first,
            rank: self.skipped() + u32::from(self.raw & FINAL != 0),
        })
    }

    /// The least that a word through this step costs, in nats, rounded down: as a
    /// word (0), and as what follows in a compound (1). 0 before [`annotate`].
    #[inline]
    pub fn outlook(self, k: usize, ahead: &Ahead) -> Cost {
        let (first, last) = ahead.classes[k];
        let classes = FIRST[k] + usize::from(first)..=FIRST[k] + usize::from(last);
        let mut least = self.below[classes].iter().copied().fold(u8::MAX, u8::min);
        if ahead.may_end {
            least = least.min((self.raw >> CUTS[k] & CUT) as u8);
        }
        Cost::from(least) * STEP
    }

    fn skipped(self) -> u32 {
        self.rank + (self.raw >> SKIP & FIELD) as u32
    }
}

impl<'m> Dawg<'m> {
    /// Reads the layout that [`build`] wrote; `None` where it is not one.
    pub fn new(bytes: &'m [u8]) -> Option<Self> {
        let (head, edges) = bytes.split_first_chunk::<4>()?;
        let root = u32::from_le_bytes(*head);
        let sound = edges.len() % EDGE == 0 && (root as usize) < edges.len() / EDGE;
        sound.then_some(Dawg { edges, root })
    }

    /// Where every word begins.
    pub fn root(&self) -> Node {
        Node {
            first: self.root,
            rank: 0,
        }
    }

    /// The steps that lead on from `node`, by label.
    #[inline]
    pub fn edges(self, node: Node) -> impl Iterator<Item = Edge> + use<'m> {
        let mut next = Some(node.first as usize);
        std::iter::from_fn(move || {
            let at = next?;
            let (raw, below) = self.raw(at);
            next = (raw & LAST == 0).then_some(at + 1);
            Some(Edge {
                raw,
                below,
                rank: node.rank,
            })
        })
    }

    /// The step that reads `label`.
    #[inline]
    pub fn step(self, node: Node, label: Code) -> Option<Edge> {
        self.edges(node)
            .take_while(|e| e.label() <= label)
            .find(|e| e.label() == label)
    }

    /// The rank of `word` among all words, if it is one.
    pub fn rank(&self, word: &[Code]) -> Option<u32> {
        let (&last, front) = word.split_last()?;
        let mut node = self.root();
        for &label in front {
            node = self.step(node, label)?.node()?;
        }
        self.step(node, last)?.word()
    }

    #[inline]
    fn raw(self, at: usize) -> (u64, [u8; 8]) {
        let edge = self.edges.get(at * EDGE..at * EDGE + EDGE);
        match edge.and_then(|e| e.split_first_chunk::<8>()) {
            Some((raw, below)) => (
                u64::from_le_bytes(*raw),
                below.try_into().unwrap_or_default(),
            ),
            None => (LAST, [0; 8]),
        }
    }
}

/// What a word costs: by itself, and at least where another follows it; as a word (first)
/// and as what follows in a compound. Infinite where it is not used so.
pub type Costs = [[Cost; 2]; 2];

/// Writes the outlooks into an automaton. `costs` gives those of each word, by rank.
/// Linear in the letters of all words; bytes that are no automaton stay as they are.
pub fn annotate(bytes: &mut [u8], costs: impl Fn(u32) -> Costs) {
    let Some(dawg) = Dawg::new(bytes) else { return };
    let mut least = vec![Below::NOTHING; dawg.edges.len() / EDGE];
    below(dawg, dawg.root(), &costs, &mut least);
    for (edge, least) in bytes[4..].chunks_exact_mut(EDGE).zip(least) {
        let (raw, classes) = edge.split_at_mut(8);
        let mut first = u64::from_le_bytes((&*raw).try_into().unwrap_or_default());
        for (k, at) in CUTS.into_iter().enumerate() {
            let cut = u64::from(least.cut[k]).min(CUT);
            first = first & !(CUT << at) | cut << at;
        }
        raw.copy_from_slice(&first.to_le_bytes());
        for k in [0, 1] {
            let mut from = 0;
            for (class, &to) in CLASSES[k].iter().enumerate() {
                let to = to.min(LETTERS - 1);
                let costs = &least.ends[k][from..=to];
                classes[FIRST[k] + class] = costs.iter().copied().fold(u8::MAX, u8::min);
                from = to + 1;
            }
        }
    }
}

/// Letters that are told apart behind an edge.
const LETTERS: usize = 10;

/// The least costs of the words behind an edge, in steps.
#[derive(Clone, Copy, Debug)]
struct Below {
    /// By how many letters the word goes on for; the last stands for more too.
    ends: [[u8; LETTERS]; 2],
    /// Of words that another follows.
    cut: [u8; 2],
}

impl Below {
    const NOTHING: Below = Below {
        ends: [[u8::MAX; LETTERS]; 2],
        cut: [u8::MAX; 2],
    };

    fn add(&mut self, other: &Below) {
        let ends = self.ends.iter_mut().flatten();
        let ends = ends.zip(other.ends.iter().flatten());
        let cut = self.cut.iter_mut().zip(&other.cut);
        ends.chain(cut).for_each(|(a, &b)| *a = (*a).min(b));
    }

    /// The same seen from a letter before.
    fn before(&self) -> Below {
        let mut before = *self;
        for (ends, behind) in before.ends.iter_mut().zip(&self.ends) {
            ends[0] = u8::MAX;
            ends[1..].copy_from_slice(&behind[..LETTERS - 1]);
            ends[LETTERS - 1] = ends[LETTERS - 1].min(behind[LETTERS - 1]);
        }
        before
    }
}

/// The least costs of the words below a node, noted for every edge on the way.
fn below(dawg: Dawg<'_>, node: Node, costs: &impl Fn(u32) -> Costs, least: &mut [Below]) -> Below {
    let steps = |cost: Cost| (cost / STEP).min(Cost::from(u8::MAX)) as u8;
    let mut all = Below::NOTHING;
    for (i, edge) in dawg.edges(node).enumerate() {
        let mut here = Below::NOTHING;
        if let Some(word) = edge.word() {
            for (k, [whole, cut]) in costs(word).into_iter().enumerate() {
                (here.ends[k][0], here.cut[k]) = (steps(whole), steps(cut));
            }
        }
        if let Some(next) = edge.node() {
            here.add(&below(dawg, next, costs, least).before());
        }
        least[node.first as usize + i].add(&here);
        all.add(&here);
    }
    all
}

/// Lays out an automaton for `words`, which are sorted, distinct and not empty.
/// Linear in the letters; holds one record for each distinct node.
pub fn build<'w>(words: impl IntoIterator<Item = &'w [Code]>) -> Vec<u8> {
    let mut builder = Builder::default();
    for word in words {
        builder.add(word);
    }
    builder.finish()
}

/// A node under construction: its edges and, per edge, the words below it.
#[derive(Default, Clone)]
struct Draft {
    edges: Vec<DraftEdge>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct DraftEdge {
    label: Code,
    is_final: bool,
    target: u32,
    words: u32,
}

struct Builder {
    /// Edge 0 is a sentinel, so that target 0 can mean "none".
    edges: Vec<u64>,
    known: FxHashMap<Vec<DraftEdge>, (u32, u32)>,
    path: Vec<Draft>,
    word: Vec<Code>,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            edges: vec![LAST],
            known: FxHashMap::default(),
            path: vec![Draft::default()],
            word: Vec::new(),
        }
    }
}

impl Builder {
    fn add(&mut self, word: &[Code]) {
        let common = self
            .word
            .iter()
            .zip(word)
            .take_while(|(a, b)| a == b)
            .count();
        self.freeze(common);
        for &label in &word[common..] {
            let edge = DraftEdge {
                label,
                is_final: false,
                target: 0,
                words: 0,
            };
            if let Some(node) = self.path.last_mut() {
                node.edges.push(edge);
            }
            self.path.push(Draft::default());
        }
        let parent = self.path.len() - 2;
        if let Some(edge) = self.path[parent].edges.last_mut() {
            edge.is_final = true;
        }
        self.word = word.to_vec();
    }

    /// Nodes deeper than `depth` will not change any more: share or write them.
    fn freeze(&mut self, depth: usize) {
        while self.path.len() > depth + 1 {
            let Some(node) = self.path.pop() else { return };
            let (target, words) = self.place(node);
            let parent = self.path.len() - 1;
            if let Some(edge) = self.path[parent].edges.last_mut() {
                edge.target = target;
                edge.words = words + u32::from(edge.is_final);
            }
        }
    }

    /// Where the node stands, and how many words it holds.
    fn place(&mut self, node: Draft) -> (u32, u32) {
        if node.edges.is_empty() {
            return (0, 0);
        }
        if let Some(&found) = self.known.get(&node.edges) {
            return found;
        }
        let first = self.edges.len() as u32;
        let mut skip = 0;
        for (i, edge) in node.edges.iter().enumerate() {
            let mut raw = u64::from(edge.label);
            raw |= if edge.is_final { FINAL } else { 0 };
            raw |= if i + 1 == node.edges.len() { LAST } else { 0 };
            raw |= u64::from(edge.target) << TARGET | u64::from(skip) << SKIP;
            self.edges.push(raw);
            skip += edge.words;
        }
        self.known.insert(node.edges, (first, skip));
        (first, skip)
    }

    fn finish(mut self) -> Vec<u8> {
        self.freeze(0);
        let root = self.path.pop().unwrap_or_default();
        let (first, _) = self.place(root);
        let mut out = first.to_le_bytes().to_vec();
        let both = self.edges.iter().flat_map(|&raw| [raw, 0]);
        out.extend(both.flat_map(u64::to_le_bytes));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Vec<Vec<u8>> {
        let mut words: Vec<Vec<u8>> = [
            "får",
            "får",
            "fåra",
            "för",
            "förslag",
            "förslagen",
            "slag",
            "slagen",
            "å",
        ]
        .iter()
        .map(|w| crate::text::alphabet::encode_str(w))
        .collect();
        words.sort();
        words.dedup();
        words
    }

    #[test]
    fn ranks_are_the_sorted_order_and_strangers_have_none() {
        let words = words();
        let bytes = build(words.iter().map(Vec::as_slice));
        let dawg = Dawg::new(&bytes).unwrap();
        for (i, word) in words.iter().enumerate() {
            assert_eq!(dawg.rank(word), Some(i as u32));
        }
        for stranger in ["f", "fö", "förslagens", "", "slage"] {
            assert_eq!(
                dawg.rank(&crate::text::alphabet::encode_str(stranger)),
                None
            );
        }
    }

    #[test]
    fn walking_visits_each_word_once() {
        fn walk(dawg: Dawg, node: Node, found: &mut Vec<u32>) {
            for edge in dawg.edges(node) {
                found.extend(edge.word());
                if let Some(node) = edge.node() {
                    walk(dawg, node, found);
                }
            }
        }
        let bytes = build(words().iter().map(Vec::as_slice));
        let dawg = Dawg::new(&bytes).unwrap();
        let mut found = Vec::new();
        walk(dawg, dawg.root(), &mut found);
        assert_eq!(found, (0..words().len() as u32).collect::<Vec<_>>());
    }

    #[test]
    fn outlooks_never_promise_more_than_a_word_keeps() {
        let words = words();
        let mut bytes = build(words.iter().map(Vec::as_slice));
        let cost = |rank: u32| {
            let right = if rank == 5 { 2.0 } else { Cost::INFINITY };
            [[rank as Cost, 20.0], [right, Cost::INFINITY]]
        };
        annotate(&mut bytes, cost);
        let dawg = Dawg::new(&bytes).unwrap();
        let whole = u64::from_le_bytes(bytes[4..12].try_into().unwrap());
        assert_eq!(whole & FIELD << TARGET, 0, "the sentinel stays one");
        for (rank, word) in words.iter().enumerate() {
            assert_eq!(dawg.rank(word), Some(rank as u32), "ranks are as before");
            let mut node = Some(dawg.root());
            for (i, &label) in word.iter().enumerate() {
                let edge = dawg.step(node.unwrap(), label).unwrap();
                let left = word.len() - i - 1;
                assert!(edge.outlook(0, &Ahead::new(left, left, false)) <= rank as Cost);
                assert!(edge.outlook(0, &Ahead::any()) <= rank as Cost);
                node = edge.node();
            }
        }
        let first = dawg.step(dawg.root(), words[5][0]).unwrap();
        assert!(first.outlook(0, &Ahead::any()) <= 5.0);
        assert!((first.outlook(1, &Ahead::any()) - 2.0).abs() < STEP);
        let short = Ahead::new(0, 1, false);
        assert!(
            first.outlook(0, &short) > 20.0,
            "no word begins so and is short"
        );
        assert!((first.outlook(0, &Ahead::new(0, 1, true)) - 20.0).abs() < STEP);
    }

    #[test]
    fn damaged_bytes_are_refused_or_harmless() {
        assert!(Dawg::new(&[1, 2]).is_none());
        let mut bytes = build(words().iter().map(Vec::as_slice));
        bytes.truncate(bytes.len() - EDGE);
        if let Some(dawg) = Dawg::new(&bytes) {
            let _ = dawg.rank(b"slagen");
        }
    }
}

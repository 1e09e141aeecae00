//! A minimal acyclic automaton over codes that numbers its words.
//!
//! One `u64` an edge, read in place: label (8 bits), *final* (the word may end
//! here), *last* (no sibling follows), target (21 bits), skip (21 bits: how many
//! words the earlier siblings hold) and two outlooks (6 bits each). Adding up skips
//! along a word's path gives its rank in sorted order, a minimal perfect hash. Built
//! by the incremental method of Daciuk, Mihov, Watson and Watson (2000); the
//! numbering is Lucchesi and Kowaltowski's (1993). Walking costs one load per sibling
//! looked at.
//!
//! An outlook is the least that any word through the edge costs, which lets a search
//! leave out what cannot become good enough (the look-ahead of weighted automata,
//! Mohri, Pereira and Riley 2002).

use crate::lm::Cost;
use crate::text::alphabet::Code;
use rustc_hash::FxHashMap;

const FINAL: u64 = 1 << 8;
const LAST: u64 = 1 << 9;
const TARGET: u32 = 10;
const SKIP: u32 = 31;
const FIELD: u64 = (1 << 21) - 1;
const OUTLOOKS: [u32; 2] = [52, 58];
const OUTLOOK: u64 = (1 << 6) - 1;

/// Outlooks are kept in steps of a third of a nat, rounded down.
const STEP: Cost = 1.0 / 3.0;

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

/// A set of codes, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Labels([u64; 4]);

impl Labels {
    /// Whether `label` is among them.
    #[inline]
    pub fn has(&self, label: Code) -> bool {
        self.0[usize::from(label >> 6)] >> (label & 63) & 1 == 1
    }
}

/// One step from a node.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The code that the step reads.
    pub label: Code,
    /// The word that ends after this step, by rank.
    pub word: Option<u32>,
    /// Where the step leads; `None` where nothing longer exists.
    pub node: Option<Node>,
    /// The least that a word through this step costs, in nats, rounded down: as a
    /// word, and as what follows in a compound. 0 before [`annotate`].
    pub outlook: [Cost; 2],
}

impl<'m> Dawg<'m> {
    /// Reads the layout that [`build`] wrote; `None` where it is not one.
    pub fn new(bytes: &'m [u8]) -> Option<Self> {
        let (head, edges) = bytes.split_first_chunk::<4>()?;
        let root = u32::from_le_bytes(*head);
        let sound = edges.len() % 8 == 0 && (root as usize) < edges.len() / 8;
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
    pub fn edges(self, node: Node) -> impl Iterator<Item = Edge> + use<'m> {
        let mut next = Some(node.first as usize);
        std::iter::from_fn(move || {
            let at = next?;
            let raw = self.raw(at);
            next = (raw & LAST == 0).then_some(at + 1);
            Some(edge(raw, node.rank))
        })
    }

    /// Which labels lead on from `node`.
    #[inline]
    pub fn labels(&self, node: Node) -> Labels {
        let mut labels = Labels::default();
        let mut at = node.first as usize;
        loop {
            let raw = self.raw(at);
            labels.0[usize::from(raw as u8 >> 6)] |= 1 << (raw & 63);
            if raw & LAST != 0 {
                return labels;
            }
            at += 1;
        }
    }

    /// The step that reads `label`.
    pub fn step(&self, node: Node, label: Code) -> Option<Edge> {
        let mut at = node.first as usize;
        loop {
            let raw = self.raw(at);
            if raw as u8 == label {
                return Some(edge(raw, node.rank));
            }
            if raw & LAST != 0 || raw as u8 > label {
                return None;
            }
            at += 1;
        }
    }

    /// The rank of `word` among all words, if it is one.
    pub fn rank(&self, word: &[Code]) -> Option<u32> {
        let (&last, front) = word.split_last()?;
        let mut node = self.root();
        for &label in front {
            node = self.step(node, label)?.node?;
        }
        self.step(node, last)?.word
    }

    fn raw(&self, at: usize) -> u64 {
        match self.edges.get(at * 8..at * 8 + 8) {
            Some(bytes) => u64::from_le_bytes(bytes.try_into().unwrap_or_default()),
            None => LAST,
        }
    }
}

fn edge(raw: u64, rank: u32) -> Edge {
    let rank = rank + (raw >> SKIP & FIELD) as u32;
    let is_final = raw & FINAL != 0;
    let target = (raw >> TARGET & FIELD) as u32;
    Edge {
        label: raw as u8,
        word: is_final.then_some(rank),
        node: (target != 0).then_some(Node {
            first: target,
            rank: rank + u32::from(is_final),
        }),
        outlook: OUTLOOKS.map(|at| (raw >> at & OUTLOOK) as Cost * STEP),
    }
}

/// Writes the outlooks into an automaton: for each word, by rank, its cost as a word
/// and as what follows in a compound (infinite where it is neither). Linear in the
/// letters of all words; bytes that are no automaton stay as they are.
pub fn annotate(bytes: &mut [u8], costs: impl Fn(u32) -> [Cost; 2]) {
    let Some(dawg) = Dawg::new(bytes) else { return };
    let mut least = vec![[OUTLOOK; 2]; dawg.edges.len() / 8];
    below(dawg, dawg.root(), &costs, &mut least);
    for (raw, least) in bytes[4..].chunks_exact_mut(8).zip(least) {
        let mut edge = u64::from_le_bytes(raw.try_into().unwrap_or_default());
        for (at, q) in OUTLOOKS.into_iter().zip(least) {
            edge = edge & !(OUTLOOK << at) | q << at;
        }
        raw.copy_from_slice(&edge.to_le_bytes());
    }
}

/// The least cost of the words below a node, noted for every edge on the way.
fn below(
    dawg: Dawg<'_>,
    node: Node,
    costs: &impl Fn(u32) -> [Cost; 2],
    least: &mut [[u64; 2]],
) -> [u64; 2] {
    let mut all = [OUTLOOK; 2];
    for (i, edge) in dawg.edges(node).enumerate() {
        let mut here = edge.word.map_or([OUTLOOK; 2], |word| {
            costs(word).map(|c| ((c / STEP) as u64).min(OUTLOOK))
        });
        if let Some(next) = edge.node {
            here = both(here, below(dawg, next, costs, least));
        }
        let known = &mut least[node.first as usize + i];
        *known = both(*known, here);
        all = both(all, here);
    }
    all
}

fn both(a: [u64; 2], b: [u64; 2]) -> [u64; 2] {
    [a[0].min(b[0]), a[1].min(b[1])]
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
        out.extend(self.edges.iter().flat_map(|e| e.to_le_bytes()));
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
                found.extend(edge.word);
                if let Some(node) = edge.node {
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
        let cost = |rank: u32| [rank as Cost, if rank == 5 { 2.0 } else { Cost::INFINITY }];
        annotate(&mut bytes, cost);
        let dawg = Dawg::new(&bytes).unwrap();
        let whole = u64::from_le_bytes(bytes[4..12].try_into().unwrap());
        assert_eq!(whole & FIELD << TARGET, 0, "the sentinel stays one");
        for (rank, word) in words.iter().enumerate() {
            assert_eq!(dawg.rank(word), Some(rank as u32), "ranks are as before");
            let mut node = Some(dawg.root());
            for &label in word {
                let edge = dawg.step(node.unwrap(), label).unwrap();
                assert!(edge.outlook[0] <= rank as Cost);
                node = edge.node;
            }
        }
        let first = dawg.step(dawg.root(), words[5][0]).unwrap();
        assert!(first.outlook[0] <= 5.0);
        assert!((first.outlook[1] - 2.0).abs() < STEP);
    }

    #[test]
    fn damaged_bytes_are_refused_or_harmless() {
        assert!(Dawg::new(&[1, 2]).is_none());
        let mut bytes = build(words().iter().map(Vec::as_slice));
        bytes.truncate(bytes.len() - 8);
        if let Some(dawg) = Dawg::new(&bytes) {
            let _ = dawg.rank(b"slagen");
        }
    }
}

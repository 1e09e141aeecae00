//! A minimal acyclic automaton over codes that numbers its words.
//!
//! One `u64` an edge, read in place: label (8 bits), *final* (the word may end
//! here), *last* (no sibling follows), target (24 bits) and skip (24 bits: how many
//! words the earlier siblings hold). Adding up skips along a word's path gives its
//! rank in sorted order, a minimal perfect hash. Built by the incremental method of
//! Daciuk, Mihov, Watson and Watson (2000); the numbering is Lucchesi and
//! Kowaltowski's (1993). Walking costs one load per sibling looked at.

use crate::text::alphabet::Code;
use rustc_hash::FxHashMap;

const FINAL: u64 = 1 << 8;
const LAST: u64 = 1 << 9;
const TARGET: u32 = 10;
const SKIP: u32 = 34;
const FIELD: u64 = (1 << 24) - 1;

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

/// One step from a node.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The code that the step reads.
    pub label: Code,
    /// The word that ends after this step, by rank.
    pub word: Option<u32>,
    /// Where the step leads; `None` where nothing longer exists.
    pub node: Option<Node>,
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
    }
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
    fn damaged_bytes_are_refused_or_harmless() {
        assert!(Dawg::new(&[1, 2]).is_none());
        let mut bytes = build(words().iter().map(Vec::as_slice));
        bytes.truncate(bytes.len() - 8);
        if let Some(dawg) = Dawg::new(&bytes) {
            let _ = dawg.rank(b"slagen");
        }
    }
}

//! The blocks of a page of ALTO, inside each other, and the order they are read in.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// The blocks of one page, as the file has them.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    /// Blocks that hold others and are open, outermost first.
    open: Vec<usize>,
    /// For each region its block, and which part of the page that lies in.
    regions: Vec<(usize, usize)>,
}

/// A block of text, or one of blocks.
#[derive(Debug)]
struct Block {
    id: Option<String>,
    /// The id of the block that is read next (`IDNEXT`).
    next: Option<String>,
    parent: Option<usize>,
    /// The regions that lie in it.
    regions: Range<usize>,
}

impl Blocks {
    /// Begins a block of blocks.
    pub(super) fn open(&mut self, id: Option<String>, next: Option<String>) {
        self.add(id, next, 0);
        self.open.push(self.blocks.len() - 1);
    }

    /// Ends it.
    pub(super) fn close(&mut self) {
        if let Some(at) = self.open.pop() {
            self.blocks[at].regions.end = self.regions.len();
        }
    }

    /// Adds a block of text: the page's next region. `part` is its part of the page.
    pub(super) fn text(&mut self, id: Option<String>, next: Option<String>, part: usize) {
        self.add(id, next, 1);
        self.regions.push((self.blocks.len() - 1, part));
    }

    fn add(&mut self, id: Option<String>, next: Option<String>, regions: usize) {
        let at = self.regions.len();
        self.blocks.push(Block {
            id,
            next,
            parent: self.open.last().copied(),
            regions: at..at + regions,
        });
    }

    /// How many regions there are.
    pub(super) fn len(&self) -> usize {
        self.regions.len()
    }

    /// The regions in reading order: as `listed`, the place of each id, says, where it
    /// has any; else behind the blocks that point at them; else as they lie in the parts
    /// of the page and in the file.
    pub(super) fn order(&mut self, listed: &FxHashMap<String, usize>) -> Vec<usize> {
        while !self.open.is_empty() {
            self.close();
        }
        let mut order: Vec<usize> = (0..self.regions.len()).collect();
        // The innermost id that is listed; a block stands for what is inside.
        let place = |at: usize| {
            let mut ids = self.around(at).filter_map(|b| self.blocks[b].id.as_ref());
            ids.find_map(|id| listed.get(id)).copied()
        };
        let places: Vec<usize> = match listed.is_empty() {
            true => Vec::new(),
            false => order
                .iter()
                .map(|&at| place(at).unwrap_or(usize::MAX))
                .collect(),
        };
        order.sort_by_key(|&at| (places.get(at), self.regions[at].1));
        let is_listed = places.iter().any(|place| *place != usize::MAX);
        if is_listed || self.blocks.iter().all(|block| block.next.is_none()) {
            return order;
        }
        self.chained(&order)
    }

    /// A region's block and those around it, from inside outwards.
    fn around(&self, region: usize) -> impl Iterator<Item = usize> + '_ {
        let first = Some(self.regions[region].0);
        std::iter::successors(first, |&block| self.blocks[block].parent)
    }

    /// `order`, but what a block points at comes right behind all that is in the block.
    /// Each region comes once, whatever circles the pointers make.
    fn chained(&self, order: &[usize]) -> Vec<usize> {
        let next = self.pointers();
        let mut is_awaited = vec![false; self.regions.len()];
        let mut is_target = vec![false; self.blocks.len()];
        for &to in next.iter().flatten() {
            if !std::mem::replace(&mut is_target[to], true) {
                is_awaited[self.blocks[to].regions.clone()].fill(true);
            }
        }
        let mut left: Vec<usize> = self.blocks.iter().map(|b| b.regions.len()).collect();
        let mut is_done = vec![false; self.regions.len()];
        let mut chained = Vec::with_capacity(order.len());
        let heads = order.iter().filter(|&&at| !is_awaited[at]);
        // Circles have no head: they begin with what comes first in them.
        for &head in heads.chain(order) {
            // What is to come, the next on top.
            let mut ahead = vec![head];
            while let Some(at) = ahead.pop() {
                if std::mem::replace(&mut is_done[at], true) {
                    continue;
                }
                chained.push(at);
                let mut found = Vec::new();
                for block in self.around(at) {
                    left[block] -= 1;
                    let target = next[block].filter(|_| left[block] == 0);
                    // The second time all of it is done, or on its way.
                    if let Some(to) = target.filter(|&to| std::mem::take(&mut is_target[to])) {
                        found.push(self.blocks[to].regions.clone());
                    }
                }
                ahead.extend(found.into_iter().rev().flat_map(Iterator::rev));
            }
        }
        chained
    }

    /// For each block the one it points at, if that is another with something in it.
    fn pointers(&self) -> Vec<Option<usize>> {
        let mut by_id: FxHashMap<&str, usize> = FxHashMap::default();
        for (at, block) in self.blocks.iter().enumerate() {
            if let Some(id) = &block.id {
                by_id.entry(id).or_insert(at);
            }
        }
        let target = |block: &Block| {
            let to = *by_id.get(block.next.as_deref()?)?;
            let (from, there) = (&block.regions, &self.blocks[to].regions);
            let is_apart = from.end <= there.start || there.end <= from.start;
            (is_apart && !from.is_empty() && !there.is_empty()).then_some(to)
        };
        self.blocks.iter().map(target).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks as `id`, `id>next`, `(id` or `(id>next`, and `)`.
    fn order(blocks: &str) -> String {
        let mut page = Blocks::default();
        let mut names = Vec::new();
        for block in blocks.split_whitespace() {
            let (id, next) = match block.split_once('>') {
                Some((id, next)) => (id, Some(next.to_owned())),
                None => (block, None),
            };
            match id.strip_prefix('(') {
                _ if id == ")" => page.close(),
                Some(id) => page.open(Some(id.to_owned()), next),
                None => {
                    names.push(id);
                    page.text(Some(id.to_owned()), next, 0);
                }
            }
        }
        let order = page.order(&FxHashMap::default());
        let names: Vec<&str> = order.into_iter().map(|at| names[at]).collect();
        names.join(" ")
    }

    #[test]
    fn blocks_come_behind_those_that_point_at_them() {
        assert_eq!(order("a b c"), "a b c");
        assert_eq!(order("c a>b b>c d"), "a b c d");
        assert_eq!(order("head b>c x a>b c"), "head x a b c");
        assert_eq!(order("d (C>d x y ) a>C"), "a x y d");
        assert_eq!(order("(C p>q r ) (D q>r s )"), "p q r s");
        assert_eq!(order("a>nowhere b>b c"), "a b c");
        assert_eq!(order("(C>x x y ) z"), "x y z");
    }

    #[test]
    fn circles_are_gone_round_once() {
        assert_eq!(order("a>b b>a"), "a b");
        assert_eq!(order("h>b a>c c>b b>a"), "h b a c");
        assert_eq!(order("(C>D a ) (D>C b )"), "a b");
        let many: String = (0..2000)
            .map(|n| format!("b{n}>b{} ", (n + 7) % 2000))
            .collect();
        assert_eq!(order(&many).split(' ').count(), 2000);
    }
}

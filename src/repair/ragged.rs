//! Rows of unequal length in one piece of memory.

use std::ops::{Index, IndexMut};

/// Rows of `T`, by index a slice each.
#[derive(Clone, Debug, PartialEq)]
pub struct Ragged<T> {
    items: Vec<T>,
    /// Where each row ends.
    ends: Vec<u32>,
}

impl<T> Default for Ragged<T> {
    fn default() -> Self {
        Ragged {
            items: Vec::new(),
            ends: Vec::new(),
        }
    }
}

impl<T> Ragged<T> {
    /// Appends to the row under way.
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Ends the row under way.
    pub fn end_row(&mut self) {
        self.ends.push(self.items.len() as u32);
    }

    /// The number of items in the row under way.
    pub fn pending(&self) -> usize {
        self.items.len() - self.ends.last().copied().unwrap_or(0) as usize
    }

    /// The number of rows that are ended.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Rows of the same lengths, filled with one value.
    pub fn like<U: Clone>(&self, value: U) -> Ragged<U> {
        Ragged {
            items: vec![value; self.items.len()],
            ends: self.ends.clone(),
        }
    }

    /// The rows in order.
    pub fn rows(&self) -> impl Iterator<Item = &[T]> {
        (0..self.len()).map(|i| &self[i])
    }

    fn bounds(&self, row: usize) -> std::ops::Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[row] as usize
    }
}

impl<T> Index<usize> for Ragged<T> {
    type Output = [T];

    fn index(&self, row: usize) -> &[T] {
        &self.items[self.bounds(row)]
    }
}

impl<T> IndexMut<usize> for Ragged<T> {
    fn index_mut(&mut self, row: usize) -> &mut [T] {
        let bounds = self.bounds(row);
        &mut self.items[bounds]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_lengths() {
        let mut ragged = Ragged::default();
        for row in [&[1, 2][..], &[], &[3]] {
            row.iter().for_each(|&x| ragged.push(x));
            ragged.end_row();
        }
        assert_eq!(ragged.rows().collect::<Vec<_>>(), [&[1, 2][..], &[], &[3]]);
        let mut other = ragged.like(0.5);
        other[2][0] = 1.0;
        assert_eq!(
            other.rows().collect::<Vec<_>>(),
            [&[0.5, 0.5][..], &[], &[1.0]]
        );
    }
}

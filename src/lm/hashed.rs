//! A hash table of n-grams that keeps a fingerprint instead of the n-gram.
//!
//! Open addressing over `u32` slots, read in place: one cache line answers almost
//! every look-up. What a slot holds beside its fingerprint is up to the table:
//! [`Wide`] n-grams carry a cost and a back-off (16-bit fingerprint), [`Narrow`]
//! ones a cost alone (24 bits). A stranger is taken for a stored n-gram with a
//! probability of about 5·10⁻⁵ and 2·10⁻⁷: the trade of Talbot and Osborne's
//! randomised language models (2007).

use std::marker::PhantomData;

/// How a slot is divided.
pub trait Layout {
    /// Bits of the slot that hold the payload; the rest is fingerprint.
    const PAYLOAD: u32;
}

/// 16 bits of payload.
#[derive(Clone, Copy, Debug)]
pub struct Wide;
impl Layout for Wide {
    const PAYLOAD: u32 = 16;
}

/// 8 bits of payload.
#[derive(Clone, Copy, Debug)]
pub struct Narrow;
impl Layout for Narrow {
    const PAYLOAD: u32 = 8;
}

/// A table laid out by [`build`].
#[derive(Clone, Copy, Debug)]
pub struct Hashed<'m, L> {
    slots: &'m [u8],
    count: u64,
    layout: PhantomData<L>,
}

impl<'m, L: Layout> Hashed<'m, L> {
    /// Reads a table in place; `None` where the bytes are not one.
    pub fn new(slots: &'m [u8]) -> Option<Self> {
        let sound = !slots.is_empty() && slots.len().is_multiple_of(4);
        sound.then_some(Hashed {
            slots,
            count: slots.len() as u64 / 4,
            layout: PhantomData,
        })
    }

    /// The payload stored for a key.
    #[inline]
    pub fn get(&self, key: u64) -> Option<u32> {
        let (mut at, print) = place::<L>(key, self.count);
        loop {
            let slot = self.slot(at);
            if slot == 0 {
                return None;
            }
            if slot >> L::PAYLOAD == print {
                return Some(slot & ((1 << L::PAYLOAD) - 1));
            }
            at += 1;
            if at == self.count {
                at = 0;
            }
        }
    }

    #[inline]
    fn slot(&self, at: u64) -> u32 {
        let at = at as usize * 4;
        match self.slots.get(at..at + 4) {
            Some(b) => u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            None => 0,
        }
    }
}

/// Lays out a table of distinct keys and their payloads. The order of the entries
/// decides the bytes, so callers sort.
pub fn build<L: Layout>(entries: &[(u64, u32)]) -> Vec<u8> {
    let count = (entries.len() as u64 * 5 / 3).max(4);
    let mut slots = vec![0u32; count as usize];
    for &(key, payload) in entries {
        let (mut at, print) = place::<L>(key, count);
        while slots[at as usize] != 0 {
            at = (at + 1) % count;
        }
        slots[at as usize] = print << L::PAYLOAD | payload;
    }
    slots.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// First slot and fingerprint (never 0) of a key.
#[inline]
fn place<L: Layout>(key: u64, count: u64) -> (u64, u32) {
    let hash = mix(key);
    let at = ((hash >> 32) * count) >> 32;
    let print = (hash as u32) >> L::PAYLOAD;
    (at, print.max(1))
}

/// The finalizer of MurmurHash3, a bijection that spreads every bit.
#[inline]
fn mix(mut key: u64) -> u64 {
    key ^= key >> 33;
    key = key.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    key ^= key >> 33;
    key = key.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    key ^ key >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_stored_and_hardly_anything_else() {
        let entries: Vec<_> = (0..10_000u64)
            .map(|k| (k * 7919, (k % 256) as u32))
            .collect();
        let bytes = build::<Narrow>(&entries);
        let table = Hashed::<Narrow>::new(&bytes).unwrap();
        assert!(entries.iter().all(|&(k, p)| table.get(k) == Some(p)));
        let strangers = (0..100_000u64)
            .filter(|k| table.get(k * 7919 + 3).is_some())
            .count();
        assert!(strangers < 5, "{strangers}");
    }

    #[test]
    fn damaged_bytes_are_refused() {
        assert!(Hashed::<Wide>::new(&[]).is_none());
        assert!(Hashed::<Wide>::new(&[1, 2, 3]).is_none());
    }
}

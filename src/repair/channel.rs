//! How an engine misreads: P(seen | meant) over short substrings.
//!
//! A reading is produced unit by unit: each [`Unit`] turns up to three meant codes
//! into up to three seen ones. A unit's cost is −ln of how often those meant codes,
//! where they occur, are read so. Most units are the identity of one letter; the
//! others are the engine's confusions. This is the many-to-many noisy channel of
//! Brill and Moore (2000), with costs from EM over aligned pairs.

use crate::lm::Cost;
use crate::text::alphabet::Code;
use rustc_hash::{FxHashMap, FxHashSet};

/// Longest side of a unit, in codes.
pub const LONGEST: usize = 3;

/// What was meant and what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Unit {
    meant: [Code; LONGEST],
    seen: [Code; LONGEST],
    meant_len: u8,
    seen_len: u8,
}

/// What was meant, or where something was put in: what a unit's cost is relative to.
pub type Condition = ([Code; LONGEST], u8);

/// Where in a word something was put in out of nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Place {
    /// Before the first letter.
    Start = 1,
    /// Between letters.
    Middle = 2,
    /// After the last letter.
    End = 3,
}

impl Unit {
    /// A unit of `meant` and `seen`, both at most [`LONGEST`] long.
    pub fn new(meant: &[Code], seen: &[Code]) -> Unit {
        let mut unit = Unit {
            meant_len: meant.len() as u8,
            seen_len: seen.len() as u8,
            ..Unit::default()
        };
        unit.meant[..meant.len()].copy_from_slice(meant);
        unit.seen[..seen.len()].copy_from_slice(seen);
        unit
    }

    /// Marks put in where nothing was meant.
    pub fn insertion(place: Place, seen: &[Code]) -> Unit {
        let mut unit = Unit::new(&[], seen);
        unit.meant[0] = place as Code;
        unit
    }

    /// The codes that were meant.
    pub fn meant(&self) -> &[Code] {
        &self.meant[..usize::from(self.meant_len)]
    }

    /// The codes that are seen.
    pub fn seen(&self) -> &[Code] {
        &self.seen[..usize::from(self.seen_len)]
    }

    /// Whether it reads what was meant.
    pub fn is_identity(&self) -> bool {
        self.meant() == self.seen()
    }

    /// Where it puts something in out of nothing; `None` where something was meant.
    pub fn place(&self) -> Option<Place> {
        let places = [Place::Start, Place::Middle, Place::End];
        let here = places.into_iter().find(|&p| self.meant[0] == p as Code);
        here.filter(|_| self.meant_len == 0)
    }

    /// What its cost is relative to: the meant codes, or the place.
    pub fn condition(&self) -> Condition {
        (self.meant, self.meant_len)
    }

    fn to_bytes(self) -> [u8; 8] {
        let [a, b, c] = self.meant;
        let [x, y, z] = self.seen;
        [self.meant_len, self.seen_len, a, b, c, x, y, z]
    }

    fn from_bytes(b: &[u8]) -> Option<Unit> {
        let sound = b[0] as usize <= LONGEST && b[1] as usize <= LONGEST;
        sound.then_some(Unit {
            meant_len: b[0],
            seen_len: b[1],
            meant: [b[2], b[3], b[4]],
            seen: [b[5], b[6], b[7]],
        })
    }
}

/// One engine's confusions: units with their costs, sorted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Each unit once.
    pub units: Vec<(Unit, Cost)>,
}

impl Table {
    /// Twelve bytes a unit.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes =
            |(unit, cost): &(Unit, Cost)| unit.to_bytes().into_iter().chain(cost.to_le_bytes());
        self.units.iter().flat_map(bytes).collect()
    }

    /// What [`Table::to_bytes`] wrote; `None` where it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Table> {
        let unit = |b: &[u8]| {
            Some((
                Unit::from_bytes(b)?,
                f32::from_le_bytes([b[8], b[9], b[10], b[11]]),
            ))
        };
        if !bytes.len().is_multiple_of(12) {
            return None;
        }
        Some(Table {
            units: bytes.chunks_exact(12).map(unit).collect::<Option<_>>()?,
        })
    }
}

/// A unit's number in a [`Channel`].
pub type UnitId = u16;

/// What a unit costs where a table lacks it.
pub const MISSING: Cost = 13.0;

/// The units of several tables, each with its own costs, and an index by what is
/// seen. The costs in force are kept apart (see [`super::adapt`]), so that one
/// channel and the candidates found with it serve every document.
#[derive(Debug)]
pub struct Channel {
    units: Vec<Unit>,
    /// For each table the cost of every unit.
    tables: Vec<Vec<Cost>>,
    /// The same as probabilities.
    likelihoods: Vec<Vec<f64>>,
    /// For every unit the number of its condition.
    conditions: Vec<u32>,
    /// The numbers of single codes as conditions.
    letters: [u32; 256],
    /// How many conditions there are.
    condition_count: usize,
    /// Units by their seen side: key is [`pack`].
    by_seen: FxHashMap<u32, Vec<UnitId>>,
    identity: [Option<UnitId>; 256],
}

impl Channel {
    /// Merges tables. Every code gets an identity unit.
    pub fn new(tables: &[Table]) -> Channel {
        let identities = (0..=255u8).map(|c| Unit::new(&[c], &[c]));
        let mut units: Vec<Unit> = tables
            .iter()
            .flat_map(|t| t.units.iter().map(|u| u.0))
            .chain(identities)
            .collect();
        units.sort_unstable();
        units.dedup();
        units.truncate(usize::from(UnitId::MAX));
        let costs = |table: &Table| {
            let known: FxHashMap<Unit, Cost> = table.units.iter().copied().collect();
            let met: FxHashSet<Code> = table
                .units
                .iter()
                .filter(|u| u.0.meant_len == 1)
                .map(|u| u.0.meant[0])
                .collect();
            // A letter that the table never met is taken to be read well; one that
            // it met and never saw read right is not.
            let missing = |u: &Unit| match u.is_identity() && !met.contains(&u.meant[0]) {
                true => 0.01,
                false => MISSING,
            };
            units
                .iter()
                .map(|u| known.get(u).copied().unwrap_or_else(|| missing(u)))
                .collect()
        };
        let mut by_seen: FxHashMap<u32, Vec<UnitId>> = FxHashMap::default();
        let mut identity = [None; 256];
        for (id, unit) in units.iter().enumerate() {
            by_seen
                .entry(pack(unit.seen()))
                .or_default()
                .push(id as UnitId);
            if unit.is_identity() && unit.seen_len == 1 {
                identity[usize::from(unit.seen[0])] = Some(id as UnitId);
            }
        }
        let mut numbers: FxHashMap<Condition, u32> = FxHashMap::default();
        let mut number = |condition: Condition| {
            let next = numbers.len() as u32;
            *numbers.entry(condition).or_insert(next)
        };
        let letters = std::array::from_fn(|c| number(Unit::new(&[c as Code], &[]).condition()));
        let conditions = units.iter().map(|u| number(u.condition())).collect();
        let tables: Vec<Vec<Cost>> = tables.iter().map(costs).collect();
        let likelihoods = |costs: &Vec<Cost>| -> Vec<f64> {
            costs.iter().map(|&c| f64::from(-c).exp()).collect()
        };
        Channel {
            likelihoods: tables.iter().map(likelihoods).collect(),
            tables,
            conditions,
            letters,
            condition_count: numbers.len(),
            units,
            by_seen,
            identity,
        }
    }

    /// The unit of a number.
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[usize::from(id)]
    }

    /// The number of units.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The number of tables.
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    /// One table's costs, by unit.
    pub fn costs(&self, table: usize) -> &[Cost] {
        &self.tables[table]
    }

    /// One table's probabilities, by unit.
    pub fn likelihoods(&self, table: usize) -> &[f64] {
        &self.likelihoods[table]
    }

    /// The number of a unit's [condition](Unit::condition), below
    /// [`condition_count`](Channel::condition_count).
    pub fn condition(&self, id: UnitId) -> usize {
        self.conditions[usize::from(id)] as usize
    }

    /// The number of the condition that a single code was meant.
    pub fn condition_of(&self, code: Code) -> usize {
        self.letters[usize::from(code)] as usize
    }

    /// How many conditions there are.
    pub fn condition_count(&self) -> usize {
        self.condition_count
    }

    /// The units that read as exactly `seen`.
    pub fn reading(&self, seen: &[Code]) -> &[UnitId] {
        self.by_seen.get(&pack(seen)).map_or(&[], Vec::as_slice)
    }

    /// The unit that leaves a code alone.
    pub fn identity(&self, code: Code) -> UnitId {
        self.identity[usize::from(code)].unwrap_or_default()
    }

    /// The number of a unit, if it is known.
    pub fn find(&self, unit: &Unit) -> Option<UnitId> {
        self.units.binary_search(unit).ok().map(|i| i as UnitId)
    }
}

/// Up to three codes and their number in one key.
fn pack(codes: &[Code]) -> u32 {
    codes
        .iter()
        .fold(codes.len() as u32, |key, &c| key << 8 | u32::from(c))
}

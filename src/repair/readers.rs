//! The channel made ready for searching: for what is seen, what it may stand for,
//! cheapest first.

use super::channel::{Channel, LONGEST, MISSING, Place, Unit, UnitId};
use super::words::Casing;
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashMap;

/// Letters that an engine loses seldomer than this are not thought lost, in nats.
const DEAREST_LOSS: Cost = 8.0;

/// A unit that means letters.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The unit.
    pub unit: UnitId,
    /// What it costs.
    pub cost: Cost,
    /// What it means, in lower case.
    meant: [Code; LONGEST],
    len: u8,
    cases: u8,
}

/// Which casings of its first and its other letters a reader has, as bits.
const FIRST_LOWER: u8 = 1;
const FIRST_UPPER: u8 = 2;
const REST_LOWER: u8 = 4;
const REST_UPPER: u8 = 8;

impl Reader {
    /// What it means, in lower case.
    pub fn meant(&self) -> &[Code] {
        &self.meant[..usize::from(self.len)]
    }

    /// Whether its letters have the case that is looked for, see [`wanted`].
    pub fn fits(&self, wanted: u8) -> bool {
        self.cases & wanted == wanted
    }

    /// A reader of a unit that means nothing but letters.
    fn new(unit: UnitId, meant: &[Code], cost: Cost) -> Option<Reader> {
        if meant.is_empty() || !meant.iter().all(|&c| alphabet::is_letter(c)) {
            return None;
        }
        let mut reader = Reader {
            unit,
            cost,
            meant: [0; LONGEST],
            len: meant.len() as u8,
            cases: FIRST_LOWER | FIRST_UPPER | REST_LOWER | REST_UPPER,
        };
        for (k, &code) in meant.iter().enumerate() {
            reader.meant[k] = alphabet::lower(code);
            let (lower, upper) = match k {
                0 => (FIRST_LOWER, FIRST_UPPER),
                _ => (REST_LOWER, REST_UPPER),
            };
            let is_caseless = !alphabet::is_upper(alphabet::upper(code));
            if !is_caseless {
                reader.cases &= !if alphabet::is_upper(code) {
                    lower
                } else {
                    upper
                };
            }
        }
        Some(reader)
    }
}

/// Where in a form a letter stands, as far as its case goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Situation {
    /// The first letter.
    Start,
    /// The first letter of a second word.
    Second,
    /// Behind other letters.
    Inside,
}

/// The casings that a reader must have at its first letter and the others.
pub fn wanted(casing: Casing, situation: Situation) -> u8 {
    match (casing, situation) {
        (Casing::Upper, _) => FIRST_UPPER | REST_UPPER,
        (Casing::Capital, Situation::Start) => FIRST_UPPER | REST_LOWER,
        // `LiNilsson`: the second word may have a capital or not.
        (Casing::Capital, Situation::Second) => REST_LOWER,
        _ => FIRST_LOWER | REST_LOWER,
    }
}

/// Marks in a word that stand for nothing.
#[derive(Clone, Copy, Debug)]
pub struct Insertion {
    /// The unit.
    pub unit: UnitId,
    /// What it costs.
    pub cost: Cost,
    /// Where it may stand.
    pub place: Place,
}

/// First and end of some readers.
pub type Window = (u32, u32);

/// All readers of a channel at the costs that candidates are found with.
#[derive(Debug)]
pub struct Readers {
    readers: Vec<Reader>,
    /// First and end of the readers of one code.
    single: [Window; 256],
    /// The same for two and three codes.
    longer: FxHashMap<u32, Window>,
    /// The same for nothing: letters that were lost.
    lost: Window,
    insertions: FxHashMap<u32, Vec<Insertion>>,
}

impl Readers {
    /// Sorts the units of a channel.
    pub fn new(channel: &Channel, costs: &[Cost]) -> Readers {
        let mut groups: FxHashMap<u32, Vec<Reader>> = FxHashMap::default();
        let mut insertions: FxHashMap<u32, Vec<Insertion>> = FxHashMap::default();
        for (id, &cost) in costs.iter().enumerate() {
            let id = id as UnitId;
            let unit = channel.unit(id);
            let seen = unit.seen();
            if unit.meant().is_empty() {
                insertions
                    .entry(key(seen))
                    .or_default()
                    .extend(insertion(unit, id, cost));
                continue;
            }
            let dearest = if seen.is_empty() {
                DEAREST_LOSS
            } else {
                MISSING - 1.0
            };
            if cost <= dearest {
                groups
                    .entry(key(seen))
                    .or_default()
                    .extend(Reader::new(id, unit.meant(), cost));
            }
        }
        let mut keys: Vec<u32> = groups.keys().copied().collect();
        keys.sort_unstable();
        let mut all = Readers {
            readers: Vec::new(),
            single: [(0, 0); 256],
            longer: FxHashMap::default(),
            lost: (0, 0),
            insertions,
        };
        for k in keys {
            let group = groups.entry(k).or_default();
            group.sort_unstable_by(|a, b| a.cost.total_cmp(&b.cost).then(a.unit.cmp(&b.unit)));
            let start = all.readers.len() as u32;
            all.readers.append(group);
            let bounds = (start, all.readers.len() as u32);
            match k >> 24 {
                0 => all.lost = bounds,
                1 => all.single[(k & 0xFF) as usize] = bounds,
                _ => {
                    all.longer.insert(k, bounds);
                }
            }
        }
        all
    }

    /// What may be read as exactly `seen` (none to three codes), cheapest first.
    pub fn of(&self, seen: &[Code]) -> &[Reader] {
        self.at(self.find(seen))
    }

    /// Where the readers of `seen` are, for [`Readers::at`].
    pub fn find(&self, seen: &[Code]) -> Window {
        match seen {
            [] => self.lost,
            [only] => self.single[usize::from(*only)],
            _ => self.longer.get(&key(seen)).copied().unwrap_or_default(),
        }
    }

    /// The readers that were found.
    #[inline]
    pub fn at(&self, (start, end): Window) -> &[Reader] {
        &self.readers[start as usize..end as usize]
    }

    /// The marks that may stand for nothing as `seen`.
    pub fn insertions(&self, seen: &[Code]) -> &[Insertion] {
        match seen.iter().any(|&c| alphabet::is_letter(c)) {
            // Letters out of nothing are left to longer units.
            true => &[],
            false => self.insertions.get(&key(seen)).map_or(&[], Vec::as_slice),
        }
    }
}

fn insertion(unit: &Unit, id: UnitId, cost: Cost) -> Option<Insertion> {
    let is_mark = |&c: &Code| !alphabet::is_letter(c) && c != b' ';
    let place = [Place::Start, Place::Middle, Place::End]
        .into_iter()
        .find(|&p| *unit == Unit::insertion(p, unit.seen()))?;
    let is_likely = cost < MISSING - 1.0 && !unit.seen().is_empty();
    (is_likely && unit.seen().iter().all(is_mark)).then_some(Insertion {
        unit: id,
        cost,
        place,
    })
}

/// Up to three codes and their number in one key, the number on top.
fn key(codes: &[Code]) -> u32 {
    let packed = codes.iter().fold(0, |key, &c| key << 8 | u32::from(c));
    (codes.len() as u32) << 24 | packed
}

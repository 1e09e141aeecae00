//! The channel made ready for searching: for what is seen, what it may stand for,
//! cheapest first.

use super::channel::{Channel, LONGEST, MISSING, Place, Unit, UnitId};
use super::words::Casing;
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

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

/// The readers of one window of seen codes, by number. 0 holds none.
pub type Group = u32;

/// A set of letters, a bit each, see [`letter`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Letters(u64);

impl Letters {
    /// Whether a letter in lower case is among them.
    #[inline]
    pub fn has(self, code: Code) -> bool {
        self.0 >> letter(code) & 1 == 1
    }
}

impl std::ops::BitOr for Letters {
    type Output = Letters;

    fn bitor(self, other: Letters) -> Letters {
        Letters(self.0 | other.0)
    }
}

/// Whole nats up to which letters are told apart by their cheapest reader.
const NATS: usize = 16;

/// Where the readers of a group are, by the letter that they mean first.
#[derive(Clone, Copy, Debug, Default)]
struct Index {
    /// The letters that some reader means first for at most so many nats; the last, for
    /// any cost.
    within: [Letters; NATS],
    /// The bounds of the first of them.
    bounds: u32,
    /// First and end of the group's readers by cost.
    by_cost: (u32, u32),
}

/// All readers of a channel at the costs that candidates are found with.
#[derive(Debug)]
pub struct Readers {
    /// By group, first letter and cost.
    by_letter: Vec<Reader>,
    /// By group and cost, those alone that a free spelling tries.
    by_cost: Vec<Reader>,
    /// For every group and letter where its readers begin, and where the last end.
    bounds: Vec<u32>,
    groups: Vec<Index>,
    /// What the cheapest reader of each group costs.
    least: Vec<Cost>,
    single: [Group; 256],
    /// The groups of two and three codes.
    longer: FxHashMap<u32, Group>,
    insertions: FxHashMap<u32, Vec<Insertion>>,
}

/// The group of nothing: letters that were lost.
const LOST: Group = 1;

impl Readers {
    /// Sorts the units of a channel. Those that cost more than `spelled` are no readers
    /// [by cost](Readers::by_cost).
    pub fn new(channel: &Channel, costs: &[Cost], spelled: Cost) -> Readers {
        // By length and codes, so that the group of nothing is the first.
        let mut groups: BTreeMap<u32, Vec<Reader>> = BTreeMap::from([(key(&[]), Vec::new())]);
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
        let mut all = Readers {
            by_letter: Vec::new(),
            by_cost: Vec::new(),
            bounds: Vec::new(),
            groups: vec![Index::default()],
            least: vec![Cost::INFINITY],
            single: [0; 256],
            longer: FxHashMap::default(),
            insertions,
        };
        for (key, group) in groups {
            let number = all.groups.len() as Group;
            all.add(group, spelled);
            match key >> 24 {
                0 => debug_assert_eq!(number, LOST),
                1 => all.single[(key & 0xFF) as usize] = number,
                _ => {
                    all.longer.insert(key, number);
                }
            }
        }
        all
    }

    fn add(&mut self, mut group: Vec<Reader>, spelled: Cost) {
        group.sort_unstable_by(|a, b| a.cost.total_cmp(&b.cost).then(a.unit.cmp(&b.unit)));
        self.least
            .push(group.first().map_or(Cost::INFINITY, |r| r.cost));
        let first = self.by_cost.len() as u32;
        let is_cheap = |r: &&Reader| r.cost <= spelled;
        self.by_cost.extend(group.iter().take_while(is_cheap));
        let mut index = Index {
            within: [Letters::default(); NATS],
            bounds: self.bounds.len() as u32,
            by_cost: (first, self.by_cost.len() as u32),
        };
        // Stable, so that the cheapest stays first.
        group.sort_by_key(|r| letter(r.meant[0]));
        for (i, reader) in group.iter().enumerate() {
            if index.within[NATS - 1].has(reader.meant[0]) {
                continue;
            }
            self.bounds.push((self.by_letter.len() + i) as u32);
            let nats = (reader.cost.ceil() as usize).min(NATS - 1);
            for within in &mut index.within[nats..] {
                within.0 |= 1 << letter(reader.meant[0]);
            }
        }
        self.by_letter.append(&mut group);
        self.bounds.push(self.by_letter.len() as u32);
        self.groups.push(index);
    }

    /// The group of readers of exactly `seen` (none to three codes).
    pub fn find(&self, seen: &[Code]) -> Group {
        match seen {
            [] => LOST,
            [only] => self.single[usize::from(*only)],
            _ => self.longer.get(&key(seen)).copied().unwrap_or_default(),
        }
    }

    /// What the cheapest reader of a group costs; infinite where there is none.
    #[inline]
    pub fn least(&self, group: Group) -> Cost {
        self.least[group as usize]
    }

    /// The letters that readers of a group mean first at no more than `dearest`, or little
    /// more.
    #[inline]
    pub fn letters(&self, group: Group, dearest: Cost) -> Letters {
        match dearest >= 0.0 {
            true => self.groups[group as usize].within[(dearest as usize + 1).min(NATS - 1)],
            false => Letters::default(),
        }
    }

    /// The readers of a group that mean a letter first (in lower case), cheapest first.
    #[inline]
    pub fn of(&self, group: Group, first: Code) -> &[Reader] {
        let index = &self.groups[group as usize];
        let letters = index.within[NATS - 1];
        if !letters.has(first) {
            return &[];
        }
        let before = (letters.0 & ((1 << letter(first)) - 1)).count_ones();
        let at = (index.bounds + before) as usize;
        &self.by_letter[self.bounds[at] as usize..self.bounds[at + 1] as usize]
    }

    /// The cheap readers of a group, cheapest first.
    pub fn by_cost(&self, group: Group) -> &[Reader] {
        let (first, end) = self.groups[group as usize].by_cost;
        &self.by_cost[first as usize..end as usize]
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

/// The number of a letter in lower case, below 64: the code page has 62.
#[inline]
fn letter(code: Code) -> u32 {
    const NUMBERS: [u8; 256] = {
        let mut numbers = [63; 256];
        let (mut code, mut number) = (0, 0);
        while code < 256 {
            let c = code as Code;
            if alphabet::is_letter(c) && !alphabet::is_upper(c) {
                numbers[code] = number;
                number += 1;
            }
            code += 1;
        }
        assert!(number < 63);
        numbers
    };
    u32::from(NUMBERS[usize::from(code)])
}

fn insertion(unit: &Unit, id: UnitId, cost: Cost) -> Option<Insertion> {
    let is_mark = |&c: &Code| !alphabet::is_letter(c) && c != b' ';
    let place = unit.place()?;
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

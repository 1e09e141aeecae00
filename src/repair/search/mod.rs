//! The channel intersected with the lexicon.
//!
//! A best-first search (A*, Hart, Nilsson and Raphael 1968) over states: how much of
//! the form is read, where in the automaton. Each step is a unit whose seen side
//! stands there and whose meant side the automaton can read. At the end of an element
//! the search may begin again at the root, for a compound or for two words whose
//! space was lost. A state is ranked by what it cost so far plus the least that can
//! follow: the cheapest reading of what is still to be read, and the cheapest word
//! below its place in the automaton. What cannot come within reach of the best
//! reading is never looked at, so that the cost grows with how doubtful a form is, not
//! with the lexicon.

mod run;

use crate::lexicon::WordId;
use crate::lexicon::dawg::{Ahead, Node};
use crate::lm::Cost;
use crate::repair::candidate::{Candidate, Limits};
use crate::repair::channel::{Channel, LONGEST, UnitId};
use crate::repair::readers::{Group, Readers};
use crate::repair::words::{Casing, Words};
use crate::text::alphabet;
use crate::text::alphabet::Code;
use run::Run;

/// Places in the queue: what is dearer waits in the last one.
const PLACES: usize = 512;

#[derive(Clone, Copy, Debug)]
struct State {
    node: Node,
    /// Cost of the units so far.
    channel: Cost,
    /// Cost of the elements and words finished so far.
    prior: Cost,
    /// The least that the word under way costs.
    outlook: Cost,
    parent: u32,
    step: Step,
    /// How many codes are read.
    read: u8,
    /// Letters meant so far in this word, counted to 2.
    letters: u8,
    /// Left elements so far.
    elements: u8,
    /// The first of two words.
    first: Option<WordId>,
    /// Whether the last unit read nothing.
    skipped: bool,
}

/// What led to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Unit(UnitId),
    /// An element ended, another begins.
    Element,
    /// A word ended, another begins.
    Space,
}

/// Room that searches use one after another.
#[derive(Debug)]
pub struct Scratch {
    states: Vec<State>,
    queue: Vec<Vec<u32>>,
    /// The lowest cost with which each position began a further element.
    begun: Vec<Cost>,
    /// The cheapest reading of the rest, by position.
    rest: Vec<Cost>,
    /// The readers at each position by how many codes they take.
    groups: Vec<[Group; LONGEST + 1]>,
    /// How many letters are to come, by position.
    ahead: Vec<Ahead>,
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch {
            states: Vec::new(),
            queue: vec![Vec::new(); PLACES],
            begun: Vec::new(),
            rest: Vec::new(),
            groups: Vec::new(),
            ahead: Vec::new(),
        }
    }
}

/// What all searches share.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a, 'm> {
    /// The model's parts.
    pub words: &'a Words<'m>,
    /// The units.
    pub channel: &'a Channel,
    /// The units by what they read.
    pub readers: &'a Readers,
    /// How far to look.
    pub limits: Limits,
    /// What is looked for.
    pub target: Target,
}

/// What a form may be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A word, a compound, or two words whose space was lost.
    Any,
    /// One counted word.
    Counted,
}

impl Search<'_, '_> {
    /// Adds the readings of `seen` in one casing. `best` is the cost (channel and prior)
    /// of the best reading so far, and is lowered where a better one is found.
    pub fn run(
        self,
        seen: &[Code],
        casing: Casing,
        best: &mut Cost,
        scratch: &mut Scratch,
        found: &mut Vec<Candidate>,
    ) {
        scratch.states.clear();
        scratch.rest.clear();
        scratch.rest.resize(seen.len() + 1, 0.0);
        scratch.groups.clear();
        for i in 0..=seen.len() {
            let most = LONGEST.min(seen.len() - i);
            let group = |takes: usize| match takes <= most {
                true => self.readers.find(&seen[i..i + takes]),
                false => Group::default(),
            };
            scratch.groups.push(std::array::from_fn(group));
        }
        scratch.ahead.clear();
        scratch
            .ahead
            .resize(seen.len() + 1, Ahead::new(0, GAINED, false));
        let mut letters = 0;
        for i in (0..seen.len()).rev() {
            letters += usize::from(alphabet::is_letter(seen[i]) || seen[i].is_ascii_digit());
            let fewest = letters - letters.div_ceil(MERGED);
            let may_end = self.target == Target::Any && letters > 0;
            scratch.ahead[i] = Ahead::new(fewest, seen.len() - i + GAINED, may_end);
        }
        let has_marks = !seen.iter().all(|&c| alphabet::is_letter(c));
        for i in (0..seen.len()).rev() {
            let with = |takes: usize| {
                let next = scratch.rest.get(i + takes)?;
                let meant = self.readers.least(scratch.groups[i][takes]);
                let nothing = match has_marks {
                    true => self.readers.insertions(&seen[i..i + takes]),
                    false => &[],
                };
                Some(nothing.iter().map(|x| x.cost).fold(meant, Cost::min) + next)
            };
            scratch.rest[i] = (1..=LONGEST).filter_map(with).fold(NEVER, Cost::min);
        }
        if scratch.rest[0] >= NEVER {
            return;
        }
        scratch.begun.clear();
        scratch.begun.resize(seen.len() + 1, Cost::INFINITY);
        Run {
            search: self,
            seen,
            has_marks,
            casing,
            compound: self.words.compound_base(casing != Casing::Lower),
            best,
            scratch,
            found,
        }
        .run();
    }
}

/// One letter in so many is lost at most where engines take two for one, and so many are
/// gained at most. Bounds of the search alone.
const MERGED: usize = 4;
const GAINED: usize = 2;

/// A form that cannot be read at all costs at least this.
const NEVER: Cost = 1e6;

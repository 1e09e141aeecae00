//! The channel intersected with the lexicon.
//!
//! A beam of states (how much of the form is read, where in the automaton)
//! advances over the seen form, each step a unit whose seen side stands there and
//! whose meant side the automaton can read. At the end of an element the walk may
//! begin again at the root, for a compound or for two words whose space was lost.
//! Cost grows with the beam and the form's length, not with the lexicon.

use super::Basis;
use super::candidates::{Candidate, Limits};
use super::channel::{Channel, LONGEST, MISSING, Place, Unit, UnitId};
use super::words::{Casing, ELEMENT, Scored, Words};
use crate::lexicon::dawg::{Edge, Node};
use crate::lexicon::{Flags, WordId};
use crate::lm::Cost;
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashMap;

/// What it costs that an engine loses a space.
const LOST_SPACE: Cost = 6.5;

/// The same behind a single capital (`Li` for `L i`), where it is commoner.
const LOST_SPACE_BEHIND_CAPITAL: Cost = 4.0;

/// Letters of the longest word that is not likely to be an element of a compound.
const SHORT: usize = 3;

/// What a split costs on top where both words could be elements of a compound.
const COMPOUND: Cost = 5.0;

/// What a position must have paid for elements and words on average by now, in nats
/// a letter: lets states that have finished an element compete with those that have
/// not.
const PRICE: Cost = 1.2;

/// Letters that an engine loses seldomer than this are not thought lost, in nats.
const DEAREST_LOSS: Cost = 8.0;

#[derive(Clone, Copy, Debug)]
struct State {
    node: Node,
    /// Cost of the units so far.
    channel: Cost,
    /// Cost of the elements and words finished so far.
    prior: Cost,
    parent: u32,
    step: Step,
    /// Letters meant so far in this word, counted to 2.
    letters: u8,
    /// Left elements so far.
    elements: u8,
    /// How many letters the elements and words finished so far have.
    paid: u8,
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

impl State {
    /// For the beam: channel and prior, the letters not paid for yet at the usual
    /// price.
    fn outlook(&self, read: usize) -> Cost {
        self.channel + self.prior + PRICE * (read as Cost - Cost::from(self.paid))
    }
}

/// One walk over one form in one casing.
pub struct Walk<'a, 'm> {
    words: &'a Words<'m>,
    channel: &'a Channel,
    costs: &'a [Cost],
    limits: Limits,
    seen: &'a [Code],
    casing: Casing,
    states: Vec<State>,
    /// Indices of the states at each position.
    at: Vec<Vec<u32>>,
    best: FxHashMap<(Node, u8, u8, Option<WordId>, usize), u32>,
    /// The lowest outlook at each position so far.
    least: Vec<Cost>,
}

/// Walks over `seen` and adds what it finds.
pub fn walk<'a>(
    words: &'a Words<'_>,
    channel: &'a Channel,
    costs: &'a [Cost],
    limits: Limits,
    seen: &'a [Code],
    casing: Casing,
    found: &mut Vec<Candidate>,
) {
    let root = State {
        node: words.lexicon.dawg.root(),
        channel: 0.0,
        prior: 0.0,
        parent: u32::MAX,
        step: Step::Element,
        letters: 0,
        elements: 0,
        paid: 0,
        first: None,
        skipped: false,
    };
    let mut at = vec![Vec::new(); seen.len() + 1];
    at[0].push(0);
    let (states, best) = (vec![root], FxHashMap::default());
    let least = vec![Cost::INFINITY; seen.len() + 1];
    Walk {
        words,
        channel,
        costs,
        limits,
        seen,
        casing,
        states,
        at,
        best,
        least,
    }
    .run(found);
}

/// A unit that can read what stands at a position, made ready for the walk.
#[derive(Clone, Copy, Debug)]
struct Reader {
    unit: UnitId,
    cost: Cost,
    /// How many seen codes it takes.
    takes: usize,
    /// What it means, in lower case.
    meant: [Code; LONGEST],
    meant_len: usize,
    /// Whether its casing fits at the beginning of a word, of a second word, and
    /// behind other letters.
    fits: [bool; 3],
}

/// The readers of one position by the first letter they mean, cheapest first.
struct Readers {
    all: Vec<Reader>,
    /// First and end of each letter's readers.
    by_letter: [(u16, u16); 256],
    /// Units that mean nothing: marks put in.
    insertions: Vec<(UnitId, usize)>,
}

impl Readers {
    fn of(&self, letter: Code) -> &[Reader] {
        let (start, end) = self.by_letter[usize::from(letter)];
        &self.all[usize::from(start)..usize::from(end)]
    }
}

impl Walk<'_, '_> {
    fn run(mut self, found: &mut Vec<Candidate>) {
        for i in 0..=self.seen.len() {
            let mut here = std::mem::take(&mut self.at[i]);
            if here.is_empty() {
                continue;
            }
            let readers = self.readers(i);
            let outlook = |w: &Self, s: u32| w.states[s as usize].outlook(i);
            here.sort_unstable_by(|&a, &b| {
                outlook(&self, a)
                    .total_cmp(&outlook(&self, b))
                    .then(a.cmp(&b))
            });
            here.truncate(self.limits.beam);
            let limit = outlook(&self, here[0]) + self.limits.width;
            let mut k = 0;
            // Units that read nothing add states to this very position.
            while k < here.len() {
                let state = here[k];
                k += 1;
                if outlook(&self, state) <= limit {
                    self.expand(state, i, &readers, found);
                    here.append(&mut self.at[i]);
                }
            }
        }
    }

    /// Makes the units ready that can read what stands at position `i`.
    fn readers(&self, i: usize) -> Readers {
        let mut readers = Readers {
            all: Vec::with_capacity(96),
            by_letter: [(0, 0); 256],
            insertions: Vec::new(),
        };
        for takes in 0..=LONGEST.min(self.seen.len() - i) {
            for &unit in self.channel.reading(&self.seen[i..i + takes]) {
                let cost = self.costs[usize::from(unit)];
                let meant = self.channel.unit(unit).meant();
                let dearest = match takes {
                    // A form of one or two letters is no word that lost one.
                    0 if self.seen.len() < 3 => continue,
                    0 => DEAREST_LOSS,
                    _ => MISSING - 1.0,
                };
                if cost > dearest {
                    continue;
                }
                if meant.is_empty() {
                    readers.insertions.push((unit, takes));
                    continue;
                }
                let mut reader = Reader {
                    unit,
                    cost,
                    takes,
                    meant: [0; LONGEST],
                    meant_len: meant.len(),
                    fits: [true; 3],
                };
                for (k, &code) in meant.iter().enumerate() {
                    reader.meant[k] = alphabet::lower(code);
                    for (situation, fits) in reader.fits.iter_mut().enumerate() {
                        *fits &= self.fits(code, if k > 0 { 2 } else { situation });
                    }
                }
                if reader.fits.contains(&true) {
                    readers.all.push(reader);
                }
            }
        }
        readers.all.sort_unstable_by(|a, b| {
            a.meant[0]
                .cmp(&b.meant[0])
                .then(a.cost.total_cmp(&b.cost))
                .then(a.unit.cmp(&b.unit))
        });
        let mut start = 0;
        for group in readers.all.chunk_by(|a, b| a.meant[0] == b.meant[0]) {
            let end = start + group.len() as u16;
            readers.by_letter[usize::from(group[0].meant[0])] = (start, end);
            start = end;
        }
        readers
    }

    /// Whether a meant code has the case that the walk looks for: at the beginning
    /// (0), at the beginning of a second word (1), behind other letters (2).
    fn fits(&self, code: Code, situation: usize) -> bool {
        let upper = alphabet::is_upper(code);
        let wanted = match (self.casing, situation) {
            (Casing::Upper, _) | (Casing::Capital, 0) => true,
            (Casing::Capital, 1) => upper,
            _ => false,
        };
        let caseless = !alphabet::is_upper(alphabet::upper(code));
        alphabet::is_letter(code) && (upper == wanted || caseless)
    }

    /// Follows every unit that can stand behind a state.
    fn expand(&mut self, from: u32, i: usize, readers: &Readers, found: &mut Vec<Candidate>) {
        let state = self.states[from as usize];
        let situation = match (state.letters, state.first) {
            (0, None) => 0,
            (0, Some(_)) => 1,
            _ => 2,
        };
        let dawg = self.words.lexicon.dawg;
        for first in dawg.edges(state.node) {
            for reader in readers.of(first.label) {
                let to = i + reader.takes;
                let channel = state.channel + reader.cost;
                let outlook = channel + state.prior + PRICE * (to as Cost - Cost::from(state.paid));
                let hopeless = outlook > self.least[to] + self.limits.width;
                if hopeless || !reader.fits[situation] || reader.takes == 0 && state.skipped {
                    continue;
                }
                let mut edge = Some(first);
                for &letter in &reader.meant[1..reader.meant_len] {
                    edge = edge.and_then(|e| e.node).and_then(|n| dawg.step(n, letter));
                }
                let Some(edge) = edge else { continue };
                let next = State {
                    node: edge.node.unwrap_or(state.node),
                    channel,
                    parent: from,
                    step: Step::Unit(reader.unit),
                    letters: (state.letters + reader.meant_len as u8).min(2),
                    skipped: reader.takes == 0,
                    ..state
                };
                self.arrive(next, edge, to, outlook, found);
            }
        }
        for &(unit, takes) in &readers.insertions {
            let channel = state.channel + self.costs[usize::from(unit)];
            let next = State {
                channel,
                parent: from,
                step: Step::Unit(unit),
                skipped: false,
                ..state
            };
            self.insert(from, next, unit, i, i + takes, found);
        }
    }

    /// Keeps a new state, and what can come of a word that ends with it.
    fn arrive(
        &mut self,
        next: State,
        edge: Edge,
        to: usize,
        outlook: Cost,
        found: &mut Vec<Candidate>,
    ) {
        if edge.node.is_some() {
            self.least[to] = self.least[to].min(outlook);
            self.push(next, to);
        }
        match edge.word {
            Some(word) if to == self.seen.len() => {
                self.least[to] = self.least[to].min(outlook);
                self.finish(next, word, found);
            }
            Some(word) => self.restart(next, word, to),
            None => {}
        }
    }

    /// Marks in the word that stand for nothing.
    fn insert(
        &mut self,
        from: u32,
        next: State,
        unit: UnitId,
        i: usize,
        to: usize,
        found: &mut Vec<Candidate>,
    ) {
        let place = match (i, to == self.seen.len()) {
            (0, _) => Place::Start,
            (_, true) => Place::End,
            _ => Place::Middle,
        };
        let unit = self.channel.unit(unit);
        // Letters out of nothing are left to longer units.
        let is_mark = unit
            .seen()
            .iter()
            .all(|&c| !alphabet::is_letter(c) && c != b' ');
        if !is_mark || *unit != Unit::insertion(place, unit.seen()) {
            return;
        }
        if place == Place::End
            && let Some(word) = self.ended(from)
        {
            self.finish(next, word, found);
        }
        self.push(next, to);
    }

    /// The word that ends with the last step to a state.
    fn ended(&self, mut at: u32) -> Option<WordId> {
        let mut codes: Vec<Code> = Vec::new();
        while let Some(state) = self.states.get(at as usize) {
            let Step::Unit(unit) = state.step else { break };
            codes.extend(
                self.channel
                    .unit(unit)
                    .meant()
                    .iter()
                    .rev()
                    .map(|&c| alphabet::lower(c)),
            );
            at = state.parent;
        }
        codes.reverse();
        self.words.lexicon.dawg.rank(&codes)
    }

    /// An element or a word is complete and the form goes on.
    fn restart(&mut self, next: State, word: WordId, to: usize) {
        let lexicon = &self.words.lexicon;
        let root = State {
            node: lexicon.dawg.root(),
            paid: to.min(255) as u8,
            skipped: false,
            ..next
        };
        let flags = lexicon.flags(word);
        let left = lexicon
            .left_cost(word)
            .filter(|_| next.elements < 4 && next.letters > 1);
        let splits = next.first.is_none()
            && next.elements == 0
            && flags.has(Flags::WORD)
            && flags.has(Flags::COUNTED);
        if left.is_none() && !splits {
            return;
        }
        let parent = self.states.len() as u32;
        self.states.push(next);
        if let Some(left) = left {
            let further = if next.elements > 0 { ELEMENT } else { 0.0 };
            let prior = next.prior + left + further;
            self.push(
                State {
                    parent,
                    step: Step::Element,
                    elements: next.elements + 1,
                    prior,
                    ..root
                },
                to,
            );
        }
        if splits {
            let lost = self.lost_space(to);
            // Two long words without a space between them are a compound.
            let is_compound = to > SHORT && self.seen.len() - to > SHORT;
            let lost = if is_compound { lost + COMPOUND } else { lost };
            let prior = next.prior + self.words.lm.unigram_cost(word);
            let state = State {
                parent,
                step: Step::Space,
                letters: 0,
                first: Some(word),
                prior,
                ..root
            };
            self.push(
                State {
                    channel: next.channel + lost,
                    ..state
                },
                to,
            );
        }
    }

    fn lost_space(&self, to: usize) -> Cost {
        match to == 1 && alphabet::is_upper(self.seen[0]) {
            true => LOST_SPACE_BEHIND_CAPITAL,
            false => LOST_SPACE,
        }
    }

    fn push(&mut self, state: State, to: usize) {
        let key = (state.node, state.elements, state.letters, state.first, to);
        let cost = state.channel + state.prior;
        if let Some(&known) = self.best.get(&key) {
            let known = &self.states[known as usize];
            if known.channel + known.prior <= cost {
                return;
            }
        }
        let index = self.states.len() as u32;
        self.states.push(state);
        self.best.insert(key, index);
        self.at[to].push(index);
    }

    /// Turns a path into a candidate, if its last element can stand there.
    fn finish(&self, last: State, word: WordId, found: &mut Vec<Candidate>) {
        let (lexicon, flags) = (&self.words.lexicon, self.words.lexicon.flags(word));
        let (surface, units) = self.path(last);
        let tail = &surface[surface
            .iter()
            .rposition(|&c| c == b' ')
            .map_or(0, |i| i + 1)..];
        let lower = alphabet::lower_all(tail);
        let scored = if last.elements > 0 {
            let Some(right) = lexicon.right_cost(word).filter(|_| tail.len() > 5) else {
                return;
            };
            let whole = lexicon.word(&lower);
            if whole.is_some_and(|id| self.words.is_counted(id)) {
                // Counted words are reached without a restart.
                return;
            }
            let first = last.first.map_or(0.0, |w| self.words.lm.unigram_cost(w));
            self.words
                .uncounted(tail, &lower, whole, Some(last.prior - first + right))
        } else if !flags.has(Flags::WORD) {
            return;
        } else if flags.has(Flags::COUNTED) {
            Scored {
                id: word,
                within: 0.0,
            }
        } else {
            self.words.uncounted(tail, &lower, Some(word), None)
        };
        let words: Box<[Scored]> = match last.first {
            Some(_) if scored.within > 0.0 && tail.len() < 5 => return,
            Some(first) => [
                Scored {
                    id: first,
                    within: 0.0,
                },
                scored,
            ]
            .into(),
            None => [scored].into(),
        };
        let extra = match surface.iter().position(|&c| c == b' ') {
            Some(at) if at > SHORT && surface.len() - at - 1 > SHORT => {
                self.lost_space(at) + COMPOUND
            }
            Some(at) => self.lost_space(at),
            None => 0.0,
        };
        let basis = if words.iter().all(|w| w.within == 0.0) {
            Basis::Counted
        } else {
            Basis::Formed
        };
        found.push(Candidate {
            surface: surface.into(),
            units: units.into(),
            words,
            extra,
            basis,
        });
    }

    fn path(&self, last: State) -> (Vec<Code>, Vec<UnitId>) {
        let (mut surface, mut units) = (Vec::new(), Vec::new());
        let mut state = Some(&last);
        while let Some(here) = state {
            match here.step {
                Step::Element => {}
                Step::Space => surface.push(b' '),
                Step::Unit(unit) => {
                    units.push(unit);
                    surface.extend(self.channel.unit(unit).meant().iter().rev());
                }
            }
            state = self.states.get(here.parent as usize);
        }
        surface.reverse();
        units.reverse();
        (surface, units)
    }
}

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
use crate::lexicon::dawg::Node;
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
    }
    .run(found);
}

impl Walk<'_, '_> {
    fn run(mut self, found: &mut Vec<Candidate>) {
        for i in 0..=self.seen.len() {
            let units = self.units(i);
            let mut here = std::mem::take(&mut self.at[i]);
            let outlook = |w: &Self, s: u32| w.states[s as usize].outlook(i);
            here.sort_by(|&a, &b| {
                outlook(&self, a)
                    .total_cmp(&outlook(&self, b))
                    .then(a.cmp(&b))
            });
            here.truncate(self.limits.beam);
            let Some(&first) = here.first() else { continue };
            let limit = outlook(&self, first) + self.limits.width;
            let mut k = 0;
            // Units that read nothing add states to this very position.
            while k < here.len() {
                let state = here[k];
                k += 1;
                if outlook(&self, state) > limit {
                    continue;
                }
                for &(len, unit) in &units {
                    if len > 0 || !self.states[state as usize].skipped {
                        self.follow(state, unit, i, i + len, found);
                    }
                }
                here.append(&mut self.at[i]);
            }
        }
    }

    /// The units that can read what stands at a position, and how much they take.
    fn units(&self, i: usize) -> Vec<(usize, UnitId)> {
        let mut units = Vec::new();
        for len in 0..=LONGEST.min(self.seen.len() - i) {
            let reading = self.channel.reading(&self.seen[i..i + len]);
            let usable = |u: &&UnitId| self.costs[usize::from(**u)] < MISSING - 1.0;
            units.extend(reading.iter().filter(usable).map(|&u| (len, u)));
        }
        units
    }

    fn follow(&mut self, from: u32, unit: UnitId, i: usize, to: usize, found: &mut Vec<Candidate>) {
        let state = self.states[from as usize];
        let meant = self.channel.unit(unit).meant();
        let next = State {
            channel: state.channel + self.costs[usize::from(unit)],
            parent: from,
            step: Step::Unit(unit),
            skipped: to == i,
            ..state
        };
        if meant.is_empty() {
            self.insert(from, next, unit, i, to, found);
            return;
        }
        let (mut node, mut word, mut letters) = (Some(state.node), None, state.letters);
        for &code in meant {
            if !self.fits(code, letters, state.first.is_some()) {
                return;
            }
            let edge = node.and_then(|n| self.words.lexicon.dawg.step(n, alphabet::lower(code)));
            let Some(edge) = edge else { return };
            (node, word, letters) = (edge.node, edge.word, (letters + 1).min(2));
        }
        let next = State {
            node: node.unwrap_or(state.node),
            letters,
            ..next
        };
        if node.is_some() {
            self.push(next, to);
        }
        let Some(word) = word else { return };
        if to == self.seen.len() {
            self.finish(next, word, found);
        } else {
            self.restart(next, word, to);
        }
    }

    /// Whether a meant code has the case that the walk looks for.
    fn fits(&self, code: Code, letters: u8, second: bool) -> bool {
        let upper = alphabet::is_upper(code);
        let wanted = match self.casing {
            Casing::Upper => true,
            Casing::Capital => letters == 0 && (!second || upper),
            _ => false,
        };
        let caseless = !alphabet::is_upper(alphabet::upper(code));
        alphabet::is_letter(code) && (upper == wanted || caseless)
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
        if place == Place::End {
            if let Some(word) = self.ended(from) {
                self.finish(next, word, found);
            }
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
        let lower: Vec<Code> = tail.iter().map(|&c| alphabet::lower(c)).collect();
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

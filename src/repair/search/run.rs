//! One search: states, best first, until nothing better can come.

use super::{PLACES, Scratch, Search, State, Step, Target};
use crate::lexicon::dawg::Edge;
use crate::lexicon::{Flags, WordId};
use crate::lm::Cost;
use crate::repair::Basis;
use crate::repair::candidate::{Candidate, Few};
use crate::repair::channel::{LONGEST, Place, UnitId};
use crate::repair::readers::{Letters, Reader, Situation, wanted};
use crate::repair::words::{Casing, ELEMENT, LOST_SPACE, LOST_SPACE_BEHIND_CAPITAL, Scored};
use crate::text::alphabet;
use crate::text::alphabet::Code;

/// Letters of the longest word that is not likely to be an element of a compound.
const SHORT: usize = 3;

/// What a split costs on top where both words could be elements of a compound.
const COMPOUND: Cost = 6.0;

/// Left elements of a compound, at most.
const ELEMENTS: u8 = 4;

/// Steps of the queue a nat.
const STEPS: Cost = 8.0;

/// One search under way.
pub(super) struct Run<'r, 'a, 'm> {
    pub(super) search: Search<'a, 'm>,
    pub(super) seen: &'r [Code],
    pub(super) has_marks: bool,
    pub(super) casing: Casing,
    /// The least that a compound costs beside its elements.
    pub(super) compound: Cost,
    pub(super) best: &'r mut Cost,
    pub(super) scratch: &'r mut Scratch,
    pub(super) found: &'r mut Vec<Candidate>,
}

impl Run<'_, '_, '_> {
    pub(super) fn run(&mut self) {
        let root = State {
            node: self.search.words.lexicon.dawg.root(),
            channel: 0.0,
            prior: 0.0,
            outlook: 0.0,
            parent: u32::MAX,
            step: Step::Element,
            read: 0,
            letters: 0,
            elements: 0,
            first: None,
            skipped: false,
        };
        self.push(root);
        let (mut place, mut left) = (0, self.search.limits.states);
        while place < PLACES && left > 0 {
            if place as Cost / STEPS > self.limit() - self.scratch.rest[0] {
                break;
            }
            match self.scratch.queue[place].pop() {
                Some(state) => {
                    left -= 1;
                    self.expand(state);
                }
                None => place += 1,
            }
        }
        self.scratch.queue.iter_mut().for_each(Vec::clear);
    }

    /// What a reading may cost to be worth a look.
    fn limit(&self) -> Cost {
        *self.best + self.search.limits.range
    }

    /// What a reading that goes through a state costs at least.
    fn least(&self, state: &State) -> Cost {
        state.channel + self.scratch.rest[usize::from(state.read)] + state.prior + state.outlook
    }

    /// Whether a state is worth following.
    fn is_hopeful(&self, state: &State) -> bool {
        let rest = self.scratch.rest[usize::from(state.read)];
        state.channel + rest <= self.scratch.rest[0] + self.search.limits.channel
            && self.least(state) <= self.limit()
    }

    fn push(&mut self, state: State) {
        let place = (self.least(&state) - self.scratch.rest[0]) * STEPS;
        let place = (place.max(0.0) as usize).min(PLACES - 1);
        self.scratch.queue[place].push(self.scratch.states.len() as u32);
        self.scratch.states.push(state);
    }

    /// Follows every unit that can stand behind a state.
    fn expand(&mut self, from: u32) {
        let state = self.scratch.states[from as usize];
        if !self.is_hopeful(&state) {
            return;
        }
        let situation = match (state.letters, state.first) {
            (0, None) => Situation::Start,
            (0, Some(_)) => Situation::Second,
            _ => Situation::Inside,
        };
        let wanted = wanted(self.casing, situation);
        let i = usize::from(state.read);
        let left = self.seen.len() - i;
        let readers = self.search.readers;
        // A letter is no word that lost one.
        let least = if state.skipped || self.seen.len() < 2 {
            1
        } else {
            0
        };
        let groups = self.scratch.groups[i];
        let dearest_path = self.scratch.rest[0] + self.search.limits.channel;
        // What a reader may cost that takes so many codes, whatever the word.
        let most = (self.limit() - state.prior - state.outlook).min(dearest_path) - state.channel;
        let takes = least..=LONGEST.min(left);
        let mut affordable = [Letters::default(); LONGEST + 1];
        let mut any = Letters::default();
        for takes in takes.clone() {
            let dearest = most - self.scratch.rest[i + takes];
            affordable[takes] = readers.letters(groups[takes], dearest);
            any = any | affordable[takes];
        }
        for edge in self.search.words.lexicon.dawg.edges(state.node) {
            let letter = edge.label();
            if !any.has(letter) {
                continue;
            }
            for takes in takes.clone().filter(|&t| affordable[t].has(letter)) {
                // Where endings are shared, what is below says less than what was above.
                let outlook = state.outlook.max(self.outlook(&state, edge, i + takes));
                let most = (self.limit() - state.prior - outlook).min(dearest_path) - state.channel;
                let dearest = most - self.scratch.rest[i + takes];
                for reader in readers.of(groups[takes], letter) {
                    if reader.cost > dearest {
                        break;
                    }
                    if reader.fits(wanted) {
                        self.step(from, &state, edge, reader, takes);
                    }
                }
            }
        }
        if self.has_marks {
            self.skip_marks(from, &state);
        }
    }

    /// What a word costs at least that goes on with an edge, when so much is read.
    fn outlook(&self, state: &State, edge: Edge, read: usize) -> Cost {
        let ahead = &self.scratch.ahead[read];
        match state.elements {
            0 => edge.outlook(0, ahead),
            _ => edge.outlook(1, ahead) + self.compound,
        }
    }

    /// Follows the marks behind a state that stand for nothing.
    fn skip_marks(&mut self, from: u32, state: &State) {
        let i = usize::from(state.read);
        let left = self.seen.len() - i;
        for takes in 1..=LONGEST.min(left) {
            let insertions = self.search.readers.insertions(&self.seen[i..i + takes]);
            for insertion in insertions {
                let place = match (i, takes == left) {
                    (0, _) => Place::Start,
                    (_, true) => Place::End,
                    _ => Place::Middle,
                };
                if insertion.place == place {
                    let next = State {
                        channel: state.channel + insertion.cost,
                        parent: from,
                        step: Step::Unit(insertion.unit),
                        read: (i + takes) as u8,
                        skipped: false,
                        ..*state
                    };
                    self.insert(from, next);
                }
            }
        }
    }

    /// Reads one unit, whose first letter `edge` reads.
    fn step(&mut self, from: u32, state: &State, mut edge: Edge, reader: &Reader, takes: usize) {
        for &letter in &reader.meant()[1..] {
            let next = edge.node();
            let next = next.and_then(|node| self.search.words.lexicon.dawg.step(node, letter));
            let Some(next) = next else { return };
            edge = next;
        }
        let node = edge.node();
        let next = State {
            node: node.unwrap_or(state.node),
            channel: state.channel + reader.cost,
            outlook: state
                .outlook
                .max(self.outlook(state, edge, usize::from(state.read) + takes)),
            parent: from,
            step: Step::Unit(reader.unit),
            read: state.read + takes as u8,
            letters: (state.letters + reader.meant().len() as u8).min(2),
            skipped: takes == 0,
            ..*state
        };
        if !self.is_hopeful(&next) {
            return;
        }
        let is_end = usize::from(next.read) == self.seen.len();
        match edge.word() {
            Some(word) if is_end => self.finish(next, word),
            Some(word) if self.search.target == Target::Any => self.restart(next, word),
            _ => {}
        }
        if node.is_some() {
            self.push(next);
        }
    }

    /// Marks in the word that stand for nothing.
    fn insert(&mut self, from: u32, next: State) {
        if !self.is_hopeful(&next) {
            return;
        }
        if usize::from(next.read) == self.seen.len()
            && let Some(word) = self.ended(from)
        {
            self.finish(next, word);
        }
        self.push(next);
    }

    /// The word that ends with the last step to a state.
    fn ended(&self, mut at: u32) -> Option<WordId> {
        let mut codes: Vec<Code> = Vec::new();
        while let Some(state) = self.scratch.states.get(at as usize) {
            let Step::Unit(unit) = state.step else { break };
            let meant = self.search.channel.unit(unit).meant();
            codes.extend(meant.iter().rev().map(|&c| alphabet::lower(c)));
            at = state.parent;
        }
        codes.reverse();
        self.search.words.lexicon.dawg.rank(&codes)
    }

    /// An element or a word is complete and the form goes on.
    fn restart(&mut self, next: State, word: WordId) {
        let words = self.search.words;
        // Most words end where nothing that is dear enough to follow fits any more: told
        // before what is known of the word is fetched from all over the memory.
        let rest = self.scratch.rest[usize::from(next.read)];
        let room = self.limit() - next.channel - next.prior - rest;
        let begins = next.elements < ELEMENTS && next.letters > 1;
        let is_element = begins
            && words.least_left + self.compound + words.least_right <= room
            && { self.element(next, word) };
        let lost = self.lost_space(usize::from(next.read));
        if next.first.is_none()
            && next.elements == 0
            && lost + words.least_word + next.outlook.max(words.least_word) <= room
        {
            self.second(next, word, lost, is_element);
        }
    }

    /// Goes on behind a left element of a compound, if the word is one; whether the word's
    /// state was kept for it.
    fn element(&mut self, next: State, word: WordId) -> bool {
        let words = self.search.words;
        let Some(left) = words.lexicon.left_cost(word) else {
            return false;
        };
        let to = usize::from(next.read);
        let further = if next.elements > 0 { ELEMENT } else { 0.0 };
        let element = State {
            node: words.lexicon.dawg.root(),
            parent: self.scratch.states.len() as u32,
            step: Step::Element,
            elements: next.elements + 1,
            prior: next.prior + left + further,
            outlook: self.compound + words.least_right,
            skipped: false,
            ..next
        };
        let cost = element.channel + element.prior;
        let goes_on = self.is_hopeful(&element) && cost < self.scratch.begun[to];
        if goes_on {
            self.scratch.begun[to] = cost;
            self.scratch.states.push(next);
            self.push(element);
        }
        goes_on
    }

    /// Goes on behind the first of two words, if the word is one.
    fn second(&mut self, next: State, word: WordId, lost: Cost, is_kept: bool) {
        let words = self.search.words;
        let flags = words.lexicon.flags(word);
        if !(flags.has(Flags::WORD) && flags.has(Flags::COUNTED)) {
            return;
        }
        let to = usize::from(next.read);
        // Two long words without a space between them are a compound.
        let is_compound = to > SHORT && self.seen.len() - to > SHORT;
        let parent = self.scratch.states.len() as u32;
        let second = State {
            node: words.lexicon.dawg.root(),
            parent: if is_kept { parent - 2 } else { parent },
            step: Step::Space,
            letters: 0,
            first: Some(word),
            channel: next.channel + if is_compound { lost + COMPOUND } else { lost },
            prior: next.prior + words.lm.unigram_cost(word),
            outlook: words.least_word,
            skipped: false,
            ..next
        };
        if self.is_hopeful(&second) {
            if !is_kept {
                self.scratch.states.push(next);
            }
            self.push(second);
        }
    }

    fn lost_space(&self, to: usize) -> Cost {
        match to == 1 && alphabet::is_upper(self.seen[0]) {
            true => LOST_SPACE_BEHIND_CAPITAL,
            false => LOST_SPACE,
        }
    }

    /// Turns a path into a candidate, if its last element can stand there.
    fn finish(&mut self, last: State, word: WordId) {
        let words = self.search.words;
        let (lexicon, flags) = (&words.lexicon, words.lexicon.flags(word));
        if self.search.target == Target::Counted && !flags.has(Flags::COUNTED) {
            return;
        }
        let right = match last.elements {
            0 if !flags.has(Flags::WORD) => return,
            0 => None,
            _ => match lexicon.right_cost(word) {
                Some(right) => Some(right),
                None => return,
            },
        };
        if let Some(right) = right
            && last.channel + last.prior + self.compound + right > self.limit()
        {
            return;
        }
        let (surface, units) = self.path(last);
        let cut = surface.iter().position(|&c| c == b' ');
        let tail = &surface[cut.map_or(0, |i| i + 1)..];
        let first = last.first.map_or(0.0, |w| words.lm.unigram_cost(w));
        let scored = if let Some(right) = right {
            let lower = alphabet::lower_all(tail);
            let whole = lexicon.word(&lower);
            // Counted words are reached without a restart.
            if tail.len() <= 5 || whole.is_some_and(|id| words.is_counted(id)) {
                return;
            }
            words.uncounted(tail, &lower, whole, Some(last.prior - first + right))
        } else if flags.has(Flags::COUNTED) {
            Scored {
                id: word,
                within: 0.0,
            }
        } else {
            words.uncounted(tail, &alphabet::lower_all(tail), Some(word), None)
        };
        if last.first.is_some() && scored.within > 0.0 && tail.len() < 5 {
            return;
        }
        let prior = first + words.lm.unigram_cost(scored.id) + scored.within;
        let total = last.channel + prior;
        if total > self.limit() {
            return;
        }
        *self.best = self.best.min(total);
        let single = |id| Scored { id, within: 0.0 };
        let extra = match cut {
            Some(at) if at > SHORT && surface.len() - at - 1 > SHORT => {
                self.lost_space(at) + COMPOUND
            }
            Some(at) => self.lost_space(at),
            None => 0.0,
        };
        let basis = match scored.within > 0.0 {
            true => Basis::Formed,
            false => Basis::Counted,
        };
        self.found.push(Candidate {
            surface: surface.into(),
            units: units.into(),
            words: match last.first {
                Some(first) => Few::two(single(first), scored),
                None => Few::one(scored),
            },
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
                    surface.extend(self.search.channel.unit(unit).meant().iter().rev());
                }
            }
            state = self.scratch.states.get(here.parent as usize);
        }
        surface.reverse();
        units.reverse();
        (surface, units)
    }
}

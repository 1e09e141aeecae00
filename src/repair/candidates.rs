//! What a seen form may have been meant to be.
//!
//! The channel is intersected with the lexicon: a beam of states (how much of the
//! form is read, where in the automaton) advances over the seen form, each step a
//! unit whose seen side stands there and whose meant side the automaton can read.
//! At the end of an element the walk may begin again at the root, for a compound or
//! for two words whose space was lost. Cost grows with the beam and the length of the
//! form, not with the size of the lexicon.

use super::channel::{Channel, Place, Unit, UnitId};
use crate::lexicon::dawg::Node;
use crate::lexicon::{Flags, Lexicon, WordId};
use crate::lm::chars::{CharModel, Start};
use crate::lm::{Class, Cost, Id};
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashMap;

/// One reading of a seen form.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The meant codes, with their case; a space where a split is proposed.
    pub surface: Box<[Code]>,
    /// How each piece was read, in order.
    pub units: Box<[UnitId]>,
    /// What the language model scores: one entry a word.
    pub words: Box<[Scored]>,
    /// Cost of the units when the candidate was found, in nats.
    pub channel: Cost,
}

/// A word as the language model sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// A counted word, a class or a mark.
    pub id: Id,
    /// Cost of the word within its class; 0 for a counted word.
    pub within: Cost,
}

impl Candidate {
    /// Whether the reading is what was seen.
    pub fn is_identity(&self, seen: &[Code]) -> bool {
        *self.surface == *seen
    }

    /// What the words cost without any context, in nats.
    pub fn prior(&self, unigram: impl Fn(Id) -> Cost) -> Cost {
        self.words.iter().map(|w| unigram(w.id) + w.within).sum()
    }
}

/// The parts of the model that candidates are found with.
#[derive(Debug)]
pub struct Sources<'m> {
    /// The words.
    pub lexicon: Lexicon<'m>,
    /// How unlisted words are spelled.
    pub chars: CharModel<'m>,
    /// Costs of drawing a compound or a free spelling: lower case, then capital.
    pub shares: [Cost; 4],
    /// The language model, for unigrams and ids.
    pub lm: crate::lm::Lm<'m>,
}

/// Limits of the search.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// States kept at each position.
    pub beam: usize,
    /// How much dearer than the best at its position a state may be, in nats.
    pub width: Cost,
    /// Candidates returned.
    pub most: usize,
    /// How much dearer than the best (channel and prior) a candidate may be.
    pub range: Cost,
    /// Longest form that is looked at, in codes.
    pub longest: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            beam: 64,
            width: 10.0,
            most: 12,
            range: 16.0,
            longest: 48,
        }
    }
}

/// How the letters of a word are cased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Lower,
    Capital,
    Upper,
}

#[derive(Clone, Copy, Debug)]
struct State {
    node: Node,
    cost: Cost,
    /// Cost of the elements and words finished so far.
    prior: Cost,
    /// Index of the state it came from, and the unit that led here.
    parent: u32,
    unit: UnitId,
    /// Letters meant so far in this word, up to 2.
    letters: u8,
    /// Left elements so far.
    elements: u8,
    /// What a split has finished: the first word, if any.
    first: Option<WordId>,
    /// Deletions in a row.
    deleted: bool,
}

/// Marks a step that reads nothing: a new element, or a new word.
const RESTART: UnitId = UnitId::MAX;
const SPLIT: UnitId = UnitId::MAX - 1;

/// Finds readings. Costs of units come from `costs`, by unit.
pub struct Finder<'a, 'm> {
    /// The model's parts.
    pub sources: &'a Sources<'m>,
    /// The units.
    pub channel: &'a Channel,
    /// Their costs.
    pub costs: &'a [Cost],
    /// Limits of the search.
    pub limits: Limits,
}

impl Finder<'_, '_> {
    /// The readings of one form (no space in it), likeliest first; the form itself
    /// is always among them.
    pub fn find(&self, seen: &[Code]) -> Vec<Candidate> {
        let mut found: Vec<(Cost, Candidate)> = Vec::new();
        if seen.len() <= self.limits.longest {
            for &case in cases(seen) {
                self.walk(seen, case, &mut found);
            }
        }
        let identity = self.identity(seen);
        found.push((self.total(&identity), identity));
        found.sort_by(|a, b| {
            a.0.total_cmp(&b.0)
                .then_with(|| a.1.surface.cmp(&b.1.surface))
        });
        let mut kept: Vec<Candidate> = Vec::new();
        let best = found[0].0;
        for (cost, candidate) in found {
            let identity = candidate.is_identity(seen);
            let wanted =
                identity || kept.len() < self.limits.most && cost <= best + self.limits.range;
            if wanted && !kept.iter().any(|k| k.surface == candidate.surface) {
                kept.push(candidate);
            }
        }
        kept
    }

    fn total(&self, candidate: &Candidate) -> Cost {
        candidate.channel + candidate.prior(|id| self.sources.lm.unigram_cost(id))
    }

    /// The form as it stands: a lexicon word, a compound, or a free spelling.
    fn identity(&self, seen: &[Code]) -> Candidate {
        let units: Box<[UnitId]> = seen.iter().map(|&c| self.channel.identity(c)).collect();
        let channel = units.iter().map(|&u| self.costs[usize::from(u)]).sum();
        Candidate {
            surface: seen.into(),
            words: [self.score(seen)].into(),
            units,
            channel,
        }
    }

    /// How the language model sees a word that is spelled so.
    pub fn score(&self, surface: &[Code]) -> Scored {
        if surface.iter().any(u8::is_ascii_digit) {
            // A designation (`E8`, `3b`): neither a word nor spelled like one.
            return Scored {
                id: self.sources.lm.class(Class::Code),
                within: DESIGNATION * surface.len() as Cost,
            };
        }
        let lower: Vec<Code> = surface.iter().map(|&c| alphabet::lower(c)).collect();
        let id = self.sources.lexicon.word(&lower);
        match id {
            Some(id) if self.sources.lexicon.flags(id).has(Flags::COUNTED) => {
                Scored { id, within: 0.0 }
            }
            _ => self.uncounted(surface, &lower, id, self.compound(&lower)),
        }
    }

    /// An uncounted word is drawn from its class: from the dictionary, as a
    /// compound or letter by letter, whichever is likeliest.
    fn uncounted(
        &self,
        surface: &[Code],
        lower: &[Code],
        id: Option<WordId>,
        compound: Option<Cost>,
    ) -> Scored {
        let class = class(surface);
        let capital = class != Class::Lower;
        let listed = id.and_then(|id| self.sources.lexicon.class_cost(id, capital));
        let [compounds, spelling] = self.shares(capital);
        let start = if capital {
            Start::Capital
        } else {
            Start::Lower
        };
        let spelled = spelling + self.sources.chars.cost(start, lower);
        let compound = compound.map(|c| compounds + c);
        let within = [listed, compound]
            .into_iter()
            .flatten()
            .fold(spelled, Cost::min);
        let within = (within * knob("WS", 1.0) - knob("OOVB", 0.0)).max(0.1);
        Scored {
            id: self.sources.lm.class(class),
            within,
        }
    }

    fn shares(&self, capital: bool) -> [Cost; 2] {
        let [a, b, c, d] = self.sources.shares;
        if capital { [c, d] } else { [a, b] }
    }

    /// The cheapest split of a word into elements, if there is one.
    fn compound(&self, lower: &[Code]) -> Option<Cost> {
        // Best cost of left elements that end at each position.
        let mut ends: Vec<Option<Cost>> = vec![None; lower.len() + 1];
        ends[0] = Some(0.0);
        let mut best: Option<Cost> = None;
        for start in 0..lower.len() {
            let Some(before) = ends[start] else { continue };
            let mut node = Some(self.sources.lexicon.dawg.root());
            for (i, &label) in lower.iter().enumerate().skip(start) {
                let Some(edge) = node.and_then(|n| self.sources.lexicon.dawg.step(n, label)) else {
                    break;
                };
                node = edge.node;
                let Some(word) = edge.word else { continue };
                if i + 1 == lower.len() {
                    if start > 0 {
                        if let Some(right) = self.sources.lexicon.right_cost(word) {
                            best = Some(best.map_or(before + right, |b| b.min(before + right)));
                        }
                    }
                } else if let Some(left) = self.sources.lexicon.left_cost(word) {
                    let cost = before + left + if start > 0 { ELEMENT } else { 0.0 };
                    ends[i + 1] = Some(ends[i + 1].map_or(cost, |c| c.min(cost)));
                }
            }
        }
        best
    }

    /// The beam over one casing.
    fn walk(&self, seen: &[Code], case: Case, found: &mut Vec<(Cost, Candidate)>) {
        let n = seen.len();
        let mut states: Vec<State> = Vec::with_capacity(256);
        let mut at: Vec<Vec<u32>> = vec![Vec::new(); n + 1];
        let root = self.sources.lexicon.dawg.root();
        states.push(State {
            node: root,
            cost: 0.0,
            prior: 0.0,
            parent: u32::MAX,
            unit: RESTART,
            letters: 0,
            elements: 0,
            first: None,
            deleted: false,
        });
        at[0].push(0);
        let readings = self.readings(seen);
        let mut merged: FxHashMap<(Node, u8, Option<WordId>, usize), u32> = FxHashMap::default();
        for i in 0..=n {
            let mut here = std::mem::take(&mut at[i]);
            here.sort_by(|&a, &b| {
                let key = |s: u32| states[s as usize].cost + states[s as usize].prior;
                key(a).total_cmp(&key(b)).then(a.cmp(&b))
            });
            here.truncate(self.limits.beam);
            let Some(&first) = here.first() else { continue };
            let best = states[first as usize].cost + states[first as usize].prior;
            let mut k = 0;
            while k < here.len() {
                let index = here[k];
                k += 1;
                let state = states[index as usize];
                if state.cost + state.prior > best + self.limits.width {
                    continue;
                }
                for &(len, unit) in &readings[i] {
                    let cost = state.cost + self.costs[usize::from(unit)];
                    if len == 0 && state.deleted {
                        continue;
                    }
                    self.step(
                        index,
                        state,
                        unit,
                        cost,
                        case,
                        seen,
                        i + len,
                        n,
                        &mut states,
                        &mut at,
                        &mut here,
                        i,
                        &mut merged,
                        found,
                    );
                }
            }
        }
    }

    /// Units that can read what stands at each position: how much of the seen form
    /// they take, and which they are.
    fn readings(&self, seen: &[Code]) -> Vec<Vec<(usize, UnitId)>> {
        (0..=seen.len())
            .map(|i| {
                let mut units: Vec<(usize, UnitId)> = Vec::new();
                for len in 0..=super::channel::LONGEST.min(seen.len() - i) {
                    for &unit in self.channel.reading(&seen[i..i + len]) {
                        if self.costs[usize::from(unit)] < super::channel::MISSING - 1.0 {
                            units.push((len, unit));
                        }
                    }
                }
                units
            })
            .collect()
    }

    #[allow(clippy::too_many_arguments)]
    fn step(
        &self,
        index: u32,
        state: State,
        unit: UnitId,
        cost: Cost,
        case: Case,
        seen: &[Code],
        to: usize,
        n: usize,
        states: &mut Vec<State>,
        at: &mut [Vec<u32>],
        here: &mut Vec<u32>,
        i: usize,
        merged: &mut FxHashMap<(Node, u8, Option<WordId>, usize), u32>,
        found: &mut Vec<(Cost, Candidate)>,
    ) {
        let lexicon = &self.sources.lexicon;
        let meant = self.channel.unit(unit).meant();
        let mut node = Some(state.node);
        let mut word = None;
        let mut letters = state.letters;
        if meant.is_empty() && !self.may_insert(unit, i, to, n) {
            return;
        }
        for &code in meant {
            let upper = alphabet::is_upper(code);
            let wanted = match case {
                Case::Lower => false,
                Case::Capital => letters == 0 && (state.first.is_none() || upper),
                Case::Upper => true,
            };
            let fits = alphabet::is_letter(code)
                && (upper == wanted || !alphabet::is_upper(alphabet::upper(code)));
            let Some(edge) = node
                .filter(|_| fits)
                .and_then(|n| lexicon.dawg.step(n, alphabet::lower(code)))
            else {
                return;
            };
            node = edge.node;
            word = edge.word;
            letters = (letters + 1).min(2);
        }
        let deleted = to == i;
        let next = State {
            node: node.unwrap_or(state.node),
            cost,
            parent: index,
            unit,
            letters,
            deleted,
            ..state
        };
        if meant.is_empty() {
            if to == n {
                // A mark after the last letter: the word ended before it.
                if let Some(w) = self.ended(states, index) {
                    states.push(next);
                    self.finish(states, states.len() as u32 - 1, w, seen, found);
                }
            }
            if to <= n {
                push(next, to, i, states, at, here, merged);
            }
            return;
        }
        let Some(word) = word else {
            if node.is_some() {
                push(next, to, i, states, at, here, merged);
            }
            return;
        };
        if node.is_some() {
            push(next, to, i, states, at, here, merged);
        }
        if to == n {
            states.push(next);
            self.finish(states, states.len() as u32 - 1, word, seen, found);
            return;
        }
        let after = states.len() as u32;
        let root = lexicon.dawg.root();
        if let Some(left) = lexicon
            .left_cost(word)
            .filter(|_| state.elements < 3 && i >= 2)
        {
            states.push(next);
            let extra = if state.elements > 0 { ELEMENT } else { 0.0 };
            let restart = State {
                node: root,
                parent: after,
                unit: RESTART,
                elements: state.elements + 1,
                prior: state.prior + left + extra,
                ..next
            };
            push(restart, to, i, states, at, here, merged);
        }
        let is_word =
            lexicon.flags(word).has(Flags::WORD) && lexicon.flags(word).has(Flags::COUNTED);
        if is_word && state.first.is_none() && state.elements == 0 && n >= 3 {
            let after = states.len() as u32;
            states.push(next);
            let restart = State {
                node: root,
                parent: after,
                unit: SPLIT,
                letters: 0,
                first: Some(word),
                prior: state.prior + self.sources.lm.unigram_cost(word),
                cost: next.cost + LOST_SPACE,
                ..next
            };
            push(restart, to, i, states, at, here, merged);
        }
    }

    /// Whether marks may be put in here: at the end only behind a letter.
    fn may_insert(&self, unit: UnitId, i: usize, to: usize, n: usize) -> bool {
        let place = match (i, to == n) {
            (0, _) => Place::Start,
            (_, true) => Place::End,
            _ => Place::Middle,
        };
        *self.channel.unit(unit) == Unit::insertion(place, self.channel.unit(unit).seen())
    }

    /// The word that state `index` has just ended, if its last step ended one.
    fn ended(&self, states: &[State], index: u32) -> Option<WordId> {
        let mut codes: Vec<Code> = Vec::new();
        let mut at = index;
        while at != u32::MAX {
            let state = states[at as usize];
            if state.unit == RESTART || state.unit == SPLIT {
                break;
            }
            codes.extend(
                self.channel
                    .unit(state.unit)
                    .meant()
                    .iter()
                    .rev()
                    .map(|&c| alphabet::lower(c)),
            );
            at = state.parent;
        }
        codes.reverse();
        self.sources.lexicon.dawg.rank(&codes)
    }

    /// Turns a path into a candidate, if its last element can stand there.
    fn finish(
        &self,
        states: &[State],
        last: u32,
        word: WordId,
        seen: &[Code],
        found: &mut Vec<(Cost, Candidate)>,
    ) {
        let lexicon = &self.sources.lexicon;
        let state = states[last as usize];
        let flags = lexicon.flags(word);
        if state.elements == 0 && !flags.has(Flags::WORD) {
            return;
        }
        let (mut units, mut surface) = (Vec::new(), Vec::new());
        let mut at = last;
        while at != u32::MAX {
            let state = states[at as usize];
            match state.unit {
                RESTART => {}
                SPLIT => surface.push(b' '),
                unit => {
                    units.push(unit);
                    surface.extend(self.channel.unit(unit).meant().iter().rev());
                }
            }
            at = state.parent;
        }
        surface.reverse();
        units.reverse();
        let tail_start = surface
            .iter()
            .rposition(|&c| c == b' ')
            .map_or(0, |i| i + 1);
        let tail = &surface[tail_start..];
        let scored = if state.elements > 0 {
            let Some(right) = lexicon.right_cost(word).filter(|_| tail.len() > 5) else {
                return;
            };
            let elements =
                state.prior - state.first.map_or(0.0, |w| self.sources.lm.unigram_cost(w));
            let lower: Vec<Code> = tail.iter().map(|&c| alphabet::lower(c)).collect();
            match lexicon.word(&lower) {
                // Listed words are reached without a restart.
                Some(id) if lexicon.flags(id).has(Flags::COUNTED) => return,
                id => self.uncounted(tail, &lower, id, Some(elements + right)),
            }
        } else if flags.has(Flags::COUNTED) {
            Scored {
                id: word,
                within: 0.0,
            }
        } else {
            let lower: Vec<Code> = tail.iter().map(|&c| alphabet::lower(c)).collect();
            self.uncounted(tail, &lower, Some(word), None)
        };
        let words: Box<[Scored]> = match state.first {
            Some(first) => {
                if !flags.has(Flags::COUNTED) && state.elements == 0 && tail.len() < 4 {
                    return;
                }
                [
                    Scored {
                        id: first,
                        within: LOST_SPACE,
                    },
                    scored,
                ]
                .into()
            }
            None => [scored].into(),
        };
        let channel = units.iter().map(|&u| self.costs[usize::from(u)]).sum();
        let candidate = Candidate {
            surface: surface.into(),
            units: units.into(),
            words,
            channel,
        };
        let total = self.total(&candidate);
        debug_assert!(candidate.surface.iter().any(|&c| c != b' ') || seen.is_empty());
        found.push((total, candidate));
    }
}

/// What each character of a designation costs.
const DESIGNATION: Cost = 3.0;

/// What each further element of a compound costs beside itself.
const ELEMENT: Cost = 3.0;

/// What it costs that an engine loses a space.
const LOST_SPACE: Cost = 6.5;

fn push(
    state: State,
    to: usize,
    from: usize,
    states: &mut Vec<State>,
    at: &mut [Vec<u32>],
    here: &mut Vec<u32>,
    merged: &mut FxHashMap<(Node, u8, Option<WordId>, usize), u32>,
) {
    let key = (
        state.node,
        state.elements << 2 | state.letters,
        state.first,
        to,
    );
    let cost = state.cost + state.prior;
    if let Some(&known) = merged.get(&key) {
        if states[known as usize].cost + states[known as usize].prior <= cost {
            return;
        }
    }
    let index = states.len() as u32;
    states.push(state);
    merged.insert(key, index);
    if to == from {
        here.push(index);
    } else {
        at[to].push(index);
    }
}

/// The casings under which a form is looked up.
fn cases(seen: &[Code]) -> &'static [Case] {
    let letters = seen.iter().filter(|&&c| alphabet::is_letter(c)).count();
    let upper = seen.iter().filter(|&&c| alphabet::is_upper(c)).count();
    let first_upper = seen.first().is_some_and(|&c| alphabet::is_upper(c));
    let first_letter = seen.first().is_some_and(|&c| alphabet::is_letter(c));
    match (letters, upper) {
        (0, _) => &[Case::Lower, Case::Capital],
        (_, 0) if !first_letter => &[Case::Lower, Case::Capital],
        (1, 0) => &[Case::Lower, Case::Capital],
        (_, 0) => &[Case::Lower],
        (1, 1) => &[Case::Capital],
        (n, u) if u == n => &[Case::Upper],
        (2 | 3, _) if first_upper => &[Case::Capital, Case::Upper],
        (2 | 3, _) => &[Case::Lower, Case::Upper, Case::Capital],
        (n, u) if u * 2 > n => &[Case::Upper, Case::Capital],
        _ if first_upper => &[Case::Capital],
        _ if !first_letter => &[Case::Capital, Case::Lower],
        _ => &[Case::Lower, Case::Capital],
    }
}

/// The class of a word that is not counted.
pub fn class(surface: &[Code]) -> Class {
    let first = surface.first().is_some_and(|&c| alphabet::is_upper(c));
    let rest = surface.get(1..).unwrap_or_default();
    let upper = rest.iter().any(|&c| alphabet::is_upper(c));
    let lower = rest
        .iter()
        .any(|&c| alphabet::is_letter(c) && !alphabet::is_upper(c));
    match (first, upper && !lower) {
        (true, true) => Class::Upper,
        (true, false) => Class::Capital,
        (false, _) => Class::Lower,
    }
}

/// Tuning knob.
pub fn knob(name: &str, default: f32) -> f32 {
    use std::sync::OnceLock;
    static KNOBS: OnceLock<std::collections::HashMap<String, f32>> = OnceLock::new();
    KNOBS
        .get_or_init(|| {
            std::env::vars()
                .filter_map(|(k, v)| Some((k, v.parse().ok()?)))
                .collect()
        })
        .get(name)
        .copied()
        .unwrap_or(default)
}

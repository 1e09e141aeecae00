//! Readings of words that no list holds: names and places above all.
//!
//! The channel is searched against the character model alone: a beam over the seen
//! form in which every state remembers the last codes meant. It finds `Ståhlberg`
//! for `Stahlberg` because the letters are likelier so.

use super::Basis;
use super::candidate::{Candidate, Few};
use super::channel::{LONGEST, UnitId};
use super::readers::{Reader, Situation, wanted};
use super::search::Search;
use super::words::{Casing, class};
use crate::lm::chars::{END, ORDER, Start};
use crate::lm::{Class, Cost};
use crate::text::alphabet::{self, Code};

/// States kept at each position.
const BEAM: usize = 8;

/// How much dearer than the best at its position a state may be, in nats.
const WIDTH: Cost = 6.0;

/// Units dearer than this are not tried without a word to support them, in nats.
pub const DEAREST: Cost = 6.0;

/// Readings returned.
const MOST: usize = 3;

/// Codes that the character model looks back on.
const HISTORY: usize = ORDER - 1;

#[derive(Clone, Copy, Debug)]
struct State {
    /// The last codes meant, in lower case, the newest last; and how many.
    history: [Code; HISTORY],
    len: u8,
    /// Channel and spelling.
    cost: Cost,
    parent: u32,
    unit: UnitId,
}

/// Adds the likeliest spellings for `seen`, a form of letters.
pub fn spell(search: &Search<'_, '_>, seen: &[Code], found: &mut Vec<Candidate>) {
    let letters = seen.iter().filter(|&&c| alphabet::is_letter(c)).count();
    if letters < 4 || letters + 1 < seen.len() || seen.len() > search.limits.longest {
        return;
    }
    let (start, casing) = match class(seen) {
        Class::Lower => (Start::Lower, Casing::Lower),
        Class::Upper => (Start::Capital, Casing::Upper),
        _ => (Start::Capital, Casing::Capital),
    };
    let root = State {
        history: [start as Code; HISTORY],
        len: 1,
        cost: 0.0,
        parent: u32::MAX,
        unit: 0,
    };
    let mut states = vec![root];
    let mut at: Vec<Vec<u32>> = vec![Vec::new(); seen.len() + 1];
    at[0].push(0);
    for i in 0..seen.len() {
        let here = best(std::mem::take(&mut at[i]), &states);
        let situation = if i == 0 {
            Situation::Start
        } else {
            Situation::Inside
        };
        let wanted = wanted(casing, situation);
        for takes in 1..=LONGEST.min(seen.len() - i) {
            let group = search.readers.find(&seen[i..i + takes]);
            for reader in search.readers.by_cost(group) {
                if !reader.fits(wanted) {
                    continue;
                }
                for &from in &here {
                    let next = extended(search, &states, from, reader);
                    at[i + takes].push(states.len() as u32);
                    states.push(next);
                }
            }
        }
    }
    let Some(last) = at.pop() else { return };
    let mut whole: Vec<(Cost, u32)> = last
        .into_iter()
        .map(|s| {
            let state = &states[s as usize];
            (state.cost + next(search, state, END), s)
        })
        .collect();
    whole.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let first = found.len();
    for &(_, state) in &whole {
        if found.len() == first + MOST {
            break;
        }
        let (surface, units) = path(search, &states, state);
        if found[first..].iter().any(|c| *c.surface == *surface) {
            continue;
        }
        found.push(Candidate {
            words: Few::one(search.words.score(&surface)),
            surface: surface.into(),
            units: units.into(),
            extra: 0.0,
            basis: Basis::Spelled,
        });
    }
}

/// The states of a position worth following, best first.
fn best(mut here: Vec<u32>, states: &[State]) -> Vec<u32> {
    let cost = |s: u32| states[s as usize].cost;
    here.sort_by(|&a, &b| cost(a).total_cmp(&cost(b)).then(a.cmp(&b)));
    let limit = here.first().map_or(0.0, |&s| cost(s) + WIDTH);
    here.retain(|&s| cost(s) <= limit);
    here.truncate(BEAM);
    here
}

fn extended(search: &Search<'_, '_>, states: &[State], from: u32, reader: &Reader) -> State {
    let mut new = states[from as usize];
    new.cost += reader.cost;
    for &code in reader.meant() {
        new.cost += next(search, &new, code);
        let len = usize::from(new.len);
        if len == HISTORY {
            new.history.copy_within(1.., 0);
            new.history[HISTORY - 1] = code;
        } else {
            new.history[len] = code;
            new.len += 1;
        }
    }
    State {
        parent: from,
        unit: reader.unit,
        ..new
    }
}

/// The cost of a code after what was meant so far.
fn next(search: &Search<'_, '_>, state: &State, code: Code) -> Cost {
    let history = &state.history[..usize::from(state.len)];
    search.words.chars.next(history, code)
}

fn path(search: &Search<'_, '_>, states: &[State], mut at: u32) -> (Vec<Code>, Vec<UnitId>) {
    let (mut surface, mut units) = (Vec::new(), Vec::new());
    while let Some(state) = states.get(at as usize).filter(|s| s.parent != u32::MAX) {
        units.push(state.unit);
        surface.extend(search.channel.unit(state.unit).meant().iter().rev());
        at = state.parent;
    }
    surface.reverse();
    units.reverse();
    (surface, units)
}

//! Readings of words that no list holds: names and places above all.
//!
//! The channel is searched against the character model alone: a beam over the seen
//! form in which every state remembers the last codes meant. It finds `Ståhlberg`
//! for `Stahlberg` because the letters are likelier so.

use super::Basis;
use super::candidates::{Candidate, Limits};
use super::channel::{Channel, LONGEST, UnitId};
use super::words::{Scored, Words, class};
use crate::lm::chars::{END, ORDER, Start};
use crate::lm::{Class, Cost};
use crate::text::alphabet::{self, Code};

/// States kept at each position.
const BEAM: usize = 16;

/// Units dearer than this are not tried without a word to support them, in nats.
const DEAREST: Cost = 6.0;

/// Readings returned.
const MOST: usize = 3;

#[derive(Clone)]
struct State {
    meant: Vec<Code>,
    units: Vec<UnitId>,
    channel: Cost,
    spelled: Cost,
}

/// Adds the likeliest spellings for `seen`, a form of letters.
pub fn spell(
    words: &Words<'_>,
    channel: &Channel,
    costs: &[Cost],
    limits: Limits,
    seen: &[Code],
    found: &mut Vec<Candidate>,
) {
    let letters = seen.iter().filter(|&&c| alphabet::is_letter(c)).count();
    if letters < 4 || letters + 1 < seen.len() || seen.len() > limits.longest {
        return;
    }
    let capital = class(seen) != Class::Lower;
    let all_upper = class(seen) == Class::Upper;
    let start = if capital {
        Start::Capital
    } else {
        Start::Lower
    };
    let mut at: Vec<Vec<State>> = vec![Vec::new(); seen.len() + 1];
    at[0].push(State {
        meant: Vec::new(),
        units: Vec::new(),
        channel: 0.0,
        spelled: 0.0,
    });
    for i in 0..seen.len() {
        let mut here = std::mem::take(&mut at[i]);
        here.sort_by(|a, b| {
            (a.channel + a.spelled)
                .total_cmp(&(b.channel + b.spelled))
                .then_with(|| a.meant.cmp(&b.meant))
        });
        here.dedup_by(|a, b| a.meant == b.meant);
        here.truncate(BEAM);
        for len in 1..=LONGEST.min(seen.len() - i) {
            for &unit in channel.reading(&seen[i..i + len]) {
                let cost = costs[usize::from(unit)];
                let meant = channel.unit(unit).meant();
                let cased = |(k, &c): (usize, &Code)| {
                    let wanted = all_upper || capital && i == 0 && k == 0;
                    alphabet::is_letter(c)
                        && (alphabet::is_upper(c) == wanted
                            || !alphabet::is_upper(alphabet::upper(c)))
                };
                if cost > DEAREST || meant.is_empty() || !meant.iter().enumerate().all(cased) {
                    continue;
                }
                for state in &here {
                    at[i + len].push(extended(words, state, start, unit, meant, cost));
                }
            }
        }
    }
    let Some(last) = at.last_mut() else { return };
    for state in last.iter_mut() {
        state.spelled += next(words, start, &state.meant, END);
    }
    last.sort_by(|a, b| {
        (a.channel + a.spelled)
            .total_cmp(&(b.channel + b.spelled))
            .then_with(|| a.meant.cmp(&b.meant))
    });
    last.dedup_by(|a, b| a.meant == b.meant);
    for state in last.iter().take(MOST) {
        let scored: Scored = words.score(&state.meant);
        found.push(Candidate {
            surface: state.meant.as_slice().into(),
            units: state.units.as_slice().into(),
            words: [scored].into(),
            extra: 0.0,
            basis: Basis::Spelled,
        });
    }
}

fn extended(
    words: &Words<'_>,
    state: &State,
    start: Start,
    unit: UnitId,
    meant: &[Code],
    cost: Cost,
) -> State {
    let mut new = state.clone();
    new.channel += cost;
    new.units.push(unit);
    for &code in meant {
        new.spelled += next(words, start, &new.meant, alphabet::lower(code));
        new.meant.push(code);
    }
    new
}

/// The cost of a code after what was meant so far.
fn next(words: &Words<'_>, start: Start, meant: &[Code], code: Code) -> Cost {
    let mut history = [start as Code; ORDER - 1];
    let len = (meant.len() + 1).min(ORDER - 1);
    let letters = len.min(meant.len());
    for (slot, &c) in history[len - letters..len]
        .iter_mut()
        .zip(&meant[meant.len() - letters..])
    {
        *slot = alphabet::lower(c);
    }
    words.chars.next(&history[..len], code)
}

//! Which lines that look like an item's head are one: by their sign, and by the run of
//! numbers.

use super::items::Candidate;
use crate::extract::paragraph::{Head, Sign};

/// A candidate taken for an item's head.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    pub(super) row: usize,
    pub(super) head: Head,
    pub(super) from: usize,
    pub(super) certainty: f32,
    pub(super) continues: bool,
}

/// Takes every plain head, and a misread one where its number fits the run: it
/// leads to the next or follows the one before, between the plain ones around it.
pub(super) fn accept(candidates: Vec<Candidate>) -> Vec<Accepted> {
    const GAP: u32 = 5;
    let mut out: Vec<Accepted> = Vec::new();
    for (i, c) in candidates.iter().enumerate() {
        let before = out.last();
        if before.is_some_and(|b| b.row == c.row) {
            continue;
        }
        let repeats =
            before.is_some_and(|b| b.head.first == c.head.first && b.head.last == c.head.last);
        let follows = before.is_some_and(|b| c.head.first == b.head.last + 1);
        // Numbers in an appendix are seats and counts; an item may still follow one.
        let goes_on = before.is_some_and(|b| {
            c.head.sign == Sign::Plain
                && (b.head.last + 1..=b.head.last + GAP).contains(&c.head.first)
        });
        if c.appended && before.is_some() && !follows && !goes_on {
            continue;
        }
        let certainty = match c.head.sign {
            Sign::Named => continue,
            Sign::Plain if follows || leads(&candidates[i..]) => 0.99,
            Sign::Plain => 0.97,
            Sign::Misread => match misread(&candidates, i, before) {
                Some(certainty) => certainty,
                None => continue,
            },
        };
        out.push(Accepted {
            row: c.row,
            head: c.head.clone(),
            from: c.from,
            certainty,
            continues: before.is_some() && (repeats || c.head.continued),
        });
    }
    out
}

/// Whether one of the next candidates has the next number.
fn leads(candidates: &[Candidate]) -> bool {
    const NEARBY: usize = 6;
    let Some((first, rest)) = candidates.split_first() else {
        return false;
    };
    rest.iter()
        .take(NEARBY)
        .any(|n| n.head.first == first.head.last + 1)
}

/// How many candidates follow each other by number from the first one on.
fn run(candidates: &[Candidate]) -> usize {
    let mut last = None;
    let mut length = 0;
    for c in candidates {
        if last.is_none_or(|l| c.head.first == l + 1) {
            last = Some(c.head.last);
            length += 1;
        }
        if length == 3 {
            break;
        }
    }
    length
}

/// How sure a head with a misread sign is; `None` where nothing speaks for it.
fn misread(candidates: &[Candidate], i: usize, before: Option<&Accepted>) -> Option<f32> {
    const SMALL: u32 = 3;
    let c = &candidates[i];
    let next = candidates[i + 1..]
        .iter()
        .find(|n| n.head.sign == Sign::Plain && !n.head.continued);
    let above = before.is_none_or(|b| {
        c.head.first > b.head.last || c.head.continued && c.head.first == b.head.first
    });
    let below = next.is_none_or(|n| c.head.last < n.head.first);
    let repeats = before.is_some_and(|b| b.head.first == c.head.first);
    let follows = before.is_some_and(|b| c.head.first == b.head.last + 1);
    let close = before.is_some_and(|b| c.head.first <= b.head.last + SMALL)
        && next.is_some_and(|n| n.head.first <= c.head.last + SMALL);
    match () {
        () if follows && below => Some(0.95),
        () if repeats => Some(0.9),
        () if above && below && leads(&candidates[i..]) => Some(0.9),
        () if above && below && close => Some(0.8),
        () if lonely(candidates, c) => Some(0.7),
        () if below && run(&candidates[i..]) >= 3 => Some(0.75),
        () if before.is_none() && c.opens => Some(0.65),
        () => None,
    }
}

/// All candidates say the same number: a single item whose sign was misread.
fn lonely(candidates: &[Candidate], c: &Candidate) -> bool {
    candidates
        .iter()
        .all(|o| o.head.first == c.head.first || o.row == c.row)
}

//! Paragraph signs at a line's start that name another body's item, or the items
//! that somebody attended: they break the run of numbers.

use super::items::Candidate;
use crate::extract::flow::Row;
use crate::extract::paragraph::Sign;

/// Takes out of the candidates what is no head. Linear in the candidates.
pub(super) fn remove(candidates: &mut Vec<Candidate>, rows: &[Row]) {
    other_bodies(candidates);
    let keep: Vec<bool> = (0..candidates.len())
        .map(|i| !(covers_next(candidates, i) || inside_run(candidates, i)))
        .collect();
    let mut kept = keep.into_iter();
    candidates.retain(|_| kept.next().unwrap_or(true));
    tail(candidates, rows);
}

/// Where most heads have a prefix, one with another prefix tells where the matter
/// was before: `KS § 71` below `KF § 38`.
fn other_bodies(candidates: &mut Vec<Candidate>) {
    let of = |c: &Candidate| c.head.prefix.clone();
    let mut prefixes: Vec<String> = candidates.iter().filter_map(of).collect();
    prefixes.sort();
    let most = prefixes
        .chunk_by(|a, b| a == b)
        .max_by_key(|same| same.len())
        .map(|same| (same[0].clone(), same.len()));
    let Some((own, count)) = most else { return };
    let first = candidates.iter().find_map(of);
    let others = prefixes.len() - count;
    // With as many of either, the one that comes first is the document's own.
    let sure = count > others || count == others && first.as_ref() == Some(&own);
    let own = if sure { own } else { first.unwrap_or(own) };
    if 2 * count < candidates.len().saturating_sub(others) {
        return;
    }
    let is_own = |c: &Candidate| c.head.prefix.as_ref().is_none_or(|p| *p == own);
    let keep: Vec<bool> = (0..candidates.len())
        .map(|i| is_own(&candidates[i]) || is_missing(candidates, i, is_own))
        .collect();
    let mut kept = keep.into_iter();
    candidates.retain(|_| kept.next().unwrap_or(true));
}

/// Whether the number of a candidate is just the one that the own ones lack: its prefix was
/// misread (`KT. § 105` between `Kf § 104` and `Kf § 106`).
fn is_missing(candidates: &[Candidate], i: usize, is_own: impl Fn(&Candidate) -> bool) -> bool {
    let head = &candidates[i].head;
    let own = |c: &&Candidate| is_own(c) && !c.head.continued;
    let before = candidates[..i].iter().rfind(own);
    let next = candidates[i + 1..].iter().find(own);
    candidates[i].opens
        && before.is_some_and(|b| b.head.last + 1 == head.first)
        && next.is_some_and(|n| n.head.first == head.last + 1)
}

/// `§§ 66–67` before `§ 66` and `§ 67`: the items that somebody attended.
fn covers_next(candidates: &[Candidate], i: usize) -> bool {
    const NEARBY: usize = 4;
    let head = &candidates[i].head;
    head.last > head.first
        && candidates[i + 1..].iter().take(NEARBY).any(|next| {
            next.head.sign == Sign::Plain
                && next.head.first == next.head.last
                && (head.first..=head.last).contains(&next.head.first)
        })
}

/// One that stands between two neighbours of a run, and not in their order.
fn inside_run(candidates: &[Candidate], i: usize) -> bool {
    let Some((before, next)) = i
        .checked_sub(1)
        .and_then(|b| candidates.get(b))
        .zip(candidates.get(i + 1))
    else {
        return false;
    };
    let head = &candidates[i].head;
    let run = next.head.first == before.head.last + 1;
    run && !head.continued
        && !(before.head.first..=next.head.last).contains(&head.first)
        && candidates[i].head.rest.is_empty()
}

/// A number far to the right below the last item, of an item that was before: the
/// head of a column in a list of votes.
fn tail(candidates: &mut Vec<Candidate>, rows: &[Row]) {
    const RIGHT: usize = 40;
    let Some((last, before)) = candidates.split_last() else {
        return;
    };
    let seen = before.iter().any(|c| c.head.first == last.head.first)
        && before
            .last()
            .is_some_and(|c| c.head.first > last.head.first);
    if seen && last.head.rest.is_empty() && rows[last.row].indent > RIGHT {
        candidates.pop();
    }
}

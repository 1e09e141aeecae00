//! Tables of contents: heads of items in a row that come again further on.

use super::items::Candidate;
use rustc_hash::FxHashMap;

/// Removes the candidates that stand in a table of contents; returns the line
/// ranges (by row) that tables take.
pub(super) fn remove(candidates: &mut Vec<Candidate>) -> Vec<std::ops::Range<usize>> {
    // The last place of every number that begins an item.
    let mut last: FxHashMap<(u32, u32), usize> = FxHashMap::default();
    for (i, c) in candidates.iter().enumerate() {
        // A list of votes in an appendix names items too.
        if !c.head.continued && !c.appended {
            last.insert((c.head.first, c.head.last), i);
        }
    }
    let mut tables = Vec::new();
    let mut keep = vec![true; candidates.len()];
    let mut i = 0;
    while i < candidates.len() {
        let run = run_length(&candidates[i..]);
        let again = (i..i + run)
            .filter(|&j| {
                let c = &candidates[j];
                last.get(&(c.head.first, c.head.last))
                    .is_some_and(|&l| l >= i + run)
            })
            .count();
        // Most of a run comes again: it is a table. One alone is a head repeated.
        if run >= 2 && again * 3 >= run * 2 || run == 1 && again == 1 && candidates[i].in_contents {
            for flag in &mut keep[i..i + run] {
                *flag = false;
            }
            tables.push(candidates[i].row..candidates[i + run - 1].row + 1);
        }
        i += run;
    }
    let mut flags = keep.into_iter();
    candidates.retain(|_| flags.next().unwrap_or(true));
    tables
}

/// How many candidates follow each other with little between them.
fn run_length(candidates: &[Candidate]) -> usize {
    const BETWEEN: usize = 3;
    let mut n = 1;
    while n < candidates.len() && {
        let (a, b) = (&candidates[n - 1], &candidates[n]);
        b.row - a.row <= BETWEEN && b.head.first > a.head.first && !a.head.continued
    } {
        n += 1;
    }
    n
}

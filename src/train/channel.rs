//! Aligned pages to a channel table.

use crate::lm::Cost;
use crate::repair::channel::{Condition, LONGEST, Place, Table, Unit};
use crate::text::alphabet::{self, Code};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The engines that pairs name, and the sections their tables go to.
pub const ENGINES: [&str; 2] = ["eng", "swe"];

/// What was meant and what was seen between two spaces, and how often.
pub type Pair = (Vec<Code>, Vec<Code>, f64);

const SPACE: Code = b' ';

/// Reads pages (JSON lines with `gold` and the engine's text) and cuts them where a
/// space of one stands on a space of the other. Stretches that don't correspond
/// (another reading order, noise) are left out.
pub fn read_pairs(lines: &str, engine: &str) -> Vec<Pair> {
    let mut pairs = Pairs::default();
    for line in lines.lines() {
        let Ok(page) = serde_json::from_str::<serde_json::Value>(line) else {
            continue;
        };
        let text = |key: &str| page[key].as_str();
        if let (Some(gold), Some(seen)) = (text("gold"), text(engine)) {
            pairs.add(&Pairs::of(gold, seen));
        }
    }
    pairs.into_list()
}

/// What was meant and seen on pages, between two spaces, and how often.
#[derive(Debug, Default)]
pub struct Pairs(BTreeMap<(Vec<Code>, Vec<Code>), f64>);

impl Pairs {
    /// What of a page's two texts corresponds; nothing where they are of different pages.
    /// Time and memory grow with the length (600 bytes a character).
    pub fn of(gold: &str, seen: &str) -> Pairs {
        let (gold, seen) = (codes(gold), codes(seen));
        let mut pairs = Pairs::default();
        for (gold, seen) in align(&gold, &seen) {
            pairs.count(gold, seen, 1.0);
        }
        pairs
    }

    /// One more reading of what stands between two spaces.
    pub fn count(&mut self, gold: &[Code], seen: &[Code], times: f64) {
        // With the space behind, so that spaces count as often as they occur.
        let spaced = |codes: &[Code]| [codes, &[SPACE]].concat();
        *self.0.entry((spaced(gold), spaced(seen))).or_default() += times;
    }

    /// Adds another page's.
    pub fn add(&mut self, page: &Pairs) {
        for (pair, times) in &page.0 {
            *self.0.entry(pair.clone()).or_default() += times;
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn into_list(self) -> Vec<Pair> {
        let pairs = self.0.into_iter();
        pairs.map(|((gold, seen), n)| (gold, seen, n)).collect()
    }
}

/// Codes with white-space runs as one space.
fn codes(text: &str) -> Vec<Code> {
    alphabet::encode_str(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Half the width of the band in which pages are aligned, in characters.
const BAND: usize = 300;

/// Cuts two texts into corresponding pieces by a banded edit distance in which a
/// space and a letter never stand for each other.
fn align<'t>(gold: &'t [Code], seen: &'t [Code]) -> Vec<(&'t [Code], &'t [Code])> {
    let (n, m) = (gold.len(), seen.len());
    if n == 0 || m == 0 || n.abs_diff(m) > BAND {
        return Vec::new();
    }
    let width = 2 * BAND + 1;
    let low = |i: usize| (i * m / n).saturating_sub(BAND);
    let mut moves = vec![0u8; (n + 1) * width];
    let mut before = vec![u32::MAX / 2; m + 1];
    let mut row = before.clone();
    for i in 0..=n {
        let (from, to) = (low(i), (low(i) + width).min(m + 1));
        row.iter_mut().for_each(|c| *c = u32::MAX / 2);
        for j in from..to {
            let (mut best, mut step) = (u32::MAX / 2, 0);
            if i == 0 && j == 0 {
                best = 0;
            }
            if i > 0 && j > 0 {
                let (g, s) = (gold[i - 1], seen[j - 1]);
                let cost = if g == s {
                    0
                } else if (g == SPACE) != (s == SPACE) {
                    6
                } else {
                    2
                };
                (best, step) = (before[j - 1] + cost, 1);
            }
            if i > 0 && before[j] + 2 < best {
                (best, step) = (before[j] + 2, 2);
            }
            if j > 0 && row[j - 1] + 2 < best {
                (best, step) = (row[j - 1] + 2, 3);
            }
            row[j] = best;
            moves[i * width + j - from] = step;
        }
        std::mem::swap(&mut before, &mut row);
    }
    let (mut i, mut j) = (n, m);
    let mut cuts = vec![(n + 1, m + 1)];
    while i > 0 || j > 0 {
        let Some(at) = j.checked_sub(low(i)).filter(|&k| k < width) else {
            return Vec::new();
        };
        match moves[i * width + at] {
            1 => {
                (i, j) = (i - 1, j - 1);
                if gold[i] == SPACE && seen[j] == SPACE {
                    cuts.push((i + 1, j + 1));
                }
            }
            2 => i -= 1,
            3 => j -= 1,
            _ => return Vec::new(),
        }
    }
    cuts.push((0, 0));
    cuts.reverse();
    let piece = |w: &[(usize, usize)]| (&gold[w[0].0..w[1].0 - 1], &seen[w[0].1..w[1].1 - 1]);
    cuts.windows(2)
        .map(piece)
        .filter(|(g, s)| correspond(g, s))
        .collect()
}

/// Whether two pieces can be readings of the same: about as long, and half alike.
fn correspond(gold: &[Code], seen: &[Code]) -> bool {
    let longest = gold.len().max(seen.len());
    let both = !gold.is_empty() && !seen.is_empty() && longest <= 60;
    both && strsim::generic_levenshtein(&Codes(gold), &Codes(seen)) * 2 <= longest + 1
}

/// Lets strsim iterate codes.
struct Codes<'c>(&'c [Code]);
impl<'a> IntoIterator for &'a Codes<'_> {
    type Item = &'a Code;
    type IntoIter = std::slice::Iter<'a, Code>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

const ROUNDS: usize = 6;

/// Occurrences that a confusion must stand against before it counts in full.
const DOUBT: f64 = 20.0;

/// Units expected less often than this are noise.
const RARE: f64 = 1.5;

/// Learns a table, see [`estimate`].
pub fn learn(pairs: &[Pair], log: &mut impl FnMut(&str)) -> Table {
    let cost = |p: f64| -p.clamp(1e-6, 0.99999).ln() as Cost;
    let learned = estimate(pairs, log).probability.into_iter();
    let mut units: Vec<(Unit, Cost)> = learned.map(|(u, p)| (u, cost(p))).collect();
    units.sort_unstable_by_key(|a| a.0);
    Table { units }
}

/// What pairs tell of a channel.
#[derive(Debug)]
pub struct Learned {
    probability: FxHashMap<Unit, f64>,
    /// How often each condition occurs.
    pub occurrences: FxHashMap<Condition, f64>,
}

impl Learned {
    /// How often each unit was used.
    pub fn counts(&self) -> FxHashMap<Unit, f64> {
        let count = |(unit, p): (&Unit, &f64)| {
            let met = self.occurrences.get(&unit.condition())?;
            Some((*unit, p * (met + trust(unit))))
        };
        self.probability.iter().filter_map(count).collect()
    }
}

/// Of what was met seldom little is known: it is taken to be read well.
fn trust(unit: &Unit) -> f64 {
    if unit.is_identity() { 1.0 } else { DOUBT }
}

/// Learns the units' probabilities by EM (forward–backward over all segmentations
/// of every pair). A unit longer than one to one may not be read as shorter ones
/// with an identity at either end, so that context is not memorized as confusion.
pub fn estimate(pairs: &[Pair], log: &mut impl FnMut(&str)) -> Learned {
    let occurrences = occurrences(pairs);
    let mut probability: FxHashMap<Unit, f64> = FxHashMap::default();
    let mut expected: FxHashMap<Unit, f64> = FxHashMap::default();
    for round in 0..ROUNDS {
        expected.clear();
        let mut likelihood = 0.0;
        for (gold, seen, times) in pairs {
            likelihood += times
                * expect(gold, seen, *times, &mut expected, |u| match round {
                    0 => prior(u),
                    _ => probability.get(u).copied().unwrap_or(0.0),
                });
        }
        log(&format!(
            "  EM round {round}: log-likelihood {likelihood:.0}, {} units",
            expected.len()
        ));
        let least = if round + 1 == ROUNDS { RARE } else { 0.3 };
        probability = expected
            .iter()
            .filter(|&(u, &n)| u.is_identity() || n >= least)
            .filter_map(|(&u, &n)| Some((u, n / (occurrences.get(&u.condition())? + trust(&u)))))
            .collect();
    }
    share_sizes(&mut probability, &expected, &occurrences);
    Learned {
        probability,
        occurrences,
    }
}

/// Letters whose capital is a larger small letter.
const SIZES: &[u8] = b"cosuvwxz";

/// Occurrences that what is true of all these letters counts as for each.
const SHARED: f64 = 50.0;

/// An engine that takes a capital for its small letter (`x` for `X`, `s` for `S`), or
/// reads both (`Ss`), does so with every letter that looks alike in both sizes. The
/// pages may hold few of one of them: each gets a share of what all of them show.
fn share_sizes(
    probability: &mut FxHashMap<Unit, f64>,
    expected: &FxHashMap<Unit, f64>,
    occurrences: &FxHashMap<Condition, f64>,
) {
    let shrunk: fn(Code) -> Unit = |c| Unit::new(&[alphabet::upper(c)], &[c]);
    let grown: fn(Code) -> Unit = |c| Unit::new(&[c], &[alphabet::upper(c)]);
    let both: fn(Code) -> Unit = |c| Unit::new(&[alphabet::upper(c)], &[alphabet::upper(c), c]);
    for unit in [shrunk, grown, both] {
        let count = |c: Code| expected.get(&unit(c)).copied().unwrap_or(0.0);
        let met = |c: Code| {
            occurrences
                .get(&unit(c).condition())
                .copied()
                .unwrap_or(0.0)
        };
        let all: f64 = SIZES.iter().map(|&c| met(c)).sum();
        let rate = SIZES.iter().map(|&c| count(c)).sum::<f64>() / all.max(1.0);
        for &c in SIZES {
            let p = (count(c) + SHARED * rate) / (met(c) + SHARED);
            let known = probability.entry(unit(c)).or_insert(p);
            *known = known.max(p);
        }
    }
}

/// How often each condition (meant codes, or a place) occurs.
fn occurrences(pairs: &[Pair]) -> FxHashMap<Condition, f64> {
    let mut occurrences = FxHashMap::default();
    for (gold, _, times) in pairs {
        for start in 0..=gold.len() {
            *occurrences
                .entry(Unit::insertion(place(gold, start), &[]).condition())
                .or_default() += times;
            for len in 1..=LONGEST.min(gold.len() - start) {
                *occurrences
                    .entry(Unit::new(&gold[start..start + len], &[]).condition())
                    .or_default() += times;
            }
        }
    }
    occurrences
}

/// Where in its word position `at` lies.
fn place(gold: &[Code], at: usize) -> Place {
    if at == 0 || gold[at - 1] == SPACE {
        Place::Start
    } else if at == gold.len() || gold[at] == SPACE {
        Place::End
    } else {
        Place::Middle
    }
}

/// Before anything is learned: identities are likely, long units are not.
fn prior(unit: &Unit) -> f64 {
    let (meant, seen) = (unit.meant(), unit.seen());
    match (meant.len(), seen.len()) {
        _ if unit.is_identity() => 0.9,
        (1, 1) => 1e-3,
        (1, 2) if meant[0] == seen[0] => 1e-3,
        (0, 1) | (1, 0) => 1e-4,
        (a, b) => 1e-3 * 0.05f64.powi((a + b) as i32 - 1).max(1e-5),
    }
}

/// Whether EM may consider a unit.
fn allowed(meant: &[Code], seen: &[Code]) -> bool {
    match (meant, seen) {
        ([_], [_]) => true,
        ([], [_]) | ([_], []) => true,
        ([], [_, _]) => true,
        ([], _) | (_, []) => false,
        // "Ss" for a wide "S".
        ([only], [first, second]) if only == first && *second == alphabet::lower(*only) => {
            first != second
        }
        ([first, .., last], [x, .., y]) => first != x && last != y && meant.len() + seen.len() <= 5,
        ([only], [x, .., y]) => only != x && only != y,
        ([first, .., last], [only]) => only != first && only != last,
    }
}

/// Whether the code is a word by itself. Words that an engine passed over say
/// nothing about the letters that it loses inside of words.
fn is_alone(gold: &[Code], at: usize) -> bool {
    place(gold, at) == Place::Start && gold.get(at + 1).is_none_or(|&c| c == SPACE)
}

/// Adds the expected unit counts of one pair; returns its log-likelihood.
fn expect(
    gold: &[Code],
    seen: &[Code],
    times: f64,
    expected: &mut FxHashMap<Unit, f64>,
    p: impl Fn(&Unit) -> f64,
) -> f64 {
    let (n, m) = (gold.len(), seen.len());
    let at = |i: usize, j: usize| i * (m + 1) + j;
    let mut steps: Vec<(usize, usize, Unit, f64)> = Vec::new();
    let mut forward = vec![0.0; (n + 1) * (m + 1)];
    forward[0] = 1.0;
    for i in 0..=n {
        for j in 0..=m {
            let here = forward[at(i, j)];
            if here == 0.0 {
                continue;
            }
            for a in 0..=LONGEST.min(n - i) {
                for b in 0..=LONGEST.min(m - j) {
                    let (meant, read) = (&gold[i..i + a], &seen[j..j + b]);
                    if a + b == 0 || !allowed(meant, read) || b == 0 && is_alone(gold, i) {
                        continue;
                    }
                    let unit = match a {
                        0 => Unit::insertion(place(gold, i), read),
                        _ => Unit::new(meant, read),
                    };
                    let p = p(&unit);
                    if p > 0.0 {
                        forward[at(i + a, j + b)] += here * p;
                        steps.push((at(i, j), at(i + a, j + b), unit, p));
                    }
                }
            }
        }
    }
    let total = forward[at(n, m)];
    if total <= 1e-300 {
        return -50.0;
    }
    let mut backward = vec![0.0; forward.len()];
    backward[at(n, m)] = 1.0;
    for &(from, to, unit, p) in steps.iter().rev() {
        let flow = p * backward[to];
        backward[from] += flow;
        let share = forward[from] * flow / total;
        if share > 1e-6 {
            *expected.entry(unit).or_default() += share * times;
        }
    }
    total.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_a_confusion_and_keeps_identities() {
        let pair = |g: &str, s: &str, n: f64| {
            (alphabet::encode_str(g), alphabet::encode_str(s), 100.0 * n)
        };
        let pairs = [
            pair("för", "for", 30.0),
            pair("mål", "mal", 20.0),
            pair("mör", "mör", 10.0),
            pair("rn", "m", 5.0),
            pair("rna", "rna", 95.0),
        ];
        let table = learn(&pairs, &mut |_| {});
        let cost = |g: &str, s: &str| {
            let unit = Unit::new(&alphabet::encode_str(g), &alphabet::encode_str(s));
            table.units.iter().find(|u| u.0 == unit).map(|u| u.1)
        };
        assert!((cost("ö", "o").unwrap() - 0.29).abs() < 0.05);
        assert!(cost("r", "r").unwrap() < 0.1);
        assert!(
            (cost("rn", "m").unwrap() - 3.0).abs() < 0.3,
            "{:?}",
            cost("rn", "m")
        );
    }

    #[test]
    fn letters_that_look_alike_in_both_sizes_share_what_is_known() {
        let pair = |g: &str, s: &str, n: f64| (alphabet::encode_str(g), alphabet::encode_str(s), n);
        let pairs = [
            pair("S", "s", 300.0),
            pair("S", "S", 700.0),
            pair("X", "X", 5.0),
        ];
        let table = learn(&pairs, &mut |_| {});
        let unit = Unit::new(b"X", b"x");
        let cost = table.units.iter().find(|u| u.0 == unit).map(|u| u.1);
        // (50 · 0.3) / 55
        assert!(cost.is_some_and(|c| (c - 1.3).abs() < 0.2), "{cost:?}");
    }

    #[test]
    fn pages_are_cut_at_common_spaces() {
        let (gold, seen) = (codes("i ärendet yttrar sig"), codes("iarendet yttrar slg"));
        let pieces: Vec<_> = align(&gold, &seen)
            .into_iter()
            .map(|(g, s)| (alphabet::decode_str(g), alphabet::decode_str(s)))
            .collect();
        let expected = [
            ("i ärendet", "iarendet"),
            ("yttrar", "yttrar"),
            ("sig", "slg"),
        ];
        assert_eq!(pieces, expected.map(|(g, s)| (g.to_owned(), s.to_owned())));
    }
}

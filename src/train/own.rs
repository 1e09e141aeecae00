//! Channel tables from a user's own pages: with their true texts, or without.

use super::channel::{Pairs, estimate};
use crate::error::ErrorKind;
use crate::repair::channel::Table;
use crate::repair::{Repairer, UnitCounts};
use std::sync::{Mutex, PoisonError};

/// Characters of the longest text that is aligned with its true text: it takes 300 MB.
const LONGEST: usize = 500_000;

/// What corresponds in the two texts of a document, page by page where both have as many
/// pages (parted by form feeds).
///
/// # Errors
/// The texts are not of the same page, or too long.
pub fn pairs(gold: &str, seen: &str) -> Result<Pairs, ErrorKind> {
    let pages = |text: &str| -> Vec<String> { text.split('\u{c}').map(str::to_owned).collect() };
    let (mut golds, mut seens) = (pages(gold), pages(seen));
    if golds.len() != seens.len() {
        (golds, seens) = (vec![golds.join("\n")], vec![seens.join("\n")]);
    }
    let mut pairs = Pairs::default();
    for (gold, seen) in golds.iter().zip(&seens) {
        if gold.len().max(seen.len()) > LONGEST {
            return Err(ErrorKind::TooLarge { limit: LONGEST });
        }
        pairs.add(&Pairs::of(gold, seen));
    }
    match pairs.is_empty() {
        true => Err(ErrorKind::OtherText),
        false => Ok(pairs),
    }
}

/// A page of a file of JSON lines: `gold`, and what was read under `name`.
///
/// # Errors
/// What is wrong with the line, `number` counted from 1.
pub fn page(line: &[u8], number: usize, name: &str) -> Result<Pairs, ErrorKind> {
    let no_pair = |reason| ErrorKind::NotAPair {
        line: number,
        reason,
    };
    let page: serde_json::Value =
        serde_json::from_slice(line).map_err(|e| no_pair(e.to_string()))?;
    let text = |key: &str| {
        let text = page[key].as_str();
        text.ok_or_else(|| no_pair(format!("it has no text {key:?}")))
    };
    pairs(text("gold")?, text(name)?).map_err(|kind| no_pair(kind.to_string()))
}

/// The table of a user's pairs. `repairer` is one without tables of the user's own: what
/// the pairs say little about is as it has it.
pub fn table(pairs: Pairs, repairer: &Repairer, log: &mut impl FnMut(&str)) -> Table {
    let learned = estimate(&pairs.into_list(), log);
    repairer.table_of_pairs(&learned.counts(), &learned.occurrences)
}

/// Counts of units over a collection. They are summed in whole parts of a count, so that
/// the order in which documents are done leaves no trace.
#[derive(Debug)]
pub struct Tally(Mutex<Vec<u64>>);

const PARTS: f64 = (1u64 << 24) as f64;

impl Tally {
    /// Nothing counted.
    pub fn new(repairer: &Repairer) -> Tally {
        Tally(Mutex::new(repairer.no_units().iter().map(|_| 0).collect()))
    }

    /// Adds a document's.
    pub fn add(&self, counts: &UnitCounts) {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (sum, n) in sums.iter_mut().zip(counts.iter()) {
            *sum = sum.saturating_add((n * PARTS) as u64);
        }
    }

    /// How often each unit was used.
    pub fn counts(&self) -> UnitCounts {
        let sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        UnitCounts::of(sums.iter().map(|&sum| sum as f64 / PARTS).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_compared_one_by_one_where_both_have_as_many() {
        let gold = "Nämnden beslutar\u{c}Bron lagas i maj";
        let both = pairs(gold, "Namnden beslutar\u{c}Bron lagas i maj").expect("alike");
        assert_eq!(both.into_list().len(), 6);
        let one = pairs(gold, "Namnden beslutar Bron lagas i maj").expect("alike");
        assert_eq!(one.into_list().len(), 6);
        let other = pairs("Nämnden beslutar", "1 2 3 4 5 6 7 8 9");
        assert!(matches!(other, Err(ErrorKind::OtherText)), "{other:?}");
    }

    #[test]
    fn lines_that_are_no_pairs_say_why() {
        let reason = |line: &str| match page(line.as_bytes(), 7, "seen") {
            Err(ErrorKind::NotAPair { line: 7, reason }) => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(reason(r#"{"seen": "a"}"#), r#"it has no text "gold""#);
        assert_eq!(
            reason(r#"{"gold": "a", "eng": "a"}"#),
            r#"it has no text "seen""#
        );
        assert!(reason("{").contains("EOF"));
    }
}

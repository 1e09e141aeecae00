//! What became of one page.

use super::correlation::{pearson, spearman};
use super::matching::{blocks, flags};
use super::pairs::Pair;
use super::rates::Rates;
use super::repair::Repaired;
use super::verdicts::{Verdict, verdicts};
use super::words::{judged, without_section_signs};
use serde::Serialize;

/// Words of the true text, by whether they stood right before and after the repair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// Right before and after.
    pub kept: usize,
    /// Right before, wrong after.
    pub damaged: usize,
    /// Wrong before, right after.
    pub fixed: usize,
    /// Wrong before and after.
    pub left: usize,
}

impl Words {
    /// Both counts together.
    pub fn plus(self, other: Words) -> Words {
        Words {
            kept: self.kept + other.kept,
            damaged: self.damaged + other.damaged,
            fixed: self.fixed + other.fixed,
            left: self.left + other.left,
        }
    }
}

/// Rates before and after the repair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Change {
    /// Of the text as it was read.
    pub before: Rates,
    /// Of the repaired text.
    pub after: Rates,
}

impl Change {
    fn of(gold: &str, before: &str, after: &str) -> Change {
        Change {
            before: Rates::of(gold, before),
            after: Rates::of(gold, after),
        }
    }

    /// Both counts together.
    pub fn plus(self, other: Change) -> Change {
        Change {
            before: self.before.plus(other.before),
            after: self.after.plus(other.after),
        }
    }
}

/// Words that are still wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// What was meant; empty where something was put in.
    pub gold: String,
    /// What stands there; empty where something is missing.
    pub got: String,
    /// Whether some of it stood right before.
    pub damage: bool,
}

/// What became of one page.
#[derive(Clone, Debug)]
pub struct PageScore {
    /// All words.
    pub rates: Change,
    /// Without the words that hold a `§`.
    pub unsigned: Change,
    /// Word by word.
    pub words: Words,
    /// Repairs that were applied.
    pub applied: usize,
    /// How sure each repair, applied or not, was, and what it was worth.
    pub verdicts: Vec<(f32, Verdict)>,
    /// What is still wrong.
    pub mistakes: Vec<Mistake>,
    /// The estimated error rate of the input, where there is an estimate.
    pub estimate: Option<f64>,
    /// Whether the page was called readable, where anything was said.
    pub readable: Option<bool>,
}

impl PageScore {
    /// Compares what was read and what was repaired with the true text. Quadratic
    /// in the length of the page.
    pub fn new(pair: &Pair, seen: &str, repaired: &Repaired) -> PageScore {
        let gold = judged(&pair.gold);
        let (before, after) = (judged(seen), judged(&repaired.text));
        let unsigned = |text| {
            let (gold, text) = without_section_signs(&gold, text);
            Rates::of(&gold, &text)
        };
        let (words, mistakes) = compare(&gold, &before, &after);
        let verdicts = verdicts(&repaired.clean, &repaired.repairs, &pair.gold);
        let confidences = repaired.repairs.iter().map(|r| r.confidence);
        PageScore {
            rates: Change::of(&gold, &before, &after),
            unsigned: Change {
                before: unsigned(&before),
                after: unsigned(&after),
            },
            words,
            applied: repaired.repairs.iter().filter(|r| r.applied).count(),
            verdicts: confidences.zip(verdicts).collect(),
            mistakes,
            estimate: repaired.estimated_cer,
            readable: repaired.readable,
        }
    }
}

/// Counts the words of `gold` that `before` and `after` hold, and lists what
/// stands between those that `after` holds.
fn compare(gold: &str, before: &str, after: &str) -> (Words, Vec<Mistake>) {
    let words = |text| str::split_whitespace(text).collect::<Vec<_>>();
    let (gold, before, after) = (words(gold), words(before), words(after));
    let was_right = flags(&blocks(&gold, &before), gold.len());
    let matched = blocks(&gold, &after);
    let is_right = flags(&matched, gold.len());
    let mut counts = Words::default();
    for (was, is) in was_right.iter().zip(is_right) {
        *match (was, is) {
            (true, true) => &mut counts.kept,
            (true, false) => &mut counts.damaged,
            (false, true) => &mut counts.fixed,
            (false, false) => &mut counts.left,
        } += 1;
    }
    let mut mistakes = Vec::new();
    let (mut i, mut j) = (0, 0);
    let ends = matched.iter().map(|m| (m.a, m.b, m.len));
    for (a, b, len) in ends.chain([(gold.len(), after.len(), 0)]) {
        mistaken(&gold[i..a], &after[j..b], &was_right[i..a], &mut mistakes);
        (i, j) = (a + len, b + len);
    }
    (counts, mistakes)
}

/// Adds what stands between two stretches: word by word where there are as many.
fn mistaken(gold: &[&str], got: &[&str], was_right: &[bool], out: &mut Vec<Mistake>) {
    if gold.len() == got.len() {
        let words = gold.iter().zip(got).zip(was_right);
        out.extend(words.map(|((&gold, &got), &damage)| Mistake {
            gold: gold.to_owned(),
            got: got.to_owned(),
            damage,
        }));
    } else {
        out.push(Mistake {
            gold: gold.join(" "),
            got: got.join(" "),
            damage: was_right.contains(&true),
        });
    }
}

/// How estimated error rates of pages relate to the true ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Readability {
    /// What read the pages.
    pub engine: String,
    /// Pages with an estimate, those beyond reading among them.
    pub pages: usize,
    /// Pearson's correlation of estimate and truth.
    pub pearson: Option<f64>,
    /// The same of their ranks.
    pub spearman: Option<f64>,
    /// Mean absolute difference.
    pub mean_error: f64,
    /// Pages called unreadable.
    pub unreadable: usize,
    /// Their mean true character error rate.
    pub unreadable_cer: Option<f64>,
    /// The mean true character error rate of the others.
    pub readable_cer: Option<f64>,
}

impl Readability {
    /// Compares the pages that have an estimate; `None` where none has.
    pub fn of<'s>(engine: &str, pages: impl Iterator<Item = &'s PageScore>) -> Option<Readability> {
        let estimated: Vec<(f64, f64, bool)> = pages
            .filter_map(|p| {
                let truth = p.rates.before.cer();
                Some((p.estimate?, truth, p.readable.unwrap_or(true)))
            })
            .collect();
        if estimated.is_empty() {
            return None;
        }
        let pairs: Vec<(f64, f64)> = estimated.iter().map(|e| (e.0, e.1)).collect();
        let mean = |values: Vec<f64>| {
            let n = values.len() as f64;
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / n)
        };
        let truth_where = |readable: bool| {
            let chosen = estimated.iter().filter(|e| e.2 == readable);
            mean(chosen.map(|e| e.1).collect())
        };
        let differences = pairs.iter().map(|(x, y)| (x - y).abs()).collect();
        Some(Readability {
            engine: engine.to_owned(),
            pages: pairs.len(),
            pearson: pearson(&pairs),
            spearman: spearman(&pairs),
            mean_error: mean(differences).unwrap_or_default(),
            unreadable: estimated.iter().filter(|e| !e.2).count(),
            unreadable_cer: truth_where(false),
            readable_cer: truth_where(true),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(gold: &str, got: &str, damage: bool) -> Mistake {
        Mistake {
            gold: gold.to_owned(),
            got: got.to_owned(),
            damage,
        }
    }

    #[test]
    fn every_word_of_the_true_text_is_counted_once() {
        let (words, mistakes) = compare(
            "Nämnden får i uppdrag att yttra sig nu",
            "Namnden far 1 uppdrag att yttra sig nu",
            "Nämnden får 1 uppdrag an yttrasig nu",
        );
        assert_eq!(
            words,
            Words {
                kept: 2,
                damaged: 3,
                fixed: 2,
                left: 1
            }
        );
        assert_eq!(
            mistakes,
            [
                mistake("i", "1", false),
                mistake("att yttra sig", "an yttrasig", true)
            ]
        );
    }

    #[test]
    fn what_was_put_in_or_lost_is_a_mistake() {
        let (words, mistakes) = compare("a b", "a b", "x a");
        assert_eq!((words.kept, words.damaged), (1, 1));
        assert_eq!(mistakes, [mistake("", "x", false), mistake("b", "", true)]);
        assert_eq!(compare("", "", ""), (Words::default(), Vec::new()));
    }
}

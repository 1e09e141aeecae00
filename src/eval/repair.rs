//! Measures the repair of pages whose true text is known.
//!
//! Rates are `jiwer`'s over white-space words of [judged](super::words::judged) text;
//! words count as right as `difflib` [matches](super::matching) them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use super::ablation::Part;
use super::calibration::{Bin, bins};
use super::page::{Change, Mistake, PageScore, Readability, Words};
use super::pairs::{GOLD, Pair};
use super::rates::Rates;
use super::verdicts::Verdict;
use crate::repair::Repair;

/// What is measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Selection {
    /// Whose texts are repaired, each measured alone.
    pub engines: Vec<String>,
    /// Only pages whose id begins so.
    pub part: String,
    /// Only pages that were read with at most this character error rate, see
    /// [`Pair::error_rate`]. The estimates of it are compared on all pages.
    pub max_cer: f64,
    /// How many of the commonest mistakes are listed.
    pub errors: usize,
    /// Parts of the program that were left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Part>,
}

/// What the program made of a page.
#[derive(Clone, Debug, Default)]
pub struct Repaired {
    /// The repaired text.
    pub text: String,
    /// The text that the repairs' spans lie in.
    pub clean: String,
    /// Every repair, applied or not, in order.
    pub repairs: Vec<Repair>,
    /// The estimated character error rate of what was read.
    pub estimated_cer: Option<f64>,
    /// Whether the page was called readable.
    pub readable: Option<bool>,
}

/// The measurement; `eval repair --json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// What was measured.
    pub selection: Selection,
    /// How good it is: each engine over everything, by parts, by levels.
    pub groups: Vec<Group>,
    /// Whether confidences hold, for each engine but [`GOLD`].
    pub calibration: Vec<Calibration>,
    /// Whether estimates of pages hold, for each engine with any.
    pub readability: Vec<Readability>,
    /// The commonest mistakes of each engine.
    pub mistakes: Vec<Mistakes>,
}

/// Figures over a set of pages.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// What read the pages.
    pub engine: String,
    /// The part of the collection; `null` for all.
    pub part: Option<String>,
    /// The level of degradation; `null` for all.
    pub level: Option<String>,
    /// The number of pages.
    pub pages: usize,
    /// The text as it was read.
    pub before: Figures,
    /// The repaired text.
    pub after: Figures,
    /// The share of wrong words that is gone: 1 − WER after / WER before.
    pub fewer_wrong: Option<f64>,
    /// The same figures without the words that hold a `§`.
    pub without_section_signs: Unsigned,
    /// What became of the words of the true text.
    pub words: Words,
    /// The share of the words wrong before that is right after.
    pub share_fixed: Option<f64>,
    /// Words damaged for every 10,000 that were right.
    pub damage: Option<f64>,
    /// Repairs applied; on true text each one is false.
    pub applied: usize,
}

/// Rates before and after.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Unsigned {
    /// The text as it was read.
    pub before: Figures,
    /// The repaired text.
    pub after: Figures,
    /// The share of wrong words that is gone.
    pub fewer_wrong: Option<f64>,
}

/// Rates and what they are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Character error rate.
    pub cer: f64,
    /// Word error rate.
    pub wer: f64,
    /// Edits between the characters.
    pub character_edits: usize,
    /// Characters of the true text.
    pub characters: usize,
    /// Edits between the words.
    pub word_edits: usize,
    /// Words of the true text.
    pub words: usize,
}

impl From<Rates> for Figures {
    fn from(rates: Rates) -> Figures {
        Figures {
            cer: rates.cer(),
            wer: rates.wer(),
            character_edits: rates.characters.0,
            characters: rates.characters.1,
            word_edits: rates.words.0,
            words: rates.words.1,
        }
    }
}

/// The reliability table of an engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// What read the pages.
    pub engine: String,
    /// Repairs by confidence, applied or not.
    pub bins: Vec<Bin>,
}

/// The commonest mistakes of an engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mistakes {
    /// What read the pages.
    pub engine: String,
    /// What is still wrong.
    pub remaining: Vec<Counted>,
    /// What had been right, at least in part.
    pub damage: Vec<Counted>,
}

/// A mistake and how often it occurs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counted {
    /// Occurrences.
    pub count: usize,
    /// What was meant.
    pub gold: String,
    /// What stands there.
    pub got: String,
}

/// Repairs and judges the pages that the selection names, several at once. `repair`
/// gets what an engine read and the result depends on nothing but that.
pub fn evaluate(
    pairs: &[Pair],
    selection: &Selection,
    repair: impl Fn(&str) -> Repaired + Sync,
) -> Report {
    let mut report = Report {
        selection: selection.clone(),
        groups: Vec::new(),
        calibration: Vec::new(),
        readability: Vec::new(),
        mistakes: Vec::new(),
    };
    for engine in &selection.engines {
        let pages: Vec<(&Pair, PageScore)> = pairs
            .par_iter()
            .filter(|pair| pair.id.starts_with(&selection.part))
            .filter_map(|pair| {
                let seen = pair.text(engine)?;
                Some((pair, PageScore::new(pair, seen, &repair(seen))))
            })
            .collect();
        let scores = pages.iter().map(|page| &page.1);
        report.readability.extend(Readability::of(engine, scores));
        let chosen: Vec<&(&Pair, PageScore)> = pages
            .iter()
            .filter(|page| page.0.error_rate(engine) <= selection.max_cer)
            .collect();
        report.groups.extend(groups(engine, &chosen));
        // Every change of the true text is false, however sure.
        if engine != GOLD {
            report.calibration.push(Calibration {
                engine: engine.clone(),
                bins: reliability(&chosen),
            });
        }
        if selection.errors > 0 {
            report
                .mistakes
                .push(commonest(engine, &chosen, selection.errors));
        }
    }
    report
}

fn reliability(pages: &[&(&Pair, PageScore)]) -> Vec<Bin> {
    let verdicts = pages.iter().flat_map(|page| &page.1.verdicts);
    bins(verdicts.map(|&(confidence, verdict)| (confidence, verdict == Verdict::Right)))
}

/// All pages together, then each part and each level where there are several.
fn groups(engine: &str, pages: &[&(&Pair, PageScore)]) -> Vec<Group> {
    let parts: BTreeSet<&str> = pages.iter().map(|page| page.0.part()).collect();
    let mut wanted: Vec<Option<&str>> = vec![None];
    if parts.len() > 1 {
        wanted.extend(parts.into_iter().map(Some));
    }
    let mut groups = Vec::new();
    for part in wanted {
        let of_part: Vec<_> = pages
            .iter()
            .copied()
            .filter(|page| part.is_none_or(|part| page.0.part() == part))
            .collect();
        let levels: BTreeSet<&str> = of_part.iter().map(|page| page.0.level.as_str()).collect();
        groups.push(group(engine, part, None, &of_part));
        if levels.len() > 1 {
            groups.extend(levels.into_iter().map(|level| {
                let has_level = |page: &&&(&Pair, PageScore)| page.0.level == level;
                let of_level: Vec<_> = of_part.iter().filter(has_level).copied().collect();
                group(engine, part, Some(level), &of_level)
            }));
        }
    }
    groups
}

fn group(
    engine: &str,
    part: Option<&str>,
    level: Option<&str>,
    pages: &[&(&Pair, PageScore)],
) -> Group {
    let (mut rates, mut unsigned) = (Change::default(), Change::default());
    let mut words = Words::default();
    for (_, score) in pages {
        rates = rates.plus(score.rates);
        unsigned = unsigned.plus(score.unsigned);
        words = words.plus(score.words);
    }
    let share = |n: usize, of: usize| (of > 0).then(|| n as f64 / of as f64);
    let fewer = |change: Change| {
        let before = change.before.wer();
        (before > 0.0).then(|| 1.0 - change.after.wer() / before)
    };
    Group {
        engine: engine.to_owned(),
        part: part.map(str::to_owned),
        level: level.map(str::to_owned),
        pages: pages.len(),
        before: rates.before.into(),
        after: rates.after.into(),
        fewer_wrong: fewer(rates),
        without_section_signs: Unsigned {
            before: unsigned.before.into(),
            after: unsigned.after.into(),
            fewer_wrong: fewer(unsigned),
        },
        words,
        share_fixed: share(words.fixed, words.fixed + words.left),
        damage: share(words.damaged, words.kept + words.damaged).map(|share| 1e4 * share),
        applied: pages.iter().map(|page| page.1.applied).sum(),
    }
}

/// The commonest mistakes; equals in the order of their texts.
fn commonest(engine: &str, pages: &[&(&Pair, PageScore)], most: usize) -> Mistakes {
    let listed = |only_damage: bool| {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let all = pages.iter().flat_map(|page| &page.1.mistakes);
        for Mistake { gold, got, .. } in all.filter(|m| m.damage || !only_damage) {
            *counts.entry((gold, got)).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        counts.truncate(most);
        let counted = |((gold, got), count): ((&str, &str), usize)| Counted {
            count,
            gold: gold.to_owned(),
            got: got.to_owned(),
        };
        counts.into_iter().map(counted).collect()
    };
    Mistakes {
        engine: engine.to_owned(),
        remaining: listed(false),
        damage: listed(true),
    }
}

#[cfg(test)]
mod tests;

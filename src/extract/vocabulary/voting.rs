//! The words and patterns by which votes are told.

use crate::extract::minutes::Choice;
use crate::extract::tokens::fold;
use regex::Regex;
use serde::Deserialize;

/// The lists of a vocabulary file about votes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct VotingLists {
    yes: Vec<String>,
    no: Vec<String>,
    abstain: Vec<String>,
    absent: Vec<String>,
    tells: Vec<String>,
    one: String,
    links: Vec<String>,
    sums: Vec<String>,
    casting: Vec<String>,
    totals: Vec<String>,
    against: Vec<String>,
    others: Vec<String>,
    means: Vec<String>,
    means_who: Vec<String>,
    means_not: Vec<String>,
    answer: Vec<String>,
}

impl VotingLists {
    /// All patterns, for a check before they are used.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &String> {
        self.totals
            .iter()
            .chain(&self.against)
            .chain(&self.others)
            .chain(&self.means)
            .chain(&self.means_who)
            .chain(&self.means_not)
            .chain(&self.answer)
    }
}

/// How votes are told: sides, the words around them, and patterns over text.
#[derive(Debug, Default)]
pub struct Voting {
    /// Words and stems (with `*`) of each side, folded.
    sides: Vec<(String, bool, Choice)>,
    tells: Vec<String>,
    one: String,
    links: Vec<String>,
    sums: Vec<String>,
    casting: Vec<String>,
    /// A count and its side: groups `n…` and `side…`.
    pub totals: Vec<Regex>,
    /// Two counts without sides, the winning one first: groups `a` and `b`.
    pub against: Vec<Regex>,
    /// Counts of those who did not vote: groups `n…` and `what…`.
    pub others: Vec<Regex>,
    /// What a side means, after it: groups `side` and `what`.
    pub means: Vec<Regex>,
    /// What a side means, before it.
    pub means_who: Vec<Regex>,
    /// What it means that the no side wins: group `what`.
    pub means_not: Vec<Regex>,
    /// The answer at the end of a line of a roll call: group `v`.
    pub answer: Vec<Regex>,
}

impl Voting {
    pub(super) fn add(&mut self, lists: &VotingLists) {
        let folded = |list: &[String]| list.iter().map(|w| fold(w)).collect::<Vec<_>>();
        let compiled = |list: &[String]| {
            list.iter()
                .filter_map(|p| Regex::new(p).ok())
                .collect::<Vec<_>>()
        };
        for (list, choice) in [
            (&lists.yes, Choice::Yes),
            (&lists.no, Choice::No),
            (&lists.abstain, Choice::Abstain),
            (&lists.absent, Choice::Absent),
        ] {
            self.sides.extend(list.iter().map(|w| {
                let stem = w.ends_with('*');
                (fold(w.trim_end_matches('*')), stem, choice)
            }));
        }
        self.tells.extend(folded(&lists.tells));
        if !lists.one.is_empty() {
            self.one = fold(&lists.one);
        }
        self.links.extend(folded(&lists.links));
        self.sums.extend(folded(&lists.sums));
        self.casting.extend(folded(&lists.casting));
        self.totals.extend(compiled(&lists.totals));
        self.against.extend(compiled(&lists.against));
        self.others.extend(compiled(&lists.others));
        self.means.extend(compiled(&lists.means));
        self.means_who.extend(compiled(&lists.means_who));
        self.means_not.extend(compiled(&lists.means_not));
        self.answer.extend(compiled(&lists.answer));
    }

    /// The side that a folded word names.
    pub fn choice(&self, word: &str) -> Option<Choice> {
        self.sides
            .iter()
            .find(|(w, stem, _)| word == w || *stem && word.starts_with(w.as_str()))
            .map(|s| s.2)
    }

    /// The word for a single vote, folded.
    pub fn one(&self) -> &str {
        &self.one
    }

    /// Whether a folded word is about voting: "röstar", "ja-röster".
    pub fn is_vote_word(&self, word: &str) -> bool {
        self.tells.iter().any(|w| word.contains(w.as_str()))
    }

    /// Whether `text` tells of a vote.
    pub fn tells(&self, text: &str) -> bool {
        let folded = super::fold_text(text);
        self.tells.iter().any(|w| folded.contains(w.as_str()))
    }

    /// Whether a folded word may stand between a side and those who took it.
    pub fn links(&self, word: &str) -> bool {
        self.is_vote_word(word) || self.links.iter().any(|w| w == word)
    }

    /// Whether a folded word begins the line of sums below a table.
    pub fn is_sum(&self, word: &str) -> bool {
        self.sums.iter().any(|w| w == word)
    }

    /// Whether `text` tells of a casting vote.
    pub fn is_casting(&self, text: &str) -> bool {
        let folded = super::fold_text(text);
        self.casting.iter().any(|w| folded.contains(w.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::vocabulary::Vocabulary;

    #[test]
    fn sides_are_words_or_stems() {
        let voting = Vocabulary::built_in().words().voting();
        assert_eq!(voting.choice("ja"), Some(Choice::Yes));
        assert_eq!(voting.choice("nej"), Some(Choice::No));
        assert_eq!(voting.choice("avstar"), Some(Choice::Abstain));
        assert_eq!(voting.choice("franv"), Some(Choice::Absent));
        assert_eq!(voting.choice("avstyrker"), None);
        assert_eq!(voting.choice("januari"), None);
    }
}

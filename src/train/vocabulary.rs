//! Which words the model knows, and what it knows of each.

use super::characters;
use super::compounds::{self, Elements};
use super::text::{FormId, Forms, word_codes};
use super::{files, read_text, stem};
use crate::lexicon::{Flags, dawg};
use crate::lm::chars::{CharModel, Start};
use crate::lm::{CLASSES, Class, Id, quantize};
use crate::text::TokenKind;
use crate::text::alphabet::{self, Code};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::path::Path;

/// Words from outside the corpora.
#[derive(Default)]
pub struct Lists {
    /// Inflected forms of a dictionary.
    dictionary: FxHashSet<Vec<Code>>,
    /// Names and places with how common they are.
    names: BTreeMap<Vec<Code>, f64>,
}

/// A first name with fewer bearers adds more confusion than coverage.
const BEARERS: f64 = 8.0;

/// How far common names are commoner in minutes than rare ones, as a power of how
/// many bear them: below 1, since the lists lack most of the rare ones.
const COMMONNESS: f64 = 0.85;

impl Lists {
    /// Reads every list of a folder: `simplemma*` are inflected forms, `hunspell*`
    /// is for comparing only, the others hold names, with a count after a tab.
    pub fn read(dir: &Path) -> std::io::Result<Self> {
        let mut lists = Lists::default();
        let own = include_str!("../data/abbreviations.txt").split_whitespace();
        lists.dictionary.extend(own.filter_map(word_codes));
        for path in files(dir)? {
            let stem = stem(&path);
            if stem.starts_with("hunspell") {
                continue;
            }
            for line in read_text(&path)?.lines() {
                let mut columns = line.split('\t');
                let first = columns.next().unwrap_or_default();
                let second = columns.next().unwrap_or_default();
                match stem.as_str() {
                    "simplemma_sv" => {
                        lists
                            .dictionary
                            .extend(word_codes(first).filter(|w| w.len() > 1));
                        lists
                            .dictionary
                            .extend(word_codes(second).filter(|w| w.len() > 1));
                    }
                    "first_names" | "surnames" => {
                        let bearers = second.parse().unwrap_or(10.0);
                        lists.name(
                            first,
                            bearers,
                            if stem == "surnames" { 0.0 } else { BEARERS },
                        );
                    }
                    "municipalities" | "counties" => lists.name(second, 2000.0, 0.0),
                    "committees" | "authorities" | "places" => lists.name(first, 500.0, 0.0),
                    _ => {}
                }
            }
        }
        Ok(lists)
    }

    fn name(&mut self, text: &str, bearers: f64, least: f64) {
        for word in text.split(|c: char| !c.is_alphabetic()) {
            // Words of a name that are no names ("kommun", "styrelsen") are in the
            // dictionary or the corpora anyway.
            if word.starts_with(char::is_uppercase)
                && bearers >= least
                && let Some(codes) = word_codes(word).filter(|w| w.len() > 1)
            {
                *self.names.entry(codes).or_default() += bearers;
            }
        }
    }
}

#[derive(Default, Clone, Copy)]
struct Count {
    total: u32,
    minutes: u32,
    capital: u32,
    upper: u32,
}

/// The words and what was counted of them.
pub struct Vocabulary {
    /// All words, sorted: ranks are ids.
    pub words: Vec<Vec<Code>>,
    counts: FxHashMap<Vec<Code>, Count>,
    names: BTreeMap<Vec<Code>, f64>,
    dictionary: FxHashSet<Vec<Code>>,
    elements: Elements,
    /// Genitives that nobody listed, with what they are formed of.
    genitives: FxHashMap<Vec<Code>, Vec<Code>>,
    /// Sums of the left and the right elements' counts.
    sums: (f64, f64),
}

impl Vocabulary {
    /// Counts the forms and merges them with the lists.
    pub fn build(forms: &Forms, streams: &[(String, Vec<FormId>, f64)], lists: &Lists) -> Self {
        let mut per_form = vec![Count::default(); forms.all().len()];
        for (stem, stream, _) in streams {
            for &form in stream {
                per_form[form as usize].total += 1;
                per_form[form as usize].minutes += u32::from(stem.contains("minutes"));
            }
        }
        let mut counts: FxHashMap<Vec<Code>, Count> = FxHashMap::default();
        for ((form, kind), n) in forms.all().iter().zip(&per_form) {
            let Some(codes) = word_codes(form).filter(|_| *kind == TokenKind::Word) else {
                continue;
            };
            let count = counts.entry(codes).or_default();
            count.total += n.total;
            count.minutes += n.minutes;
            match case(form) {
                Class::Upper => count.upper += n.total,
                Class::Capital => count.capital += n.total,
                _ => {}
            }
        }
        let mut types: Vec<Vec<Code>> = counts
            .iter()
            .filter(|(_, c)| c.total >= 2)
            .map(|(w, _)| w.clone())
            .collect();
        types.sort_unstable();
        let is_word = |w: &[Code]| {
            lists.dictionary.contains(w) || counts.get(w).is_some_and(|c| is_counted(*c))
        };
        let frequency = |w: &[Code]| counts.get(w).map_or(0, |c| c.total - c.capital / 2);
        let elements = compounds::learn(&types, frequency, is_word);

        let mut words: Vec<Vec<Code>> = counts
            .iter()
            .filter(|(_, c)| is_counted(**c))
            .map(|(w, _)| w)
            .chain(&lists.dictionary)
            .chain(lists.names.keys())
            .chain(elements.left.keys())
            .cloned()
            .collect();
        words.sort_unstable();
        words.dedup();
        let known: FxHashSet<&Vec<Code>> = words.iter().collect();
        let genitives: FxHashMap<Vec<Code>, Vec<Code>> = words
            .iter()
            .filter(|w| is_word(w) || lists.names.contains_key(*w))
            .filter_map(|w| Some((genitive(w)?, w.clone())))
            .filter(|(g, _)| !known.contains(g))
            .collect();
        words.extend(genitives.keys().cloned());
        words.sort_unstable();
        Vocabulary {
            words,
            genitives,
            counts,
            names: lists.names.clone(),
            dictionary: lists.dictionary.clone(),
            sums: (elements.left.values().sum(), elements.right.values().sum()),
            elements,
        }
    }

    /// How many words have n-grams of their own.
    pub fn counted(&self) -> usize {
        self.words.iter().filter(|w| self.is_counted(w)).count()
    }

    /// Words, classes and marks together.
    pub fn id_space(&self) -> usize {
        self.words.len() + CLASSES as usize + 256
    }

    /// The id of every form.
    pub fn ids(&self, forms: &Forms) -> Vec<Id> {
        let words = self.words.len() as Id;
        let rank: FxHashMap<&[Code], Id> = self
            .words
            .iter()
            .enumerate()
            .map(|(i, w)| (w.as_slice(), i as Id))
            .collect();
        let id = |(form, kind): &(Box<str>, TokenKind)| {
            let class = |class: Class| words + class as Id;
            match kind {
                _ if form.is_empty() => class(Class::Boundary),
                TokenKind::Mark => {
                    words + CLASSES + Id::from(alphabet::encode(form.chars().next().unwrap_or(' ')))
                }
                TokenKind::Code => class(Class::Code),
                TokenKind::Number => class(number_class(form)),
                TokenKind::Word => word_codes(form)
                    .filter(|w| self.is_counted(w))
                    .and_then(|w| rank.get(w.as_slice()).copied())
                    .unwrap_or_else(|| class(case(form))),
            }
        };
        forms.all().iter().map(id).collect()
    }

    /// The lexicon's and the character model's sections.
    pub fn sections(&self, log: &mut impl FnMut(&str)) -> Vec<(&'static str, Vec<u8>)> {
        let chars = self.characters();
        let classes = self.class_costs(&chars, log);
        let element_costs = |elements: &BTreeMap<Vec<Code>, f64>| -> Vec<u8> {
            let sum: f64 = elements.values().sum();
            let cost = |w: &Vec<Code>| {
                elements
                    .get(w)
                    .map_or(255, |n| quantize(-(n / sum).ln() as f32).min(254))
            };
            self.words.iter().map(cost).collect()
        };
        vec![
            ("dawg", dawg::build(self.words.iter().map(Vec::as_slice))),
            ("flags", self.words.iter().map(|w| self.flags(w)).collect()),
            ("lower", classes.0),
            ("capital", classes.1),
            (
                "shares",
                classes.2.iter().flat_map(|c| c.to_le_bytes()).collect(),
            ),
            ("left", element_costs(&self.elements.left)),
            ("right", element_costs(&self.elements.right)),
            ("chars", chars),
        ]
    }

    fn is_counted(&self, word: &[Code]) -> bool {
        self.counts.get(word).is_some_and(|c| is_counted(*c))
    }

    fn flags(&self, word: &[Code]) -> u8 {
        let count = self.counts.get(word).copied().unwrap_or_default();
        let is_word =
            is_counted(count) || self.dictionary.contains(word) || self.names.contains_key(word);
        let lower = count.total - count.capital - count.upper;
        [
            (is_counted(count), Flags::COUNTED),
            (
                self.names
                    .contains_key(self.genitives.get(word).map_or(word, Vec::as_slice)),
                Flags::NAME,
            ),
            (is_word, Flags::WORD),
            (count.capital > 9 * (lower + count.upper), Flags::CAPITAL),
            (count.upper > 4 * (lower + count.capital), Flags::UPPER),
        ]
        .iter()
        .filter(|f| f.0)
        .fold(0, |bits, f| bits | f.1.0)
    }

    /// Rare words and names teach how unlisted words are spelled.
    fn characters(&self) -> Vec<u8> {
        let mut words: Vec<(Start, &[Code], f64)> = Vec::new();
        for (word, count) in &self.counts {
            let capital = 2 * (count.capital + count.upper) > count.total;
            let start = if capital {
                Start::Capital
            } else {
                Start::Lower
            };
            words.push((start, word, 1.0));
        }
        words.extend(
            self.names
                .keys()
                .map(|w| (Start::Capital, w.as_slice(), 0.5)),
        );
        words.sort_unstable_by(|a, b| a.1.cmp(b.1).then((a.0 as u8).cmp(&(b.0 as u8))));
        characters::estimate(words)
    }

    /// Costs of uncounted words within their class, and the costs of drawing a
    /// compound or a free spelling (lower case, then capital): a mixture of dictionary, names,
    /// compounds and spelling, its shares fitted by EM on the words seen once or
    /// twice, which stand for the words never seen.
    fn class_costs(
        &self,
        chars: &[u8],
        log: &mut impl FnMut(&str),
    ) -> (Vec<u8>, Vec<u8>, Vec<f32>) {
        let Some(chars) = CharModel::new(chars) else {
            return Default::default();
        };
        let mut open = Vec::new();
        let dictionary = 1.0
            / self
                .dictionary
                .iter()
                .filter(|w| !self.is_counted(w))
                .count()
                .max(1) as f64;
        let bearers: f64 = self
            .names
            .iter()
            .filter(|(w, _)| !self.is_counted(w))
            .map(|(_, n)| n.powf(COMMONNESS))
            .sum();
        let parts = |word: &[Code], start: Start| {
            [
                if self.dictionary.contains(word) {
                    dictionary
                } else {
                    0.0
                },
                self.names
                    .get(word)
                    .map_or(0.0, |n| n.powf(COMMONNESS) / bearers),
                self.compound(word),
                f64::from(-chars.cost(start, word)).exp(),
            ]
        };
        let fit = |start: Start| {
            let mut rare: Vec<&Vec<Code>> = self
                .counts
                .iter()
                .filter(|(_, c)| {
                    !is_counted(**c)
                        && (2 * (c.capital + c.upper) > c.total) == (start == Start::Capital)
                })
                .map(|(w, _)| w)
                .collect();
            rare.sort_unstable();
            let parts: Vec<[f64; 4]> = rare.iter().step_by(3).map(|w| parts(w, start)).collect();
            let mut shares = [0.25; 4];
            for _ in 0..20 {
                let mut sums = [1e-6; 4];
                for part in &parts {
                    let p: f64 = part.iter().zip(shares).map(|(p, s)| p * s).sum();
                    for i in 0..4 {
                        sums[i] += shares[i] * part[i] / p;
                    }
                }
                let total: f64 = sums.iter().sum();
                shares = sums.map(|s| s / total);
            }
            shares
        };
        let mut costs = |start: Start| -> Vec<u8> {
            let shares = fit(start);
            log(&format!(
                "class {start:?}: dictionary, names, compounds, spelling {shares:.3?}"
            ));
            open.extend([-shares[2].ln() as f32, -shares[3].ln() as f32]);
            let listed = |w: &[Code]| -> f64 {
                parts(w, start)[..2]
                    .iter()
                    .zip(shares)
                    .map(|(p, s)| p * s)
                    .sum()
            };
            let total: f64 = self.counts.values().map(|c| f64::from(c.total)).sum();
            let cost = |w: &Vec<Code>| {
                let p = match self.genitives.get(w) {
                    Some(base) => {
                        let count = f64::from(self.counts.get(base).map_or(0, |c| c.total));
                        GENITIVE * (count / total / UNCOUNTED).max(listed(base))
                    }
                    None => listed(w),
                };
                if p > 0.0 {
                    quantize(-p.ln() as f32).min(254)
                } else {
                    255
                }
            };
            self.words.iter().map(cost).collect()
        };
        let (lower, capital) = (costs(Start::Lower), costs(Start::Capital));
        (lower, capital, open)
    }

    /// The probability of the best split into two elements.
    fn compound(&self, word: &[Code]) -> f64 {
        let (left, right) = self.sums;
        (compounds::SHORTEST_LEFT..word.len().saturating_sub(compounds::SHORTEST_RIGHT - 1))
            .filter_map(|at| {
                let (l, r) = word.split_at(at);
                Some(self.elements.left.get(l)? / left * self.elements.right.get(r)? / right)
            })
            .fold(0.0, f64::max)
    }
}

/// How often a word stands in the genitive, and how often a token is uncounted:
/// together they turn a word's frequency into that of an unlisted genitive.
const GENITIVE: f64 = 0.02;
const UNCOUNTED: f64 = 0.03;

/// The genitive of a word that does not end in an s-sound.
fn genitive(word: &[Code]) -> Option<Vec<Code>> {
    let last = *word.last()?;
    (word.len() > 2 && !matches!(last, b's' | b'x' | b'z')).then(|| [word, b"s"].concat())
}

/// Often enough to have n-grams of its own.
fn is_counted(count: Count) -> bool {
    count.total >= 4 || count.minutes >= 2
}

/// The class of an uncounted word by its case.
pub fn case(form: &str) -> Class {
    let mut chars = form.chars();
    let first = chars.next().is_some_and(char::is_uppercase);
    let rest_upper = chars.clone().any(char::is_uppercase) && !chars.any(char::is_lowercase);
    match (first, rest_upper) {
        (true, true) => Class::Upper,
        (true, false) => Class::Capital,
        (false, _) => Class::Lower,
    }
}

/// The class of a number by its digits.
pub fn number_class(form: &str) -> Class {
    match form.len() {
        1 => Class::Digit,
        2 => Class::TwoDigits,
        4 if ("1600".."2100").contains(&form) => Class::Year,
        _ => Class::Number,
    }
}

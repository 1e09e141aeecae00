//! What makes a value less sure than the rule that read it: signs of misreading that no
//! lexicon can settle. The factors were chosen by looking at the wrong values of the
//! fixtures; `klartext eval extract --calibration` tells how well they do.

mod contents;

use super::minutes::{Minutes, Text};
use super::outline::Scope;
use super::tokens::{fold, near};
use super::vocabulary::Words;
use crate::repair::Reading;
use std::collections::BTreeSet;

/// A name that is no name's form: `HodzZié`, `Had2ié`, `JUSTERARE Lisbeth`.
const ODD: f32 = 0.6;
/// A name of a single word: the others were not recognised.
const SINGLE: f32 = 0.8;
/// Four words and more may be two names.
const LONG: usize = 4;
const TOGETHER: f32 = 0.85;
/// One of two names that are nearly the same.
const TWIN: f32 = 0.85;
/// A letter that is mostly another one's misreading: `Petkovié` for `Petković`.
const FOREIGN: f32 = 0.85;

/// Lowers the confidence of names, entries and bodies by what they look like, and by how
/// much of the document had to be repaired.
pub fn apply(minutes: &mut Minutes, scope: Scope<'_>) {
    let words = scope.vocabulary.words();
    let noise = noise(scope.reading);
    contents::apply(minutes, scope);
    for person in minutes.persons_mut() {
        person.name.confidence *= (1.0 - noise) * form(&person.name.value, words);
    }
    let twins = twins(minutes);
    for person in minutes.persons_mut() {
        if twins.contains(&person.name.value) {
            person.name.confidence *= TWIN;
        }
    }
    let named = minutes.items.iter_mut().flat_map(|i| &mut i.decisions);
    for body in named.flat_map(|d| d.authority.iter_mut().chain(&mut d.addressee)) {
        body.confidence *= if is_odd(&body.value) { ODD } else { 1.0 };
    }
    if let Some(body) = &mut minutes.body {
        body.confidence *= if is_odd(&body.value) { ODD } else { 1.0 };
    }
    let entries = minutes.items.iter_mut().flat_map(|item| {
        let lists = item.recipients.iter_mut().chain(&mut item.documents);
        lists.chain(&mut item.title)
    });
    for entry in entries {
        doubt_entry(entry, noise);
    }
}

/// Names of which the document prints another one that is nearly the same: at least one
/// of the two was misread. Quadratic in the number of names, which is small.
fn twins(minutes: &mut Minutes) -> BTreeSet<String> {
    let names: BTreeSet<String> = minutes
        .persons_mut()
        .map(|p| p.name.value.clone())
        .collect();
    let names: Vec<(String, String)> = names.into_iter().map(|n| (fold(&n), n)).collect();
    let mut out = BTreeSet::new();
    for (i, (a, first)) in names.iter().enumerate() {
        for (b, second) in &names[i + 1..] {
            if a.len().abs_diff(b.len()) <= 2 && near(a, b) {
                out.insert(first.clone());
                out.insert(second.clone());
            }
        }
    }
    out
}

/// How much names are to be doubted, by how much of the document had to be repaired: no
/// lexicon knows them, so that misread ones are often left.
fn noise(reading: &Reading) -> f32 {
    const WEIGHT: f32 = 0.5;
    const MOST: f32 = 0.4;
    let words = reading.text.split_whitespace().count().max(1);
    let mended = reading.repairs.iter().filter(|p| p.repair.applied).count();
    (WEIGHT * mended as f32 / words as f32).min(MOST)
}

/// Entries hold names beside common words: half of what names suffer.
fn doubt_entry(entry: &mut Text, noise: f32) {
    entry.confidence *= 1.0 - noise / 2.0;
}

/// The factor for a person's name.
fn form(name: &str, words: &Words) -> f32 {
    let single = !name.contains(char::is_whitespace);
    let foreign = name.split_whitespace().any(|w| words.is_doubtful_ending(w));
    // Two names that ran together.
    let long = name
        .split_whitespace()
        .filter(|w| !words.is_particle(w))
        .count()
        >= LONG;
    let mut factor = if long { TOGETHER } else { 1.0 };
    for (sign, share) in [(is_odd(name), ODD), (single, SINGLE), (foreign, FOREIGN)] {
        if sign {
            factor *= share;
        }
    }
    factor
}

/// A digit, a capital inside a word, a letter doubled in front, or a word in capitals
/// beside others.
fn is_odd(name: &str) -> bool {
    const SHOUTED: usize = 4;
    let inner = |w: &str| {
        let letters: Vec<char> = w.chars().collect();
        letters
            .windows(3)
            .any(|t| t[0].is_lowercase() && t[1].is_lowercase() && t[2].is_uppercase())
    };
    let doubled = |w: &str| {
        let mut letters = w.chars();
        let (a, b, c) = (letters.next(), letters.next(), letters.next());
        a.is_some_and(char::is_uppercase) && a == b && c.is_some_and(char::is_lowercase)
    };
    let shouted = |w: &&str| w.chars().count() >= SHOUTED && !w.chars().any(char::is_lowercase);
    let words: Vec<&str> = name.split_whitespace().collect();
    let mixed = words.iter().any(shouted) && name.chars().any(char::is_lowercase);
    name.chars().any(|c| c.is_ascii_digit() || c == '@')
        || words.iter().any(|w| inner(w) || doubled(w))
        || mixed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::minutes;

    #[test]
    fn odd_names_are_known_by_their_form() {
        for odd in [
            "Adnan HodzZié",
            "Emir Had2ié",
            "JUSTERARE Lisbeth Ek",
            "UUtbildningsnämnden",
        ] {
            assert!(is_odd(odd), "{odd}");
        }
        for plain in [
            "Anna Ek",
            "Per McCoy",
            "S-G Bjerlund",
            "ANNA EK",
            "Adnan Hodžić",
        ] {
            assert!(!is_odd(plain), "{plain}");
        }
    }

    #[test]
    fn two_forms_of_one_name_are_both_doubted() {
        let text = "Nämnden 2020-01-02\n\nLedamöter\nTuncay Özgür (S)\nBo Ask (M), ordförande\n\n§ 4 Brygga\n\nBeslut\nBryggan byggs.\n\nYrkanden\nTuncav Özgür (S) yrkar avslag.\n";
        let found = minutes(text);
        let sure: Vec<bool> = found
            .meeting
            .attendees
            .iter()
            .map(|a| a.person.name.confidence > 0.9)
            .collect();
        assert_eq!(sure, [false, true]);
        assert!(found.items[0].motions[0].persons[0].name.confidence < 0.9);
    }
}

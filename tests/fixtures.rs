//! The fixtures themselves: a golden test is worth no more than its gold.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use unicode_normalization::is_nfc;

/// What lies between the parts of a value that runs over a page end: a signature
/// strip and a running head, without white space.
const LONGEST_FURNITURE: usize = 220;

#[test]
fn every_case_has_its_four_texts_page_by_page() {
    for case in cases() {
        let clean = read(&case, "clean.txt");
        assert!(is_nfc(&clean), "{}: clean.txt is not NFC", case.display());
        for reading in ["eng.txt", "swe.txt"] {
            let seen = read(&case, reading);
            let pages = (clean.split('\u{c}'), seen.split('\u{c}'));
            assert_eq!(pages.0.clone().count(), pages.1.clone().count());
            for (number, (wanted, seen)) in pages.0.zip(pages.1).enumerate() {
                let rate = error_rate(wanted, seen);
                let place = format!("{} page {}", case.join(reading).display(), number + 1);
                // Another page differs in more than half; lines to sign on, which engines
                // read as letters, are a sixth of a page head.
                assert!(rate < 0.2, "{place}: {rate:.3}: is it the same page?");
                let is_read_without_its_dots = reading == "eng.txt";
                assert!(
                    rate > 0.01 || !is_read_without_its_dots,
                    "{place}: {rate:.3}"
                );
            }
        }
    }
}

#[test]
fn every_value_of_gold_stands_in_its_document() {
    for case in cases() {
        let text: Vec<char> = read(&case, "clean.txt")
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        for (path, value) in strings(&gold(&case)) {
            // Enums, roles in their base form, dates, times and codes are not printed as they stand.
            let key = path.rsplit('/').next().unwrap_or_default();
            let is_derived = [
                "kind", "code", "status", "vote", "result", "stance", "outcome", "role",
            ]
            .contains(&key)
                || ["/municipality/name", "/meeting/date"].contains(&path.as_str())
                || value.len() == 10 && value.replace('-', "").chars().all(|c| c.is_ascii_digit())
                || value.len() == 5 && value.as_bytes()[2] == b':';
            for paragraph in value.split("\n\n").filter(|_| !is_derived) {
                let wanted: Vec<char> = paragraph.chars().filter(|c| !c.is_whitespace()).collect();
                assert!(
                    stands_in(&wanted, &text),
                    "{}{path}: {paragraph}",
                    case.display()
                );
            }
        }
    }
}

#[test]
fn ballots_of_gold_agree_with_its_totals() {
    let mut votes = 0;
    for case in cases() {
        for vote in list(&gold(&case), "items")
            .iter()
            .flat_map(|item| list(item, "votes"))
        {
            let ballots = list(&vote, "ballots");
            // Minutes may print totals alone.
            if ballots.is_empty() {
                continue;
            }
            let cast = |kind| {
                ballots
                    .iter()
                    .filter(|ballot| ballot["vote"] == kind)
                    .count()
            };
            for kind in ["yes", "no", "abstain", "absent"] {
                assert_eq!(
                    cast(kind) as u64,
                    vote[kind].as_u64().unwrap_or(0),
                    "{}",
                    case.display()
                );
            }
            votes += 1;
        }
    }
    assert!(votes >= 3, "found only {votes}");
}

#[test]
fn a_text_that_is_not_there_is_missed() {
    let text: Vec<char> = "förstsnö-JusterandesBlad2räddningensist".chars().collect();
    let stands = |wanted: &str| stands_in(&wanted.chars().collect::<Vec<_>>(), &text);
    assert!(stands("förstsnöräddningensist"));
    assert!(stands("Blad2"));
    assert!(!stands("förstsnöröjningensist"));
}

/// Whether `wanted` stands in `text` as one piece, or as two with page furniture
/// between them; a hyphen of the text may be left out. Both without white space.
fn stands_in(wanted: &[char], text: &[char]) -> bool {
    (0..text.len()).any(|start| {
        let (taken, end) = matched(wanted, &text[start..]);
        if taken == wanted.len() {
            return true;
        }
        // The furniture may begin as the value goes on: give a few characters back.
        (taken.saturating_sub(3)..=taken)
            .rev()
            .filter(|&kept| kept > 2)
            .any(|kept| {
                let after = start + end - (taken - kept);
                let rest = &wanted[kept..];
                (after..text.len().min(after + LONGEST_FURNITURE))
                    .any(|next| matched(rest, &text[next..]).0 == rest.len())
            })
    })
}

/// How many characters of `wanted` stand at the start of `text`, and how many of
/// `text` they take.
fn matched(wanted: &[char], text: &[char]) -> (usize, usize) {
    let (mut taken, mut at) = (0, 0);
    while taken < wanted.len() && at < text.len() {
        if wanted[taken] == text[at] {
            taken += 1;
        } else if text[at] != '-' || taken == 0 {
            break;
        }
        at += 1;
    }
    (taken, at)
}

fn error_rate(wanted: &str, seen: &str) -> f64 {
    let squeeze = |text: &str| -> String {
        let ruled = |word: &&str| !word.chars().all(|c| "._–—=-".contains(c));
        text.split_whitespace()
            .filter(ruled)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let wanted = squeeze(wanted);
    strsim::levenshtein(&wanted, &squeeze(seen)) as f64 / wanted.chars().count() as f64
}

/// Every string below a value, with the path of keys that leads to it.
fn strings(value: &Value) -> Vec<(String, String)> {
    fn walk(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => found.push((path.to_owned(), text.clone())),
            Value::Array(items) => items.iter().for_each(|item| walk(item, path, found)),
            Value::Object(keys) => keys
                .iter()
                .for_each(|(key, item)| walk(item, &format!("{path}/{key}"), found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

fn list(value: &Value, key: &str) -> Vec<Value> {
    value[key].as_array().cloned().unwrap_or_default()
}

fn gold(case: &Path) -> Value {
    serde_json::from_str(&read(case, "gold.json")).expect("gold is JSON")
}

fn read(case: &Path, name: &str) -> String {
    let path = case.join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut cases: Vec<PathBuf> = fs::read_dir(root)
        .expect("the fixtures are there")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.join("gold.json").exists())
        .collect();
    cases.sort();
    assert!(cases.len() >= 10, "found only {}", cases.len());
    cases
}

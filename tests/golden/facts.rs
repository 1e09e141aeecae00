//! How much of gold a record finds: precision, recall and F1 for every key.
//!
//! A fact is one printed value, or one entry of a list with all its values, so that a
//! right name with a wrong vote counts as wrong. Items are aligned by number; what
//! gold leaves out is not judged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

/// Counts by the path of keys.
#[derive(Default)]
pub struct Scores(BTreeMap<String, Count>);

#[derive(Default, Clone, Copy)]
struct Count {
    right: usize,
    found: usize,
    gold: usize,
}

impl Scores {
    /// Counts one document.
    pub fn add(&mut self, gold: &Value, found: &Value) {
        let mut wanted = Facts::default();
        let mut seen = Facts::default();
        for (document, facts) in [(gold, &mut wanted), (found, &mut seen)] {
            for (key, value) in entries(document).filter(|(key, _)| gold.get(key).is_some()) {
                if key != "items" {
                    facts.collect(value, &judged(&gold[key]), key, "");
                }
            }
            for item in document["items"].as_array().into_iter().flatten() {
                let number = item["number"].as_str().unwrap_or_default();
                let of_gold = gold["items"].as_array().into_iter().flatten();
                let twin = of_gold
                    .into_iter()
                    .find(|twin| twin["number"] == item["number"]);
                facts.collect(item, &twin.map_or(Judged::All, judged), "items", number);
            }
        }
        for (path, facts) in wanted.0 {
            let count = self.0.entry(path.clone()).or_default();
            count.gold += facts.len();
            let mut others = seen.0.remove(&path).unwrap_or_default();
            count.found += others.len();
            for fact in facts {
                if let Some(at) = others.iter().position(|other| *other == fact) {
                    others.swap_remove(at);
                    count.right += 1;
                }
            }
        }
        for (path, facts) in seen.0 {
            self.0.entry(path).or_default().found += facts.len();
        }
    }

    /// F1 by path, rounded down to three digits.
    pub fn f1(&self) -> BTreeMap<String, f64> {
        let rounded = |count: &Count| (count.f1() * 1000.0 + 1e-9).floor() / 1000.0;
        self.0
            .iter()
            .map(|(path, count)| (path.clone(), rounded(count)))
            .collect()
    }
}

impl Count {
    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, count) in &self.0 {
            let Count { right, found, gold } = count;
            writeln!(
                f,
                "{path:36} {right:4} right of {found:4} found, {gold:4} in gold: F1 {:.3}",
                count.f1()
            )?;
        }
        Ok(())
    }
}

/// What of a value gold lets be judged.
enum Judged {
    /// Everything: gold says that nothing is there.
    All,
    /// A value by itself.
    Value,
    /// These keys.
    Keys(BTreeMap<String, Judged>),
    /// Entries that are all judged in the same way.
    Entries(Box<Judged>),
}

fn judged(gold: &Value) -> Judged {
    match gold {
        Value::Null => Judged::All,
        Value::Object(keys) => Judged::Keys(
            keys.iter()
                .map(|(key, value)| (key.clone(), judged(value)))
                .collect(),
        ),
        Value::Array(items) => Judged::Entries(Box::new(
            items.iter().map(judged).reduce(meet).unwrap_or(Judged::All),
        )),
        _ => Judged::Value,
    }
}

/// What both let be judged; "nothing is there" says nothing about keys.
fn meet(a: Judged, b: Judged) -> Judged {
    match (a, b) {
        (Judged::Keys(a), Judged::Keys(mut b)) => {
            let both = a
                .into_iter()
                .filter_map(|(key, a)| b.remove(&key).map(|b| (key, meet(a, b))));
            Judged::Keys(both.collect())
        }
        (Judged::Entries(a), Judged::Entries(b)) => Judged::Entries(Box::new(meet(*a, *b))),
        (Judged::All, other) | (other, _) => other,
    }
}

/// Facts by path; each is the set of its keys and values.
#[derive(Default)]
struct Facts(BTreeMap<String, Vec<BTreeSet<String>>>);

impl Facts {
    fn collect(&mut self, value: &Value, judged: &Judged, path: &str, context: &str) {
        match value {
            Value::Null => {}
            Value::Object(_) => {
                for (key, value) in entries(value) {
                    if let Some(judged) = below(judged, key) {
                        self.collect(value, judged, &format!("{path}.{key}"), context);
                    }
                }
            }
            Value::Array(items) => {
                let judged = match judged {
                    Judged::Entries(judged) => judged,
                    _ => &Judged::All,
                };
                for item in items {
                    let mut fact = BTreeSet::from([context.to_owned()]);
                    self.entry(item, judged, path, "", context, &mut fact);
                    self.0.entry(path.to_owned()).or_default().push(fact);
                }
            }
            _ => {
                let fact = BTreeSet::from([context.to_owned(), squeezed(value)]);
                self.0.entry(path.to_owned()).or_default().push(fact);
            }
        }
    }

    /// Puts the values of one entry into `fact`, and the lists below it beside it.
    fn entry(
        &mut self,
        value: &Value,
        judged: &Judged,
        path: &str,
        key: &str,
        context: &str,
        fact: &mut BTreeSet<String>,
    ) {
        match value {
            Value::Null => {}
            Value::Object(_) => {
                for (below_key, value) in entries(value) {
                    if let Some(judged) = below(judged, below_key) {
                        let key = format!("{key}.{below_key}");
                        self.entry(value, judged, path, &key, context, fact);
                    }
                }
            }
            Value::Array(_) => self.collect(value, judged, &format!("{path}{key}"), context),
            _ => {
                fact.insert(format!("{key}={}", squeezed(value)));
            }
        }
    }
}

fn below<'a>(judged: &'a Judged, key: &str) -> Option<&'a Judged> {
    match judged {
        Judged::Keys(keys) => keys.get(key),
        // Ids are made, not read.
        other => (key != "id" && key != "sections").then_some(other),
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

fn squeezed(value: &Value) -> String {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    text.nfc()
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_fact_is_right_only_as_a_whole_and_only_what_gold_has_is_judged() {
    let gold = serde_json::json!({"kind": "minutes", "items": [
        {"number": "1", "votes": [{"yes": 3, "ballots": [{"person": {"name": "A"}, "vote": "yes"}]}], "notes": []},
        {"number": "2", "title": "B"}]});
    let found = serde_json::json!({"kind": "minutes", "body": "X", "items": [
        {"number": "1", "id": "x", "title": "C",
         "votes": [{"yes": 3, "no": 1, "ballots": [{"person": {"name": "A", "party": null}, "vote": "no"}]}],
         "notes": [{"kind": "note", "persons": [{"name": "A"}]}]}]});
    let mut scores = Scores::default();
    scores.add(&gold, &found);
    let f1 = scores.f1();
    assert_eq!(f1["kind"], 1.0);
    assert_eq!(f1["items.votes"], 1.0);
    assert_eq!(f1["items.votes.ballots"], 0.0);
    assert_eq!(f1["items.notes"], 0.0);
    assert_eq!(f1["items.title"], 0.0);
    assert_eq!(f1["items.number"], 0.666);
    assert!(!f1.contains_key("body"));
    let mut whole = Scores::default();
    whole.add(&gold, &gold);
    assert!(whole.f1().values().all(|&f1| f1 == 1.0));
}

//! What decisions teach: words, names, and how the engine of the documents errs.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde_json::Value;

use super::decisions::{Decision, Decisions, NAME, Torn, Verdict};
use crate::error::{Error, ErrorKind};
use crate::register::outputs::each;
use crate::register::value::{list, span};
use crate::repair::{House, Repairer};
use crate::text::alphabet::encode_str;
use crate::train::channel::{Pairs, estimate};

/// What was learned, and from what.
#[derive(Debug, Default)]
pub struct Learned {
    /// For later runs.
    pub house: House,
    /// Decisions that hold.
    pub decisions: usize,
    /// Lines that are no decisions.
    pub torn: Vec<Torn>,
    /// Records that could not be read; each was reported.
    pub failed: usize,
}

/// A correction that nobody decided on counts as right from this confidence on.
const SURE: f64 = 0.9;

/// Units that were used less often are left out: noise of the estimate.
const RARE: f64 = 0.5;

/// Learns from the decisions of an output directory. `repairer` knows which words need no
/// telling.
///
/// # Errors
/// The directory or its decisions cannot be read.
pub fn learn(root: &Path, repairer: &Repairer) -> Result<Learned, Error> {
    let decisions = Decisions::read(root).map_err(|error| {
        let place = root.join(NAME);
        Error::new(place.display().to_string(), ErrorKind::NotReadable(error))
    })?;
    let all = decisions.all();
    let mut words = Words::default();
    for (_, decision) in &all {
        words.hear(decision);
    }
    let mut pairs = Pairs::default();
    let work = |_: &_, record: Value| pairs_of(&record, &decisions);
    let tally = each(root, work, |page| {
        pairs.add(&page);
        Ok(())
    })?;
    let (words, names) = words.unknown_to(repairer);
    Ok(Learned {
        house: House {
            words,
            names,
            units: units(pairs),
        },
        decisions: all.len(),
        torn: decisions.torn,
        failed: tally.failed,
    })
}

/// Words that people vouched for.
#[derive(Debug, Default)]
struct Words(BTreeSet<String>);

impl Words {
    fn hear(&mut self, decision: &Decision) {
        let (from, to) = (decision.from.as_deref(), decision.to.as_deref());
        let text = match (&decision.field, decision.verdict) {
            (Some(field), _) if !is_name(field) => None,
            (None, Verdict::Reject) => from,
            (_, Verdict::Undo) => None,
            _ => to,
        };
        let words = text.unwrap_or_default().split(|c: char| !c.is_alphabetic());
        let long = words.filter(|word| word.chars().count() > 1);
        self.0.extend(long.map(str::to_owned));
    }

    /// Words in lower case and names, without those that are known well.
    fn unknown_to(self, repairer: &Repairer) -> (Vec<String>, Vec<String>) {
        let unknown = self.0.into_iter().filter(|word| !repairer.is_counted(word));
        unknown.partition(|word| !word.starts_with(char::is_uppercase))
    }
}

/// Whether a field holds the name of a person or a place: `meeting.chair.name`.
fn is_name(field: &str) -> bool {
    matches!(field.rsplit('.').next(), Some("name" | "who"))
}

/// What was meant and what was seen in a record that somebody decided on.
fn pairs_of(record: &Value, decisions: &Decisions) -> Pairs {
    let mut pairs = Pairs::default();
    let sha256 = record["source"]["sha256"].as_str().unwrap_or_default();
    let decided: HashMap<(u64, u64), &Decision> = decisions
        .of(sha256)
        .into_iter()
        .filter_map(|(_, decision)| {
            let place = decision.place.filter(|_| decision.field.is_none())?;
            Some(((place.start, place.end), decision))
        })
        .collect();
    if decided.is_empty() {
        return pairs;
    }
    let mut count = |meant: &str, seen: &str| {
        pairs.count(&encode_str(meant), &encode_str(seen), 1.0);
    };
    let text: Vec<char> = record["text"]
        .as_str()
        .unwrap_or_default()
        .chars()
        .collect();
    let (mut at, mut kept) = (0, String::new());
    for correction in list(record, "corrections") {
        let (Some(from), Some(to)) = (correction["from"].as_str(), correction["to"].as_str())
        else {
            continue;
        };
        if let Some((start, end)) = span(&correction["target"])
            && let Some(before) = text.get(at..start as usize)
        {
            kept.extend(before);
            kept.push(' ');
            at = end as usize;
        }
        let place = correction["source"].get(0).and_then(span);
        let decision = place.and_then(|place| decided.get(&place));
        let is_sure = correction["confidence"].as_f64().is_some_and(|p| p >= SURE);
        match decision {
            Some(decision) if decision.verdict == Verdict::Reject => count(from, from),
            Some(decision) => count(decision.to.as_deref().unwrap_or(to), from),
            None if is_sure && correction["applied"] == true => count(to, from),
            None => {}
        }
    }
    kept.extend(text.get(at..).unwrap_or_default());
    for word in kept.split_whitespace() {
        count(word, word);
    }
    pairs
}

/// How often each unit was used, of how many times that it could have been.
fn units(pairs: Pairs) -> Vec<(crate::repair::channel::Unit, f64, f64)> {
    let learned = estimate(&pairs.into_list(), &mut |_| ());
    let counts = learned.counts().into_iter().filter(|(_, n)| *n >= RARE);
    let mut units: Vec<_> = counts
        .filter_map(|(unit, n)| {
            let of = *learned.occurrences.get(&unit.condition())?;
            Some((unit, n.min(of), of))
        })
        .collect();
    units.sort_unstable_by_key(|unit| unit.0);
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::repair::Options;
    use crate::repair::channel::Unit;
    use serde_json::json;

    fn line(start: u64, from: &str, to: &str, verdict: &str, field: Option<&str>) -> String {
        let end = start + from.chars().count() as u64;
        let decision = json!({
            "at": "2026-01-02T03:04:05Z", "who": "Anna", "sha256": "ab", "path": "a.txt", "field": field,
            "place": {"start": start, "end": end}, "from": from, "to": to, "verdict": verdict,
        });
        format!("{decision}\n")
    }

    #[test]
    fn decisions_become_words_names_and_counts() {
        let dir = tempfile::tempdir().expect("a directory");
        let correction = |start: u64, from: &str, to: &str, confidence: f64, target: u64| {
            json!({
                "from": from, "to": to, "confidence": confidence, "applied": true,
                "source": [{"page": 1, "line": 1, "start": start, "end": start + from.chars().count() as u64}],
                "target": {"start": target, "end": target + to.chars().count() as u64}, "alternatives": [],
            })
        };
        let record = json!({
            "schema": "klartext/1", "source": {"sha256": "ab", "path": "a.txt"}, "document": {},
            "text": "Quimbert får ge ozelot", "corrections": [
                correction(0, "Qujmbert", "Quimbert", 0.6, 0),
                correction(9, "far", "får", 0.99, 9),
                correction(16, "ozelot", "ocelot", 0.7, 16),
            ],
        });
        std::fs::write(dir.path().join("a.txt.json"), record.to_string()).expect("written");
        let lines = line(0, "Qujmbert", "Quimbert", "type", None)
            + &line(16, "ozelot", "ozelot", "reject", None)
            + &line(9, "", "Ordurk Zamm", "type", Some("meeting.chair.name"))
            + "torn";
        std::fs::write(dir.path().join(NAME), lines).expect("written");
        let model = Model::built_in().expect("a model");
        let repairer = Repairer::new(model, Options::default()).expect("a repairer");
        let learned = learn(dir.path(), &repairer).expect("readable");
        assert_eq!((learned.decisions, learned.torn.len()), (3, 1));
        assert_eq!(learned.house.names, ["Ordurk", "Quimbert", "Zamm"]);
        assert_eq!(learned.house.words, ["ozelot"]);
        let count = |meant: &str, seen: &str| {
            let wanted = Unit::new(&encode_str(meant), &encode_str(seen));
            let unit = learned.house.units.iter().find(|u| u.0 == wanted);
            unit.map(|u| (u.1, u.2))
        };
        // Sure and not rejected: what `å` was read as. `z` stayed.
        assert!(count("å", "å").is_none_or(|(n, _)| n < 0.5));
        assert!(count("z", "z").is_some_and(|(n, of)| n > 0.9 && of == 1.0));
        assert!(count("c", "z").is_none());
    }
}

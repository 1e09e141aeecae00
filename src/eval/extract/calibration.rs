//! Whether values are as sure as they say: how many are wrong at each confidence.

use super::facts::{self, facts};
use super::{Fact, are_near, document};
use serde_json::Value;
use std::fmt;

/// Where the rows of the table begin.
const BINS: [f64; 6] = [0.0, 0.5, 0.7, 0.8, 0.9, 0.95];

/// From here on values count as sure.
const SURE: f64 = 0.9;

/// Values by their confidence. A value is wrong that is near no value of its field in
/// gold; one that is put together of several is as sure as the least sure of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    bins: [Bin; BINS.len()],
    wrong: Vec<(String, f64, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bin {
    values: usize,
    wrong: usize,
    confidence: f64,
}

impl Calibration {
    /// Counts one document: gold, and the full view of what was read.
    pub fn add(&mut self, gold: &Value, read: &Value) {
        let (gold, read) = (document(gold), document(read));
        let known = facts(gold);
        let mut found = facts(&without(read, "value"));
        let sureness = facts(&without(read, "confidence"));
        // The confidence rides along with its fact while facts are left out.
        for (field, facts) in &mut found {
            let sure = sureness.get(field).map_or(&[][..], Vec::as_slice);
            for (i, fact) in facts.iter_mut().enumerate() {
                let from = usize::from(facts::is_numbered(field));
                let confidence = sure.get(i).and_then(|s| least(&s[from..]));
                fact.push(confidence.map(|c| c.to_string()));
            }
        }
        facts::leave_out_unannotated(gold, &mut found);
        for (field, facts) in found {
            let unknown = field == "kind" && gold.get("kind").is_none();
            if unknown || facts::is_unannotated(gold, field) {
                continue;
            }
            // The item's number is a value of its own.
            let from = usize::from(facts::is_numbered(field));
            let known = known.get(field).map_or(&[][..], Vec::as_slice);
            let known: Vec<Fact> = known.iter().map(|f| soft(&f[from..])).collect();
            for mut fact in facts {
                let confidence = fact.pop().flatten().and_then(|c| c.parse().ok());
                let looked_for = soft(&fact[from..]);
                let wrong = !known.iter().any(|known| are_near(known, &looked_for));
                if let Some(confidence) = confidence {
                    self.count(field, confidence, wrong, &fact);
                }
            }
        }
    }

    fn count(&mut self, field: &str, confidence: f64, wrong: bool, fact: &Fact) {
        let at = BINS.iter().rposition(|&from| confidence >= from);
        let bin = &mut self.bins[at.unwrap_or(0)];
        bin.values += 1;
        bin.wrong += usize::from(wrong);
        bin.confidence += confidence;
        if wrong && confidence >= SURE {
            let shown: Vec<&str> = fact.iter().flatten().map(String::as_str).collect();
            self.wrong
                .push((field.to_string(), confidence, shown.join(" | ")));
        }
    }

    /// The plain view of a full one: each field's value in its place.
    pub fn values(read: &Value) -> Value {
        without(read, "value")
    }

    /// Values of at least 0.9, and how many of them are wrong.
    pub fn sure(&self) -> (usize, usize) {
        let bins = self.bins.iter().zip(BINS).filter(|(_, from)| *from >= SURE);
        bins.fold((0, 0), |(n, w), (bin, _)| (n + bin.values, w + bin.wrong))
    }

    /// The wrong values of at least 0.9: field, confidence and what was read.
    pub fn surely_wrong(&self) -> &[(String, f64, String)] {
        &self.wrong
    }
}

/// The least of a fact's confidences; none where none is stated.
fn least(sure: &[Option<String>]) -> Option<f64> {
    sure.iter()
        .flatten()
        .filter_map(|c| c.parse::<f64>().ok())
        .filter(|c| *c <= 1.0)
        .reduce(f64::min)
}

fn soft(fact: &[Option<String>]) -> Fact {
    fact.iter().map(|t| t.as_deref().map(facts::soft)).collect()
}

/// A full view with each field replaced by one of its keys, as a text.
fn without(value: &Value, kept: &str) -> Value {
    match value {
        Value::Object(keys) if keys.contains_key("value") && keys.contains_key("confidence") => {
            match &keys[kept] {
                Value::Number(n) if kept == "confidence" => Value::String(n.to_string()),
                other => other.clone(),
            }
        }
        Value::Object(keys) => Value::Object(
            keys.iter()
                .map(|(k, v)| (k.clone(), without(v, kept)))
                .collect(),
        ),
        Value::Array(all) => Value::Array(all.iter().map(|v| without(v, kept)).collect()),
        other => other.clone(),
    }
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:12} {:>7} {:>6} {:>8} {:>8}",
            "confidence", "values", "wrong", "share", "expected"
        )?;
        let ends = BINS[1..].iter().copied().chain([1.0]);
        for ((bin, from), to) in self.bins.iter().zip(BINS).zip(ends) {
            let n = bin.values.max(1) as f64;
            writeln!(
                f,
                "{from:.2} – {to:.2}  {:7} {:6} {:8.4} {:8.4}",
                bin.values,
                bin.wrong,
                bin.wrong as f64 / n,
                1.0 - bin.confidence / n
            )?;
        }
        let (values, wrong) = self.sure();
        let share = wrong as f64 / values.max(1) as f64;
        write!(
            f,
            "of {values} values with 0.90 or more, {wrong} are wrong ({:.2} %)",
            100.0 * share
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_as_sure_as_its_least_sure_part() {
        let gold = json!({"items": [{"number": "1", "title": "Budget för nämnden"}]});
        let field =
            |value: &str, confidence: f64| json!({"value": value, "confidence": confidence});
        let read = |title: &str, sure: f64| json!({"items": [{"number": field("1", 0.99), "title": field(title, sure)}]});
        let mut calibration = Calibration::default();
        calibration.add(&gold, &read("Budget för nämnden", 0.92));
        assert_eq!(calibration.sure(), (2, 0));
        calibration.add(&gold, &read("Någonting annat", 0.97));
        assert_eq!(calibration.sure(), (4, 1));
        calibration.add(&gold, &read("Någonting annat", 0.6));
        assert_eq!(calibration.sure(), (5, 1));
        assert_eq!(calibration.surely_wrong().len(), 1);
    }
}

//! How well fields are read: the plain view against gold, field by field.
//!
//! Every document is taken apart into *facts*, tuples of texts that belong to a
//! field. Facts of gold and prediction are compared as multisets: *strict* (equal
//! after NFC and white space), *soft* (case and punctuation ignored), *near* (every
//! text of the tuple at least 95 % similar). A key that the gold lacks is not
//! counted for that item or meeting.

mod calibration;
mod facts;

pub use calibration::Calibration;

use facts::facts;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A fact: texts, or nothing where the document says nothing.
type Fact = Vec<Option<String>>;

/// Facts in order of first sight, with how often each occurs.
#[derive(Debug, Default)]
struct Bag(Vec<(Fact, usize)>);

/// Counts of one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Facts in gold: the support.
    pub gold: usize,
    /// Facts predicted.
    pub predicted: usize,
    /// Predicted facts that are right, strictly.
    pub strict: usize,
    /// That are right but for case and punctuation.
    pub soft: usize,
    /// That are at least 95 % similar.
    pub near: usize,
}

impl Counts {
    /// Precision, recall and F1 for so many right ones.
    ///
    /// ```
    /// use klartext::eval::extract::Counts;
    /// let counts = Counts { gold: 4, predicted: 2, strict: 2, ..Counts::default() };
    /// assert_eq!(counts.rates(counts.strict), (1.0, 0.5, 2.0 / 3.0));
    /// ```
    pub fn rates(&self, right: usize) -> (f64, f64, f64) {
        let share = |of: usize, other: usize| match of {
            0 if other == 0 => 1.0,
            0 => 0.0,
            n => right as f64 / n as f64,
        };
        let precision = share(self.predicted, self.gold);
        let recall = if self.gold == 0 {
            1.0
        } else {
            share(self.gold, self.predicted)
        };
        let sum = precision + recall;
        let f1 = if sum > 0.0 {
            2.0 * precision * recall / sum
        } else {
            0.0
        };
        (precision, recall, f1)
    }

    fn add(&mut self, other: Counts) {
        self.gold += other.gold;
        self.predicted += other.predicted;
        self.strict += other.strict;
        self.soft += other.soft;
        self.near += other.near;
    }
}

/// The scores of a set of documents.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    fields: BTreeMap<&'static str, Counts>,
    documents: usize,
    perfect: usize,
}

/// Fields that repeat others with less in their tuples; they are shown, but do not
/// count twice in the average.
const REPEATED: [&str; 3] = ["attendees.name", "decision.text", "motions.who"];

impl Scores {
    /// Nothing yet.
    pub fn new() -> Scores {
        Scores::default()
    }

    /// Counts one document: the `document` of the plain view, or a record that holds
    /// it, for both. Cost grows with the square of a field's facts where they are
    /// long texts.
    pub fn add(&mut self, gold: &Value, predicted: &Value) {
        let (gold, predicted) = (document(gold), document(predicted));
        let known = facts(gold);
        let mut found = facts(predicted);
        facts::leave_out_unannotated(gold, &mut found);
        let mut perfect = true;
        for field in facts::FIELDS {
            if facts::is_unannotated(gold, field) {
                continue;
            }
            let empty = Vec::new();
            let (a, b) = (
                known.get(field).unwrap_or(&empty),
                found.get(field).unwrap_or(&empty),
            );
            if a.is_empty() && b.is_empty() {
                continue;
            }
            let counts = compare(a, b);
            perfect &= counts.strict == counts.gold && counts.gold == counts.predicted;
            self.fields.entry(field).or_default().add(counts);
        }
        self.documents += 1;
        self.perfect += usize::from(perfect);
    }

    /// Every field with its counts, in alphabetical order.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, Counts)> {
        self.fields.iter().map(|(name, counts)| (*name, *counts))
    }

    /// The sum over all fields.
    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        for (name, counts) in self.fields() {
            if !REPEATED.contains(&name) {
                total.add(counts);
            }
        }
        total
    }

    /// Documents in which every fact is strictly right, and all documents.
    pub fn perfect(&self) -> (usize, usize) {
        (self.perfect, self.documents)
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:22} {:>6} {:>6} {:>6} {:>6} {:>7} {:>7}",
            "field", "gold", "P", "R", "F1", "softF1", "nearF1"
        )?;
        for (name, counts) in self.fields() {
            let (p, r, f1) = counts.rates(counts.strict);
            let (soft, near) = (counts.rates(counts.soft).2, counts.rates(counts.near).2);
            writeln!(
                f,
                "{name:22} {:6} {p:6.3} {r:6.3} {f1:6.3} {soft:7.3} {near:7.3}",
                counts.gold
            )?;
        }
        let total = self.total();
        let f1 = |right| total.rates(right).2;
        write!(
            f,
            "documents wholly right {}/{}; micro F1 strict {:.3} soft {:.3} near {:.3}",
            self.perfect,
            self.documents,
            f1(total.strict),
            f1(total.soft),
            f1(total.near)
        )
    }
}

fn document(value: &Value) -> &Value {
    value.get("document").unwrap_or(value)
}

/// Compares the facts of one field.
fn compare(gold: &[Fact], predicted: &[Fact]) -> Counts {
    let keys = |facts: &[Fact], form: fn(&str) -> String| {
        let mut bag = Bag::default();
        for fact in facts {
            bag.push(fact.iter().map(|t| t.as_deref().map(form)).collect());
        }
        bag
    };
    let (a, b) = (keys(gold, facts::strict), keys(predicted, facts::strict));
    let (c, d) = (keys(gold, facts::soft), keys(predicted, facts::soft));
    Counts {
        gold: a.len(),
        predicted: b.len(),
        strict: a.shared(&b),
        soft: c.shared(&d),
        near: c.near(&d),
    }
}

impl Bag {
    fn push(&mut self, fact: Fact) {
        match self.0.iter_mut().find(|(known, _)| *known == fact) {
            Some((_, n)) => *n += 1,
            None => self.0.push((fact, 1)),
        }
    }

    fn len(&self) -> usize {
        self.0.iter().map(|(_, n)| n).sum()
    }

    /// The size of the intersection.
    fn shared(&self, other: &Bag) -> usize {
        let times = |fact: &Fact| {
            other
                .0
                .iter()
                .find(|(f, _)| f == fact)
                .map_or(0, |(_, n)| *n)
        };
        self.0.iter().map(|(fact, n)| times(fact).min(*n)).sum()
    }

    /// How many facts find a near one, each of which serves once.
    fn near(&self, other: &Bag) -> usize {
        let mut left: Vec<&Fact> = other.elements().collect();
        let mut found = 0;
        for fact in self.elements() {
            if let Some(at) = left.iter().position(|o| are_near(fact, o)) {
                left.remove(at);
                found += 1;
            }
        }
        found
    }

    fn elements(&self) -> impl Iterator<Item = &Fact> {
        self.0
            .iter()
            .flat_map(|(fact, n)| std::iter::repeat_n(fact, *n))
    }
}

fn are_near(a: &Fact, b: &Fact) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .all(|(x, y)| x == y || alike(x.as_deref(), y.as_deref()))
}

/// At least 95 % similar; texts of up to three letters must be equal.
fn alike(x: Option<&str>, y: Option<&str>) -> bool {
    const NEAR: f64 = 0.95;
    let (Some(x), Some(y)) = (x, y) else {
        return false;
    };
    let (n, m) = (x.chars().count(), y.chars().count());
    let longest = n.max(m) as f64;
    n > 3
        && n.abs_diff(m) as f64 <= (1.0 - NEAR) * longest + 1e-9
        && strsim::normalized_levenshtein(x, y) >= NEAR
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(number: &str, title: &str) -> Value {
        json!({"number": number, "title": title, "case_numbers": [], "recipients": ["A", "B", "B"]})
    }

    #[test]
    fn lists_are_multisets() {
        let mut scores = Scores::new();
        let gold = json!({"items": [item("1", "Budget för år 2020 och åren därefter")]});
        let mut other = item("1", "Budget för ar 2020 och åren därefter.");
        other["recipients"] = json!(["B", "B", "C"]);
        scores.add(&gold, &json!({"document": {"items": [other]}}));
        let fields: BTreeMap<_, _> = scores.fields().collect();
        let recipients = fields["recipients"];
        assert_eq!(
            (recipients.gold, recipients.predicted, recipients.strict),
            (3, 3, 2)
        );
        let title = fields["item.title"];
        assert_eq!((title.strict, title.soft, title.near), (0, 0, 1));
        assert_eq!(scores.perfect(), (0, 1));
    }

    #[test]
    fn what_gold_lacks_is_not_counted() {
        let mut scores = Scores::new();
        let gold =
            json!({"meeting": {"date": "2020-06-17"}, "items": [{"number": "1", "title": "T"}]});
        let predicted = json!({
            "meeting": {"date": "2020-06-17", "place": "Stadshuset"},
            "items": [{"number": "1", "title": "T", "recipients": ["A"], "summary": "S"}],
        });
        scores.add(&gold, &predicted);
        assert_eq!(scores.perfect(), (1, 1));
        assert!(scores.to_string().contains("micro F1 strict 1.000"));
    }
}

//! The text of a record, changed where decisions change it.

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::register::value::span;
use crate::review::decisions::{Span, Verdict};

/// A correction that was decided on.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its position among the corrections.
    pub index: usize,
    /// Where it stands in the source.
    pub place: Span,
    /// Where it stands in the text; nowhere in page heads and the like.
    pub target: Option<Span>,
    /// What was decided.
    pub verdict: Verdict,
    /// What shall stand there.
    pub to: String,
}

/// What becomes of the text.
#[derive(Debug)]
pub struct Edits {
    /// The text before, by code points.
    pub before: Vec<char>,
    /// The text after.
    pub after: String,
    /// For each change, what stood there and what stands there now.
    pub surfaces: Vec<(String, String)>,
    /// Ends of changed stretches in the text before, and how far what follows moves.
    moves: Vec<(u64, i64)>,
}

impl Edits {
    /// Of the changes to `record`, which come in the order of their places.
    pub fn new(record: &Value, changes: &[Change]) -> Edits {
        let before: Vec<char> = record["text"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .collect();
        let surfaces: Vec<(String, String)> = changes
            .iter()
            .map(|change| surfaces(record, &before, change))
            .collect();
        let mut after = String::new();
        let mut moves = Vec::new();
        let (mut at, mut moved) = (0, 0i64);
        for (change, (old, new)) in changes.iter().zip(&surfaces) {
            let Some(target) = change.target.filter(|t| t.start as usize >= at) else {
                continue;
            };
            let (start, end) = bounds(target, before.len());
            after.extend(&before[at..start]);
            after += new;
            at = end;
            moved += new.chars().count() as i64 - old.chars().count() as i64;
            moves.push((target.end, moved));
        }
        after.extend(&before[at..]);
        Edits {
            before,
            after,
            surfaces,
            moves,
        }
    }

    /// Changes the text, the corrections and the targets of `record`.
    pub fn put_into(&self, record: &mut Value, changes: &[Change]) {
        record["text"] = json!(self.after);
        let Some(corrections) = record["corrections"].as_array_mut() else {
            return;
        };
        for correction in corrections.iter_mut() {
            if let Some((start, end)) = span(&correction["target"]) {
                correction["target"] = json!({"start": self.moved(start), "end": self.moved(end)});
            }
        }
        for (change, (_, new)) in changes.iter().zip(&self.surfaces) {
            let correction = &mut corrections[change.index];
            decide(correction, change);
            if let Some(target) = change.target {
                let start = self.moved(target.start);
                let end = start + new.chars().count() as u64;
                correction["target"] = json!({"start": start, "end": end});
            }
        }
    }

    /// Where a boundary of the text before lies in the text after.
    pub fn moved(&self, at: u64) -> u64 {
        let passed = self.moves.partition_point(|(end, _)| *end <= at);
        let by = passed.checked_sub(1).map_or(0, |last| self.moves[last].1);
        at.saturating_add_signed(by)
    }
}

/// What stands at a change's place before and after.
fn surfaces(record: &Value, text: &[char], change: &Change) -> (String, String) {
    let correction = &record["corrections"][change.index];
    let read = || -> String {
        let from = correction["from"].as_str().unwrap_or_default();
        from.nfc()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect()
    };
    let applied = correction["applied"] == true;
    let old = match change.target {
        Some(target) => {
            let (start, end) = bounds(target, text.len());
            text[start..end].iter().collect()
        }
        None if applied => correction["to"].as_str().unwrap_or_default().to_owned(),
        None => read(),
    };
    let new = match change.verdict {
        Verdict::Reject | Verdict::Undo if applied => read(),
        Verdict::Reject | Verdict::Undo => old.clone(),
        Verdict::Accept | Verdict::Choose | Verdict::Type => change.to.clone(),
    };
    (old, new)
}

/// Writes down in a correction what was decided on it.
fn decide(correction: &mut Value, change: &Change) {
    let is_kept = change.verdict != Verdict::Reject;
    if is_kept && correction["to"] != change.to.as_str() {
        let passed_over = json!({"to": correction["to"], "confidence": correction["confidence"]});
        if let Some(alternatives) = correction["alternatives"].as_array_mut() {
            alternatives.retain(|alternative| alternative["to"] != change.to.as_str());
            alternatives.insert(0, passed_over);
        }
        correction["to"] = json!(change.to);
    }
    correction["confidence"] = json!(if is_kept { 1.0 } else { 0.0 });
    correction["applied"] = json!(is_kept);
    correction["method"] = json!("reviewed");
}

/// A target's bounds inside a text of this length, whatever a record claims.
pub fn bounds(target: Span, length: usize) -> (usize, usize) {
    let end = (target.end as usize).min(length);
    ((target.start as usize).min(end), end)
}

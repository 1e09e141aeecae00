//! Decisions put into a record: its text, its corrections and its fields stay consistent.

mod directory;
mod fields;
mod surface;

pub use directory::{Applied, apply_all};

use serde_json::{Value, json};

use super::decisions::{Decision, Span, Verdict};
use crate::register::value::{list, span};
use surface::{Change, Edits};

/// Why a decision is not in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Nothing is doubted or changed at its place any more.
    NoCorrection,
    /// Another text stands at its place: the source was read otherwise.
    OtherText,
    /// The field is not in the record.
    NoField,
    /// The plain view has no places.
    PlainView,
    /// The document is not in the directory.
    NoDocument,
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Unfit::NoCorrection => "nothing is changed or doubted at its place any more",
            Unfit::OtherText => "another text stands at its place",
            Unfit::NoField => "the record has no such field at its place",
            Unfit::PlainView => "the record is in the plain view, which has no places",
            Unfit::NoDocument => "no record of its source is in the directory",
        })
    }
}

/// A record with decisions in it.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The record.
    pub record: Value,
    /// The lines of decisions that do not fit, and why.
    pub unfit: Vec<(usize, Unfit)>,
}

/// Puts `decisions` (with their lines) into `record`, as the machine made it. What a
/// person decided has the method `reviewed` and confidence 1; a rejected correction has
/// confidence 0 and is not applied. The text changes at the correction and later targets
/// move; fields that cover the place follow, and one that cannot is named in a warning.
pub fn apply(record: &Value, decisions: &[(usize, &Decision)]) -> Reviewed {
    let mut reviewed = Reviewed {
        record: record.clone(),
        unfit: Vec::new(),
    };
    if decisions.is_empty() {
        return reviewed;
    }
    if record["document"]["meeting"].is_object() && is_plain(record) {
        let all = decisions.iter().map(|(line, _)| (*line, Unfit::PlainView));
        reviewed.unfit.extend(all);
        return reviewed;
    }
    let mut changes = Vec::new();
    let mut on_fields = Vec::new();
    for (line, decision) in decisions {
        if decision.field.is_some() {
            on_fields.push((*line, *decision));
            continue;
        }
        match change(record, decision) {
            Ok(found) => changes.extend(found),
            Err(unfit) => reviewed.unfit.push((*line, unfit)),
        }
    }
    changes.sort_by_key(|change| change.place);
    let edits = Edits::new(record, &changes);
    edits.put_into(&mut reviewed.record, &changes);
    fields::follow(&mut reviewed.record, record, &edits, &changes);
    for (line, decision) in on_fields {
        if !fields::decide(&mut reviewed.record, decision) {
            reviewed.unfit.push((line, Unfit::NoField));
        }
    }
    fields::keep_ids(&mut reviewed.record);
    let fitted = decisions
        .iter()
        .filter(|(line, _)| !reviewed.unfit.iter().any(|(unfit, _)| unfit == line));
    let fitted: Vec<&Decision> = fitted.map(|(_, decision)| *decision).collect();
    if !fitted.is_empty() {
        reviewed.record["review"] = summary(&fitted);
    }
    reviewed
}

/// What the record says about its review.
fn summary(decisions: &[&Decision]) -> Value {
    let mut names: Vec<&str> = decisions.iter().map(|d| &*d.who).collect();
    names.sort_unstable();
    names.dedup();
    let last = decisions.iter().map(|d| &*d.at).max();
    json!({"decisions": decisions.len(), "by": names, "last": last})
}

/// Whether no field has a source: the plain view.
fn is_plain(record: &Value) -> bool {
    let mut some = false;
    crate::register::value::fields(&record["document"], &mut |_| some = true);
    // A document in which nothing was found has no fields in either view.
    !some && record["document"]["kind"].is_string() && has_values(&record["document"])
}

/// Whether some value was found besides the document's kind.
fn has_values(document: &Value) -> bool {
    !list(document, "items").is_empty()
        || document["body"].is_string()
        || document["municipality"].is_object()
}

/// What a decision changes; nothing where the text is as it wants it already.
fn change(record: &Value, decision: &Decision) -> Result<Option<Change>, Unfit> {
    let place = decision.place.ok_or(Unfit::NoCorrection)?;
    let from = decision.from.as_deref().unwrap_or_default();
    let corrections = list(record, "corrections");
    let at = |correction: &Value| {
        let source = correction["source"].get(0).and_then(span);
        source == Some((place.start, place.end))
    };
    let Some(index) = corrections.iter().position(at) else {
        let overlaps = |correction: &Value| {
            let source = correction["source"].get(0).and_then(span);
            source.is_some_and(|(start, end)| start < place.end && place.start < end)
        };
        // What should stay as it was read, and is not doubted any more, does stay.
        let stays = decision.verdict == Verdict::Reject && !corrections.iter().any(overlaps);
        return if stays {
            Ok(None)
        } else {
            Err(Unfit::NoCorrection)
        };
    };
    let correction = &corrections[index];
    if correction["from"].as_str() != Some(from) {
        return Err(Unfit::OtherText);
    }
    let target = span(&correction["target"]).map(|(start, end)| Span { start, end });
    Ok(Some(Change {
        index,
        place,
        target,
        verdict: decision.verdict,
        to: decision.to.clone().unwrap_or_default(),
    }))
}

#[cfg(test)]
mod tests;

//! Fields that follow what was decided, or were decided on themselves.

use serde_json::{Value, json};

use super::surface::{Change, Edits, bounds};
use crate::extract::Vocabulary;
use crate::register::value::{list, span};
use crate::review::decisions::{Decision, Span};

/// How far around a place its surroundings are compared, in code points.
const AROUND: usize = 400;

/// The code of the warning that a value's evidence changed and the value could not follow.
const EVIDENCE_CHANGED: &str = "evidence_changed";

/// Lets every field of `record` follow the changes it covers: its value is mended at the
/// same place; dates, times and counts are read anew. A field in which every doubt is
/// decided is reviewed. `before` is the record before, whose fields are at the same places.
pub fn follow(record: &mut Value, before: &Value, edits: &Edits, changes: &[Change]) {
    let decided: Vec<Span> = changes.iter().map(|change| change.place).collect();
    let is_open = |correction: &&Value| {
        let place = correction["source"].get(0).and_then(span);
        place.is_some_and(|(start, end)| decided.binary_search(&Span { start, end }).is_err())
    };
    let open: Vec<(u64, u64)> = list(before, "corrections")
        .iter()
        .filter(is_open)
        .filter_map(|correction| correction["source"].get(0).and_then(span))
        .collect();
    let mut stale = Vec::new();
    let mut path = String::new();
    each(&mut record["document"], &mut path, &mut |path, field| {
        let sources: Vec<(u64, u64)> = list(field, "source").iter().filter_map(span).collect();
        let touches = |&(start, end): &(u64, u64)| {
            sources
                .iter()
                .any(|source| source.0 < end && start < source.1)
        };
        let covered: Vec<usize> = (0..changes.len())
            .filter(|&i| touches(&(changes[i].place.start, changes[i].place.end)))
            .collect();
        if covered.is_empty() {
            return;
        }
        if !mend(field, edits, changes, &covered) {
            stale.push((path.to_owned(), field["source"].clone()));
        } else if field["method"] == "read" && !open.iter().any(touches) {
            field["method"] = json!("reviewed");
            field["confidence"] = json!(1.0);
        }
    });
    let Some(warnings) = record["warnings"].as_array_mut() else {
        return;
    };
    for (path, source) in stale {
        let message = format!(
            "a person changed what {path} was read from, and its value could not follow: look at it"
        );
        warnings.push(json!({"code": EVIDENCE_CHANGED, "message": message, "source": source}));
    }
}

/// Sets the field that was decided on; whether there is one.
pub fn decide(record: &mut Value, decision: &Decision) -> bool {
    let (Some(wanted), Some(to)) = (&decision.field, &decision.to) else {
        return false;
    };
    let Some(place) = decision.place else {
        return fill(&mut record["document"], wanted, to);
    };
    let generic = decision.key().field;
    // The same path comes before another entry of the same list at the same place.
    for exact in [true, false] {
        let mut done = false;
        let mut path = String::new();
        each(&mut record["document"], &mut path, &mut |path, field| {
            let same_path = if exact {
                path == wanted
            } else {
                let other = Decision {
                    field: Some(path.to_owned()),
                    ..decision.clone()
                };
                other.key().field == generic
            };
            let start = field["source"]
                .get(0)
                .and_then(span)
                .map(|(start, _)| start);
            if !done && same_path && start == Some(place.start) {
                set(field, to);
                done = true;
            }
        });
        if done {
            return true;
        }
    }
    false
}

/// An item is called after its number.
pub fn keep_ids(record: &mut Value) {
    let id = record["id"].as_str().unwrap_or_default().to_owned();
    let Some(items) = record["document"]["items"].as_array_mut() else {
        return;
    };
    for item in items {
        if let Some(number) = item["number"]["value"].as_str() {
            item["id"] = json!(format!("{id}:{}", number.replace(' ', "")));
        }
    }
}

fn set(field: &mut Value, to: &str) {
    field["value"] = match (&field["value"], to.parse::<u32>()) {
        (Value::Number(_), Ok(number)) => json!(number),
        _ => json!(to),
    };
    field["method"] = json!("reviewed");
    field["confidence"] = json!(1.0);
}

/// Gives a value to what was not found: a null at a path without lists.
fn fill(document: &mut Value, path: &str, to: &str) -> bool {
    let mut node = document;
    for key in path.split('.') {
        match node.as_object_mut().and_then(|keys| keys.get_mut(key)) {
            Some(next) => node = next,
            None => return false,
        }
    }
    if node.is_null() {
        *node = json!({"value": to, "confidence": 1.0, "method": "reviewed", "source": []});
        return true;
    }
    let was_filled = node["method"] == "reviewed" || node["source"].is_array();
    if was_filled {
        set(node, to);
    }
    was_filled
}

/// Calls `see` with the path of every field and the field.
fn each(node: &mut Value, path: &mut String, see: &mut impl FnMut(&str, &mut Value)) {
    let length = path.len();
    match node {
        Value::Object(keys) if crate::record::is_field(keys) => see(path, node),
        Value::Object(keys) => {
            for (key, child) in keys.iter_mut() {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                each(child, path, see);
                path.truncate(length);
            }
        }
        Value::Array(all) => {
            for (i, child) in all.iter_mut().enumerate() {
                path.push_str(&format!("[{i}]"));
                each(child, path, see);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// Changes a field's value as the changes it covers want it; whether all could be.
fn mend(field: &mut Value, edits: &Edits, changes: &[Change], covered: &[usize]) -> bool {
    let differs = |&&i: &&usize| edits.surfaces[i].0 != edits.surfaces[i].1;
    let differing: Vec<usize> = covered.iter().filter(differs).copied().collect();
    if differing.is_empty() {
        return true;
    }
    let Some(text) = field["value"].as_str() else {
        let number = differing
            .iter()
            .find_map(|&i| edits.surfaces[i].1.trim().parse::<u32>().ok());
        return number.is_some_and(|number| {
            field["value"] = json!(number);
            true
        });
    };
    let value: Vec<char> = text.chars().collect();
    let found: Option<Vec<(usize, usize, usize)>> = differing
        .iter()
        .map(|&i| {
            let (start, end) = find(
                &value,
                &edits.surfaces[i].0,
                &edits.before,
                changes[i].target,
            )?;
            Some((start, end, i))
        })
        .collect();
    let mended = match found {
        Some(mut found) => {
            found.sort_unstable();
            let mut mended = String::new();
            let mut at = 0;
            for (start, end, i) in found {
                if start < at {
                    continue;
                }
                mended.extend(&value[at..start]);
                mended += &edits.surfaces[i].1;
                at = end;
            }
            mended.extend(&value[at..]);
            Some(mended)
        }
        None => differing
            .iter()
            .find_map(|&i| read_anew(text, edits, &changes[i], &edits.surfaces[i].1)),
    };
    match mended {
        Some(mended) => {
            field["value"] = json!(mended);
            true
        }
        None => false,
    }
}

/// Where in `value` the surface stands that stands at `target` of the text: where the
/// surroundings are most alike.
fn find(
    value: &[char],
    surface: &str,
    text: &[char],
    target: Option<Span>,
) -> Option<(usize, usize)> {
    let surface = squashed(surface.chars().enumerate());
    if surface.is_empty() {
        return None;
    }
    let squashed_value = squashed(value.iter().copied().enumerate());
    let (left, right) = match target {
        Some(target) => {
            let (start, end) = bounds(target, text.len());
            let left = &text[start.saturating_sub(AROUND)..start];
            let right = &text[end..(end + AROUND).min(text.len())];
            (
                squashed(left.iter().copied().enumerate()),
                squashed(right.iter().copied().enumerate()),
            )
        }
        None => (Vec::new(), Vec::new()),
    };
    let alike = |a: &(usize, char), b: &(usize, char)| a.1 == b.1;
    let count = surface.len();
    let mut best: Option<(usize, usize)> = None;
    let starts = 0..(squashed_value.len() + 1).saturating_sub(count);
    for start in starts {
        let here = &squashed_value[start..start + count];
        if !here.iter().zip(&surface).all(|(a, b)| alike(a, b)) {
            continue;
        }
        let before = squashed_value[..start].iter().rev().zip(left.iter().rev());
        let after = squashed_value[start + count..].iter().zip(&right);
        let score = before.take_while(|(a, b)| alike(a, b)).count()
            + after.take_while(|(a, b)| alike(a, b)).count();
        if best.is_none_or(|(most, _)| score > most) {
            best = Some((score, start));
        }
    }
    let (_, start) = best?;
    let (first, _) = squashed_value[start];
    let (last, _) = squashed_value[start + count - 1];
    Some((first, last + 1))
}

/// Characters with runs of white space as one space, each with its position.
fn squashed(chars: impl Iterator<Item = (usize, char)>) -> Vec<(usize, char)> {
    let mut kept: Vec<(usize, char)> = Vec::new();
    for (at, c) in chars {
        let c = if c.is_whitespace() { ' ' } else { c };
        if c != ' ' || kept.last().is_none_or(|last| last.1 != ' ') {
            kept.push((at, c));
        }
    }
    kept
}

/// Reads a date or a time again where the text changed; none where `value` is neither.
fn read_anew(value: &str, edits: &Edits, change: &Change, surface: &str) -> Option<String> {
    let calendar = Vocabulary::built_in().words().calendar();
    let (evidence, at) = match change.target {
        Some(target) => line_around(edits, target),
        None => (surface.to_owned(), 0..surface.len()),
    };
    let touches = |span: crate::text::Span| span.start < at.end && at.start < span.end;
    if is_shaped(value, "0000-00-00") {
        let dates = calendar.dates(&evidence);
        let date = dates.iter().find(|found| touches(found.span))?;
        return Some(date.value.to_string());
    }
    if is_shaped(value, "00:00") {
        let times = calendar.times(&evidence, true);
        let mut all = times
            .iter()
            .flat_map(|(start, end)| [Some(start), end.as_ref()]);
        let time = all.find_map(|found| found.filter(|found| touches(found.span)))?;
        return Some(time.value.to_string());
    }
    None
}

/// The lines of the changed text around a target of the text before, and where in them it
/// stands now, in bytes.
fn line_around(edits: &Edits, target: Span) -> (String, std::ops::Range<usize>) {
    let byte = |point: u64| {
        let mut chars = edits.after.char_indices();
        chars
            .nth(point as usize)
            .map_or(edits.after.len(), |(at, _)| at)
    };
    let (start, end) = (
        byte(edits.moved(target.start)),
        byte(edits.moved(target.end)),
    );
    let end = end.max(start);
    let first = edits.after[..start].rfind('\n').map_or(0, |at| at + 1);
    let first = edits.after[..first.saturating_sub(1)]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let last = edits.after[end..]
        .find('\n')
        .map_or(edits.after.len(), |at| end + at);
    (
        edits.after[first..last].replace('\n', " "),
        start - first..end - first,
    )
}

/// Whether a text has digits where `shape` has zeros and the same signs elsewhere.
fn is_shaped(text: &str, shape: &str) -> bool {
    let fits = |(a, b): (u8, u8)| {
        if b == b'0' {
            a.is_ascii_digit()
        } else {
            a == b
        }
    };
    text.len() == shape.len() && text.bytes().zip(shape.bytes()).all(fits)
}

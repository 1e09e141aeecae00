//! Whether what a full record says of its sources is so.

use klartext::normalize::normalize;
use klartext::source;
use serde_json::Value;

/// Checks every correction and every field of `record` against the decoded `input`,
/// and gives the number of corrections.
pub fn check(record: &Value, input: &str) -> usize {
    let input: Vec<char> = input.chars().collect();
    let text: Vec<char> = record["text"].as_str().expect("a text").chars().collect();
    let corrections = record["corrections"]
        .as_array()
        .expect("a list of corrections");
    for correction in corrections {
        let from = correction["from"].as_str().expect("from is a text");
        for place in sources(correction) {
            check_place(&place, &input);
        }
        let evidence: Vec<String> = sources(correction)
            .iter()
            .map(|source| slice(&input, source))
            .collect();
        assert_eq!(evidence.concat(), from, "{correction}");
        if !correction["target"].is_null() {
            let there = slice(&text, &correction["target"]);
            if correction["applied"] == true {
                assert_eq!(there, correction["to"], "{correction}");
            } else {
                assert_eq!(there, normalized(from), "{correction}");
            }
        }
    }
    let evidence = Evidence {
        input: &input,
        corrections,
    };
    check_fields(&record["document"], "document", &evidence);
    corrections.len()
}

/// What fields are checked against.
struct Evidence<'r> {
    input: &'r [char],
    corrections: &'r [Value],
}

impl Evidence<'_> {
    /// The text of a source with the applied corrections in it, normalized.
    fn repaired(&self, source: &Value) -> String {
        let (mut at, end) = (offset(source, "start"), offset(source, "end"));
        let mut text = String::new();
        for correction in self.corrections.iter().filter(|c| c["applied"] == true) {
            let place = &correction["source"][0];
            let (from, to) = (offset(place, "start"), offset(place, "end"));
            if from >= at && to <= end {
                text.extend(&self.input[at..from]);
                text.push_str(correction["to"].as_str().expect("a text"));
                at = to;
            } else {
                assert!(to <= at || from >= end, "{source} cuts {correction}");
            }
        }
        text.extend(&self.input[at..end]);
        normalized(&text)
    }
}

fn normalized(text: &str) -> String {
    let raw = source::read(text.as_bytes()).expect("text");
    normalize(&raw).text
}

fn check_fields(value: &Value, path: &str, evidence: &Evidence) {
    match value {
        Value::Object(keys) if keys.contains_key("value") && keys.contains_key("method") => {
            let found = sources(value);
            assert!(!found.is_empty(), "{path} has no source: {value}");
            for source in &found {
                check_place(source, evidence.input);
            }
            let confidence = value["confidence"].as_f64().expect("a confidence");
            assert!((0.0..=1.0).contains(&confidence), "{path}: {value}");
            if value["method"] == "read" {
                let text: String = found.iter().map(|s| evidence.repaired(s)).collect();
                assert!(
                    says(path, &text, &value["value"]),
                    "{path}: {value} from {text:?}"
                );
            }
        }
        Value::Object(keys) => keys
            .iter()
            .for_each(|(key, value)| check_fields(value, &format!("{path}.{key}"), evidence)),
        Value::Array(items) => items
            .iter()
            .for_each(|value| check_fields(value, path, evidence)),
        _ => {}
    }
}

/// Page, line and offsets of a source agree, and something stands there.
fn check_place(source: &Value, input: &[char]) {
    let there = slice(input, source);
    assert!(!there.trim().is_empty(), "an empty source: {source}");
    let before = &input[..offset(source, "start")];
    let page = 1 + before.iter().filter(|&&c| c == '\u{c}').count();
    assert_eq!(source["page"], page, "page of {there:?}");
    let line = before.iter().rev().take_while(|&&c| c != '\u{c}');
    let line = 1 + line.filter(|&&c| c == '\n').count();
    assert_eq!(source["line"], line, "line of {there:?}");
}

/// Whether `text` says `value`: letter for letter, but for white space, punctuation
/// and case; a date or a number may be written in words.
fn says(path: &str, text: &str, value: &Value) -> bool {
    let value = value.as_str().map_or(value.to_string(), str::to_owned);
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (said, wanted) = (letters(text), letters(&value));
    let key = path.rsplit('.').next().unwrap_or_default();
    let is_date = value.len() == 10 && value.as_bytes()[4] == b'-' && value.as_bytes()[7] == b'-';
    let is_in_words = matches!(key, "yes" | "no" | "abstain" | "absent");
    match key {
        // The year in full or its last two digits, and the day.
        _ if is_date => {
            let day = value[8..].trim_start_matches('0');
            let year = &value[2..4];
            let has_year =
                said.contains(&value[..4]) || said.starts_with(year) || said.ends_with(year);
            has_year && said.contains(day)
        }
        // A whole hour may be printed without its minutes.
        "start" | "end"
            if value.ends_with(":00")
                && said.trim_start_matches('0') == value[..2].trim_start_matches('0') =>
        {
            true
        }
        _ if is_in_words => said == wanted || said.chars().all(char::is_alphabetic),
        // "Kommunstyrelsens beslut" names Kommunstyrelsen.
        "body" => said == wanted || said == format!("{wanted}s"),
        // The line that names who decides, perhaps in short: "arbetsutskottet föreslår".
        "authority" | "addressee" => {
            said.contains(&letters(value.rsplit(' ').next().unwrap_or_default()))
        }
        // "18:00-21:35" gives the start and the end.
        "start" | "end" => said.contains(wanted.trim_start_matches('0')),
        _ => said == wanted,
    }
}

/// A field has a list of places, a correction has one.
fn sources(value: &Value) -> Vec<Value> {
    match &value["source"] {
        Value::Array(places) => places.clone(),
        place @ Value::Object(_) => vec![place.clone()],
        other => panic!("{other} is no source: {value}"),
    }
}

fn slice(text: &[char], span: &Value) -> String {
    let (start, end) = (offset(span, "start"), offset(span, "end"));
    let part = text
        .get(start..end)
        .unwrap_or_else(|| panic!("{span} of {}", text.len()));
    part.iter().collect()
}

fn offset(span: &Value, key: &str) -> usize {
    span[key]
        .as_u64()
        .unwrap_or_else(|| panic!("{key} of {span}")) as usize
}

#[cfg(test)]
fn record(start: usize, from: &str) -> Value {
    serde_json::json!({
        "document": {"body": {"value": "Nämnd", "confidence": 0.9, "method": "read",
            "source": [{"page": 2, "line": 2, "start": 4, "end": 9}]}},
        "text": "a\n\u{c}\nNämnd får",
        "corrections": [{"from": from, "to": "får", "applied": true,
            "source": [{"page": 2, "line": 2, "start": start, "end": start + 3}],
            "target": {"start": 10, "end": 13}}],
    })
}

#[cfg(test)]
const INPUT: &str = "a\n\u{c}\nNämnd far";

#[test]
fn a_true_record_passes() {
    assert_eq!(check(&record(10, "far"), INPUT), 1);
}

#[test]
#[should_panic(expected = "far")]
fn a_span_that_is_one_off_fails() {
    check(&record(9, "far"), INPUT);
}

#[test]
#[should_panic(expected = "page of")]
fn a_field_on_another_page_fails() {
    check(&record(10, "far"), &INPUT.replace('\u{c}', "b"));
}

#[test]
fn a_read_value_is_what_its_repaired_source_says() {
    assert!(says(
        "body",
        "Kommun-\nstyrelsen",
        &"Kommunstyrelsen".into()
    ));
    assert!(!says(
        "title",
        "Kommunstyrelsens",
        &"Kommunstyrelsen".into()
    ));
    assert!(says("meeting.date", "den 5 maj 2020", &"2020-05-05".into()));
    assert!(!says(
        "meeting.date",
        "den 5 maj 2021",
        &"2020-05-05".into()
    ));
    assert!(says("votes.yes", "nio", &9.into()));
    assert!(!says("votes.yes", "8", &9.into()));
}

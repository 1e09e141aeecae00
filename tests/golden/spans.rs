//! Whether what a full record says of its sources is so.

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
        let evidence: Vec<String> = sources(correction)
            .iter()
            .map(|source| slice(&input, source))
            .collect();
        // What runs over a line end has two sources, and its line end is in neither.
        let joined = |text: &str| text.split_whitespace().collect::<String>();
        match evidence.as_slice() {
            [one] => assert_eq!(one, from, "{correction}"),
            several => assert_eq!(joined(&several.concat()), joined(from), "{correction}"),
        }
        if !correction["target"].is_null() {
            let kept = if correction["applied"] == true {
                "to"
            } else {
                "from"
            };
            let there = slice(&text, &correction["target"]);
            assert_eq!(
                there,
                correction[kept].as_str().expect("a text"),
                "{correction}"
            );
        }
    }
    check_fields(record, &input);
    corrections.len()
}

fn check_fields(value: &Value, input: &[char]) {
    match value {
        Value::Object(keys) if keys.contains_key("value") && keys.contains_key("method") => {
            let found = sources(value);
            assert!(
                !found.is_empty() || value["method"] == "derived",
                "no source: {value}"
            );
            for source in found {
                assert!(
                    !slice(input, &source).trim().is_empty(),
                    "an empty source: {value}"
                );
                let before = &input[..offset(&source, "start")];
                let page = 1 + before.iter().filter(|&&c| c == '\u{c}').count();
                assert_eq!(source["page"], page, "{value}");
                let line = before.iter().rev().take_while(|&&c| c != '\u{c}');
                let line = 1 + line.filter(|&&c| c == '\n').count();
                assert_eq!(source["line"], line, "{value}");
            }
            let confidence = value["confidence"].as_f64().expect("a confidence");
            assert!((0.0..=1.0).contains(&confidence), "{value}");
        }
        Value::Object(keys) => keys.values().for_each(|value| check_fields(value, input)),
        Value::Array(items) => items.iter().for_each(|value| check_fields(value, input)),
        _ => {}
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
            "source": {"page": 2, "line": 2, "start": start, "end": start + 3},
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
#[should_panic(expected = "Nämnd")]
fn a_field_on_another_page_fails() {
    check(&record(10, "far"), &INPUT.replace('\u{c}', "b"));
}

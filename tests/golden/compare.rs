//! Expected outputs: how they are laid out, and how they differ.

use serde_json::Value;

/// What still goes on one line.
const WIDTH: usize = 120;

/// JSON with every value on one line that fits there, so that a diff shows a field
/// as a line and the file stays short.
pub fn layout(value: &Value) -> String {
    let mut text = String::new();
    lay_out(value, 0, &mut text);
    text.push('\n');
    text
}

fn lay_out(value: &Value, depth: usize, text: &mut String) {
    let line = value.to_string();
    let inner = "\n".to_owned() + &" ".repeat(depth + 1);
    let outer = "\n".to_owned() + &" ".repeat(depth);
    match value {
        Value::Array(items) if line.chars().count() > WIDTH => {
            for (index, item) in items.iter().enumerate() {
                text.push(if index == 0 { '[' } else { ',' });
                text.push_str(&inner);
                lay_out(item, depth + 1, text);
            }
            text.push_str(&outer);
            text.push(']');
        }
        Value::Object(keys) if line.chars().count() > WIDTH => {
            for (index, (key, item)) in keys.iter().enumerate() {
                text.push(if index == 0 { '{' } else { ',' });
                text.push_str(&inner);
                text.push_str(&format!("{}: ", Value::from(key.as_str())));
                lay_out(item, depth + 1, text);
            }
            text.push_str(&outer);
            text.push('}');
        }
        _ => text.push_str(&line),
    }
}

/// One line for each place where `found` is not as `expected`; the order of keys counts.
pub fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let mut changes = Vec::new();
    compare(expected, found, String::new(), &mut changes);
    changes
}

fn compare(expected: &Value, found: &Value, path: String, changes: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            for (key, value) in a {
                compare(value, &b[key], format!("{path}/{key}"), changes);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(a, b, format!("{path}/{index}"), changes);
            }
        }
        _ if expected == found => {}
        _ => changes.push(format!("{path}: {} → {}", brief(expected), brief(found))),
    }
}

fn brief(value: &Value) -> String {
    let line = value.to_string();
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[test]
fn layout_is_the_same_json_and_short() {
    let long = "å".repeat(WIDTH);
    let value = serde_json::json!({"a": [1, 2], "b": {"c": [long, {"d": null}]}, "e": []});
    let text = layout(&value);
    assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    assert!(text.lines().any(|line| line.trim() == "\"a\": [1,2],"));
}

#[test]
fn a_difference_names_its_place() {
    let (a, b) = (
        serde_json::json!({"a": [1, {"b": 2}]}),
        serde_json::json!({"a": [1, {"b": 3}]}),
    );
    assert_eq!(differences(&a, &b), ["/a/1/b: 2 → 3"]);
    assert_eq!(differences(&a, &a), [""; 0]);
}

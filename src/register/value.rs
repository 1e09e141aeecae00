//! Reading the JSON of a record, in either view: a field and its bare value read alike.

use serde_json::Value;

use crate::record::is_field;

/// The value of a field, or what is no field itself.
pub fn bare(node: &Value) -> &Value {
    match node {
        Value::Object(keys) if is_field(keys) => &keys["value"],
        other => other,
    }
}

/// The text below `node` at `path` (keys with dots between), empty texts left out.
pub fn text(node: &Value, path: &str) -> Option<String> {
    match bare(at(node, path)) {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The whole number at `path`.
pub fn number(node: &Value, path: &str) -> Option<i64> {
    bare(at(node, path)).as_i64()
}

/// The list at `path`; nothing where there is none.
pub fn list<'v>(node: &'v Value, path: &str) -> &'v [Value] {
    at(node, path).as_array().map_or(&[], Vec::as_slice)
}

/// The texts of the list at `path`.
pub fn texts(node: &Value, path: &str) -> Vec<String> {
    let all = list(node, path).iter();
    all.filter_map(|entry| text(entry, "")).collect()
}

/// What stands at `path`, null where nothing does. The empty path is the node itself.
pub fn at<'v>(node: &'v Value, path: &str) -> &'v Value {
    if path.is_empty() {
        return node;
    }
    path.split('.').fold(node, |node, key| &node[key])
}

/// Calls `see` with every field at or below `node`.
pub fn fields<'v>(node: &'v Value, see: &mut impl FnMut(&'v Value)) {
    match node {
        Value::Object(keys) if is_field(keys) => see(node),
        Value::Object(keys) => keys.values().for_each(|child| fields(child, see)),
        Value::Array(all) => all.iter().for_each(|child| fields(child, see)),
        _ => {}
    }
}

/// The lowest confidence among the fields at or below `node`; none in the plain view.
pub fn lowest_confidence(node: &Value) -> Option<f64> {
    let mut lowest: Option<f64> = None;
    fields(node, &mut |field| {
        if let Some(confidence) = field["confidence"].as_f64() {
            lowest = Some(lowest.map_or(confidence, |least| least.min(confidence)));
        }
    });
    lowest
}

/// The first and the last code point of the input that the fields below `node` rest on.
pub fn extent(node: &Value) -> Option<(u64, u64)> {
    let mut extent: Option<(u64, u64)> = None;
    fields(node, &mut |field| {
        for source in list(field, "source") {
            if let Some((start, end)) = span(source) {
                extent = Some(extent.map_or((start, end), |(s, e)| (s.min(start), e.max(end))));
            }
        }
    });
    extent
}

/// Start and end of a source, a target or a place.
pub fn span(source: &Value) -> Option<(u64, u64)> {
    Some((source["start"].as_u64()?, source["end"].as_u64()?))
}

/// Whether a person has looked at something at or below `node`.
pub fn is_reviewed(node: &Value) -> bool {
    let mut found = false;
    fields(node, &mut |field| found |= field["method"] == "reviewed");
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_views_read_alike() {
        let field = |value: Value| json!({"value": value, "confidence": 0.5, "method": "read", "source": [{"start": 3, "end": 9}]});
        let full =
            json!({"person": {"name": field(json!("Åsa")), "party": null}, "yes": field(json!(7))});
        let plain = json!({"person": {"name": "Åsa", "party": null}, "yes": 7});
        for view in [&full, &plain] {
            assert_eq!(text(view, "person.name").as_deref(), Some("Åsa"));
            assert_eq!(text(view, "person.party"), None);
            assert_eq!(text(view, "no.such.key"), None);
            assert_eq!(number(view, "yes"), Some(7));
        }
        assert_eq!(lowest_confidence(&full), Some(0.5));
        assert_eq!(lowest_confidence(&plain), None);
        assert_eq!(extent(&full), Some((3, 9)));
    }
}

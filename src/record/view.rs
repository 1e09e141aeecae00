//! The two views: the full tree, and the same tree with each field replaced by its
//! value. One rule makes the plain view of data and of the schema alike.

use serde_json::{Map, Value};

/// Which view of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum View {
    /// Every field with its confidence and sources.
    #[default]
    Full,
    /// Values only.
    Plain,
}

/// What a field object holds, and nothing else does.
const FIELD: [&str; 4] = ["value", "confidence", "method", "source"];

pub(crate) fn is_field(keys: &Map<String, Value>) -> bool {
    keys.len() == FIELD.len() && FIELD.iter().all(|k| keys.contains_key(*k))
}

/// Replaces every field object in `data` by its value.
pub(super) fn plain(data: Value) -> Value {
    match data {
        Value::Object(mut keys) if is_field(&keys) => keys.remove("value").unwrap_or(Value::Null),
        Value::Object(keys) => keys.into_iter().map(|(k, v)| (k, plain(v))).collect(),
        Value::Array(all) => all.into_iter().map(plain).collect(),
        other => other,
    }
}

/// Replaces every schema of a field object by that of its value.
pub(super) fn plain_schema(schema: Value) -> Value {
    match schema {
        Value::Object(mut keys) => {
            let field = keys
                .get("properties")
                .and_then(Value::as_object)
                .is_some_and(is_field);
            if field && let Some(Value::Object(properties)) = keys.get_mut("properties") {
                return plain_schema(properties.remove("value").unwrap_or(Value::Bool(true)));
            }
            keys.into_iter()
                .map(|(k, v)| (k, plain_schema(v)))
                .collect()
        }
        Value::Array(all) => all.into_iter().map(plain_schema).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_become_values_everywhere() {
        let field = json!({"value": "a", "confidence": 0.9, "method": "read", "source": []});
        let data = json!({"x": [field.clone()], "y": {"z": field}, "w": null});
        assert_eq!(plain(data), json!({"x": ["a"], "y": {"z": "a"}, "w": null}));
        let correction = json!({"source": {}, "confidence": 1});
        assert_eq!(plain(correction.clone()), correction);
    }
}

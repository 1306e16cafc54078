//! JSON Schemas of whole answers, as the vendors want them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::lessons::Lessons;
use crate::{OutputSchema, Request};

/// Keywords whose values are schemas by name, by position, or alone.
const NAMED: [&str; 3] = ["properties", "$defs", "definitions"];
const LISTED: [&str; 4] = ["anyOf", "oneOf", "allOf", "prefixItems"];
const SINGLE: [&str; 2] = ["items", "not"];

/// `schema` with every object closed: a vendor that promises to follow a schema wants to be told that nothing may be
/// added to it.
pub(crate) fn closed(schema: &Value) -> Value {
    let mut closed = schema.clone();
    close(&mut closed);
    closed
}

fn close(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    if is_object(map) {
        map.entry("additionalProperties").or_insert(Value::Bool(false));
    }
    for (keyword, value) in map {
        match value {
            Value::Object(named) if NAMED.contains(&keyword.as_str()) => named.values_mut().for_each(close),
            Value::Array(listed) if LISTED.contains(&keyword.as_str()) => listed.iter_mut().for_each(close),
            value if SINGLE.contains(&keyword.as_str()) => close(value),
            _ => {}
        }
    }
}

/// Whether OpenAI can promise to follow the schema to the letter: every object is closed and all its properties are
/// required.
pub(crate) fn is_strict(schema: &Value) -> bool {
    let Some(map) = schema.as_object() else { return false };
    let is_strict_itself =
        !is_object(map) || (map.get("additionalProperties") == Some(&Value::Bool(false)) && requires_all(map));
    is_strict_itself
        && map.iter().all(|(keyword, value)| match value {
            Value::Object(named) if NAMED.contains(&keyword.as_str()) => named.values().all(is_strict),
            Value::Array(listed) if LISTED.contains(&keyword.as_str()) => listed.iter().all(is_strict),
            value if SINGLE.contains(&keyword.as_str()) => is_strict(value),
            _ => true,
        })
}

fn is_object(schema: &Map<String, Value>) -> bool {
    schema.get("type").is_some_and(|kind| kind == "object") || schema.contains_key("properties")
}

fn requires_all(schema: &Map<String, Value>) -> bool {
    let required: Vec<_> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.is_none_or(|properties| properties.keys().all(|name| required.iter().any(|one| *one == name)))
}

/// The system prompt's parts, and the schema in words where the model cannot be held to it.
pub(crate) fn with_words<'a>(request: &'a Request, lessons: &Lessons) -> Vec<Cow<'a, str>> {
    let parts = request.system.iter().map(|part| Cow::Borrowed(part.text.as_str()));
    let is_in_words = lessons.no_schema || lessons.schema_in_object;
    let output = request.output.as_ref().filter(|_| is_in_words);
    parts.chain(output.map(|output| in_words(output).into())).collect()
}

/// What to tell a model that cannot be held to a schema.
pub(crate) fn in_words(output: &OutputSchema) -> String {
    format!(
        "Answer with one JSON value and nothing else: no prose around it, no code fence. It must fit this JSON \
         Schema:\n{}",
        output.schema
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(schema: &Value, closed_form: &Value, strict: bool) {
        assert_eq!(closed(schema), *closed_form);
        assert_eq!(is_strict(closed_form), strict, "{closed_form}");
    }

    #[test]
    fn objects_are_closed_wherever_they_stand() {
        check(
            &json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}),
            &json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false}),
            true,
        );
        check(
            &json!({"type": "object", "properties": {"properties": {"type": "array", "items": {"type": "object"}}}}),
            &json!({"type": "object", "additionalProperties": false, "properties": {
                "properties": {"type": "array", "items": {"type": "object", "additionalProperties": false}}}}),
            false,
        );
        let open = json!({"anyOf": [{"type": "object", "additionalProperties": {"type": "string"}}], "enum": [{"type": "object"}]});
        check(&open, &open, false);
    }
}

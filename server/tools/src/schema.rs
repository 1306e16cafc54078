//! The JSON-schema subset in which tools describe their arguments, and the strict check against it.
//!
//! The subset: an object whose keys are strings, arrays of strings, integers (with a minimum) or booleans, required
//! or not, and no others. A complaint names the key, what was expected and what came, for all keys at once, so that
//! the model's next try can be right.

use serde_json::{Map, Value, json};

/// One key of a tool's arguments.
pub(crate) struct Key {
    name: &'static str,
    kind: Kind,
    is_required: bool,
    description: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    /// Counts from 1.
    Line,
    Flag,
    /// At least one.
    Words,
}

impl Key {
    pub(crate) const fn required(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self {
            name,
            kind,
            is_required: true,
            description,
        }
    }

    pub(crate) const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self {
            name,
            kind,
            is_required: false,
            description,
        }
    }

    fn to_schema(&self) -> Value {
        match self.kind {
            Kind::Text => json!({"type": "string", "description": self.description}),
            Kind::Line => json!({"type": "integer", "minimum": 1, "description": self.description}),
            Kind::Flag => json!({"type": "boolean", "description": self.description}),
            Kind::Words => json!({
                "type": "array", "items": {"type": "string"}, "minItems": 1, "description": self.description
            }),
        }
    }
}

/// The schema of an object with these keys and no others.
pub(crate) fn object(keys: &[Key]) -> Value {
    let properties: Map<_, _> = keys.iter().map(|key| (key.name.to_owned(), key.to_schema())).collect();
    let required: Vec<_> = keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// Checks a call's arguments.
///
/// # Errors
/// What is wrong with them, in words for the model.
pub(crate) fn validate(tool: &str, schema: &Value, arguments: &Value) -> Result<(), String> {
    let no_keys = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&no_keys);
    let known = listed(properties.keys());
    let Some(given) = arguments.as_object() else {
        return Err(format!(
            "`{tool}` takes a JSON object with {known}; got {}",
            described(arguments)
        ));
    };
    if let Some(raw) = given.get("_invalid").and_then(Value::as_str) {
        let raw = crate::output::clip(raw, 200);
        return Err(format!(
            "the arguments of `{tool}` are not a JSON object with {known}; got: {raw}"
        ));
    }

    let mut complaints = Vec::new();
    for name in given.keys().filter(|name| !properties.contains_key(*name)) {
        complaints.push(format!(
            "`{}` is no key of it: it takes {known}",
            crate::output::clip(name, 60)
        ));
    }
    for (name, property) in properties {
        match given.get(name) {
            Some(value) => complaints.extend(mismatch(name, property, value)),
            None if is_required(schema, name) => {
                let meaning = property["description"].as_str().unwrap_or_default();
                complaints.push(format!("`{name}` is missing: {} ({meaning})", expected(property)));
            }
            None => {}
        }
    }
    match complaints.as_slice() {
        [] => Ok(()),
        [one] => Err(format!("wrong arguments for `{tool}`: {one}")),
        several => Err(format!("wrong arguments for `{tool}`:\n- {}", several.join("\n- "))),
    }
}

fn is_required(schema: &Value, name: &str) -> bool {
    schema["required"]
        .as_array()
        .is_some_and(|required| required.iter().any(|key| key == name))
}

fn mismatch(name: &str, property: &Value, value: &Value) -> Option<String> {
    let fits = match property["type"].as_str() {
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => match (value.as_i64(), property["minimum"].as_i64()) {
            (Some(number), Some(minimum)) => number >= minimum,
            (Some(_), None) => true,
            (None, _) => false,
        },
        Some("array") => value
            .as_array()
            .is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_string)),
        Some("object") => value.is_object(),
        _ => true,
    };
    let hint = if value.is_null() {
        "; leave an unused key out"
    } else {
        ""
    };
    (!fits).then(|| {
        format!(
            "`{name}` must be {}, got {}{hint}",
            expected(property),
            described(value)
        )
    })
}

fn expected(property: &Value) -> String {
    match (property["type"].as_str(), property["minimum"].as_i64()) {
        (Some("integer"), Some(minimum)) => format!("an integer from {minimum} up"),
        (Some("integer"), None) => "an integer".to_owned(),
        (Some("array"), _) => "an array of strings, at least one".to_owned(),
        (Some("object"), _) => "an object".to_owned(),
        (Some(kind), _) => format!("a {kind}"),
        (None, _) => "any value".to_owned(),
    }
}

fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("the boolean {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the string {}", json!(crate::output::clip(text, 60))),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [Key; 4] = [
        Key::required("path", Kind::Text, "the file"),
        Key::optional("line", Kind::Line, "where"),
        Key::optional("all", Kind::Flag, "everywhere"),
        Key::optional("words", Kind::Words, "some"),
    ];

    /// `expect` is the complaint, or nothing.
    fn check(arguments: Value, expect: &str) {
        let complaint = validate("cut", &object(&KEYS), &arguments).err().unwrap_or_default();
        assert_eq!(complaint, expect);
    }

    #[test]
    fn fitting_arguments_pass() {
        check(json!({"path": "a"}), "");
        check(json!({"all": false, "path": "", "line": 1, "words": ["a", ""]}), "");
    }

    #[test]
    fn each_wrong_type_is_named() {
        check(
            json!({"path": 7}),
            "wrong arguments for `cut`: `path` must be a string, got the number 7",
        );
        check(
            json!({"path": "a", "line": "3"}),
            "wrong arguments for `cut`: `line` must be an integer from 1 up, got the string \"3\"",
        );
        check(
            json!({"path": "a", "line": 0}),
            "wrong arguments for `cut`: `line` must be an integer from 1 up, got the number 0",
        );
        check(
            json!({"path": "a", "line": 1.5}),
            "wrong arguments for `cut`: `line` must be an integer from 1 up, got the number 1.5",
        );
        check(
            json!({"path": "a", "words": []}),
            "wrong arguments for `cut`: `words` must be an array of strings, at least one, got an array of 0",
        );
        check(
            json!({"path": "a", "words": ["a", 1]}),
            "wrong arguments for `cut`: `words` must be an array of strings, at least one, got an array of 2",
        );
        check(
            json!({"path": "a", "all": null}),
            "wrong arguments for `cut`: `all` must be a boolean, got null; leave an unused key out",
        );
    }

    #[test]
    fn all_complaints_come_at_once() {
        check(
            json!({"file": "a", "line": [1]}),
            "wrong arguments for `cut`:\n- `file` is no key of it: it takes `path`, `line`, `all`, `words`\n- `path` is missing: a \
             string (the file)\n- `line` must be an integer from 1 up, got an array of 1",
        );
    }

    #[test]
    fn what_is_no_object_is_quoted() {
        check(
            json!({"_invalid": "{\"path\": \"a"}),
            "the arguments of `cut` are not a JSON object with `path`, `line`, `all`, `words`; got: {\"path\": \"a",
        );
        check(
            json!(["a"]),
            "`cut` takes a JSON object with `path`, `line`, `all`, `words`; got an array of 1",
        );
    }
}

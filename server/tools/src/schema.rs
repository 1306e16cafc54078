//! The JSON-schema subset in which tools describe their arguments, and the strict check against it.
//!
//! The subset: an object whose keys are strings (some of them one of a few), arrays of strings or of such objects,
//! integers (with a minimum) or booleans, required or not, and no others. What the schema of a tool from elsewhere says
//! beyond that is left to the tool. A complaint names the key, what was expected and what came, for all keys at once,
//! so that the model's next try can be right.

use serde_json::{Map, Value, json};

use crate::output::clip;

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
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Objects with these keys, at least one and at most so many.
    Items(&'static [Key], usize),
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
        let mut schema = match self.kind {
            Kind::Text => json!({"type": "string"}),
            Kind::Line => json!({"type": "integer", "minimum": 1}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::Words => json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
            Kind::OneOf(words) => json!({"type": "string", "enum": words}),
            Kind::Items(keys, most) => {
                json!({"type": "array", "items": object(keys), "minItems": 1, "maxItems": most})
            }
        };
        if !self.description.is_empty() {
            schema["description"] = self.description.into();
        }
        schema
    }
}

/// The schema of an object with these keys and no others.
pub(crate) fn object(keys: &[Key]) -> Value {
    let properties: Map<_, _> = keys.iter().map(|key| (key.name.to_owned(), key.to_schema())).collect();
    let required: Vec<_> = keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema["additionalProperties"] = false.into();
    schema
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
        let raw = clip(raw, 200);
        return Err(format!(
            "the arguments of `{tool}` are not a JSON object with {known}; got: {raw}"
        ));
    }

    let complaints = complaints("", schema, given);
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

/// What is wrong with an object; `place` is the way to it, ended by a dot, or empty.
fn complaints(place: &str, schema: &Value, given: &Map<String, Value>) -> Vec<String> {
    let no_keys = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&no_keys);
    let is_closed = schema["additionalProperties"] == false;
    let unknown = given.keys().filter(|name| is_closed && !properties.contains_key(*name));
    let known = listed(properties.keys());
    let mut complaints: Vec<_> = unknown
        .map(|name| format!("`{place}{}` is no key of it: it takes {known}", clip(name, 60)))
        .collect();
    for (name, property) in properties {
        let name_in_place = format!("{place}{name}");
        match given.get(name) {
            Some(value) => complaints.extend(mismatches(&name_in_place, property, value)),
            None if is_required(schema, name) => {
                let meaning = match property["description"].as_str() {
                    Some(meaning) => format!(" ({meaning})"),
                    None => String::new(),
                };
                complaints.push(format!("`{name_in_place}` is missing: {}{meaning}", expected(property)));
            }
            None => {}
        }
    }
    complaints
}

fn mismatches(name: &str, property: &Value, value: &Value) -> Vec<String> {
    if !fits(property, value) {
        let hint = if value.is_null() {
            "; leave an unused key out"
        } else {
            ""
        };
        let (expected, got) = (expected(property), described(value));
        return vec![format!("`{name}` must be {expected}, got {got}{hint}")];
    }
    match value {
        Value::Object(inner) => complaints(&format!("{name}."), property, inner),
        Value::Array(items) => {
            let each = items.iter().enumerate();
            each.flat_map(|(index, item)| mismatches(&format!("{name}[{index}]"), &property["items"], item))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the value as such is of the kind; what is in it is looked at by itself, but for plain strings.
fn fits(property: &Value, value: &Value) -> bool {
    let is_offered = |value: &Value| {
        property["enum"]
            .as_array()
            .is_none_or(|offered| offered.contains(value))
    };
    match property["type"].as_str() {
        Some("string") => value.is_string() && is_offered(value),
        Some("boolean") => value.is_boolean(),
        Some("integer") => match (value.as_i64(), property["minimum"].as_i64()) {
            (Some(number), Some(minimum)) => number >= minimum,
            (Some(_), None) => true,
            (None, _) => false,
        },
        Some("array") => value.as_array().is_some_and(|items| {
            let bound = |key: &str, default| property[key].as_u64().map_or(default, |bound| bound as usize);
            let is_text = property["items"]["type"] == "string";
            (bound("minItems", 0)..=bound("maxItems", usize::MAX)).contains(&items.len())
                && (!is_text || items.iter().all(Value::is_string))
        }),
        Some("object") => value.is_object(),
        _ => true,
    }
}

fn expected(property: &Value) -> String {
    let array = |of: &str| match property["maxItems"].as_u64() {
        Some(most) => format!("an array of 1 to {most} {of}"),
        None => format!("an array of {of}, at least one"),
    };
    match (property["type"].as_str(), property["minimum"].as_i64()) {
        (Some("integer"), Some(minimum)) => format!("an integer from {minimum} up"),
        (Some("integer"), None) => "an integer".to_owned(),
        (Some("array"), _) => match property["items"]["type"].as_str() {
            Some("string") => array("strings"),
            Some("object") => array("objects"),
            _ => "an array".to_owned(),
        },
        (Some("object"), _) => "an object".to_owned(),
        (Some("string"), _) => match property["enum"].as_array() {
            Some(offered) => {
                let offered: Vec<_> = offered.iter().map(Value::to_string).collect();
                format!("one of {}", offered.join(", "))
            }
            None => "a string".to_owned(),
        },
        (Some(kind), _) => format!("a {kind}"),
        (None, _) => "any value".to_owned(),
    }
}

fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("the boolean {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the string {}", json!(clip(text, 60))),
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

    const STEP: [Key; 2] = [
        Key::required("what", Kind::Text, ""),
        Key::optional("state", Kind::OneOf(&["open", "done"]), ""),
    ];
    const KEYS: [Key; 5] = [
        Key::required("path", Kind::Text, "the file"),
        Key::optional("line", Kind::Line, "where"),
        Key::optional("all", Kind::Flag, "everywhere"),
        Key::optional("words", Kind::Words, "some"),
        Key::optional("steps", Kind::Items(&STEP, 2), "what is to do"),
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
    fn items_are_looked_at_one_by_one() {
        check(
            json!({"path": "", "steps": [{"what": "a"}, {"what": "b", "state": "done"}]}),
            "",
        );
        check(
            json!({"path": "", "steps": [{"what": "a", "state": "begun"}, {"why": ""}]}),
            "wrong arguments for `cut`:\n- `steps[0].state` must be one of \"open\", \"done\", got the string \"begun\"\n\
             - `steps[1].why` is no key of it: it takes `what`, `state`\n- `steps[1].what` is missing: a string",
        );
        check(
            json!({"path": "", "steps": [1]}),
            "wrong arguments for `cut`: `steps[0]` must be an object, got the number 1",
        );
        let step = json!({"what": ""});
        check(
            json!({"path": "", "steps": [step, step, step]}),
            "wrong arguments for `cut`: `steps` must be an array of 1 to 2 objects, got an array of 3",
        );
    }

    #[test]
    fn schemas_of_others_are_held_to_what_is_known() {
        let schema = json!({"properties": {"size": {"type": ["integer", "string"]}, "rows": {"type": "array"}}});
        let told = |arguments| validate("far", &schema, &arguments).err().unwrap_or_default();
        assert_eq!(told(json!({"size": "big", "rows": [1, {}], "more": true})), "");
        assert_eq!(
            told(json!({"rows": 1})),
            "wrong arguments for `far`: `rows` must be an array, got the number 1"
        );
    }

    #[test]
    fn all_complaints_come_at_once() {
        check(
            json!({"file": "a", "line": [1]}),
            "wrong arguments for `cut`:\n- `file` is no key of it: it takes `path`, `line`, `all`, `words`, `steps`\n- `path` is missing: a \
             string (the file)\n- `line` must be an integer from 1 up, got an array of 1",
        );
    }

    #[test]
    fn what_is_no_object_is_quoted() {
        check(
            json!({"_invalid": "{\"path\": \"a"}),
            "the arguments of `cut` are not a JSON object with `path`, `line`, `all`, `words`, `steps`; got: {\"path\": \"a",
        );
        check(
            json!(["a"]),
            "`cut` takes a JSON object with `path`, `line`, `all`, `words`, `steps`; got an array of 1",
        );
    }
}

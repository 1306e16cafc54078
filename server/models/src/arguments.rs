//! The arguments of a tool call: JSON text that came in pieces.

use base::{CallId, StopReason, ToolCall};
use serde_json::{Value, json};

/// A tool call while its arguments arrive.
#[derive(Debug)]
pub(crate) struct PartialCall {
    pub(crate) id: CallId,
    pub(crate) name: String,
    pub(crate) json: String,
}

impl PartialCall {
    /// Whether the text is a whole JSON object. Such a text cannot grow any more, so its call may start even where
    /// the vendor marks no end. An empty text is not: it may be a call without arguments, or one cut off.
    pub(crate) fn is_whole(&self) -> bool {
        object(&self.json).is_some()
    }

    /// The call, now that its vendor says that it is whole. Text that is no object is kept for the model to see.
    pub(crate) fn finish(self) -> ToolCall {
        let arguments = if self.json.trim().is_empty() {
            json!({})
        } else {
            object(&self.json).unwrap_or_else(|| json!({ "_invalid": self.json }))
        };
        ToolCall {
            id: self.id,
            name: self.name,
            arguments,
        }
    }
}

/// What counts of the calls that are open or doubtful when an answer ends: all of them, unless it ended at its length
/// limit, when only those do whose arguments are whole.
pub(crate) fn calls_at_end(calls: Vec<PartialCall>, reason: StopReason) -> impl Iterator<Item = ToolCall> {
    let was_cut = reason == StopReason::MaxTokens;
    calls
        .into_iter()
        .filter(move |call| !was_cut || call.is_whole())
        .map(PartialCall::finish)
}

fn object(text: &str) -> Option<Value> {
    let json = serde_json::from_str(text).or_else(|_| serde_json::from_str(&with_controls_escaped(text)));
    json.ok().filter(Value::is_object)
}

/// The text with the line breaks and their like inside strings as JSON wants them. Servers that hold a model to a
/// grammar, llama-cpp-python for one, let it write them bare.
fn with_controls_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let (mut in_string, mut after_backslash) = (false, false);
    for c in text.chars() {
        match c {
            '"' if !after_backslash => in_string = !in_string,
            '\u{0}'..='\u{1f}' if in_string && !after_backslash => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
                continue;
            }
            _ => {}
        }
        after_backslash = c == '\\' && !after_backslash;
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, whole: bool, arguments: Value) {
        let call = PartialCall {
            id: "c".into(),
            name: "n".into(),
            json: text.into(),
        };
        assert_eq!(call.is_whole(), whole, "{text}");
        assert_eq!(call.finish().arguments, arguments, "{text}");
    }

    #[test]
    fn text_becomes_an_object_whatever_it_is() {
        check(r#"{"path": "ä"}"#, true, json!({"path": "ä"}));
        check("", false, json!({}));
        check(" \n", false, json!({}));
        check(r#"{"path": "#, false, json!({"_invalid": r#"{"path": "#}));
        check("[1]", false, json!({"_invalid": "[1]"}));
        check("null", false, json!({"_invalid": "null"}));
        check(r#"{"a":1}{"b":2}"#, false, json!({"_invalid": r#"{"a":1}{"b":2}"#}));
    }

    #[test]
    fn line_breaks_in_strings_may_be_bare() {
        check("{\n\"text\": \"a\n\tb\"}", true, json!({"text": "a\n\tb"}));
        check(
            "{\"text\": \"\\\"\n\\\\\",\n\"n\": 1}",
            true,
            json!({"text": "\"\n\\", "n": 1}),
        );
        check("{\"text\": \"a\nb", false, json!({"_invalid": "{\"text\": \"a\nb"}));
    }
}

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
    serde_json::from_str(text).ok().filter(Value::is_object)
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
}

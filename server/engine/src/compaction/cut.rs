//! Texts and messages cut to a size, with their head and tail.

use base::{Block, Message};
use serde_json::{Map, Value, json};

use super::Count;

/// Below this many characters there is no room to say how much is left out.
const MIN_WITH_NOTE: usize = 160;

/// JSON that a call's arguments may have besides their longest text.
const MAX_FRAME: usize = 400;

/// At most `most` characters of `text`, at least one: two thirds from its head, the rest from its tail.
pub(super) fn ends(text: &str, most: usize) -> String {
    let most = most.max(1);
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let note = match most >= MIN_WITH_NOTE {
        true => format!("\n[… {} of {length} characters left out …]\n", length - most),
        false => "…".to_owned(),
    };
    let room = most.saturating_sub(note.chars().count());
    let tail = room / 3;
    let head: String = text.chars().take(room - tail).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    head + &note + &tail
}

/// `message` with every text in it cut to the length at which it has at most `limit` tokens, or as near as cutting
/// texts comes. Thinking and pictures stay.
pub(super) fn to_fit(message: &Message, count: Count<'_>, limit: u64) -> Message {
    if count(message) <= limit {
        return message.clone();
    }
    let (mut fits, mut too_long) = (0, longest(message));
    while too_long - fits > 1 {
        let middle = fits + (too_long - fits) / 2;
        match count(&capped(message, middle)) <= limit {
            true => fits = middle,
            false => too_long = middle,
        }
    }
    capped(message, fits)
}

/// The length of a message's longest text, and one at least.
fn longest(message: &Message) -> usize {
    let length = |block: &Block| match block {
        Block::Text { text } => text.len(),
        Block::ToolResult(result) => result.content.len(),
        Block::ToolCall(call) => call.arguments.to_string().len(),
        Block::Thinking { .. } | Block::RedactedThinking { .. } | Block::Image(_) => 0,
    };
    message.content.iter().map(length).max().unwrap_or_default().max(1)
}

fn capped(message: &Message, most: usize) -> Message {
    let mut capped = message.clone();
    for block in &mut capped.content {
        match block {
            Block::Text { text } => *text = ends(text, most),
            Block::ToolResult(result) => result.content = ends(&result.content, most),
            Block::ToolCall(call) => call.arguments = capped_arguments(&call.arguments, most),
            Block::Thinking { .. } | Block::RedactedThinking { .. } | Block::Image(_) => {}
        }
    }
    capped
}

/// Arguments stay an object with its keys; one that is made of many small pieces becomes a text.
fn capped_arguments(arguments: &Value, most: usize) -> Value {
    let capped = capped_value(arguments, most);
    let text = capped.to_string();
    match text.len() > most.saturating_mul(2).saturating_add(MAX_FRAME) {
        true => json!({ "left_out": ends(&text, most) }),
        false => capped,
    }
}

fn capped_value(value: &Value, most: usize) -> Value {
    match value {
        Value::String(text) => Value::String(ends(text, most)),
        Value::Array(items) => items.iter().map(|item| capped_value(item, most)).collect(),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| (key.clone(), capped_value(value, most)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, most: usize, expect: &str) {
        assert_eq!(ends(text, most), expect);
        assert_eq!(ends(expect, most), expect, "once cut, it stays");
    }

    #[test]
    fn texts_keep_head_and_tail() {
        check("short", 5, "short");
        check("0123456789", 7, "0123…89");
        check("éééééééééé", 4, "éé…é");
        check("0123456789", 0, "…");
        let long = format!("begin{}end", "x".repeat(1000));
        let cut = ends(&long, 200);
        assert!(
            cut.starts_with("begin") && cut.ends_with("end") && cut.contains("808 of 1008"),
            "{cut}"
        );
        assert!(cut.chars().count() <= 200);
    }

    #[test]
    fn arguments_stay_objects() {
        let write = json!({"path": "a.rs", "text": "x".repeat(5000)});
        let cut = capped_arguments(&write, 300);
        assert_eq!(cut["path"], "a.rs");
        assert!(cut["text"].as_str().unwrap().len() < 320);
        let many = json!({"items": vec!["piece"; 5000]});
        assert!(capped_arguments(&many, 300)["left_out"].is_string());
    }
}

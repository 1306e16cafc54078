//! Finished turns without their tool traffic: the user's words, what was touched, the answer.

use std::collections::BTreeSet;

use base::{Block, Message, Role, ToolCall};

use super::{Count, cut, total, user_words};
use crate::circles::changed_paths;

pub(super) const MARK: &str = "[collapsed]";

/// Names that a list shows.
const MAX_NAMED: usize = 20;
/// Characters of a name.
const MAX_NAME: usize = 100;

/// None if there is no finished turn that gets shorter.
pub(super) fn collapse(history: &[Message], count: Count<'_>) -> Option<Vec<Message>> {
    let starts = user_words::turn_starts(history);
    let (current, _) = starts.split_last().filter(|(_, earlier)| !earlier.is_empty())?;
    let mut collapsed = Vec::new();
    for range in starts.windows(2) {
        let turn = &history[range[0]..range[1]];
        match shorter(turn).filter(|shorter| total(shorter, count) < total(turn, count)) {
            Some(shorter) => collapsed.extend(shorter),
            None => collapsed.extend_from_slice(turn),
        }
    }
    collapsed.extend_from_slice(&history[*current..]);
    (collapsed.len() < history.len()).then_some(collapsed)
}

/// A turn that called tools in two messages.
fn shorter(turn: &[Message]) -> Option<[Message; 2]> {
    let (task, rest) = turn.split_first().filter(|(task, _)| task.role == Role::User)?;
    let calls: Vec<&ToolCall> = rest.iter().flat_map(Message::tool_calls).collect();
    if calls.is_empty() {
        return None;
    }
    let mut said = task.content.clone();
    // What the user said in the middle of the turn.
    said.extend(rest.iter().flat_map(user_words::of));
    said.push(Block::Text { text: touched(&calls) });
    let answer = rest
        .iter()
        .rev()
        .find(|message| message.role == Role::Assistant)?
        .text();
    let answer = match answer.trim().is_empty() {
        true => "(no words)".to_owned(),
        false => answer,
    };
    Some([
        Message {
            role: Role::User,
            content: said,
        },
        Message {
            role: Role::Assistant,
            content: vec![Block::Text { text: answer }],
        },
    ])
}

/// What a turn's calls touched.
fn touched(calls: &[&ToolCall]) -> String {
    let named = |tools: &[&str], key: &str| -> BTreeSet<String> {
        let of_tools = calls.iter().filter(|call| tools.contains(&call.name.as_str()));
        of_tools
            .filter_map(|call| call.arguments[key].as_str())
            .map(str::to_owned)
            .collect()
    };
    let changed: BTreeSet<String> = calls.iter().flat_map(|call| changed_paths(call)).collect();
    let mut text = format!(
        "{MARK} {} tool calls of this turn, which is finished, are left out.",
        calls.len()
    );
    push_list(&mut text, "Changed", &changed);
    push_list(&mut text, "Read", &named(&["read", "outline"], "path"));
    push_list(&mut text, "Ran", &named(&["shell", "git"], "command"));
    push_list(&mut text, "Searched for", &named(&["grep", "glob"], "pattern"));
    push_list(&mut text, "Fetched", &named(&["web-fetch"], "url"));
    text
}

fn push_list(text: &mut String, title: &str, names: &BTreeSet<String>) {
    if names.is_empty() {
        return;
    }
    let shown: Vec<String> = names
        .iter()
        .take(MAX_NAMED)
        .map(|name| cut::ends(name, MAX_NAME))
        .collect();
    text.push_str(&format!("\n{title}: {}", shown.join(", ")));
    if names.len() > shown.len() {
        text.push_str(&format!(" and {} more", names.len() - shown.len()));
    }
}

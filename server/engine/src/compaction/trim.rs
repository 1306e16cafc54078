//! *Snip* and *micro*, in one batch.
//!
//! Results more than [`OLD`] messages old become a line of metadata; from [`RECENT`] to [`OLD`] messages old they keep
//! head and tail; newer ones stay whole. Reads that were superseded become metadata unless they are among the newest.
//! Thinking more than [`OLD`] messages old is dropped.

use base::{Block, Message, Role, ToolCall, ToolResult};

use super::superseded::{call_of, superseded};
use super::{cut, user_words};

/// Messages after a result from which it is shown by metadata only (CX5).
const OLD: usize = 10;
/// Messages after a result from which it is cut to its ends (CX5).
const RECENT: usize = 3;
/// Characters of a result's ends: some 500 tokens, which is a screenful of code or an error with its context.
const ENDS: usize = 2_000;
/// Characters of the arguments that metadata shows.
const MAX_ARGUMENTS: usize = 120;

const MARK: &str = "[snipped]";

/// None if there is nothing to trim.
pub(super) fn trim(history: &[Message]) -> Option<Vec<Message>> {
    let superseded = superseded(history);
    let newest_caller = user_words::newest_caller(history);
    let mut trimmed = history.to_vec();
    for (at, message) in trimmed.iter_mut().enumerate() {
        let age = history.len() - 1 - at;
        if age > OLD && newest_caller != Some(at) {
            drop_thinking(message);
        }
        if age < RECENT {
            continue;
        }
        for (place, block) in message.content.iter_mut().enumerate() {
            let Block::ToolResult(result) = block else { continue };
            let Some(call) = call_of(history, at, result) else {
                continue;
            };
            let is_superseded = superseded.contains(&(at, place));
            let shorter = match age > OLD || is_superseded {
                true => metadata(call, result, is_superseded),
                false => cut::ends(&result.content, ENDS),
            };
            if shorter.len() < result.content.len() && !result.content.starts_with(MARK) {
                result.content = shorter;
            }
        }
    }
    (trimmed != history).then_some(trimmed)
}

/// Unless there is nothing else in the message: none may be empty.
fn drop_thinking(message: &mut Message) {
    let says_more = message.content.iter().any(|block| !user_words::is_thinking(block));
    if message.role == Role::Assistant && says_more {
        message.content.retain(|block| !user_words::is_thinking(block));
    }
}

/// What is left of a result: which call it was, how large it was, and how it ended.
fn metadata(call: &ToolCall, result: &ToolResult, is_superseded: bool) -> String {
    let arguments = cut::ends(&call.arguments.to_string(), MAX_ARGUMENTS);
    let end = if result.is_error { "failed" } else { "ok" };
    let why = if is_superseded {
        " · a later call shows or changed it"
    } else {
        ""
    };
    format!(
        "{MARK} {} {arguments} · {} bytes · {end}{why}",
        call.name,
        result.content.len()
    )
}

//! A conversation as every vendor takes it, whichever models it was held with.
//!
//! Vendors refuse a conversation for one id with a dot in it, one call without a result, one thought that another
//! vendor signed; and a session that holds such a thing would never get another answer. So none is sent, whatever the
//! session holds. What earlier entries become does not depend on later ones: the cached prompt stays.

mod id;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use base::{Block, Image, Message, Role, ToolCall, ToolResult};
use serde_json::Value;

pub(crate) use id::IdRule;
use id::Ids;

/// Stands for what a call came to where nobody knows.
const INTERRUPTED: &str = "interrupted: this call did not finish; its effects, if any, are not known";
/// A conversation is opened by the user,
const EARLIER: &str = "[harness] The conversation began earlier.";
/// and it is the model's turn.
const GO_ON: &str = "[harness] Go on.";

/// The longest name of a tool that all vendors take.
const NAME_CHARS: usize = 64;

/// One vendor's demands.
pub(crate) struct Manners<'a> {
    pub(crate) ids: IdRule,
    /// Whether a block of thinking may go back.
    pub(crate) takes_thinking: &'a dyn Fn(&Block) -> bool,
    /// Whether a block of thinking may be the last of an answer.
    pub(crate) may_end: &'a dyn Fn(&Block) -> bool,
}

/// What one side said in its turn. Sides alternate, and the user begins and ends.
pub(crate) struct Entry<'a> {
    pub(crate) role: Role,
    pub(crate) parts: Vec<Part<'a>>,
}

/// Results come first in an entry of the user's, in the order of the calls right before it, one for each.
pub(crate) enum Part<'a> {
    /// Never blank.
    Text(&'a str),
    Image(&'a Image),
    Thinking {
        text: &'a str,
        signature: Option<&'a str>,
    },
    RedactedThinking(&'a str),
    Call {
        id: Cow<'a, str>,
        name: Cow<'a, str>,
        arguments: &'a Value,
    },
    Result {
        id: Cow<'a, str>,
        /// The call's.
        name: Cow<'a, str>,
        content: &'a str,
        is_error: bool,
    },
}

/// A call that waits for its result.
struct OpenCall<'a> {
    /// As the session has it.
    original: &'a str,
    id: Cow<'a, str>,
    name: Cow<'a, str>,
}

/// `messages` in entries that a vendor with these manners accepts.
pub(crate) fn entries<'a>(messages: &'a [Message], manners: &Manners<'_>) -> Vec<Entry<'a>> {
    let mut ids = Ids::new(manners.ids);
    let mut entries = Vec::new();
    let mut open = Vec::new();
    for (role, blocks) in runs(messages, manners) {
        match role {
            Role::Assistant => {
                let parts = said(blocks, manners, &mut ids, &mut open);
                push(&mut entries, Role::Assistant, parts);
            }
            Role::User => {
                let mut parts = results(std::mem::take(&mut open), &blocks);
                parts.extend(blocks.into_iter().filter_map(|block| match block {
                    Block::Text { text } => Some(Part::Text(text)),
                    Block::Image(image) => Some(Part::Image(image)),
                    _ => None,
                }));
                push(&mut entries, Role::User, parts);
            }
        }
    }
    let unanswered = results(open, &[]);
    push(&mut entries, Role::User, unanswered);
    if entries.first().is_some_and(|entry| entry.role == Role::Assistant) {
        entries.insert(0, note(EARLIER));
    }
    if entries.last().is_some_and(|entry| entry.role == Role::Assistant) {
        entries.push(note(GO_ON));
    }
    entries
}

fn note(text: &'static str) -> Entry<'static> {
    Entry {
        role: Role::User,
        parts: vec![Part::Text(text)],
    }
}

/// The blocks that may be sent, neighbours of one role together.
fn runs<'a>(messages: &'a [Message], manners: &Manners<'_>) -> Vec<(Role, Vec<&'a Block>)> {
    let mut runs: Vec<(Role, Vec<&Block>)> = Vec::new();
    for message in messages {
        for block in message
            .content
            .iter()
            .filter(|block| may_say(message.role, block, manners))
        {
            match runs.last_mut() {
                Some((role, blocks)) if *role == message.role => blocks.push(block),
                _ => runs.push((message.role, vec![block])),
            }
        }
    }
    runs
}

fn may_say(role: Role, block: &Block, manners: &Manners<'_>) -> bool {
    match block {
        Block::Text { text } => !text.trim().is_empty(),
        Block::Thinking { .. } | Block::RedactedThinking { .. } => {
            role == Role::Assistant && (manners.takes_thinking)(block)
        }
        Block::ToolCall(_) => role == Role::Assistant,
        Block::ToolResult(_) | Block::Image(_) => role == Role::User,
    }
}

/// What the model said; its calls are `open` from then on.
fn said<'a>(
    blocks: Vec<&'a Block>,
    manners: &Manners<'_>,
    ids: &mut Ids<'a>,
    open: &mut Vec<OpenCall<'a>>,
) -> Vec<Part<'a>> {
    let may_end = |block: &&Block| match block {
        Block::Thinking { .. } | Block::RedactedThinking { .. } => (manners.may_end)(block),
        _ => true,
    };
    let length = blocks.iter().rposition(may_end).map_or(0, |last| last + 1);
    let parts = blocks.into_iter().take(length).filter_map(|block| match block {
        Block::Text { text } => Some(Part::Text(text)),
        Block::Thinking { text, signature } => Some(Part::Thinking {
            text,
            signature: signature.as_deref(),
        }),
        Block::RedactedThinking { data } => Some(Part::RedactedThinking(data)),
        Block::ToolCall(ToolCall { id, name, arguments }) => {
            let (id, original, name) = (ids.accept(id.as_str()), id.as_str(), acceptable_name(name));
            open.push(OpenCall {
                original,
                id: id.clone(),
                name: name.clone(),
            });
            Some(Part::Call { id, name, arguments })
        }
        Block::ToolResult(_) | Block::Image(_) => None,
    });
    parts.collect()
}

/// A result for each call, out of what the session has. Two calls of one id have theirs in order.
fn results<'a>(calls: Vec<OpenCall<'a>>, blocks: &[&'a Block]) -> Vec<Part<'a>> {
    let mut known: Vec<&ToolResult> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::ToolResult(result) => Some(result),
            _ => None,
        })
        .collect();
    let of_call = |OpenCall { original, id, name }| {
        let position = known.iter().position(|result| result.call_id.as_str() == original);
        let result = position.map(|position| known.remove(position));
        Part::Result {
            id,
            name,
            content: result.map_or(INTERRUPTED, |result| &result.content),
            is_error: result.is_none_or(|result| result.is_error),
        }
    };
    calls.into_iter().map(of_call).collect()
}

fn push<'a>(entries: &mut Vec<Entry<'a>>, role: Role, parts: Vec<Part<'a>>) {
    match entries.last_mut() {
        _ if parts.is_empty() => {}
        Some(last) if last.role == role => last.parts.extend(parts),
        _ => entries.push(Entry { role, parts }),
    }
}

/// Models call tools that do not exist by names that vendors do not allow.
fn acceptable_name(name: &str) -> Cow<'_, str> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if begins_well && name.len() <= NAME_CHARS && name.chars().all(is_allowed) {
        return Cow::Borrowed(name);
    }
    let cleaned = name.chars().map(|c| if is_allowed(c) { c } else { '_' });
    let prefix = if begins_well { "" } else { "_" };
    Cow::Owned(prefix.chars().chain(cleaned).take(NAME_CHARS).collect())
}

//! A session that another process left in the store.

use base::{Block, CallId, Message, Role, ToolResult};
use store::Item;

use super::document::{self, Mistake, Played};
use super::words;

/// The items of a `stored` block; the indented lines under a `context` are its messages.
pub(crate) fn items(block: &document::Block) -> Played<Vec<Item>> {
    let mut items = Vec::new();
    for (number, line) in block.numbered() {
        let mistake = |message| Mistake { line: number, message };
        if let Some(cause) = line.strip_prefix("context ") {
            items.push(Item::Context {
                cause: cause.to_owned(),
                messages: Vec::new(),
                taken_back_from: None,
            });
            continue;
        }
        let (role, content) = spoken(line.trim_start()).map_err(mistake)?;
        match items.last_mut() {
            Some(Item::Context { messages, .. }) if line.starts_with(' ') => {
                join(messages, role, content);
            }
            Some(Item::Message(last)) if joins(last, role, &content) => last.content.push(content),
            _ => items.push(Item::Message(Message {
                role,
                content: vec![content],
            })),
        }
    }
    Ok(items)
}

fn join(messages: &mut Vec<Message>, role: Role, content: Block) {
    match messages.last_mut() {
        Some(last) if joins(last, role, &content) => last.content.push(content),
        _ => messages.push(Message {
            role,
            content: vec![content],
        }),
    }
}

/// Calls belong to the words before them, and results to each other.
fn joins(last: &Message, role: Role, content: &Block) -> bool {
    let is_result = |block: &Block| matches!(block, Block::ToolResult(_));
    last.role == role
        && match content {
            Block::ToolCall(_) => true,
            Block::ToolResult(_) => last.content.iter().all(is_result),
            _ => false,
        }
}

fn spoken(line: &str) -> Result<(Role, Block), String> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let text = || Block::Text {
        text: words::spoken(rest),
    };
    match verb {
        "user" => Ok((Role::User, text())),
        "assistant" => Ok((Role::Assistant, text())),
        "call" => Ok((Role::Assistant, Block::ToolCall(words::call(rest)?))),
        "result" | "error" => {
            let (id, content) = rest.split_once(' ').unwrap_or((rest, ""));
            let result = ToolResult {
                call_id: CallId::from(id),
                content: words::spoken(content),
                is_error: verb == "error",
            };
            Ok((Role::User, Block::ToolResult(result)))
        }
        _ => Err(format!(
            "`{verb}` is nothing that a session holds here: user, assistant, call, result, error, context"
        )),
    }
}

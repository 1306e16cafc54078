//! From a plan's halt to the chunks of an answer.

use base::{CallId, StopReason, ToolCall, Usage};

use super::turn::Halt;
use crate::Chunk;

/// `made` is the number of calls in the conversation so far: ids count on from it, so they are unique and the
/// same on every replay.
pub(super) fn chunks(halt: Halt, made: usize) -> Vec<Chunk> {
    let (text, calls) = match halt {
        Halt::Call { say, calls } => (say, calls),
        Halt::End(text) => (text, Vec::new()),
    };
    let mut chunks: Vec<Chunk> = sentences(&text).map(|piece| Chunk::Text(piece.to_owned())).collect();
    let reason = if calls.is_empty() {
        StopReason::EndTurn
    } else {
        StopReason::ToolUse
    };
    for (index, call) in calls.into_iter().enumerate() {
        let id = CallId::from(format!("call_rules_{}", made + index + 1));
        chunks.push(Chunk::ToolCallStarted {
            index,
            id: id.clone(),
            name: call.tool.to_owned(),
        });
        chunks.push(Chunk::ToolCallArguments {
            index,
            json: call.arguments.to_string(),
        });
        chunks.push(Chunk::ToolCall(ToolCall {
            id,
            name: call.tool.to_owned(),
            arguments: call.arguments,
        }));
    }
    chunks.push(Chunk::Usage(Usage::default()));
    chunks.push(Chunk::Done(reason));
    chunks
}

/// Pieces that end after a sentence or a line; joined they are the text.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let sentence = rest.find(". ").map(|at| at + 2);
        let line = rest.find('\n').map(|at| at + 1);
        let end = sentence.into_iter().chain(line).min().unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_sentences_and_lines_and_nothing_is_lost() {
        let text = "One. Two.\n\n- `a.b`: three.";
        let pieces: Vec<_> = sentences(text).collect();
        assert_eq!(pieces, ["One. ", "Two.\n", "\n", "- `a.b`: three."]);
    }
}

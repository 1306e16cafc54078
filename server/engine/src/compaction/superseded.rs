//! Which reads show what a later call shows again or has changed.

use std::collections::{HashMap, HashSet};

use base::{Block, Message, ToolCall, ToolResult};

use crate::circles::{Reading, changed_paths};

/// A result by the index of its message and its place in it.
pub(super) type Place = (usize, usize);

#[derive(Default)]
struct Later {
    is_changed: bool,
    /// Lines shown by later reads.
    shown: Vec<(u64, u64)>,
}

/// The results of reads whose lines a later read shows all of, or whose file a later call has changed.
pub(super) fn superseded(history: &[Message]) -> HashSet<Place> {
    let mut files: HashMap<String, Later> = HashMap::new();
    let mut superseded = HashSet::new();
    for (at, message) in history.iter().enumerate().rev() {
        for (place, block) in message.content.iter().enumerate().rev() {
            let Block::ToolResult(result) = block else { continue };
            let Some(call) = call_of(history, at, result) else {
                continue;
            };
            if result.is_error {
                continue;
            }
            for path in changed_paths(call) {
                files.entry(path).or_default().is_changed = true;
            }
            if call.name == "read" {
                let Reading { path, lines, .. } = Reading::of(&call.arguments, &result.content);
                let later = files.entry(path).or_default();
                let covers = |shown: &(u64, u64)| shown.0 <= lines.0 && lines.1 <= shown.1;
                if later.is_changed || later.shown.iter().any(covers) {
                    superseded.insert((at, place));
                }
                later.shown.push(lines);
            }
        }
    }
    superseded
}

/// The call that a result in message `at` answers.
pub(super) fn call_of<'a>(history: &'a [Message], at: usize, result: &ToolResult) -> Option<&'a ToolCall> {
    let caller = &history[at.checked_sub(1)?];
    caller.tool_calls().find(|call| call.id == result.call_id)
}

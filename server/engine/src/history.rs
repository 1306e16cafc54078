//! The pairing invariant: in what a model is sent, every tool call has exactly one result, in the message
//! right after it. A session that was killed between the two is mended here, before any request.

use std::collections::HashMap;

use base::{Block, CallId, Message, Role, ToolResult};

/// What a model reads where a result never came.
const INTERRUPTED: &str = "interrupted: this call did not finish; its effects, if any, are not known";

/// Mends `messages`: results are moved next to their calls, missing ones are filled in, orphans are dropped. Servers
/// exist that number the calls of every answer from zero, so an id counts only until it is used again.
pub(crate) fn pair_calls_with_results(messages: Vec<Message>) -> Vec<Message> {
    if is_paired(&messages) {
        return messages;
    }
    let mut results = results_by_call(&messages);
    let mut mended: Vec<Message> = Vec::with_capacity(messages.len());
    for (at, message) in messages.into_iter().enumerate() {
        match message.role {
            Role::Assistant => {
                let answers: Vec<Block> = message
                    .tool_calls()
                    .map(|call| {
                        results
                            .remove(&(at, call.id.clone()))
                            .unwrap_or_else(|| interrupted(&call.id))
                    })
                    .map(Block::ToolResult)
                    .collect();
                if !message.content.is_empty() {
                    mended.push(message);
                }
                if !answers.is_empty() {
                    mended.push(Message {
                        role: Role::User,
                        content: answers,
                    });
                }
            }
            Role::User => {
                let words: Vec<Block> = message
                    .content
                    .into_iter()
                    .filter(|block| !matches!(block, Block::ToolResult(_)))
                    .collect();
                match mended.last_mut() {
                    // Vendors want roles to alternate: the user's words join the results before them.
                    Some(last) if last.role == Role::User => last.content.extend(words),
                    _ if words.is_empty() => {}
                    _ => mended.push(Message {
                        role: Role::User,
                        content: words,
                    }),
                }
            }
        }
    }
    mended
}

/// Whether nothing is to be mended, which is nearly always so.
pub(crate) fn is_paired(messages: &[Message]) -> bool {
    messages.iter().enumerate().all(|(at, message)| {
        let before = at.checked_sub(1).map(|before| &messages[before]);
        let alternates = before.is_none_or(|before| before.role != message.role);
        let calls = || before.into_iter().flat_map(Message::tool_calls).map(|call| &call.id);
        let has_room = at + 1 < messages.len() || message.tool_calls().next().is_none();
        // A result after words would be moved before them.
        let first_words = message
            .content
            .iter()
            .position(|block| !matches!(block, Block::ToolResult(_)));
        let is_sorted = first_words.is_none_or(|first| first >= calls().count());
        alternates
            && !message.content.is_empty()
            && has_room
            && is_sorted
            && (message.role == Role::Assistant || message.content.iter().filter_map(call_of).eq(calls()))
    })
}

fn call_of(block: &Block) -> Option<&CallId> {
    match block {
        Block::ToolResult(result) => Some(&result.call_id),
        _ => None,
    }
}

/// The result of each call, by the message that made it: the first that names its id, and of several calls of that id
/// the last one before it.
fn results_by_call(messages: &[Message]) -> HashMap<(usize, CallId), ToolResult> {
    let mut calls: HashMap<&CallId, Vec<usize>> = HashMap::new();
    for (at, message) in messages.iter().enumerate() {
        for call in message.tool_calls() {
            calls.entry(&call.id).or_default().push(at);
        }
    }
    let mut results = HashMap::new();
    for (at, message) in messages.iter().enumerate() {
        for block in &message.content {
            let Block::ToolResult(result) = block else { continue };
            let made = calls.get(&result.call_id).map(Vec::as_slice).unwrap_or_default();
            let before = made.iter().rev().find(|made| **made < at).or(made.first());
            if let Some(made) = before {
                results
                    .entry((*made, result.call_id.clone()))
                    .or_insert_with(|| result.clone());
            }
        }
    }
    results
}

pub(crate) fn interrupted(call: &CallId) -> ToolResult {
    ToolResult {
        call_id: call.clone(),
        content: INTERRUPTED.to_owned(),
        is_error: true,
    }
}

#[cfg(test)]
mod tests {
    use base::ToolCall;
    use proptest::prelude::*;

    use super::*;

    fn call(id: &str) -> Block {
        Block::ToolCall(ToolCall {
            id: id.into(),
            name: "read".into(),
            arguments: serde_json::json!({}),
        })
    }

    fn result(id: &str) -> Block {
        Block::ToolResult(ToolResult {
            call_id: id.into(),
            content: "ok".into(),
            is_error: false,
        })
    }

    fn says(text: &str) -> Block {
        Block::Text { text: text.into() }
    }

    fn assistant(content: Vec<Block>) -> Message {
        Message {
            role: Role::Assistant,
            content,
        }
    }

    fn user(content: Vec<Block>) -> Message {
        Message {
            role: Role::User,
            content,
        }
    }

    fn check(messages: Vec<Message>, expect: Vec<Message>) {
        assert_eq!(pair_calls_with_results(messages), expect);
    }

    #[test]
    fn a_whole_history_stays_as_it_is() {
        let whole = vec![
            user(vec![says("do")]),
            assistant(vec![call("1")]),
            user(vec![result("1"), says("and")]),
        ];
        check(whole.clone(), whole);
    }

    #[test]
    fn a_call_without_result_gets_one() {
        check(
            vec![
                user(vec![says("do")]),
                assistant(vec![call("1"), call("2")]),
                user(vec![result("2")]),
            ],
            vec![
                user(vec![says("do")]),
                assistant(vec![call("1"), call("2")]),
                user(vec![Block::ToolResult(interrupted(&"1".into())), result("2")]),
            ],
        );
    }

    #[test]
    fn an_id_that_is_used_again_is_another_call() {
        let said = |content: &str| {
            Block::ToolResult(ToolResult {
                call_id: "1".into(),
                content: content.into(),
                is_error: false,
            })
        };
        let whole = vec![
            user(vec![says("do")]),
            assistant(vec![call("1")]),
            user(vec![said("first")]),
            assistant(vec![call("1")]),
            user(vec![said("second")]),
        ];
        check(whole.clone(), whole);
        check(
            vec![
                user(vec![says("do")]),
                assistant(vec![call("1")]),
                assistant(vec![call("1")]),
                user(vec![said("second")]),
            ],
            vec![
                user(vec![says("do")]),
                assistant(vec![call("1")]),
                user(vec![Block::ToolResult(interrupted(&"1".into()))]),
                assistant(vec![call("1")]),
                user(vec![said("second")]),
            ],
        );
    }

    #[test]
    fn an_orphaned_result_is_dropped() {
        check(vec![user(vec![result("9"), says("do")])], vec![user(vec![says("do")])]);
    }

    fn any_message() -> impl Strategy<Value = Message> {
        let id = prop::sample::select(vec!["1", "2", "3"]);
        let block = prop_oneof![id.clone().prop_map(call), id.prop_map(result), Just(says("x"))];
        (any::<bool>(), prop::collection::vec(block, 0..4)).prop_map(|(is_user, content)| {
            let keep = |block: &Block| match block {
                Block::ToolCall(_) => !is_user,
                Block::ToolResult(_) => is_user,
                _ => true,
            };
            Message {
                role: if is_user { Role::User } else { Role::Assistant },
                content: content.into_iter().filter(keep).collect(),
            }
        })
    }

    proptest! {
        #[test]
        fn every_call_is_answered_in_the_next_message(messages in prop::collection::vec(any_message(), 0..8)) {
            let mended = pair_calls_with_results(messages);
            for pair in mended.windows(2) {
                prop_assert!(pair[0].role != pair[1].role || pair[0].role == Role::Assistant);
            }
            for (at, message) in mended.iter().enumerate() {
                let calls: Vec<_> = message.tool_calls().map(|call| call.id.clone()).collect();
                let answers: Vec<_> = mended.get(at + 1).into_iter().flat_map(|next| &next.content).filter_map(|block| match block {
                    Block::ToolResult(result) => Some(result.call_id.clone()),
                    _ => None,
                }).collect();
                if message.role == Role::Assistant {
                    prop_assert_eq!(calls, answers);
                }
            }
        }
    }
}

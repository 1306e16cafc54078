//! What holds of every conversation, whatever pass it went through.

use base::{Block, Message, Role, ToolCall, ToolResult};
use proptest::prelude::*;
use serde_json::json;

use super::super::*;
use super::talk::*;
use crate::history::pair_calls_with_results;

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{1,12}",
        (1..1_500_usize).prop_map(|n| "é text ".repeat(n)),
        Just("[harness] go on".to_owned()),
    ]
}

fn any_call() -> impl Strategy<Value = (String, serde_json::Value)> {
    let path = prop::sample::select(vec!["a.rs", "b.rs"]);
    prop_oneof![
        path.clone()
            .prop_map(|path| ("read".to_owned(), json!({ "path": path }))),
        (path, any_text()).prop_map(|(path, text)| ("write".to_owned(), json!({"path": path, "text": text}))),
        (0..3_000_usize).prop_map(|n| ("odd".to_owned(), json!({"items": vec![7; n]}))),
    ]
}

fn any_block() -> impl Strategy<Value = Block> {
    let id = prop::sample::select(vec!["1", "2", "3"]);
    let call = (id.clone(), any_call()).prop_map(|(id, (name, arguments))| {
        Block::ToolCall(ToolCall {
            id: id.into(),
            name,
            arguments,
        })
    });
    let result = (id, any_text(), any::<bool>()).prop_map(|(id, content, is_error)| {
        Block::ToolResult(ToolResult {
            call_id: id.into(),
            content,
            is_error,
        })
    });
    prop_oneof![
        3 => any_text().prop_map(|words| text(&words)),
        4 => call,
        4 => result,
        1 => any_text().prop_map(|words| thinking(&words)),
        1 => Just(image()),
    ]
}

/// A conversation as a request holds it: it begins with the user, roles alternate, calls and results are paired.
fn any_history() -> impl Strategy<Value = Vec<Message>> {
    let message = (any::<bool>(), prop::collection::vec(any_block(), 1..5));
    prop::collection::vec(message, 0..30).prop_map(|messages| {
        let may_stand = |is_user: bool, block: &Block| match block {
            Block::ToolCall(_) | Block::Thinking { .. } | Block::RedactedThinking { .. } => !is_user,
            Block::ToolResult(_) | Block::Image(_) => is_user,
            Block::Text { .. } => true,
        };
        let role = |is_user| if is_user { Role::User } else { Role::Assistant };
        let said = messages.into_iter().map(|(is_user, mut content)| {
            content.retain(|block| may_stand(is_user, block));
            let mut ids = Vec::new();
            content.retain(|block| match block {
                Block::ToolCall(call) if ids.contains(&call.id) => false,
                Block::ToolCall(call) => {
                    ids.push(call.id.clone());
                    true
                }
                _ => true,
            });
            Message {
                role: role(is_user),
                content,
            }
        });
        let whole = [vec![user("first task")], said.collect()].concat();
        let mut history: Vec<Message> = Vec::new();
        for message in pair_calls_with_results(whole) {
            match history.last_mut() {
                // An answer without calls, and what stood between them was dropped.
                Some(last) if last.role == message.role => last.content.extend(message.content),
                _ => history.push(message),
            }
        }
        history
    })
}

/// Roles alternate from the user on, no message is empty, each call has its result in the next message and no result is
/// without.
fn is_whole(messages: &[Message]) -> Result<(), TestCaseError> {
    for (at, message) in messages.iter().enumerate() {
        let role = if at % 2 == 0 { Role::User } else { Role::Assistant };
        prop_assert_eq!(message.role, role, "message {}", at);
        prop_assert!(!message.content.is_empty(), "message {} is empty", at);
        let empty = |block: &Block| matches!(block, Block::Text { text } if text.is_empty());
        prop_assert!(!message.content.iter().any(empty), "message {} has an empty text", at);
        let results = message.content.iter().filter_map(|block| match block {
            Block::ToolResult(result) => Some(&result.call_id),
            _ => None,
        });
        let calls = at
            .checked_sub(1)
            .map(|before| messages[before].tool_calls().map(|call| &call.id));
        let calls: Vec<_> = calls.into_iter().flatten().collect();
        prop_assert_eq!(calls, results.collect::<Vec<_>>(), "message {}", at);
    }
    let calls_last = messages.last().is_some_and(|last| last.tool_calls().next().is_some());
    prop_assert!(!calls_last, "the last calls have no results");
    Ok(())
}

fn last_words(history: &[Message]) -> Vec<Block> {
    user_words::last(history)
        .map(|at| user_words::of(&history[at]))
        .unwrap_or_default()
}

/// `is_verbatim` where the pass has no reason to cut them.
fn keeps_last_words(before: &[Message], after: &[Message], is_verbatim: bool) -> Result<(), TestCaseError> {
    let blocks: Vec<&Block> = after.iter().flat_map(|message| &message.content).collect();
    for words in last_words(before) {
        let (Block::Text { text }, true) = (&words, !is_verbatim) else {
            prop_assert!(blocks.contains(&&words), "lost: {:?}", words);
            continue;
        };
        let first = text.chars().next();
        let is_there = blocks.iter().any(|block| {
            matches!(block, Block::Text { text: cut }
            if cut == text || cut == "…" || (cut.contains('…') && cut.chars().next() == first))
        });
        prop_assert!(is_there, "lost: {}", text);
    }
    Ok(())
}

fn keeps_newest_thinking(before: &[Message], after: &[Message]) -> Result<(), TestCaseError> {
    let thoughts = |messages: &[Message]| -> Vec<Block> {
        let newest = user_words::newest_caller(messages).map(|at| messages[at].content.clone());
        newest.into_iter().flatten().filter(user_words::is_thinking).collect()
    };
    if user_words::newest_caller(after).is_some() && before.last().is_some_and(|last| last.role == Role::User) {
        prop_assert_eq!(thoughts(before), thoughts(after));
    }
    Ok(())
}

fn size(messages: &[Message]) -> u64 {
    total(messages, &tokens)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_trim_keeps_the_conversation_whole(history in any_history()) {
        is_whole(&history)?;
        if let Some(trimmed) = trim::trim(&history) {
            is_whole(&trimmed)?;
            keeps_last_words(&history, &trimmed, true)?;
            keeps_newest_thinking(&history, &trimmed)?;
            prop_assert_eq!(trimmed.len(), history.len());
            prop_assert!(size(&trimmed) <= size(&history));
            prop_assert_eq!(trim::trim(&trimmed), None);
        }
    }

    #[test]
    fn a_collapse_keeps_the_conversation_whole(history in any_history()) {
        if let Some(collapsed) = collapse::collapse(&history, &tokens) {
            is_whole(&collapsed)?;
            keeps_last_words(&history, &collapsed, true)?;
            prop_assert!(size(&collapsed) < size(&history));
            prop_assert_eq!(collapse::collapse(&collapsed, &tokens), None);
        }
    }

    #[test]
    fn a_checkpoint_keeps_the_conversation_whole(history in any_history(), window in 100..60_000_u64) {
        let room = Room { window, tokens: size(&history), count: &tokens };
        let reply = "what is done and what is pending, and in which files it is";
        if let Some(shorter) = checkpoint(&history, reply, room) {
            is_whole(&shorter)?;
            keeps_last_words(&history, &shorter, false)?;
            prop_assert!(size(&shorter) < size(&history));
        }
    }

    #[test]
    fn an_emergency_reaches_its_target(history in any_history(), target in prop_oneof![40..400_u64, 40..30_000_u64]) {
        match emergency::trim_to(&history, &tokens, target) {
            None => prop_assert!(size(&history) <= target),
            Some(shorter) => {
                is_whole(&shorter)?;
                keeps_last_words(&history, &shorter, false)?;
                keeps_newest_thinking(&history, &shorter)?;
                prop_assert!(size(&shorter) <= target, "{} > {}", size(&shorter), target);
                prop_assert_eq!(emergency::trim_to(&shorter, &tokens, target), None);
            }
        }
    }

    #[test]
    fn passes_end_below_the_first_threshold_or_at_their_wits_end(
        history in any_history(),
        window in 1_000..60_000_u64,
        fixed in 0..500_u64,
        replies in prop::collection::vec(prop_oneof![Just(""), Just("a checkpoint, which says all there is to say")], 3),
        refusal in any::<bool>(),
    ) {
        let (mut history, mut tried) = (history, Tried { is_refused: refusal, ..Tried::default() });
        let mut passes = 0;
        loop {
            let room = Room { window, tokens: fixed + size(&history), count: &tokens };
            let Some(pass) = next_pass(room, &history, tried) else { break };
            passes += 1;
            prop_assert!(passes <= 10, "it does not end");
            let before = size(&history);
            match pass {
                Pass::Learnings(asked) => {
                    prop_assert_eq!(&asked[..history.len() - 1], &history[..history.len() - 1]);
                    tried.learnings = true;
                    continue;
                }
                Pass::Checkpoint(asked) => {
                    prop_assert!(asked.last().is_some_and(|last| last.role == Role::User));
                    let reply = replies[tried.checkpoints as usize];
                    tried.checkpoints += 1;
                    prop_assert!(tried.checkpoints <= 2);
                    let Some(shorter) = checkpoint(&history, reply, room) else { continue };
                    history = shorter;
                }
                Pass::Emergency(shorter) => {
                    tried.is_refused = false;
                    history = shorter;
                }
                Pass::Trim(shorter) | Pass::Collapse(shorter) => history = shorter,
            }
            is_whole(&history)?;
            prop_assert!(size(&history) < before);
        }
        prop_assert!((fixed + size(&history)) * 100 < window * 85 || size(&history) < 100);
    }

    #[test]
    fn old_pictures_are_dropped_for_good(history in any_history(), keep in 0..4_usize) {
        let mut fewer = history.clone();
        let dropped = drop_old_images(&mut fewer, keep);
        is_whole(&fewer)?;
        prop_assert_eq!(dropped == 0, fewer == history);
        prop_assert_eq!(drop_old_images(&mut fewer, keep), 0);
    }
}

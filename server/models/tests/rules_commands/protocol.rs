//! What every answer keeps to, whatever the command.

use base::{Block, Message, Role, StopReason, ToolResult, Usage};
use models::Chunk;
use serde_json::json;

use crate::harness::{TOOLS, answer, drive, message, task};
use crate::project::Project;

fn project() -> Project {
    Project::default()
        .file("a.go", "package a\n\nfunc Close() {}\n")
        .symbol(
            "a.go",
            json!({ "name": "Close", "kind": "function", "lines": [3, 3], "signature": "func Close()" }),
        )
}

fn explain() -> Message {
    Message::user(task("explain", "a.go", Some((3, 3)), "", &[]))
}

fn results(of: &Message) -> Message {
    let mut project = project();
    let content = of
        .tool_calls()
        .map(|call| {
            let content = project.call(&call.name, &call.arguments).unwrap();
            Block::ToolResult(ToolResult {
                call_id: call.id.clone(),
                content,
                is_error: false,
            })
        })
        .collect();
    Message {
        role: Role::User,
        content,
    }
}

#[test]
fn text_comes_in_pieces_then_calls_then_usage_and_the_reason() {
    let chunks = answer(&[explain()], TOOLS);
    assert!(matches!(chunks.first(), Some(Chunk::Text(_))));
    let [
        ..,
        Chunk::ToolCallStarted { id, .. },
        Chunk::ToolCallArguments { json, .. },
        Chunk::ToolCall(call),
        usage,
        done,
    ] = chunks.as_slice()
    else {
        panic!("{chunks:?}");
    };
    assert_eq!((id, json.as_str()), (&call.id, call.arguments.to_string().as_str()));
    assert_eq!(usage, &Chunk::Usage(Usage::default()));
    assert_eq!(done, &Chunk::Done(StopReason::ToolUse));

    let last = drive(project(), &explain().text(), TOOLS);
    assert!(last.contains("not a language model"), "{last}");
    let pieces = answer(&[Message::user("hello")], TOOLS)
        .iter()
        .filter(|chunk| matches!(chunk, Chunk::Text(_)))
        .count();
    assert!(pieces > 2, "{pieces}");
}

#[test]
fn equal_conversations_get_equal_answers_and_ids_never_repeat() {
    let (first, _) = message(&answer(&[explain()], TOOLS));
    let second = [explain(), first.clone(), results(&first)];
    assert_eq!(answer(&second, TOOLS), answer(&second, TOOLS));
    let (second, _) = message(&answer(&second, TOOLS));
    let ids: std::collections::BTreeSet<_> = first
        .tool_calls()
        .chain(second.tool_calls())
        .map(|call| &call.id)
        .collect();
    assert_eq!(ids.len(), first.tool_calls().count() + second.tool_calls().count());
}

#[test]
fn the_last_task_counts() {
    let (first, _) = message(&answer(&[explain()], TOOLS));
    let done = Message {
        role: Role::Assistant,
        content: vec![Block::Text { text: "Done.".into() }],
    };
    let mut joined = results(&first);
    joined.content.push(Block::Text {
        text: task("document", "a.go", Some((3, 3)), "", &[]),
    });
    for messages in [
        vec![
            explain(),
            done,
            Message::user(task("document", "a.go", Some((3, 3)), "", &[])),
        ],
        // A session that was cut: the engine puts the new task behind the old results.
        vec![explain(), first, joined],
    ] {
        let (answer, _) = message(&answer(&messages, TOOLS));
        assert_eq!(
            answer.tool_calls().next().map(|call| call.name.as_str()),
            Some("outline")
        );
        assert!(
            answer.tool_calls().count() == 1,
            "the outline of the old task does not answer the new one"
        );
    }
}

#[test]
fn calls_that_never_ran_are_made_again_alone() {
    let (first, _) = message(&answer(&[explain()], TOOLS));
    let (second, _) = message(&answer(&[explain(), first.clone(), results(&first)], TOOLS));
    assert!(second.tool_calls().count() >= 1);
    let mut cut = second.clone();
    cut.content.retain(|block| !matches!(block, Block::ToolCall(_)));
    let (third, _) = message(&answer(&[explain(), first.clone(), results(&first), cut], TOOLS));
    let arguments = |message: &Message| {
        message
            .tool_calls()
            .map(|call| call.arguments.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(arguments(&third), arguments(&second));
}

#[test]
fn a_missing_tool_is_named() {
    let said = drive(
        project(),
        &task("document", "a.go", Some((3, 3)), "", &[]),
        &["read", "outline"],
    );
    assert!(said.contains("needs the tool `insert`"), "{said}");
}

#[test]
fn words_in_mid_turn_are_not_taken_for_followed() {
    let (first, _) = message(&answer(&[explain()], TOOLS));
    let mut joined = results(&first);
    joined.content.push(Block::Text {
        text: "and be quick".into(),
    });
    let (second, _) = message(&answer(&[explain(), first.clone(), joined.clone()], TOOLS));
    let messages = [explain(), first, joined, second.clone(), results(&second)];
    let (last, reason) = message(&answer(&messages, TOOLS));
    assert_eq!(reason, StopReason::EndTurn);
    assert!(
        last.text().contains("not followed your later message"),
        "{}",
        last.text()
    );
}

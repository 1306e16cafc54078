//! A turn against a scripted model: the transcripts, and what they cannot tell — calls that start while the model
//! streams, panics, sessions that are let go of.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

#[cfg(unix)]
mod attached;
mod context;
mod joined;
mod stage;
mod streaming;
mod transcripts;

use std::time::Duration;

use base::{Block, Event, EventKind, HunkState, Role, StopReason, TurnState};
use models::scripted::Script;
use serde_json::json;
use stage::Stage;

fn edit(old: &str, new: &str) -> serde_json::Value {
    json!({"path": "a.py", "old_text": old, "new_text": new})
}

fn results(request: &models::Request) -> Vec<(String, bool)> {
    request
        .messages
        .iter()
        .flat_map(|message| &message.content)
        .filter_map(|block| match block {
            Block::ToolResult(result) => Some((result.content.clone(), result.is_error)),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn an_edit_becomes_a_hunk_and_the_loop_ends_when_no_tool_is_called() {
    let stage = Stage::new(&[("a.py", "x = 1\ny = 2\n")]);
    stage.model.push(
        Script::new()
            .text("Doing it.")
            .call("c1", "edit", edit("x = 1", "x = 3"))
            .done(StopReason::ToolUse),
    );
    stage.model.push(Script::answer("Done."));
    let end = stage.turn("edit", "a.py", Some("x should be 3")).await;

    assert_eq!(
        (end.state, end.stop_reason, end.text.as_str()),
        (TurnState::Completed, StopReason::EndTurn, "Done.")
    );
    assert_eq!(
        stage.hunks(),
        [("x = 1\n".to_owned(), "x = 3\n".to_owned(), HunkState::Pending)]
    );
    assert_eq!(stage.on_disk("a.py"), "x = 1\ny = 2\n");
    let second = stage.model.request(1).await;
    let roles: Vec<Role> = second.messages.iter().map(|message| message.role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::User]);
    assert!(!results(&second)[0].1);
}

#[tokio::test]
async fn a_tool_starts_while_the_model_still_streams() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    let driver = stage.model.drive();
    let mut events = stage.runtime.subscribe();
    stage.start("edit", "a.py", Some("go on"));
    let call = base::ToolCall {
        id: "c1".into(),
        name: "read".into(),
        arguments: json!({"path": "a.py"}),
    };
    driver.send(models::Chunk::ToolCall(call));
    // The answer is not over: only the early start can complete the call.
    stage::until(&mut events, |event| {
        matches!(&event.kind, EventKind::ToolCompleted { ok: true, .. })
    })
    .await;
    stage.model.push(Script::answer("ok"));
    driver.send(models::Chunk::Done(StopReason::ToolUse));
    stage::end_of_turn(&mut events).await;
}

#[tokio::test]
async fn stop_ends_the_turn_and_every_call_has_its_result() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    let driver = stage.model.drive();
    let mut events = stage.runtime.subscribe();
    let started = stage.start("edit", "a.py", Some("go on"));
    driver.send(models::Chunk::Text("Thinking".into()));
    stage::until(&mut events, |event| matches!(event.kind, EventKind::TextDelta { .. })).await;
    assert!(stage.runtime.stop(Some(&started.turn)));
    let end = stage::end_of_turn(&mut events).await;
    assert_eq!(
        (end.state, end.stop_reason),
        (TurnState::Stopped, StopReason::Cancelled)
    );
    tokio::time::timeout(Duration::from_secs(10), driver.cancelled())
        .await
        .expect("the request is dropped");
    assert!(!stage.runtime.stop(Some(&started.turn)), "a stopped turn is closed");

    // The session goes on where it stopped.
    stage.model.push(Script::answer("Hello again."));
    let end = stage.turn_in(&started.session, "edit", "a.py", Some("again")).await;
    assert_eq!(end.text, "Hello again.");
    assert!(
        stage
            .model
            .request(1)
            .await
            .messages
            .iter()
            .any(|message| message.text().contains("Thinking"))
    );
}

#[tokio::test]
async fn a_turn_that_never_ends_is_ended() {
    let lines: String = (0..25).map(|n| format!("x{n} = {n}\n")).collect();
    let stage = Stage::new(&[("a.py", &lines)]);
    for n in 1..=25 {
        let line = json!({"path": "a.py", "first_line": n, "last_line": n});
        stage.model.push(
            Script::new()
                .call(&format!("c{n}"), "read", line)
                .done(StopReason::ToolUse),
        );
    }
    let end = stage.turn("edit", "a.py", Some("go")).await;
    assert_eq!(
        (end.state, end.stop_reason),
        (TurnState::Failed, StopReason::MaxIterations)
    );
}

#[tokio::test]
async fn two_turns_of_one_session_do_not_overlap() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    let driver = stage.model.drive();
    let started = stage.start("edit", "a.py", Some("go"));
    stage.model.request(0).await;
    let refused = stage.try_start(Some(&started.session), "edit", "a.py", Some("go"));
    assert_eq!(refused.map_err(|error| error.cause()), Err("busy"));
    drop(driver);
}

#[tokio::test]
async fn requests_that_cannot_be_worked_on_start_nothing() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    let cause = |command, file, prompt| {
        stage
            .try_start(None, command, file, prompt)
            .map_err(|error| error.cause())
    };
    assert_eq!(cause("edit", "a.py", None), Err("no-prompt"));
    assert_eq!(cause("document", "missing.py", None), Err("unreadable"));
    assert_eq!(
        stage
            .try_start(Some(&"ses_none".into()), "document", "a.py", None)
            .map_err(|e| e.cause()),
        Err("unknown-session")
    );
    assert!(stage.store.sessions().expect("readable").is_empty());
}

#[tokio::test]
async fn a_restarted_runtime_offers_what_was_open() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    stage.model.push(
        Script::new()
            .call("c1", "edit", edit("x = 1", "x = 2"))
            .done(StopReason::ToolUse),
    );
    stage.model.push(Script::answer("Done."));
    stage.turn("edit", "a.py", Some("two")).await;
    let before = stage.hunks();
    let stage = stage.restarted();
    assert_eq!(stage.hunks(), before);
}

/// A provider with a bug of its own.
struct Panicking;

impl models::Provider for Panicking {
    fn name(&self) -> &str {
        "panicking"
    }

    fn stream(&self, _: models::Request) -> models::Answer {
        panic!("a bug in a provider")
    }
}

#[tokio::test]
async fn a_panic_ends_the_turn_and_nothing_else() {
    let stage = Stage::with_provider(&[("a.py", "x = 1\n")], std::sync::Arc::new(Panicking));
    let mut events = stage.runtime.subscribe();
    let started = stage.start_with("panicking/m", "edit", "a.py");
    let end = stage::end_of_turn(&mut events).await;
    assert_eq!((end.state, end.stop_reason), (TurnState::Failed, StopReason::Error));
    stage.model.push(Script::answer("Alive."));
    let end = stage.turn_in(&started.session, "edit", "a.py", Some("go on")).await;
    assert_eq!(end.text, "Alive.");
}

#[tokio::test]
async fn events_come_in_order() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    stage.model.push(
        Script::new()
            .text("a")
            .call("c1", "read", json!({"path": "a.py"}))
            .done(StopReason::ToolUse),
    );
    stage.model.push(Script::answer("b"));
    let mut events = stage.runtime.subscribe();
    stage.start("edit", "a.py", Some("go"));
    let mut kinds = Vec::new();
    loop {
        let Event { kind, .. } = events.next().await;
        kinds.push(match kind {
            EventKind::TurnStarted { .. } => "started",
            EventKind::Said { .. } => "said",
            EventKind::TextDelta { .. } => "text",
            EventKind::ToolStarted { .. } => "tool",
            EventKind::ToolCompleted { .. } => "tool done",
            EventKind::TurnCompleted { .. } => break,
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(kinds, ["started", "said", "text", "tool", "tool done", "text"]);
}

#[tokio::test]
async fn sessions_that_are_long_done_are_let_go_of_and_can_be_had_back() {
    let stage = Stage::new(&[("a.py", "x = 1\n"), ("b.py", "y = 1\n")]);
    let is_held = |session| stage.store.lease(session).expect("a lock file").is_err();
    let mut events = stage.runtime.subscribe();
    let mut sessions = Vec::new();
    stage.model.push(
        Script::new()
            .call("c1", "edit", edit("x = 1", "x = 3"))
            .done(StopReason::ToolUse),
    );
    stage.model.push(Script::answer("A change."));
    for _ in 0..80 {
        sessions.push(stage.start("edit", "b.py", Some("go on")).session);
        stage::end_of_turn(&mut events).await;
        stage.model.push(Script::answer("Nothing to do."));
    }
    assert!(is_held(&sessions[0]), "it has an open hunk");
    assert!(!is_held(&sessions[1]), "it is done and old");
    assert!(is_held(&sessions[79]), "it is new");
    let asked = stage.model.requests().len();
    let end = stage.turn_in(&sessions[1], "edit", "b.py", Some("again")).await;
    assert_eq!(end.state, TurnState::Completed);
    assert!(
        stage.model.request(asked).await.messages.len() >= 3,
        "with what was said before"
    );
}

//! What a turn tells: its words, its calls, its end; and what stops or steers it.

use std::time::{Duration, Instant};

use anyhow::Context;
use e2e::{Answer, call};
use serde_json::{Value, json};

use crate::talk::{Talk, chunks, text};

#[test]
fn words_are_answered_in_chunks_before_the_response() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[], vec![Answer::Text("Hello there".into())])?;
    let session = talk.begin()?;
    let (answer, updates) = talk.say(&session, "hi")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn");
    assert_eq!(chunks(&updates, "agent_message_chunk"), "Hello there");
    let said = updates
        .iter()
        .find(|update| update["sessionUpdate"] == "user_message_chunk");
    let said = said.context("the user's own words come back")?;
    assert_eq!(said["content"]["text"], "hi");
    assert!(said["_meta"]["singletree"]["message"].is_u64(), "{said}");
    let title = updates.iter().find(|update| update["title"].is_string());
    assert_eq!(title.context("a title comes with the first words")?["title"], "hi");
    Ok(())
}

#[test]
fn the_built_in_model_needs_no_key() -> anyhow::Result<()> {
    let mut talk = Talk::of_rules(&[("a.py", b"def f():\n    return 1\n")])?;
    let session = talk.begin()?;
    let (answer, updates) = talk.say(&session, "/document a.py:1")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    let is_diff = |update: &Value| update["content"].to_string().contains(r#""type":"diff""#);
    let diff = updates
        .iter()
        .find(|update| is_diff(update))
        .context("a proposal is shown")?;
    let diff = diff["content"]
        .as_array()
        .and_then(|content| content.last())
        .context("it has content")?;
    assert!(
        diff["path"].as_str().is_some_and(|path| path.ends_with("/a.py")),
        "{diff}"
    );
    assert_eq!(diff["_meta"]["singletree"]["line"], 2, "{diff}");
    assert_eq!(talk.client.hunks(&["pending"])?.len(), 1);
    Ok(())
}

#[test]
fn a_tool_call_is_told_from_its_beginning_to_its_end() -> anyhow::Result<()> {
    let calls = vec![Answer::Calls(vec![call("read", json!({"path": "a.txt"}))])];
    let mut talk = Talk::new(&[("a.txt", b"one\n")], calls)?;
    let session = talk.begin()?;
    let (_, updates) = talk.say(&session, "look")?;
    let of = |kind: &str| {
        updates
            .iter()
            .filter(|update| update["sessionUpdate"] == kind)
            .collect::<Vec<_>>()
    };
    let (started, ended) = (of("tool_call"), of("tool_call_update"));
    assert_eq!((started.len(), ended.len()), (1, 1), "{updates:?}");
    assert_eq!(started[0]["kind"], "read");
    assert_eq!(started[0]["status"], "in_progress");
    assert_eq!(started[0]["toolCallId"], ended[0]["toolCallId"]);
    assert_eq!(ended[0]["status"], "completed");
    Ok(())
}

/// The scripted server numbers calls anew in each answer, as some vendors do.
#[test]
fn calls_of_two_answers_are_told_apart() -> anyhow::Result<()> {
    let write = |path: &str| Answer::Calls(vec![call("write", json!({"path": path, "text": "text\n"}))]);
    let mut talk = Talk::new(&[], vec![write("a.txt"), write("b.txt")])?;
    let session = talk.begin()?;
    let (_, updates) = talk.say(&session, "write two files")?;
    let begun = updates.iter().filter(|update| update["sessionUpdate"] == "tool_call");
    let ids: Vec<_> = begun.map(|update| &update["toolCallId"]).collect();
    assert_eq!(ids.len(), 2, "{updates:?}");
    for (id, path) in ids.iter().zip(["/a.txt", "/b.txt"]) {
        let ended = |update: &&Value| update["sessionUpdate"] == "tool_call_update" && &update["toolCallId"] == *id;
        let ended: Vec<_> = updates.iter().filter(ended).collect();
        let proposed = ended.iter().filter_map(|update| update["content"].as_array()).flatten();
        let paths: Vec<_> = proposed.filter_map(|content| content["path"].as_str()).collect();
        assert!(paths.len() == 1 && paths[0].ends_with(path), "{path}: {ended:?}");
    }
    Ok(())
}

#[test]
fn cancel_ends_the_turn_and_withdraws_what_it_asked() -> anyhow::Result<()> {
    let calls = vec![Answer::Calls(vec![call("shell", json!({"command": "touch a.txt"}))])];
    let mut talk = Talk::trusted(&[], calls)?;
    let session = talk.begin()?;
    talk.client.unanswered.push("session/request_permission");
    let prompt = talk.send(&session, "go")?;
    let asked = talk.client.wait_for_request("session/request_permission")?;
    talk.client.notify("session/cancel", json!({"sessionId": session}))?;
    let (answer, _) = talk.answer_to(prompt)?;
    assert_eq!(answer["result"]["stopReason"], "cancelled", "{answer}");
    let closed = talk.heard("_singletree/permission/closed");
    assert_eq!(
        closed.context("it is closed")?["toolCallId"],
        asked["params"]["toolCall"]["toolCallId"]
    );
    let withdrawn = talk
        .client
        .wait_for("$/cancelRequest", |params| params["id"] == asked["id"])?;
    assert_eq!(withdrawn["id"], asked["id"]);
    Ok(())
}

#[test]
fn a_cancel_that_follows_at_once_stops_a_prompt_that_has_not_begun() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[], vec![Answer::Silence, Answer::Silence, Answer::Silence])?;
    let session = talk.begin()?;
    for _ in 0..3 {
        let prompt = talk.send(&session, "go")?;
        talk.client.notify("session/cancel", json!({"sessionId": session}))?;
        let (answer, _) = talk.answer_to(prompt)?;
        assert_eq!(answer["result"]["stopReason"], "cancelled", "{answer}");
    }
    Ok(())
}

#[test]
fn words_to_a_turn_that_runs_steer_it() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[], vec![Answer::Text("first".into()), Answer::Text("second".into())])?;
    let session = talk.begin()?;
    talk.model.allow(0);
    let first = talk.send(&session, "begin")?;
    talk.model.wait_for_requests(1)?;
    let second = talk.send(&session, "and hear this")?;
    talk.until(|update| text(update) == Some("and hear this"))?;
    talk.model.allow(usize::MAX);
    let (answer, _) = talk.answer_to(first)?;
    assert_eq!(answer["result"]["stopReason"], "end_turn");
    let (answer, _) = talk.answer_to(second)?;
    assert_eq!(answer["result"]["stopReason"], "end_turn");
    let requests = talk.model.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1]["messages"].to_string().contains("and hear this"));
    Ok(())
}

#[test]
fn typing_never_waits_for_a_chat() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[("a.txt", b"one\n")], vec![Answer::Silence])?;
    let session = talk.begin()?;
    let uri = talk.project.uri("a.txt");
    talk.client.open(&uri, "plaintext", "one\n")?;
    let prompt = talk.send(&session, "think for ever")?;
    talk.model.wait_for_requests(1)?;
    let mut slowest = Duration::ZERO;
    for _ in 0..50 {
        let begun = Instant::now();
        talk.client.type_at(&uri, 0..0, "x")?;
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
        talk.client.request("textDocument/codeAction", params)?;
        slowest = slowest.max(begun.elapsed());
    }
    println!("a change and its code actions while a chat thinks: {slowest:?} at the most");
    talk.client.notify("session/cancel", json!({"sessionId": session}))?;
    let (answer, _) = talk.answer_to(prompt)?;
    assert_eq!(answer["result"]["stopReason"], "cancelled");
    Ok(())
}

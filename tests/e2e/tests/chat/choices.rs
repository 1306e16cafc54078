//! Modes, models and typed commands; what cannot be chosen is refused.

use e2e::{Answer, Options, Scene};
use serde_json::json;

use crate::talk::{Talk, chunks};

#[test]
fn modes_and_models_are_chosen_and_refused() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[], Vec::new())?;
    let session = talk.begin()?;
    let (answer, updates) = talk.ask("session/set_mode", json!({"sessionId": session, "modeId": "plan"}))?;
    assert!(answer.get("error").is_none(), "{answer}");
    assert!(
        updates.iter().any(|update| update["currentModeId"] == "plan"),
        "{updates:?}"
    );
    let (answer, _) = talk.ask("session/set_mode", json!({"sessionId": session, "modeId": "wild"}))?;
    assert_eq!(answer["error"]["data"]["cause"], "unknown-mode");

    let set = |id: &str, value: &str| json!({"sessionId": session, "configId": id, "value": value});
    let (answer, _) = talk.ask("session/set_config_option", set("model", "rules"))?;
    assert_eq!(
        answer["result"]["configOptions"][0]["currentValue"], "rules",
        "{answer}"
    );
    for (id, value, cause) in [
        ("model", "nobody/none", "unknown-model"),
        ("effort", "much", "unknown-effort"),
        ("colour", "red", "unknown-option"),
    ] {
        let (answer, _) = talk.ask("session/set_config_option", set(id, value))?;
        assert_eq!(answer["error"]["data"]["cause"], cause, "{answer}");
    }
    let (_, updates) = talk.say(&session, "hello")?;
    assert!(
        chunks(&updates, "agent_message_chunk").contains("rule model"),
        "{updates:?}"
    );
    assert!(talk.model.requests().is_empty());
    Ok(())
}

#[test]
fn typed_commands_answer_and_are_no_part_of_the_conversation() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[("a.txt", b"one\n")], vec![Answer::Text("done".into())])?;
    let session = talk.begin()?;
    talk.say(&session, "hello")?;
    for (line, says) in [
        ("/cost", "nothing was used yet"),
        ("/memory", "nothing is remembered"),
        ("/mode auto", "auto from now on"),
        ("/model", "`auto`"),
        ("/context pin a.txt", "begin so"),
        ("/context", "pinned: a.txt"),
        ("/compact", "summarised"),
    ] {
        let (answer, updates) = talk.say(&session, line)?;
        assert_eq!(answer["result"]["stopReason"], "end_turn", "{line}: {answer}");
        let words = chunks(&updates, "agent_message_chunk");
        assert!(words.contains(says), "{line}: {words}");
    }
    let (answer, _) = talk.say(&session, "/nonsense")?;
    assert_eq!(answer["error"]["data"]["cause"], "unknown-command");
    assert_eq!(talk.model.requests().len(), 1);
    Ok(())
}

#[test]
fn bad_input_names_its_cause_and_changes_nothing() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[("a.txt", b"one\n"), (".env", b"KEY=secret\n")], Vec::new())?;
    let session = talk.begin()?;
    let link = |name: &str| json!([{"type": "text", "text": "see"}, {"type": "resource_link", "name": name, "uri": talk.project.uri(name)}]);
    let cases = [
        (json!([]), "no-prompt"),
        (json!("words"), "arguments"),
        (json!([{"type": "video", "data": "x"}]), "arguments"),
        (
            json!([{"type": "text", "text": "x".repeat(5 << 20)}]),
            "prompt-too-long",
        ),
        (
            json!([{"type": "image", "mimeType": "image/tiff", "data": "AAAA"}]),
            "image-kind",
        ),
        (
            json!([{"type": "resource_link", "name": "x", "uri": "https://example.org/x"}]),
            "link",
        ),
        (link("missing.txt"), "unreadable"),
        (link(".env"), "unreadable"),
    ];
    for (prompt, cause) in cases {
        let (answer, _) = talk.prompt(&session, prompt)?;
        assert_eq!(answer["error"]["data"]["cause"], cause, "{answer}");
    }
    let (answer, _) = talk.say("ses_nobody", "hello")?;
    assert_eq!(answer["error"]["data"]["cause"], "unknown-session", "{answer}");
    let elsewhere = json!({"cwd": "/", "mcpServers": []});
    let (answer, _) = talk.ask("session/new", elsewhere)?;
    assert_eq!(answer["error"]["data"]["cause"], "outside", "{answer}");
    let (listed, _) = talk.ask("session/list", json!({}))?;
    assert_eq!(listed["result"]["sessions"], json!([]), "nothing was stored");
    assert!(talk.model.requests().is_empty());
    let (answer, _) = talk.say(&session, "hello")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    Ok(())
}

#[test]
fn without_the_option_there_is_no_chat() -> anyhow::Result<()> {
    let mut scene = Scene::new(&[], Vec::new(), Options::default())?;
    assert!(scene.client.initialized["capabilities"].get("experimental").is_none());
    let root = scene.project.root().display().to_string();
    let answer = scene
        .client
        .request_raw("session/new", json!({"cwd": root, "mcpServers": []}))?;
    assert_eq!(answer["error"]["data"]["cause"], "no-chat", "{answer}");
    Ok(())
}

//! Sessions that are stored, shared, taken back and looked after.

use anyhow::Context;
use e2e::{Answer, call};
use serde_json::{Value, json};

use crate::talk::{self, Talk, chunks, text};

#[test]
fn a_stored_session_is_told_again_in_order_before_the_answer() -> anyhow::Result<()> {
    let answers = vec![
        Answer::Calls(vec![call("write", json!({"path": "new.txt", "text": "x\n"}))]),
        Answer::Text("written".into()),
        Answer::Text("and more".into()),
    ];
    let mut talk = Talk::new(&[("a.txt", b"one\n")], answers)?;
    let session = talk.begin()?;
    let (_, first) = talk.say(&session, "write it")?;
    let (_, second) = talk.say(&session, "go on")?;
    let live = talk::lines(&[first, second].concat());
    assert!(live.iter().any(|line| line.ends_with(" 1")), "a diff is told: {live:?}");

    let mut other = talk.another()?;
    let (answer, updates) = other.ask(
        "session/load",
        json!({"sessionId": session, "cwd": other.root(), "mcpServers": []}),
    )?;
    assert!(answer["result"]["modes"]["currentModeId"].is_string(), "{answer}");
    assert_eq!(talk::lines(&updates), live);
    Ok(())
}

#[test]
fn two_clients_share_a_session() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[], vec![Answer::Text("for both".into()), Answer::Text("again".into())])?;
    let session = talk.begin()?;
    talk.say(&session, "hello")?;
    let mut other = talk.another()?;
    let load = json!({"sessionId": session, "cwd": other.root(), "mcpServers": []});
    other.ask("session/load", load)?;
    let (answer, updates) = other.say(&session, "from the other side")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    assert_eq!(chunks(&updates, "agent_message_chunk"), "again");
    let heard = talk.until(|update| update["_meta"]["singletree"]["running"] == false)?;
    // How many chunks the answer comes in is left to the reader's speed.
    let words: String = heard.iter().filter_map(text).collect();
    assert_eq!(words, "from the other sideagain");
    Ok(())
}

#[test]
fn a_turn_of_the_palette_is_a_session_like_any_other() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[], vec![Answer::Text("from the palette".into())])?;
    talk.model.allow(0);
    let started = talk.client.execute("singletree.run", e2e::request())?;
    let session = started["sessionId"].as_str().context("it has a session")?.to_owned();
    talk.model.wait_for_requests(1)?;
    let (listed, _) = talk.ask("session/list", json!({}))?;
    assert_eq!(
        listed["result"]["sessions"][0]["sessionId"],
        session.as_str(),
        "{listed}"
    );
    let load = json!({"sessionId": session, "cwd": talk.root(), "mcpServers": []});
    let (_, replayed) = talk.ask("session/load", load)?;
    assert!(
        replayed.iter().any(|update| text(update) == Some("go on")),
        "{replayed:?}"
    );
    talk.model.allow(usize::MAX);
    let followed = talk.until(|update| update["_meta"]["singletree"]["running"] == false)?;
    assert_eq!(chunks(&followed, "agent_message_chunk"), "from the palette");
    Ok(())
}

#[test]
fn the_conversation_goes_back_to_before_a_message() -> anyhow::Result<()> {
    let answers = ["one", "two", "three"].map(|text| Answer::Text(text.into()));
    let mut talk = Talk::new(&[], answers.to_vec())?;
    let session = talk.begin()?;
    talk.say(&session, "first words")?;
    let (_, updates) = talk.say(&session, "second words")?;
    let said = updates
        .iter()
        .find(|update| update["sessionUpdate"] == "user_message_chunk");
    let message = said.context("it comes back")?["_meta"]["singletree"]["message"].clone();
    let rewind = |message: &Value| json!({"sessionId": session, "message": message});
    let (answer, _) = talk.ask("_singletree/session/rewind", rewind(&message))?;
    assert_eq!(answer["result"]["text"], "second words", "{answer}");
    let (answer, _) = talk.ask("_singletree/session/rewind", rewind(&message))?;
    assert_eq!(answer["error"]["data"]["cause"], "unknown-message", "{answer}");
    talk.say(&session, "other words")?;
    let sent = talk.model.requests().pop().context("it was asked")?["messages"].to_string();
    assert!(sent.contains("first words") && sent.contains("other words"), "{sent}");
    assert!(!sent.contains("second words"), "{sent}");

    let mut other = talk.another()?;
    let load = json!({"sessionId": session, "cwd": other.root(), "mcpServers": []});
    let (_, updates) = other.ask("session/load", load)?;
    let said: Vec<_> = updates.iter().filter_map(text).collect();
    assert_eq!(said, ["first words", "one", "other words", "three"]);
    Ok(())
}

#[test]
fn sessions_are_renamed_found_copied_written_down_and_deleted() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[], vec![Answer::Text("about marmalade".into())])?;
    let session = talk.begin()?;
    talk.say(&session, "tell me")?;
    let named = json!({"sessionId": session, "title": " Breakfast\n plans "});
    talk.ask("_singletree/session/rename", named)?;
    let (found, _) = talk.ask("_singletree/session/search", json!({"query": "marmalade"}))?;
    let hit = &found["result"]["sessions"][0];
    assert_eq!(
        (hit["title"].as_str(), hit["sessionId"].as_str()),
        (Some("Breakfast plans"), Some(&*session))
    );
    assert!(hit["excerpt"].to_string().contains("marmalade"), "{hit}");
    let (written, _) = talk.ask("_singletree/session/export", json!({"sessionId": session}))?;
    let markdown = written["result"]["markdown"].as_str().unwrap_or_default();
    assert!(
        markdown.contains("# Breakfast plans") && markdown.contains("marmalade"),
        "{markdown}"
    );
    let fork = json!({"sessionId": session, "cwd": talk.root(), "mcpServers": []});
    let (copy, _) = talk.ask("session/fork", fork)?;
    let copy = copy["result"]["sessionId"]
        .as_str()
        .context("the copy has an id")?
        .to_owned();
    let (answer, _) = talk.ask("session/delete", json!({"sessionId": session}))?;
    assert!(answer.get("error").is_none(), "{answer}");
    let (listed, _) = talk.ask("session/list", json!({}))?;
    let ids: Vec<_> = listed["result"]["sessions"]
        .as_array()
        .context("a list")?
        .iter()
        .map(|one| &one["sessionId"])
        .collect();
    assert_eq!(ids, [&json!(copy)]);
    let (answer, _) = talk.say(&session, "are you there?")?;
    assert_eq!(answer["error"]["data"]["cause"], "unknown-session");
    Ok(())
}

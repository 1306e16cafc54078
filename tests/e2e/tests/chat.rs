//! Chat over the LSP connection: ACP's methods, driven through the built binary.

#[path = "chat/talk.rs"]
mod talk;

use std::time::{Duration, Instant};

use anyhow::Context;
use e2e::{Answer, Options, Scene, call};
use serde_json::{Value, json};

use talk::{Talk, chunks, text};

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
fn a_permission_is_asked_for_in_the_chat() -> anyhow::Result<()> {
    let calls = ["touch a.txt", "touch b.txt"].map(|line| Answer::Calls(vec![call("shell", json!({"command": line}))]));
    let mut talk = Talk::trusted(&[], calls.to_vec())?;
    let session = talk.begin()?;
    talk.permissions = vec![
        json!({"outcome": {"outcome": "selected", "optionId": "once"}}),
        json!({"outcome": {"outcome": "selected", "optionId": "reject"},
            "_meta": {"singletree": {"reason": "write it by hand"}}}),
    ]
    .into();
    let (answer, updates) = talk.say(&session, "go")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    let asked = talk.asked("session/request_permission");
    assert_eq!(asked.len(), 2, "{asked:?}");
    let ours = &asked[0]["_meta"]["singletree"];
    assert!(ours["action"].to_string().contains("touch a.txt"), "{ours}");
    assert!(ours["place"].to_string().contains("workbench"), "{ours}");
    assert_eq!(asked[0]["options"][0]["kind"], "allow_once");
    let started = updates.iter().find(|update| update["sessionUpdate"] == "tool_call");
    assert_eq!(
        started.context("it was announced")?["toolCallId"],
        asked[0]["toolCall"]["toolCallId"]
    );
    let results = talk.model.tool_results();
    assert!(!results[0].contains("refused"), "{results:?}");
    assert!(results[1].contains("write it by hand"), "{results:?}");
    assert!(talk.asked("window/showMessageRequest").is_empty());
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

#[test]
fn the_bill_is_there_before_anything_is_sent() -> anyhow::Result<()> {
    let files: &[(&str, &[u8])] = &[
        (
            "src/port.py",
            b"def parse_port(text):\n    \"\"\"Parses a port.\"\"\"\n    return int(text)\n",
        ),
        ("src/other.py", b"def unrelated():\n    return 0\n"),
    ];
    let mut talk = Talk::new(files, Vec::new())?;
    let session = talk.begin()?;
    let uri = talk.project.uri("src/other.py");
    let prompt = json!([
        {"type": "text", "text": "where does parse_port parse a port number?"},
        {"type": "resource_link", "name": "other.py", "uri": format!("{uri}#L1-1")},
    ]);
    let preview = json!({"sessionId": session, "prompt": prompt, "pinned": ["src/port.py"]});
    let (answer, _) = talk.ask("_singletree/context/preview", preview)?;
    let bill = &answer["result"];
    let items = bill["items"].as_array().context("items")?;
    let item = |path: &str| items.iter().find(|item| item["path"] == path);
    let attached = item("src/other.py").with_context(|| format!("what is attached is billed: {answer}"))?;
    assert_eq!(attached["ranges"], json!([[1, 1]]));
    assert_eq!(item("src/port.py").with_context(|| answer.to_string())?["pinned"], true);
    assert!(bill["tokens"].as_u64() > attached["tokens"].as_u64(), "{bill}");
    assert!(talk.model.requests().is_empty());
    Ok(())
}

#[test]
fn what_can_be_mentioned_is_found_by_a_few_characters() -> anyhow::Result<()> {
    let files: &[(&str, &[u8])] = &[
        (
            "src/port.py",
            b"class Port:\n    def parse_number(self):\n        return 1\n",
        ),
        ("ignored.txt", b"x"),
        (".env", b"KEY=1\n"),
        (".gitignore", b"ignored.txt\n"),
    ];
    let mut talk = Talk::new(files, Vec::new())?;
    talk.begin()?;
    let mentions = |talk: &mut Talk, kind: &str, query: &str| -> anyhow::Result<Vec<Value>> {
        let (answer, _) = talk.ask(
            "_singletree/mentions",
            json!({"kind": kind, "query": query, "limit": 10}),
        )?;
        Ok(answer["result"]["items"].as_array().cloned().unwrap_or_default())
    };
    // A prompt waits until the index is there; what it began with is of no interest here.
    talk.wait_for_index()?;
    let found = mentions(&mut talk, "file", "port")?;
    assert_eq!(found[0]["label"], "src/port.py");
    assert_eq!(found[0]["uri"], talk.project.uri("src/port.py").as_str());
    for hidden in [".env", "ignored"] {
        let found = mentions(&mut talk, "file", hidden)?;
        assert!(
            found
                .iter()
                .all(|item| !item["label"].to_string().contains(hidden) || item["label"] == ".gitignore"),
            "{found:?}"
        );
    }
    let found = mentions(&mut talk, "symbol", "pnum")?;
    assert_eq!(found[0]["label"], "Port::parse_number", "{found:?}");
    assert_eq!(found[0]["range"], json!([2, 3]));
    Ok(())
}

#[test]
fn pictures_and_places_reach_the_model() -> anyhow::Result<()> {
    let mut talk = Talk::new(&[("a.txt", b"one\ntwo\nthree\n")], vec![Answer::Text("seen".into())])?;
    let session = talk.begin()?;
    let uri = talk.project.uri("a.txt");
    // What is typed and not saved counts.
    talk.client.open(&uri, "plaintext", "one\nTWO\nthree\n")?;
    let prompt = json!([
        {"type": "text", "text": "look"},
        {"type": "image", "mimeType": "image/png", "data": "iVBORw0KGgo="},
        {"type": "resource_link", "name": "a.txt", "uri": format!("{uri}#L2-2")},
        {"type": "resource", "resource": {"uri": "singletree:terminal", "text": "error: no such port"}},
    ]);
    let (answer, updates) = talk.prompt(&session, prompt)?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    let sent = talk.model.requests()[0]["messages"].to_string();
    for part in [
        "iVBORw0KGgo=",
        "lines=\\\\\\\"2-2\\\\\\\"",
        "TWO",
        "error: no such port",
    ] {
        let plain = part.replace("\\\\\\\"", "\\\"");
        assert!(sent.contains(part) || sent.contains(&plain), "{part}: {sent}");
    }
    assert!(!sent.contains("three"), "only the lines that are named: {sent}");
    let kinds: Vec<_> = updates
        .iter()
        .filter(|update| update["sessionUpdate"] == "user_message_chunk")
        .map(|update| update["content"]["type"].clone())
        .collect();
    assert_eq!(kinds, ["text", "image", "resource_link", "resource"]);
    Ok(())
}

#[test]
fn the_agents_own_questions_are_forms() -> anyhow::Result<()> {
    let question = json!({"question": "Which colour?", "options": [{"label": "red"}, {"label": "blue"}]});
    let calls = vec![Answer::Calls(vec![call("ask-user", json!({"questions": [question]}))])];
    let mut talk = Talk::new(&[], calls)?;
    talk.forms = vec![json!({"action": "accept", "content": {"q00": "blue"}})].into();
    let session = talk.begin()?;
    let (answer, _) = talk.say(&session, "go")?;
    assert_eq!(answer["result"]["stopReason"], "end_turn", "{answer}");
    let asked = talk.asked("elicitation/create");
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0]["requestedSchema"]["properties"]["q00"]["oneOf"][0]["const"], "red",
        "{asked:?}"
    );
    assert!(
        talk.model.tool_results()[0].contains("blue"),
        "{:?}",
        talk.model.tool_results()
    );
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

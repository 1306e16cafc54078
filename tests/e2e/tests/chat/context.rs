//! What goes to the model beside the words.

use anyhow::Context;
use e2e::Answer;
use serde_json::{Value, json};

use crate::talk::Talk;

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

/// Nothing that is said leads to the file: the editor shows an error in it.
#[test]
fn a_file_with_an_error_in_the_editor_is_sent_along() -> anyhow::Result<()> {
    let files: &[(&str, &[u8])] = &[
        ("lamp.py", b"def wick(oil):\n    return oil\n"),
        ("main.py", b"print(1)\n"),
    ];
    let mut talk = Talk::beside_servers(files, &["diagnostics"])?;
    talk.wait_for_index()?;
    let span = json!({"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 10}});
    let shows = |severity: u32| {
        let uri = talk.project.uri("lamp.py");
        let diagnostic = json!({"range": span, "severity": severity, "message": "wrong", "source": "pyright"});
        json!({"files": [{"uri": uri, "diagnostics": [diagnostic]}]})
    };
    let (warning, error) = (shows(2), shows(1));
    let prompt = json!([{"type": "text", "text": "why is everything red today"}]);
    for (shown, expect) in [(warning, 0), (error, 1)] {
        talk.client.answers.insert("singletree/ide/diagnostics", shown);
        let (answer, _) = talk.ask("_singletree/context/preview", json!({"prompt": prompt}))?;
        let items = answer["result"]["items"].as_array().context("items")?;
        assert_eq!(items.len(), expect, "{answer}");
        let why = items.iter().map(|item| item["why"].to_string());
        assert!(
            why.into_iter().all(|why| why.contains("has errors in the editor")),
            "{answer}"
        );
    }
    Ok(())
}

#[test]
fn a_file_that_was_just_edited_is_sent_for_that_too() -> anyhow::Result<()> {
    let text = "def wick(oil):\n    return oil\n";
    let files: &[(&str, &[u8])] = &[("one.py", text.as_bytes()), ("two.py", text.as_bytes())];
    let mut talk = Talk::new(files, Vec::new())?;
    talk.wait_for_index()?;
    for name in ["one.py", "two.py"] {
        talk.client.open(&talk.project.uri(name), "python", text)?;
    }
    talk.client.type_at(&talk.project.uri("two.py"), 0..0, "# lit\n")?;
    let prompt = json!([{"type": "text", "text": "how does the wick take its oil"}]);
    let (answer, _) = talk.ask("_singletree/context/preview", json!({"prompt": prompt}))?;
    let items = answer["result"]["items"].as_array().context("items")?;
    assert_eq!(items.len(), 2, "{answer}");
    for item in items {
        let is_said = item["why"].to_string().contains("was just edited");
        assert_eq!(is_said, item["path"] == "two.py", "{answer}");
    }
    Ok(())
}

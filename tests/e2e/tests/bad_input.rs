//! What users, models and editors get wrong: each a clear error, nothing lost, nothing written.

use e2e::{Client, Options, Project, uri};
use serde_json::{Value, json};

fn started(project: &Project) -> anyhow::Result<Client> {
    Client::start(&project.home(), project.root(), Options::default())
}

fn run(uri: &str) -> Value {
    let start = json!({"line": 0, "character": 0});
    json!({"command": "document", "textDocument": {"uri": uri}, "range": {"start": start, "end": start}})
}

/// The command is refused with a sentence and a cause.
fn check_refused(client: &mut Client, command: &str, argument: Value) -> anyhow::Result<()> {
    let params = json!({"command": command, "arguments": [argument]});
    let answer = client.request_raw("workspace/executeCommand", params)?;
    let error = &answer["error"];
    assert!(
        error["message"].as_str().is_some_and(|message| message.len() > 10),
        "{command}: {answer}"
    );
    assert!(
        error["data"]["cause"].is_string() || error["data"]["rule"].is_string(),
        "{command}: {answer}"
    );
    Ok(())
}

#[test]
fn commands_that_cannot_be_done() -> anyhow::Result<()> {
    let project = Project::new(&[("a.py", b"def f(x):\n    return x\n")])?;
    std::fs::write(project.outside().join("secret.py"), "def g(): pass\n")?;
    std::os::unix::fs::symlink(project.outside().join("secret.py"), project.path("link.py"))?;
    project.write("binary.py", b"\x7fELF\0\0\0\x01")?;
    project.write("broken.py", b"# caf\xc3\xa9 \xff\xfe\ndef f(): pass\n")?;
    project.write("huge.py", &vec![b'#'; 50 << 20])?;
    let mut client = started(&project)?;
    let stale = json!({"start": {"line": 900, "character": 0}, "end": {"line": 901, "character": 0}});
    check_refused(
        &mut client,
        "singletree.run",
        json!({"command": "document", "textDocument": {"uri": project.uri("a.py")}, "range": stale}),
    )?;
    check_refused(
        &mut client,
        "singletree.run",
        json!({"command": "frobnicate", "textDocument": {"uri": project.uri("a.py")}}),
    )?;
    check_refused(&mut client, "singletree.run", json!({"command": "document"}))?;
    check_refused(&mut client, "singletree.run", json!(["nonsense"]))?;
    check_refused(
        &mut client,
        "singletree.run",
        run(&uri(&project.outside().join("secret.py"))),
    )?;
    for name in ["link.py", "binary.py", "broken.py", "huge.py", "missing.py"] {
        check_refused(&mut client, "singletree.run", run(&project.uri(name)))?;
    }
    check_refused(&mut client, "singletree.frobnicate", json!({}))?;
    check_refused(&mut client, "singletree.review.keep", json!({"hunkId": "hnk_none"}))?;
    check_refused(&mut client, "singletree.review.reject", json!({"hunkId": "hnk_none"}))?;
    check_refused(&mut client, "singletree.stop", json!({"turnId": "trn_none"}))?;
    assert_eq!(client.state()?, json!({"reviews": []}));
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

#[test]
fn a_file_that_changes_on_disk_under_a_pending_hunk() -> anyhow::Result<()> {
    let project = Project::new(&[("a.py", b"def f(x):\n    return x\n")])?;
    let mut client = started(&project)?;
    // Not open in the editor: the disk is the truth.
    client.run_turn(run(&project.uri("a.py")))?;
    assert_eq!(client.hunks(&["pending"])?.len(), 1);
    project.write("a.py", b"import os\n\n\ndef f(x):\n    return x\n")?;
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": project.uri("a.py"), "type": 2}]}),
    )?;
    let hunks = client.hunks(&["pending"])?;
    assert_eq!(hunks.len(), 1, "it followed");
    client.execute("singletree.review.keep", json!({}))?;
    let text = client.text(&project.uri("a.py")).to_owned();
    assert!(text.starts_with("import os\n\n\ndef f(x):\n"), "{text}");
    assert!(text.contains("\"\"\""), "{text}");
    Ok(())
}

#[test]
fn frames_that_are_no_frames() -> anyhow::Result<()> {
    let project = Project::new(&[("a.py", b"def f(x):\n    return x\n")])?;
    let mut client = started(&project)?;
    for bytes in [
        &b"Content-Length: 9\r\n\r\n{\"oh no\":"[..],
        b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: banana\r\n\r\n",
        b"Content-Length: 99999999999999\r\n\r\n",
    ] {
        client.send_bytes(bytes)?;
        assert_eq!(
            client.state()?,
            json!({"reviews": []}),
            "alive after {:?}",
            String::from_utf8_lossy(bytes)
        );
    }
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

#[test]
fn a_buffer_closed_under_its_hunks() -> anyhow::Result<()> {
    let text = "def f(x):\n    return x\n";
    let project = Project::new(&[("a.py", text.as_bytes())])?;
    let mut client = started(&project)?;
    let uri = project.uri("a.py");
    client.open(&uri, "python", &format!("# never saved\n{text}"))?;
    client.run_turn(
        run(&uri)
            .as_object()
            .map(|argument| {
                let mut argument = argument.clone();
                argument["range"] = json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}});
                Value::Object(argument)
            })
            .unwrap_or_default(),
    )?;
    assert_eq!(client.hunks(&["pending"])?.len(), 1);
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}))?;
    client.buffers.clear();
    let hunks = client.hunks(&["pending", "conflict"])?;
    assert_eq!(hunks.len(), 1);
    assert_eq!(
        hunks[0]["range"]["start"]["line"], 1,
        "it stands where the disk has its line: {hunks:#?}"
    );
    assert_eq!(project.read("a.py"), text.as_bytes());
    Ok(())
}

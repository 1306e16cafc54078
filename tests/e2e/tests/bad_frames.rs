//! Frames with lengths that are not theirs, and document changes that make no sense.

use e2e::{Answer, Client, Options, Project, Scene, call};
use serde_json::{Value, json};

fn started() -> anyhow::Result<(Project, Client)> {
    let project = Project::new(&[("a.txt", b"one\ntwo\n")])?;
    let client = Client::start(&project.home(), project.root(), Options::default())?;
    Ok((project, client))
}

fn request(id: u64) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": "workspace/executeCommand",
           "params": {"command": "singletree.review.state", "arguments": [{}]}})
    .to_string()
}

fn frame(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

/// What is no message costs itself; the good frame behind it is answered.
#[test]
fn a_wrong_length_and_a_good_frame() -> anyhow::Result<()> {
    let (_project, mut client) = started()?;
    for (nth, wrong) in [-40_i64, -1, 1, 40].into_iter().enumerate() {
        let (bad, good) = (2_000 + nth as u64, 1_000 + nth as u64);
        let body = request(bad);
        let length = i64::try_from(body.len())? + wrong;
        let bytes = format!("Content-Length: {length}\r\n\r\n{body}{}", frame(&request(good)));
        client.send_bytes(bytes.as_bytes())?;
        let answer = client.answer_to(good)?;
        assert_eq!(answer["result"], json!({"reviews": []}), "{wrong} off: {answer}");
    }
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

#[test]
fn a_frame_of_33_mib() -> anyhow::Result<()> {
    let (project, mut client) = started()?;
    let before = client.memory()?;
    let huge = json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {
        "uri": project.uri("a.txt"), "languageId": "plaintext", "version": 1, "text": "x".repeat(33 << 20)}}});
    client.send_bytes(frame(&huge.to_string()).as_bytes())?;
    let refused = client.wait_for_answer(&Value::Null)?;
    let message = refused["error"]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("32") || message.contains("33"),
        "it names the limit: {refused}"
    );
    assert_eq!(client.state()?, json!({"reviews": []}));
    let grown = client.peak_memory()?.saturating_sub(before);
    assert!(grown < 16 << 10, "the frame was skipped, not kept: {grown} KiB");
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

/// A document with one pending hunk on its second line.
fn with_a_hunk() -> anyhow::Result<(Scene, String)> {
    let edit = call("edit", json!({"path": "a.txt", "old_text": "two", "new_text": "TWO"}));
    let mut scene = Scene::new(
        &[("a.txt", b"one\ntwo\n")],
        vec![Answer::Calls(vec![edit])],
        Options::default(),
    )?;
    let uri = scene.open("a.txt")?;
    assert_eq!(scene.proposed()?.len(), 1);
    Ok((scene, uri))
}

fn change(uri: &str, version: i32, start: (u64, u64), end: (u64, u64), text: &str) -> Value {
    let position = |(line, character)| json!({"line": line, "character": character});
    json!({
        "textDocument": {"uri": uri, "version": version},
        "contentChanges": [{"range": {"start": position(start), "end": position(end)}, "text": text}],
    })
}

/// To leave one out would put every later one, and what is kept, in the wrong place.
#[test]
fn a_change_counts_whatever_its_version() -> anyhow::Result<()> {
    let (mut scene, uri) = with_a_hunk()?;
    for version in [1, 0, -7] {
        scene.client.notify(
            "textDocument/didChange",
            change(&uri, version, (0, 0), (0, 0), "more\n"),
        )?;
    }
    let pending = scene.client.hunks(&["pending"])?;
    let lines: Vec<_> = pending.iter().map(|hunk| &hunk["range"]["start"]["line"]).collect();
    assert_eq!(lines, [4]);
    Ok(())
}

#[test]
fn a_change_of_a_document_that_is_not_open() -> anyhow::Result<()> {
    let (mut scene, uri) = with_a_hunk()?;
    for other in [
        scene.project.uri("b.txt"),
        "untitled:Untitled-1".into(),
        "no uri".into(),
    ] {
        scene
            .client
            .notify("textDocument/didChange", change(&other, 2, (0, 0), (0, 0), "x"))?;
        scene
            .client
            .notify("textDocument/didClose", json!({"textDocument": {"uri": other}}))?;
    }
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), "one\nTWO\n");
    Ok(())
}

/// As LSP says: past a line's end means its end, past the last line the end of the text.
#[test]
fn positions_out_of_range() -> anyhow::Result<()> {
    let (mut scene, uri) = with_a_hunk()?;
    let changes = [
        (change(&uri, 2, (0, 900), (0, 901), "!"), "one!\ntwo\n"),
        (change(&uri, 3, (900, 3), (901, 0), "end"), "one!\ntwo\nend"),
        (
            change(
                &uri,
                4,
                (u64::from(u32::MAX), 0),
                (u64::from(u32::MAX), u64::from(u32::MAX)),
                "\n",
            ),
            "one!\ntwo\nend\n",
        ),
        // The wrong way round: nothing to replace.
        (change(&uri, 5, (2, 3), (2, 0), ""), "one!\ntwo\nend\n"),
    ];
    for (change, text) in changes {
        scene.client.notify("textDocument/didChange", change)?;
        if let Some(buffer) = scene.client.buffers.get_mut(&uri) {
            buffer.text = text.to_owned();
            buffer.version += 1;
        }
    }
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), "one!\nTWO\nend\n");
    assert_eq!(scene.client.state()?, json!({"reviews": []}));
    Ok(())
}

//! Many sessions on one workspace, and several processes.

use e2e::{Answer, Client, Options, Project, Scene, call, run};
use serde_json::{Value, json};

const SESSIONS: usize = 200;
const FILE: (&str, &[u8]) = ("a.txt", b"one\ntwo\n");

fn edit(old: &str, new: &str) -> Answer {
    Answer::Calls(vec![call(
        "edit",
        json!({"path": "a.txt", "old_text": old, "new_text": new}),
    )])
}

/// All at once, each with a proposal of its own; all there again after a `kill -9`.
#[test]
fn two_hundred_sessions() -> anyhow::Result<()> {
    let names: Vec<String> = (0..SESSIONS).map(|n| format!("f{n}.py")).collect();
    let text = b"def f(x):\n    return x\n";
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &text[..])).collect();
    let project = Project::new(&files)?;
    let mut client = Client::start(&project.home(), project.root(), Options::default())?;
    let start = json!({"line": 0, "character": 0});
    let mut sessions: Vec<Value> = Vec::new();
    for name in &names {
        let document = json!({"uri": project.uri(name)});
        let range = json!({"start": start, "end": start});
        let started = client.execute(
            "singletree.run",
            json!({"command": "document", "textDocument": document, "range": range}),
        )?;
        sessions.push(started["sessionId"].clone());
    }
    for _ in 0..SESSIONS {
        let end = client.wait_for("singletree/turn", |turn| turn["state"] != "running")?;
        assert_eq!(end["state"], "completed", "{end}");
    }
    assert_eq!(client.hunks(&["pending"])?.len(), SESSIONS);
    client.kill()?;

    let listed = run(&project.home(), project.root(), &[], &["sessions", "list", "--json"])?;
    let listed: Value = serde_json::from_slice(&listed.stdout)?;
    assert_eq!(listed.as_array().map(Vec::len), Some(SESSIONS), "{listed:.200}");

    let mut client = Client::start(&project.home(), project.root(), Options::default())?;
    assert_eq!(client.hunks(&["pending"])?.len(), SESSIONS, "none is lost");
    let kept = client.execute("singletree.review.keep", json!({}))?;
    let kept = kept["hunks"].as_array().cloned().unwrap_or_default();
    assert_eq!(kept.iter().filter(|hunk| hunk["state"] == "kept").count(), SESSIONS);
    assert_eq!(client.edits_served().len(), 1, "in one edit");
    for name in &names {
        assert!(client.text(&project.uri(name)).contains("\"\"\""), "{name}");
    }
    assert_eq!(client.state()?, json!({"reviews": []}));
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

/// An editor is open for days: what is done does not pile up.
#[test]
fn files_are_not_held_open_for_ever() -> anyhow::Result<()> {
    let mut scene = Scene::new(&[FILE], Vec::new(), Options::default())?;
    let open = |scene: &Scene| anyhow::Ok(std::fs::read_dir(format!("/proc/{}/fd", scene.client.pid()))?.count());
    for _ in 0..80 {
        scene.ask()?;
    }
    let before = open(&scene)?;
    for _ in 0..40 {
        scene.ask()?;
    }
    let now = open(&scene)?;
    assert!(now < before + 10, "{before} files, then {now}");
    Ok(())
}

#[test]
fn a_second_server_on_the_same_workspace() -> anyhow::Result<()> {
    let answers = vec![
        edit("one", "ONE"),
        Answer::Text("done".into()),
        edit("two", "TWO"),
        Answer::Text("done".into()),
    ];
    let mut scene = Scene::new(&[FILE], answers, Options::default())?;
    let uri = scene.open("a.txt")?;
    let started = scene.client.execute("singletree.run", e2e::request())?;
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["state"] == "completed")?;
    let theirs = scene.client.hunks(&["pending"])?;
    assert_eq!(theirs.len(), 1);

    let mut second = scene.another_client(Options::default())?;
    second.open(&uri, "plaintext", "one\ntwo\n")?;
    assert_eq!(
        second.state()?,
        json!({"reviews": []}),
        "what the first offers is the first's"
    );
    let mut run_theirs = e2e::request();
    run_theirs["sessionId"] = started["sessionId"].clone();
    let params = json!({"command": "singletree.run", "arguments": [run_theirs]});
    let refused = second.request_raw("workspace/executeCommand", params)?;
    assert_eq!(refused["error"]["data"]["cause"], "held", "{refused}");
    let message = refused["error"]["message"].as_str().unwrap_or_default();
    assert!(
        message.contains(&scene.client.pid().to_string()),
        "it says by whom: {refused}"
    );
    let keep = json!({"command": "singletree.review.keep", "arguments": [{"hunkId": theirs[0]["id"]}]});
    let refused = second.request_raw("workspace/executeCommand", keep)?;
    assert!(refused["error"]["message"].is_string(), "{refused}");

    // Its own session goes its own way, into the same store.
    let turn = second.run_turn(e2e::request())?;
    assert_eq!(turn["state"], "completed", "{turn}");
    assert_eq!(second.hunks(&["pending"])?.len(), 1);
    second.execute("singletree.review.keep", json!({}))?;
    assert_eq!(second.text(&uri), "one\nTWO\n");
    assert_eq!(scene.client.hunks(&["pending"])?, theirs, "the first's is where it was");

    // When the first is gone, whoever starts next takes over what it left, and only that.
    scene.client.hang_up()?;
    let mut third = Client::start(&scene.project.home(), scene.project.root(), Options::default())?;
    third.open(&uri, "plaintext", "one\ntwo\n")?;
    let ids = |hunks: &[Value]| hunks.iter().map(|hunk| hunk["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&third.hunks(&["pending", "conflict"])?), ids(&theirs));
    assert_eq!(second.shutdown()?, Some(0));
    Ok(())
}

/// A turn from the shell beside an editor: each has its own proposals.
#[test]
fn a_headless_turn_beside_a_server() -> anyhow::Result<()> {
    let answers = vec![
        edit("one", "ONE"),
        Answer::Text("done".into()),
        edit("two", "TWO"),
        Answer::Text("done".into()),
    ];
    let mut scene = Scene::new(&[FILE], answers, Options::default())?;
    let theirs = scene.proposed()?;
    let apply = ["run", "go on", "--apply"];
    let output = run(&scene.project.home(), scene.project.root(), &scene.model.env(), &apply)?;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(scene.project.read("a.txt"), b"one\nTWO\n", "only its own");
    scene.client.changed_on_disk(&scene.project.uri("a.txt"))?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), theirs.len());
    scene.keep_all()?;
    assert_eq!(scene.client.text(&scene.project.uri("a.txt")), "ONE\nTWO\n");
    Ok(())
}

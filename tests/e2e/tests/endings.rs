//! The ends of a connection in the middle of things: prompt, with the right code, and the session goes on.

use e2e::{Answer, Options, Scene, call};
use serde_json::{Value, json};

const FILES: [(&str, &[u8]); 1] = [("a.txt", b"one\ntwo\n")];

fn edit(old: &str, new: &str) -> Answer {
    Answer::Calls(vec![call(
        "edit",
        json!({"path": "a.txt", "old_text": old, "new_text": new}),
    )])
}

/// A turn that has proposed one hunk and waits for a model that says nothing more.
fn in_mid_turn() -> anyhow::Result<(Scene, Value)> {
    let answers = vec![edit("one", "ONE"), Answer::Silence, edit("two", "TWO")];
    let mut scene = Scene::new(&FILES, answers, Options::default())?;
    let started = scene.client.execute("singletree.run", e2e::request())?;
    scene.model.wait_for_requests(2)?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1);
    Ok((scene, started))
}

/// Another server offers what the first left, and its session takes another turn.
fn check_goes_on(mut scene: Scene, started: &Value) -> anyhow::Result<()> {
    scene.client = scene.another_client(Options::default())?;
    let uri = scene.open("a.txt")?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1);
    let mut again = e2e::request();
    again["sessionId"] = started["sessionId"].clone();
    let turn = scene.client.run_turn(again)?;
    assert_eq!(turn["state"], "completed", "{turn}");
    let last = scene.model.requests().pop().unwrap_or_default();
    let messages = last["messages"].as_array().into_iter().flatten();
    let asked = messages.filter(|message| message["role"] == "user");
    assert!(asked.count() >= 2, "the model is told what was before: {last:#}");
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 2);
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), "ONE\nTWO\n");
    Ok(())
}

#[test]
fn exit_without_shutdown() -> anyhow::Result<()> {
    let (mut scene, started) = in_mid_turn()?;
    let mut client = scene.another_client(Options::default())?;
    std::mem::swap(&mut client, &mut scene.client);
    client.notify("exit", Value::Null)?;
    assert_eq!(client.ended()?, Some(1));
    check_goes_on(scene, &started)
}

#[test]
fn shutdown_and_exit() -> anyhow::Result<()> {
    let (mut scene, started) = in_mid_turn()?;
    let mut client = scene.another_client(Options::default())?;
    std::mem::swap(&mut client, &mut scene.client);
    assert_eq!(client.shutdown()?, Some(0));
    check_goes_on(scene, &started)
}

#[test]
fn the_editor_is_gone() -> anyhow::Result<()> {
    let (mut scene, started) = in_mid_turn()?;
    let mut client = scene.another_client(Options::default())?;
    std::mem::swap(&mut client, &mut scene.client);
    assert_eq!(client.hang_up()?, Some(1));
    check_goes_on(scene, &started)
}

#[test]
fn nothing_is_served_after_shutdown() -> anyhow::Result<()> {
    let mut scene = Scene::new(&FILES, Vec::new(), Options::default())?;
    scene.client.request("shutdown", Value::Null)?;
    let run = json!({"command": "singletree.run", "arguments": [e2e::request()]});
    let answer = scene.client.request_raw("workspace/executeCommand", run)?;
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    scene.client.notify("exit", Value::Null)?;
    assert_eq!(scene.model.requests().len(), 0);
    Ok(())
}

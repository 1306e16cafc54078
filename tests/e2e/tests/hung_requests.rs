//! Requests that hang, because the user has not answered yet, hold up nothing else.

use e2e::{Answer, Options, Scene};
use serde_json::{Value, json};

const HUNG: usize = 40;

/// A scene with many runs that wait for the user's words.
fn hung() -> anyhow::Result<(Scene, Vec<u64>)> {
    let options = Options {
        initialization: json!({"singletree": {"review": true, "input": true}}),
        ..Options::default()
    };
    let mut scene = Scene::new(
        &[("a.py", b"def f(x):\n    return x\n")],
        vec![Answer::Text("fine".into())],
        options,
    )?;
    scene.client.unanswered.push("singletree/input");
    scene.open("a.py")?;
    let run = json!({"command": "singletree.run", "arguments": [{"command": "ask"}]});
    let ids = (0..HUNG)
        .map(|_| scene.client.send_request("workspace/executeCommand", run.clone()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    while inputs(&scene).len() < HUNG {
        let message = scene.client.receive(std::time::Instant::now() + e2e::TIMEOUT)?;
        scene.client.take(message)?;
    }
    Ok((scene, ids))
}

fn inputs(scene: &Scene) -> Vec<&Value> {
    let served = scene.client.served.iter();
    served
        .filter(|request| request["method"] == "singletree/input")
        .collect()
}

#[test]
fn a_cancel_and_a_code_action_behind_them() -> anyhow::Result<()> {
    let (mut scene, ids) = hung()?;
    let client = &mut scene.client;
    client.notify("$/cancelRequest", json!({"id": ids[7]}))?;
    let cancelled = client.answer_to(ids[7])?;
    assert_eq!(cancelled["error"]["code"], -32800, "{cancelled}");
    let start = json!({"line": 0, "character": 0});
    let actions = client.request(
        "textDocument/codeAction",
        json!({
            "textDocument": {"uri": scene.project.uri("a.py")}, "range": {"start": start, "end": start},
            "context": {"diagnostics": []},
        }),
    )?;
    assert!(
        actions.as_array().is_some_and(|actions| !actions.is_empty()),
        "{actions}"
    );
    client.wait_for("$/cancelRequest", |_| true)?;
    assert_eq!(scene.model.requests().len(), 0, "no words, no turn");
    Ok(())
}

#[test]
fn words_that_come_late_start_their_turn() -> anyhow::Result<()> {
    let (mut scene, _) = hung()?;
    let id = inputs(&scene)[HUNG - 1]["id"].clone();
    let answer = json!({"jsonrpc": "2.0", "id": id, "result": {"text": "what is f?"}}).to_string();
    let frame = format!("Content-Length: {}\r\n\r\n{answer}", answer.len());
    scene.client.send_bytes(frame.as_bytes())?;
    let end = scene
        .client
        .wait_for("singletree/turn", |turn| turn["state"] != "running")?;
    assert_eq!(end["text"], "fine", "{end}");
    Ok(())
}

#[test]
fn the_connection_can_end_under_them() -> anyhow::Result<()> {
    let (mut scene, _) = hung()?;
    let mut client = scene.another_client(Options::default())?;
    std::mem::swap(&mut client, &mut scene.client);
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

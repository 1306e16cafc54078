//! A client that stops reading: the server waits, does not grow, and has not forgotten anything.

use std::time::{Duration, Instant};

use e2e::{Answer, Client, Options, Scene, TIMEOUT, call};
use serde_json::{Value, json};

/// KiB that the server may grow by; what it would hold if it did not wait is many times that.
const ROOM: u64 = 48 << 10;

fn small_file() -> [(&'static str, &'static [u8]); 1] {
    [("a.txt", b"one\n")]
}

/// Reads all messages up to the answers to `ids`; returns these.
fn answers(client: &mut Client, ids: &[u64]) -> anyhow::Result<Vec<Value>> {
    let mut missing = ids.to_vec();
    let mut answers = Vec::new();
    while !missing.is_empty() {
        let message = client.receive(Instant::now() + TIMEOUT)?;
        let answered = missing
            .iter()
            .position(|id| message["id"] == json!(id) && message.get("method").is_none());
        match answered {
            Some(at) => {
                missing.remove(at);
                answers.push(message);
            }
            None => client.take(message)?,
        }
    }
    Ok(answers)
}

#[test]
fn answers_that_nobody_takes() -> anyhow::Result<()> {
    // Each answer holds the text: a hundred of them are 100 MB.
    let text = "a line of some length, so that there are not too many of them\n".repeat(16_000);
    let write = call("write", json!({"path": "new.txt", "text": text}));
    let mut scene = Scene::new(&small_file(), vec![Answer::Calls(vec![write])], Options::default())?;
    assert_eq!(scene.proposed()?.len(), 1);
    let client = &mut scene.client;
    let before = client.memory()?;
    client.stop_reading();
    let show = json!({"command": "singletree.review.state", "arguments": [{}]});
    let ids = (0..100)
        .map(|_| client.send_request("workspace/executeCommand", show.clone()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    until_steady(client)?;
    client.resume_reading();
    for answer in answers(client, &ids)? {
        assert_eq!(answer["result"]["reviews"].as_array().map(Vec::len), Some(1));
    }
    let grown = client.peak_memory()?.saturating_sub(before);
    assert!(grown < ROOM, "{grown} KiB more than {before}");
    assert_eq!(client.hunks(&["pending"])?.len(), 1);
    Ok(())
}

/// A turn goes on while the client does not read, and what it came to is told then.
#[test]
fn a_long_answer_streams_while_nobody_reads() -> anyhow::Result<()> {
    let answer = "every character comes alone. ".repeat(1_000);
    let mut scene = Scene::new(&small_file(), vec![Answer::Text(answer.clone())], Options::default())?;
    let client = &mut scene.client;
    let before = client.memory()?;
    let started = client.execute("singletree.run", e2e::request())?;
    client.stop_reading();
    // A client that sends and sends, and is answered nothing.
    let ids = (0..200)
        .map(|_| {
            client.send_request(
                "workspace/executeCommand",
                json!({"command": "nonsense", "arguments": []}),
            )
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    scene.model.wait_for_answers(1)?;
    client.resume_reading();
    assert_eq!(answers(client, &ids)?.len(), ids.len());
    let end = client.wait_for("singletree/turn", |turn| {
        turn["turnId"] == started["turnId"] && turn["state"] != "running"
    })?;
    assert_eq!(end["state"], "completed", "{end}");
    assert!(end["text"] == answer.as_str(), "nothing of it is lost");
    let grown = client.peak_memory()?.saturating_sub(before);
    assert!(grown < ROOM, "{grown} KiB more than {before}");
    Ok(())
}

/// Waits until the server has nothing more to do: its memory does not grow while nothing comes.
fn until_steady(client: &mut Client) -> anyhow::Result<()> {
    let mut peak = 0;
    while client.peak_memory()? > peak {
        peak = client.peak_memory()?;
        while let Ok(message) = client.receive(Instant::now() + Duration::from_millis(500)) {
            client.take(message)?;
        }
    }
    Ok(())
}

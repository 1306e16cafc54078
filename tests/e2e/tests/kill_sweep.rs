//! `kill -9` after every number of messages from the server: whatever the moment, no hunk is lost that the user was
//! shown, none is offered that the buffer already holds, and no text of the user's changes.
//!
//! SINGLETREE_KILLS says how many moments are tried (few by default; `tests/faults/run` tries many).

use std::collections::HashMap;

use e2e::{Client, Options, Project};
use serde_json::{Value, json};

const FUNCTIONS: usize = 4;

fn source() -> String {
    (0..FUNCTIONS)
        .map(|n| format!("def function_{n}(value):\n    return value + {n}\n\n\n"))
        .collect()
}

fn started(project: &Project, text: &str) -> anyhow::Result<Client> {
    let mut client = Client::start(&project.home(), project.root(), Options::default())?;
    client.open(&project.uri("many.py"), "python", text)?;
    Ok(client)
}

/// What the user does: document everything, then keep and reject in turn, typing between.
fn work(client: &mut Client, uri: &str, budget: &mut usize, shown: &mut HashMap<String, Value>) -> anyhow::Result<()> {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": FUNCTIONS * 4 - 1, "character": 0}});
    let argument = json!({"command": "document", "textDocument": {"uri": uri}, "range": range});
    until_answered(client, "singletree.run", argument, budget)?;
    while shown.len() < FUNCTIONS {
        let state = until_answered(client, "singletree.review.state", json!({}), budget)?;
        for hunk in e2e::hunks(&state, &["pending", "keeping", "kept"]) {
            shown.insert(hunk["id"].as_str().unwrap_or_default().to_owned(), hunk);
        }
    }
    let mut ids: Vec<String> = shown.keys().cloned().collect();
    ids.sort();
    for id in ids {
        client.type_at(uri, 0..0, "# typed\n")?;
        until_answered(client, "singletree.review.keep", json!({"hunkId": id}), budget)?;
    }
    Ok(())
}

/// As `Client::execute`, but spends one of `budget` for every message received and fails when it is spent.
fn until_answered(client: &mut Client, command: &str, argument: Value, budget: &mut usize) -> anyhow::Result<Value> {
    let params = json!({"command": command, "arguments": [argument]});
    let id = client.send_request("workspace/executeCommand", params)?;
    loop {
        anyhow::ensure!(*budget > 0, "time to die");
        *budget -= 1;
        let message = client.receive(std::time::Instant::now() + e2e::TIMEOUT)?;
        if message.get("method").is_none() && message["id"] == json!(id) {
            return Ok(message["result"].clone());
        }
        client.take(message)?;
    }
}

#[test]
fn nothing_is_lost_and_nothing_comes_twice() -> anyhow::Result<()> {
    let kills: usize = std::env::var("SINGLETREE_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(8);
    let uri_name = "many.py";
    for nth in 0..kills {
        let project = Project::new(&[(uri_name, source().as_bytes())])?;
        let uri = project.uri(uri_name);
        let mut client = started(&project, &source())?;
        let mut shown = HashMap::new();
        // Early moments matter most: they are tried one by one, later ones in growing steps.
        let mut budget = if nth < 40 { nth * 2 } else { nth * 3 };
        let _ = work(&mut client, &uri, &mut budget, &mut shown);
        let text = client.kill()?[&uri].text.clone();

        let mut client = started(&project, &text)?;
        let open = client.hunks(&["pending", "keeping", "conflict"])?;
        for hunk in shown.values() {
            let new = hunk["newText"].as_str().unwrap_or_default();
            let in_buffer = text.matches(new).count();
            let offered = open.iter().filter(|other| other["id"] == hunk["id"]).count();
            assert_eq!(
                in_buffer + offered,
                1,
                "kill {nth}: {hunk:#}\nopen: {open:#?}\ntext:\n{text}"
            );
        }
        client.execute("singletree.review.keep", json!({})).ok();
        let lines: Vec<&str> = client.text(&uri).lines().collect();
        for line in source().lines().filter(|line| !line.is_empty()) {
            assert_eq!(
                lines.iter().filter(|other| **other == line).count(),
                1,
                "kill {nth}: {line} is there once"
            );
        }
    }
    Ok(())
}

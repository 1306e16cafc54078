//! The same path through a real wire format: an OpenAI-compatible server on loopback drives the loop.

use e2e::{Answer, Client, ModelServer, Options, Project};
use serde_json::{Value, json};

const SOURCE: &str = "fn main() {\r\n    println!(\"hello\");\r\n}\r\n";

fn edit(old: &str, new: &str) -> Value {
    json!({"path": "main.rs", "old_text": old, "new_text": new})
}

fn with(answers: Vec<Answer>) -> anyhow::Result<(Project, ModelServer, Client, String)> {
    let project = Project::new(&[("main.rs", SOURCE.as_bytes())])?;
    let server = ModelServer::start(answers)?;
    let options = Options {
        env: server.env(),
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    let uri = project.uri("main.rs");
    client.open(&uri, "rust", SOURCE)?;
    Ok((project, server, client, uri))
}

fn ask(client: &mut Client, uri: &str) -> anyhow::Result<Value> {
    client.run_turn(json!({
        "command": "edit", "textDocument": {"uri": uri}, "prompt": "greet the world",
        "range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}},
    }))
}

#[test]
fn an_edit_over_the_wire_becomes_a_hunk() -> anyhow::Result<()> {
    let call = Answer::Call {
        name: "edit".into(),
        arguments: edit("println!(\"hello\");", "println!(\"hello 🌍\");"),
    };
    let (_project, server, mut client, uri) = with(vec![call, Answer::Text("I greeted the world. 🌍".into())])?;
    let turn = ask(&mut client, &uri)?;
    assert_eq!(turn["state"], "completed", "{turn}");
    assert_eq!(turn["text"], "I greeted the world. 🌍");
    let hunks = client.hunks(&["pending"])?;
    assert_eq!(hunks.len(), 1);
    client.execute("singletree.review.keep", json!({"hunkId": hunks[0]["id"]}))?;
    assert_eq!(
        client.text(&uri),
        SOURCE.replace("hello", "hello 🌍"),
        "line endings stay"
    );

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    let roles: Vec<&str> = requests[1]["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|message| message["role"].as_str())
        .collect();
    assert_eq!(roles.iter().rev().take(2).collect::<Vec<_>>(), [&"tool", &"assistant"]);
    Ok(())
}

#[test]
fn half_an_edit_changes_nothing() -> anyhow::Result<()> {
    let half = Answer::HalfACall {
        name: "edit".into(),
        arguments: edit("println!(\"hello\");", "println!(\"bye\");"),
    };
    let (_project, _server, mut client, uri) = with(vec![half.clone(), half.clone(), half.clone(), half])?;
    let turn = ask(&mut client, &uri)?;
    assert_eq!(turn["state"], "failed", "{turn}");
    assert!(turn["error"].as_str().is_some_and(|error| !error.is_empty()), "{turn}");
    assert_eq!(client.hunks(&["pending", "conflict"])?.len(), 0);
    assert_eq!(client.text(&uri), SOURCE);
    Ok(())
}

#[test]
fn an_edit_that_matches_nowhere_or_twice_is_told_to_the_model() -> anyhow::Result<()> {
    let nowhere = Answer::Call {
        name: "edit".into(),
        arguments: edit("no such line", "x"),
    };
    let invalid = Answer::Call {
        name: "edit".into(),
        arguments: json!({"path": "main.rs", "old_text": 7}),
    };
    let unknown = Answer::Call {
        name: "frobnicate".into(),
        arguments: json!({}),
    };
    let outside = Answer::Call {
        name: "write".into(),
        arguments: json!({"path": "../../escape.txt", "text": "x"}),
    };
    let (project, server, mut client, uri) = with(vec![
        nowhere,
        invalid,
        unknown,
        outside,
        Answer::Text("I give up".into()),
    ])?;
    let turn = ask(&mut client, &uri)?;
    assert_eq!(turn["state"], "completed", "{turn}");
    assert_eq!(client.hunks(&["pending", "conflict"])?.len(), 0);
    let last = server.requests().pop().unwrap_or_default();
    let results: Vec<&str> = last["messages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|message| message["role"] == "tool")
        .filter_map(|message| message["content"].as_str())
        .collect();
    assert_eq!(results.len(), 4, "{last}");
    assert!(!project.outside().join("escape.txt").exists());
    Ok(())
}

#[test]
fn a_silent_model_is_stopped_at_once() -> anyhow::Result<()> {
    let (_project, server, mut client, uri) = with(vec![Answer::Silence])?;
    let started = client.execute(
        "singletree.run",
        json!({
            "command": "edit", "textDocument": {"uri": uri}, "prompt": "greet",
        }),
    )?;
    while server.requests().is_empty() {
        std::thread::yield_now();
    }
    client.execute("singletree.stop", json!({"turnId": started["turnId"]}))?;
    let end = client.wait_for("singletree/turn", |params| params["state"] != "running")?;
    assert_eq!(end["state"], "stopped", "{end}");
    Ok(())
}

#[test]
fn a_refused_key_says_what_to_do() -> anyhow::Result<()> {
    let refused = Answer::Status(
        401,
        json!({"error": {"message": "Incorrect API key provided: sk-test", "code": "invalid_api_key"}}).to_string(),
    );
    let (_project, _server, mut client, uri) = with(vec![refused])?;
    let turn = ask(&mut client, &uri)?;
    assert_eq!(turn["state"], "failed");
    let error = turn["error"].as_str().unwrap_or_default();
    assert!(error.to_lowercase().contains("key"), "{error}");
    assert!(!error.contains("sk-test"), "a key is never shown: {error}");
    Ok(())
}

/// The model's server dies between the two bytes of `é`, in every one of its tries.
#[test]
fn an_answer_cut_in_mid_character() -> anyhow::Result<()> {
    let whole = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"caf\u{e9}\"}}]}\n\n";
    let cut = whole.find('\u{e9}').unwrap_or_default() + 1;
    let half = Answer::Raw(whole.as_bytes()[..cut].to_vec());
    let started = Answer::Raw([whole.as_bytes(), &whole.as_bytes()[..cut]].concat());
    for answer in [half, started] {
        let (_project, _server, mut client, uri) = with(vec![answer; 8])?;
        let turn = ask(&mut client, &uri)?;
        assert_eq!(turn["state"], "failed", "{turn}");
        assert!(turn["error"].as_str().is_some_and(|error| error.len() > 10), "{turn}");
        assert!(!turn.to_string().contains('\u{fffd}'), "no half characters: {turn}");
        assert_eq!(client.state()?, json!({"reviews": []}));
    }
    Ok(())
}

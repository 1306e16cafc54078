//! The editor's own language servers as tools: asked over the connection, and never let to change anything.

use e2e::{Answer, Options, Scene};
use serde_json::{Value, json};

const MAIN: &[u8] = b"fn main() {\n    area(1);\n}\n";
const LIB: &[u8] = b"pub fn area(w: u32) -> u32 {\n    w\n}\n";

fn call(name: &str, arguments: Value) -> Answer {
    Answer::Call {
        name: name.to_owned(),
        arguments,
    }
}

fn range(line: u32, from: u32, to: u32) -> Value {
    json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}})
}

fn scene(services: &[&str], answers: Vec<Answer>) -> anyhow::Result<Scene> {
    let options = Options {
        initialization: json!({"singletree": {"review": true, "ide": services}}),
        ..Options::default()
    };
    Scene::trusted(&[("main.rs", MAIN), ("lib.rs", LIB)], answers, options)
}

fn tools(scene: &Scene) -> Vec<String> {
    let first = scene.model.requests().into_iter().next().unwrap_or_default();
    let tools = first["tools"].as_array().cloned().unwrap_or_default();
    let names = tools.iter().filter_map(|tool| tool["function"]["name"].as_str());
    names.map(str::to_owned).collect()
}

#[test]
fn a_rename_by_the_editor_is_proposed_and_not_applied() -> anyhow::Result<()> {
    let rename = json!({"path": "lib.rs", "line": 1, "name": "area", "new_name": "surface"});
    let mut scene = scene(
        &["rename"],
        vec![call("rename", rename), Answer::Text("Renamed.".into())],
    )?;
    let (main, lib) = (scene.open("main.rs")?, scene.project.uri("lib.rs"));
    let edit = |range| json!([{"range": range, "newText": "surface"}]);
    let mut changes = json!({});
    changes[&main] = edit(range(1, 4, 8));
    changes[&lib] = edit(range(0, 7, 11));
    scene
        .client
        .answers
        .insert("singletree/ide/rename", json!({"edit": {"changes": changes}}));
    scene.ask()?;
    let asked = scene.client.wait_for_request("singletree/ide/rename")?;
    assert_eq!(
        asked["params"],
        json!({"uri": lib, "position": {"line": 0, "character": 7}, "newName": "surface"})
    );
    let hunks = scene.client.hunks(&["pending"])?;
    assert_eq!(hunks.len(), 2, "{hunks:?}");
    assert!(hunks.iter().all(|hunk| hunk["author"] == "editor: rename"), "{hunks:?}");
    assert_eq!(
        (scene.project.read("lib.rs"), scene.client.text(&main).as_bytes()),
        (LIB.to_vec(), MAIN)
    );
    assert!(tools(&scene).contains(&"rename".to_owned()));
    assert!(
        !tools(&scene).contains(&"format".to_owned()),
        "what is not served is not offered"
    );
    Ok(())
}

#[test]
fn diagnostics_and_definitions_come_from_the_editor() -> anyhow::Result<()> {
    let answers = vec![
        call("diagnostics", json!({})),
        call("definition", json!({"name": "main.rs:2:area"})),
        Answer::Text("Seen.".into()),
    ];
    let mut scene = scene(&["diagnostics", "definition"], answers)?;
    let main = scene.open("main.rs")?;
    let diagnostic = json!({"range": range(1, 4, 8), "severity": 1, "message": "wrong", "source": "rustc"});
    let ours = json!({"range": range(1, 4, 8), "severity": 4, "message": "document", "source": "singletree"});
    let file = json!({"uri": main, "version": 1, "diagnostics": [diagnostic, ours]});
    scene
        .client
        .answers
        .insert("singletree/ide/diagnostics", json!({"files": [file]}));
    let location = json!({"uri": scene.project.uri("lib.rs"), "range": range(0, 7, 11)});
    scene
        .client
        .answers
        .insert("singletree/ide/definition", json!({"locations": [location]}));
    scene.ask()?;
    let results = scene.model.tool_results();
    assert!(
        results[0].contains("main.rs:2 error: wrong (rustc)") && !results[0].contains("document"),
        "{results:?}"
    );
    assert!(
        results[1].contains("lib.rs:1") && results[1].contains("by the editor's language servers"),
        "{results:?}"
    );
    Ok(())
}

#[test]
fn an_editor_that_never_answers_is_passed_over() -> anyhow::Result<()> {
    let answers = vec![call("symbols", json!({"query": "area"})), Answer::Text("Seen.".into())];
    let mut scene = scene(&["symbols"], answers)?;
    scene.client.unanswered.push("singletree/ide/symbols");
    scene.ask()?;
    let results = scene.model.tool_results();
    assert!(
        results[0].contains("lib.rs:1") && results[0].contains("did not answer in time"),
        "{results:?}"
    );
    Ok(())
}

#[test]
fn without_an_editor_that_serves_them_they_are_not_offered() -> anyhow::Result<()> {
    let mut scene = scene(&[], vec![Answer::Text("Nothing.".into())])?;
    scene.ask()?;
    for tool in ["rename", "format", "diagnostics"] {
        assert!(!tools(&scene).contains(&tool.to_owned()), "{tool}");
    }
    Ok(())
}

//! The main path through the built binary: a command on an unsaved buffer, hunks, keep one, reject one.

use anyhow::ensure;
use e2e::{Answer, ApplyEdit, Client, Options, Project, Scene, call};
use serde_json::{Value, json};

const SHAPES: &str = "\
from math import pi


def circle_area(radius: float) -> float:
    return pi * radius * radius


def scale_all(values: list[float], factor: float = 1.0) -> list[float]:
    return [value * factor for value in values]
";

/// The user's buffer: one line ahead of the disk.
fn unsaved() -> String {
    format!("# unsaved 𝒳\n{SHAPES}")
}

fn opened(apply_edit: ApplyEdit) -> anyhow::Result<(Project, Client, String)> {
    let project = Project::new(&[("shapes.py", SHAPES.as_bytes())])?;
    let options = Options {
        apply_edit,
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    let uri = project.uri("shapes.py");
    client.open(&uri, "python", &unsaved())?;
    Ok((project, client, uri))
}

fn document(client: &mut Client, uri: &str) -> anyhow::Result<Vec<serde_json::Value>> {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let turn = client.run_turn(json!({"command": "document", "textDocument": {"uri": uri}, "range": range}))?;
    ensure!(turn["state"] == "completed", "the turn failed: {turn}");
    client.hunks(&["pending"])
}

#[test]
fn keep_one_reject_one() -> anyhow::Result<()> {
    let (project, mut client, uri) = opened(ApplyEdit::Honestly)?;
    let hunks = document(&mut client, &uri)?;
    assert_eq!(hunks.len(), 2, "{hunks:#?}");
    assert_eq!(client.text(&uri), unsaved(), "a proposal is never in the buffer");

    let kept = client.execute("singletree.review.keep", json!({"hunkId": hunks[0]["id"]}))?;
    assert_eq!(kept, json!({"hunks": [{"id": hunks[0]["id"], "state": "kept"}]}));
    let rejected = client.execute("singletree.review.reject", json!({"hunkId": hunks[1]["id"]}))?;
    assert_eq!(
        rejected,
        json!({"hunks": [{"id": hunks[1]["id"], "state": "rejected"}]})
    );

    let old = hunks[0]["oldText"].as_str().unwrap_or_default();
    let new = hunks[0]["newText"].as_str().unwrap_or_default();
    let before = unsaved();
    let at = before
        .lines()
        .take(hunks[0]["range"]["start"]["line"].as_u64().unwrap_or(0) as usize);
    let at = at.map(|line| line.len() + 1).sum::<usize>();
    assert_eq!(
        client.text(&uri),
        format!("{}{new}{}", &before[..at], &before[at + old.len()..])
    );
    assert_eq!(project.read("shapes.py"), SHAPES.as_bytes(), "saving is the user's");
    assert_eq!(client.shutdown()?, Some(0));
    Ok(())
}

#[test]
fn hunks_follow_typing() -> anyhow::Result<()> {
    let (_project, mut client, uri) = opened(ApplyEdit::Honestly)?;
    let before = document(&mut client, &uri)?;
    client.type_at(&uri, 0..0, "\"\"\"Shapes.\"\"\"\n\n")?;
    let after = client.hunks(&["pending"])?;
    for (before, after) in before.iter().zip(&after) {
        let line = |hunk: &serde_json::Value| hunk["range"]["start"]["line"].as_u64();
        assert_eq!(line(after), line(before).map(|line| line + 2));
        assert_eq!(after["newText"], before["newText"]);
    }
    client.execute("singletree.review.keep", json!({}))?;
    assert!(client.text(&uri).starts_with("\"\"\"Shapes.\"\"\"\n\n# unsaved 𝒳\n"));
    assert_eq!(client.hunks(&["pending", "keeping", "conflict"])?.len(), 0);
    Ok(())
}

#[test]
fn what_the_editor_claims_is_not_believed() -> anyhow::Result<()> {
    for lie in [ApplyEdit::ClaimOnly, ApplyEdit::Refuse] {
        let (_project, mut client, uri) = opened(lie)?;
        let hunks = document(&mut client, &uri)?;
        let keep = json!({"command": "singletree.review.keep", "arguments": [{"hunkId": hunks[0]["id"]}]});
        let answer = client.request_raw("workspace/executeCommand", keep)?;
        assert!(
            answer["error"]["message"].is_string(),
            "{lie:?}: says that it was not kept: {answer}"
        );
        assert_eq!(client.hunks(&["pending"])?.len(), 2, "{lie:?}");
        assert_eq!(client.text(&uri), unsaved());
        client.apply_edit = ApplyEdit::Honestly;
        let answer = client.execute("singletree.review.keep", json!({"hunkId": hunks[0]["id"]}))?;
        assert_eq!(answer["hunks"][0]["state"], "kept", "{lie:?}: a second try lands");
    }
    Ok(())
}

#[test]
fn decisions_can_be_taken_back() -> anyhow::Result<()> {
    let (_project, mut client, uri) = opened(ApplyEdit::Honestly)?;
    let hunks = document(&mut client, &uri)?;
    client.execute("singletree.review.keep", json!({"hunkId": hunks[0]["id"]}))?;
    client.execute("singletree.review.undo", json!({}))?;
    assert_eq!(client.text(&uri), unsaved(), "undo takes the kept text out again");
    assert_eq!(client.hunks(&["pending"])?.len(), 2);
    client.execute("singletree.review.reject", json!({}))?;
    assert_eq!(client.hunks(&["pending"])?.len(), 0);
    client.execute("singletree.review.undo", json!({}))?;
    assert_eq!(client.hunks(&["pending"])?.len(), 2, "rejected hunks can be had back");
    Ok(())
}

/// Three hunks, two of them kept: one edit, and one undo brings both back.
#[test]
fn several_hunks_are_one_decision() -> anyhow::Result<()> {
    let (mut scene, uri) = three_hunks()?;
    let hunks = scene.proposed()?;
    let ids = [&hunks[0]["id"], &hunks[2]["id"]];
    let kept = scene.client.execute("singletree.review.keep", json!({"hunkId": ids}))?;
    assert_eq!(states(&kept), [(ids[0], "kept"), (ids[1], "kept")]);
    assert_eq!(
        scene.client.text(&uri),
        NUMBERS.replace("one", "ONE").replace("five", "FIVE")
    );
    assert_eq!(scene.client.edits_served().len(), 1);

    scene.client.execute("singletree.review.undo", json!({}))?;
    assert_eq!(scene.client.text(&uri), NUMBERS);
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 3);

    let rejected = scene
        .client
        .execute("singletree.review.reject", json!({"hunkId": ids}))?;
    assert_eq!(states(&rejected), [(ids[0], "rejected"), (ids[1], "rejected")]);
    scene.client.execute("singletree.review.undo", json!({}))?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 3);
    Ok(())
}

#[test]
fn of_several_hunks_a_stale_one_is_told_and_nothing_is_lost() -> anyhow::Result<()> {
    let (mut scene, uri) = three_hunks()?;
    let hunks = scene.proposed()?;
    scene.client.type_at(&uri, 0..3, "mine")?;
    let ids = [&hunks[0]["id"], &hunks[1]["id"]];
    let kept = scene.client.execute("singletree.review.keep", json!({"hunkId": ids}))?;
    assert_eq!(states(&kept), [(ids[1], "kept"), (ids[0], "conflict")]);
    let after = NUMBERS.replace("one", "mine").replace("three", "THREE");
    assert_eq!(scene.client.text(&uri), after);
    assert_eq!(
        scene.client.hunks(&["conflict"])?[0]["id"],
        *ids[0],
        "it is there still"
    );

    for (argument, cause) in [
        (json!({"hunkId": [ids[0]]}), "hunk-state"),
        (json!({"hunkId": ["hnk_gone"]}), "unknown-hunk"),
        (json!({"hunkId": []}), "nothing-selected"),
        (json!({"hunkId": 5}), "arguments"),
    ] {
        let params = json!({"command": "singletree.review.keep", "arguments": [argument]});
        let answer = scene.client.request_raw("workspace/executeCommand", params)?;
        assert_eq!(answer["error"]["data"]["cause"], cause, "{answer}");
    }
    assert_eq!(scene.client.text(&uri), after);
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1);
    Ok(())
}

const NUMBERS: &str = "one\ntwo\nthree\nfour\nfive\n";

fn three_hunks() -> anyhow::Result<(Scene, String)> {
    let edit = |old: &str| {
        let arguments = json!({"path": "a.txt", "old_text": old, "new_text": old.to_uppercase()});
        call("edit", arguments)
    };
    let answers = vec![
        Answer::Calls(vec![edit("one"), edit("three"), edit("five")]),
        Answer::Text("done".into()),
    ];
    let mut scene = Scene::new(&[("a.txt", NUMBERS.as_bytes())], answers, Options::default())?;
    let uri = scene.open("a.txt")?;
    Ok((scene, uri))
}

/// The hunks of an answer with their states.
fn states(answer: &Value) -> Vec<(&Value, &str)> {
    let hunks = answer["hunks"].as_array().into_iter().flatten();
    hunks
        .map(|hunk| (&hunk["id"], hunk["state"].as_str().unwrap_or_default()))
        .collect()
}

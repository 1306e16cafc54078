//! The main path through the built binary: a command on an unsaved buffer, hunks, keep one, reject one.

use anyhow::ensure;
use e2e::{ApplyEdit, Client, Options, Project};
use serde_json::json;

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

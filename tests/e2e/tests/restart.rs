//! `kill -9` at the worst moments: a restarted server offers exactly the hunks that are still open, none twice.

use anyhow::ensure;
use e2e::{ApplyEdit, Client, Options, Project};
use serde_json::json;

const SOURCE: &str = "\
package shapes

func Area(width, height int) int {
	return width * height
}

func Scale(values []int, factor int) []int {
	return values
}
";

fn started(project: &Project, text: &str) -> anyhow::Result<Client> {
    let mut client = Client::start(&project.home(), project.root(), Options::default())?;
    client.open(&project.uri("shapes.go"), "go", text)?;
    Ok(client)
}

fn with_two_hunks() -> anyhow::Result<(Project, Client, Vec<serde_json::Value>)> {
    let project = Project::new(&[("shapes.go", SOURCE.as_bytes())])?;
    let mut client = started(&project, SOURCE)?;
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 8, "character": 0}});
    let uri = project.uri("shapes.go");
    let turn = client.run_turn(json!({"command": "document", "textDocument": {"uri": uri}, "range": range}))?;
    ensure!(turn["state"] == "completed", "{turn}");
    let hunks = client.hunks(&["pending"])?;
    ensure!(hunks.len() == 2, "{hunks:#?}");
    Ok((project, client, hunks))
}

fn ids(hunks: &[serde_json::Value]) -> Vec<&serde_json::Value> {
    hunks.iter().map(|hunk| &hunk["id"]).collect()
}

#[test]
fn pending_hunks_come_back() -> anyhow::Result<()> {
    let (project, client, before) = with_two_hunks()?;
    client.kill()?;
    let after = started(&project, SOURCE)?.hunks(&["pending", "keeping", "conflict"])?;
    assert_eq!(after, before);
    Ok(())
}

#[test]
fn they_are_rebased_on_what_the_buffer_has_become() -> anyhow::Result<()> {
    let (project, mut client, before) = with_two_hunks()?;
    client.type_at(&project.uri("shapes.go"), 0..0, "// Copyright\n")?;
    let buffers = client.kill()?;
    let text = &buffers[&project.uri("shapes.go")].text;
    let after = started(&project, text)?.hunks(&["pending"])?;
    assert_eq!(ids(&after), ids(&before));
    assert_eq!(
        after[0]["range"]["start"]["line"].as_u64(),
        before[0]["range"]["start"]["line"].as_u64().map(|line| line + 1)
    );
    Ok(())
}

#[test]
fn kept_and_rejected_hunks_do_not_come_back() -> anyhow::Result<()> {
    let (project, mut client, hunks) = with_two_hunks()?;
    client.execute("singletree.review.keep", json!({"hunkId": hunks[0]["id"]}))?;
    client.execute("singletree.review.reject", json!({"hunkId": hunks[1]["id"]}))?;
    let text = client.kill()?[&project.uri("shapes.go")].text.clone();
    let mut client = started(&project, &text)?;
    assert_eq!(client.hunks(&["pending", "keeping", "conflict"])?.len(), 0);
    assert_eq!(client.text(&project.uri("shapes.go")), text);
    Ok(())
}

/// The server dies after it sent the edit and before it could see the change.
#[test]
fn a_kept_edit_is_not_offered_again_after_a_crash() -> anyhow::Result<()> {
    let (project, mut client, hunks) = with_two_hunks()?;
    client.apply_edit = ApplyEdit::ApplySilently;
    let uri = project.uri("shapes.go");
    let params = json!({"command": "singletree.review.keep", "arguments": [{"hunkId": hunks[0]["id"]}]});
    client.send_request("workspace/executeCommand", params)?;
    while client.text(&uri) == SOURCE {
        let message = client.receive(std::time::Instant::now() + e2e::TIMEOUT)?;
        client.take(message)?;
    }
    let text = client.kill()?[&uri].text.clone();
    let mut client = started(&project, &text)?;
    let open = client.hunks(&["pending", "keeping", "conflict"])?;
    assert_eq!(ids(&open), [&hunks[1]["id"]]);
    client.execute("singletree.review.keep", json!({}))?;
    let inserted = hunks[0]["newText"]
        .as_str()
        .and_then(|new| new.lines().next())
        .unwrap_or_default();
    assert_eq!(
        client.text(&uri).matches(inserted).count(),
        1,
        "nothing is inserted twice"
    );
    Ok(())
}

/// The server dies after it sent the edit; the editor never applied it.
#[test]
fn an_edit_that_never_arrived_is_offered_again() -> anyhow::Result<()> {
    let (project, mut client, hunks) = with_two_hunks()?;
    let params = json!({"command": "singletree.review.keep", "arguments": [{"hunkId": hunks[0]["id"]}]});
    client.send_request("workspace/executeCommand", params)?;
    loop {
        let message = client.receive(std::time::Instant::now() + e2e::TIMEOUT)?;
        if message["method"] == "workspace/applyEdit" {
            break;
        }
        client.take(message)?;
    }
    client.kill()?;
    let open = started(&project, SOURCE)?.hunks(&["pending"])?;
    assert_eq!(ids(&open), ids(&hunks));
    Ok(())
}

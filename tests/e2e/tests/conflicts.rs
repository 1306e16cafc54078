//! What the user types, and what changes on disk, is never overwritten: the proposal stands back.

use e2e::{Answer, Options, Scene, call};
use serde_json::{Value, json};

const TEXT: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

fn edit(old: &str, new: &str) -> Answer {
    Answer::Calls(vec![call(
        "edit",
        json!({"path": "a.txt", "old_text": old, "new_text": new}),
    )])
}

fn done() -> Answer {
    Answer::Text("done".into())
}

fn scene(answers: Vec<Answer>) -> anyhow::Result<Scene> {
    Scene::new(&[("a.txt", TEXT.as_bytes())], answers, Options::default())
}

/// An open document with one pending hunk on line `two`.
fn with_a_hunk() -> anyhow::Result<(Scene, String, Value)> {
    let mut scene = scene(vec![edit("two", "TWO by the model")])?;
    let uri = scene.open("a.txt")?;
    let hunk = scene.proposed()?.remove(0);
    Ok((scene, uri, hunk))
}

/// Keep of a conflict says what is in the way and changes nothing, alone or in bulk.
fn check_refused(scene: &mut Scene, hunk: &Value) -> anyhow::Result<()> {
    let edits = scene.client.edits_served().len();
    for argument in [json!({"hunkId": hunk["id"]}), json!({})] {
        let params = json!({"command": "singletree.review.keep", "arguments": [argument]});
        let answer = scene.client.request_raw("workspace/executeCommand", params)?;
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(message.len() > 10, "{answer}");
        assert!(answer["error"]["data"]["cause"].is_string(), "{answer}");
    }
    assert_eq!(scene.client.edits_served().len(), edits, "nothing was sent");
    let states = scene.client.hunks(&["conflict"])?;
    assert_eq!(states.len(), 1);
    assert_eq!(states[0]["id"], hunk["id"]);
    Ok(())
}

#[test]
fn typing_over_a_pending_hunk() -> anyhow::Result<()> {
    let (mut scene, uri, hunk) = with_a_hunk()?;
    scene.client.type_at(&uri, 4..7, "2")?;
    let typed = TEXT.replace("two", "2");
    check_refused(&mut scene, &hunk)?;
    assert_eq!(scene.client.text(&uri), typed);

    scene.client.type_at(&uri, 4..5, "tw")?;
    assert_eq!(scene.client.hunks(&["conflict"])?.len(), 1, "not yet");
    scene.client.type_at(&uri, 6..6, "o")?;
    let back = scene.client.hunks(&["pending"])?;
    assert_eq!(back.len(), 1, "typed back: pending again");
    assert_eq!(back[0]["id"], hunk["id"]);
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), TEXT.replace("two", "TWO by the model"));
    Ok(())
}

#[test]
fn deleting_the_text_of_a_pending_hunk_and_undoing_that() -> anyhow::Result<()> {
    let (mut scene, uri, hunk) = with_a_hunk()?;
    scene.client.type_at(&uri, 0..TEXT.len(), "")?;
    check_refused(&mut scene, &hunk)?;
    scene.client.type_at(&uri, 0..0, TEXT)?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1);
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), TEXT.replace("two", "TWO by the model"));
    Ok(())
}

#[test]
fn the_proposal_typed_by_hand_needs_no_keep() -> anyhow::Result<()> {
    let (mut scene, uri, _) = with_a_hunk()?;
    scene.client.type_at(&uri, 4..7, "TWO by ")?;
    scene.client.type_at(&uri, 11..11, "the model")?;
    assert_eq!(scene.client.state()?, json!({"reviews": []}));
    Ok(())
}

#[test]
fn a_conflict_can_be_rejected() -> anyhow::Result<()> {
    let (mut scene, uri, hunk) = with_a_hunk()?;
    scene.client.type_at(&uri, 4..7, "2")?;
    scene
        .client
        .execute("singletree.review.reject", json!({"hunkId": hunk["id"]}))?;
    assert_eq!(scene.client.state()?, json!({"reviews": []}));
    assert_eq!(scene.client.text(&uri), TEXT.replace("two", "2"));
    Ok(())
}

/// No watcher tells of the change: the server has to look before it writes.
#[test]
fn a_closed_file_that_changes_on_disk_at_the_hunk() -> anyhow::Result<()> {
    for is_told in [true, false] {
        for options in [Options::default(), Options::default().without_apply_edit()] {
            let answers = vec![edit("two", "TWO by the model")];
            let mut scene = Scene::new(&[("a.txt", TEXT.as_bytes())], answers, options)?;
            let hunk = scene.proposed()?.remove(0);
            let changed = TEXT.replace("two", "zwei");
            scene.project.write("a.txt", changed.as_bytes())?;
            if is_told {
                scene.client.changed_on_disk(&scene.project.uri("a.txt"))?;
                assert_eq!(scene.client.hunks(&["conflict"])?.len(), 1);
            }
            check_refused(&mut scene, &hunk)?;
            assert_eq!(scene.project.read("a.txt"), changed.as_bytes());
        }
    }
    Ok(())
}

#[test]
fn a_second_turn_at_the_same_place_supersedes_the_first() -> anyhow::Result<()> {
    let mut scene = scene(vec![
        edit("two", "first try"),
        done(),
        edit("first try", "second try"),
        done(),
    ])?;
    let uri = scene.open("a.txt")?;
    let turn = scene.client.execute("singletree.run", e2e::request())?;
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["state"] == "completed")?;
    let first = scene.client.hunks(&["pending"])?.remove(0);
    let mut again = e2e::request();
    again["sessionId"] = turn["sessionId"].clone();
    scene.client.run_turn(again)?;
    let now = scene.client.hunks(&["pending", "conflict"])?;
    assert_eq!(now.len(), 1, "{now:#?}");
    assert_ne!(now[0]["id"], first["id"]);
    assert_eq!(
        (&now[0]["oldText"], &now[0]["newText"]),
        (&json!("two\n"), &json!("second try\n"))
    );
    let keep = json!({"command": "singletree.review.keep", "arguments": [{"hunkId": first["id"]}]});
    let answer = scene.client.request_raw("workspace/executeCommand", keep)?;
    assert!(
        answer["error"]["message"].is_string(),
        "the first is not there any more: {answer}"
    );
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), TEXT.replace("two", "second try"));
    assert_eq!(scene.client.state()?, json!({"reviews": []}));
    Ok(())
}

/// Two sessions do not see each other's proposals: both are offered, and one of them can be kept.
#[test]
fn two_sessions_at_the_same_place() -> anyhow::Result<()> {
    let mut scene = scene(vec![
        edit("two", "first try"),
        done(),
        edit("two", "second try"),
        done(),
    ])?;
    let uri = scene.open("a.txt")?;
    scene.ask()?;
    assert_eq!(scene.proposed()?.len(), 2);
    let kept = scene.keep_all()?;
    let kept: Vec<&Value> = kept["hunks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|hunk| hunk["state"] == "kept")
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    let text = scene.client.text(&uri).to_owned();
    assert!(
        text == TEXT.replace("two", "first try") || text == TEXT.replace("two", "second try"),
        "{text}"
    );
    let open = scene.client.hunks(&["pending", "conflict"])?;
    assert_eq!(open.len(), 1);
    assert_eq!(open[0]["state"], "conflict", "its text is gone: {open:#?}");
    Ok(())
}

/// As `:e!` does: the buffer is closed and comes back with another text.
#[test]
fn a_document_that_is_opened_again_with_another_text() -> anyhow::Result<()> {
    let shifted = format!("zero\n{TEXT}");
    let (mut scene, uri, hunk) = with_a_hunk()?;
    scene.client.close(&uri)?;
    scene.client.open(&uri, "plaintext", &shifted)?;
    let hunks = scene.client.hunks(&["pending"])?;
    assert_eq!(hunks.len(), 1);
    assert_eq!(hunks[0]["range"]["start"]["line"], 2, "it has followed its line");

    let other = TEXT.replace("two", "zwei");
    scene.client.close(&uri)?;
    scene.client.open(&uri, "plaintext", &other)?;
    check_refused(&mut scene, &hunk)?;
    assert_eq!(scene.client.text(&uri), other);

    scene.client.close(&uri)?;
    scene.client.open(&uri, "plaintext", TEXT)?;
    scene.keep_all()?;
    assert_eq!(scene.client.text(&uri), TEXT.replace("two", "TWO by the model"));
    Ok(())
}

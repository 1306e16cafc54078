//! Several files in one turn: one Keep is one edit, and takes no more than what the user saw.

use std::collections::BTreeSet;

use e2e::{Answer, Options, Scene, call};
use serde_json::{Value, json};

fn edit(path: &str, old: &str, new: &str) -> (String, Value) {
    call("edit", json!({"path": path, "old_text": old, "new_text": new}))
}

const FILES: [(&str, &[u8]); 3] = [
    ("a.txt", b"first\n\nmiddle\n\nlast\n"),
    ("b.txt", b"first\n"),
    ("sub/c.txt", b"first\n"),
];

fn three_files() -> Vec<Answer> {
    let calls = vec![
        edit("a.txt", "first", "FIRST"),
        edit("a.txt", "last", "LAST"),
        edit("b.txt", "first", "FIRST"),
        edit("sub/c.txt", "first", "FIRST"),
    ];
    vec![Answer::Calls(calls)]
}

#[test]
fn keep_all_is_one_edit_with_each_file_once() -> anyhow::Result<()> {
    let mut scene = Scene::new(&FILES, three_files(), Options::default())?;
    let a = scene.open("a.txt")?;
    scene.open("b.txt")?;
    assert_eq!(scene.proposed()?.len(), 4);
    scene.client.type_at(&a, 0..0, "typed\n")?;
    let kept = scene.keep_all()?;
    assert_eq!(kept["hunks"].as_array().map(Vec::len), Some(4), "{kept}");

    let edits = scene.client.edits_served();
    assert_eq!(edits.len(), 1, "one applyEdit: {edits:?}");
    let changes = edits[0]["documentChanges"].as_array().cloned().unwrap_or_default();
    let versions: BTreeSet<(String, Option<i64>)> = changes
        .iter()
        .map(|change| &change["textDocument"])
        .map(|document| {
            (
                document["uri"].as_str().unwrap_or_default().to_owned(),
                document["version"].as_i64(),
            )
        })
        .collect();
    let expected = [("a.txt", Some(2)), ("b.txt", Some(1)), ("sub/c.txt", None)];
    let expected = expected.map(|(name, version)| (scene.project.uri(name), version));
    assert_eq!(changes.len(), 3, "{changes:?}");
    assert_eq!(versions, expected.into());

    assert_eq!(scene.client.text(&a), "typed\nFIRST\n\nmiddle\n\nLAST\n");
    assert_eq!(scene.client.text(&scene.project.uri("b.txt")), "FIRST\n");
    assert_eq!(scene.client.text(&scene.project.uri("sub/c.txt")), "FIRST\n");
    scene.client.execute("singletree.review.undo", json!({}))?;
    assert_eq!(
        scene.client.text(&a),
        "typed\nfirst\n\nmiddle\n\nlast\n",
        "undo takes all of it back"
    );
    assert_eq!(scene.client.text(&scene.project.uri("b.txt")), "first\n");
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 4);
    Ok(())
}

/// An editor that knows only `changes`, as LSP 2 had them.
#[test]
fn without_document_changes() -> anyhow::Result<()> {
    let options = Options::default().capability("/workspace/workspaceEdit", json!({}));
    let mut scene = Scene::new(&FILES, three_files(), options)?;
    let a = scene.open("a.txt")?;
    assert_eq!(scene.proposed()?.len(), 4);
    let kept = scene.keep_all()?;
    assert_eq!(kept["hunks"].as_array().map(Vec::len), Some(4), "{kept}");
    let edits = scene.client.edits_served();
    assert_eq!(edits.len(), 1);
    assert_eq!(
        edits[0]["changes"].as_object().map(serde_json::Map::len),
        Some(3),
        "{edits:?}"
    );
    assert_eq!(edits[0]["documentChanges"], Value::Null);
    assert_eq!(scene.client.text(&a), "FIRST\n\nmiddle\n\nLAST\n");
    Ok(())
}

#[test]
fn one_file_or_one_review_can_be_kept() -> anyhow::Result<()> {
    let mut scene = Scene::new(&FILES, three_files(), Options::default())?;
    let a = scene.open("a.txt")?;
    scene.ask()?;
    let kept = scene.client.execute("singletree.review.keep", json!({"uri": a}))?;
    assert_eq!(kept["hunks"].as_array().map(Vec::len), Some(2), "{kept}");
    assert_eq!(scene.client.text(&a), "FIRST\n\nmiddle\n\nLAST\n");
    let review = scene.client.state()?["reviews"][0]["reviewId"].clone();
    let rejected = scene
        .client
        .execute("singletree.review.reject", json!({"reviewId": review}))?;
    assert_eq!(rejected["hunks"].as_array().map(Vec::len), Some(2), "{rejected}");
    assert_eq!(scene.client.state()?, json!({"reviews": []}));
    assert_eq!(scene.project.read("b.txt"), b"first\n");
    Ok(())
}

/// New text in a new file and edits elsewhere go together, whoever writes which.
#[test]
fn a_new_file_and_an_edit_in_one_keep() -> anyhow::Result<()> {
    for resource_operations in [json!(["create", "rename", "delete"]), json!([])] {
        let calls = vec![
            edit("b.txt", "first", "see d.txt"),
            call("write", json!({"path": "d.txt", "text": "new\n"})),
        ];
        let options = Options::default().capability(
            "/workspace/workspaceEdit/resourceOperations",
            resource_operations.clone(),
        );
        let mut scene = Scene::new(&FILES, vec![Answer::Calls(calls)], options)?;
        let b = scene.open("b.txt")?;
        assert_eq!(scene.proposed()?.len(), 2);
        let kept = scene.keep_all()?;
        assert_eq!(
            kept["hunks"].as_array().map(Vec::len),
            Some(2),
            "{resource_operations}: {kept}"
        );
        assert_eq!(scene.client.text(&b), "see d.txt\n");
        let new = scene.project.uri("d.txt");
        let text = match scene.client.buffers.get(&new) {
            Some(buffer) => buffer.text.clone().into_bytes(),
            None => scene.project.read("d.txt"),
        };
        assert_eq!(text, b"new\n", "{resource_operations}");
        assert_eq!(scene.client.state()?, json!({"reviews": []}));
    }
    Ok(())
}

#[test]
fn a_bulk_keep_leaves_hunks_alone_that_the_user_has_not_seen() -> anyhow::Result<()> {
    let answers = vec![
        Answer::Calls(vec![edit("a.txt", "first", "FIRST")]),
        Answer::Calls(vec![edit("a.txt", "last", "LAST")]),
        Answer::Text("done".into()),
    ];
    let mut scene = Scene::new(&FILES, answers, Options::default())?;
    let a = scene.open("a.txt")?;
    scene.model.allow(1);
    scene.client.execute("singletree.run", e2e::request())?;
    let seen = scene
        .client
        .wait_for("singletree/review", |review| review["whole"] == true)?;
    scene.model.allow(usize::MAX);
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["state"] == "completed")?;
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 2);
    let keep = json!({"reviewId": seen["reviewId"], "rev": seen["rev"]});
    let kept = scene.client.execute("singletree.review.keep", keep)?;
    assert_eq!(kept["hunks"].as_array().map(Vec::len), Some(1), "{seen}\n{kept}");
    assert_eq!(scene.client.text(&a), "FIRST\n\nmiddle\n\nlast\n");
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1);
    Ok(())
}

/// Typing that is merged into a proposal makes it another one than the user saw.
#[test]
fn a_bulk_keep_leaves_hunks_alone_that_became_others() -> anyhow::Result<()> {
    let files: [(&str, &[u8]); 1] = [("a.txt", b"first\n\nlast of them all\n")];
    let calls = vec![edit("a.txt", "first", "FIRST"), edit("a.txt", "last of", "LAST of")];
    let mut scene = Scene::new(&files, vec![Answer::Calls(calls)], Options::default())?;
    let a = scene.open("a.txt")?;
    scene.ask()?;
    let review = scene.client.state()?["reviews"][0].clone();
    let end = scene.client.text(&a).len() - 1;
    scene.client.type_at(&a, end..end, " here")?;
    let keep = json!({"reviewId": review["reviewId"], "rev": review["rev"]});
    scene.client.execute("singletree.review.keep", keep)?;
    assert_eq!(scene.client.text(&a), "FIRST\n\nlast of them all here\n");
    let hunks = scene.client.hunks(&["pending"])?;
    assert_eq!(hunks[0]["newText"], "LAST of them all here\n", "{hunks:#?}");
    scene.keep_all()?;
    assert_eq!(scene.client.text(&a), "FIRST\n\nLAST of them all here\n");
    Ok(())
}

//! Files that a turn creates, deletes and renames: kept through the editor, or by the server where the editor cannot.

use e2e::{Answer, Options, Scene, call};
use serde_json::{Value, json};

const NOTES: &str = "one\ntwo\nthree\n";
const NEW: &str = "# Plan\n\n- é 🌳\n";

fn create() -> (String, Value) {
    call("write", json!({"path": "docs/plan.md", "text": NEW}))
}

fn delete() -> (String, Value) {
    call("delete", json!({"path": "notes.txt"}))
}

fn rename() -> (String, Value) {
    call("move", json!({"from": "notes.txt", "to": "docs/notes.txt"}))
}

fn scene(change: (String, Value), options: Options) -> anyhow::Result<Scene> {
    let files = [("notes.txt", NOTES.as_bytes())];
    let read = call("read", json!({"path": "notes.txt"}));
    Scene::new(
        &files,
        vec![Answer::Calls(vec![read]), Answer::Calls(vec![change])],
        options,
    )
}

/// An editor that edits texts but has no operations on files.
fn without_operations() -> Options {
    Options::default().capability("/workspace/workspaceEdit/resourceOperations", json!([]))
}

fn fronts() -> [Options; 3] {
    [
        Options::default(),
        without_operations(),
        Options::default().without_apply_edit(),
    ]
}

/// What is on disk: the files' names with their texts.
fn disk(scene: &Scene) -> Vec<(&'static str, String)> {
    let names = ["docs/notes.txt", "docs/plan.md", "notes.txt"];
    let there = names.into_iter().filter(|name| scene.project.path(name).exists());
    there
        .map(|name| (name, String::from_utf8_lossy(&scene.project.read(name)).into_owned()))
        .collect()
}

/// As the user has it: buffers count before the disk.
fn seen(scene: &Scene) -> Vec<(&'static str, String)> {
    let mut files = disk(scene);
    for (name, text) in &mut files {
        if let Some(buffer) = scene.client.buffers.get(&scene.project.uri(name)) {
            text.clone_from(&buffer.text);
        }
    }
    files
}

fn file_of(state: &Value) -> Value {
    state["reviews"][0]["files"][0].clone()
}

/// Keep makes it so, undo takes it back, and a second Keep makes it so again.
fn check(change: fn() -> (String, Value), kind: &str, expect: &[(&str, &str)]) -> anyhow::Result<()> {
    let before = [("notes.txt", NOTES.to_owned())];
    let expect: Vec<(&str, String)> = expect.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    for (nth, options) in fronts().into_iter().enumerate() {
        let mut scene = scene(change(), options)?;
        assert_eq!(scene.proposed()?.len(), 1, "{kind}, front {nth}");
        assert_eq!(file_of(&scene.client.state()?)["kind"], kind);
        assert_eq!(disk(&scene), before, "{kind}: a proposal writes nothing");
        let kept = scene.keep_all()?;
        assert_eq!(kept["hunks"][0]["state"], "kept", "{kind}, front {nth}: {kept}");
        assert_eq!(seen(&scene), expect, "{kind}, front {nth}");
        scene.client.execute("singletree.review.undo", json!({}))?;
        assert_eq!(seen(&scene), before, "{kind}, front {nth}: undo");
        assert_eq!(
            scene.client.hunks(&["pending"])?.len(),
            1,
            "{kind}, front {nth}: pending again"
        );
        scene.keep_all()?;
        assert_eq!(seen(&scene), expect, "{kind}, front {nth}: kept again");
        assert_eq!(scene.client.state()?, json!({"reviews": []}), "{kind}, front {nth}");
    }
    Ok(())
}

#[test]
fn a_new_file() -> anyhow::Result<()> {
    check(create, "create", &[("docs/plan.md", NEW), ("notes.txt", NOTES)])
}

#[test]
fn a_file_that_goes() -> anyhow::Result<()> {
    check(delete, "delete", &[])
}

#[test]
fn a_file_that_moves() -> anyhow::Result<()> {
    check(rename, "rename", &[("docs/notes.txt", NOTES)])
}

#[test]
fn the_editors_own_operations_are_used_where_it_has_them() -> anyhow::Result<()> {
    for (change, kind) in [(create(), "create"), (delete(), "delete"), (rename(), "rename")] {
        let mut scene = scene(change, Options::default())?;
        scene.ask()?;
        scene.keep_all()?;
        let edits = scene.client.edits_served();
        assert_eq!(edits.len(), 1, "{kind}: {edits:?}");
        assert_eq!(edits[0]["documentChanges"][0]["kind"], kind);
    }
    let mut scene = scene(create(), without_operations())?;
    scene.ask()?;
    scene.keep_all()?;
    assert_eq!(scene.client.edits_served().len(), 0, "the server writes it itself");
    Ok(())
}

#[test]
fn rejected_operations_leave_the_disk_as_it_was() -> anyhow::Result<()> {
    for change in [create(), delete(), rename()] {
        for options in fronts() {
            let mut scene = scene(change.clone(), options)?;
            scene.ask()?;
            let rejected = scene.client.execute("singletree.review.reject", json!({}))?;
            assert_eq!(rejected["hunks"][0]["state"], "rejected", "{change:?}");
            assert_eq!(disk(&scene), [("notes.txt", NOTES.to_owned())], "{change:?}");
            assert!(!scene.project.path("docs").exists(), "{change:?}: no folder either");
            assert_eq!(scene.client.state()?, json!({"reviews": []}), "{change:?}");
        }
    }
    Ok(())
}

/// The user decided on a text that is not there any more.
#[test]
fn a_file_that_changed_meanwhile_is_not_deleted() -> anyhow::Result<()> {
    for options in fronts() {
        let mut scene = scene(delete(), options)?;
        let hunks = scene.proposed()?;
        // Nobody tells the server: it has to look.
        scene.project.write("notes.txt", b"one\ntwo\nthree\nand four\n")?;
        let keep = json!({"command": "singletree.review.keep", "arguments": [{"hunkId": hunks[0]["id"]}]});
        let answer = scene.client.request_raw("workspace/executeCommand", keep)?;
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains("changed"), "{answer}");
        assert_eq!(scene.project.read("notes.txt"), b"one\ntwo\nthree\nand four\n");
        assert_eq!(scene.client.hunks(&["conflict"])?.len(), 1);
        scene.project.write("notes.txt", NOTES.as_bytes())?;
        scene.client.changed_on_disk(&scene.project.uri("notes.txt"))?;
        assert_eq!(scene.client.hunks(&["pending"])?.len(), 1, "as it was: offered again");
    }
    Ok(())
}

#[test]
fn what_stands_where_a_file_is_to_be_stays() -> anyhow::Result<()> {
    for (change, place) in [(create(), "docs/plan.md"), (rename(), "docs/notes.txt")] {
        for options in fronts() {
            let mut scene = scene(change.clone(), options)?;
            let hunks = scene.proposed()?;
            scene.project.write(place, b"the user's own\n")?;
            let keep = json!({"command": "singletree.review.keep", "arguments": [{"hunkId": hunks[0]["id"]}]});
            let answer = scene.client.request_raw("workspace/executeCommand", keep)?;
            assert!(answer["error"]["message"].is_string(), "{change:?}: {answer}");
            assert_eq!(scene.project.read(place), b"the user's own\n");
            assert_eq!(scene.project.read("notes.txt"), NOTES.as_bytes());
        }
    }
    Ok(())
}

//! What a call would propose while its arguments are still being written.

use serde_json::{Value, json};
use text::Edit;
use workspace::FileChange;

use crate::scene::Scene;

/// The changes of the files as they would be, `path: text`; what is drawn of a file is never more than that.
fn sketched(scene: &Scene, tool: &str, arguments: Value, is_cut: bool) -> Vec<String> {
    let tool = scene.registry.get(tool).unwrap();
    assert!(tool.grows().is_some());
    let changes = tool.sketch(arguments, is_cut, &scene.cx);
    let shown = changes.into_iter().map(|change| match change {
        FileChange::Edit { path, edits, .. } => {
            let mut rope = scene.cx.workspace.read(&scene.cx.session, &path).unwrap().rope;
            edits
                .iter()
                .rev()
                .for_each(|edit: &Edit| text::apply(&mut rope, edit).unwrap());
            format!("{}: {rope}", scene.cx.workspace.relative(&path))
        }
        FileChange::Create { path, text } => format!("new {}: {text}", scene.cx.workspace.relative(&path)),
        other => format!("{other:?}"),
    });
    shown.collect()
}

fn check(tool: &str, arguments: Value, expect: &[&str]) {
    let scene = Scene::new(&[("a", "one\ntwo\nthree\n"), (".env", "KEY=1\n")]);
    assert_eq!(sketched(&scene, tool, arguments, true), expect);
}

#[test]
fn an_edit_stands_where_it_will() {
    let edit = |old: &str, new: &str| json!({"path": "a", "old_text": old, "new_text": new});
    check("edit", edit("two\n", "tw"), &["a: one\ntw\nthree\n"]);
    check("edit", edit("two", "tw"), &["a: one\ntw\nthree\n"]);
    check("edit", edit("o", "x"), &[]);
    check("edit", edit("four", "x"), &[]);
    check("edit", json!({"path": "a", "old_text": "two"}), &[]);
    check(
        "insert",
        json!({"path": "a", "line": 2, "text": "new"}),
        &["a: one\nnew\ntwo\nthree\n"],
    );
    check("write", json!({"path": "b", "text": "new\nte"}), &["new b: new\nte"]);
}

#[test]
fn a_patch_stands_as_far_as_it_can_be_placed() {
    let patch = |patch: &str| json!({ "patch": patch });
    let begun = "*** Begin Patch\n*** Update File: a\n@@\n one\n-two\n+2\n";
    check("apply-patch", patch(begun), &["a: one\n2\nthree\n"]);
    check(
        "apply-patch",
        patch(&format!("{begun}*** Add Fi")),
        &["a: one\n2\nthree\n"],
    );
    let both = ["a: one\n2\nthree\n", "new b: text\n"];
    check(
        "apply-patch",
        patch(&format!("{begun}*** Add File: b\n+text\n+mo")),
        &both,
    );
    check(
        "apply-patch",
        patch(&format!("{begun}@@\n-nowhere\n+x\n")),
        &["a: one\n2\nthree\n"],
    );
    check(
        "apply-patch",
        patch("--- a/a\n+++ b/a\n@@ -2 +2 @@\n-two\n+2\n"),
        &["a: one\n2\nthree\n"],
    );
    check("apply-patch", patch("--- a/a\n+++ b/a\n"), &[]);
}

#[test]
fn what_needs_a_question_is_not_sketched() {
    for is_cut in [true, false] {
        let scene = Scene::new(&[("a", "one\n"), (".env", "KEY=1\n")]);
        let sketch = |tool, arguments| sketched(&scene, tool, arguments, is_cut);
        let none: [&str; 0] = [];
        assert_eq!(
            sketch(
                "edit",
                json!({"path": ".env", "old_text": "KEY=1", "new_text": "KEY=2"})
            ),
            none
        );
        assert_eq!(
            sketch("insert", json!({"path": ".env", "line": 1, "text": "X=1"})),
            none
        );
        assert_eq!(sketch("write", json!({"path": ".envrc", "text": "X=1\n"})), none);
        assert_eq!(sketch("write", json!({"path": "../outside", "text": "X=1\n"})), none);
        let patch =
            "*** Begin Patch\n*** Update File: a\n-one\n+1\n*** Update File: .env\n-KEY=1\n+KEY=2\n*** End Patch\n";
        assert_eq!(sketch("apply-patch", json!({ "patch": patch })), none);
    }
}

#[test]
fn a_command_that_only_reads_sketches_nothing() {
    let mut scene = Scene::new(&[("a", "one\n")]);
    scene.cx.may_edit = false;
    let arguments = json!({"path": "a", "old_text": "one", "new_text": "1"});
    assert!(sketched(&scene, "edit", arguments, true).is_empty());
}

#[tokio::test]
async fn a_file_that_is_rewritten_keeps_what_may_still_come() {
    let scene = Scene::new(&[("a", "one\ntwo\nthree\n")]);
    let write = |text: &str| json!({"path": "a", "text": text});
    assert!(
        sketched(&scene, "write", write("x\n"), true).is_empty(),
        "it was not read"
    );
    scene.call("read", json!({"path": "a"})).await;
    let sketch = |text: &str| sketched(&scene, "write", write(text), true);
    assert_eq!(sketch("one\n2\nthree"), ["a: one\n2\ntwo\nthree\n"]);
    assert_eq!(sketch("one\n2\nthree\n"), ["a: one\n2\nthree\n"]);
    assert_eq!(sketched(&scene, "write", write("one\n2\n"), false), ["a: one\n2\n"]);
}

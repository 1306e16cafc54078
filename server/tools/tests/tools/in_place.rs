//! Commands on the real files, where the user switched the workbench off.

use expect_test::expect;
use serde_json::json;
use text::PositionEncoding;

use crate::scene::{Scene, on_disk};

#[tokio::test]
async fn without_a_workbench_the_real_files_change() {
    let scene = Scene::without_workbench(&[("a.txt", "one\n"), ("b.txt", "b\n"), ("c.txt", "c\n")]);
    scene
        .call(
            "edit",
            json!({"path": "c.txt", "old_text": "c", "new_text": "proposed"}),
        )
        .await;
    let line = "echo two > a.txt; rm b.txt; echo new > d.txt; cat c.txt; false";
    expect![[r#"
        error: exit code 1 (level L1: on the real files, with the network, unconfined)
        c
        [The command ran on the files on the disk and did not see what is proposed for c.txt.]
        [changed the real files: a.txt, b.txt (deleted), d.txt (new)]
    "#]]
    .assert_eq(&scene.call("shell", json!({"command": line})).await);
    assert_eq!(on_disk(&scene.path("a.txt")), "two\n");
    assert_eq!(scene.cx.workspace.reviews(PositionEncoding::Utf8).len(), 1);
    assert_eq!(scene.rewindable(), ["a.txt", "b.txt"]);
    // Nothing is recorded of one that only reads, or was not run.
    scene.call("shell", json!({"command": "cat a.txt 2>&1 | head"})).await;
    assert_eq!(scene.cx.workspace.checkpoints(&scene.cx.session).unwrap().len(), 1);
    scene.cx.cancel.cancel();
    expect!["error: the user stopped the turn; nothing was changed"]
        .assert_eq(&scene.call("shell", json!({"command": "echo x > a.txt"})).await);
    assert_eq!(on_disk(&scene.path("a.txt")), "two\n");
    assert_eq!(scene.cx.workspace.checkpoints(&scene.cx.session).unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_policy_forbids_is_not_run() {
    let mut scene = Scene::without_workbench(&[("a.txt", "a\n")]);
    for (approves, line, rule) in [
        (true, "rm -rf /", "error: deny by hard."),
        (true, "sudo rm a.txt", "error: deny by "),
        (false, "rm a.txt", "error: ask by "),
        (false, "echo b > a.txt", "error: ask by "),
    ] {
        scene.approves = approves;
        let told = scene.call("shell", json!({"command": line})).await;
        assert!(told.starts_with(rule), "{line}: {told}");
    }
    assert_eq!(on_disk(&scene.path("a.txt")), "a\n");
}

//! `git` on a real repository: it looks in the workbench, and changes the real files after a question.

use std::process::Command;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::scene::{Scene, on_disk};

/// A repository with one commit of `a.txt` and `b.txt`; none where this machine has no workbench.
fn repository() -> Option<Scene> {
    let scene = Scene::with_workbench(&[("a.txt", "one\n"), ("b.txt", "b\n")])?;
    for line in [
        "init -q -b main",
        "config user.name A",
        "config user.email a@b",
        "config core.abbrev 7",
        "add .",
        "commit -q -m first",
    ] {
        git(&scene, line);
    }
    Some(scene)
}

/// What git itself says, outside of all tools.
fn git(scene: &Scene, line: &str) -> String {
    let output = Command::new("git")
        .args(line.split(' '))
        .current_dir(scene.path(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "git {line}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn words(line: &str) -> Value {
    json!({"arguments": line.split(' ').collect::<Vec<_>>()})
}

async fn check(scene: &Scene, line: &str, expect: Expect) {
    expect.assert_eq(&scene.call("git", words(line)).await);
}

async fn propose(scene: &Scene) {
    scene
        .call("edit", json!({"path": "a.txt", "old_text": "one", "new_text": "1"}))
        .await;
}

#[tokio::test]
async fn looking_sees_proposals_and_asks_nothing() {
    let Some(mut scene) = repository() else { return };
    scene.approves = false;
    propose(&scene).await;
    check(
        &scene,
        "diff --stat",
        expect![[r#"
        exit code 0
         a.txt | 2 +-
         1 file changed, 1 insertion(+), 1 deletion(-)
    "#]],
    )
    .await;
    check(
        &scene,
        "status --short",
        expect![[r#"
        exit code 0
         M a.txt
    "#]],
    )
    .await;
    check(
        &scene,
        "log --format=%s",
        expect![[r#"
        exit code 0
        first
    "#]],
    )
    .await;
    // The name of the program may stand there, too.
    check(
        &scene,
        "git branch --show-current",
        expect![[r#"
        exit code 0
        main
    "#]],
    )
    .await;
    scene.cx.may_edit = false;
    check(
        &scene,
        "status --short",
        expect![[r#"
        exit code 0
         M a.txt
    "#]],
    )
    .await;
    check(
        &scene,
        "add .",
        expect!["error: the user's command only reads: describe the change in your answer instead"],
    )
    .await;
    assert_eq!(on_disk(&scene.path("a.txt")), "one\n");
}

#[tokio::test]
async fn changing_asks() {
    let Some(mut scene) = repository() else { return };
    scene.approves = false;
    for line in [
        "add .",
        "commit -m x",
        "checkout -b new",
        "checkout main",
        "stash",
        "reset --hard",
        "restore a.txt",
        "clean -fd",
        "push",
        "push --force",
        "branch -D main",
        "config core.pager x",
        "unheard-of",
    ] {
        let told = scene.call("git", words(line)).await;
        assert!(told.starts_with("error: ask by "), "{line}: {told}");
    }
}

#[tokio::test]
async fn a_commit_is_of_the_real_files() {
    let Some(scene) = repository() else { return };
    std::fs::write(scene.path("b.txt"), "B\n").unwrap();
    propose(&scene).await;
    check(
        &scene,
        "commit -q -a -m second",
        expect![[r#"
        exit code 0 (level L1: on the real files, with the network, unconfined)
        [The command ran on the files on the disk and did not see what is proposed for a.txt.]
    "#]],
    )
    .await;
    assert_eq!(git(&scene, "log --format=%s"), "second\nfirst\n");
    assert_eq!(git(&scene, "show HEAD:a.txt"), "one\n");
    assert_eq!(git(&scene, "show HEAD:b.txt"), "B\n");
    assert_eq!(scene.view("a.txt"), "1\n");
}

#[tokio::test]
async fn uncommitted_files_are_saved_before_they_are_overwritten() {
    let Some(scene) = repository() else { return };
    std::fs::write(scene.path("b.txt"), "B\n").unwrap();
    std::fs::write(scene.path("new.txt"), "new\n").unwrap();
    check(
        &scene,
        "restore b.txt",
        expect![[r#"
            exit code 0 (level L1: on the real files, with the network, unconfined)
            [saved before, for a rewind: b.txt]
            [changed the real files: b.txt]
        "#]],
    )
    .await;
    assert_eq!(on_disk(&scene.path("b.txt")), "b\n");
    assert_eq!(scene.rewindable(), ["b.txt"]);
}

#[tokio::test]
async fn what_is_not_on_the_disk_is_not_overwritten() {
    let Some(scene) = repository() else { return };
    scene.open("b.txt", "unsaved\n");
    propose(&scene).await;
    check(&scene, "checkout -q main", expect!["error: `git checkout` may overwrite files whose text is not on the disk yet (a.txt, b.txt): have the user save and keep it first, or `revert` your proposals"]).await;
    check(&scene, "restore a.txt", expect!["error: `git restore` may overwrite files whose text is not on the disk yet (a.txt): have the user save and keep it first, or `revert` your proposals"]).await;
    check(
        &scene,
        "restore none.txt",
        expect![[r#"
        error: exit code 1 (level L1: on the real files, with the network, unconfined)
        error: pathspec 'none.txt' did not match any file(s) known to git
        [The command ran on the files on the disk and did not see what is proposed for a.txt, b.txt.]
    "#]],
    )
    .await;
    check(
        &scene,
        "checkout -q -b new",
        expect![[r#"
        exit code 0 (level L1: on the real files, with the network, unconfined)
        [The command ran on the files on the disk and did not see what is proposed for a.txt, b.txt.]
    "#]],
    )
    .await;
    scene.call("revert", json!({"all": true})).await;
    check(&scene, "stash", expect!["error: `git stash` may overwrite files whose text is not on the disk yet (b.txt): have the user save and keep it first, or `revert` your proposals"]).await;
    scene.open("b.txt", "b\n");
    check(
        &scene,
        "restore .",
        expect![[r#"
        exit code 0 (level L1: on the real files, with the network, unconfined)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn wrong_calls_say_what_is_right() {
    let Some(scene) = repository() else { return };
    check(
        &scene,
        "-C x status",
        expect!["error: the subcommand comes first: leave out options before it, and give `folder` instead of `-C`"],
    )
    .await;
    check(&scene, "git", expect!["error: `arguments` name no subcommand"]).await;
    check(
        &scene,
        "show none",
        expect![[r#"
        error: exit code 128
        fatal: ambiguous argument 'none': unknown revision or path not in the working tree.
        Use '--' to separate paths from revisions, like this:
        'git <command> [<revision>...] -- [<file>...]'
    "#]],
    )
    .await;
    let elsewhere = json!({"arguments": ["status"], "folder": "none"});
    expect!["error: there is no folder `none`: `list` shows what there is"]
        .assert_eq(&scene.call("git", elsewhere).await);
}

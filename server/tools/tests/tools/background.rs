//! Commands beside the conversation: what they say while they run, and how they end.

use expect_test::expect;
use serde_json::json;

use crate::scene::{Scene, on_disk};

async fn start(scene: &Scene, line: &str) -> String {
    scene.call("shell", json!({"command": line, "background": true})).await
}

async fn news(scene: &Scene, output: usize) -> String {
    scene
        .call("shell-output", json!({"output": output, "wait_seconds": 30}))
        .await
}

/// Whether a process `sleep time` is there.
fn is_sleeping(time: &str) -> bool {
    let wanted = format!("sleep\0{time}\0");
    let mut processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes.any(|process| on_disk(&process.path().join("cmdline")) == wanted)
}

#[tokio::test]
async fn a_command_is_read_from_while_others_run() {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "one\n")]) else {
        return;
    };
    expect![[r#"
        running in the background as output 1: `shell-output` shows what it says
    "#]]
    .assert_eq(&start(&scene, "echo ready; sleep 1000").await);
    expect![[r#"
        running
        ready
    "#]]
    .assert_eq(&news(&scene, 1).await);
    expect![[r#"
        exit code 0
        one
    "#]]
    .assert_eq(&scene.call("shell", json!({"command": "cat a.txt"})).await);
    expect![[r#"
        running
    "#]]
    .assert_eq(&scene.call("shell-output", json!({"output": 1})).await);
    expect![[r#"
        output 1 · lines 1-1
            1| ready
    "#]]
    .assert_eq(&scene.call("shell-output", json!({"output": 1, "first_line": 1})).await);
    expect![[r#"
        stopped by you
    "#]]
    .assert_eq(&scene.call("shell-kill", json!({"output": 1})).await);
    expect!["error: output 7 is of no command in the background"]
        .assert_eq(&scene.call("shell-kill", json!({"output": 7})).await);
}

#[tokio::test]
async fn its_changes_are_proposed_at_its_end() {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "one\n")]) else {
        return;
    };
    start(&scene, "echo two > a.txt; printf done; exit 3").await;
    let mut told = String::new();
    while !told.starts_with("error: ") {
        told = news(&scene, 1).await;
    }
    assert!(told.starts_with("error: exit code 3\n"), "{told}");
    assert!(
        told.ends_with("[proposed, for the user to review: a.txt (1 hunk)]\n"),
        "{told}"
    );
    assert_eq!(scene.view("a.txt"), "two\n");
    assert_eq!(on_disk(&scene.path("a.txt")), "one\n");
    expect![[r#"
        error: exit code 3
    "#]]
    .assert_eq(&news(&scene, 1).await);
}

#[tokio::test]
async fn nothing_outlives_its_turn() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    let time = format!("1001.{}", std::process::id());
    start(&scene, &format!("echo on; sleep {time}")).await;
    news(&scene, 1).await;
    while !is_sleeping(&time) {
        tokio::task::yield_now().await;
    }
    scene.cx.outputs.end_jobs(&"trn_other".into()).await;
    assert!(is_sleeping(&time));
    scene.cx.outputs.end_jobs(&scene.cx.turn).await;
    assert!(!is_sleeping(&time));
    // What it said is still there to be read.
    expect![[r#"
        output 1 · lines 1-1
            1| on
    "#]]
    .assert_eq(&scene.call("shell-output", json!({"output": 1})).await);
}

#[tokio::test]
async fn a_session_that_is_given_up_ends_its_commands() {
    let Some(mut scene) = Scene::with_workbench(&[]) else {
        return;
    };
    let time = format!("1002.{}", std::process::id());
    start(&scene, &format!("sleep {time}")).await;
    while !is_sleeping(&time) {
        tokio::task::yield_now().await;
    }
    scene.cx.outputs = tools::Outputs::default();
    while is_sleeping(&time) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn only_so_many_run_at_once() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    for _ in 0..8 {
        start(&scene, "sleep 1000").await;
    }
    expect!["error: 8 commands run in the background already: end one with `shell-kill`"]
        .assert_eq(&start(&scene, "sleep 1000").await);
    scene.cx.outputs.end_jobs(&scene.cx.turn).await;
}

#[tokio::test]
async fn it_needs_the_permission_that_any_command_needs() {
    let Some(mut scene) = Scene::with_workbench(&[]) else {
        return;
    };
    scene.approves = false;
    expect!["error: deny by deny.sudo"].assert_eq(&start(&scene, "sudo ls").await);
}

#[tokio::test]
async fn a_terminal_is_typed_into() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    let line = "test -t 0 && test -t 1 && echo there; read name; echo \"hello $name\"";
    scene
        .call("shell", json!({"command": line, "background": true, "pty": true}))
        .await;
    expect![[r#"
        running
        there
    "#]]
    .assert_eq(&news(&scene, 1).await);
    expect![[r#"
        typed; `shell-output` shows what comes of it
    "#]]
    .assert_eq(&scene.call("shell-input", json!({"output": 1, "text": "you\n"})).await);
    let mut told = String::new();
    while !told.contains("exit code 0") {
        told += &news(&scene, 1).await;
    }
    assert!(told.contains("\nhello you\n"), "{told}");
    expect!["error: the command has ended: `shell-output` shows how"]
        .assert_eq(&scene.call("shell-input", json!({"output": 1, "text": "you\n"})).await);
    start(&scene, "cat").await;
    expect!["error: nothing can be typed into this command: start it with `pty`, and in the workbench"]
        .assert_eq(&scene.call("shell-input", json!({"output": 2, "text": "you\n"})).await);
    scene.cx.outputs.end_jobs(&scene.cx.turn).await;
}

#[tokio::test]
async fn what_is_typed_can_interrupt() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    let line = "trap 'echo caught; exit 7' INT; echo there; while :; do sleep 0.01; done";
    scene
        .call("shell", json!({"command": line, "background": true, "pty": true}))
        .await;
    news(&scene, 1).await;
    scene.call("shell-input", json!({"output": 1, "text": "\u{3}"})).await;
    let mut told = String::new();
    while !told.contains("exit code 7") {
        told += &news(&scene, 1).await;
    }
    assert!(told.contains("caught\n"), "{told}");
}

#[tokio::test]
async fn a_command_in_the_foreground_can_have_a_terminal() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    let line = "test -t 1 && stty size && echo $TERM > /dev/tty; printf '\\033[1mbold\\033[0m\\n'";
    expect![[r#"
        exit code 0
        40 120
        xterm
        bold
    "#]]
    .assert_eq(&scene.call("shell", json!({"command": line, "pty": true})).await);
}

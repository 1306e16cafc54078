//! Commands in the workbench: what they see, what comes back, what stays.

use base::HunkState;
use expect_test::{Expect, expect};
use permissions::{CommandRule, Decision};
use serde_json::json;
use text::PositionEncoding;

use crate::scene::{Scene, on_disk};

/// What the model is told of a line, over a file `a.txt`.
async fn check(line: &str, expect: Expect) {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "one\ntwo\nthree\n")]) else {
        return;
    };
    expect.assert_eq(&scene.call("shell", json!({"command": line})).await);
    assert_eq!(on_disk(&scene.path("a.txt")), "one\ntwo\nthree\n", "{line}");
}

#[tokio::test]
async fn output_and_exit_are_told() {
    check(
        "echo hello; echo bad >&2",
        expect![[r#"
        exit code 0
        hello
        bad
    "#]],
    )
    .await;
    check(
        "exit 3",
        expect![[r#"
        error: exit code 3
    "#]],
    )
    .await;
    check(
        "printf 'no end'",
        expect![[r#"
        exit code 0
        no end
    "#]],
    )
    .await;
    check(
        r"printf '\033[31mred\033[0m\r10%%\r99%%\ncaf\303\n'",
        expect![[r#"
        exit code 0
        99%
        caf�
    "#]],
    )
    .await;
    check(
        "kill -9 $$",
        expect![[r#"
            error: ended by signal 9 (killed)
        "#]],
    )
    .await;
}

#[tokio::test]
async fn changed_files_become_hunks_of_the_command() {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "one\ntwo\nthree\n"), ("b.txt", "b\n"), ("c.txt", "c\n")])
    else {
        return;
    };
    let line = "sed -i s/two/2/ a.txt; rm b.txt; mkdir new; echo d > new/d.txt; chmod +x c.txt";
    expect![[r#"
        exit code 0
        [proposed, for the user to review: a.txt (1 hunk), b.txt (1 hunk), new/d.txt (1 hunk)]
        [changed, but not proposed and dropped: c.txt: only its mode changed, which the user has to do (`chmod`); tell the user what of it matters]
    "#]]
    .assert_eq(&scene.call("shell", json!({"command": line})).await);
    assert_eq!(scene.view("a.txt"), "one\n2\nthree\n");
    assert_eq!(scene.view("new/d.txt"), "d\n");
    assert_eq!(scene.view("b.txt"), "ROOT/b.txt does not exist");
    assert_eq!(on_disk(&scene.path("a.txt")), "one\ntwo\nthree\n");
    assert_eq!(on_disk(&scene.path("b.txt")), "b\n");
    for review in scene.cx.workspace.reviews(PositionEncoding::Utf8) {
        for hunk in review.files.iter().flat_map(|file| &file.hunks) {
            assert_eq!(hunk.author, format!("command: {line}"));
            assert_eq!(hunk.state, HunkState::Pending);
        }
    }
}

#[tokio::test]
async fn commands_see_what_the_session_sees() {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "disk\n"), ("b.txt", "disk\n")]) else {
        return;
    };
    scene.open("a.txt", "unsaved\n");
    scene
        .call(
            "edit",
            json!({"path": "b.txt", "old_text": "disk", "new_text": "proposed"}),
        )
        .await;
    scene.call("write", json!({"path": "c.txt", "text": "new\n"})).await;
    expect![[r#"
        exit code 0
        unsaved
        proposed
        new
    "#]]
    .assert_eq(&scene.call("shell", json!({"command": "cat *.txt"})).await);
    // A change of an unsaved text rests on it.
    expect![[r#"
        exit code 0
        [proposed, for the user to review: a.txt (1 hunk)]
    "#]]
    .assert_eq(&scene.call("shell", json!({"command": "echo more >> a.txt"})).await);
    assert_eq!(scene.view("a.txt"), "unsaved\nmore\n");
    // What makes a proposal as it was takes it back.
    expect![[r#"
        exit code 0
        [proposed, for the user to review: b.txt (0 hunks), c.txt (0 hunks)]
    "#]]
    .assert_eq(
        &scene
            .call("shell", json!({"command": "echo disk > b.txt; rm c.txt"}))
            .await,
    );
    assert_eq!(scene.view("b.txt"), "disk\n");
}

#[tokio::test]
async fn ignored_output_stays_in_the_layer() {
    let Some(scene) = Scene::with_workbench(&[(".gitignore", "out/\n"), ("a.txt", "a\n")]) else {
        return;
    };
    std::fs::create_dir(scene.path(".git")).unwrap();
    scene
        .call("shell", json!({"command": "mkdir out; echo built > out/x"}))
        .await;
    expect![[r#"
        exit code 0
        built
    "#]]
    .assert_eq(&scene.call("shell", json!({"command": "cat out/x"})).await);
    assert!(!scene.path("out").exists());
}

#[tokio::test]
async fn protected_files_are_not_proposed() {
    let Some(scene) = Scene::with_workbench(&[(".github/workflows/ci.yml", "on: push\n"), ("a.txt", "a\n")]) else {
        return;
    };
    let line = "echo x >> .github/workflows/ci.yml; echo KEY=1 > .env.local; ln -s a.txt link; echo b > a.txt";
    expect![[r#"
        exit code 0
        [proposed, for the user to review: a.txt (1 hunk)]
        [changed, but not proposed and dropped: .env.local: `ROOT/.env.local` may hold secrets, so it needs your approval (rule `secrets`): change it with `edit` or `write`, which ask; .github/workflows/ci.yml: `ROOT/.github/workflows/ci.yml` runs in continuous integration, so it needs your approval (rule `protected.ci`): change it with `edit` or `write`, which ask; link: it is a link to a.txt now, which the user has to make (`ln -s`); tell the user what of it matters]
    "#]].assert_eq(&scene.call("shell", json!({"command": line})).await);
    assert_eq!(scene.view(".github/workflows/ci.yml"), "on: push\n");
    // What was not proposed is gone.
    expect![[r#"
        exit code 0
        on: push
        a.txt
    "#]]
    .assert_eq(
        &scene
            .call("shell", json!({"command": "cat .github/workflows/ci.yml; ls"}))
            .await,
    );
}

#[tokio::test]
async fn binary_and_too_many_files_are_not_proposed() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    expect![[r#"
        exit code 0
        [changed, but not proposed and dropped: x.bin: ROOT/x.bin is binary (byte 1); tell the user what of it matters]
    "#]]
    .assert_eq(
        &scene
            .call("shell", json!({"command": "printf 'a\\000b' > x.bin"}))
            .await,
    );
    let many = "for i in $(seq 1000 1200); do echo $i > f$i; done";
    expect![[r#"
        exit code 0
        [changed 201 files (f1000, f1001, f1002, …) that git does not ignore; more than 200 are not proposed: have git ignore them, change fewer, or have the user run it]
    "#]].assert_eq(&scene.call("shell", json!({"command": many})).await);
    let big = "head -c 9000000 /dev/zero | tr '\\0' x > big.txt";
    expect![[r#"
        exit code 0
        [changed 1 file (big.txt) of 8 MB together; more than 8 MB are not proposed: change less, or have the user run it]
    "#]].assert_eq(&scene.call("shell", json!({"command": big})).await);
    assert!(scene.cx.workspace.reviews(PositionEncoding::Utf8).is_empty());
}

#[tokio::test]
async fn a_command_that_only_reads_proposes_nothing() {
    let Some(mut scene) = Scene::with_workbench(&[("a.txt", "a\n")]) else {
        return;
    };
    scene.cx.may_edit = false;
    expect!["error: the user's command only reads: describe the change in your answer instead"]
        .assert_eq(&scene.call("shell", json!({"command": "echo b > a.txt"})).await);
    // A rule of the user's allows a command; it does not make it one that reads.
    let rule = CommandRule {
        id: "settings.toml:1".to_owned(),
        command: "touch".to_owned(),
        verdict: Decision::Allow,
        reason: None,
        matches: Vec::new(),
        not_matches: Vec::new(),
    };
    scene.cx.policy.remember(rule).unwrap();
    expect!["error: the user's command only reads: describe the change in your answer instead"]
        .assert_eq(&scene.call("shell", json!({"command": "touch b.txt"})).await);
    expect![[r#"
        exit code 0
        a
    "#]]
    .assert_eq(
        &scene
            .call("shell", json!({"command": "cat a.txt | head -1 2>&1"}))
            .await,
    );
    assert_eq!(scene.view("a.txt"), "a\n");
}

#[tokio::test]
async fn a_command_is_ended_at_its_time() {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "a\n")]) else {
        return;
    };
    let call = json!({"command": "echo b > a.txt; echo begun; sleep 1000", "timeout_seconds": 1});
    expect![[r#"
        error: timed out after 1s: `timeout_seconds` may be up to 60
        begun
        [changed 1 file (a.txt) before it was ended, which is dropped: it may be half done]
    "#]]
    .assert_eq(&scene.call("shell", call).await);
    assert_eq!(scene.view("a.txt"), "a\n");
}

#[tokio::test]
async fn a_stopped_turn_stops_its_command() {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "a\n")]) else {
        return;
    };
    let time = format!("1000.{}", std::process::id());
    let call = json!({"command": format!("echo b > a.txt; sleep {time}")});
    let stop = async {
        until_sleeping(&time).await;
        scene.cx.cancel.cancel();
    };
    let (told, ()) = tokio::join!(scene.call("shell", call), stop);
    expect![[r#"
        error: stopped with its turn
        [changed 1 file (a.txt) before it was ended, which is dropped: it may be half done]
    "#]]
    .assert_eq(&told);
    assert_eq!(scene.view("a.txt"), "a\n");
}

/// Waits for a process `sleep time`.
async fn until_sleeping(time: &str) {
    let wanted = format!("sleep\0{time}\0");
    let is_there = || {
        let mut processes = std::fs::read_dir("/proc").unwrap().flatten();
        processes.any(|process| on_disk(&process.path().join("cmdline")) == wanted)
    };
    while !is_there() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn long_output_is_paged() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    for line in ["seq 1 10000", "seq 1 1000000"] {
        let told = scene.call("shell", json!({"command": line})).await;
        assert!(told.len() < 20_000, "{}", told.len());
        let gap: Vec<&str> = told.lines().filter(|line| line.starts_with('[')).collect();
        assert_eq!(gap.len(), 1, "{told}");
        assert!(told.starts_with("exit code 0\n1\n2\n"), "{told}");
        assert!(
            told.ends_with(&format!("\n{}\n", line.rsplit(' ').next().unwrap())),
            "{told}"
        );
    }
    let page = |output: usize, first: usize, last: usize| {
        scene.call(
            "shell-output",
            json!({"output": output, "first_line": first, "last_line": last}),
        )
    };
    expect![[r#"
        output 1 · lines 5000-5002
         5000| 5000
         5001| 5001
         5002| 5002
    "#]]
    .assert_eq(&page(1, 5000, 5002).await);
    expect![[r#"
        output 2 · lines 500000-500001
        500000| 500000
        500001| 500001
    "#]]
    .assert_eq(&page(2, 500_000, 500_001).await);
    expect!["error: output 1 has no such lines: it has 10000 lines"].assert_eq(&page(1, 20_000, 20_001).await);
    expect!["error: there is no output 9 any more: run the command again"].assert_eq(&page(9, 1, 2).await);
    let all = scene.call("shell-output", json!({"output": 1})).await;
    assert!(
        all.lines().last().unwrap().starts_with("… go on with first_line "),
        "{all}"
    );
}

#[tokio::test]
async fn an_endless_line_is_shown_in_part() {
    let Some(scene) = Scene::with_workbench(&[]) else {
        return;
    };
    let line = "head -c 20000000 /dev/zero | tr '\\0' x; printf '\\nend\\n'";
    let told = scene.call("shell", json!({"command": line})).await;
    assert!(
        told.len() < crate::scene::MOST && told.ends_with("\nend\n"),
        "{}",
        told.len()
    );
    let page = scene.call("shell-output", json!({"output": 1})).await;
    assert!(
        page.len() < 3_000 && page.ends_with("more bytes]\n    2| end\n"),
        "{}",
        page.len()
    );
}

#[tokio::test]
async fn nothing_runs_without_a_folder_or_a_line() {
    let Some(scene) = Scene::with_workbench(&[("a.txt", "a\n")]) else {
        return;
    };
    expect!["error: `command` is empty: give a command line for bash"]
        .assert_eq(&scene.call("shell", json!({"command": " "})).await);
    expect!["error: there is no folder `none`: `list` shows what there is"]
        .assert_eq(&scene.call("shell", json!({"command": "ls", "folder": "none"})).await);
}

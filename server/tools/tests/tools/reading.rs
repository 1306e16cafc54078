//! read, list.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::scene::Scene;

async fn check(scene: &Scene, tool: &str, arguments: Value, answer: Expect) {
    answer.assert_eq(&scene.call(tool, arguments).await);
}

#[tokio::test]
async fn a_file_comes_with_line_numbers() {
    let scene = Scene::new(&[("src/a.rs", "fn a() {\n\n    b();\n}\n"), ("empty", "")]);
    check(
        &scene,
        "read",
        json!({"path": "src/a.rs"}),
        expect![[r#"
        src/a.rs · lines 1-4 of 4 · hash H
            1| fn a() {
            2|
            3|     b();
            4| }
    "#]],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "./src/../src/a.rs", "first_line": 2, "last_line": 3}),
        expect![[r#"
        src/a.rs · lines 2-3 of 4 · hash H
            2|
            3|     b();
    "#]],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "src/a.rs", "first_line": 4, "last_line": 400}),
        expect![[r#"
        src/a.rs · lines 4-4 of 4 · hash H
            4| }
    "#]],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "empty"}),
        expect![[r#"
        empty · no lines · hash H
    "#]],
    )
    .await;
}

#[tokio::test]
async fn lines_that_are_not_there_are_an_error() {
    let scene = Scene::new(&[("a", "1\n2\n")]);
    check(
        &scene,
        "read",
        json!({"path": "a", "first_line": 3}),
        expect!["error: `a` has 2 lines; line 3 is past its end"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "a", "first_line": 2, "last_line": 1}),
        expect!["error: `a` has 2 lines; lines 2 to 1 are none: last_line comes first"],
    )
    .await;
}

#[tokio::test]
async fn unsaved_text_wins() {
    let scene = Scene::new(&[("a", "saved\n")]);
    scene.open("a", "unsaved\n");
    check(
        &scene,
        "read",
        json!({"path": "a"}),
        expect![[r#"
        a · lines 1-1 of 1 · hash H · open in the editor
            1| unsaved
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_says_why() {
    let scene = Scene::with_bytes(&[("bin", b"\0\x01"), ("src/lib/x.rs", b""), ("bad", b"\xc3\xa9 \xff")]);
    check(
        &scene,
        "read",
        json!({"path": "bin"}),
        expect!["error: ROOT/bin is binary (byte 0)"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "bad"}),
        expect!["error: ROOT/bad: the file is not valid UTF-8: see byte 3; convert it first"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "src/x.rs"}),
        expect!["error: there is no file `src/x.rs`; there is `src/lib/x.rs`"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "nowhere"}),
        expect!["error: there is no file `nowhere`; `list` and `glob` show what there is"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "src/lib"}),
        expect!["error: ROOT/src/lib is a directory; list it instead"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": " "}),
        expect!["error: `path` is empty: name a file relative to the workspace root"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "../../etc/passwd"}),
        expect!["error: deny by roots.outside"],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "."}),
        expect!["error: deny by path.root"],
    )
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_out_of_the_workspace_is_refused() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("x"), "secret").unwrap();
    let scene = Scene::new(&[("a", "")]);
    std::os::unix::fs::symlink(outside.path().join("x"), scene.path("link")).unwrap();
    check(
        &scene,
        "read",
        json!({"path": "link"}),
        expect!["error: deny by roots.link"],
    )
    .await;
    check(
        &scene,
        "edit",
        json!({"path": "link", "old_text": "secret", "new_text": "x"}),
        expect!["error: deny by roots.link"],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "secret"}),
        expect![[r#"
        no match for `secret` in 1 file (hidden, git-ignored and secret files are not searched)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn secrets_are_asked_for() {
    let mut scene = Scene::new(&[("deploy.pem", "KEY\n")]);
    check(
        &scene,
        "read",
        json!({"path": "deploy.pem"}),
        expect!["error: ask by secrets"],
    )
    .await;
    scene.approves = true;
    check(
        &scene,
        "read",
        json!({"path": "deploy.pem"}),
        expect![[r#"
        deploy.pem · lines 1-1 of 1 · hash H
            1| KEY
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_long_file_comes_in_pieces() {
    let text: String = (1..=2_000).map(|line| format!("line {line} 𝒳𝒳𝒳𝒳𝒳\n")).collect();
    let scene = Scene::new(&[("long", &text), ("wide", &"𝒳".repeat(50_000))]);
    let mut seen = Vec::new();
    let mut first = 1;
    while first <= 2_000 {
        let page = scene.call("read", json!({"path": "long", "first_line": first})).await;
        assert!(page.len() <= crate::scene::MOST);
        let lines: Vec<&str> = page
            .lines()
            .filter_map(|line| line.split_once("| "))
            .map(|(_, line)| line)
            .collect();
        seen.extend(lines.iter().map(|line| format!("{line}\n")));
        first += lines.len();
        let expected_note = format!("… go on with first_line {first}");
        assert_eq!(
            page.lines().last() == Some(&expected_note),
            first <= 2_000,
            "{:?}",
            page.lines().last()
        );
    }
    assert_eq!(seen.concat(), text);
    let wide = scene.call("read", json!({"path": "wide"})).await;
    assert!(wide.ends_with("𝒳 … [192028 more bytes]\n"));
}

#[tokio::test]
async fn folders_are_listed() {
    let scene = Scene::new(&[
        (".gitignore", "target/\n*.log\n"),
        (".env", "KEY=1"),
        ("src/a.rs", ""),
        ("src/b/c.rs", ""),
        ("src-gen/x", ""),
        ("target/debug/x", ""),
        ("x.log", ""),
        ("README.md", ""),
    ]);
    std::fs::create_dir(scene.path("hollow")).unwrap();
    check(
        &scene,
        "list",
        json!({}),
        expect![[r#"
        README.md
        hollow/
        src-gen/
        src/
    "#]],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "."}),
        expect![[r#"
        README.md
        hollow/
        src-gen/
        src/
    "#]],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "src"}),
        expect![[r#"
        src/a.rs
        src/b/
    "#]],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "hollow"}),
        expect![[r#"
        `hollow` is empty, but for what is hidden or git-ignored
    "#]],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "src/a.rs"}),
        expect!["error: there is no folder `src/a.rs`: `list` shows what there is"],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "nowhere"}),
        expect!["error: there is no folder `nowhere`: `list` shows what there is"],
    )
    .await;
}

#[tokio::test]
async fn lists_show_what_is_proposed() {
    let scene = Scene::new(&[("a/old", "1\n"), ("a/gone", "2\n"), ("a/edited", "3\n")]);
    scene.call("write", json!({"path": "a/new", "text": "x\n"})).await;
    scene.call("write", json!({"path": "deep/er/new", "text": "x\n"})).await;
    scene.call("delete", json!({"path": "a/gone"})).await;
    scene.call("move", json!({"from": "a/old", "to": "b/moved"})).await;
    scene
        .call("insert", json!({"path": "a/edited", "line": 1, "text": "x"}))
        .await;
    check(
        &scene,
        "list",
        json!({}),
        expect![[r#"
        a/
        b/
        deep/
    "#]],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "a"}),
        expect![[r#"
        a/edited
        a/new
    "#]],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "deep"}),
        expect![[r#"
        deep/er/
    "#]],
    )
    .await;
    check(
        &scene,
        "glob",
        json!({"pattern": "**"}),
        expect![[r#"
        a/edited
        a/new
        b/moved
        deep/er/new
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "."}),
        expect![[r#"
        a/edited:1: x
        a/edited:2: 3
        a/new:1: x
        b/moved:1: 1
        deep/er/new:1: x
    "#]],
    )
    .await;
}

//! glob, grep.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use crate::scene::Scene;

async fn check(scene: &Scene, tool: &str, arguments: Value, answer: Expect) {
    answer.assert_eq(&scene.call(tool, arguments).await);
}

fn project() -> Scene {
    Scene::new(&[
        (".gitignore", "dist\n"),
        (".env", "TOKEN=alpha\n"),
        (".hidden/x.py", "alpha\n"),
        ("dist/x.py", "alpha\n"),
        ("deploy.pem", "alpha\n"),
        ("src/b.py", "beta = 1\nprint('Alpha')\r\nalpha()\n"),
        ("src/a.py", "def alpha(): # ünï\n"),
        ("src/b/z.ts", "alpha\n"),
        ("README.md", "no match\n"),
    ])
}

#[tokio::test]
async fn globs_find_files() {
    let scene = project();
    check(
        &scene,
        "glob",
        json!({"pattern": "*.py"}),
        expect![[r#"
        src/a.py
        src/b.py
    "#]],
    )
    .await;
    check(
        &scene,
        "glob",
        json!({"pattern": "src/*"}),
        expect![[r#"
        src/a.py
        src/b.py
    "#]],
    )
    .await;
    check(
        &scene,
        "glob",
        json!({"pattern": "./src/**/*.{ts,md}"}),
        expect![[r#"
        src/b/z.ts
    "#]],
    )
    .await;
    check(
        &scene,
        "glob",
        json!({"pattern": "**/*.go"}),
        expect![[r#"
        no file matches `**/*.go` (hidden and git-ignored ones are left out)
    "#]],
    )
    .await;
    check(
        &scene,
        "glob",
        json!({"pattern": "src/[a"}),
        expect!["error: `src/[a` is not a glob: unclosed character class; missing ']'"],
    )
    .await;
    check(
        &scene,
        "glob",
        json!({"pattern": ""}),
        expect!["error: `` is not a glob: it is empty"],
    )
    .await;
}

#[tokio::test]
async fn greps_find_lines() {
    let scene = project();
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha"}),
        expect![[r#"
        src/a.py:1: def alpha(): # ünï
        src/b/z.ts:1: alpha
        src/b.py:3: alpha()
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "^alpha\\(\\)$"}),
        expect![[r#"
        src/b.py:3: alpha()
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "ALPHA", "ignore_case": true, "glob": "*.py"}),
        expect![[r#"
        src/a.py:1: def alpha(): # ünï
        src/b.py:2: print('Alpha')
        src/b.py:3: alpha()
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha", "path": "src/b"}),
        expect![[r#"
        src/b/z.ts:1: alpha
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha", "path": "src/b.py"}),
        expect!["error: there is no file `src/b.py`; there is `src/b.py`"],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "ü.ï"}),
        expect![[r#"
        src/a.py:1: def alpha(): # ünï
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "gamma"}),
        expect![[r#"
        no match for `gamma` in 5 files (hidden, git-ignored and secret files are not searched)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn bad_patterns_come_with_a_way_out() {
    let scene = project();
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha("}),
        expect![[r#"
        error: `alpha(` is not a regular expression: regex parse error:
            alpha(
                 ^
        error: unclosed group; to search it as plain text, write `alpha\(`"#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "a\nb"}),
        expect![[r#"
        error: `a
        b` is not a regular expression: the literal "\n" is not allowed in a regex; the search goes line by line"#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "a", "path": "lib"}),
        expect!["error: there is no file `lib`; `list` and `glob` show what there is"],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "a", "glob": "{"}),
        expect!["error: `{` is not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"],
    )
    .await;
}

#[tokio::test]
async fn unsaved_and_proposed_text_is_searched() {
    let scene = project();
    scene.open("src/a.py", "def omega():\n");
    scene
        .call(
            "edit",
            json!({"path": "src/b.py", "old_text": "beta = 1", "new_text": "omega = 2"}),
        )
        .await;
    scene
        .call("write", json!({"path": "src/new.py", "text": "omega\n"}))
        .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "omega|def alpha|beta"}),
        expect![[r#"
        src/a.py:1: def omega():
        src/b.py:1: omega = 2
        src/new.py:1: omega
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_secret_is_searched_only_when_it_is_named_and_approved() {
    let mut scene = project();
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha", "path": "deploy.pem"}),
        expect!["error: ask by secrets"],
    )
    .await;
    scene.approves = true;
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha", "path": "deploy.pem"}),
        expect!["error: there is no file `deploy.pem`; there is `deploy.pem`"],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha", "glob": "*.pem"}),
        expect![[r#"
        no match for `alpha` in 1 file (hidden, git-ignored and secret files are not searched)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn binary_files_are_passed_over() {
    let scene = Scene::with_bytes(&[
        ("bin", b"\0alpha\n"),
        ("utf16", b"\xff\xfea\0l\0p\0h\0a\0\n\0"),
        ("text", b"alpha\n"),
    ]);
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha"}),
        expect![[r#"
        text:1: alpha
        utf16:1: alpha
    "#]],
    )
    .await;
}

#[tokio::test]
async fn long_results_are_bounded() {
    let many = "alpha beta gamma delta\n".repeat(5_000);
    let scene = Scene::new(&[("a", &many), ("b", &many), ("wide", &"alpha".repeat(20_000))]);
    let answer = scene.output("grep", json!({"pattern": "alpha"})).await;
    assert!(answer.content.len() <= crate::scene::MOST);
    assert!(
        answer
            .content
            .ends_with("… and more: use a narrower pattern, path or glob\n")
    );
    assert!(answer.summary.starts_with("at least "), "{}", answer.summary);
    check(
        &scene,
        "grep",
        json!({"pattern": "^.{80000}", "path": "wide"}),
        expect!["error: there is no file `wide`; there is `wide`"],
    )
    .await;
}

#[tokio::test]
async fn a_stopped_turn_stops_the_search() {
    let scene = project();
    scene.cx.cancel.cancel();
    check(
        &scene,
        "grep",
        json!({"pattern": "alpha"}),
        expect!["error: the user stopped the turn; nothing was changed"],
    )
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_workspace_may_be_opened_through_a_link() {
    let real = Scene::new(&[("src/a.py", "def f(): pass\n"), ("src/b.py", "def f(): pass\n")]);
    let link = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(real.path(""), link.path().join("w")).unwrap();
    let scene = Scene::over(link, "w");
    scene.open("src/a.py", "def open(): f()\n");
    let create = json!({"path": "src/c/d.py", "text": "def proposed(): f()\n"});
    check(
        &scene,
        "write",
        create,
        expect![[r#"
        proposed 1 hunk in src/c/d.py; the user reviews them
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "def", "path": "src"}),
        expect![[r#"
        src/a.py:1: def open(): f()
        src/b.py:1: def f(): pass
        src/c/d.py:1: def proposed(): f()
    "#]],
    )
    .await;
    check(
        &scene,
        "grep",
        json!({"pattern": "def", "path": "src/c"}),
        expect![[r#"
            src/c/d.py:1: def proposed(): f()
        "#]],
    )
    .await;
    check(
        &scene,
        "references",
        json!({"name": "f", "path": "src"}),
        expect![[r#"
        src/a.py:1 [in open] def open(): f()
        src/b.py:1 [definition] def f(): pass
        src/c/d.py:1 [in proposed] def proposed(): f()
    "#]],
    )
    .await;
    check(
        &scene,
        "glob",
        json!({"pattern": "*.py"}),
        expect![[r#"
        src/a.py
        src/b.py
        src/c/d.py
    "#]],
    )
    .await;
    check(
        &scene,
        "list",
        json!({"path": "src"}),
        expect![[r#"
        src/a.py
        src/b.py
        src/c/
    "#]],
    )
    .await;
}

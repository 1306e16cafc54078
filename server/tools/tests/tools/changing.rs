//! edit, write, insert, delete, move: what they propose, and that they change nothing else.

use expect_test::{Expect, expect};
use permissions::{Mode, Policy, PolicyConfig};
use serde_json::{Value, json};

use crate::scene::{Scene, on_disk};

async fn check(scene: &Scene, tool: &str, arguments: Value, answer: Expect) {
    answer.assert_eq(&scene.call(tool, arguments).await);
}

/// The one file `a` after an edit, as the session sees it; on disk it is as it was.
async fn check_view(before: &str, tool: &str, mut arguments: Value, after: &str) {
    let scene = Scene::new(&[("a", before)]);
    arguments["path"] = json!("a");
    let answer = scene.call(tool, arguments).await;
    assert!(answer.starts_with("proposed "), "{answer}");
    assert_eq!(scene.view("a"), after);
    assert_eq!(on_disk(&scene.path("a")), before);
}

const RUST: &str = "fn one() -> u32 {\n    1\n}\n// and\nfn two() -> u32 {\n    2\n}\n";

#[tokio::test]
async fn an_edit_answers_with_its_diff() {
    let scene = Scene::new(&[("src/a.rs", RUST)]);
    let arguments = json!({"path": "src/a.rs", "old_text": "    2\n", "new_text": "    3\n"});
    let output = scene.output("edit", arguments.clone()).await;
    assert_eq!(output.summary, "proposed 1 hunk in src/a.rs");
    let staged = output.staged.unwrap();
    assert_eq!(
        (staged.hunks.len(), staged.conflicts, staged.review),
        (1, 0, scene.cx.review.clone())
    );
    check(&scene, "edit", arguments, expect!["error: cannot edit `src/a.rs`: `old_text` does not stand in the file, but `new_text` does: this change seems to be made already"]).await;
    check(
        &scene,
        "edit",
        json!({"path": "src/a.rs", "old_text": "    1", "new_text": "    4"}),
        expect![[r#"
            proposed 1 hunk in src/a.rs; the user reviews them
            @@ -1,5 +1,5 @@
             fn one() -> u32 {
            -    1
            +    4
             }
             // and
             fn two() -> u32 {
        "#]],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "src/a.rs"}),
        expect![[r#"
            src/a.rs · lines 1-7 of 7 · hash H · with your proposed changes
                1| fn one() -> u32 {
                2|     4
                3| }
                4| // and
                5| fn two() -> u32 {
                6|     3
                7| }
        "#]],
    )
    .await;
    assert_eq!(on_disk(&scene.path("src/a.rs")), RUST);
}

#[tokio::test]
async fn an_edit_keeps_the_files_line_endings() {
    let edit = |old: &str, new: &str| json!({"old_text": old, "new_text": new});
    check_view("a\r\nb\r\nc\r\n", "edit", edit("b\n", "x\ny\n"), "a\r\nx\r\ny\r\nc\r\n").await;
    check_view("a\r\nb\nc\r\n", "edit", edit("b\nc", "b\nx"), "a\r\nb\nx\r\n").await;
    check_view("a\nb", "edit", edit("b", "x\ny"), "a\nx\ny").await;
    check_view("\u{feff}a\r\nb", "edit", edit("a", "é"), "é\r\nb").await;
}

#[tokio::test]
async fn insert_puts_whole_lines() {
    let insert = |line: usize, text: &str| json!({"line": line, "text": text});
    check_view("a\nb\n", "insert", insert(1, "x"), "x\na\nb\n").await;
    check_view("a\nb\n", "insert", insert(2, "x\n\ny\n"), "a\nx\n\ny\nb\n").await;
    check_view("a\nb\n", "insert", insert(3, "x"), "a\nb\nx\n").await;
    check_view("a\r\nb", "insert", insert(3, "x\ny\n"), "a\r\nb\r\nx\r\ny").await;
    check_view("a\r\nb\nc\n", "insert", insert(2, "x"), "a\r\nx\nb\nc\n").await;
    check_view("", "insert", insert(1, "x"), "x\n").await;
    let scene = Scene::new(&[("a", "1\n2")]);
    check(
        &scene,
        "insert",
        json!({"path": "a", "line": 4, "text": "x"}),
        expect!["error: `a` has 2 lines; insert in front of one of 1 to 3"],
    )
    .await;
}

#[tokio::test]
async fn a_whole_file_is_written_only_when_it_is_known() {
    let scene = Scene::new(&[("a", "1\n2\n3\n")]);
    let write = json!({"path": "a", "text": "1\ntwo\n3\n"});
    check(&scene, "write", write.clone(), expect!["error: `a` exists (3 lines) and you have not read all of it as it is now: `read` it first, or change a part of it with `edit`"]).await;
    scene.call("read", json!({"path": "a", "first_line": 2})).await;
    check(&scene, "write", write.clone(), expect!["error: `a` exists (3 lines) and you have not read all of it as it is now: `read` it first, or change a part of it with `edit`"]).await;
    scene.call("read", json!({"path": "a", "last_line": 1})).await;
    check(
        &scene,
        "write",
        write,
        expect![[r#"
        proposed 1 hunk in a; the user reviews them
        @@ -1,3 +1,3 @@
         1
        -2
        +two
         3
    "#]],
    )
    .await;
    // What it wrote it knows; what the user types it does not.
    check(
        &scene,
        "write",
        json!({"path": "a", "text": "1\nzwei\n3\n"}),
        expect![[r#"
            proposed 1 hunk in a; the user reviews them
            @@ -1,3 +1,3 @@
             1
            -2
            +zwei
             3
        "#]],
    )
    .await;
    scene.open("a", "1\n2\n3\n4\n");
    check(
        &scene,
        "write",
        json!({"path": "a", "text": "1\n"}),
        expect!["error: `a` exists (4 lines) and you have not read all of it as it is now: `read` it first, or change a part of it with `edit`"],
    )
    .await;
}

#[tokio::test]
async fn an_edit_of_a_known_file_leaves_it_known() {
    let scene = Scene::new(&[("a", "1\n2\n3\n")]);
    scene.call("read", json!({"path": "a"})).await;
    scene
        .call("edit", json!({"path": "a", "old_text": "2", "new_text": "two"}))
        .await;
    check(
        &scene,
        "write",
        json!({"path": "a", "text": "one\ntwo\n3\n"}),
        expect![[r#"
            proposed 1 hunk in a; the user reviews them
            @@ -1,3 +1,3 @@
            -1
            +one
             2
             3
        "#]],
    )
    .await;
    assert_eq!(scene.view("a"), "one\ntwo\n3\n");
}

#[tokio::test]
async fn a_new_file_is_proposed() {
    let scene = Scene::new(&[("a", "")]);
    check(
        &scene,
        "write",
        json!({"path": "src/new.rs", "text": "fn new() {}\n"}),
        expect![[r#"
        proposed 1 hunk in src/new.rs; the user reviews them
    "#]],
    )
    .await;
    assert_eq!(scene.view("src/new.rs"), "fn new() {}\n");
    assert_eq!(on_disk(&scene.path("src/new.rs")), "entity not found");
    check(
        &scene,
        "edit",
        json!({"path": "src/new.rs", "old_text": "new", "new_text": "old"}),
        expect![[r#"
            proposed 1 hunk in src/new.rs; the user reviews them
            @@ -0,0 +1 @@
            +fn old() {}
        "#]],
    )
    .await;
    assert_eq!(scene.view("src/new.rs"), "fn old() {}\n");
}

#[tokio::test]
async fn files_go_and_move() {
    let scene = Scene::new(&[("a", "1\n"), ("b", "2\n"), ("c", "3\n")]);
    check(
        &scene,
        "delete",
        json!({"path": "a"}),
        expect![[r#"
        proposed 1 hunk in a; the user reviews them
    "#]],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "a"}),
        expect!["error: there is no file `a`; `list` and `glob` show what there is"],
    )
    .await;
    check(
        &scene,
        "move",
        json!({"from": "b", "to": "c"}),
        expect!["error: `c` exists already: choose another name, or delete it first"],
    )
    .await;
    check(
        &scene,
        "move",
        json!({"from": "b", "to": "dir/b"}),
        expect![[r#"
        proposed 1 hunk in b; the user reviews them
    "#]],
    )
    .await;
    check(
        &scene,
        "read",
        json!({"path": "dir/b"}),
        expect![[r#"
        dir/b · lines 1-1 of 1 · hash H · with your proposed changes
            1| 2
    "#]],
    )
    .await;
    check(
        &scene,
        "move",
        json!({"from": "nowhere", "to": "x"}),
        expect!["error: there is no file `nowhere`; `list` and `glob` show what there is"],
    )
    .await;
    check(
        &scene,
        "delete",
        json!({"path": "nowhere"}),
        expect!["error: there is no file `nowhere`; `list` and `glob` show what there is"],
    )
    .await;
    assert_eq!(
        (on_disk(&scene.path("a")), on_disk(&scene.path("b"))),
        ("1\n".to_owned(), "2\n".to_owned())
    );
}

#[tokio::test]
async fn what_cannot_be_changed_says_why() {
    let scene = Scene::with_bytes(&[("bin", b"\0"), ("latin", b"caf\xe9\n"), ("dir/x", b"")]);
    let edit = |path: &str| json!({"path": path, "old_text": "a", "new_text": "\u{20ac}"});
    check(
        &scene,
        "edit",
        edit("bin"),
        expect!["error: ROOT/bin is binary (byte 0)"],
    )
    .await;
    check(
        &scene,
        "edit",
        edit("latin"),
        expect!["error: ROOT/latin: '€' at byte 1 cannot be written in Latin-1, the file's encoding; use characters the file's encoding has"],
    )
    .await;
    check(
        &scene,
        "edit",
        edit("dir"),
        expect!["error: ROOT/dir is a directory; list it instead"],
    )
    .await;
    check(
        &scene,
        "edit",
        edit("/etc/hostname"),
        expect!["error: deny by roots.outside"],
    )
    .await;
    check(&scene, "edit", edit("../x"), expect!["error: deny by roots.outside"]).await;
    check(
        &scene,
        "write",
        json!({"path": "dir", "text": "x"}),
        expect!["error: ROOT/dir is a directory; list it instead"],
    )
    .await;
    check(
        &scene,
        "write",
        json!({"path": ".git/hooks/pre-commit", "text": "x"}),
        expect!["error: ask by protected.git"],
    )
    .await;
    let large = std::fs::File::create(scene.path("large")).unwrap();
    large.set_len(50 << 20).unwrap();
    check(
        &scene,
        "edit",
        edit("large"),
        expect!["error: ROOT/large has 52428800 bytes; files over 10485760 bytes are not read"],
    )
    .await;
}

#[tokio::test]
async fn what_is_changed_back_is_no_proposal() {
    let scene = Scene::new(&[("a", "1\n")]);
    scene
        .call("edit", json!({"path": "a", "old_text": "1", "new_text": "2"}))
        .await;
    check(
        &scene,
        "edit",
        json!({"path": "a", "old_text": "2", "new_text": "1"}),
        expect![[r#"
            took back what was proposed there before; a is as the user has it
        "#]],
    )
    .await;
    assert!(scene.cx.workspace.proposed_files(&scene.cx.session).is_empty());
    check(
        &scene,
        "edit",
        json!({"path": "a", "old_text": "1", "new_text": "1"}),
        expect!["error: cannot edit `a`: `old_text` and `new_text` are the same: there is nothing to change"],
    )
    .await;
}

#[tokio::test]
async fn every_place_is_replaced() {
    let scene = Scene::new(&[("a", "x = 1\ny = 2\nx = 1\n")]);
    let edit = |more: (&str, Value)| {
        let mut arguments = json!({"path": "a", "old_text": "x =", "new_text": "z ="});
        arguments[more.0] = more.1;
        arguments
    };
    check(&scene, "edit", edit(("replace_all", json!(false))), expect!["error: cannot edit `a`: `old_text` stands at 2 lines (1, 3): add lines around it until it is unique, give `line` to pick one, or `replace_all`"]).await;
    check(
        &scene,
        "edit",
        edit(("line", json!(3))),
        expect![[r#"
        proposed 1 hunk in a; the user reviews them
        @@ -1,3 +1,3 @@
         x = 1
         y = 2
        -x = 1
        +z = 1
    "#]],
    )
    .await;
    assert_eq!(scene.view("a"), "x = 1\ny = 2\nz = 1\n");
    scene
        .call(
            "edit",
            json!({"path": "a", "old_text": "=", "new_text": ":", "replace_all": true}),
        )
        .await;
    assert_eq!(scene.view("a"), "x : 1\ny : 2\nz : 1\n");
}

#[tokio::test]
async fn typing_since_the_last_read_is_seen() {
    let scene = Scene::new(&[("a", "one\ntwo\nthree\n")]);
    scene.call("read", json!({"path": "a"})).await;
    scene.open("a", "zero\none\nzwei\nthree\n");
    check(
        &scene,
        "edit",
        json!({"path": "a", "old_text": "one\ntwo\n", "new_text": "1\n2\n"}),
        expect![[r#"
        error: cannot edit `a`: `old_text` does not stand in the file; the nearest lines now are
            1| zero
            2| one
            3| zwei
            4| three"#]],
    )
    .await;
    check(
        &scene,
        "edit",
        json!({"path": "a", "old_text": "three", "new_text": "3"}),
        expect![[r#"
        proposed 1 hunk in a; the user reviews them
        @@ -1,4 +1,4 @@
         zero
         one
         zwei
        -three
        +3
    "#]],
    )
    .await;
    assert_eq!(scene.view("a"), "zero\none\nzwei\n3\n");
}

#[tokio::test]
async fn a_command_that_reads_proposes_nothing() {
    let mut scene = Scene::new(&[("a", "1\n")]);
    scene.cx.may_edit = false;
    for (tool, arguments) in [
        ("edit", json!({"path": "a", "old_text": "1", "new_text": "2"})),
        ("write", json!({"path": "b", "text": ""})),
        ("insert", json!({"path": "a", "line": 1, "text": ""})),
        ("delete", json!({"path": "a"})),
        ("move", json!({"from": "a", "to": "b"})),
    ] {
        let answer = scene.call(tool, arguments).await;
        assert_eq!(
            answer,
            "error: the user's command only reads: describe the change in your answer instead"
        );
    }
    assert!(scene.cx.workspace.proposed_files(&scene.cx.session).is_empty());
}

#[tokio::test]
async fn plan_mode_denies() {
    let mut scene = Scene::new(&[("a", "1\n")]);
    let roots = scene.cx.workspace.roots();
    let policy = PolicyConfig {
        roots,
        mode: Mode::Plan,
        ..PolicyConfig::default()
    };
    scene.cx.policy = Policy::new(policy).unwrap().into();
    check(
        &scene,
        "edit",
        json!({"path": "a", "old_text": "1", "new_text": "2"}),
        expect!["error: deny by mode.plan"],
    )
    .await;
}

#[tokio::test]
async fn a_stopped_turn_proposes_nothing() {
    let scene = Scene::new(&[("a", "1\n")]);
    scene.cx.cancel.cancel();
    check(
        &scene,
        "edit",
        json!({"path": "a", "old_text": "1", "new_text": "2"}),
        expect!["error: the user stopped the turn; nothing was changed"],
    )
    .await;
    assert_eq!(scene.view("a"), "1\n");
}

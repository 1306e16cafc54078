//! `revert`: what the session proposes is taken back, and nothing else.

use expect_test::expect;
use serde_json::json;

use crate::scene::{Scene, on_disk};

const POEM: &str = "one\ntwo\nthree\nfour\nfive\n";

#[tokio::test]
async fn proposals_are_taken_back() {
    let scene = Scene::new(&[("a.txt", POEM), ("b.txt", "b\n")]);
    expect![[r#"
        you propose nothing that the user has not decided on
    "#]]
    .assert_eq(&scene.call("revert", json!({})).await);
    let patch = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+1\n@@ -5 +5 @@\n-five\n+5\n--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-b\n+B\n\
                 --- /dev/null\n+++ b/c.txt\n@@ -0,0 +1 @@\n+c\n";
    scene.call("apply-patch", json!({"patch": patch})).await;
    let listed = scene.call("revert", json!({})).await;
    let ids: Vec<&str> = listed.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let without_ids: Vec<&str> = listed.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!(
        without_ids,
        ["a.txt:1 +1 -1", "a.txt:5 +1 -1", "b.txt:1 +1 -1", "c.txt:1 +1 -0"]
    );

    expect![[r#"
        took back 1 hunk in a.txt
    "#]]
    .assert_eq(&scene.call("revert", json!({"hunks": [ids[1]]})).await);
    assert_eq!(scene.view("a.txt"), "1\ntwo\nthree\nfour\nfive\n");
    let again = scene.call("revert", json!({"hunks": [ids[1]]})).await;
    assert!(again.contains("is no open hunk of yours"), "{again}");
    expect![[r#"
        took back 1 hunk in b.txt
    "#]]
    .assert_eq(&scene.call("revert", json!({"path": "b.txt"})).await);
    expect!["error: nothing of yours is open in `b.txt`"]
        .assert_eq(&scene.call("revert", json!({"path": "b.txt"})).await);
    expect!["error: give one of `path`, `hunks` and `all`"]
        .assert_eq(&scene.call("revert", json!({"path": "a.txt", "all": true})).await);
    expect![[r#"
        took back 2 hunks in a.txt, c.txt
    "#]]
    .assert_eq(&scene.call("revert", json!({"all": true})).await);
    assert_eq!(scene.view("a.txt"), POEM);
    assert_eq!(on_disk(&scene.path("a.txt")), POEM);
    expect![[r#"
        you propose nothing that the user has not decided on
    "#]]
    .assert_eq(&scene.call("revert", json!({})).await);
}

#[tokio::test]
async fn proposals_of_others_stay() {
    let mut scene = Scene::new(&[("a.txt", POEM)]);
    scene
        .call("edit", json!({"path": "a.txt", "old_text": "one", "new_text": "1"}))
        .await;
    scene.cx.session = "ses_2".into();
    scene.cx.review = "rev_2".into();
    expect![[r#"
        error: nothing to take back
    "#]]
    .assert_eq(&scene.call("revert", json!({"all": true})).await);
    expect!["error: nothing of yours is open in `a.txt`"]
        .assert_eq(&scene.call("revert", json!({"path": "a.txt"})).await);
    scene.cx.session = "ses_1".into();
    assert!(scene.view("a.txt").starts_with("1\n"));
}

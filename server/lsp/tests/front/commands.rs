//! Arguments are checked strictly; what cannot be done is an error with a cause, and nothing changes.

use serde_json::{Value, json};

use crate::editor::Editor;
use crate::world::Turn;

const SOURCE: &str = "fn a() {}\n";

async fn check(editor: &mut Editor, command: &str, argument: Value, code: i64, cause: &str) {
    let error = editor.execute(command, argument).await.unwrap_err();
    assert_eq!(
        (&error["code"], &error["data"]["cause"]),
        (&json!(code), &json!(cause)),
        "{error}"
    );
    assert!(error["message"].as_str().unwrap().contains(' '), "a sentence: {error}");
}

#[tokio::test]
async fn what_is_not_understood() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    let document = json!({"uri": uri});
    check(&mut editor, "singletree.nonsense", json!({}), -32602, "unknown-command").await;
    check(
        &mut editor,
        "singletree.run",
        json!({"command": "nonsense"}),
        -32602,
        "unknown-command",
    )
    .await;
    check(
        &mut editor,
        "singletree.run",
        json!({"command": "fix", "extra": 1}),
        -32602,
        "arguments",
    )
    .await;
    check(
        &mut editor,
        "singletree.run",
        json!({"textDocument": document}),
        -32602,
        "arguments",
    )
    .await;
    check(&mut editor, "singletree.review.keep", json!("all"), -32602, "arguments").await;
    check(
        &mut editor,
        "singletree.review.keep",
        json!({"hunk": "x"}),
        -32602,
        "arguments",
    )
    .await;
    let two = json!({"command": "singletree.stop", "arguments": [{}, {}]});
    assert_eq!(
        editor.request("workspace/executeCommand", two).await.unwrap_err()["data"]["cause"],
        "arguments"
    );
}

#[tokio::test]
async fn what_cannot_be_done_now() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    let range = |line: u32, character: u32| {
        let at = json!({"line": line, "character": character});
        json!({"start": at, "end": at})
    };
    let run = |uri: &str, range| json!({"command": "document", "textDocument": {"uri": uri}, "range": range});
    check(
        &mut editor,
        "singletree.run",
        run(&uri, range(7, 0)),
        -32803,
        "stale-range",
    )
    .await;
    check(
        &mut editor,
        "singletree.run",
        run("file:///etc/passwd", range(0, 0)),
        -32803,
        "outside",
    )
    .await;
    check(
        &mut editor,
        "singletree.stop",
        json!({"turnId": "trn_gone"}),
        -32803,
        "closed-turn",
    )
    .await;
    check(
        &mut editor,
        "singletree.approve",
        json!({"approvalId": "apr_gone"}),
        -32803,
        "closed-approval",
    )
    .await;
    check(
        &mut editor,
        "singletree.review.keep",
        json!({"hunkId": "hnk_gone"}),
        -32803,
        "unknown-hunk",
    )
    .await;
    check(
        &mut editor,
        "singletree.review.reject",
        json!({}),
        -32803,
        "nothing-selected",
    )
    .await;
    check(&mut editor, "singletree.review.undo", json!({}), -32803, "cannot-undo").await;
    check(
        &mut editor,
        "singletree.review.show",
        json!({}),
        -32803,
        "nothing-selected",
    )
    .await;
    assert_eq!(
        editor.execute("singletree.review.state", json!({})).await.unwrap(),
        json!({"reviews": []})
    );
    assert_eq!(editor.text(&uri), SOURCE);
}

#[tokio::test]
async fn a_turn_is_stopped_by_its_progress_and_by_command() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    for by_progress in [true, false] {
        editor.world.prepare(Turn::Hang);
        let started = editor.start_turn("edit", &uri, 0).await;
        let begin = editor.progress("begin").await;
        assert_eq!(begin["value"]["cancellable"], true);
        if by_progress {
            editor
                .notify("window/workDoneProgress/cancel", json!({"token": begin["token"]}))
                .await;
        } else {
            let stopped = editor
                .execute("singletree.stop", json!({"turnId": started["turnId"]}))
                .await
                .unwrap();
            assert_eq!(stopped, json!({"stopped": true}));
        }
        assert_eq!(editor.progress("end").await["value"]["message"], "stopped");
        editor.claim("window/showMessage").await;
    }
}

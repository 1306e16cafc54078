//! Questions: a prompt when nobody types, else a notice and an action until they pause.

use serde_json::json;

use crate::editor::Editor;
use crate::world::Turn;

const SOURCE: &str = "fn a() {}\n";

async fn asked(typing: bool) -> (Editor, String) {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    if typing {
        editor.type_at_start(&uri, "\n").await;
    }
    editor.world.prepare(Turn::ReadSecret);
    editor.start_turn("edit", &uri, 0).await;
    (editor, uri)
}

#[tokio::test]
async fn reject_comes_first_and_always_takes_a_second_step() {
    let (mut editor, _) = asked(false).await;
    let (message, titles) = editor.question().await;
    assert!(message.contains(".env"), "{message}");
    assert_eq!(titles, ["Reject", "Allow once", "Always…"]);
    editor.answer(Some("Always…")).await;
    let (_, titles) = editor.question().await;
    assert_eq!(titles, ["Reject", "Allow for this session"]);
    editor.answer(Some("Allow for this session")).await;
    editor.progress("end").await;
}

#[tokio::test]
async fn typing_is_not_interrupted() {
    let (mut editor, uri) = asked(true).await;
    let notice = editor.claim("window/showMessage").await;
    assert!(notice["message"].as_str().unwrap().contains(".env"), "{notice}");
    let lenses = editor.lenses(&uri).await;
    assert_eq!(lenses[0]["command"]["command"], "singletree.approve");
    let actions = editor.actions(&uri, 0, json!({"only": ["quickfix"]})).await;
    assert!(
        actions[0]["title"].as_str().unwrap().starts_with("Approve… "),
        "{actions:?}"
    );
    editor.choose(&actions[0]).await.unwrap();
    editor.question().await;
    // Ignored, it stays open; opened again, it can be answered.
    editor.answer(None).await;
    editor.choose(&actions[0]).await.unwrap();
    editor.question().await;
    editor.answer(Some("Reject")).await;
    editor.progress("end").await;
    assert!(editor.lenses(&uri).await.is_empty());
}

#[tokio::test]
async fn a_question_comes_by_itself_once_the_user_pauses() {
    let (mut editor, _) = asked(true).await;
    editor.claim("window/showMessage").await;
    editor.question().await;
    editor.answer(Some("Reject")).await;
    editor.progress("end").await;
}

#[tokio::test]
async fn a_prompt_is_taken_back_when_the_turn_ends() {
    let (mut editor, _) = asked(false).await;
    editor.question().await;
    editor.execute("singletree.stop", json!({})).await.unwrap();
    editor.claim("$/cancelRequest").await;
}

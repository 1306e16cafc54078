//! Answers in words.

use serde_json::{Value, json};

use crate::editor::{Editor, capabilities};
use crate::world::{EXPLANATION, Turn};

const SOURCE: &str = "fn a() {}\n";

#[tokio::test]
async fn an_explanation_opens_as_a_document() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Explain);
    editor.run("explain", &uri, 0).await;
    let shown = editor.claim("window/showDocument").await;
    assert_eq!(shown["takeFocus"], false);
    let path = shown["uri"]
        .as_str()
        .unwrap()
        .strip_prefix("file://")
        .unwrap()
        .to_owned();
    assert!(path.ends_with(".md"));
    assert_eq!(std::fs::read_to_string(path).unwrap(), EXPLANATION);
}

#[tokio::test]
async fn where_no_document_can_be_shown_it_is_a_message() {
    let mut capabilities = capabilities();
    capabilities["window"]["showDocument"] = Value::Null;
    let mut editor = Editor::start(capabilities, Value::Null, "utf-16").await;
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Explain);
    editor.run("explain", &uri, 0).await;
    assert_eq!(editor.claim("window/showMessage").await["message"], EXPLANATION);
}

#[tokio::test]
async fn words_are_asked_for_where_the_client_can() {
    let mut editor = Editor::with_options(json!({"input": true})).await;
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Explain);
    let document = json!({"uri": uri});
    editor
        .execute("singletree.run", json!({"command": "ask", "textDocument": document}))
        .await
        .unwrap();
    assert_eq!(editor.claim("singletree/input").await["title"], "Ask Singletree");
    editor.claim("window/showDocument").await;
}

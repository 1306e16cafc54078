//! What editors do that nobody here tuned for: what they wait for, what they hide, what they forget.

use serde_json::{Value, json};

use crate::editor::{Applying, Editor, capabilities, text_edits};
use crate::world::Turn;

const SOURCE: &str = "fn a() {}\nfn b() {}\n";

async fn proposed(mut editor: Editor) -> (Editor, String) {
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Document { lines: vec![1] });
    editor.run("document", &uri, 0).await;
    editor.until_hints(&uri, 1).await;
    (editor, uri)
}

/// Emacs: its command has to be answered before it says what its text is.
#[tokio::test]
async fn an_editor_that_waits_for_its_command_before_it_tells_of_its_text() {
    let emacs = Editor::named("Eglot", capabilities(), Value::Null, "utf-32").await;
    let (mut editor, uri) = proposed(emacs).await;
    editor.applying = Applying::Lies;
    let answer = editor.execute("singletree.review.keep", json!({})).await.unwrap();
    assert_eq!(answer["hunks"][0]["state"], "keeping");
    let (.., edits) = text_edits(&editor.edits[0]["edit"]).remove(0);
    editor.apply(&uri, &edits).await;
    editor.until_hints(&uri, 0).await;
    assert_eq!(editor.text(&uri), "fn a() {}\n/// Doc 1.\nfn b() {}\n");
    let titles = editor.titles(&uri, 1, json!({})).await;
    assert!(titles[0].starts_with("Singletree: "), "it is kept: {titles:?}");
}

/// Helix writes it into its log, where nobody looks.
#[tokio::test]
async fn a_refusal_is_said_where_the_editor_hides_it() {
    let mut helix = Editor::named("helix", capabilities(), Value::Null, "utf-8").await;
    helix.execute("singletree.review.undo", json!({})).await.unwrap_err();
    let message = helix.message("Singletree: ").await;
    assert!(message.contains("no decision to undo"), "{message}");
}

/// Most editors show progress and cannot cancel it.
#[tokio::test]
async fn what_runs_is_stopped_from_the_menu() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Hang);
    editor.start_turn("document", &uri, 0).await;
    let actions = editor.actions(&uri, 0, json!({})).await;
    let stop = actions
        .iter()
        .find(|action| action["title"] == "Singletree: stop “document”");
    editor.choose(stop.unwrap()).await.unwrap();
    editor.progress("end").await;
    // An editor has one line for both: what comes last stays there.
    editor.message("Singletree: stopped").await;
    let titles = editor.titles(&uri, 0, json!({})).await;
    assert!(!titles.iter().any(|title| title.contains("stop")), "{titles:?}");
}

/// Emacs shows a diagnostic where it was when it came.
#[tokio::test]
async fn hints_are_put_right_when_the_user_pauses() {
    let (mut editor, uri) = proposed(Editor::plain().await).await;
    assert_eq!(editor.hints[&uri][0]["range"]["start"]["line"], 1);
    editor.hints.clear();
    editor.type_at_start(&uri, "// mine\n").await;
    editor.until_hints(&uri, 1).await;
    assert_eq!(editor.hints[&uri][0]["range"]["start"]["line"], 2);
}

/// Emacs answers no question that was closed with Ctrl+G.
#[tokio::test]
async fn a_prompt_that_was_never_answered_is_put_again() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::ReadSecret);
    editor.start_turn("edit", &uri, 0).await;
    editor.question().await;
    editor.forget_question();
    let actions = editor.actions(&uri, 0, json!({"only": ["quickfix"]})).await;
    editor.choose(&actions[0]).await.unwrap();
    editor.claim("$/cancelRequest").await;
    editor.question().await;
    editor.answer(Some("Reject")).await;
    editor.progress("end").await;
}

/// eglot takes `false` for true.
#[tokio::test]
async fn no_editor_takes_the_focus() {
    for (name, focus) in [("Eglot", Value::Null), ("Neovim", json!(false))] {
        let mut editor = Editor::named(name, capabilities(), Value::Null, "utf-16").await;
        let uri = editor.open("a.rs", SOURCE).await;
        editor.world.prepare(Turn::Explain);
        editor.run("explain", &uri, 0).await;
        let shown = editor.claim("window/showDocument").await;
        assert_eq!(shown["takeFocus"], focus, "{name}");
    }
}

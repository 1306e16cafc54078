//! Hunks in an editor without a plugin: hints, lenses, Keep and Reject.

use serde_json::{Value, json};

use crate::editor::{Applying, Editor, capabilities};
use crate::world::{NEW, Turn};

const SOURCE: &str = "use c;\nfn a() {} // 𝒳\nfn b() {}\n";
const KEPT: &str = "use c;\n/// Doc 1.\nfn a() {} // 𝒳\nfn b() {}\n";

/// An editor with two proposed comments, above lines 1 and 2.
async fn proposed(mut editor: Editor) -> (Editor, String) {
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Document { lines: vec![1, 2] });
    let started = editor.run("document", &uri, 0).await;
    assert!(started["sessionId"].is_string() && started["turnId"].is_string());
    editor.until_hints(&uri, 2).await;
    (editor, uri)
}

fn state(answer: &Value) -> Vec<&str> {
    answer["hunks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hunk| hunk["state"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn one_hunk_is_kept_and_one_rejected() {
    let (mut editor, uri) = proposed(Editor::plain().await).await;
    assert_eq!(editor.text(&uri), SOURCE, "nothing changes before Keep");
    let message = editor.claim("window/showMessage").await;
    assert_eq!(
        message["message"],
        "Singletree: 2 changes in a.rs wait for Keep or Reject."
    );
    let hint = &editor.hints[&uri][0];
    assert_eq!((&hint["severity"], &hint["source"]), (&json!(4), &json!("singletree")));
    assert!(hint["message"].as_str().unwrap().contains("+/// Doc 1."), "{hint}");

    let lenses = editor.lenses(&uri).await;
    assert!(lenses.iter().all(|lens| {
        lens["command"]["command"]
            .as_str()
            .unwrap()
            .starts_with("singletree.review.")
    }));
    let actions = editor.actions(&uri, 1, json!({"only": ["quickfix"]})).await;
    assert!(
        actions[0]["title"].as_str().unwrap().starts_with("Keep: "),
        "first in the list: {actions:?}"
    );
    let answer = editor.choose(&actions[0]).await.unwrap();
    assert_eq!(state(&answer), ["kept"]);
    assert_eq!(editor.text(&uri), KEPT);
    assert_eq!(editor.edits[0]["edit"]["documentChanges"].as_array().unwrap().len(), 1);
    editor.until_hints(&uri, 1).await;

    let actions = editor.actions(&uri, 3, json!({"only": ["quickfix"]})).await;
    let reject = actions
        .iter()
        .find(|action| action["title"].as_str().unwrap().starts_with("Reject: "))
        .unwrap();
    let answer = editor.choose(reject).await.unwrap();
    assert_eq!(state(&answer), ["rejected"]);
    editor.until_hints(&uri, 0).await;
    assert_eq!(editor.text(&uri), KEPT);
    assert!(editor.lenses(&uri).await.is_empty());
}

#[tokio::test]
async fn a_file_is_kept_at_once_while_the_user_types() {
    let (mut editor, uri) = proposed(Editor::plain().await).await;
    editor.type_at_start(&uri, "// 𝒳 mine\n").await;
    let actions = editor.actions(&uri, 2, json!({})).await;
    let keep = actions
        .iter()
        .find(|action| action["title"] == "Keep file (2 changes)")
        .unwrap();
    let answer = editor.choose(keep).await.unwrap();
    assert_eq!(state(&answer), ["kept", "kept"]);
    assert_eq!(
        editor.text(&uri),
        "// 𝒳 mine\nuse c;\n/// Doc 1.\nfn a() {} // 𝒳\n/// Doc 2.\nfn b() {}\n"
    );
}

#[tokio::test]
async fn positions_are_counted_in_the_encoding_that_was_chosen() {
    let editor = Editor::start(capabilities(), Value::Null, "utf-8").await;
    let (mut editor, uri) = proposed(editor).await;
    editor.type_at_start(&uri, "// 𝒳").await;
    let answer = editor
        .execute("singletree.review.keep", json!({"uri": uri}))
        .await
        .unwrap();
    assert!(state(&answer).contains(&"kept"));
    assert!(editor.text(&uri).contains("/// Doc 2.\nfn b() {}\n"));
}

#[tokio::test]
async fn applied_is_not_believed() {
    let (mut editor, uri) = proposed(Editor::plain().await).await;
    editor.applying = Applying::Lies;
    let error = editor.execute("singletree.review.keep", json!({})).await.unwrap_err();
    assert_eq!(error["data"]["cause"], "unproved", "{error}");
    assert_eq!(editor.text(&uri), SOURCE);
    let actions = editor.titles(&uri, 1, json!({})).await;
    assert!(actions[0].starts_with("Keep: "), "offered again: {actions:?}");
}

#[tokio::test]
async fn a_refusal_changes_nothing() {
    let (mut editor, uri) = proposed(Editor::plain().await).await;
    editor.applying = Applying::Refuses;
    let error = editor.execute("singletree.review.keep", json!({})).await.unwrap_err();
    assert_eq!(error["data"]["cause"], "editor-refused", "{error}");
    assert!(error["message"].as_str().unwrap().contains("the user said no"));
    assert_eq!(editor.text(&uri), SOURCE);
    // Keep and Reject of the hunk, the other hunk and the file, and *Show all*.
    assert_eq!(
        editor.titles(&uri, 1, json!({"only": ["quickfix"]})).await.len(),
        4 + 2 + 1
    );
}

#[tokio::test]
async fn in_confirm_mode_the_editor_asks_and_the_text_tells() {
    let mut editor = Editor::with_options(json!({"reviewMode": "confirm"})).await;
    editor.applying = Applying::FirstOnly;
    let (mut editor, uri) = proposed(editor).await;
    editor.until_hints(&uri, 1).await;
    assert_eq!(editor.text(&uri), KEPT);
    let edit = &editor.edits[0]["edit"];
    let annotation = edit["documentChanges"][0]["edits"][0]["annotationId"].as_str().unwrap();
    assert_eq!(edit["changeAnnotations"][annotation]["needsConfirmation"], true);
}

#[tokio::test]
async fn the_diff_opens_without_taking_the_focus() {
    let (mut editor, uri) = proposed(Editor::plain().await).await;
    editor
        .execute("singletree.review.show", json!({"uri": uri}))
        .await
        .unwrap();
    let shown = editor.claim("window/showDocument").await;
    assert_eq!(shown["takeFocus"], false);
    let path = shown["uri"]
        .as_str()
        .unwrap()
        .strip_prefix("file://")
        .unwrap()
        .to_owned();
    let diff = std::fs::read_to_string(path).unwrap();
    assert!(diff.starts_with("--- a/a.rs\n+++ b/a.rs\n"), "{diff}");
    assert!(
        diff.contains("+/// Doc 1.\n") && diff.contains("+/// Doc 2.\n"),
        "{diff}"
    );
}

#[tokio::test]
async fn a_client_without_document_changes_gets_plain_ones() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let (mut editor, uri) = proposed(Editor::start(capabilities, Value::Null, "utf-16").await).await;
    let answer = editor
        .execute("singletree.review.keep", json!({"uri": uri}))
        .await
        .unwrap();
    assert_eq!(state(&answer), ["kept", "kept"]);
    assert!(editor.edits[0]["edit"].get("documentChanges").is_none());
}

#[tokio::test]
async fn an_open_file_is_not_written_behind_the_editors_back() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["applyEdit"] = json!(false);
    let (mut editor, uri) = proposed(Editor::start(capabilities, Value::Null, "utf-16").await).await;
    let error = editor
        .execute("singletree.review.keep", json!({"uri": uri}))
        .await
        .unwrap_err();
    assert_eq!(error["data"]["cause"], "editor-refused", "{error}");
    assert!(
        error["message"].as_str().unwrap().contains("workspace/applyEdit"),
        "{error}"
    );
    assert_eq!(
        std::fs::read_to_string(editor.world.root.path().join("a.rs")).unwrap(),
        SOURCE
    );
    assert!(editor.edits.is_empty());
}

/// An editor for which `new.rs` is proposed.
async fn created(mut editor: Editor) -> (Editor, std::path::PathBuf) {
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Create);
    editor.run("edit", &uri, 0).await;
    let path = editor.world.root.path().join("new.rs");
    assert!(!path.exists(), "nothing is written before Keep");
    (editor, path)
}

#[tokio::test]
async fn the_nearest_hunk_is_offered_where_the_user_asks_elsewhere() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    editor.world.prepare(Turn::Document { lines: vec![1] });
    editor.run("document", &uri, 0).await;
    editor.until_hints(&uri, 1).await;
    let titles = editor.titles(&uri, 3, json!({})).await;
    assert!(
        titles[0].starts_with("Keep: ") && titles[0].ends_with(" (line 2)"),
        "{titles:?}"
    );
    assert!(
        titles[1].starts_with("Reject: ") && titles[1].ends_with(" (line 2)"),
        "{titles:?}"
    );
    assert!(editor.titles(&uri, 3, json!({"triggerKind": 2})).await.is_empty());
}

#[tokio::test]
async fn a_new_file_is_created_by_the_editor() {
    let (mut editor, path) = created(Editor::plain().await).await;
    let elsewhere = editor.uri("a.rs");
    let actions = editor.actions(&elsewhere, 0, json!({})).await;
    let titles: Vec<_> = actions.iter().map(|action| action["title"].as_str().unwrap()).collect();
    let offered = [
        "Keep: new file new.rs",
        "Reject: new file new.rs",
        "Show all proposed changes",
    ];
    assert_eq!(titles[..3], offered, "a file that is not open is decided from anywhere");
    let answer = editor.choose(&actions[0]).await.unwrap();
    assert_eq!(state(&answer), ["kept"]);
    let kinds: Vec<_> = editor.edits[0]["edit"]["documentChanges"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(kinds[0]["kind"], "create");
    assert_eq!(editor.text(&editor.uri("new.rs")), NEW);
    assert_eq!(std::fs::read_to_string(path).unwrap(), "", "saving it is the editor's");
}

#[tokio::test]
async fn a_new_file_is_written_by_us_where_the_editor_cannot() {
    let mut capabilities = capabilities();
    capabilities["workspace"]["workspaceEdit"]["resourceOperations"] = json!([]);
    let (mut editor, path) = created(Editor::start(capabilities, Value::Null, "utf-16").await).await;
    let answer = editor.execute("singletree.review.keep", json!({})).await.unwrap();
    assert_eq!(state(&answer), ["kept"]);
    assert_eq!(std::fs::read_to_string(path).unwrap(), NEW);
    assert!(editor.edits.is_empty());
}

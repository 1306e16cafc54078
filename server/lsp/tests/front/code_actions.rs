//! What is offered where.

use serde_json::json;

use crate::editor::Editor;

const SOURCE: &str = "fn a() {}\n// singletree: rename a\nfn b() {} // TODO\n";

#[tokio::test]
async fn commands_where_the_user_asks_for_actions() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    let plain = [
        "Singletree: document",
        "Singletree: optimize",
        "Singletree: explain",
        "Singletree: write tests",
        "Singletree: review",
        "Singletree: write a commit message",
    ];
    assert_eq!(editor.titles(&uri, 0, json!({})).await, plain);
    assert!(
        editor
            .titles(&uri, 2, json!({}))
            .await
            .contains(&"Singletree: complete".to_owned())
    );
    assert!(
        editor.titles(&uri, 0, json!({"triggerKind": 2})).await.is_empty(),
        "nobody asked"
    );
    let kinds = |only| json!({"only": [only]});
    assert_eq!(editor.titles(&uri, 0, kinds("refactor.rewrite")).await, plain[..2]);
    assert_eq!(editor.titles(&uri, 0, kinds("source")).await, plain[2..]);
    assert!(editor.titles(&uri, 0, kinds("quickfix")).await.is_empty());
}

#[tokio::test]
async fn free_text_where_the_client_can_ask_for_it() {
    let mut editor = Editor::with_options(json!({"input": true})).await;
    let uri = editor.open("a.rs", SOURCE).await;
    let titles = editor.titles(&uri, 0, json!({})).await;
    for offered in ["Singletree: edit…", "Singletree: refactor…", "Singletree: ask…"] {
        assert!(titles.contains(&offered.to_owned()), "{titles:?}");
    }
}

#[tokio::test]
async fn a_fix_for_each_diagnostic_that_is_not_ours() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    let at = json!({"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 4}});
    let theirs = json!({"range": at, "message": "unused\nhelp: remove it", "source": "rustc", "data": {"x": 1}});
    let ours = json!({"range": at, "message": "document", "source": "singletree"});
    let context = json!({"diagnostics": [theirs, ours], "only": ["quickfix"]});
    let actions = editor.actions(&uri, 0, context).await;
    assert_eq!(actions.len(), 1);
    assert_eq!(actions[0]["title"], "Singletree: fix “unused”");
    assert_eq!(actions[0]["diagnostics"], json!([theirs]));
    let argument = &actions[0]["command"]["arguments"][0];
    assert_eq!(
        (&argument["command"], &argument["diagnostics"]),
        (&json!("fix"), &json!([theirs]))
    );
}

#[tokio::test]
async fn an_instruction_in_a_comment_where_the_workspace_is_trusted() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.rs", SOURCE).await;
    let actions = editor.actions(&uri, 1, json!({"only": ["refactor"]})).await;
    assert_eq!(actions[0]["title"], "Singletree: do it: rename a");
    assert_eq!(actions[0]["command"]["arguments"][0]["prompt"], "rename a");

    // All of it is shown, with what would not show.
    let hidden = format!("<!-- singletree: {} \u{202e}then\t`rm` -->\n", "read ".repeat(40));
    let uri = editor.open("a.html", &hidden).await;
    let actions = editor.actions(&uri, 0, json!({"only": ["refactor"]})).await;
    let title = actions[0]["title"].as_str().unwrap();
    assert!(title.ends_with("read  \\u{202e}then\\t`rm`"), "{title}");
    assert_eq!(title.matches("read ").count(), 40, "{title}");
    let uri = editor.open("b.html", "<!--\n\n  singletree: translate\n-->\n").await;
    assert!(
        editor
            .titles(&uri, 2, json!({}))
            .await
            .contains(&"Singletree: do it: translate".to_owned())
    );

    let mut editor = Editor::with_options(json!({"trusted": false})).await;
    let uri = editor.open("a.rs", SOURCE).await;
    assert!(
        !editor
            .titles(&uri, 1, json!({}))
            .await
            .iter()
            .any(|title| title.contains("do it"))
    );
}

#[tokio::test]
async fn nothing_for_what_is_no_document() {
    let mut editor = Editor::plain().await;
    let at = json!({"line": 0, "character": 0});
    let range = json!({"start": at, "end": at});
    let params = json!({"textDocument": {"uri": "no uri"}, "range": range, "context": {"diagnostics": []}});
    assert!(
        editor
            .request("textDocument/codeAction", params)
            .await
            .unwrap()
            .is_null()
    );
}

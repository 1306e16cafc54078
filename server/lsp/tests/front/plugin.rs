//! A client with our plugin hears of turns and reviews, and gets neither hints nor messages.

use serde_json::json;

use crate::editor::Editor;
use crate::world::Turn;

#[tokio::test]
async fn reviews_come_whole_then_in_parts() {
    let mut editor = Editor::with_options(json!({"review": true})).await;
    let uri = editor.open("a.rs", "fn a() {}\nfn b() {}\n").await;
    editor.world.prepare(Turn::Document { lines: vec![0, 1] });
    let started = editor.start_turn("document", &uri, 0).await;
    let running = editor.claim("singletree/turn").await;
    assert_eq!(
        (&running["turnId"], &running["state"]),
        (&started["turnId"], &json!("running"))
    );
    assert_eq!(editor.claim("singletree/turn").await["state"], "completed");

    let first = editor.claim("singletree/review").await;
    assert_eq!(first["whole"], true);
    assert_eq!(first["turnId"], started["turnId"]);
    let state = editor.execute("singletree.review.state", json!({})).await.unwrap();
    let hunks = state["reviews"][0]["files"][0]["hunks"].as_array().unwrap();
    assert_eq!(hunks.len(), 2);

    let hunk = &hunks[0]["id"];
    editor
        .execute("singletree.review.reject", json!({"hunkId": hunk}))
        .await
        .unwrap();
    loop {
        let delta = editor.claim("singletree/review").await;
        assert_eq!(delta["whole"], false);
        let removed = delta["removed"].as_array().unwrap();
        let told = delta["files"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|file| file["hunks"].as_array().unwrap());
        let mut told = told.filter(|told| told["id"] == *hunk);
        if removed.contains(hunk) || told.any(|hunk| hunk["state"] == "rejected") {
            break;
        }
    }
    assert!(editor.hints.is_empty());
    assert!(!editor.arrived.iter().any(|(method, _)| method == "window/showMessage"));
}

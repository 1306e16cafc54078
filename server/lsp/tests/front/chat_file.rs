//! Chat in a buffer.

use serde_json::{Value, json};

use crate::editor::{Applying, Editor, capabilities};
use crate::world::{EXPLANATION, Turn};

const ASKED: &str = "## You\n\nWhat does it do?\n";

async fn send(editor: &mut Editor, uri: &str) -> Result<Value, Value> {
    editor
        .execute("singletree.chat.send", json!({"textDocument": {"uri": uri}}))
        .await
}

#[track_caller]
fn session(text: &str) -> &str {
    let (_, rest) = text.split_once("session: ").unwrap();
    rest.lines().next().unwrap()
}

#[tokio::test]
async fn the_last_block_is_sent_and_answered_below() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.chat.md", ASKED).await;
    editor.world.prepare(Turn::Explain);
    let actions = editor.actions(&uri, 0, json!({})).await;
    assert_eq!(actions[0]["title"], "Singletree: send: “What does it do?”");
    assert_eq!(actions[0]["kind"], "source.singletree.send");
    let started = editor.choose(&actions[0]).await.unwrap();
    assert!(started["turnId"].is_string(), "{started}");
    editor.until_text(&uri, |text| text.ends_with("## You\n\n")).await;
    let id = started["sessionId"].as_str().unwrap();
    assert_eq!(
        editor.text(&uri),
        format!("---\nsession: {id}\n---\n\n{ASKED}\n## Singletree\n\n{EXPLANATION}\n\n## You\n\n")
    );
    // Nothing is left to send, and what is said next goes on with the session.
    let titles = editor.titles(&uri, 0, json!({})).await;
    assert!(titles.iter().all(|title| !title.contains("send")), "{titles:?}");
    editor.type_at_end(&uri, "And why?\n").await;
    editor.world.prepare(Turn::Explain);
    let again = send(&mut editor, &uri).await.unwrap();
    assert_eq!(again["sessionId"], started["sessionId"]);
    editor
        .until_text(&uri, |text| text.matches("## You\n").count() == 3)
        .await;
    assert_eq!(session(editor.text(&uri)), id);
}

#[tokio::test]
async fn line_breaks_and_encodings_are_the_buffers() {
    for encoding in ["utf-8", "utf-16"] {
        let mut editor = Editor::start(capabilities(), Value::Null, encoding).await;
        let uri = editor.open("a.chat.md", "𝒳𝒳\r\n## You\r\n\r\n𝒳?\r\n").await;
        editor.world.prepare(Turn::Explain);
        send(&mut editor, &uri).await.unwrap();
        editor.until_text(&uri, |text| text.ends_with("## You\r\n\r\n")).await;
        let text = editor.text(&uri);
        assert!(
            text.contains("\r\n𝒳?\r\n\r\n## Singletree\r\n\r\nIt adds.\r\nIndeed.\r\n\r\n## You\r\n"),
            "{text}"
        );
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
    }
}

#[tokio::test]
async fn words_without_a_heading_and_files_with_front_matter() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.chat.md", "---\ntitle: x\n---\nWhy?").await;
    editor.world.prepare(Turn::Explain);
    let started = send(&mut editor, &uri).await.unwrap();
    editor.until_text(&uri, |text| text.ends_with("## You\n\n")).await;
    let id = started["sessionId"].as_str().unwrap();
    assert_eq!(
        editor.text(&uri),
        format!("---\ntitle: x\nsession: {id}\n---\n## You\n\nWhy?\n\n## Singletree\n\n{EXPLANATION}\n\n## You\n\n")
    );
}

#[tokio::test]
async fn an_empty_file_is_laid_out() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.chat.md", "").await;
    let actions = editor.actions(&uri, 0, json!({})).await;
    assert_eq!(actions[0]["title"], "Singletree: begin a chat");
    editor.choose(&actions[0]).await.unwrap();
    editor.until_text(&uri, |text| !text.is_empty()).await;
    assert_eq!(editor.text(&uri), "## You\n\n");
    let refused = send(&mut editor, &uri).await.unwrap_err();
    assert_eq!(refused["data"]["cause"], "empty-block");
}

async fn check_refused(name: &str, text: &str, cause: &str, says: &str) {
    let mut editor = Editor::plain().await;
    let uri = editor.open(name, text).await;
    let error = send(&mut editor, &uri).await.unwrap_err();
    assert_eq!(error["data"]["cause"], cause, "{error}");
    assert!(error["message"].as_str().unwrap().contains(says), "{error}");
    assert_eq!(editor.text(&uri), text);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_what_to_do() {
    check_refused("a.md", ASKED, "no-chat-file", "NAME.chat.md").await;
    check_refused("a.chat.md", "", "empty-block", "below the last `## You`").await;
    check_refused(
        "a.chat.md",
        "## You\n\na\n\n## Singletree\n\nb\n\n## You\n \n",
        "empty-block",
        "nothing to send",
    )
    .await;
    check_refused("a.chat.md", "## Singletree\n\nb\n", "no-block", "a line `## You`").await;
    check_refused(
        "a.chat.md",
        "---\nsession: a\n\n## You\n\na\n",
        "front-matter",
        "no line closes it",
    )
    .await;
    check_refused(
        "a.chat.md",
        "---\nsession: ses_gone\n---\n## You\n\na\n",
        "unknown-session",
        "Remove its line `session:`",
    )
    .await;
    check_refused(
        "a.chat.md",
        "---\nmode: auto\n---\n## You\n\na\n",
        "mode",
        "type `/mode auto`",
    )
    .await;
    check_refused(
        "a.chat.md",
        "---\nmode: wild\n---\n## You\n\na\n",
        "mode",
        "the modes are",
    )
    .await;
    check_refused(
        "a.chat.md",
        "---\nmodel: p/none\n---\n## You\n\na\n",
        "unknown-model",
        "`model:`",
    )
    .await;
    check_refused(
        "a.chat.md",
        "## You\n\n/nonsense\n",
        "unknown-command",
        "there is no command `/nonsense`",
    )
    .await;
}

#[tokio::test]
async fn a_file_that_nobody_holds() {
    let mut editor = Editor::plain().await;
    let error = send(&mut editor, "file:///elsewhere/a.chat.md").await.unwrap_err();
    assert_eq!(error["data"]["cause"], "outside");
    let closed = editor.uri("closed.chat.md");
    let error = send(&mut editor, &closed).await.unwrap_err();
    assert_eq!(error["data"]["cause"], "not-open");
}

#[tokio::test]
async fn a_running_answer_is_stopped_from_the_buffer() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.chat.md", ASKED).await;
    editor.world.prepare(Turn::Hang);
    send(&mut editor, &uri).await.unwrap();
    editor.until_text(&uri, |text| text.contains("## Singletree")).await;
    // It was sent, and is not offered a second time.
    let error = send(&mut editor, &uri).await.unwrap_err();
    assert_eq!(error["data"]["cause"], "busy", "{error}");
    let actions = editor.actions(&uri, 0, json!({})).await;
    assert_eq!(actions[0]["title"], "Singletree: stop the answer");
    assert!(
        editor
            .lenses(&uri)
            .await
            .iter()
            .any(|lens| lens["command"]["title"] == "Stop")
    );
    editor.choose(&actions[0]).await.unwrap();
    editor.until_text(&uri, |text| text.ends_with("## You\n\n")).await;
    assert!(
        editor.text(&uri).ends_with("## Singletree\n\n*Stopped.*\n\n## You\n\n"),
        "{}",
        editor.text(&uri)
    );
}

#[tokio::test]
async fn a_command_of_the_session_answers_in_the_buffer() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.chat.md", "## You\n\n/mode plan\n").await;
    send(&mut editor, &uri).await.unwrap();
    editor.until_text(&uri, |text| text.ends_with("## You\n\n")).await;
    assert!(
        editor
            .text(&uri)
            .contains("## Singletree\n\nThe mode is plan from now on.\n"),
        "{}",
        editor.text(&uri)
    );
    // Nothing is in the store yet that the file could name.
    assert!(!editor.text(&uri).contains("session:"), "{}", editor.text(&uri));
    editor.type_at_end(&uri, "/mode\n").await;
    send(&mut editor, &uri).await.unwrap();
    editor.until_text(&uri, |text| text.contains("The mode is plan.")).await;
}

#[tokio::test]
async fn an_editor_that_refuses_is_told_where_the_answer_is() {
    for applying in [Applying::Refuses, Applying::Lies] {
        let mut editor = Editor::plain().await;
        let uri = editor.open("a.chat.md", ASKED).await;
        editor.world.prepare(Turn::Explain);
        editor.applying = applying;
        let started = send(&mut editor, &uri).await.unwrap();
        let told = editor.claim("window/showMessage").await;
        let (message, id) = (
            told["message"].as_str().unwrap(),
            started["sessionId"].as_str().unwrap(),
        );
        assert!(message.contains(&format!("singletree sessions show {id}")), "{message}");
        assert_eq!(editor.text(&uri), ASKED);
        // Nothing is lost: the file goes on with its session.
        editor.applying = Applying::Yes;
        editor.world.prepare(Turn::Explain);
        let again = send(&mut editor, &uri).await.unwrap();
        assert_eq!(again["sessionId"], started["sessionId"]);
        editor.until_text(&uri, |text| text.ends_with("## You\n\n")).await;
    }
}

#[tokio::test]
async fn a_buffer_that_is_closed_in_mid_turn_loses_nothing() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.chat.md", ASKED).await;
    editor.world.prepare(Turn::Hang);
    send(&mut editor, &uri).await.unwrap();
    editor.until_text(&uri, |text| text.contains("## Singletree")).await;
    let text = editor.text(&uri).to_owned();
    editor.close(&uri).await;
    editor.execute("singletree.stop", json!({})).await.unwrap();
    let told = editor.claim("window/showMessage").await;
    assert!(told["message"].as_str().unwrap().contains("it was closed"), "{told}");
    let uri = editor.open("a.chat.md", &text).await;
    editor.world.prepare(Turn::Explain);
    let titles = editor.titles(&uri, 0, json!({})).await;
    assert_eq!(titles[0], "Singletree: send again: “What does it do?”");
    send(&mut editor, &uri).await.unwrap();
    editor.until_text(&uri, |text| text.ends_with("## You\n\n")).await;
    assert_eq!(
        editor.text(&uri),
        format!("{text}## Singletree\n\n{EXPLANATION}\n\n## You\n\n")
    );
}

#[tokio::test]
async fn a_question_comes_as_everywhere_and_our_own_edits_are_no_typing() {
    let mut editor = Editor::plain().await;
    let uri = editor.open("a.chat.md", ASKED).await;
    editor.world.prepare(Turn::ReadSecret);
    send(&mut editor, &uri).await.unwrap();
    editor.until_text(&uri, |text| text.contains("## Singletree")).await;
    let (message, _) = editor.question().await;
    assert!(message.contains(".env"), "{message}");
    let notices = editor
        .arrived
        .iter()
        .filter(|(method, _)| method == "window/showMessage");
    assert_eq!(notices.count(), 0, "asked at once: nobody has typed");
    editor.answer(Some("Reject")).await;
    editor.until_text(&uri, |text| text.ends_with("## You\n\n")).await;
    let text = editor.text(&uri);
    assert!(
        text.contains("\n- `Read .env` failed: `") && text.contains("\n\nRead.\n"),
        "{text}"
    );
}

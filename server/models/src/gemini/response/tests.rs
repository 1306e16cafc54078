//! Streams in the shapes that Google publishes, and what goes wrong with them.

use std::time::Duration;

use base::ToolCall;
use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::Reader;
use crate::exchange::ReadAnswer;
use crate::replay::{Items, check_every_boundary, read, read_then_stall, show};
use crate::{Chunk, ModelError};

const TEXT: &str = include_str!("../../../tests/fixtures/gemini/text.sse");
const TOOLS: &str = include_str!("../../../tests/fixtures/gemini/tools.sse");
const REASONING: &str = include_str!("../../../tests/fixtures/gemini/reasoning.sse");
const CUT: &str = include_str!("../../../tests/fixtures/gemini/cut.sse");
const SAFETY: &str = include_str!("../../../tests/fixtures/gemini/safety.sse");

fn reader() -> Reader {
    Reader::new("gemini")
}

async fn check(recorded: &str, expect: Expect) {
    expect.assert_eq(&show(&read(reader(), &[recorded.as_bytes()]).await));
}

#[tokio::test]
async fn text_tools_and_usage() {
    check(
        TEXT,
        expect![[r#"
        text "Grüße"
        usage: input 86 output 60 cache read 1920 write 0
        text ", 世界"
        usage: input 86 output 120 cache read 1920 write 0
        text "! 👩\u{200d}👩\u{200d}👧 "
        usage: input 86 output 180 cache read 1920 write 0
        text "A \"quoted\"\n\tline\\"
        usage: input 86 output 240 cache read 1920 write 0
        text "\r\nand the end."
        usage: input 86 output 300 cache read 1920 write 0
        thinking done, signature Some("gemini:text:CiQBjz1rXx0aVbQ9mP4kT7nYw2eLd8sGh5jRfUoK3iNcAg==")
        usage: input 86 output 300 cache read 1920 write 0
        done: EndTurn
    "#]],
    )
    .await;
    check(
        TOOLS,
        expect![[r#"
        thinking "**Reading**\n\nI need both files."
        usage: input 472 output 40 cache read 0 write 0
        thinking done, signature None
        text "I read both files."
        usage: input 472 output 46 cache read 0 write 0
        thinking done, signature Some("gemini:call:EvYCCvMCAb4+9vsz7s2K0nQ1mB8xJ5kLwYpR3tVhC6dUoQ==")
        call 0 started: read call_9k2m
        call 0 += {"path":"src/grü\"\\ße 世界.rs","first_line":12}
        call: read call_9k2m {"path":"src/grü\"\\ße 世界.rs","first_line":12}
        usage: input 472 output 80 cache read 0 write 0
        call 1 started: edit call_x41q
        call 1 += {"path":"a.rs","old_text":"// 😀\n\tend","new_text":""}
        call: edit call_x41q {"path":"a.rs","old_text":"// 😀\n\tend","new_text":""}
        usage: input 472 output 89 cache read 0 write 0
        usage: input 472 output 89 cache read 0 write 0
        done: ToolUse
    "#]],
    )
    .await;
}

#[tokio::test]
async fn thoughts_and_other_ends() {
    check(
        REASONING,
        expect![[r#"
        thinking "Let me see: "
        usage: input 40 output 20 cache read 0 write 0
        thinking "27 × 453 = 12 231 ✓"
        usage: input 40 output 50 cache read 0 write 0
        thinking done, signature None
        text "It is "
        usage: input 40 output 53 cache read 0 write 0
        text "12 231."
        usage: input 40 output 61 cache read 0 write 0
        done: EndTurn
    "#]],
    )
    .await;
    check(
        CUT,
        expect![[r#"
        text "Cut at "
        usage: input 30 output 4000 cache read 0 write 0
        text "the li"
        usage: input 30 output 4096 cache read 0 write 0
        done: MaxTokens
    "#]],
    )
    .await;
    check(
        SAFETY,
        expect![[r#"
        text "Well, "
        usage: input 30 output 2 cache read 0 write 0
        usage: input 30 output 2 cache read 0 write 0
        done: Refusal
    "#]],
    )
    .await;
}

#[tokio::test]
async fn every_boundary() {
    for recorded in [TEXT, TOOLS, REASONING, CUT, SAFETY] {
        check_every_boundary(reader, recorded.as_bytes()).await;
    }
}

fn stream(responses: &[Value]) -> String {
    responses
        .iter()
        .map(|response| format!("data: {response}\n\n"))
        .collect()
}

fn candidate(parts: Value, finish_reason: Option<&str>) -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": finish_reason}]})
}

async fn calls(responses: &[Value]) -> Vec<ToolCall> {
    let items = read(reader(), &[stream(responses).as_bytes()]).await;
    assert!(matches!(items.last(), Some(Ok(Chunk::Done(_)))), "{}", show(&items));
    let calls = items.into_iter().filter_map(|item| match item {
        Ok(Chunk::ToolCall(call)) => Some(call),
        _ => None,
    });
    calls.collect()
}

#[tokio::test]
async fn calls_without_ids_get_some() {
    let call = |args: Value| json!({"functionCall": {"name": "read", "args": args}});
    let calls = calls(&[
        candidate(json!([call(json!({"a": 1})), call(Value::Null)]), None),
        candidate(json!([call(json!([2]))]), Some("STOP")),
    ])
    .await;
    let arguments: Vec<_> = calls.iter().map(|call| &call.arguments).collect();
    assert_eq!(arguments, [&json!({"a": 1}), &json!({}), &json!({"_invalid": "[2]"})]);
    let ids: std::collections::HashSet<_> = calls.iter().map(|call| call.id.as_str()).collect();
    assert_eq!(ids.len(), 3);
}

/// The call that stands for one which Google could not read.
async fn check_malformed(finish_message: Option<&str>, name: &str, said: &str) {
    let mut end = candidate(json!([]), Some("MALFORMED_FUNCTION_CALL"));
    end["candidates"][0]["finishMessage"] = json!(finish_message);
    let calls = calls(&[end]).await;
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!(
        (call.name.as_str(), &call.arguments),
        (name, &json!({"_invalid": said}))
    );
}

#[tokio::test]
async fn a_call_that_google_cannot_read_goes_back_to_the_model() {
    let message = "Malformed function call: print(default_api.read(path='a\"))";
    check_malformed(Some(message), "read", message).await;
    let message = "Malformed function call: call:default_api:edit-file{path:";
    check_malformed(Some(message), "edit-file", message).await;
    check_malformed(None, "unknown", "MALFORMED_FUNCTION_CALL").await;
}

#[tokio::test]
async fn questions_that_are_refused() {
    check(
        &stream(&[
            json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 7}}),
        ]),
        expect![[r#"
            usage: input 7 output 0 cache read 0 write 0
            done: Refusal
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_unknown_is_skipped() {
    check(
        &stream(&[
            json!({"candidates": [{"index": 1, "content": {"parts": [{"text": "other"}]}}], "news": 1}),
            candidate(
                json!([{"hologram": {}}, {"text": "A"}, {"executableCode": {"code": "1"}}]),
                Some("SOMETHING_NEW"),
            ),
        ]),
        expect![[r#"
            text "A"
            done: EndTurn
        "#]],
    )
    .await;
}

#[tokio::test]
async fn streams_that_contradict_themselves() {
    // Words after the end, two ends, and the same call twice: the first end is not the last word.
    let call = json!({"functionCall": {"id": "c", "name": "read", "args": {}}});
    check(
        &stream(&[
            candidate(json!([{"text": "A"}, call.clone()]), Some("STOP")),
            candidate(json!([call, {"text": "B", "thought": true}]), None),
            candidate(Value::Null, Some("MAX_TOKENS")),
        ]),
        expect![[r#"
            text "A"
            call 0 started: read c
            call 0 += {}
            call: read c {}
            call 1 started: read c
            call 1 += {}
            call: read c {}
            thinking "B"
            thinking done, signature None
            done: MaxTokens
        "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn silence_after_the_end_is_the_end() {
    let items = read_then_stall(reader(), TEXT.as_bytes(), Duration::from_secs(300)).await;
    assert!(matches!(items.last(), Some(Ok(Chunk::Done(_)))), "{}", show(&items));
    let half = &TEXT.as_bytes()[..TEXT.len() / 2];
    let items = read_then_stall(reader(), half, Duration::from_secs(300)).await;
    assert!(
        matches!(items.last(), Some(Err(ModelError::Stalled { .. }))),
        "{}",
        show(&items)
    );
}

#[tokio::test]
async fn errors_in_mid_stream() {
    let error = |code: u16, message: &str| json!({"error": {"code": code, "message": message, "status": "X"}});
    for (event, expect) in [
        (error(503, "The model is overloaded."), "is overloaded"),
        (error(500, "Internal"), "HTTP status 500"),
        (
            error(
                400,
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            ),
            "is longer",
        ),
        (
            candidate(json!([]), Some("MISSING_THOUGHT_SIGNATURE")),
            "missing thought signature",
        ),
        (json!("oops"), "does not follow its protocol"),
    ] {
        let recorded = stream(&[candidate(json!([{"text": "A"}]), None), event]);
        let items = read(reader(), &[recorded.as_bytes()]).await;
        let [Ok(Chunk::Text(_)), Err(last)] = items.as_slice() else {
            panic!("{}", show(&items))
        };
        assert!(last.to_string().contains(expect), "{last}");
    }
}

fn read_whole(body: &Value) -> Items {
    let mut chunks = std::collections::VecDeque::new();
    let error = reader().whole(body.to_string().as_bytes(), &mut chunks).err();
    chunks.into_iter().map(Ok).chain(error.map(Err)).collect()
}

#[test]
fn a_stream_that_a_proxy_made_one_list() {
    let list = json!([
        candidate(json!([{"text": "A"}]), None),
        candidate(json!([{"text": "B"}]), Some("STOP"))
    ]);
    expect![[r#"
        text "A"
        text "B"
        done: EndTurn
    "#]]
    .assert_eq(&show(&read_whole(&list)));
    assert!(matches!(
        read_whole(&json!([{"error": {"code": 429, "message": "slow down"}}])).as_slice(),
        [Err(ModelError::RateLimited { .. })]
    ));
    assert!(matches!(
        read_whole(&json!({"ok": true})).as_slice(),
        [Err(ModelError::Protocol { .. })]
    ));
}

//! Streams in the shapes that OpenAI publishes and that other servers really send, and what goes wrong with them.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::Reader;
use crate::exchange::ReadAnswer;
use crate::replay::{Items, check_every_boundary, read, show};
use crate::{Chunk, ModelError};

const TEXT: &str = include_str!("../../../tests/fixtures/openai_chat/text.sse");
const TOOLS: &str = include_str!("../../../tests/fixtures/openai_chat/tools.sse");
const REASONING: &str = include_str!("../../../tests/fixtures/openai_chat/reasoning.sse");
const OPENROUTER: &str = include_str!("../../../tests/fixtures/openai_chat/openrouter.sse");

fn reader() -> Reader {
    Reader::new("openai")
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
        text ", 世界"
        text "! 👩\u{200d}👩\u{200d}👧 "
        text "A \"quoted\"\n\tline\\"
        text "\r\nand the end."
        usage: input 86 output 300 cache read 1920 write 0
        done: EndTurn
    "#]],
    )
    .await;
    check(
        TOOLS,
        expect![[r#"
        text "I read both files."
        call 0 started: read call_DdmO9pD3xa9XTPNJ32zg2hcA
        call 0 += {"path"
        call 0 += : "src/gr\u00f
        call 0 += c\"\\
        call 0 += ße 世
        call 0 += 界.rs", "first
        call 0 += _line": 1
        call 0 += 2}
        call: read call_DdmO9pD3xa9XTPNJ32zg2hcA {"path":"src/grü\"\\ße 世界.rs","first_line":12}
        call 1 started: edit call_0UF3TqhVpXxPMJ9XzJ1jXkLm
        call 1 += {"path":"a.rs","old_text":"// \ud83d
        call 1 += \ude00\n\t
        call 1 += end","new_text":"
        call 1 += "}
        usage: input 472 output 89 cache read 0 write 0
        call: edit call_0UF3TqhVpXxPMJ9XzJ1jXkLm {"path":"a.rs","old_text":"// 😀\n\tend","new_text":""}
        done: ToolUse
    "#]],
    )
    .await;
}

#[tokio::test]
async fn thinking_of_servers_that_show_it() {
    check(
        REASONING,
        expect![[r#"
        thinking "Let me see: "
        thinking "27 × 453 = 12 231 ✓"
        thinking done, signature None
        text "It is "
        text "12 231."
        usage: input 40 output 61 cache read 0 write 0
        done: MaxTokens
    "#]],
    )
    .await;
    check(
        OPENROUTER,
        expect![[r#"
        thinking "Hm."
        thinking done, signature None
        text "Done."
        usage: input 36 output 7 cache read 64 write 0
        done: EndTurn
    "#]],
    )
    .await;
}

#[tokio::test]
async fn every_boundary() {
    for recorded in [TEXT, TOOLS, REASONING, OPENROUTER] {
        check_every_boundary(reader, recorded.as_bytes()).await;
    }
}

/// A stream of one choice's deltas with a reason for finishing, and no end marker.
fn stream(deltas: &[Value], finish_reason: &str) -> String {
    let deltas = deltas
        .iter()
        .map(|delta| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]}));
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": finish_reason}]});
    deltas.chain([end]).map(|chunk| format!("data: {chunk}\n\n")).collect()
}

/// The calls that come out of a stream of these deltas: name, whether the id was given, arguments.
async fn check_calls(deltas: &[Value], finish_reason: &str, expect: &[(&str, Value)]) {
    let items = read(reader(), &[stream(deltas, finish_reason).as_bytes()]).await;
    let calls: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            Ok(Chunk::ToolCall(call)) => Some((call.name.as_str(), call.arguments.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(calls, expect, "{}", show(&items));
    let ids: std::collections::HashSet<_> = items
        .iter()
        .filter_map(|item| match item {
            Ok(Chunk::ToolCall(call)) => Some(call.id.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(ids.len(), expect.len(), "every call has an id of its own");
}

fn calls(calls: Value) -> Value {
    json!({ "tool_calls": calls })
}

#[tokio::test]
async fn calls_of_servers_that_number_them_badly() {
    let two = [("read", json!({"path": "a"})), ("list", json!({}))];
    // Ollama of old: whole calls in one delta, arguments an object, no index.
    check_calls(
        &[calls(json!([
            {"id": "1", "function": {"name": "read", "arguments": {"path": "a"}}},
            {"id": "2", "function": {"name": "list", "arguments": {}}},
        ]))],
        "stop",
        &two,
    )
    .await;
    // Gemini: every call is number 0, told apart by id.
    check_calls(
        &[
            calls(json!([{"index": 0, "id": "1", "function": {"name": "read", "arguments": "{\"path\":\"a\"}"}}])),
            calls(json!([{"index": 0, "id": "2", "function": {"name": "list", "arguments": "{}"}}])),
        ],
        "tool_calls",
        &two,
    )
    .await;
    // Neither index nor id: a name begins a call.
    check_calls(
        &[
            calls(json!([{"function": {"name": "read", "arguments": ""}}])),
            calls(json!([{"function": {"arguments": "{\"path\":"}}])),
            calls(json!([{"function": {"arguments": "\"a\"}"}}])),
            calls(json!([{"function": {"name": "list"}}])),
        ],
        "tool_calls",
        &two,
    )
    .await;
    // Id and name in every delta.
    check_calls(
        &[
            calls(json!([{"index": 0, "id": "1", "function": {"name": "read", "arguments": "{\"path\""}}])),
            calls(json!([{"index": 0, "id": "1", "function": {"name": "read", "arguments": ":\"a\"}"}}])),
            calls(json!([{"index": 1, "id": "2", "function": {"name": "list", "arguments": null}}])),
        ],
        "tool_calls",
        &two,
    )
    .await;
    // Pieces of two calls in turn.
    check_calls(
        &[
            calls(json!([{"index": 0, "id": "1", "function": {"name": "read", "arguments": "{\"pa"}}])),
            calls(json!([{"index": 1, "id": "2", "function": {"name": "list", "arguments": "{"}}])),
            calls(json!([{"index": 0, "function": {"arguments": "th\":\"a\"}"}}, {"index": 1, "function": {"arguments": "}"}}])),
        ],
        "tool_calls",
        &two,
    )
    .await;
}

#[tokio::test]
async fn a_call_cut_by_the_output_limit_is_no_call() {
    let deltas = [
        calls(json!([{"index": 0, "id": "1", "function": {"name": "read", "arguments": "{\"path\":\"a\"}"}}])),
        calls(json!([{"index": 1, "id": "2", "function": {"name": "edit", "arguments": "{\"path\":\"b\",\"te"}}])),
    ];
    check_calls(&deltas, "length", &[("read", json!({"path": "a"}))]).await;
    let invalid = json!({"_invalid": "{\"path\":\"b\",\"te"});
    check_calls(
        &deltas,
        "tool_calls",
        &[("read", json!({"path": "a"})), ("edit", invalid)],
    )
    .await;
}

#[tokio::test]
async fn an_earlier_call_may_start_before_the_answer_ends() {
    let items = read(reader(), &[TOOLS.as_bytes()]).await;
    let position = |wanted: fn(&Chunk) -> bool| items.iter().position(|item| item.as_ref().is_ok_and(wanted));
    let first_call = position(|chunk| matches!(chunk, Chunk::ToolCall(_)));
    let second_start = position(|chunk| matches!(chunk, Chunk::ToolCallStarted { index: 1, .. }));
    assert!(first_call < second_start);
}

#[tokio::test]
async fn words_in_other_places() {
    check(
        &stream(
            &[
                json!({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]}),
                json!({"content": [{"type": "text", "text": "Parts."}]}),
                json!({"content": null, "tool_calls": null, "reasoning": null}),
                json!({"refusal": " No."}),
            ],
            "content_filter",
        ),
        expect![[r#"
            thinking "Hm."
            thinking done, signature None
            text "Parts."
            text " No."
            done: Refusal
        "#]],
    )
    .await;
    // Perplexity: the message so far beside each delta; a second choice that nobody asked for.
    check(
        "data: {\"choices\":[{\"index\":0,\"message\":{\"content\":\"AB\"},\"delta\":{\"content\":\"B\"},\
         \"finish_reason\":\"stop\"},{\"index\":1,\"delta\":{\"content\":\"other\"}}]}\n\n",
        expect![[r#"
            text "B"
            done: EndTurn
        "#]],
    )
    .await;
}

#[tokio::test]
async fn errors_in_mid_stream() {
    let after_text = |error: Value| format!("{}data: {error}\n\n", &TEXT[..TEXT.rfind("data: {").unwrap()]);
    check(
        &after_text(json!({"error": {"message": "upstream died", "code": 502}, "choices": []})),
        expect![[r#"
            text "Grüße"
            text ", 世界"
            text "! 👩\u{200d}👩\u{200d}👧 "
            text "A \"quoted\"\n\tline\\"
            text "\r\nand the end."
            error: openai failed with HTTP status 502 (upstream died); try again later
        "#]],
    )
    .await;
    for (error, expect) in [
        (
            json!({"error": {"message": "slow", "type": "requests", "code": "rate_limit_exceeded"}}),
            "limits how often",
        ),
        (
            json!({"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}),
            "may spend no more",
        ),
        (
            json!({"error": {"message": "maximum context length is 8192", "type": "invalid_request_error"}}),
            "is longer",
        ),
        (json!({"error": "model crashed"}), "model crashed"),
        (
            json!({"object": "error", "message": "bad template", "code": 400}),
            "bad template",
        ),
    ] {
        let items = read(reader(), &[after_text(error).as_bytes()]).await;
        let Some(Err(last)) = items.last() else {
            panic!("no error: {}", show(&items))
        };
        assert!(last.to_string().contains(expect), "{last}");
    }
}

#[tokio::test]
async fn what_is_no_chunk_of_the_protocol_is_named() {
    check(
        "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: oops\n\n",
        expect![[r#"
            text "a"
            error: openai sent an answer that does not follow its protocol (expected value at line 1 column 1); check the provider's `kind`
        "#]],
    )
    .await;
    check(
        "data: [DONE]\n\n",
        expect![[r#"
            error: openai sent an answer that does not follow its protocol (it ended before it began); check the provider's `kind`
        "#]],
    )
    .await;
    check(
        "<html>\n<body>\n\n",
        expect![[r#"
        error: the model's answer broke off before its end
    "#]],
    )
    .await;
}

fn read_whole(body: &Value) -> Items {
    let mut chunks = std::collections::VecDeque::new();
    let error = reader().whole(body.to_string().as_bytes(), &mut chunks).err();
    chunks.into_iter().map(Ok).chain(error.map(Err)).collect()
}

#[test]
fn a_server_that_does_not_stream() {
    let body = json!({
        "object": "chat.completion",
        "choices": [{
            "index": 0,
            "finish_reason": "tool_calls",
            "message": {
                "role": "assistant",
                "content": "I read.",
                "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "read", "arguments": "{\"path\":\"a\"}"}}],
            },
        }],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5},
    });
    expect![[r#"
        text "I read."
        call 0 started: read c1
        call 0 += {"path":"a"}
        usage: input 10 output 5 cache read 0 write 0
        call: read c1 {"path":"a"}
        done: ToolUse
    "#]]
    .assert_eq(&show(&read_whole(&body)));
    expect![[r#"
        error: openai does not accept the request (HTTP status 404: no such model); check the model's name and settings
    "#]]
    .assert_eq(&show(&read_whole(
        &json!({"error": {"message": "no such model", "code": 404}}),
    )));
    assert!(matches!(
        read_whole(&json!({"ok": true})).as_slice(),
        [Err(ModelError::Protocol { .. })]
    ));
}

//! Streams in the shapes that OpenAI publishes, and what goes wrong with them.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::Reader;
use crate::exchange::ReadAnswer;
use crate::replay::{Items, check_every_boundary, read, show};
use crate::{Chunk, ModelError};

const TEXT: &str = include_str!("../../../tests/fixtures/openai_responses/text.sse");
const TOOLS: &str = include_str!("../../../tests/fixtures/openai_responses/tools.sse");
const REASONING: &str = include_str!("../../../tests/fixtures/openai_responses/reasoning.sse");
const CUT: &str = include_str!("../../../tests/fixtures/openai_responses/cut.sse");
const REFUSAL: &str = include_str!("../../../tests/fixtures/openai_responses/refusal.sse");

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
    check(TOOLS, expect![[r#"
        thinking "I need "
        thinking "both files."
        thinking done, signature Some("openai-responses:{\"id\":\"rs_0b271\",\"type\":\"reasoning\",\"encrypted_content\":\"gAAAAABpNzq1kL2mFQ9z0bXw7Yc4R8tEoVhJ5sUa3iDg6nPxKlQe\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"I need both files.\"}]}")
        thinking done, signature Some("openai-responses:{\"type\":\"message\",\"phase\":\"commentary\"}")
        text "I read both files."
        call 2 started: read call_DdmO9pD3xa9XTPNJ32zg2hcA
        call 2 += {"path"
        call 2 += : "src/gr\u00f
        call 2 += c\"\\
        call 2 += ße 世
        call 2 += 界.rs", "first
        call 2 += _line": 1
        call 2 += 2}
        call: read call_DdmO9pD3xa9XTPNJ32zg2hcA {"path":"src/grü\"\\ße 世界.rs","first_line":12}
        call 3 started: edit call_0UF3TqhVpXxPMJ9XzJ1jXkLm
        call 3 += {"path":"a.rs","old_text":"// \ud83d
        call 3 += \ude00\n\t
        call 3 += end","new_text":"
        call 3 += "}
        call: edit call_0UF3TqhVpXxPMJ9XzJ1jXkLm {"path":"a.rs","old_text":"// 😀\n\tend","new_text":""}
        usage: input 216 output 89 cache read 0 write 256
        done: ToolUse
    "#]]).await;
}

#[tokio::test]
async fn reasoning_is_kept_whole() {
    check(REASONING, expect![[r#"
        thinking "Let me see: "
        thinking "27 × 453"
        thinking "\n\n"
        thinking "= 12 231 ✓"
        thinking done, signature Some("openai-responses:{\"id\":\"rs_0c361\",\"type\":\"reasoning\",\"encrypted_content\":\"gAAAAABpOaaa7hQ2xW5vT9cB1nM4kLzE8dR3fYgU6jSiVpKoXwA\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Let me see: 27 × 453\"},{\"type\":\"summary_text\",\"text\":\"= 12 231 ✓\"}]}")
        thinking done, signature Some("openai-responses:{\"type\":\"message\",\"phase\":\"final_answer\"}")
        text "It is "
        text "12 231."
        usage: input 40 output 61 cache read 0 write 0
        done: EndTurn
    "#]]).await;
}

#[tokio::test]
async fn answers_that_end_otherwise() {
    check(
        CUT,
        expect![[r#"
        text "Cut at "
        text "the li"
        usage: input 30 output 4096 cache read 0 write 0
        done: MaxTokens
    "#]],
    )
    .await;
    check(
        REFUSAL,
        expect![[r#"
        text "I can't "
        text "help with that."
        usage: input 30 output 9 cache read 0 write 0
        done: Refusal
    "#]],
    )
    .await;
}

#[tokio::test]
async fn every_boundary() {
    for recorded in [TEXT, TOOLS, REASONING, CUT, REFUSAL] {
        check_every_boundary(reader, recorded.as_bytes()).await;
    }
}

fn stream(events: &[Value]) -> String {
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}

fn completed(incomplete: Value) -> Value {
    json!({"type": "response.completed", "response": {"incomplete_details": incomplete, "output": []}})
}

/// The events of a call whose arguments come in these pieces; the item at its end says them again.
fn call(index: usize, pieces: &[&str]) -> Vec<Value> {
    let item = |arguments: &str| json!({"type": "function_call", "call_id": format!("c{index}"), "name": "read", "arguments": arguments});
    let mut events = vec![json!({"type": "response.output_item.added", "output_index": index, "item": item("")})];
    events.extend(
        pieces.iter().map(
            |piece| json!({"type": "response.function_call_arguments.delta", "output_index": index, "delta": piece}),
        ),
    );
    events.push(json!({"type": "response.output_item.done", "output_index": index, "item": item(&pieces.concat())}));
    events
}

#[tokio::test]
async fn arguments_that_are_no_object_reach_the_model_again_unless_they_were_cut() {
    let mut events = call(0, &["{\"path\": oops"]);
    events.extend(call(1, &[]));
    events.extend(call(2, &["{\"a\":", "1}"]));
    let end = |reason: Value| [events.clone(), vec![completed(reason)]].concat();
    check(
        &stream(&end(Value::Null)),
        expect![[r#"
        call 0 started: read c0
        call 0 += {"path": oops
        call 1 started: read c1
        call 2 started: read c2
        call 2 += {"a":
        call 2 += 1}
        call: read c0 {"_invalid":"{\"path\": oops"}
        call: read c1 {}
        call: read c2 {"a":1}
        done: ToolUse
    "#]],
    )
    .await;
    check(
        &stream(&end(json!({"reason": "max_output_tokens"}))),
        expect![[r#"
        call 0 started: read c0
        call 0 += {"path": oops
        call 1 started: read c1
        call 2 started: read c2
        call 2 += {"a":
        call 2 += 1}
        call: read c2 {"a":1}
        done: MaxTokens
    "#]],
    )
    .await;
}

#[tokio::test]
async fn streams_that_contradict_themselves() {
    // An item that ends twice, deltas of items that never began, a call that is over before it began or has no end, an
    // event that does not exist, and an end marker of another protocol.
    let whole = call(0, &["{\"a\":1}"]);
    let mut events = whole.clone();
    events.extend(whole.last().cloned());
    events.push(json!({"type": "response.function_call_arguments.delta", "output_index": 7, "delta": "{}"}));
    events.push(json!({"type": "response.output_text.delta", "output_index": 8, "delta": "lost"}));
    events.extend(call(9, &["{}"]).split_off(1));
    events.extend(call(10, &["{\"b\":2}"]).into_iter().take(2));
    events.push(json!({"type": "response.hologram.delta", "output_index": 3, "delta": {"x": 1}}));
    events.push(completed(Value::Null));
    check(
        &(stream(&events) + "data: [DONE]\n\n"),
        expect![[r#"
        call 0 started: read c0
        call 0 += {"a":1}
        call: read c0 {"a":1}
        text "lost"
        call 9 started: read c9
        call: read c9 {}
        call 10 started: read c10
        call 10 += {"b":2}
        call: read c10 {"b":2}
        done: ToolUse
    "#]],
    )
    .await;
}

#[tokio::test]
async fn errors_in_mid_stream() {
    let head = stream(&[json!({"type": "response.output_text.delta", "output_index": 0, "delta": "A"})]);
    let failed = |code: &str, message: &str| json!({"type": "response.failed", "response": {"status": "failed", "error": {"code": code, "message": message}}});
    for (event, expect) in [
        (
            failed("server_error", "it broke"),
            "failed with HTTP status 500 (it broke)",
        ),
        (failed("rate_limit_exceeded", "slow down"), "limits how often"),
        (
            failed("context_length_exceeded", "Your input exceeds the context window"),
            "is longer",
        ),
        (
            json!({"type": "error", "code": "insufficient_quota", "message": "no money", "param": null}),
            "may spend no more",
        ),
        (
            json!({"type": "error", "error": {"type": "invalid_request_error", "code": null, "message": "bad item"}}),
            "does not accept the request",
        ),
    ] {
        let items = read(reader(), &[(head.clone() + &stream(&[event])).as_bytes()]).await;
        let [Ok(Chunk::Text(_)), Err(last)] = items.as_slice() else {
            panic!("{}", show(&items))
        };
        assert!(last.to_string().contains(expect), "{last}");
    }
}

#[tokio::test]
async fn what_the_vendor_will_not_do_is_a_refusal() {
    let error = json!({"code": "bio_policy", "message": "flagged"});
    check(
        &stream(&[json!({"type": "response.failed", "response": {"status": "failed", "error": error}})]),
        expect![[r#"
            done: Refusal
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_no_event_of_the_protocol_is_named() {
    check("data: {\"type\": 1}\n\n", expect![[r#"
        error: openai sent an answer that does not follow its protocol (the event ``: invalid type: integer `1`, expected variant identifier at line 1 column 10); check the provider's `kind`
    "#]]).await;
    check(
        "garbage without a field\n\n",
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
    let output = json!([
        {"type": "reasoning", "id": "rs", "summary": [{"text": "One."}, {"text": "Two."}], "encrypted_content": "gAAA"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I read."}]},
        {"type": "function_call", "call_id": "c1", "name": "read", "arguments": "{\"path\":\"a\"}", "status": "completed"},
    ]);
    let body = json!({"object": "response", "output": output, "usage": {"input_tokens": 10, "output_tokens": 5}});
    expect![[r#"
        thinking "One.\n\nTwo."
        thinking done, signature Some("openai-responses:{\"type\":\"reasoning\",\"id\":\"rs\",\"summary\":[{\"text\":\"One.\"},{\"text\":\"Two.\"}],\"encrypted_content\":\"gAAA\"}")
        text "I read."
        call 2 started: read c1
        call: read c1 {"path":"a"}
        usage: input 10 output 5 cache read 0 write 0
        done: ToolUse
    "#]].assert_eq(&show(&read_whole(&body)));
    assert!(matches!(
        read_whole(&json!({"error": {"code": "invalid_api_key", "message": "no"}})).as_slice(),
        [Err(ModelError::Auth { .. })]
    ));
    assert!(matches!(
        read_whole(&json!({"ok": true})).as_slice(),
        [Err(ModelError::Protocol { .. })]
    ));
}

//! Recorded streams in the shapes that Anthropic publishes, and what goes wrong with them.

use std::time::Duration;

use expect_test::{Expect, expect};
use serde_json::json;

use super::Reader;
use crate::ModelError;
use crate::replay::{check_every_boundary, read, read_then_stall, show};

const TEXT: &str = include_str!("../../../tests/fixtures/anthropic/text.sse");
const THINKING: &str = include_str!("../../../tests/fixtures/anthropic/thinking.sse");
const TOOLS: &str = include_str!("../../../tests/fixtures/anthropic/tools.sse");
const CACHE: &str = include_str!("../../../tests/fixtures/anthropic/cache.sse");
const SERVER_TOOLS: &str = include_str!("../../../tests/fixtures/anthropic/server_tools.sse");

fn reader() -> Reader {
    Reader::new("anthropic")
}

async fn check(recorded: &str, expect: Expect) {
    expect.assert_eq(&show(&read(reader(), &[recorded.as_bytes()]).await));
}

#[tokio::test]
async fn text_thinking_tools_and_cache() {
    check(
        TEXT,
        expect![[r#"
        usage: input 25 output 1 cache read 0 write 0
        text "Grüße"
        text ", 世界"
        text "! 👩\u{200d}👩\u{200d}👧 "
        text "A \"quoted\"\n\tline\\"
        text "\r\nand the end."
        usage: input 25 output 15 cache read 0 write 0
        done: EndTurn
    "#]],
    )
    .await;
    check(
        THINKING,
        expect![[r#"
        usage: input 40 output 1 cache read 0 write 0
        thinking "Let me see: "
        thinking "27 × 453 = 12 231 ✓"
        thinking done, signature Some("EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pkiMOYds+QfeF")
        redacted EmwKAhgBEgy3va3pzix/LafPsn4aDFIT2Xlxh0L5L8rLVyIwxtE3rAFBa8cr3qpPkNRj2YfWXGmKDxH4mPnZ5sQ7vB
        text "It is 12 231."
        usage: input 40 output 61 cache read 0 write 0
        done: EndTurn
    "#]],
    )
    .await;
    check(
        TOOLS,
        expect![[r#"
        usage: input 472 output 1 cache read 0 write 1847
        text "I read both files."
        call 1 started: read toolu_01T1x1fJ34qAmk2tNTrN7Up6
        call 1 += {"path"
        call 1 += : "src/gr\u00f
        call 1 += c\"\\
        call 1 += ße 世
        call 1 += 界.rs", "first
        call 1 += _line": 1
        call 1 += 2}
        call: read toolu_01T1x1fJ34qAmk2tNTrN7Up6 {"path":"src/grü\"\\ße 世界.rs","first_line":12}
        call 2 started: edit toolu_01A09q90qw90lq917835lq9
        call 2 += {"path":"a.rs","old_text":"// \ud83d
        call 2 += \ude00\n\t
        call 2 += end","new_text":"
        call 2 += "}
        call: edit toolu_01A09q90qw90lq917835lq9 {"path":"a.rs","old_text":"// 😀\n\tend","new_text":""}
        usage: input 472 output 89 cache read 0 write 1847
        done: ToolUse
    "#]],
    )
    .await;
    check(
        CACHE,
        expect![[r#"
        usage: input 4 output 1 cache read 18470 write 512
        text "Served from the cache."
        usage: input 4 output 4096 cache read 18470 write 512
        done: MaxTokens
    "#]],
    )
    .await;
}

#[tokio::test]
async fn the_vendors_own_tools_are_passed_over() {
    check(
        SERVER_TOOLS,
        expect![[r#"
        usage: input 2679 output 1 cache read 0 write 0
        text "I'll check."
        text "It rains."
        usage: input 2679 output 510 cache read 0 write 0
        done: EndTurn
    "#]],
    )
    .await;
}

#[tokio::test]
async fn every_boundary() {
    for recorded in [TEXT, THINKING, TOOLS, CACHE, SERVER_TOOLS] {
        check_every_boundary(reader, recorded.as_bytes()).await;
    }
}

/// `events` between a message's start and its stop.
fn message(events: &str, stop_reason: &str) -> String {
    format!(
        "event: message_start\ndata: {{\"type\":\"message_start\",\"message\":{{}}}}\n\n{events}\
         event: message_delta\ndata: {{\"type\":\"message_delta\",\"delta\":{{\"stop_reason\":\"{stop_reason}\"}}}}\n\n\
         event: message_stop\ndata: {{\"type\":\"message_stop\"}}\n\n"
    )
}

/// A `tool_use` block with these pieces of arguments.
fn tool_use(index: usize, pieces: &[&str]) -> String {
    let start = json!({"type": "content_block_start", "index": index,
        "content_block": {"type": "tool_use", "id": format!("t{index}"), "name": "read", "input": {}}});
    let deltas = pieces.iter().map(|piece| {
        json!({"type": "content_block_delta", "index": index,
            "delta": {"type": "input_json_delta", "partial_json": piece}})
    });
    let stop = json!({"type": "content_block_stop", "index": index});
    std::iter::once(start)
        .chain(deltas)
        .chain([stop])
        .map(|event| format!("data: {event}\n\n"))
        .collect()
}

#[tokio::test]
async fn arguments_that_are_no_object_reach_the_model_again() {
    let events = tool_use(0, &["{\"path\": oops"]) + &tool_use(1, &[]) + &tool_use(2, &["{\"a\":", "1}"]);
    check(
        &message(&events, "tool_use"),
        expect![[r#"
        call 0 started: read t0
        call 0 += {"path": oops
        call 1 started: read t1
        call 2 started: read t2
        call 2 += {"a":
        call 2 += 1}
        call: read t0 {"_invalid":"{\"path\": oops"}
        call: read t1 {}
        call: read t2 {"a":1}
        done: ToolUse
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_call_cut_by_the_output_limit_is_no_call() {
    let events = tool_use(0, &["{\"a\":1}"]) + &tool_use(1, &["{\"text\": \"half"]);
    check(
        &message(&events, "max_tokens"),
        expect![[r#"
        call 0 started: read t0
        call 0 += {"a":1}
        call: read t0 {"a":1}
        call 1 started: read t1
        call 1 += {"text": "half
        done: MaxTokens
    "#]],
    )
    .await;
    check(
        &message(&tool_use(0, &[]), "max_tokens"),
        expect![[r#"
        call 0 started: read t0
        done: MaxTokens
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_unknown_is_skipped() {
    let events = "event: news\ndata: {\"type\":\"news\",\"of\":[1]}\n\n\
        data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"hologram\",\"x\":1}}\n\n\
        data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"hologram_delta\",\"y\":2}}\n\n\
        data: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
    check(
        &message(events, "something_new"),
        expect![[r#"
        done: EndTurn
    "#]],
    )
    .await;
}

#[tokio::test]
async fn errors_in_mid_stream() {
    let error = |kind: &str, message: &str| {
        format!(
            "{}event: error\ndata: {}\n\n",
            &TEXT[..TEXT.find("event: content_block_stop").unwrap()],
            json!({"type": "error", "error": {"type": kind, "message": message}})
        )
    };
    check(
        &error("overloaded_error", "Overloaded"),
        expect![[r#"
        usage: input 25 output 1 cache read 0 write 0
        text "Grüße"
        text ", 世界"
        text "! 👩\u{200d}👩\u{200d}👧 "
        text "A \"quoted\"\n\tline\\"
        text "\r\nand the end."
        error: anthropic is overloaded; try again in a moment (Overloaded)
    "#]],
    )
    .await;
    for (kind, message, expect) in [
        (
            "rate_limit_error",
            "slow down",
            "anthropic limits how often it is asked",
        ),
        (
            "api_error",
            "Internal server error",
            "anthropic failed with HTTP status 500",
        ),
        (
            "invalid_request_error",
            "prompt is too long: 1 > 0",
            "the conversation is longer",
        ),
    ] {
        let items = read(reader(), &[error(kind, message).as_bytes()]).await;
        let Some(Err(last)) = items.last() else {
            panic!("{kind}: no error")
        };
        assert!(last.to_string().starts_with(expect), "{kind}: {last}");
    }
}

#[tokio::test]
async fn what_is_no_event_of_the_protocol_is_named() {
    check(
        "data: {\"type\":\"message_start\",\"message\":{}}\n\ndata: <html>\n\n",
        expect![[r#"
            error: anthropic sent an answer that does not follow its protocol (the event ``: expected value at line 1 column 1); check the provider's `kind`
        "#]],
    )
    .await;
    check(
        "garbage without a field\n\n",
        expect![[r#"
        error: the model's answer broke off before its end
    "#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn silence_is_a_stall() {
    let idle = Duration::from_secs(300);
    let half = &TEXT.as_bytes()[..TEXT.len() / 2];
    let items = read_then_stall(reader(), half, idle).await;
    assert_eq!(items.last(), Some(&Err(ModelError::Stalled { after: idle })));
    assert!(items.len() > 2);
}

#[tokio::test]
async fn an_event_beyond_the_limit_is_refused() {
    let mut events = tool_use(0, &[&"x".repeat(9 * 1024 * 1024)]);
    events.insert_str(0, &TEXT[..TEXT.find("event: content_block_start").unwrap()]);
    let items = read(reader(), &[events.as_bytes()]).await;
    assert!(matches!(
        items.last(),
        Some(Err(ModelError::TooLarge { limit: 8_388_608 }))
    ));
}

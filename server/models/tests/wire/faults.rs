//! Broken answers: each ends in the right error, after everything that was whole before the break.

use std::time::Duration;

use base::StopReason;
use futures::StreamExt;
use models::{Chunk, Limits, ModelError};
use serde_json::json;

use crate::server::{FaultServer, Reply};
use crate::vendor::{Items, KEY, Vendor, ask, conversation, impatient};

/// The first two thirds of a recorded answer with tool calls: the first call is whole, the second is not.
fn head(vendor: Vendor) -> Vec<u8> {
    let recorded = vendor.recording("tools");
    let second_call = recorded
        .windows(8)
        .position(|bytes| bytes == b"new_text")
        .expect("two calls");
    recorded[..second_call].to_vec()
}

fn calls(items: &Items) -> usize {
    items
        .iter()
        .filter(|item| matches!(item, Ok(Chunk::ToolCall(_))))
        .count()
}

/// The answer of a server that breaks off after `head`: its whole blocks, then the error.
async fn check_break(reply: impl Fn(&[u8]) -> Reply, expect: ModelError) {
    for vendor in Vendor::ALL {
        let items = ask(vendor, reply(&head(vendor)), impatient()).await;
        assert_eq!(items.last(), Some(&Err(expect.clone())), "{vendor:?}");
        assert_eq!(
            items.iter().filter(|item| item.is_err()).count(),
            1,
            "{vendor:?}: {items:?}"
        );
        assert_eq!(
            calls(&items),
            1,
            "{vendor:?}: only the whole call is given out: {items:?}"
        );
    }
}

#[tokio::test]
async fn a_stream_that_ends_without_its_end_marker_is_cut() {
    check_break(|head| Reply::events([head]), ModelError::Cut).await;
}

#[tokio::test]
async fn a_connection_closed_in_mid_stream_is_a_cut() {
    check_break(|head| Reply::open_events([head]), ModelError::Cut).await;
    check_break(|head| Reply::open_events([head]).then_half_close(), ModelError::Cut).await;
}

#[tokio::test]
async fn a_connection_reset_in_mid_stream_is_a_cut() {
    for vendor in Vendor::ALL {
        // A reset may overtake the bytes before it, so what arrives is up to the system.
        let items = ask(
            vendor,
            Reply::open_events([&head(vendor)[..]]).then_reset(),
            impatient(),
        )
        .await;
        let last = items.last().expect("an end");
        assert!(
            matches!(last, Err(ModelError::Cut | ModelError::Network { .. })),
            "{vendor:?}: {last:?}"
        );
        assert!(calls(&items) <= 1);
    }
}

#[tokio::test]
async fn a_body_shorter_than_its_length_is_a_cut() {
    let reply = |head: &[u8]| {
        let length = head.len() + 1000;
        let mut bytes =
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {length}\r\n\r\n");
        bytes.push_str(std::str::from_utf8(head).expect("text"));
        Reply::raw(bytes)
    };
    check_break(reply, ModelError::Cut).await;
}

#[tokio::test]
async fn an_answer_cut_inside_a_character_loses_nothing_before() {
    for vendor in Vendor::ALL {
        let recorded = vendor.recording("text");
        let world = recorded
            .windows(3)
            .position(|bytes| bytes == "世".as_bytes())
            .expect("the character");
        let items = ask(vendor, Reply::events([&recorded[..world + 1]]), impatient()).await;
        assert_eq!(items.last(), Some(&Err(ModelError::Cut)), "{vendor:?}");
        assert!(
            items.contains(&Ok(Chunk::Text("Grüße".into()))),
            "{vendor:?}: {items:?}"
        );
    }
}

#[tokio::test]
async fn silence_is_a_stall() {
    let stalled = ModelError::Stalled {
        after: impatient().idle,
    };
    check_break(|head| Reply::open_events([head]).then_hang(), stalled.clone()).await;
    for vendor in Vendor::ALL {
        let items = ask(vendor, Reply::raw("").then_hang(), impatient()).await;
        assert_eq!(items, [Err(stalled.clone())], "{vendor:?}: silence before the response");
    }
}

#[tokio::test]
async fn garbage_between_events_is_skipped() {
    for vendor in Vendor::ALL {
        let recorded = String::from_utf8(vendor.recording("text")).expect("text");
        let whole = ask(vendor, Reply::events([recorded.as_bytes()]), impatient()).await;
        let garbage = recorded.replacen(
            "\n\n",
            "\n\nHTTP/1.1 502 nonsense\n: comment\nid: 7\nretry: soon\n\n",
            3,
        );
        assert_eq!(
            ask(vendor, Reply::events([garbage.as_bytes()]), impatient()).await,
            whole,
            "{vendor:?}"
        );
    }
}

#[tokio::test]
async fn garbage_inside_an_event_is_named() {
    for vendor in Vendor::ALL {
        let mut garbage = head(vendor);
        garbage.extend_from_slice(b"\n\ndata: <html>oops</html>\n\n");
        let items = ask(vendor, Reply::events([&garbage[..]]), impatient()).await;
        assert!(
            matches!(items.last(), Some(Err(ModelError::Protocol { .. }))),
            "{vendor:?}: {:?}",
            items.last()
        );
    }
}

#[tokio::test]
async fn a_huge_event_is_refused_while_it_arrives() {
    let limits = Limits {
        event_bytes: 64 * 1024,
        ..impatient()
    };
    for vendor in Vendor::ALL {
        let part = vec![b'x'; 1024];
        let parts = std::iter::once(&b"data: "[..]).chain(std::iter::repeat_n(&part[..], 100));
        // The server never ends the event: the limit must act before that.
        let items = ask(vendor, Reply::open_events(parts).then_hang(), limits).await;
        assert_eq!(items, [Err(ModelError::TooLarge { limit: 64 * 1024 })], "{vendor:?}");
    }
}

#[tokio::test]
async fn an_error_in_mid_stream_ends_the_answer() {
    for (vendor, error) in [
        (
            Vendor::Anthropic,
            json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
        ),
        (
            Vendor::OpenAiChat,
            json!({"error": {"message": "Overloaded", "code": 503}}),
        ),
        (
            Vendor::OpenAiResponses,
            json!({"type": "error", "code": "server_is_overloaded", "message": "Overloaded", "sequence_number": 9}),
        ),
        (
            Vendor::Gemini,
            json!({"error": {"code": 503, "message": "Overloaded", "status": "UNAVAILABLE"}}),
        ),
    ] {
        let recorded = vendor.recording("text");
        let half = recorded
            .windows(2)
            .rposition(|bytes| bytes == b"\n\n")
            .expect("an event")
            / 2;
        let event_end = half
            + recorded[half..]
                .windows(2)
                .position(|bytes| bytes == b"\n\n")
                .expect("an event")
            + 2;
        let event = format!("event: error\ndata: {error}\n\n");
        let items = ask(
            vendor,
            Reply::events([&recorded[..event_end], event.as_bytes()]),
            impatient(),
        )
        .await;
        assert!(
            matches!(items.last(), Some(Err(ModelError::Overloaded { .. }))),
            "{vendor:?}: {items:?}"
        );
        assert!(items.len() > 1);
    }
}

#[tokio::test]
async fn refusals_are_told_apart_and_hide_the_key() {
    let body = json!({"error": {"type": "authentication_error", "message": format!("the key {KEY} is wrong")}});
    for vendor in Vendor::ALL {
        let items = ask(vendor, Reply::json(401, "", &body), impatient()).await;
        let [Err(error @ ModelError::Auth { .. })] = items.as_slice() else {
            panic!("{items:?}")
        };
        assert!(error.to_string().contains("the key [secret] is wrong"), "{error}");
        assert!(!format!("{error:?}").contains(KEY));

        let items = ask(
            vendor,
            Reply::raw("HTTP/1.1 529 \r\ncontent-length: 0\r\nretry-after: 3\r\n\r\n"),
            impatient(),
        )
        .await;
        let [Err(error @ ModelError::Overloaded { .. })] = items.as_slice() else {
            panic!("{items:?}")
        };
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));

        let elsewhere = "location: http://127.0.0.1:1/\r\n";
        let items = ask(vendor, Reply::status(302, elsewhere, "text/plain", ""), impatient()).await;
        assert!(
            matches!(items.as_slice(), [Err(ModelError::BadRequest { .. })]),
            "not followed: {items:?}"
        );

        let items = ask(
            vendor,
            Reply::status(200, "", "text/html", "<h1>Sign in</h1>"),
            impatient(),
        )
        .await;
        assert!(
            matches!(items.as_slice(), [Err(ModelError::Protocol { .. })]),
            "{items:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_with_an_endless_body_is_read_no_further_than_needed() {
    for vendor in Vendor::ALL {
        let body = "x".repeat(100 * 1024);
        let head = "HTTP/1.1 400 Bad\r\ncontent-length: 999999999\r\n\r\n";
        let items = ask(vendor, Reply::raw(format!("{head}{body}")).then_hang(), impatient()).await;
        assert!(
            matches!(items.as_slice(), [Err(ModelError::BadRequest { .. })]),
            "{items:?}"
        );
    }
}

#[tokio::test]
async fn nobody_there_is_said_with_the_place() {
    for vendor in Vendor::ALL {
        let server = FaultServer::start([]).await;
        // No replies: the listener is gone as soon as its task has run.
        let url = server.url("");
        let items: Items = loop {
            let items: Items = vendor
                .provider(&server, impatient())
                .stream(conversation())
                .collect()
                .await;
            if matches!(items.as_slice(), [Err(ModelError::Network { .. })]) {
                break items;
            }
            tokio::task::yield_now().await;
        };
        assert!(
            items[0].as_ref().is_err_and(|error| error.to_string().contains(&url)),
            "{items:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let body = json!({
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Whole."}, "finish_reason": "stop"}],
    });
    let items = ask(Vendor::OpenAiChat, Reply::json(200, "", &body), impatient()).await;
    assert_eq!(
        items,
        [Ok(Chunk::Text("Whole.".into())), Ok(Chunk::Done(StopReason::EndTurn))]
    );
}

#[tokio::test]
async fn dropping_the_answer_closes_the_connection() {
    for vendor in Vendor::ALL {
        let mut server = FaultServer::start([Reply::open_events([&head(vendor)[..]]).then_hang()]).await;
        let mut answer = vendor.provider(&server, Limits::default()).stream(conversation());
        assert!(answer.next().await.is_some_and(|item| item.is_ok()));
        drop(answer);
        server.closed().await;
    }
}

#[tokio::test]
async fn requests_carry_what_the_vendor_wants() {
    for (vendor, line, key) in [
        (
            Vendor::Anthropic,
            "POST /v1/messages HTTP/1.1",
            ("x-api-key", KEY.to_owned()),
        ),
        (
            Vendor::OpenAiChat,
            "POST /v1/chat/completions HTTP/1.1",
            ("authorization", format!("Bearer {KEY}")),
        ),
    ] {
        let recorded = vendor.recording("text");
        let server = FaultServer::start([Reply::events([&recorded[..]])]).await;
        let _: Items = vendor
            .provider(&server, impatient())
            .stream(conversation())
            .collect()
            .await;
        let requests = server.received();
        let [request] = requests.as_slice() else {
            panic!("{requests:?}")
        };
        assert_eq!(request.line, line);
        assert_eq!(request.header(key.0), Some(key.1.as_str()));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("x-team"), Some("harness"));
        assert_eq!(
            request.header("anthropic-version"),
            (vendor == Vendor::Anthropic).then_some("2023-06-01")
        );
        assert_eq!(request.json()["stream"], true);
    }
}

//! Requests that are refused for a reason that has a cure.

use futures::StreamExt;
use models::ModelError;
use serde_json::{Value, json};

use crate::server::{FaultServer, Reply};
use crate::vendor::{Items, Vendor, conversation, impatient};

fn refusal(message: &str) -> Reply {
    Reply::json(
        400,
        "",
        &json!({"error": {"type": "invalid_request_error", "message": message}}),
    )
}

fn whole(vendor: Vendor) -> Reply {
    Reply::events([&vendor.recording("text")[..]])
}

/// The requests that `times` questions lead to, where the server replies so. All are answered.
async fn bodies(vendor: Vendor, replies: Vec<Reply>, times: usize) -> Vec<Value> {
    let server = FaultServer::start(replies).await;
    let provider = vendor.provider(&server, impatient());
    for _ in 0..times {
        let items: Items = provider.stream(conversation()).collect().await;
        assert!(items.iter().all(Result::is_ok), "{items:?}");
    }
    server.received().iter().map(|request| request.json()).collect()
}

#[tokio::test]
async fn a_model_that_may_not_reason_with_tools_is_told_not_to_from_then_on() {
    let vendor = Vendor::OpenAiChat;
    let message = "Function tools with reasoning_effort are not supported for m in /v1/chat/completions.";
    let bodies = bodies(vendor, vec![refusal(message), whole(vendor), whole(vendor)], 2).await;
    let efforts: Vec<_> = bodies.iter().map(|body| body.get("reasoning_effort")).collect();
    assert_eq!(efforts, [None, Some(&json!("none")), Some(&json!("none"))]);
}

#[tokio::test]
async fn thinking_that_the_model_did_not_sign_is_left_out() {
    let vendor = Vendor::Anthropic;
    let message = "messages.1.content.0: Invalid `signature` in `thinking` block";
    let bodies = bodies(vendor, vec![refusal(message), whole(vendor)], 1).await;
    let has_thinking: Vec<_> = bodies
        .iter()
        .map(|body| body["messages"].to_string().contains("thinking"))
        .collect();
    assert_eq!(has_thinking, [true, false]);
}

#[tokio::test]
async fn a_cure_that_does_not_help_is_tried_once() {
    for (vendor, message) in [
        (Vendor::OpenAiChat, "reasoning_effort is not supported"),
        (Vendor::Anthropic, "Invalid `signature` in `thinking` block"),
    ] {
        let server = FaultServer::start([refusal(message), refusal(message), whole(vendor)]).await;
        let items: Items = vendor
            .provider(&server, impatient())
            .stream(conversation())
            .collect()
            .await;
        assert!(
            matches!(items.as_slice(), [Err(ModelError::BadRequest { .. })]),
            "{items:?}"
        );
        assert_eq!(server.received().len(), 2);
    }
}

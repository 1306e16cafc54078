//! Requests that are refused for a reason that has a cure.

use base::{Effort, StopReason};
use futures::StreamExt;
use models::{Chunk, ModelError, OutputSchema, Request};
use serde_json::{Value, json};

use crate::server::{FaultServer, Reply};
use crate::vendor::{Items, Vendor, ask, conversation, impatient};

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

/// What a field of the request is, at first and from the refusal on, for this question and the next.
async fn check(vendor: Vendor, message: &str, field: &str, expect: [Option<Value>; 3]) {
    let ask_for_everything = Request {
        model: vendor.model().into(),
        effort: Some(Effort::High),
        output: Some(OutputSchema {
            name: "verdict".into(),
            schema: json!({"type": "object", "properties": {}}),
        }),
        max_output: 100_000,
        ..conversation()
    };
    let server = FaultServer::start([refusal(message), whole(vendor), whole(vendor)]).await;
    let provider = vendor.provider(&server, impatient());
    for _ in 0..2 {
        let items: Items = provider.stream(ask_for_everything.clone()).collect().await;
        assert!(items.iter().all(Result::is_ok), "{vendor:?} {message}: {items:?}");
    }
    let bodies = server.received();
    let found: Vec<_> = bodies
        .iter()
        .map(|request| request.json().pointer(field).cloned())
        .collect();
    assert_eq!(found, expect, "{vendor:?} {message}");
}

#[tokio::test]
async fn what_a_model_does_not_take_is_left_out_from_then_on() {
    for (vendor, message, field, first) in [
        (
            Vendor::Anthropic,
            "This model does not support the effort parameter.",
            "/output_config/effort",
            "high",
        ),
        (
            Vendor::Anthropic,
            "output_config.format.schema: For 'object' type, 'minLength' is not supported",
            "/output_config/format/type",
            "json_schema",
        ),
        (
            Vendor::OpenAiChat,
            "Unrecognized request argument supplied: reasoning_effort",
            "/reasoning_effort",
            "high",
        ),
        (
            Vendor::OpenAiChat,
            "This response_format type is unavailable now",
            "/response_format/type",
            "json_schema",
        ),
        (
            Vendor::OpenAiResponses,
            "Unsupported value: 'reasoning.effort' does not support 'high' with this model.",
            "/reasoning/effort",
            "high",
        ),
        (
            Vendor::OpenAiResponses,
            "Your organization must be verified to generate reasoning summaries.",
            "/reasoning/summary",
            "auto",
        ),
        (
            Vendor::OpenAiResponses,
            "Encrypted content is not supported with this model.",
            "/include/0",
            "reasoning.encrypted_content",
        ),
        (
            Vendor::OpenAiResponses,
            "Invalid schema for response_format 'verdict'",
            "/text/format/type",
            "json_schema",
        ),
        (
            Vendor::Gemini,
            "Thinking level HIGH is not supported for this model.",
            "/generationConfig/thinkingConfig/thinkingLevel",
            "HIGH",
        ),
        (
            Vendor::Gemini,
            "Function calling with a response mime type: 'application/json' is unsupported",
            "/generationConfig/responseMimeType",
            "application/json",
        ),
    ] {
        check(vendor, message, field, [Some(json!(first)), None, None]).await;
    }
}

#[tokio::test]
async fn a_server_that_takes_a_schema_in_llama_cpps_way_gets_it_so() {
    for (field, expect) in [
        (
            "/response_format/type",
            ["json_schema", "json_object", "json_object"].map(|kind| Some(json!(kind))),
        ),
        (
            "/response_format/schema/type",
            [None, Some(json!("object")), Some(json!("object"))],
        ),
    ] {
        check(
            Vendor::OpenAiChat,
            "Input should be 'text' or 'json_object'",
            field,
            expect,
        )
        .await;
    }
}

#[tokio::test]
async fn an_answer_may_be_as_long_as_the_model_allows() {
    for (vendor, message, field) in [
        (
            Vendor::Anthropic,
            "max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for m",
            "/max_tokens",
        ),
        (
            Vendor::OpenAiChat,
            "max_tokens is too large: 100000. This model supports at most 64000 completion tokens, whereas you provided 100000.",
            "/max_tokens",
        ),
        (
            Vendor::OpenAiResponses,
            "Invalid 'max_output_tokens': integer above maximum value. Expected a value <= 64000, but got 100000 instead.",
            "/max_output_tokens",
        ),
        (
            Vendor::Gemini,
            "it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 64001 (exclusive)",
            "/generationConfig/maxOutputTokens",
        ),
    ] {
        let limits = [100_000, 64_000, 64_000].map(|limit| Some(json!(limit)));
        check(vendor, message, field, limits).await;
    }
}

#[tokio::test]
async fn thoughts_that_others_signed_are_left_out_of_this_conversation_only() {
    for (vendor, message, mark) in [
        (
            Vendor::Anthropic,
            "messages.1.content.0: Invalid `signature` in `thinking` block",
            "\"signature\"",
        ),
        (
            Vendor::OpenAiResponses,
            "The encrypted content gA== could not be verified.",
            "encrypted_content\":",
        ),
        (Vendor::Gemini, "Corrupted thought signature.", "c2ln"),
    ] {
        let replies = vec![refusal(message), whole(vendor), whole(vendor)];
        let bodies = bodies(vendor, replies, 2).await;
        let has_thoughts: Vec<_> = bodies.iter().map(|body| body.to_string().contains(mark)).collect();
        assert_eq!(has_thoughts, [true, false, true], "{vendor:?}");
    }
}

#[tokio::test]
async fn what_a_vendor_will_not_answer_is_a_refusal_and_no_error() {
    let flagged = json!({"error": {"code": "invalid_prompt", "message": "Your prompt was flagged."}});
    for vendor in Vendor::ALL {
        let items = ask(vendor, Reply::json(400, "", &flagged), impatient()).await;
        assert_eq!(items, [Ok(Chunk::Done(StopReason::Refusal))], "{vendor:?}");
    }
}

#[tokio::test]
async fn a_cure_that_does_not_help_is_tried_once() {
    for (vendor, message) in [
        (Vendor::OpenAiChat, "reasoning_effort is not supported"),
        (Vendor::Anthropic, "Invalid `signature` in `thinking` block"),
        (Vendor::OpenAiResponses, "The encrypted content could not be verified."),
        (Vendor::Gemini, "Invalid thought signature."),
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

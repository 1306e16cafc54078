//! Whatever a session holds, each vendor gets a conversation that it accepts.

use base::{Block, Effort, Image, Message, Role, ToolCall, ToolResult};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::IdRule;
use crate::lessons::Lessons;
use crate::openai_chat::Quirks;
use crate::{Request, anthropic, gemini, openai_chat, openai_responses};

/// What one side said, as far as vendors look at its form.
#[derive(Debug, Default, PartialEq)]
struct Turn {
    is_users: bool,
    calls: Vec<String>,
    results: Vec<String>,
    texts: Vec<String>,
    /// Of calls, or of the calls that the results are for, where the vendor wants them.
    names: Vec<String>,
    /// Blocks of any kind, in order, as the vendor names them.
    kinds: Vec<String>,
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn of_anthropic(body: &Value) -> Vec<Turn> {
    let turn = |message: &Value| {
        let mut turn = Turn {
            is_users: message["role"] == "user",
            ..Turn::default()
        };
        for block in list(&message["content"]) {
            turn.kinds.push(string(&block["type"]));
            match block["type"].as_str() {
                Some("tool_use") => turn.calls.push(string(&block["id"])),
                Some("tool_result") => turn.results.push(string(&block["tool_use_id"])),
                Some("text") => turn.texts.push(string(&block["text"])),
                _ => {}
            }
        }
        turn
    };
    list(&body["messages"]).iter().map(turn).collect()
}

fn of_gemini(body: &Value) -> Vec<Turn> {
    let turn = |content: &Value| {
        let mut turn = Turn {
            is_users: content["role"] == "user",
            ..Turn::default()
        };
        for part in list(&content["parts"]) {
            turn.kinds
                .push(part.as_object().unwrap().keys().next().unwrap().clone());
            if let Some(call) = part.get("functionCall") {
                let is_first = turn.calls.is_empty();
                assert!(
                    !is_first || part.get("thoughtSignature").is_some(),
                    "the first call is signed: {part}"
                );
                turn.calls.push(string(&call["id"]));
                turn.names.push(string(&call["name"]));
            } else if let Some(response) = part.get("functionResponse") {
                turn.results.push(string(&response["id"]));
                turn.names.push(string(&response["name"]));
            } else if part.get("thoughtSignature").is_none() {
                turn.texts.extend(part.get("text").map(string));
            }
        }
        turn
    };
    list(&body["contents"]).iter().map(turn).collect()
}

/// Items of OpenAI's protocols that belong together as one side's turn.
fn joined(items: impl Iterator<Item = Turn>) -> Vec<Turn> {
    let mut turns: Vec<Turn> = Vec::new();
    for item in items {
        match turns.last_mut() {
            Some(last) if last.is_users == item.is_users => {
                last.calls.extend(item.calls);
                last.results.extend(item.results);
                last.texts.extend(item.texts);
                last.kinds.extend(item.kinds);
            }
            _ => turns.push(item),
        }
    }
    turns
}

fn of_chat(body: &Value) -> Vec<Turn> {
    joined(list(&body["messages"]).iter().map(|message| {
        Turn {
            is_users: message["role"] != "assistant",
            calls: list(&message["tool_calls"])
                .iter()
                .map(|call| string(&call["id"]))
                .collect(),
            results: message.get("tool_call_id").map(string).into_iter().collect(),
            texts: message["content"].as_str().map(str::to_owned).into_iter().collect(),
            kinds: vec![string(&message["role"])],
            ..Turn::default()
        }
    }))
}

fn of_responses(body: &Value) -> Vec<Turn> {
    joined(list(&body["input"]).iter().map(|item| {
        let kind = item["type"].as_str().unwrap_or("message");
        let id = || vec![string(&item["call_id"])];
        Turn {
            is_users: item["role"] == "user" || kind == "function_call_output",
            calls: if kind == "function_call" { id() } else { Vec::new() },
            results: if kind == "function_call_output" {
                id()
            } else {
                Vec::new()
            },
            texts: item["content"].as_str().map(str::to_owned).into_iter().collect(),
            kinds: vec![kind.to_owned()],
            ..Turn::default()
        }
    }))
}

fn check(vendor: &str, turns: &[Turn], ids: IdRule, hidden: &str) {
    let users: Vec<_> = turns.iter().map(|turn| turn.is_users).collect();
    let alternating: Vec<_> = (0..turns.len()).map(|at| at % 2 == 0).collect();
    assert_eq!(
        users, alternating,
        "{vendor}: sides alternate, beginning with the user: {turns:#?}"
    );
    assert!(
        turns.len() % 2 == 1 || turns.is_empty(),
        "{vendor}: it is the model's turn: {turns:#?}"
    );
    let mut seen = std::collections::HashSet::new();
    for (at, turn) in turns.iter().enumerate() {
        let next = turns.get(at + 1).map(|turn| turn.results.clone()).unwrap_or_default();
        let before = at.checked_sub(1).map(|at| turns[at].calls.clone()).unwrap_or_default();
        if !turn.results.is_empty() {
            assert_eq!(
                turn.names,
                turns[at - 1].names,
                "{vendor}: results are named as their calls: {turns:#?}"
            );
        }
        assert!(
            turn.calls.is_empty() || turn.calls == next,
            "{vendor}: results follow calls: {turns:#?}"
        );
        assert_eq!(
            turn.results, before,
            "{vendor}: and calls come before results: {turns:#?}"
        );
        assert!(!turn.kinds.is_empty(), "{vendor}: nobody says nothing: {turns:#?}");
        assert!(
            turn.texts.iter().all(|text| !text.trim().is_empty()),
            "{vendor}: no blank text: {turns:#?}"
        );
        let is_name = |name: &String| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && !name.contains(['.', ' '])
                && name.is_ascii()
        };
        assert!(turn.names.iter().all(is_name), "{vendor}: names of tools: {turns:#?}");
        let last = turn.kinds.last().map(String::as_str);
        assert_ne!(last, Some(hidden), "{vendor}: thinking leads to something: {turns:#?}");
        for id in &turn.calls {
            assert!(ids.accepts(id) && seen.insert(id.clone()), "{vendor}: the id {id}");
        }
    }
}

fn check_all(messages: Vec<Message>) {
    let request = Request {
        model: "gemini-3.8-flash".into(),
        messages: messages.into(),
        effort: Some(Effort::High),
        ..Request::default()
    };
    let rule = |longest, shortest, others| IdRule {
        longest,
        shortest,
        others,
    };
    for foreign_thinking in [false, true] {
        let lessons = Lessons {
            foreign_thinking,
            ..Lessons::default()
        };
        let body = anthropic::request::encode(&request, &lessons).value();
        check("anthropic", &of_anthropic(&body), rule(64, 1, "_-"), "thinking");
        check_thoughts(&body, &["gemini:", "openai-responses:", "gAAA"]);
        let body = openai_responses::request::encode(&request, &lessons).value();
        check("openai-responses", &of_responses(&body), rule(64, 1, "_-"), "reasoning");
        check_thoughts(&body, &["gemini:", "EqQB", "opaque", "c2ln"]);
        let body = gemini::request::encode(&request, &lessons).value();
        check("gemini", &of_gemini(&body), rule(128, 1, "_-.:"), "");
        check_thoughts(&body, &["openai-responses:", "EqQB", "opaque", "gAAA"]);
        for (host, ids) in [
            ("api.openai.com", rule(40, 1, "_-.:")),
            ("api.mistral.ai", rule(9, 9, "")),
        ] {
            let body = openai_chat::request::encode(&request, Quirks::of_host(host), &lessons).value();
            check(host, &of_chat(&body), ids, "");
            check_thoughts(
                &body,
                &["openai-responses:", "gemini:", "EqQB", "opaque", "gAAA", "c2ln"],
            );
        }
    }
}

/// No vendor sees what another one signed.
fn check_thoughts(body: &Value, foreign: &[&str]) {
    let body = body.to_string();
    for mark in foreign {
        assert!(!body.contains(mark), "{mark} in {body}");
    }
}

fn block() -> impl Strategy<Value = Block> {
    let id = || {
        prop::sample::select(vec![
            "toolu_1",
            "call_1",
            "call_1",
            "functions.read:0",
            "x",
            "",
            "β",
            "call_0123456789012345678901234567890123456789012345678901234567890123456789",
        ])
    };
    let name = prop::sample::select(vec!["read", "default_api.read", "", "9 lives", "übel"]);
    let signature = prop::sample::select(vec![
        None,
        Some(""),
        Some("EqQBCgIYAhIM"),
        Some("gemini:call:c2ln"),
        Some("gemini:text:c2ln"),
        Some("gemini:thought:c2ln"),
        Some("gemini:hologram"),
        Some(r#"openai-responses:{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"}"#),
        Some(r#"openai-responses:{"type":"message","phase":"commentary"}"#),
        Some("openai-responses:{"),
    ]);
    prop_oneof![
        "[a ]{0,2}".prop_map(|text| Block::Text { text }),
        signature.prop_map(|signature| Block::Thinking {
            text: "Hm.".into(),
            signature: signature.map(str::to_owned),
        }),
        Just(Block::RedactedThinking { data: "opaque".into() }),
        (id(), name).prop_map(|(id, name)| Block::ToolCall(ToolCall {
            id: id.into(),
            name: name.into(),
            arguments: json!({"a": 1}),
        })),
        (id(), any::<bool>()).prop_map(|(id, is_error)| Block::ToolResult(ToolResult {
            call_id: id.into(),
            content: "…".into(),
            is_error,
        })),
        Just(Block::Image(Image {
            media_type: "image/png".into(),
            data: "iVBO".into(),
        })),
    ]
}

fn message() -> impl Strategy<Value = Message> {
    let role = prop_oneof![Just(Role::User), Just(Role::Assistant)];
    (role, prop::collection::vec(block(), 0..5)).prop_map(|(role, content)| Message { role, content })
}

proptest! {
    #[test]
    fn any_history_becomes_a_conversation_that_each_vendor_accepts(messages in prop::collection::vec(message(), 0..8)) {
        check_all(messages);
    }

    /// The cached prompt stays: what was said before is sent as before.
    #[test]
    fn a_longer_history_begins_as_the_shorter_one(
        messages in prop::collection::vec(message(), 1..8),
        more in prop::collection::vec(message(), 1..4),
    ) {
        let bytes = |messages: Vec<Message>| {
            let request = Request { messages: messages.into(), ..Request::default() };
            let body = openai_responses::request::encode(&request, &Lessons::default()).value();
            list(&body["input"]).iter().map(Value::to_string).collect::<Vec<_>>()
        };
        // As the engine has it: an answer is whole, and what the user says next stands apart.
        let mut messages = messages;
        messages.push(Message { role: Role::Assistant, content: vec![Block::Text { text: "a".into() }] });
        messages.push(Message::user("b"));
        let mut longer = messages.clone();
        longer.push(Message { role: Role::Assistant, content: vec![Block::Text { text: "c".into() }] });
        longer.extend(more);
        let (short, long) = (bytes(messages), bytes(longer));
        prop_assert_eq!(&short[..], &long[..short.len()]);
    }
}

/// Results that come late, twice, or for calls of one id.
#[test]
fn results_are_found_for_their_calls() {
    let call = |id: &str| {
        Block::ToolCall(ToolCall {
            id: id.into(),
            name: "read".into(),
            arguments: json!({}),
        })
    };
    let result = |id: &str, content: &str| {
        Block::ToolResult(ToolResult {
            call_id: id.into(),
            content: content.into(),
            is_error: false,
        })
    };
    let message = |role, content| Message { role, content };
    let request = Request {
        messages: vec![
            Message::user("Go"),
            message(Role::Assistant, vec![call("a"), call("a"), call("b")]),
            message(Role::User, vec![result("a", "1"), result("orphan", "0")]),
            message(Role::User, vec![result("a", "2"), result("a", "3")]),
        ]
        .into(),
        ..Request::default()
    };
    let body = openai_responses::request::encode(&request, &Lessons::default()).value();
    let results: Vec<_> = list(&body["input"])
        .iter()
        .filter(|item| item["type"] == "function_call_output")
        .map(|item| string(&item["output"]))
        .collect();
    assert_eq!(
        results,
        [
            "1",
            "2",
            "Error: interrupted: this call did not finish; its effects, if any, are not known"
        ]
    );
}

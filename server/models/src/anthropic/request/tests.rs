use base::{Block, CallId, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use expect_test::{Expect, expect};
use serde_json::json;

use super::encode;
use crate::Request;

fn call(id: &str) -> Block {
    Block::ToolCall(ToolCall {
        id: id.into(),
        name: "read".into(),
        arguments: json!({"path": "a.rs"}),
    })
}

fn result(id: &str, is_error: bool) -> Block {
    Block::ToolResult(ToolResult {
        call_id: CallId::from(id),
        content: format!("result of {id}"),
        is_error,
    })
}

fn text(text: &str) -> Block {
    Block::Text { text: text.into() }
}

fn request_of(messages: Vec<Message>) -> Request {
    Request {
        model: "claude-sonnet-4-5".into(),
        system: vec![
            SystemPart {
                text: "You are Singletree.".into(),
                cache: true,
            },
            SystemPart {
                text: String::new(),
                cache: false,
            },
            SystemPart {
                text: "Today's rules.".into(),
                cache: false,
            },
        ],
        messages,
        tools: vec![ToolSpec {
            name: "read".into(),
            description: "Reads a file.".into(),
            schema: json!({"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}),
        }],
        max_output: 8192,
        temperature: Some(0.2),
        ..Request::default()
    }
}

fn check_request(request: &Request, expect: &Expect) {
    expect.assert_eq(&serde_json::to_string_pretty(&encode(request)).unwrap());
}

#[test]
fn a_conversation_as_the_api_takes_it() {
    let assistant = |content| Message {
        role: Role::Assistant,
        content,
    };
    let user = |content| Message {
        role: Role::User,
        content,
    };
    let request = request_of(vec![
        Message::user("Look at a.rs"),
        assistant(vec![
            Block::Thinking {
                text: "Hm.".into(),
                signature: Some("sig".into()),
            },
            Block::Thinking {
                text: "Not Anthropic's.".into(),
                signature: None,
            },
            Block::RedactedThinking { data: "opaque".into() },
            text(" \n"),
            text("I look."),
            call("toolu_1"),
            call("call.2/β"),
        ]),
        user(vec![text("And hurry!"), result("toolu_1", false)]),
        user(vec![result("call.2/β", true)]),
    ]);
    check_request(
        &request,
        &expect![[r#"
        {
          "model": "claude-sonnet-4-5",
          "max_tokens": 8192,
          "stream": true,
          "system": [
            {
              "type": "text",
              "text": "You are Singletree.",
              "cache_control": {
                "type": "ephemeral"
              }
            },
            {
              "type": "text",
              "text": "Today's rules."
            }
          ],
          "tools": [
            {
              "name": "read",
              "description": "Reads a file.",
              "input_schema": {
                "type": "object",
                "properties": {
                  "path": {
                    "type": "string"
                  }
                },
                "required": [
                  "path"
                ]
              }
            }
          ],
          "messages": [
            {
              "role": "user",
              "content": [
                {
                  "type": "text",
                  "text": "Look at a.rs"
                }
              ]
            },
            {
              "role": "assistant",
              "content": [
                {
                  "type": "thinking",
                  "thinking": "Hm.",
                  "signature": "sig"
                },
                {
                  "type": "redacted_thinking",
                  "data": "opaque"
                },
                {
                  "type": "text",
                  "text": "I look."
                },
                {
                  "type": "tool_use",
                  "id": "toolu_1",
                  "name": "read",
                  "input": {
                    "path": "a.rs"
                  }
                },
                {
                  "type": "tool_use",
                  "id": "call_2__",
                  "name": "read",
                  "input": {
                    "path": "a.rs"
                  }
                }
              ]
            },
            {
              "role": "user",
              "content": [
                {
                  "type": "tool_result",
                  "tool_use_id": "toolu_1",
                  "content": "result of toolu_1"
                },
                {
                  "type": "tool_result",
                  "tool_use_id": "call_2__",
                  "content": "result of call.2/β",
                  "is_error": true
                },
                {
                  "type": "text",
                  "text": "And hurry!"
                }
              ]
            }
          ]
        }"#]],
    );
}

#[test]
fn what_is_not_there_is_not_sent() {
    let request = Request {
        system: Vec::new(),
        tools: Vec::new(),
        temperature: None,
        ..request_of(vec![
            Message::user("Hi"),
            Message {
                role: Role::Assistant,
                content: vec![text("")],
            },
        ])
    };
    check_request(
        &request,
        &expect![[r#"
        {
          "model": "claude-sonnet-4-5",
          "max_tokens": 8192,
          "stream": true,
          "messages": [
            {
              "role": "user",
              "content": [
                {
                  "type": "text",
                  "text": "Hi"
                }
              ]
            }
          ]
        }"#]],
    );
}

#[test]
fn only_the_last_four_cache_marks_are_sent() {
    let part = |text: &str, cache| SystemPart {
        text: text.into(),
        cache,
    };
    let system = ["a", "b", "c", "d", "e"].map(|text| part(text, true)).to_vec();
    let encoded = encode(&Request {
        system,
        ..request_of(Vec::new())
    });
    let marks: Vec<_> = encoded["system"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part.get("cache_control").is_some())
        .collect();
    assert_eq!(marks, [false, true, true, true, true]);
}

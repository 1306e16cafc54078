use base::{Block, CallId, Effort, Image, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use expect_test::{Expect, expect};
use serde_json::json;

use super::encode;
use crate::lessons::Lessons;
use crate::{OutputSchema, Request, ToolChoice};

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
        messages: messages.into(),
        tools: vec![ToolSpec {
            name: "read".into(),
            description: "Reads a file.".into(),
            schema: json!({"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}),
        }]
        .into(),
        max_output: 8192,
        temperature: Some(0.2),
        ..Request::default()
    }
}

fn check_request(request: &Request, expect: &Expect) {
    expect.assert_eq(&serde_json::to_string_pretty(&encode(request, &Lessons::default()).value()).unwrap());
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
                      "text": "Look at a.rs",
                      "cache_control": {
                        "type": "ephemeral"
                      }
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
                      "id": "ypv9mx5yd",
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
                      "tool_use_id": "ypv9mx5yd",
                      "content": "result of call.2/β",
                      "is_error": true
                    },
                    {
                      "type": "text",
                      "text": "And hurry!",
                      "cache_control": {
                        "type": "ephemeral"
                      }
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
        tools: Vec::new().into(),
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
                      "text": "Hi",
                      "cache_control": {
                        "type": "ephemeral"
                      }
                    }
                  ]
                }
              ]
            }"#]],
    );
}

/// Where the cache marks stand: in the system prompt, and in the conversation as `message.block`.
fn check_marks(system: usize, messages: Vec<Message>, expect: (&[usize], &[&str])) {
    let part = |number: usize| SystemPart {
        text: format!("part {number}"),
        cache: true,
    };
    let encoded = encode(
        &Request {
            system: (0..system).map(part).collect(),
            ..request_of(messages)
        },
        &Lessons::default(),
    )
    .value();
    let is_marked = |block: &serde_json::Value| block.get("cache_control").is_some();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let parts = list(&encoded["system"]);
    let in_system: Vec<_> = (0..parts.len()).filter(|at| is_marked(&parts[*at])).collect();
    let mut in_messages = Vec::new();
    for (at, message) in list(&encoded["messages"]).iter().enumerate() {
        let blocks = list(&message["content"]);
        in_messages.extend(
            (0..blocks.len())
                .filter(|block| is_marked(&blocks[*block]))
                .map(|block| format!("{at}.{block}")),
        );
    }
    assert_eq!(
        (
            in_system.as_slice(),
            in_messages.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
        ),
        expect
    );
}

#[test]
fn at_most_four_cache_marks_are_sent_and_two_of_them_move_along() {
    let assistant = |content| Message {
        role: Role::Assistant,
        content,
    };
    let results = |ids: &[&str]| Message {
        role: Role::User,
        content: ids.iter().map(|id| result(id, false)).collect(),
    };
    let conversation = vec![
        Message::user("Go"),
        assistant(vec![call("a"), call("b")]),
        results(&["a", "b"]),
        assistant(vec![call("c")]),
        results(&["c"]),
    ];
    check_marks(5, Vec::new(), (&[1, 2, 3, 4], &[]));
    check_marks(5, conversation[..1].to_vec(), (&[2, 3, 4], &["0.0"]));
    check_marks(1, conversation[..3].to_vec(), (&[0], &["0.0", "2.1"]));
    check_marks(5, conversation, (&[3, 4], &["2.1", "4.0"]));
}

fn verdict() -> Request {
    Request {
        effort: Some(Effort::High),
        output: Some(OutputSchema {
            name: "verdict".into(),
            schema: json!({"type": "object", "properties": {"ok": {"type": "boolean"}}}),
        }),
        tool_choice: ToolChoice::None,
        ..request_of(vec![Message {
            role: Role::User,
            content: vec![Block::Image(Image {
                media_type: "image/png".into(),
                data: "iVBO".into(),
            })],
        }])
    }
}

/// What the request holds besides the conversation and its tools.
fn check_settings(model: &str, lessons: &Lessons, expect: &Expect) {
    let request = Request {
        model: model.into(),
        system: Vec::new(),
        ..verdict()
    };
    let mut encoded = encode(&request, lessons).value();
    for field in ["model", "stream", "tools"] {
        encoded.as_object_mut().unwrap().shift_remove(field);
    }
    expect.assert_eq(&encoded.to_string());
}

#[test]
fn effort_and_schemas_as_each_model_takes_them() {
    check_settings(
        "claude-sonnet-5-5",
        &Lessons::default(),
        &expect![[
            r#"{"max_tokens":8192,"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object","properties":{"ok":{"type":"boolean"}},"additionalProperties":false}}},"tool_choice":{"type":"none"},"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"},"cache_control":{"type":"ephemeral"}}]}]}"#
        ]],
    );
    check_settings(
        "claude-haiku-4-5",
        &Lessons::default(),
        &expect![[
            r#"{"max_tokens":8192,"thinking":{"type":"enabled","budget_tokens":4096},"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"ok":{"type":"boolean"}},"additionalProperties":false}}},"tool_choice":{"type":"none"},"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"},"cache_control":{"type":"ephemeral"}}]}]}"#
        ]],
    );
    let lessons = Lessons {
        no_effort: true,
        no_schema: true,
        most_output: Some(4096),
        ..Lessons::default()
    };
    check_settings(
        "claude-sonnet-5-5",
        &lessons,
        &expect![[
            r#"{"max_tokens":4096,"system":[{"type":"text","text":"Answer with one JSON value and nothing else: no prose around it, no code fence. It must fit this JSON Schema:\n{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}}}"}],"tool_choice":{"type":"none"},"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBO"},"cache_control":{"type":"ephemeral"}}]}]}"#
        ]],
    );
}

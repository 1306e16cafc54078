use base::{Block, CallId, Effort, Image, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use expect_test::{Expect, expect};
use serde_json::json;

use super::super::quirks::Quirks;
use super::encode;
use crate::lessons::Lessons;
use crate::{OutputSchema, Request, ToolChoice};

fn text(text: &str) -> Block {
    Block::Text { text: text.into() }
}

fn result(id: &str, is_error: bool) -> Block {
    Block::ToolResult(ToolResult {
        call_id: CallId::from(id),
        content: format!("result of {id}"),
        is_error,
    })
}

fn user(content: Vec<Block>) -> Message {
    Message {
        role: Role::User,
        content,
    }
}

fn conversation() -> Request {
    let call = |id: &str| {
        Block::ToolCall(ToolCall {
            id: id.into(),
            name: "read".into(),
            arguments: json!({"path": "ä.rs"}),
        })
    };
    Request {
        model: "gpt-5-mini".into(),
        system: vec![
            SystemPart {
                text: "You are Singletree.".into(),
                cache: true,
            },
            SystemPart {
                text: "Today's rules.".into(),
                cache: false,
            },
        ],
        messages: vec![
            Message::user("Look at ä.rs"),
            Message {
                role: Role::Assistant,
                content: vec![
                    Block::Thinking {
                        text: "Hm.".into(),
                        signature: Some("sig".into()),
                    },
                    Block::RedactedThinking { data: "opaque".into() },
                    call("call_1"),
                    call("call_2"),
                ],
            },
            user(vec![
                text("And hurry!"),
                result("call_1", false),
                result("call_2", true),
            ]),
            user(vec![text("Please.")]),
            Message {
                role: Role::Assistant,
                content: vec![text("Done.")],
            },
            Message {
                role: Role::Assistant,
                content: Vec::new(),
            },
            Message::user("Thanks."),
        ]
        .into(),
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

#[test]
fn a_conversation_as_the_api_takes_it() {
    let encoded = encode(&conversation(), Quirks::of_host("api.openai.com"), &Lessons::default()).value();
    expect![[r#"
        {
          "model": "gpt-5-mini",
          "messages": [
            {
              "role": "system",
              "content": "You are Singletree.\n\nToday's rules."
            },
            {
              "role": "user",
              "content": "Look at ä.rs"
            },
            {
              "role": "assistant",
              "content": null,
              "tool_calls": [
                {
                  "id": "call_1",
                  "type": "function",
                  "function": {
                    "name": "read",
                    "arguments": "{\"path\":\"ä.rs\"}"
                  }
                },
                {
                  "id": "call_2",
                  "type": "function",
                  "function": {
                    "name": "read",
                    "arguments": "{\"path\":\"ä.rs\"}"
                  }
                }
              ]
            },
            {
              "role": "tool",
              "tool_call_id": "call_1",
              "content": "result of call_1"
            },
            {
              "role": "tool",
              "tool_call_id": "call_2",
              "content": "Error: result of call_2"
            },
            {
              "role": "user",
              "content": "And hurry!\n\nPlease."
            },
            {
              "role": "assistant",
              "content": "Done."
            },
            {
              "role": "user",
              "content": "Thanks."
            }
          ],
          "tools": [
            {
              "type": "function",
              "function": {
                "name": "read",
                "description": "Reads a file.",
                "parameters": {
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
            }
          ],
          "max_completion_tokens": 8192,
          "temperature": 0.2,
          "stream": true,
          "stream_options": {
            "include_usage": true
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&encoded).unwrap());
}

#[test]
fn hosts_get_what_they_accept() {
    let bare = Request {
        system: Vec::new(),
        tools: Vec::new().into(),
        temperature: None,
        messages: vec![Message::user("Hi")].into(),
        ..conversation()
    };
    let encode = |host| {
        encode(&bare, Quirks::of_host(host), &Lessons::default())
            .value()
            .to_string()
    };
    expect![[r#"{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"max_tokens":8192,"stream":true,"stream_options":{"include_usage":true}}"#]].assert_eq(&encode("127.0.0.1"));
    expect![[r#"{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"max_tokens":8192,"stream":true}"#]]
        .assert_eq(&encode("api.mistral.ai"));
}

/// What the request holds besides the model and how it streams.
fn check_settings(model: &str, lessons: &Lessons, expect: &Expect) {
    let request = Request {
        model: model.into(),
        system: Vec::new(),
        tools: Vec::new().into(),
        effort: Some(Effort::Max),
        output: Some(OutputSchema {
            name: "verdict".into(),
            schema: json!({"type": "object", "properties": {"ok": {"type": "boolean"}}}),
        }),
        tool_choice: ToolChoice::None,
        messages: vec![user(vec![
            text("See"),
            Block::Image(Image {
                media_type: "image/png".into(),
                data: "iVBO".into(),
            }),
        ])]
        .into(),
        ..conversation()
    };
    let mut encoded = encode(&request, Quirks::of_host("localhost"), lessons).value();
    for field in ["model", "stream", "stream_options"] {
        encoded.as_object_mut().unwrap().shift_remove(field);
    }
    expect.assert_eq(&encoded.to_string());
}

#[test]
fn pictures_effort_and_schemas_unless_they_were_refused() {
    check_settings(
        "gpt-5.4",
        &Lessons::default(),
        &expect![[
            r#"{"messages":[{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}}]}],"max_tokens":8192,"temperature":0.2,"reasoning_effort":"xhigh","response_format":{"type":"json_schema","json_schema":{"name":"verdict","schema":{"type":"object","properties":{"ok":{"type":"boolean"}}},"strict":false}}}"#
        ]],
    );
    let lessons = Lessons {
        must_not_reason: true,
        no_temperature: true,
        no_schema: true,
        ..Lessons::default()
    };
    check_settings(
        "qwen3",
        &lessons,
        &expect![[
            r#"{"messages":[{"role":"system","content":"Answer with one JSON value and nothing else: no prose around it, no code fence. It must fit this JSON Schema:\n{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}}}"},{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}}]}],"max_tokens":8192,"reasoning_effort":"none"}"#
        ]],
    );
    let lessons = Lessons {
        no_effort: true,
        no_temperature: true,
        schema_in_object: true,
        ..Lessons::default()
    };
    check_settings(
        "qwen3",
        &lessons,
        &expect![[
            r#"{"messages":[{"role":"system","content":"Answer with one JSON value and nothing else: no prose around it, no code fence. It must fit this JSON Schema:\n{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}}}"},{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBO"}}]}],"max_tokens":8192,"response_format":{"type":"json_object","schema":{"type":"object","properties":{"ok":{"type":"boolean"}}}}}"#
        ]],
    );
}

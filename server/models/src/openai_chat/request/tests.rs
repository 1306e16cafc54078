use base::{Block, CallId, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use expect_test::expect;
use serde_json::json;

use super::super::quirks::Quirks;
use super::encode;
use crate::Request;

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

fn conversation() -> Request {
    let call = |id: &str| {
        Block::ToolCall(ToolCall {
            id: id.into(),
            name: "read".into(),
            arguments: json!({"path": "ä.rs"}),
        })
    };
    let user = |content| Message {
        role: Role::User,
        content,
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
        ],
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

#[test]
fn a_conversation_as_the_api_takes_it() {
    let encoded = encode(&conversation(), Quirks::of_host("api.openai.com"));
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
        tools: Vec::new(),
        temperature: None,
        messages: vec![Message::user("Hi")],
        ..conversation()
    };
    let encode = |host| encode(&bare, Quirks::of_host(host)).to_string();
    expect![[r#"{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"max_tokens":8192,"stream":true,"stream_options":{"include_usage":true}}"#]].assert_eq(&encode("127.0.0.1"));
    expect![[r#"{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}],"max_tokens":8192,"stream":true}"#]]
        .assert_eq(&encode("api.mistral.ai"));
}

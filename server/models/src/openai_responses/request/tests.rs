use base::{Block, Effort, Image, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use expect_test::{Expect, expect};
use serde_json::json;

use super::encode;
use crate::lessons::Lessons;
use crate::{OutputSchema, Request, ToolChoice};

fn message(role: Role, content: Vec<Block>) -> Message {
    Message { role, content }
}

fn text(text: &str) -> Block {
    Block::Text { text: text.into() }
}

fn thinking(signature: &str) -> Block {
    Block::Thinking {
        text: "Hm.".into(),
        signature: Some(signature.into()),
    }
}

fn call(id: &str) -> Block {
    Block::ToolCall(ToolCall {
        id: id.into(),
        name: "read".into(),
        arguments: json!({"path": "ä.rs"}),
    })
}

fn result(id: &str, is_error: bool) -> Block {
    Block::ToolResult(ToolResult {
        call_id: id.into(),
        content: format!("result of {id}"),
        is_error,
    })
}

fn conversation() -> Request {
    let reasoning = r#"openai-responses:{"id":"rs_1","type":"reasoning","encrypted_content":"gAAA","summary":[]}"#;
    let commentary = r#"openai-responses:{"type":"message","phase":"commentary"}"#;
    Request {
        model: "gpt-5.4-mini".into(),
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
            message(
                Role::User,
                vec![
                    text("Look at this"),
                    Block::Image(Image {
                        media_type: "image/png".into(),
                        data: "iVBO".into(),
                    }),
                ],
            ),
            message(
                Role::Assistant,
                vec![
                    thinking("EqQBanthropic"),
                    thinking(reasoning),
                    thinking(commentary),
                    text("I look."),
                    call("call_1"),
                    thinking(reasoning),
                ],
            ),
            message(Role::User, vec![text("And hurry!"), result("call_1", true)]),
        ]
        .into(),
        tools: vec![ToolSpec {
            name: "read".into(),
            description: "Reads a file.".into(),
            schema: json!({"type": "object"}),
        }]
        .into(),
        max_output: 8192,
        temperature: Some(0.2),
        effort: Some(Effort::Max),
        output: Some(OutputSchema {
            name: "verdict".into(),
            schema: json!({"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}),
        }),
        tool_choice: ToolChoice::None,
    }
}

fn check(request: &Request, lessons: &Lessons, expect: &Expect) {
    expect.assert_eq(&serde_json::to_string_pretty(&encode(request, lessons).value()).unwrap());
}

#[test]
fn a_conversation_as_the_api_takes_it() {
    check(
        &conversation(),
        &Lessons::default(),
        &expect![[r#"
        {
          "model": "gpt-5.4-mini",
          "instructions": "You are Singletree.\n\nToday's rules.",
          "input": [
            {
              "role": "user",
              "content": [
                {
                  "type": "input_text",
                  "text": "Look at this"
                },
                {
                  "type": "input_image",
                  "image_url": "data:image/png;base64,iVBO",
                  "detail": "auto"
                }
              ]
            },
            {
              "id": "rs_1",
              "type": "reasoning",
              "encrypted_content": "gAAA",
              "summary": []
            },
            {
              "role": "assistant",
              "content": "I look.",
              "phase": "commentary"
            },
            {
              "type": "function_call",
              "call_id": "call_1",
              "name": "read",
              "arguments": "{\"path\":\"ä.rs\"}"
            },
            {
              "type": "function_call_output",
              "call_id": "call_1",
              "output": "Error: result of call_1"
            },
            {
              "role": "user",
              "content": [
                {
                  "type": "input_text",
                  "text": "And hurry!"
                }
              ]
            }
          ],
          "tools": [
            {
              "type": "function",
              "name": "read",
              "description": "Reads a file.",
              "parameters": {
                "type": "object"
              },
              "strict": false
            }
          ],
          "tool_choice": "none",
          "max_output_tokens": 8192,
          "text": {
            "format": {
              "name": "verdict",
              "schema": {
                "type": "object",
                "properties": {
                  "ok": {
                    "type": "boolean"
                  }
                },
                "required": [
                  "ok"
                ],
                "additionalProperties": false
              },
              "strict": true,
              "type": "json_schema"
            }
          },
          "reasoning": {
            "effort": "xhigh",
            "summary": "auto"
          },
          "include": [
            "reasoning.encrypted_content"
          ],
          "store": false,
          "stream": true
        }"#]],
    );
}

#[test]
fn what_was_refused_is_not_sent_again() {
    let lessons = Lessons {
        no_effort: true,
        no_schema: true,
        no_reasoning: true,
        foreign_thinking: true,
        most_output: Some(4096),
        ..Lessons::default()
    };
    let request = Request {
        messages: conversation().messages[1..].to_vec().into(),
        tools: Vec::new().into(),
        ..conversation()
    };
    check(
        &request,
        &lessons,
        &expect![[r#"
        {
          "model": "gpt-5.4-mini",
          "instructions": "You are Singletree.\n\nToday's rules.\n\nAnswer with one JSON value and nothing else: no prose around it, no code fence. It must fit this JSON Schema:\n{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}},\"required\":[\"ok\"]}",
          "input": [
            {
              "role": "user",
              "content": [
                {
                  "type": "input_text",
                  "text": "[harness] The conversation began earlier."
                }
              ]
            },
            {
              "role": "assistant",
              "content": "I look."
            },
            {
              "type": "function_call",
              "call_id": "call_1",
              "name": "read",
              "arguments": "{\"path\":\"ä.rs\"}"
            },
            {
              "type": "function_call_output",
              "call_id": "call_1",
              "output": "Error: result of call_1"
            },
            {
              "role": "user",
              "content": [
                {
                  "type": "input_text",
                  "text": "And hurry!"
                }
              ]
            }
          ],
          "max_output_tokens": 4096,
          "store": false,
          "stream": true
        }"#]],
    );
}

#[test]
fn a_model_that_does_not_reason_is_not_asked_for_reasoning() {
    let request = Request {
        model: "gpt-4.1".into(),
        messages: vec![Message::user("Hi")].into(),
        system: Vec::new(),
        tools: Vec::new().into(),
        output: None,
        effort: None,
        ..conversation()
    };
    check(
        &request,
        &Lessons::default(),
        &expect![[r#"
        {
          "model": "gpt-4.1",
          "input": [
            {
              "role": "user",
              "content": [
                {
                  "type": "input_text",
                  "text": "Hi"
                }
              ]
            }
          ],
          "max_output_tokens": 8192,
          "temperature": 0.2,
          "store": false,
          "stream": true
        }"#]],
    );
}

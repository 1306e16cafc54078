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
    Request {
        model: "gemini-3.8-flash".into(),
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
                    thinking("gemini:thought:c2ln"),
                    text("I look."),
                    thinking("gemini:text:dGV4dA=="),
                    thinking("gemini:call:Y2FsbA=="),
                    call("call_1"),
                    call("call_2"),
                ],
            ),
            message(
                Role::User,
                vec![text("And hurry!"), result("call_2", true), result("call_1", false)],
            ),
            message(Role::Assistant, vec![call("toolu_3"), thinking("gemini:call:Y2FsbA==")]),
            message(Role::User, vec![result("toolu_3", false)]),
            message(Role::Assistant, vec![thinking("gemini:text:dGV4dA==")]),
            Message::user("Well?"),
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
          "systemInstruction": {
            "parts": [
              {
                "text": "You are Singletree."
              },
              {
                "text": "Today's rules."
              }
            ]
          },
          "contents": [
            {
              "role": "user",
              "parts": [
                {
                  "text": "Look at this"
                },
                {
                  "inlineData": {
                    "mimeType": "image/png",
                    "data": "iVBO"
                  }
                }
              ]
            },
            {
              "role": "model",
              "parts": [
                {
                  "text": "Hm.",
                  "thought": true,
                  "thoughtSignature": "c2ln"
                },
                {
                  "text": "I look.",
                  "thoughtSignature": "dGV4dA=="
                },
                {
                  "functionCall": {
                    "id": "call_1",
                    "name": "read",
                    "args": {
                      "path": "ä.rs"
                    }
                  },
                  "thoughtSignature": "Y2FsbA=="
                },
                {
                  "functionCall": {
                    "id": "call_2",
                    "name": "read",
                    "args": {
                      "path": "ä.rs"
                    }
                  }
                }
              ]
            },
            {
              "role": "user",
              "parts": [
                {
                  "functionResponse": {
                    "id": "call_1",
                    "name": "read",
                    "response": {
                      "output": "result of call_1"
                    }
                  }
                },
                {
                  "functionResponse": {
                    "id": "call_2",
                    "name": "read",
                    "response": {
                      "error": "result of call_2"
                    }
                  }
                },
                {
                  "text": "And hurry!"
                }
              ]
            },
            {
              "role": "model",
              "parts": [
                {
                  "functionCall": {
                    "id": "toolu_3",
                    "name": "read",
                    "args": {
                      "path": "ä.rs"
                    }
                  },
                  "thoughtSignature": "skip_thought_signature_validator"
                }
              ]
            },
            {
              "role": "user",
              "parts": [
                {
                  "functionResponse": {
                    "id": "toolu_3",
                    "name": "read",
                    "response": {
                      "output": "result of toolu_3"
                    }
                  }
                }
              ]
            },
            {
              "role": "model",
              "parts": [
                {
                  "text": "",
                  "thoughtSignature": "dGV4dA=="
                }
              ]
            },
            {
              "role": "user",
              "parts": [
                {
                  "text": "Well?"
                }
              ]
            }
          ],
          "tools": [
            {
              "functionDeclarations": [
                {
                  "name": "read",
                  "description": "Reads a file.",
                  "parametersJsonSchema": {
                    "type": "object"
                  }
                }
              ]
            }
          ],
          "toolConfig": {
            "functionCallingConfig": {
              "mode": "NONE"
            }
          },
          "generationConfig": {
            "maxOutputTokens": 8192,
            "temperature": 0.2,
            "responseMimeType": "application/json",
            "responseJsonSchema": {
              "type": "object",
              "properties": {
                "ok": {
                  "type": "boolean"
                }
              },
              "required": [
                "ok"
              ]
            },
            "thinkingConfig": {
              "includeThoughts": true,
              "thinkingLevel": "HIGH"
            }
          }
        }"#]],
    );
}

#[test]
fn what_was_refused_is_not_sent_again() {
    let lessons = Lessons {
        no_schema: true,
        no_reasoning: true,
        foreign_thinking: true,
        most_output: Some(4096),
        ..Lessons::default()
    };
    let request = Request {
        messages: conversation().messages[..3].to_vec().into(),
        tools: Vec::new().into(),
        ..conversation()
    };
    check(
        &request,
        &lessons,
        &expect![[r#"
        {
          "systemInstruction": {
            "parts": [
              {
                "text": "You are Singletree."
              },
              {
                "text": "Today's rules."
              },
              {
                "text": "Answer with one JSON value and nothing else: no prose around it, no code fence. It must fit this JSON Schema:\n{\"type\":\"object\",\"properties\":{\"ok\":{\"type\":\"boolean\"}},\"required\":[\"ok\"]}"
              }
            ]
          },
          "contents": [
            {
              "role": "user",
              "parts": [
                {
                  "text": "Look at this"
                },
                {
                  "inlineData": {
                    "mimeType": "image/png",
                    "data": "iVBO"
                  }
                }
              ]
            },
            {
              "role": "model",
              "parts": [
                {
                  "text": "I look."
                },
                {
                  "functionCall": {
                    "id": "call_1",
                    "name": "read",
                    "args": {
                      "path": "ä.rs"
                    }
                  },
                  "thoughtSignature": "skip_thought_signature_validator"
                },
                {
                  "functionCall": {
                    "id": "call_2",
                    "name": "read",
                    "args": {
                      "path": "ä.rs"
                    }
                  }
                }
              ]
            },
            {
              "role": "user",
              "parts": [
                {
                  "functionResponse": {
                    "id": "call_1",
                    "name": "read",
                    "response": {
                      "output": "result of call_1"
                    }
                  }
                },
                {
                  "functionResponse": {
                    "id": "call_2",
                    "name": "read",
                    "response": {
                      "error": "result of call_2"
                    }
                  }
                },
                {
                  "text": "And hurry!"
                }
              ]
            }
          ],
          "generationConfig": {
            "maxOutputTokens": 4096,
            "temperature": 0.2
          }
        }"#]],
    );
}

#[test]
fn an_older_model_needs_no_signatures() {
    let request = Request {
        model: "gemini-2.5-flash".into(),
        messages: conversation().messages[3..].to_vec().into(),
        system: Vec::new(),
        tools: Vec::new().into(),
        output: None,
        ..conversation()
    };
    check(
        &request,
        &Lessons::default(),
        &expect![[r#"
        {
          "contents": [
            {
              "role": "user",
              "parts": [
                {
                  "text": "[harness] The conversation began earlier."
                }
              ]
            },
            {
              "role": "model",
              "parts": [
                {
                  "functionCall": {
                    "id": "toolu_3",
                    "name": "read",
                    "args": {
                      "path": "ä.rs"
                    }
                  }
                }
              ]
            },
            {
              "role": "user",
              "parts": [
                {
                  "functionResponse": {
                    "id": "toolu_3",
                    "name": "read",
                    "response": {
                      "output": "result of toolu_3"
                    }
                  }
                }
              ]
            },
            {
              "role": "model",
              "parts": [
                {
                  "text": "",
                  "thoughtSignature": "dGV4dA=="
                }
              ]
            },
            {
              "role": "user",
              "parts": [
                {
                  "text": "Well?"
                }
              ]
            }
          ],
          "generationConfig": {
            "maxOutputTokens": 8192,
            "temperature": 0.2,
            "thinkingConfig": {
              "includeThoughts": true,
              "thinkingBudget": 24576
            }
          }
        }"#]],
    );
}

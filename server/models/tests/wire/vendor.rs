//! The four protocols, so that each fault is tried on all of them.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base::{Block, CallId, Image, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use futures::StreamExt;
use models::{
    Anthropic, Chunk, Gemini, Limits, ModelError, OpenAiChat, OpenAiResponses, Provider, ProviderConfig, ProviderKind,
    Request, Secret, Transport,
};
use serde_json::json;

use crate::server::{FaultServer, Reply};

pub(crate) const KEY: &str = "sk-test-0123456789";

pub(crate) type Items = Vec<Result<Chunk, ModelError>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    Anthropic,
    OpenAiChat,
    OpenAiResponses,
    Gemini,
}

impl Vendor {
    pub(crate) const ALL: [Self; 4] = [Self::Anthropic, Self::OpenAiChat, Self::OpenAiResponses, Self::Gemini];

    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAiChat => "openai_chat",
            Self::OpenAiResponses => "openai_responses",
            Self::Gemini => "gemini",
        }
    }

    /// A model of the vendor's own, which takes all that a request may hold.
    pub(crate) fn model(self) -> &'static str {
        match self {
            Self::Anthropic => "claude-sonnet-5-5",
            Self::OpenAiChat | Self::OpenAiResponses => "gpt-5.4-mini",
            Self::Gemini => "gemini-3.8-flash",
        }
    }

    fn kind(self) -> ProviderKind {
        match self {
            Self::Anthropic => ProviderKind::Anthropic,
            Self::OpenAiChat => ProviderKind::OpenAiChat,
            Self::OpenAiResponses => ProviderKind::OpenAiResponses,
            Self::Gemini => ProviderKind::Gemini,
        }
    }

    /// Recorded streams by name, in order.
    pub(crate) fn recordings(self) -> Vec<(String, Vec<u8>)> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures")
            .join(self.folder());
        let mut recordings: Vec<_> = fs::read_dir(&folder)
            .expect("the fixtures are there")
            .map(|entry| {
                let path = entry.expect("an entry").path();
                let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
                (name, fs::read(&path).expect("a readable fixture"))
            })
            .collect();
        recordings.sort();
        recordings
    }

    pub(crate) fn recording(self, name: &str) -> Vec<u8> {
        let found = self.recordings().into_iter().find(|(recorded, _)| recorded == name);
        found.unwrap_or_else(|| panic!("no recording `{name}`")).1
    }

    pub(crate) fn provider(self, server: &FaultServer, limits: Limits) -> Arc<dyn Provider> {
        let path = match self {
            Self::Anthropic | Self::Gemini => "",
            Self::OpenAiChat | Self::OpenAiResponses => "/v1",
        };
        let config = ProviderConfig {
            base_url: Some(server.url(path)),
            api_key: Some(Secret::new(KEY)),
            headers: vec![("x-team".into(), Secret::new("harness"))],
            ..ProviderConfig::new(self.kind())
        };
        let transport = Transport::new(limits);
        let good = "a good configuration";
        match self {
            Self::Anthropic => Arc::new(Anthropic::new("acme", &config, transport).expect(good)),
            Self::OpenAiChat => Arc::new(OpenAiChat::new("acme", &config, transport).expect(good)),
            Self::OpenAiResponses => Arc::new(OpenAiResponses::new("acme", &config, transport).expect(good)),
            Self::Gemini => Arc::new(Gemini::new("acme", &config, transport).expect(good)),
        }
    }
}

/// One attempt, and waits short enough for a test that must see them end.
pub(crate) fn impatient() -> Limits {
    Limits {
        attempts: 1,
        idle: Duration::from_millis(200),
        ..Limits::default()
    }
}

/// What comes of asking a server that replies so.
pub(crate) async fn ask(vendor: Vendor, reply: Reply, limits: Limits) -> Items {
    let server = FaultServer::start([reply]).await;
    vendor.provider(&server, limits).stream(conversation()).collect().await
}

/// A conversation with everything in it that one may have, of each vendor.
pub(crate) fn conversation() -> Request {
    let call = |id: &str, path: &str| {
        Block::ToolCall(ToolCall {
            id: id.into(),
            name: "read".into(),
            arguments: json!({ "path": path, "n": 1 }),
        })
    };
    let thinking = |signature: &str| Block::Thinking {
        text: "Hm.".into(),
        signature: Some(signature.into()),
    };
    let result = |id: &str, is_error| {
        Block::ToolResult(ToolResult {
            call_id: CallId::from(id),
            content: "…".into(),
            is_error,
        })
    };
    Request {
        model: "some-model".into(),
        system: vec![
            SystemPart {
                text: "You are Singletree.".into(),
                cache: false,
            },
            SystemPart {
                text: "Rules of the project.".into(),
                cache: true,
            },
        ],
        messages: vec![
            Message {
                role: Role::User,
                content: vec![
                    Block::Text {
                        text: "Explain ä.rs 👩‍👧".into(),
                    },
                    Block::Image(Image {
                        media_type: "image/png".into(),
                        data: "iVBORw0KGgo=".into(),
                    }),
                ],
            },
            Message {
                role: Role::Assistant,
                content: vec![
                    thinking("c2ln"),
                    thinking(
                        r#"openai-responses:{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gA=="}"#,
                    ),
                    thinking(r#"openai-responses:{"type":"message","phase":"commentary"}"#),
                    Block::RedactedThinking {
                        data: "b3BhcXVl".into(),
                    },
                    Block::Text { text: "I look.".into() },
                    thinking("gemini:text:c2ln"),
                    thinking("gemini:call:c2ln"),
                    call("toolu_1", "ä.rs"),
                    call("toolu_2", "b.rs"),
                ],
            },
            Message {
                role: Role::User,
                content: vec![result("toolu_1", false), result("toolu_2", true)],
            },
            Message::user("Be brief."),
        ]
        .into(),
        tools: vec![
            ToolSpec {
                name: "read".into(),
                description: "Reads a file.".into(),
                schema: json!({
                    "type": "object",
                    "properties": { "path": { "type": "string" }, "n": { "type": "integer" } },
                    "required": ["path"],
                    "additionalProperties": false,
                }),
            },
            ToolSpec {
                name: "list".into(),
                description: "Lists.".into(),
                schema: json!({"type": "object", "properties": {}}),
            },
        ]
        .into(),
        max_output: 4096,
        temperature: Some(0.2),
        ..Request::default()
    }
}

//! The merged settings, typed.

use std::collections::BTreeMap;
use std::fmt;

use permissions::{CommandRule, Mode, PathRule};
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Settings {
    /// `provider/model`, `auto` or `rules`.
    pub model: String,
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderSettings>,
    /// By `provider/model`.
    #[serde(default)]
    pub models: BTreeMap<String, ModelSettings>,
    #[serde(default)]
    pub routes: Routes,
    pub review: ReviewSettings,
    pub permissions: PermissionSettings,
    pub sandbox: SandboxSettings,
    pub tests: TestSettings,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct ProviderSettings {
    pub kind: ProviderKind,
    /// None is the vendor's own.
    pub base_url: Option<String>,
    /// The environment variable that holds the key.
    pub api_key_env: Option<String>,
    /// Values may be secret; `Debug` shows the names only.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().collect();
        f.debug_struct("ProviderSettings")
            .field("kind", &self.kind)
            .field("base_url", &self.base_url)
            .field("api_key_env", &self.api_key_env)
            .field("headers", &names)
            .finish()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProviderKind {
    Anthropic,
    #[serde(rename = "openai-responses")]
    OpenAiResponses,
    #[serde(rename = "openai-chat")]
    OpenAiChat,
    Gemini,
}

/// What the user knows of a model better than we do. Sizes are in tokens.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ModelSettings {
    pub context_window: Option<u32>,
    pub max_output: Option<u32>,
    pub price: Option<Price>,
}

/// USD per million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Price {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    pub cache_write: f64,
}

/// Models by task type, each list in the order of trying.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Routes {
    pub max_cost_usd_per_turn: Option<f64>,
    /// By the command's name, and `default`.
    #[serde(flatten)]
    pub models: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct ReviewSettings {
    pub mode: ReviewMode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewMode {
    /// Hunks to keep or reject.
    Staged,
    /// An annotated `WorkspaceEdit` that the client asks about.
    Confirm,
    /// Kept without a question where the policy allows that.
    Keep,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PermissionSettings {
    pub mode: Mode,
    /// Of all layers; for `permissions::PolicyConfig`.
    #[serde(skip)]
    pub rules: Vec<PathRule>,
    #[serde(skip)]
    pub commands: Vec<CommandRule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SandboxSettings {
    pub mode: SandboxMode,
    /// Host names that commands may reach.
    #[serde(default)]
    pub network: Vec<String>,
    /// How long a command may take.
    pub timeout_seconds: u32,
}

/// How the project is tested after changes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TestSettings {
    /// A command line; none is the one that is found by the project's files. A project may set it, since its
    /// settings are read only where it is trusted and are part of what was trusted; it is judged as any other line.
    pub command: Option<String>,
    /// Whether the tests run when a turn has proposed changes.
    pub auto: bool,
    /// How many times failing tests are given back to be repaired.
    pub rounds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SandboxMode {
    Auto,
    Required,
    Off,
}

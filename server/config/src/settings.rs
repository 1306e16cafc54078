//! The merged settings, typed.

use std::collections::BTreeMap;
use std::fmt;

use base::Effort;
use permissions::{CommandRule, HostRule, Mode, PathRule};
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Settings {
    /// `provider/model`, `auto` or `rules`.
    pub model: String,
    /// As `model`, or `off`; none leaves it to the route `inline`.
    pub completion: Option<String>,
    #[serde(default)]
    pub providers: BTreeMap<String, ProviderSettings>,
    /// By `provider/model`.
    #[serde(default)]
    pub models: BTreeMap<String, ModelSettings>,
    /// None leaves each model its own measure.
    pub effort: Option<Effort>,
    #[serde(default)]
    pub routes: Routes,
    #[serde(default)]
    pub budget: BudgetSettings,
    pub context: ContextSettings,
    #[serde(default)]
    pub loops: LoopSettings,
    #[serde(default)]
    pub web: WebSettings,
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
    /// The program that prints the key, and its arguments; for where `api_key_env` names none. From the user's own
    /// settings or managed ones only, as all of a provider.
    pub api_key_command: Option<Vec<String>>,
    /// The user name of the keyring's entry for the service `singletree`; for where neither of the two names a key.
    pub api_key_keyring: Option<String>,
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
            .field("api_key_command", &self.api_key_command)
            .field("api_key_keyring", &self.api_key_keyring)
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
#[serde(from = "WrittenPrice")]
pub struct Price {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    pub cache_write: f64,
}

/// What `check_merged` has seen to be there, and the rest.
#[derive(Deserialize)]
struct WrittenPrice {
    input: f64,
    output: f64,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
}

impl From<WrittenPrice> for Price {
    /// A cache that nobody priced is no gift: its tokens cost what others do.
    fn from(written: WrittenPrice) -> Self {
        Self {
            input: written.input,
            output: written.output,
            cache_read: written.cache_read.unwrap_or(written.input),
            cache_write: written.cache_write.unwrap_or(written.input),
        }
    }
}

/// Models by task type, each list in the order of trying.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Routes {
    pub max_cost_usd_per_turn: Option<f64>,
    /// By a command's name, a kind of work or `default`; entries are `provider/model`, `auto`, `rules` or a tier
    /// (`free`, `budget`, `mid`, `premium`).
    #[serde(flatten)]
    pub models: BTreeMap<String, Vec<String>>,
}

/// What one turn may use up; none is no limit of the user's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct BudgetSettings {
    /// Of prompts and answers together.
    pub tokens: Option<u32>,
    pub usd: Option<f64>,
    pub seconds: Option<u32>,
    /// Model calls.
    pub iterations: Option<u32>,
}

/// What models are told of the workspace unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct ContextSettings {
    /// Tokens; 0 is none.
    pub budget: u32,
}

/// When a model that goes round in circles is told so and when it is stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LoopSettings {
    pub preset: LoopPreset,
    /// The same call directly after itself.
    pub back_to_back: Thresholds,
    /// The same call anywhere in the window.
    pub repeated: Thresholds,
    /// One tool that fails.
    pub failing: Thresholds,
    /// Web calls about one topic without progress.
    pub web: Thresholds,
    /// Searches in a row that find nothing.
    pub search: Thresholds,
    /// One tool without progress.
    pub no_progress: Thresholds,
    /// `sleep` in the shell.
    pub sleep: Thresholds,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoopPreset {
    #[default]
    Strict,
    Relaxed,
}

/// Counts of calls; none is the preset's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    pub nudge: Option<u32>,
    pub stop: Option<u32>,
}

/// What the agent can look up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct WebSettings {
    /// None is no web search.
    pub search_url: Option<String>,
    /// The environment variable that holds the service's key.
    pub search_key_env: Option<String>,
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
    /// For `permissions::Policy::remember_host`.
    #[serde(skip)]
    pub hosts: Vec<HostRule>,
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

//! Why a provider or a model cannot be had.

/// A provider's settings cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    #[error("a provider cannot be called `{provider}`; `auto` and `rules` are taken, and a name holds no `/`")]
    Name { provider: String },
    #[error("`{kind}` is no kind of provider; write `anthropic`, `openai-responses`, `openai-chat` or `gemini`")]
    Kind { kind: String },
    #[error("the base URL `{url}` of provider `{provider}` is no http or https URL")]
    BaseUrl { provider: String, url: String },
    /// The value may be a key, so it is not shown.
    #[error("the header `{name}` of provider `{provider}` (or its value) holds characters that HTTP does not allow")]
    Header { provider: String, name: String },
}

/// A name leads to no model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    #[error("`{name}` names no model; write `provider/model`, `auto` or `rules`")]
    Name { name: String },
    #[error("there is no provider `{provider}` (there are: {}); add it as `[providers.{provider}]`", known.join(", "))]
    UnknownProvider { provider: String, known: Vec<String> },
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

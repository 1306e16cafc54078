//! What can go wrong between a request and its answer, each as a sentence that a user can act on.

use std::time::Duration;

/// Never holds a key: messages of servers are redacted before they get here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("{provider} refused the credentials ({message}); check the API key of provider `{provider}`")]
    Auth { provider: String, message: String },
    /// The key was to be fetched, and the reason says what to do.
    #[error("{provider} cannot be asked: {why}")]
    NoKey { provider: String, why: String },
    #[error("the account at {provider} may spend no more ({message}); check its credit or choose another model")]
    Quota { provider: String, message: String },
    #[error("{provider} limits how often it is asked{}{}", wait(*retry_after), detail(message))]
    RateLimited {
        provider: String,
        retry_after: Option<Duration>,
        message: String,
    },
    #[error("{provider} is overloaded{}{}", wait(*retry_after), detail(message))]
    Overloaded {
        provider: String,
        retry_after: Option<Duration>,
        message: String,
    },
    #[error(
        "the conversation is longer than the model's context window ({message}); start a new session or ask about less"
    )]
    ContextLength { message: String },
    #[error("{provider} does not accept the request ({message}); check the model's name and settings")]
    BadRequest { provider: String, message: String },
    #[error("{provider} failed with HTTP status {status}{}; try again later", detail(message))]
    Server {
        provider: String,
        status: u16,
        message: String,
    },
    #[error("{provider} cannot be reached ({message}); check the network and the base URL")]
    Network { provider: String, message: String },
    /// The connection closed before the answer's end marker: what came is not all.
    #[error("the model's answer broke off before its end")]
    Cut,
    #[error("the model sent nothing for {} seconds", after.as_secs_f32())]
    Stalled { after: Duration },
    #[error("{provider} sent an answer that does not follow its protocol ({message}); check the provider's `kind`")]
    Protocol { provider: String, message: String },
    #[error("the model sent a single event or body of more than {limit} bytes")]
    TooLarge { limit: usize },
}

impl ModelError {
    /// Whether the same request may succeed when it is sent again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Overloaded { .. }
            | Self::Server { .. }
            | Self::Network { .. }
            | Self::Cut
            | Self::Stalled { .. } => true,
            Self::Auth { .. }
            | Self::NoKey { .. }
            | Self::Quota { .. }
            | Self::ContextLength { .. }
            | Self::BadRequest { .. }
            | Self::Protocol { .. }
            | Self::TooLarge { .. } => false,
        }
    }

    /// How long the server asked us to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Overloaded { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

fn wait(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(wait) => format!("; try again in {} seconds", wait.as_secs_f32().ceil()),
        None => "; try again in a moment".to_owned(),
    }
}

fn detail(message: &str) -> String {
    if message.is_empty() {
        String::new()
    } else {
        format!(" ({message})")
    }
}

//! What a failed model call means for the next candidate.

use base::StopReason;

use crate::ModelError;

/// Why another model is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The model has no room now; another of the same provider may.
    Overloaded,
    /// Key, credit or limit: of all models of the provider.
    Account,
    /// The prompt does not fit: only a larger window helps.
    TooLong,
    /// The model, or a filter before it, would not answer.
    Refused,
    /// The provider as a whole cannot be reached.
    Unreachable,
    /// The answer broke off, stalled or made no sense, after the provider's own retries.
    Broken,
    /// The request was not accepted: a model that is unknown there, or a mistake of ours that all would refuse.
    Rejected,
}

impl Failure {
    #[must_use]
    pub fn of(error: &ModelError) -> Self {
        match error {
            ModelError::Overloaded { .. } | ModelError::RateLimited { .. } => Self::Overloaded,
            ModelError::Auth { .. } | ModelError::NoKey { .. } | ModelError::Quota { .. } => Self::Account,
            ModelError::ContextLength { .. } => Self::TooLong,
            ModelError::Network { .. } => Self::Unreachable,
            ModelError::Server { .. }
            | ModelError::Cut
            | ModelError::Stalled { .. }
            | ModelError::Protocol { .. }
            | ModelError::TooLarge { .. } => Self::Broken,
            ModelError::BadRequest { .. } => Self::Rejected,
        }
    }

    /// An answer that ended well may still be a refusal.
    #[must_use]
    pub fn of_stop(stop: StopReason) -> Option<Self> {
        (stop == StopReason::Refusal).then_some(Self::Refused)
    }

    /// Whether the provider's other models would fail alike.
    pub(super) fn is_the_providers(self) -> bool {
        matches!(self, Self::Account | Self::Unreachable)
    }
}

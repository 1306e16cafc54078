//! Ways out of a broken or cut answer, each with its bound (FEATURES EN7).

use models::ModelError;

/// How often one step asks the model again after its answer broke off. What fails before it begins has been sent again
/// by the provider already.
const MAX_RETRIES: u32 = 2;
/// How often a turn asks the model to go on where the output limit cut it off.
const MAX_CONTINUATIONS: u32 = 3;
/// The output cap after it was raised, in tokens: what models that have more room than their default take.
const RAISED_OUTPUT: u32 = 64_000;

const GO_ON: &str = "[harness] Your answer was cut off at the output limit. Go on exactly where it stopped, without \
                     repeating anything; a tool call that was cut must be made again, in smaller pieces if it is long.";

/// What was tried already in this turn.
#[derive(Debug, Default)]
pub(crate) struct Recovery {
    retries: u32,
    continuations: u32,
    is_raised: bool,
    /// The conversation was trimmed because the vendor called it too long.
    has_trimmed: bool,
    /// The next words belong to the last ones.
    is_continuing: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    AskAgain { attempt: u32, of: u32 },
}

impl Recovery {
    /// What to do about an answer that broke off before any of its tools ran.
    pub(crate) fn remedy(&mut self, error: &ModelError, has_begun: bool) -> Option<Remedy> {
        if has_begun && error.is_retryable() && self.retries < MAX_RETRIES {
            self.retries += 1;
            return Some(Remedy::AskAgain {
                attempt: self.retries,
                of: MAX_RETRIES,
            });
        }
        None
    }

    /// Whether the vendor's refusal of too long a conversation is worth an emergency trim: once in a turn and model.
    pub(crate) fn may_trim(&mut self, error: &ModelError) -> bool {
        let may = matches!(error, ModelError::ContextLength { .. }) && !self.has_trimmed;
        self.has_trimmed |= may;
        may
    }

    /// Another model has taken over: it has its own chances.
    pub(crate) fn changed_model(&mut self) {
        *self = Self {
            continuations: self.continuations,
            ..Self::default()
        };
    }

    /// An answer came whole.
    pub(crate) fn answered(&mut self) {
        self.retries = 0;
    }

    /// What to tell a model whose answer met the output limit; none when that was tried often enough. The first time
    /// the limit is raised, too.
    pub(crate) fn continuation(&mut self) -> Option<String> {
        if self.continuations == MAX_CONTINUATIONS {
            return None;
        }
        self.continuations += 1;
        self.is_raised = true;
        self.is_continuing = true;
        Some(GO_ON.to_owned())
    }

    /// Whether the words that came continue the ones before.
    pub(crate) fn take_continued(&mut self) -> bool {
        std::mem::take(&mut self.is_continuing)
    }

    /// The most tokens to ask for, where `usual` is the model's own setting.
    pub(crate) fn output_cap(&self, usual: u32) -> u32 {
        if self.is_raised {
            usual.max(RAISED_OUTPUT)
        } else {
            usual
        }
    }
}

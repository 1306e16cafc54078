//! What bounds a turn.

use std::time::Duration;

use base::Effort;

use crate::circles::Thresholds as LoopThresholds;

/// Bounds of every turn of a workspace; what one request narrows is in [`crate::RunRequest`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Model calls in a turn that nobody watches (FEATURES EN1). A turn with a user in front of it goes on as long as
    /// its model calls tools, its budget lasts and it does not go round in circles.
    pub iterations: u32,
    /// Model calls in a sub-agent's task.
    pub agent_iterations: u32,
    /// After this long an unanswered question is a no (FEATURES SF6).
    pub approval_timeout: Duration,
    /// How often a turn goes on because the project's tests fail on what it proposes (FEATURES EN8); at 0 they are
    /// not run by themselves.
    pub test_rounds: u32,
    /// The longest that a command may take.
    pub command_time: Duration,
    pub budget: Budget,
    /// Tokens of the workspace that a turn's first request may hold beside what the user pointed at (FEATURES CX2); at
    /// 0 nothing is chosen.
    pub context: u64,
    /// How long the first request waits for the index of the workspace,
    pub context_patience: Duration,
    /// and in a turn that nobody watches, for all of it: it may be the only one, in a repository that was never read.
    pub unwatched_patience: Duration,
    /// The least time between two drawings of a change that the model is still writing.
    pub preview_pace: Duration,
    /// How much models shall think where a request does not say; none is the vendor's default.
    pub effort: Option<Effort>,
    /// When a model that goes round in circles is told so, and when it is stopped (FEATURES EN6).
    pub loops: LoopThresholds,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            iterations: 25,
            agent_iterations: 25,
            approval_timeout: Duration::from_secs(300),
            test_rounds: 2,
            command_time: Duration::from_secs(600),
            budget: Budget::default(),
            context: 8_000,
            context_patience: Duration::from_millis(400),
            unwatched_patience: Duration::from_secs(20),
            preview_pace: Duration::from_millis(50),
            effort: None,
            loops: LoopThresholds::strict(),
        }
    }
}

/// What one turn, its sub-agents included, may use up. None is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Budget {
    /// Tokens of prompts and answers together, cached ones included.
    pub tokens: Option<u64>,
    /// US dollars, as far as prices are known.
    pub usd: Option<f64>,
    pub time: Option<Duration>,
}

//! Which model answers: from the kind of task to candidates ([`plan`]), and on to the next when one fails ([`Chain`]).
//!
//! The user's `[routes]` come first. Without any, a key in the environment is enough: each kind of task has a tier, and
//! each vendor a model in it (the table of [`prices`](crate::prices)). Planning is pure; a candidate is resolved, and a
//! server asked for its models, only when its turn has come.

mod chain;
mod error;
mod failure;
mod plan;
mod task;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use chain::{Candidate, Chain, Need, estimated_cost};
pub use error::{RouteError, Skipped};
pub use failure::Failure;
pub use plan::{Available, Planned, Wanted, plan};
pub use task::TaskType;

/// What a model costs and can do, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Costs nothing: models of this machine, and those that the user priced at zero.
    Free,
    Budget,
    Mid,
    Premium,
}

impl Tier {
    pub const ALL: [Self; 4] = [Self::Free, Self::Budget, Self::Mid, Self::Premium];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Budget => "budget",
            Self::Mid => "mid",
            Self::Premium => "premium",
        }
    }
}

/// One entry of a route: a tier, or what `Registry::resolve` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    Model(String),
    Tier(Tier),
}

impl From<&str> for Choice {
    fn from(name: &str) -> Self {
        let tier = Tier::ALL.into_iter().find(|tier| tier.as_str() == name);
        tier.map_or_else(|| Self::Model(name.to_owned()), Self::Tier)
    }
}

/// The user's `[routes]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routes {
    /// By a command's name, a task type's, or `default`; each list in the order of trying.
    pub lists: BTreeMap<String, Vec<Choice>>,
    /// US dollars.
    pub max_cost_per_turn: Option<f64>,
}

//! Decides what may be read, written, run or fetched, and mints the grant for it.
//!
//! [`Policy::judge`] answers for any [`Action`] with a [`Verdict`]: a decision, the rule behind it and a
//! sentence. [`Policy::grant`] turns an allowed (or approved) action into a [`Grant`], whose constructor is
//! private to this crate: an API that takes a `&Grant` cannot be called for what nobody permitted.
//!
//! Over all sources deny beats ask and ask beats allow, so no order of rules can loosen the policy. What
//! cannot be resolved is denied. Nothing here knows a model: no answer of one is an input.

mod action;
mod command;
pub mod git_config;
mod grant;
mod host;
mod place;
mod policy;
mod protected;
mod rule;
mod verdict;
mod web;

pub use action::{Action, Confinement, OwnedAction, RunAction, WriteKind};
pub use command::{CommandRule, CommandVerdict, PartVerdict};
pub use grant::{Approval, Grant};
pub use host::{Host, HostError, HostPattern, Reach, is_public, reach, split_port};
pub use place::PlaceError;
pub use policy::{Mode, Policy, PolicyConfig};
pub use rule::{Access, PathRule, RuleError};
pub use verdict::{Decision, Verdict};
pub use web::{HostRule, UrlError, WebAddress};

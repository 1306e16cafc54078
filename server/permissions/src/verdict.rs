//! The policy's answer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Ordered by strictness: of several answers the greatest holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    Allow,
    Ask,
    Deny,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub decision: Decision,
    /// The rule's id: a built-in one (`roots.outside`, `secrets`, `protected.git`, …) or a configured rule's own.
    pub rule: String,
    /// One sentence: what the rule saw, and for a refusal what would help.
    pub reason: String,
}

impl Verdict {
    pub(crate) fn allow(rule: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            decision: Decision::Allow,
            rule: rule.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn ask(rule: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            decision: Decision::Ask,
            rule: rule.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn deny(rule: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            decision: Decision::Deny,
            rule: rule.into(),
            reason: reason.into(),
        }
    }

    /// The stricter of two; the first where they are equally strict.
    pub(crate) fn stricter(self, other: Self) -> Self {
        if other.decision > self.decision { other } else { self }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.decision, self.rule, self.reason)
    }
}

//! What a command line would do, read from its syntax tree: the verdict on every part of it.

use serde::{Deserialize, Serialize};

mod call;
mod known;

use crate::action::RunAction;
use crate::policy::Policy;
use crate::rule::RuleError;
use crate::verdict::{Decision, Verdict};

/// A configured rule about commands. `command` is the beginning of a simple command, word by word: `cargo test`
/// holds for `cargo test -q` and not for `cargo testing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRule {
    /// What verdicts call it; settings use `file:line`.
    pub id: String,
    pub command: String,
    pub verdict: Decision,
    /// Shown with the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Command lines that the rule must decide, checked at load.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<String>,
    /// Command lines that it must leave alone, checked at load.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_matches: Vec<String>,
}

/// The verdict on a whole command line and on each of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandVerdict {
    pub verdict: Verdict,
    pub parts: Vec<PartVerdict>,
}

/// One simple command or redirection of the line, as it would be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartVerdict {
    /// Its words, escaped.
    pub text: String,
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The `command` of the rule that *always* would save for this part; none where no rule may lift the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<String>,
}

/// The configured rules about commands, compiled.
#[derive(Debug)]
pub(crate) struct Shell {
    rules: Vec<CommandRule>,
}

impl Shell {
    pub(crate) fn new(rules: Vec<CommandRule>) -> Result<Self, RuleError> {
        Ok(Self { rules })
    }
}

impl Policy {
    /// The verdict on a command line, part by part.
    #[must_use]
    pub fn judge_command(&self, run: &RunAction) -> CommandVerdict {
        let _ = (&self.shell.rules, run);
        CommandVerdict {
            verdict: Verdict::ask("command.unknown", "commands are not understood yet"),
            parts: Vec::new(),
        }
    }

    /// Takes a rule in while running: what a user answered with *always*.
    ///
    /// # Errors
    /// The rule is malformed or its own examples prove it wrong.
    pub fn remember(&self, rule: CommandRule) -> Result<(), RuleError> {
        let _ = rule;
        Ok(())
    }
}

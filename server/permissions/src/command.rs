//! What a command line would do, read from its syntax tree: the verdict on every part of it.
//!
//! [`syntax`] reads the text, [`walk`] says what it starts, [`known`] says what each command does, and
//! [`waterfall`] decides. A line is as strict as its strictest part.

use std::sync::{PoisonError, RwLock};

use serde::{Deserialize, Serialize};

mod always;
mod builtin;
mod call;
mod devices;
mod environment;
mod expand;
mod glob;
mod interpreter;
mod known;
mod names;
mod reach;
mod rules;
mod scope;
mod syntax;
mod walk;
mod waterfall;

use crate::action::RunAction;
use crate::policy::Policy;
use crate::rule::RuleError;
use crate::verdict::{Decision, Verdict};
use rules::Compiled;

/// A configured rule about commands. `command` is the beginning of a simple command, word by word: `cargo test`
/// holds for `cargo test -q` and not for `cargo testing`. A rule that asks or denies also holds where options
/// stand between or in front of its words, and by whatever path the program is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRule {
    /// What verdicts call it; settings use `file:line`.
    pub id: String,
    pub command: String,
    pub verdict: Decision,
    /// Shown with the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Command lines that the rule must decide, checked at load: all of the line to allow it, any part otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<String>,
    /// Command lines that it must leave alone, checked at load.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_matches: Vec<String>,
}

impl CommandRule {
    /// Checks the words and the rule's own examples.
    ///
    /// # Errors
    /// A text that is not the beginning of one command, or an example that proves the rule wrong.
    pub fn check(&self) -> Result<(), RuleError> {
        Compiled::new(self.clone()).map(|_| ())
    }
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
    rules: RwLock<Vec<Compiled>>,
}

impl Shell {
    pub(crate) fn new(rules: Vec<CommandRule>) -> Result<Self, RuleError> {
        let rules = rules.into_iter().map(Compiled::new).collect::<Result<_, _>>()?;
        Ok(Self {
            rules: RwLock::new(rules),
        })
    }
}

impl Policy {
    /// The verdict on a command line, part by part.
    #[must_use]
    pub fn judge_command(&self, run: &RunAction) -> CommandVerdict {
        // A writer only ever pushes: what a poisoned lock guards is whole.
        let rules = self.shell.rules.read().unwrap_or_else(PoisonError::into_inner);
        waterfall::judge(self, run, &rules)
    }

    /// Takes a rule in while running: what a user answered with *always*.
    ///
    /// # Errors
    /// The rule is malformed or its own examples prove it wrong.
    pub fn remember(&self, rule: CommandRule) -> Result<(), RuleError> {
        let compiled = Compiled::new(rule)?;
        let mut rules = self.shell.rules.write().unwrap_or_else(PoisonError::into_inner);
        rules.push(compiled);
        Ok(())
    }
}

#[cfg(test)]
mod tests;

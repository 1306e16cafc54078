//! The rules in `permissions.rules`: about paths, commands or hosts.

use permissions::{Access, CommandRule, Decision, HostRule, PathRule, Policy, PolicyConfig};
use serde::Serialize;

use crate::document::Node;

/// A rule as the policy takes it. Its id is where it stands: `file:line`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Rule {
    Path(PathRule),
    Command(CommandRule),
    Host(HostRule),
}

impl Rule {
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Path(rule) => &rule.id,
            Self::Command(rule) => &rule.id,
            Self::Host(rule) => &rule.id,
        }
    }

    #[must_use]
    pub fn verdict(&self) -> Decision {
        match self {
            Self::Path(rule) => rule.verdict,
            Self::Command(rule) => rule.verdict,
            Self::Host(rule) => rule.verdict,
        }
    }

    /// The path's glob, the command's beginning or the host.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Self::Path(rule) => &rule.path,
            Self::Command(rule) => &rule.command,
            Self::Host(rule) => &rule.host,
        }
    }

    /// The setting that names the subject.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::Command(_) => "command",
            Self::Host(_) => "host",
        }
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        match self {
            Self::Path(rule) => rule.reason.as_deref(),
            Self::Command(rule) => rule.reason.as_deref(),
            Self::Host(rule) => rule.reason.as_deref(),
        }
    }

    /// Checks the rule and its own examples.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Path(rule) => rule.check(),
            Self::Host(rule) => rule.check(),
            // The policy alone knows what a command line means.
            Self::Command(rule) => Policy::new(PolicyConfig {
                commands: vec![rule.clone()],
                ..PolicyConfig::default()
            })
            .map(|_| ()),
        }
        .map_err(|error| error.to_string())
    }

    /// The examples that it must match, then those that it must not.
    pub(crate) fn examples(&self) -> impl Iterator<Item = (bool, &String)> {
        let (matches, not_matches) = match self {
            Self::Path(rule) => (&rule.matches, &rule.not_matches),
            Self::Command(rule) => (&rule.matches, &rule.not_matches),
            Self::Host(rule) => (&rule.matches, &rule.not_matches),
        };
        let wanted = matches.iter().map(|example| (true, example));
        wanted.chain(not_matches.iter().map(|example| (false, example)))
    }

    pub(crate) fn without_examples(&self) -> Self {
        self.with_examples(Vec::new(), Vec::new())
    }

    /// The same rule with this one example.
    pub(crate) fn with_example(&self, should_match: bool, example: &str) -> Self {
        let examples = vec![example.to_owned()];
        if should_match {
            self.with_examples(examples, Vec::new())
        } else {
            self.with_examples(Vec::new(), examples)
        }
    }

    fn with_examples(&self, matches: Vec<String>, not_matches: Vec<String>) -> Self {
        match self.clone() {
            Self::Path(rule) => Self::Path(PathRule {
                matches,
                not_matches,
                ..rule
            }),
            Self::Command(rule) => Self::Command(CommandRule {
                matches,
                not_matches,
                ..rule
            }),
            Self::Host(rule) => Self::Host(HostRule {
                matches,
                not_matches,
                ..rule
            }),
        }
    }
}

/// Reads a rule whose fields have the right types.
pub(crate) fn read(node: &Node) -> Result<Rule, String> {
    let id = match node.origin.position {
        Some((line, _)) => format!("{}:{line}", node.origin.source),
        None => node.origin.source.clone(),
    };
    let text = |key| node.get(key).and_then(Node::text).map(str::to_owned);
    let texts = |key| -> Vec<String> {
        let items = node.get(key).map(Node::items).unwrap_or_default();
        items.iter().filter_map(Node::text).map(str::to_owned).collect()
    };
    let verdict = match text("verdict").as_deref() {
        Some("allow") => Decision::Allow,
        Some("deny") => Decision::Deny,
        // What is not understood asks.
        _ => Decision::Ask,
    };
    let (reason, matches, not_matches) = (text("reason"), texts("matches"), texts("not_matches"));
    if text("path").is_none() && node.get("access").is_some() {
        return Err("`access` is for rules with a `path`".to_owned());
    }
    match (text("path"), text("command"), text("host")) {
        (Some(path), None, None) => {
            let access = match text("access").as_deref() {
                Some("read") => Access::Read,
                Some("write") => Access::Write,
                _ => Access::Any,
            };
            Ok(Rule::Path(PathRule {
                id,
                path,
                access,
                verdict,
                reason,
                matches,
                not_matches,
            }))
        }
        (None, Some(command), None) if command.trim().is_empty() => {
            Err("a rule's `command` must not be empty".to_owned())
        }
        (None, Some(command), None) => Ok(Rule::Command(CommandRule {
            id,
            command,
            verdict,
            reason,
            matches,
            not_matches,
        })),
        (None, None, Some(host)) => Ok(Rule::Host(HostRule {
            id,
            host,
            verdict,
            reason,
            matches,
            not_matches,
        })),
        (None, None, None) => Err("a rule needs a `path`, a `command` or a `host`".to_owned()),
        _ => Err("a rule is about one of `path`, `command` and `host`: make it several rules".to_owned()),
    }
}

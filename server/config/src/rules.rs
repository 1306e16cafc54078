//! The rules in `permissions.rules`: about paths, or about commands.

use permissions::{Access, Decision, PathRule};
use serde::Serialize;

use crate::document::Node;

/// A rule about a command. Kept as it was written: it has no effect before commands can be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandRule {
    /// Where it stands: `file:line`.
    pub id: String,
    pub command: String,
    pub verdict: Decision,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_matches: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Path(PathRule),
    Command(CommandRule),
}

impl Rule {
    pub(crate) fn verdict(&self) -> Decision {
        match self {
            Self::Path(rule) => rule.verdict,
            Self::Command(rule) => rule.verdict,
        }
    }
}

/// Reads a rule whose fields have the right types; a path rule's own examples are checked.
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
    match (text("path"), text("command")) {
        (Some(path), None) => {
            let access = match text("access").as_deref() {
                Some("read") => Access::Read,
                Some("write") => Access::Write,
                _ => Access::Any,
            };
            let rule = PathRule {
                id,
                path,
                access,
                verdict,
                reason,
                matches,
                not_matches,
            };
            rule.check().map_err(|error| error.to_string())?;
            Ok(Rule::Path(rule))
        }
        (None, Some(_)) if node.get("access").is_some() => Err("`access` is for rules with a `path`".to_owned()),
        (None, Some(command)) if command.trim().is_empty() => Err("a rule's `command` must not be empty".to_owned()),
        (None, Some(command)) => Ok(Rule::Command(CommandRule {
            id,
            command,
            verdict,
            reason,
            matches,
            not_matches,
        })),
        (Some(_), Some(_)) => Err("a rule is about a `path` or a `command`, not both: make it two rules".to_owned()),
        (None, None) => Err("a rule needs a `path` or a `command`".to_owned()),
    }
}

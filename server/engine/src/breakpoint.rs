//! Where a turn pauses for the user, whatever its mode: before a tool, a command or a path, after a step of the plan,
//! every so many model calls (FEATURES EN9). A pause is an ordinary question; a no ends the turn.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use base::{ApprovalId, ApprovalRequest, Decision};
use permissions::OwnedAction;

use crate::turn::TurnContext;

/// As settings write it: `tool:shell`, `command:cargo publish`, `path:src/api`, `plan-step`, `every:10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breakpoint {
    Tool(String),
    /// The beginning of a command line, by words.
    Command(String),
    /// A file or folder, relative to the workspace.
    Path(String),
    PlanStep,
    /// Model calls.
    Every(u32),
}

impl FromStr for Breakpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, object) = text.split_once(':').unwrap_or((text, ""));
        let object = object.trim();
        match kind.trim() {
            "plan-step" if object.is_empty() => Ok(Self::PlanStep),
            "tool" if !object.is_empty() => Ok(Self::Tool(object.to_owned())),
            "command" if !object.is_empty() => Ok(Self::Command(object.to_owned())),
            "path" if !object.is_empty() => Ok(Self::Path(object.trim_end_matches('/').to_owned())),
            "every" => match object.parse() {
                Ok(calls) if calls > 0 => Ok(Self::Every(calls)),
                _ => Err(format!("`{text}`: write `every:` and a number of model calls from 1")),
            },
            _ => Err(format!(
                "`{text}` is no breakpoint; write `tool:NAME`, `command:WORDS`, `path:PATH`, `plan-step` or `every:N`"
            )),
        }
    }
}

impl fmt::Display for Breakpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tool(name) => write!(f, "tool:{name}"),
            Self::Command(words) => write!(f, "command:{words}"),
            Self::Path(path) => write!(f, "path:{path}"),
            Self::PlanStep => f.write_str("plan-step"),
            Self::Every(calls) => write!(f, "every:{calls}"),
        }
    }
}

impl Breakpoint {
    fn is_before(&self, turn: &TurnContext, tool: &str, actions: &[OwnedAction]) -> bool {
        match self {
            Self::Tool(name) => name == tool,
            Self::Command(words) => actions
                .iter()
                .any(|action| matches!(action, OwnedAction::Run { run } if begins_with(&run.line, words))),
            Self::Path(place) => {
                let is_in = |path: &Path| Path::new(&turn.runtime.workspace.relative(path)).starts_with(place);
                actions.iter().flat_map(paths).any(is_in)
            }
            Self::PlanStep | Self::Every(_) => false,
        }
    }
}

fn paths(action: &OwnedAction) -> Vec<&Path> {
    match action {
        OwnedAction::Read { path } | OwnedAction::Write { path, .. } => vec![path],
        OwnedAction::Rename { from, to } => vec![from, to],
        OwnedAction::Keep { paths } => paths.iter().map(PathBuf::as_path).collect(),
        _ => Vec::new(),
    }
}

/// Whether the line holds a command that begins with these words; in doubt it does.
fn begins_with(line: &str, words: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    plain(line).contains(&plain(words))
}

/// Asks at the breakpoints before a call.
///
/// # Errors
/// Why the turn must not go on.
pub(crate) async fn before_call(turn: &TurnContext, tool: &str, actions: &[OwnedAction]) -> Result<(), String> {
    let points = &turn.options.breakpoints;
    match points.iter().find(|point| point.is_before(turn, tool, actions)) {
        None => Ok(()),
        Some(point) => {
            let what: Vec<String> = actions.iter().map(ToString::to_string).collect();
            let what = if what.is_empty() {
                format!("call `{tool}`")
            } else {
                what.join(" and ")
            };
            pause(turn, point, what).await
        }
    }
}

/// Asks at the breakpoints between two model calls, of which `calls` were made.
///
/// # Errors
/// Why the turn must not go on.
pub(crate) async fn before_step(turn: &TurnContext, calls: u32) -> Result<(), String> {
    let has_finished_step = turn.session.take_finished_step();
    for point in &turn.options.breakpoints {
        match point {
            Breakpoint::Every(each) if calls > 0 && calls.is_multiple_of(*each) => {
                pause(turn, point, format!("go on after {calls} model calls")).await?;
            }
            Breakpoint::PlanStep if has_finished_step => {
                pause(turn, point, "go on with the next step of its plan".to_owned()).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

async fn pause(turn: &TurnContext, point: &Breakpoint, action: String) -> Result<(), String> {
    let request = ApprovalRequest {
        id: ApprovalId::fresh(),
        call: None,
        from: turn.who(),
        action,
        rule: format!("breakpoint {point}"),
        reason: "a breakpoint of yours; a no ends the turn".to_owned(),
        place: None,
        always: Vec::new(),
        hosts: Vec::new(),
        scope: None,
    };
    match turn.runtime.approvals.ask(turn.asker(), request).await {
        Decision::Reject { reason } => Err(match reason {
            Some(reason) => format!("the breakpoint `{point}` was reached: {reason}"),
            None => format!("the user ended it at the breakpoint `{point}`"),
        }),
        Decision::Once | Decision::Session | Decision::Always => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<Breakpoint>) {
        let parsed: Result<Breakpoint, String> = text.parse();
        if let Ok(point) = &parsed {
            assert_eq!(point.to_string().parse().as_ref(), Ok(point));
        }
        assert_eq!(parsed.ok(), expect);
    }

    #[test]
    fn breakpoints_are_written_in_words() {
        check("tool:shell", Some(Breakpoint::Tool("shell".into())));
        check(
            "command:cargo publish",
            Some(Breakpoint::Command("cargo publish".into())),
        );
        check("path:src/api/", Some(Breakpoint::Path("src/api".into())));
        check("plan-step", Some(Breakpoint::PlanStep));
        check("every:10", Some(Breakpoint::Every(10)));
        for wrong in ["every:0", "every", "tool:", "plan-step:x", "shell", ""] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_command_is_found_wherever_it_stands_in_the_line() {
        assert!(begins_with("cd x &&  cargo   publish --dry-run", "cargo publish"));
        assert!(!begins_with("cargo test", "cargo publish"));
    }
}

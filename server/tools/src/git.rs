//! `git`: looks at the repository in the workbench; changes it on the real files, which asks.

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use serde_json::Value;

use crate::builtin;
use crate::command::{self, CommandLine, How};
use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::quote;
use crate::schema::{self, Key, Kind};
use crate::tool::{Tier, Tool, ToolContext};
use kind::GitKind;

mod at_risk;
mod kind;

const NAME: &str = "git";

pub(crate) struct Git;

#[derive(Deserialize)]
struct Arguments {
    arguments: Vec<String>,
    folder: Option<String>,
}

const KEYS: &[Key] = &[
    Key::required("arguments", Kind::Words, "one by one, the subcommand first"),
    Key::optional("folder", Kind::Text, ""),
];

const DESCRIPTION: &str = "Runs git. What only looks (status, log, diff, …) sees your proposals. What changes the repository or \
    files (add, commit, checkout, …) asks the user and runs on the real files, without your proposals.";

/// Editors are not opened: messages come as arguments, or stay as they are.
const ENVIRONMENT: &[(&str, &str)] = &[("GIT_EDITOR", "true"), ("GIT_SEQUENCE_EDITOR", "true")];

/// A call's words, understood.
struct Call {
    words: Vec<String>,
    kind: GitKind,
    command: CommandLine,
}

impl Call {
    fn new(arguments: &Value, cx: &ToolContext) -> Result<Self, ToolError> {
        let Arguments { arguments, folder } = builtin::typed(NAME, arguments.clone())?;
        let words: Vec<String> = match arguments.as_slice() {
            [name, rest @ ..] if name == NAME => rest.to_vec(),
            words => words.to_vec(),
        };
        match words.first() {
            None => return Err(ToolError::Git("`arguments` name no subcommand".to_owned())),
            Some(first) if first.starts_with('-') => {
                let why = "the subcommand comes first: leave out options before it, and give `folder` instead of `-C`";
                return Err(ToolError::Git(why.to_owned()));
            }
            Some(_) => {}
        }
        let line = quote::line([NAME].into_iter().chain(words.iter().map(String::as_str)));
        Ok(Self {
            kind: kind::of(&words),
            command: CommandLine::new(cx, line, folder.as_deref())?,
            words,
        })
    }

    fn action(&self, cx: &ToolContext) -> Result<OwnedAction, ToolError> {
        let action = match self.kind {
            GitKind::Looks => self.command.action(cx),
            GitKind::Records | GitKind::Overwrites => self.command.action_in_place(cx),
        };
        let only_looks = || self.kind == GitKind::Looks && command::only_reads(cx, &action);
        if !(cx.may_edit || only_looks()) {
            return Err(ToolError::ReadOnlyCommand);
        }
        self.spare_unkept(cx)?;
        Ok(action)
    }

    /// # Errors
    /// It may overwrite what only the editor or the session holds.
    fn spare_unkept(&self, cx: &ToolContext) -> Result<(), ToolError> {
        if self.kind != GitKind::Overwrites {
            return Ok(());
        }
        let unkept = at_risk::unkept(cx, &self.command.folder, &self.words);
        match unkept.is_empty() {
            true => Ok(()),
            false => Err(ToolError::Git(format!(
                "`git {}` may overwrite files whose text is not on the disk yet ({}): have the user save and keep it \
                 first, or `revert` your proposals",
                self.words[0],
                command::names(cx, &unkept)
            ))),
        }
    }

    async fn run(&self, cx: &ToolContext, grants: &[Grant]) -> ToolOutput {
        let at_risk = match self.kind {
            GitKind::Looks | GitKind::Records => Some(Vec::new()),
            GitKind::Overwrites => at_risk::files(cx, &self.command.folder, &self.words).await,
        };
        let how = How {
            environment: command::variables(ENVIRONMENT),
            at_risk,
            ..How::default()
        };
        command::run(cx, grants.first(), how).await
    }
}

impl Tool for Git {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: NAME.to_owned(),
            description: DESCRIPTION.to_owned(),
            schema: schema::object(KEYS),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        Tier::Dangerous
    }

    fn is_for_readers(&self) -> bool {
        true
    }

    fn actions(&self, arguments: &Value, cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        let action = Call::new(arguments, cx).and_then(|call| call.action(cx));
        Ok(vec![action.map_err(|error| error.to_string())?])
    }

    fn title(&self, arguments: &Value) -> String {
        let words = arguments["arguments"].as_array().into_iter().flatten();
        let words: Vec<&str> = words.filter_map(Value::as_str).collect();
        one_line(&format!("git {}", words.join(" ")))
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        async move {
            match Call::new(&arguments, cx) {
                Ok(call) => call.run(cx, &grants).await,
                Err(error) => ToolOutput::error(error.to_string()),
            }
        }
        .boxed()
    }
}

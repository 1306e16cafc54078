//! `shell`: a command line, in the workbench.

use std::time::Duration;

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
use crate::schema::{self, Key, Kind};
use crate::tool::{Tier, Tool, ToolContext};

const NAME: &str = "shell";

pub(crate) struct Shell;

#[derive(Deserialize)]
struct Arguments {
    command: String,
    folder: Option<String>,
    timeout_seconds: Option<u64>,
    background: Option<bool>,
    pty: Option<bool>,
}

const KEYS: &[Key] = &[
    Key::required("command", Kind::Text, ""),
    Key::optional("folder", Kind::Text, ""),
    Key::optional("timeout_seconds", Kind::Line, ""),
    Key::optional(
        "background",
        Kind::Flag,
        "do not wait (a server, a watcher): answers with the number of its output; it ends with your turn",
    ),
    Key::optional("pty", Kind::Flag, "with a terminal, for programs that want one"),
];

const DESCRIPTION: &str =
    "Runs a bash command line in the workbench. Git's own folder cannot be written there (use git).";

impl Arguments {
    fn command_line(self, cx: &ToolContext) -> Result<CommandLine, ToolError> {
        match self.command.trim().is_empty() {
            true => Err(ToolError::EmptyCommand),
            false => CommandLine::new(cx, self.command, self.folder.as_deref()),
        }
    }
}

fn action(arguments: &Value, cx: &ToolContext) -> Result<OwnedAction, ToolError> {
    let arguments: Arguments = builtin::typed(NAME, arguments.clone())?;
    let action = arguments.command_line(cx)?.action(cx);
    match cx.may_edit || command::only_reads(cx, &action) {
        true => Ok(action),
        false => Err(ToolError::ReadOnlyCommand),
    }
}

impl Tool for Shell {
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
        let action = action(arguments, cx).map_err(|error| error.to_string())?;
        Ok(vec![action])
    }

    fn title(&self, arguments: &Value) -> String {
        one_line(arguments["command"].as_str().unwrap_or(NAME))
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        async move {
            let arguments = match builtin::typed::<Arguments>(NAME, arguments) {
                Ok(arguments) => arguments,
                Err(error) => return ToolOutput::error(error.to_string()),
            };
            let how = How {
                time: arguments.timeout_seconds.map(Duration::from_secs),
                has_terminal: arguments.pty.unwrap_or(false),
                ..How::default()
            };
            match arguments.background {
                Some(true) => {
                    let started = command::start(cx, grants, how).await;
                    started.unwrap_or_else(|error| ToolOutput::error(error.to_string()))
                }
                Some(false) | None => command::run(cx, grants.first(), how).await,
            }
        }
        .boxed()
    }
}

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
}

const KEYS: &[Key] = &[
    Key::required("command", Kind::Text, "a command line for bash"),
    Key::optional(
        "folder",
        Kind::Text,
        "where it starts, relative to the workspace root; the root by default",
    ),
    Key::optional(
        "timeout_seconds",
        Kind::Line,
        "when to end it; the user's own limit by default and at most",
    ),
];

const DESCRIPTION: &str = "Runs a command line with bash in a private layer over the workspace, which shows your \
    proposals as if they were kept. It has no network, no secrets, no terminal and nothing typed in. Files that it \
    changes come back as hunks for the user to review; what git ignores stays in the layer for the next command; git's \
    own folder cannot be written (use git). Answers with the exit code and the output; of a long one with the beginning \
    and the end (shell-output shows the rest). The first line says so where this machine confines less.";

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
            let time = match builtin::typed::<Arguments>(NAME, arguments) {
                Ok(arguments) => arguments.timeout_seconds.map(Duration::from_secs),
                Err(error) => return ToolOutput::error(error.to_string()),
            };
            let how = How { time, ..How::default() };
            command::run(cx, grants.first(), how).await
        }
        .boxed()
    }
}

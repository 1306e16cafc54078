//! `shell`: a command line, in the workbench.

use std::time::Duration;

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use serde_json::Value;

use crate::command::{self, CommandLine};
use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::schema::{self, Key, Kind};
use crate::tool::{Tier, Tool, ToolContext};

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
        "when to end it, if sooner than the user's own limit",
    ),
];

const DESCRIPTION: &str = "Runs a command line with bash in a private layer over the workspace, which shows your \
    proposals as if they were kept. No network, no secrets, no terminal, nothing typed in. Files that it changes come \
    back as proposals; what git ignores stays in the layer for the next command; git's own folder cannot be written \
    (use `git`). Answers with the exit code and the output, of a long one the beginning and the end.";

impl Arguments {
    fn command_line(&self, cx: &ToolContext) -> Result<CommandLine, ToolError> {
        if self.command.trim().is_empty() {
            return Err(ToolError::EmptyCommand);
        }
        let folder = match &self.folder {
            Some(folder) => cx.path(folder)?,
            None => cx.workspace.home(),
        };
        match folder.is_dir() {
            true => Ok(CommandLine {
                line: self.command.clone(),
                folder,
            }),
            false => Err(ToolError::NoFolder {
                path: cx.shown(&folder),
            }),
        }
    }
}

impl Tool for Shell {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "shell".to_owned(),
            description: DESCRIPTION.to_owned(),
            schema: schema::object(KEYS),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        Tier::Dangerous
    }

    fn actions(&self, arguments: &Value, cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        let line = parse(arguments.clone()).and_then(|arguments| arguments.command_line(cx));
        Ok(vec![line.map_err(|error| error.to_string())?.action(cx)])
    }

    fn title(&self, arguments: &Value) -> String {
        one_line(arguments["command"].as_str().unwrap_or("shell"))
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        async move {
            let time = match parse(arguments) {
                Ok(arguments) => arguments.timeout_seconds.map(Duration::from_secs),
                Err(error) => return ToolOutput::error(error.to_string()),
            };
            match grants.first() {
                Some(grant) => command::run(cx, grant, time).await,
                None => ToolOutput::error(ToolError::Sandbox(sandbox::SandboxError::NotGranted).to_string()),
            }
        }
        .boxed()
    }
}

fn parse(arguments: Value) -> Result<Arguments, ToolError> {
    serde_json::from_value(arguments).map_err(|cause| ToolError::Arguments {
        tool: "shell",
        cause: cause.to_string(),
    })
}

//! `shell-kill`: ends a command in the background.

use futures::FutureExt;
use permissions::Grant;
use serde::Deserialize;

use crate::command;
use crate::error::ToolError;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use crate::waiting::{Answer, Waiting};

pub(crate) struct ShellKill;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    output: usize,
}

impl Waiting for ShellKill {
    type Arguments = Arguments;

    const NAME: &'static str = "shell-kill";
    const DESCRIPTION: &'static str = "Ends a command in the background.";
    const KEYS: &'static [Key] = &[Key::required("output", Kind::Line, "its number")];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        format!("End the command of output {}", arguments.output)
    }

    fn run<'a>(&'a self, arguments: Arguments, cx: &'a ToolContext, _grants: Vec<Grant>) -> Answer<'a> {
        async move {
            let number = arguments.output;
            let job = cx.outputs.job(number).ok_or(ToolError::NoJob { number })?;
            command::kill(cx, &job).await
        }
        .boxed()
    }
}

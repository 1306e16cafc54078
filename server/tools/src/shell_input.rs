//! `shell-input`: types into the terminal of a command in the background.

use futures::FutureExt;
use permissions::Grant;
use serde::Deserialize;

use crate::command;
use crate::error::ToolError;
use crate::output::clip;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use crate::waiting::{Answer, Waiting};

pub(crate) struct ShellInput;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    output: usize,
    text: String,
}

impl Waiting for ShellInput {
    type Arguments = Arguments;

    const NAME: &'static str = "shell-input";
    const DESCRIPTION: &'static str = "Types into a command that was started with background and pty.";
    const KEYS: &'static [Key] = &[
        Key::required("output", Kind::Line, "its number"),
        Key::required("text", Kind::Text, "with \\n for Enter"),
    ];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        format!("Type {:?} into output {}", clip(&arguments.text, 60), arguments.output)
    }

    fn run<'a>(&'a self, arguments: Arguments, cx: &'a ToolContext, _grants: Vec<Grant>) -> Answer<'a> {
        async move {
            let number = arguments.output;
            let job = cx.outputs.job(number).ok_or(ToolError::NoJob { number })?;
            command::type_in(&job, &arguments.text)
        }
        .boxed()
    }
}

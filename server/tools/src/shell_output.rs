//! `shell-output`: pages through the output of a command that was too long to be shown.

use std::io::BufRead;

use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::command::plain_line;
use crate::error::ToolError;
use crate::output::{Page, ToolOutput, count, numbered};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct ShellOutput;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    output: usize,
    first_line: Option<usize>,
    last_line: Option<usize>,
}

impl Builtin for ShellOutput {
    type Arguments = Arguments;

    const NAME: &'static str = "shell-output";
    const DESCRIPTION: &'static str = "Shows lines of the output of an earlier command whose answer left a part of it out. \
        Long outputs come in pieces.";
    const KEYS: &'static [Key] = &[
        Key::required("output", Kind::Line, "the number that the answer gave the output"),
        Key::optional("first_line", Kind::Line, "first line to show, from 1"),
        Key::optional("last_line", Kind::Line, "last line to show, inclusive"),
    ];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("Read output {}", arguments.output)
    }

    /// None: whoever may run the command may see what it said.
    fn actions(_arguments: &Arguments, _cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(Vec::new())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let number = arguments.output;
        let first = arguments.first_line.unwrap_or(1);
        let last = arguments.last_line.unwrap_or(usize::MAX);
        let read = cx.outputs.read(number, |input| lines(input, first, last));
        let Shown { page, more, total } = read.ok_or(ToolError::NoOutput { number })??;
        if page.is_empty() {
            return Err(ToolError::OutputLines { number, total });
        }
        let end = first + page.lines();
        let header = format!("output {number} · lines {first}-{}\n", end - 1);
        let summary = format!("{} of output {number}", count(page.lines(), "line"));
        let body = match more {
            true => page.with_note(&format!("… go on with first_line {end}")),
            false => page.into_text(),
        };
        Ok(ToolOutput::new(header + &body, summary))
    }
}

struct Shown {
    page: Page,
    /// Whether wanted lines did not fit.
    more: bool,
    /// How many lines were gone through.
    total: usize,
}

fn lines(input: &mut dyn BufRead, first: usize, last: usize) -> Result<Shown, ToolError> {
    let mut shown = Shown {
        page: Page::default(),
        more: false,
        total: 0,
    };
    let mut bytes = Vec::new();
    while shown.total < last && !shown.more {
        bytes.clear();
        if input.read_until(b'\n', &mut bytes).map_err(ToolError::Output)? == 0 {
            break;
        }
        shown.total += 1;
        if shown.total >= first {
            shown.more = !shown.page.push(&numbered(shown.total, &plain_line(&bytes)));
        }
    }
    Ok(shown)
}

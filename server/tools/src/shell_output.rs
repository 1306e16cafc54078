//! `shell-output`: pages through an output that was too long to be shown, and reads what a command in the background
//! says.

use std::io::{BufRead, Read};
use std::time::Duration;

use futures::FutureExt;
use permissions::Grant;
use serde::Deserialize;

use crate::command::{self, plain_line};
use crate::error::ToolError;
use crate::output::{Page, ToolOutput, count};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use crate::waiting::{Answer, Waiting};

pub(crate) struct ShellOutput;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    output: usize,
    first_line: Option<usize>,
    last_line: Option<usize>,
    wait_seconds: Option<u64>,
}

/// Bytes of a line that are held; the end of a longer one is left out.
const MAX_LINE: usize = 16 << 10;

impl Waiting for ShellOutput {
    type Arguments = Arguments;

    const NAME: &'static str = "shell-output";
    const DESCRIPTION: &'static str = "Shows lines of an output of which a part was left out. Of a command in the background, without \
        lines: what it said since you last looked.";
    const KEYS: &'static [Key] = &[
        Key::required("output", Kind::Line, "its number"),
        Key::optional("first_line", Kind::Line, ""),
        Key::optional("last_line", Kind::Line, "inclusive"),
        Key::optional("wait_seconds", Kind::Line, "for something new"),
    ];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("Read output {}", arguments.output)
    }

    fn run<'a>(&'a self, arguments: Arguments, cx: &'a ToolContext, _grants: Vec<Grant>) -> Answer<'a> {
        async move {
            let names_lines = arguments.first_line.is_some() || arguments.last_line.is_some();
            if let Some(job) = cx.outputs.job(arguments.output).filter(|_| !names_lines) {
                let wait = Duration::from_secs(arguments.wait_seconds.unwrap_or(0));
                return command::news(cx, &job, wait.min(cx.command_time)).await;
            }
            let outputs = cx.outputs.clone();
            let page = tokio::task::spawn_blocking(move || page(&outputs, &arguments)).await;
            page.map_err(ToolError::of_task)?
        }
        .boxed()
    }
}

fn page(outputs: &command::Outputs, arguments: &Arguments) -> Result<ToolOutput, ToolError> {
    let number = arguments.output;
    let first = arguments.first_line.unwrap_or(1);
    let last = arguments.last_line.unwrap_or(usize::MAX);
    let read = outputs.read(number, |input| lines(input, first, last));
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
        if !line(input, &mut bytes).map_err(ToolError::Output)? {
            break;
        }
        shown.total += 1;
        if shown.total >= first {
            shown.more = !shown.page.push_numbered(shown.total, &plain_line(&bytes));
        }
    }
    Ok(shown)
}

/// Reads a line, and of a long one the beginning; false at the end.
fn line(mut input: &mut dyn BufRead, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    let read = (&mut input).take(MAX_LINE as u64).read_until(b'\n', bytes)?;
    if read == MAX_LINE && !bytes.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

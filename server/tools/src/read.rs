//! `read`: lines of a file as the session sees it, with their numbers.

use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::Source;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::lines;
use crate::output::{Page, ToolOutput, count};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Read;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
    first_line: Option<usize>,
    last_line: Option<usize>,
}

impl Builtin for Read {
    type Arguments = Arguments;

    const NAME: &'static str = "read";
    const DESCRIPTION: &'static str = "Shows a file or lines of it, numbered, with unsaved text and your proposals. Long files come in \
        pieces.";
    const KEYS: &'static [Key] = &[
        Key::required("path", Kind::Text, "relative to the workspace root, as all paths"),
        Key::optional("first_line", Kind::Line, ""),
        Key::optional("last_line", Kind::Line, "inclusive"),
    ];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        let lines = match (arguments.first_line, arguments.last_line) {
            (None, None) => String::new(),
            (Some(first), Some(last)) => format!(":{first}-{last}"),
            (Some(first), None) => format!(":{first}-"),
            (None, Some(last)) => format!(":1-{last}"),
        };
        format!("Read {}{lines}", arguments.path)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(vec![OwnedAction::Read {
            path: cx.path(&arguments.path)?,
        }])
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let path = cx.path(&arguments.path)?;
        let view = cx.view(&path)?;
        let shown = cx.shown(&path);
        let total = lines::count(&view.rope);
        let first = arguments.first_line.unwrap_or(1);
        let last = arguments.last_line.unwrap_or(total).min(total);
        if first > total.max(1) || first > last.max(1) {
            let wanted = match arguments.last_line {
                Some(last) if last < first => format!("lines {first} to {last} are none: last_line comes first"),
                _ => format!("line {first} is past its end"),
            };
            return Err(ToolError::Lines {
                path: shown,
                lines: total,
                wanted,
            });
        }

        let mut page = Page::default();
        let mut lines = (first..=last).zip(lines::from(&view.rope, first));
        let is_whole = lines.all(|(number, line)| page.push_numbered(number, &line));
        let seen = first..first + page.lines();
        cx.reads.saw(&path, &view.hash, seen.clone());

        let range = if page.is_empty() {
            "no lines".to_owned()
        } else {
            format!("lines {first}-{} of {total}", seen.end - 1)
        };
        let state = match view.source {
            Source::Disk => "",
            Source::Buffer => " · open in the editor",
            Source::Proposed => " · with your proposed changes",
        };
        let header = format!("{shown} · {range} · hash {}{state}\n", view.hash);
        let summary = format!("{} of {shown}", count(page.lines(), "line"));
        let body = if is_whole {
            page.into_text()
        } else {
            page.with_note(&format!("… go on with first_line {}", seen.end))
        };
        Ok(ToolOutput::new(header + &body, summary))
    }
}

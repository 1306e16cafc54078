//! `outline`: what a file declares, or all that is known of one declaration.

use std::sync::Arc;

use context::{Symbol, Trees};
use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, count, listing};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

/// Calls that one declaration's description holds, so that it is always whole JSON.
const MAX_CALLS: usize = 200;

#[derive(Clone, Default)]
pub(crate) struct Outline {
    trees: Arc<Trees>,
}

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
    line: Option<usize>,
}

impl Builtin for Outline {
    type Arguments = Arguments;

    const NAME: &'static str = "outline";
    const DESCRIPTION: &'static str =
        "Lists what a code file declares. With line: the innermost declaration there as JSON.";
    const KEYS: &'static [Key] = &[
        Key::required("path", Kind::Text, ""),
        Key::optional("line", Kind::Line, ""),
    ];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        let line = arguments.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("Outline {}{line}", arguments.path)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(vec![OwnedAction::Read {
            path: cx.path(&arguments.path)?,
        }])
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let path = cx.path(&arguments.path)?;
        let shown = cx.shown(&path);
        let rope = cx.view(&path)?.rope;
        let Some(line) = arguments.line else {
            let lines: Vec<String> = self.trees.outline(&path, &rope)?.iter().map(line_of).collect();
            let summary = format!("{} in {shown}", count(lines.len(), "declaration"));
            if lines.is_empty() {
                return Ok(ToolOutput::new(format!("`{shown}` declares nothing\n"), summary));
            }
            let listing = listing(lines.iter().map(String::as_str), "`read` the file for the rest");
            return Ok(ToolOutput::new(listing, summary));
        };
        Ok(match self.trees.enclosing(&path, &rope, line)? {
            Some(mut symbol) => ToolOutput::new(
                json(&mut symbol)?,
                format!("{} `{}`", symbol.kind.as_str(), symbol.name),
            ),
            None => ToolOutput::new("{\"none\":true}\n", format!("no declaration at {shown}:{line}")),
        })
    }
}

fn line_of(symbol: &Symbol) -> String {
    let (first, last) = symbol.lines;
    format!("{first}-{last} {} {}", symbol.kind.as_str(), symbol.signature)
}

fn json(symbol: &mut Symbol) -> Result<String, ToolError> {
    symbol.calls.truncate(MAX_CALLS);
    let json = serde_json::to_string(symbol).map_err(|error| ToolError::Symbol {
        cause: error.to_string(),
    })?;
    Ok(json + "\n")
}

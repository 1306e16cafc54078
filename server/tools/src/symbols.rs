//! `symbols`: declarations by name, over the whole workspace.

use std::path::Path;

use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, clip, count, listing};
use crate::schema::{Key, Kind};
use crate::session_source::SessionSource;
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Symbols;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    query: String,
}

impl Builtin for Symbols {
    type Arguments = Arguments;

    const NAME: &'static str = "symbols";
    const DESCRIPTION: &'static str =
        "Finds declarations by name, best first. A part will do; Parser::new asks for new in Parser.";
    const KEYS: &'static [Key] = &[Key::required("query", Kind::Text, "")];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("Find `{}`", clip(&arguments.query, 60))
    }

    fn actions(_arguments: &Arguments, _cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(Vec::new())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let source = SessionSource::new(cx);
        let matches = source.symbols(&arguments.query);
        let symbols = source.shown(matches.symbols, |symbol| {
            symbol.path.as_deref().unwrap_or(Path::new(""))
        })?;
        let query = clip(&arguments.query, 60);
        let summary = format!("{} for `{query}`", count(symbols.len(), "declaration"));
        if symbols.is_empty() {
            let searched = if matches.truncated {
                " in what could be searched in time"
            } else {
                ""
            };
            let answer = format!("no declaration is named like `{query}`{searched}; `grep` searches any text\n");
            return Ok(ToolOutput::new(answer, summary));
        }
        let mut lines: Vec<String> = Vec::with_capacity(symbols.len());
        for symbol in &symbols {
            let path = symbol.path.as_deref().map(|path| cx.shown(path)).unwrap_or_default();
            lines.push(format!(
                "{path}:{} {} {}",
                symbol.name_line,
                symbol.kind.as_str(),
                symbol.signature
            ));
        }
        if matches.truncated {
            lines.push("… there may be more: use a longer name".to_owned());
        }
        Ok(ToolOutput::new(
            listing(lines.iter().map(String::as_str), "use a longer name"),
            summary,
        ))
    }
}

//! `symbols`: declarations by name, over the whole workspace.

use std::collections::BTreeSet;
use std::path::Path;

use context::Symbol;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::{IdeService, IdeSymbol};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::ide::{self, Asked, places};
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
        let why = match by_editor(cx, &source, &arguments.query)? {
            Asked::Answered(answer) => return Ok(answer),
            Asked::Not(why) => why,
        };
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
            let mut answer = format!("no declaration is named like `{query}`{searched}; `grep` searches any text\n");
            answer.extend(ide::by_index(why.as_deref()).map(|why| why + "\n"));
            return Ok(ToolOutput::new(answer, summary));
        }
        let mut lines: Vec<String> = symbols.iter().map(|symbol| line_of(symbol, cx)).collect();
        if matches.truncated {
            lines.push("… there may be more: use a longer name".to_owned());
        }
        lines.extend(ide::by_index(why.as_deref()));
        Ok(ToolOutput::new(
            listing(lines.iter().map(String::as_str), "use a longer name"),
            summary,
        ))
    }
}

fn line_of(symbol: &Symbol, cx: &ToolContext) -> String {
    let path = symbol.path.as_deref().map(|path| cx.shown(path)).unwrap_or_default();
    format!(
        "{path}:{} {} {}",
        symbol.name_line,
        symbol.kind.as_str(),
        symbol.signature
    )
}

/// What the editor's servers know by this name, but for files that the session proposes to change: those our
/// index knows as the session sees them.
fn by_editor(cx: &ToolContext, source: &SessionSource<'_>, query: &str) -> Result<Asked, ToolError> {
    let Some(editor) = ide::editor(cx, IdeService::Symbols) else {
        return Ok(Asked::Not(None));
    };
    let found = match ide::answered(ide::wait(cx, editor.symbols(query.to_owned())))? {
        Ok(found) => found,
        Err(why) => return Ok(Asked::Not(Some(why))),
    };
    let proposed = cx.workspace.proposed_files(&cx.session).into_iter();
    let proposed: BTreeSet<_> = proposed.map(|(path, _, moved_to)| moved_to.unwrap_or(path)).collect();
    let is_shown = |symbol: &&IdeSymbol| {
        let path = symbol.place.uri.path();
        path.is_some_and(|path| !proposed.contains(&path) && places::is_inside(cx, &path) && cx.may_search(&path))
    };
    let mut lines: Vec<String> = found
        .iter()
        .filter(is_shown)
        .map(|symbol| editors_line(symbol, cx))
        .collect();
    let editors = lines.len();
    if !proposed.is_empty() {
        let mut own = source.symbols(query).symbols;
        own.retain(|symbol| symbol.path.as_ref().is_some_and(|path| proposed.contains(path)));
        let own = source.shown(own, |symbol| symbol.path.as_deref().unwrap_or(Path::new("")))?;
        let line = |symbol: &Symbol| format!("{} [as you propose it, by Singletree's index]", line_of(symbol, cx));
        lines.extend(own.iter().map(line));
    }
    if editors == 0 {
        return Ok(Asked::Not(Some("the editor's language servers know none".to_owned())));
    }
    let summary = format!("{} for `{}`", count(lines.len(), "declaration"), clip(query, 60));
    lines.insert(editors, ide::BY_EDITOR.to_owned());
    let lines = lines.iter().map(String::as_str);
    Ok(Asked::Answered(ToolOutput::new(
        listing(lines, "use a longer name"),
        summary,
    )))
}

fn editors_line(symbol: &IdeSymbol, cx: &ToolContext) -> String {
    let path = symbol.place.uri.path().map(|path| cx.shown(&path)).unwrap_or_default();
    let container = symbol
        .container
        .as_deref()
        .map(|name| format!(" [in {name}]"))
        .unwrap_or_default();
    format!(
        "{path}:{} {}{container} {}",
        symbol.place.span.start.line + 1,
        symbol.kind,
        symbol.name
    )
}

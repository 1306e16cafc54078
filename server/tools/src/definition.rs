//! `definition`: the declarations that a name means, the likeliest first.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use context::Symbol;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, clip, count, listing};
use crate::overlay;
use crate::schema::{Key, Kind};
use crate::session_source::SessionSource;
use crate::tool::{Tier, ToolContext};

/// More declarations of one name tell nothing; `symbols` lists them all.
const MOST: usize = 20;
/// Lines of a declaration's doc comment.
const MOST_DOC: usize = 8;

#[derive(Clone)]
pub(crate) struct Definition;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    name: String,
    path: Option<String>,
}

impl Builtin for Definition {
    type Arguments = Arguments;

    const NAME: &'static str = "definition";
    const DESCRIPTION: &'static str = "Shows what a name is declared as: place, signature, doc.";
    const KEYS: &'static [Key] = &[
        Key::required("name", Kind::Text, ""),
        Key::optional("path", Kind::Text, "file that uses it"),
    ];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("Find what `{}` is", clip(&arguments.name, 60))
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        let from = arguments.path.as_deref().or(place(&arguments.name).0);
        from.map(|path| Ok(OwnedAction::Read { path: cx.path(path)? }))
            .into_iter()
            .collect()
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let (place, name) = place(&arguments.name);
        let from = arguments.path.as_deref().or(place);
        let from = from.map(|path| cx.path(path)).transpose()?;
        if let Some(path) = from.as_ref().filter(|path| !cx.exists(path)) {
            return Err(cx.not_found(path));
        }
        let source = SessionSource::new(cx);
        let matches = source.symbols(name);
        let symbols = source.shown(matches.symbols, path_of)?;
        let mut symbols: Vec<Symbol> = the_same(symbols, name);
        if let Some(from) = from {
            let nearness = Nearness::of(&overlay::resolved(&from), cx);
            symbols.sort_by_key(|symbol| nearness.of_file(path_of(symbol)));
        }
        let shown = clip(name, 60);
        let summary = format!("{} of `{shown}`", count(symbols.len(), "declaration"));
        if symbols.is_empty() {
            let answer = format!("`{shown}` is declared nowhere in the workspace; `symbols` finds names like it\n");
            return Ok(ToolOutput::new(answer, summary));
        }
        let left_out = symbols.len().saturating_sub(MOST);
        let mut lines: Vec<String> = symbols
            .iter()
            .take(MOST)
            .flat_map(|symbol| lines_of(symbol, cx))
            .collect();
        if left_out > 0 {
            lines.push(format!("… {left_out} more: `symbols` lists them"));
        }
        let lines = lines.iter().map(String::as_str);
        Ok(ToolOutput::new(
            listing(lines, "name its owner, as in Parser::new"),
            summary,
        ))
    }
}

fn path_of(symbol: &Symbol) -> &Path {
    symbol.path.as_deref().unwrap_or(Path::new(""))
}

/// The file and the name of `src/a.rs:10:name`; of anything else, the name.
fn place(given: &str) -> (Option<&str>, &str) {
    let mut parts = given.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(path), Some(line), Some(name)) if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) => {
            (Some(path), name)
        }
        _ => (None, given),
    }
}

/// Those of this very name; where there are none, those that differ in case alone.
fn the_same(symbols: Vec<Symbol>, name: &str) -> Vec<Symbol> {
    let name = name.trim().trim_end_matches("()").trim_end_matches('!');
    let name = name.rsplit(['.', ':', '#']).next().unwrap_or_default();
    let (same, others): (Vec<_>, Vec<_>) = symbols.into_iter().partition(|symbol| symbol.name == name);
    match same.is_empty() {
        false => same,
        true => {
            let folded = name.to_lowercase();
            let alike = others.into_iter().filter(|symbol| symbol.name.to_lowercase() == folded);
            alike.collect()
        }
    }
}

/// How far files are from the one that uses a name.
struct Nearness {
    file: PathBuf,
    imported: HashSet<PathBuf>,
}

impl Nearness {
    fn of(file: &Path, cx: &ToolContext) -> Self {
        let snapshot = cx.atlas.snapshot();
        let read = |name: &str| Some(cx.peek(&snapshot.absolute(name)?)?.rope.to_string());
        Self {
            imported: snapshot.imported_by(file, &read).into_iter().collect(),
            file: file.to_owned(),
        }
    }

    fn of_file(&self, path: &Path) -> u8 {
        if path == self.file {
            0
        } else if self.imported.contains(path) {
            1
        } else if path.parent() == self.file.parent() {
            2
        } else {
            3
        }
    }
}

fn lines_of(symbol: &Symbol, cx: &ToolContext) -> Vec<String> {
    let (first, last) = symbol.lines;
    let owner = symbol
        .parent
        .as_ref()
        .map(|owner| format!(" [in {owner}]"))
        .unwrap_or_default();
    let mut lines = vec![format!(
        "{}:{first}-{last} {}{owner} {}",
        cx.shown(path_of(symbol)),
        symbol.kind.as_str(),
        symbol.signature
    )];
    let doc = symbol.doc_text.as_deref().unwrap_or_default();
    lines.extend(
        doc.lines()
            .take(MOST_DOC)
            .map(|line| format!("    {line}").trim_end().to_owned()),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, expect: (Option<&str>, &str)) {
        assert_eq!(place(given), expect);
    }

    #[test]
    fn a_place_is_told_from_a_path_of_names() {
        check("src/a.rs:10:Parser::new", (Some("src/a.rs"), "Parser::new"));
        check("Parser::new", (None, "Parser::new"));
        check("a:b:c", (None, "a:b:c"));
        check("parse", (None, "parse"));
    }
}

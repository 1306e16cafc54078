//! `definition`: the declarations that a name means, the likeliest first.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use context::imports::Resolver;
use context::{Snapshot, Symbol};
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::{IdePlace, IdeService};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::ide::{self, Asked, locate, locate::NamePlace, places};
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
        let from = arguments
            .path
            .as_deref()
            .or(place(&arguments.name).0.map(|(path, _)| path));
        from.map(|path| Ok(OwnedAction::Read { path: cx.path(path)? }))
            .into_iter()
            .collect()
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let (place, name) = place(&arguments.name);
        let from = arguments.path.as_deref().or(place.map(|(path, _)| path));
        let from = from.map(|path| cx.path(path)).transpose()?;
        let line = place.map(|(_, line)| line);
        if let Some(path) = from.as_ref().filter(|path| !cx.exists(path)) {
            return Err(cx.not_found(path));
        }
        let source = SessionSource::new(cx);
        let asked = by_editor(cx, &source, from.as_deref(), line, name)?;
        let why = match asked {
            Asked::Answered(answer) => return Ok(answer),
            Asked::Not(why) => why,
        };
        let matches = source.symbols(name);
        let symbols = source.shown(matches.symbols, path_of)?;
        let mut symbols: Vec<Symbol> = the_same(symbols, name);
        let mut modules = Vec::new();
        if let Some(from) = from {
            let seen = Seen::from(&overlay::resolved(&from), name, cx);
            let others = seen.others(&source, &symbols);
            symbols.extend(source.shown(others, path_of)?);
            symbols.sort_by_key(|symbol| seen.distance(symbol));
            modules = source.shown(seen.modules(), PathBuf::as_path)?;
        }
        let shown = clip(name, 60);
        let summary = format!("{} of `{shown}`", count(symbols.len() + modules.len(), "declaration"));
        if symbols.is_empty() && modules.is_empty() {
            let mut answer = format!("`{shown}` is declared nowhere in the workspace; `symbols` finds names like it\n");
            answer.extend(ide::by_index(why.as_deref()).map(|why| why + "\n"));
            return Ok(ToolOutput::new(answer, summary));
        }
        let left_out = symbols.len().saturating_sub(MOST);
        let modules = modules
            .iter()
            .map(|path| format!("{} is what it imports as `{shown}`", cx.shown(path)));
        let mut lines: Vec<String> = modules.take(MOST).collect();
        lines.extend(symbols.iter().take(MOST).flat_map(|symbol| lines_of(symbol, cx)));
        if left_out > 0 {
            lines.push(format!("… {left_out} more: `symbols` lists them"));
        }
        lines.extend(ide::by_index(why.as_deref()));
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

/// What the editor's servers say the name means where it is used; why our own index has to, where there is an editor.
fn by_editor(
    cx: &ToolContext,
    source: &SessionSource<'_>,
    from: Option<&Path>,
    line: Option<usize>,
    name: &str,
) -> Result<Asked, ToolError> {
    let (Some(editor), Some(path)) = (ide::editor(cx, IdeService::Definition), from) else {
        return Ok(Asked::Not(None));
    };
    let place = NamePlace { path, line, name };
    let found = place
        .in_users_text(cx, editor.encoding())
        .and_then(|(uri, at)| ide::wait(cx, editor.definition(uri, at)));
    let found = match ide::answered(found)? {
        Ok(found) => found,
        Err(why) => return Ok(Asked::Not(Some(why))),
    };
    let known = source.symbols(name).symbols;
    let encoding = editor.encoding();
    let lines_of_place = |place: &IdePlace| match declared(&known, place) {
        Some(symbol) if cx.may_search(path_of(symbol)) => lines_of(symbol, cx),
        _ => places::shown(cx, place, encoding).into_iter().collect(),
    };
    let mut lines: Vec<String> = found.iter().take(MOST).flat_map(lines_of_place).collect();
    if lines.is_empty() {
        return Ok(Asked::Not(Some("the editor's language servers know none".to_owned())));
    }
    let summary = format!("{} of `{}`", count(found.len(), "declaration"), clip(name, 60));
    lines.push(ide::BY_EDITOR.to_owned());
    let lines = lines.iter().map(String::as_str);
    Ok(Asked::Answered(ToolOutput::new(listing(lines, "give a line"), summary)))
}

/// The declaration that the index knows at a place, for its signature and doc; of what is proposed the lines differ.
fn declared<'a>(known: &'a [Symbol], place: &IdePlace) -> Option<&'a Symbol> {
    let path = place.uri.path()?;
    let line = place.span.start.line as usize + 1;
    known
        .iter()
        .find(|symbol| path_of(symbol) == path && symbol.name_line == line)
}

/// The file, line and name of `src/a.rs:10:name`; of anything else, the name.
pub(crate) fn place(given: &str) -> (Option<(&str, usize)>, &str) {
    let mut parts = given.splitn(3, ':');
    match (parts.next(), parts.next().map(str::parse), parts.next()) {
        (Some(path), Some(Ok(line)), Some(name)) => (Some((path, line)), name),
        _ => (None, given),
    }
}

/// Those of this very name; where there are none, those that differ in case alone.
fn the_same(symbols: Vec<Symbol>, name: &str) -> Vec<Symbol> {
    let name = locate::last_part(name);
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

/// What imports mean in the workspace as the session sees its manifests.
pub(crate) fn resolver(snapshot: &Snapshot, cx: &ToolContext) -> Resolver {
    snapshot.resolver(&|name| Some(cx.peek(&snapshot.absolute(name)?)?.rope.to_string()))
}

/// What a name is as the file sees that uses it.
struct Seen {
    file: PathBuf,
    /// Files that its imports lead to.
    imported: HashSet<PathBuf>,
    /// Where they say that it is declared, and as what: as nothing where it stands for the file.
    places: Vec<(PathBuf, String)>,
}

impl Seen {
    fn from(file: &Path, name: &str, cx: &ToolContext) -> Self {
        let snapshot = cx.atlas.snapshot();
        let resolver = resolver(&snapshot, cx);
        Self {
            imported: snapshot.imported_by(&resolver, file).into_iter().collect(),
            places: snapshot.imported_as(&resolver, file, &path_of_names(name)),
            file: file.to_owned(),
        }
    }

    /// What is declared under another name than it is imported as, or in a module that it is a member of.
    fn others(&self, source: &SessionSource<'_>, known: &[Symbol]) -> Vec<Symbol> {
        let is_known = |path: &Path| known.iter().any(|symbol| path_of(symbol) == path);
        let others = self.places.iter().filter(|(path, _)| !is_known(path));
        let symbols = others.flat_map(|(path, declared)| {
            let mut symbols = source.symbols(declared).symbols;
            symbols.retain(|symbol| symbol.name == *declared && path_of(symbol) == path);
            symbols
        });
        symbols.collect()
    }

    /// Files that the name stands for.
    fn modules(&self) -> Vec<PathBuf> {
        let whole = self.places.iter().filter(|(_, declared)| declared.is_empty());
        whole.map(|(path, _)| path.clone()).collect()
    }

    fn distance(&self, symbol: &Symbol) -> u8 {
        let path = path_of(symbol);
        let is_meant = |(place, declared): &(PathBuf, String)| place == path && symbol.name == *declared;
        if self.places.iter().any(is_meant) {
            0
        } else if path == self.file {
            1
        } else if self.imported.contains(path) {
            2
        } else if path.parent() == self.file.parent() {
            3
        } else {
            4
        }
    }
}

/// `ns::load` of `ns.load()`.
fn path_of_names(name: &str) -> String {
    let name = name.trim().trim_end_matches("()").trim_end_matches('!');
    let parts = name.split(['.', ':', '#']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("::")
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

    fn check(given: &str, expect: (Option<(&str, usize)>, &str)) {
        assert_eq!(place(given), expect);
    }

    #[test]
    fn a_place_is_told_from_a_path_of_names() {
        check("src/a.rs:10:Parser::new", (Some(("src/a.rs", 10)), "Parser::new"));
        check("Parser::new", (None, "Parser::new"));
        check("a:b:c", (None, "a:b:c"));
        check("parse", (None, "parse"));
    }
}

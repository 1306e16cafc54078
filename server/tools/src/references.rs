//! `references`: where a name is used, over the whole workspace.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use context::Reference;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::IdeService;

use crate::builtin::Builtin;
use crate::definition;
use crate::error::ToolError;
use crate::ide::{self, Asked, locate, locate::NamePlace, places, places::TwoTexts};
use crate::output::{ToolOutput, clip, count, listing};
use crate::overlay;
use crate::schema::{Key, Kind};
use crate::session_source::SessionSource;
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct References;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    name: String,
    path: Option<String>,
}

impl Builtin for References {
    type Arguments = Arguments;

    const NAME: &'static str = "references";
    const DESCRIPTION: &'static str =
        "Finds where a name is used in code, renamed imports and namesakes included; [definition] marks declarations.";
    const KEYS: &'static [Key] = &[
        Key::required("name", Kind::Text, ""),
        Key::optional("path", Kind::Text, "folder or file"),
    ];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        let place = arguments
            .path
            .as_ref()
            .map(|path| format!(" in {path}"))
            .unwrap_or_default();
        format!("Find uses of `{}`{place}", clip(&arguments.name, 60))
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        cx.search_place(arguments.path.as_deref())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let under = arguments.path.as_deref().map(|path| cx.path(path)).transpose()?;
        if let Some(place) = under.as_ref().filter(|place| !cx.exists(place)) {
            return Err(cx.not_found(place));
        }
        let under = under.map(|place| overlay::resolved(&place));
        let source = SessionSource::new(cx);
        let why = match by_editor(cx, &source, &arguments.name, under.as_deref())? {
            Asked::Answered(answer) => return Ok(answer),
            Asked::Not(why) => why,
        };
        let (place, name) = definition::place(&arguments.name);
        let answer = source.references(name, under.as_deref());
        let references = source.shown(answer.references, |reference| &reference.path)?;
        let (references, namesakes) = match place {
            Some((path, _)) => split(cx, references, &overlay::resolved(&cx.path(path)?), name),
            None => (references, Vec::new()),
        };
        let name = clip(name, 60);
        let summary = format!("{} of `{name}`", count(references.len(), "use"));
        if references.is_empty() && namesakes.is_empty() {
            let searched = if answer.truncated { " in time: give a path" } else { "" };
            let mut answer =
                format!("`{name}` is used in no code that was searched{searched}; `grep` searches any text\n");
            answer.extend(ide::by_index(why.as_deref()).map(|why| why + "\n"));
            return Ok(ToolOutput::new(answer, summary));
        }
        let mut lines: Vec<String> = references.iter().map(|reference| line_of(reference, cx)).collect();
        if !namesakes.is_empty() {
            lines.push(format!("of another `{name}`:"));
            lines.extend(namesakes.iter().map(|reference| line_of(reference, cx)));
        }
        if answer.truncated {
            lines.push("… there may be more: give a path".to_owned());
        }
        lines.extend(ide::by_index(why.as_deref()));
        Ok(ToolOutput::new(
            listing(lines.iter().map(String::as_str), "give a narrower path"),
            summary,
        ))
    }
}

/// Uses of the name as one file has it, and those in files that have another: they import it from elsewhere, or declare
/// it themselves.
fn split(cx: &ToolContext, all: Vec<Reference>, file: &Path, name: &str) -> (Vec<Reference>, Vec<Reference>) {
    let snapshot = cx.atlas.snapshot();
    let resolver = definition::resolver(&snapshot, cx);
    let name = locate::last_part(name);
    let imported = |file: &Path| -> HashSet<PathBuf> {
        let places = snapshot.imported_as(&resolver, file, name).into_iter();
        places.map(|(path, _)| path).collect()
    };
    let mut declaring = imported(file);
    if declaring.is_empty() {
        declaring.insert(file.to_owned());
    }
    let own: HashSet<PathBuf> = all
        .iter()
        .filter(|reference| reference.is_definition)
        .map(|reference| reference.path.clone())
        .collect();
    let mut judged: HashMap<PathBuf, bool> = HashMap::new();
    all.into_iter().partition(|reference| {
        let judge = || {
            let path = &reference.path;
            let from = imported(path);
            let has_another = if from.is_empty() {
                own.contains(path)
            } else {
                from.is_disjoint(&declaring)
            };
            path == file || declaring.contains(path) || !has_another
        };
        *judged.entry(reference.path.clone()).or_insert_with(judge)
    })
}

/// What the editor's servers know of the uses, and after that those in proposed text, which only our index knows.
fn by_editor(
    cx: &ToolContext,
    source: &SessionSource<'_>,
    given: &str,
    under: Option<&Path>,
) -> Result<Asked, ToolError> {
    let Some(editor) = ide::editor(cx, IdeService::References) else {
        return Ok(Asked::Not(None));
    };
    let (place, name) = definition::place(given);
    let place = match place {
        Some((path, line)) => Some((cx.path(path)?, line)),
        None => only_declaration(cx, source, name),
    };
    let Some((path, line)) = place else {
        let why = "the name is not declared once; ask for path:line:name to have one of them".to_owned();
        return Ok(Asked::Not(Some(why)));
    };
    if !cx.may_search(&path) {
        return Ok(Asked::Not(None));
    }
    let place = NamePlace {
        path: &path,
        line: Some(line),
        name,
    };
    let encoding = editor.encoding();
    let found = place
        .in_users_text(cx, encoding)
        .and_then(|(uri, at)| ide::wait(cx, editor.references(uri, at)));
    let mut found = match ide::answered(found)? {
        Ok(found) => found,
        Err(why) => return Ok(Asked::Not(Some(why))),
    };
    let is_under = |path: &Path| under.is_none_or(|under| path.starts_with(under));
    found.retain(|place| place.uri.path().is_some_and(|path| is_under(&path)));
    found.sort_by_key(|place| (place.uri.to_string(), place.span.start.line));
    let mut lines: Vec<String> = found
        .iter()
        .filter_map(|place| places::shown(cx, place, encoding))
        .collect();
    if lines.is_empty() {
        return Ok(Asked::Not(Some("the editor's language servers know none".to_owned())));
    }
    let summary = format!("{} of `{}`", count(lines.len(), "use"), clip(name, 60));
    lines.push(ide::BY_EDITOR.to_owned());
    lines.extend(only_proposed(cx, source, name, under)?);
    let lines = lines.iter().map(String::as_str);
    Ok(Asked::Answered(ToolOutput::new(
        listing(lines, "give a narrower path"),
        summary,
    )))
}

/// The place of a name's one declaration.
fn only_declaration(cx: &ToolContext, source: &SessionSource<'_>, name: &str) -> Option<(PathBuf, usize)> {
    let mut symbols = source.symbols(name).symbols;
    symbols.retain(|symbol| symbol.name == locate::last_part(name));
    match symbols.as_slice() {
        [only] => Some((only.path.clone()?, only.name_line)).filter(|(path, _)| cx.exists(path)),
        _ => None,
    }
}

/// Uses in lines that stand only in what the session proposes.
fn only_proposed(
    cx: &ToolContext,
    source: &SessionSource<'_>,
    name: &str,
    under: Option<&Path>,
) -> Result<Vec<String>, ToolError> {
    let changed: HashSet<PathBuf> = overlay::in_memory(cx).into_iter().collect();
    let mut texts: HashMap<PathBuf, Option<TwoTexts>> = HashMap::new();
    let mut references = source.references(locate::last_part(name), under).references;
    references.retain(|reference| changed.contains(&reference.path));
    let references = source.shown(references, |reference| &reference.path)?;
    let mut is_proposed = |reference: &Reference| {
        let path = &reference.path;
        let texts = texts.entry(path.clone()).or_insert_with(|| TwoTexts::of(cx, path).ok());
        let Some(texts) = texts else { return false };
        let at = locate::word(&texts.view.rope, name, Some(reference.line));
        at.is_some_and(|at| texts.to_users(at).is_none())
    };
    let proposed = references.iter().filter(|reference| is_proposed(reference));
    Ok(proposed
        .map(|reference| format!("{} [proposed, by Singletree's index]", line_of(reference, cx)))
        .collect())
}

fn line_of(reference: &Reference, cx: &ToolContext) -> String {
    let enclosing = reference
        .enclosing
        .as_ref()
        .map(|name| format!(" [in {name}]"))
        .unwrap_or_default();
    let definition = if reference.is_definition { " [definition]" } else { "" };
    format!(
        "{}:{}{enclosing}{definition} {}",
        cx.shown(&reference.path),
        reference.line,
        reference.text
    )
}

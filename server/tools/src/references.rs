//! `references`: where a name is used, over the whole workspace.

use context::Reference;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
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
        "Finds where a name is used in code, namesakes included; [definition] marks declarations.";
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
        let answer = source.references(&arguments.name, under.as_deref());
        let references = source.shown(answer.references, |reference| &reference.path)?;
        let name = clip(&arguments.name, 60);
        let summary = format!("{} of `{name}`", count(references.len(), "use"));
        if references.is_empty() {
            let searched = if answer.truncated { " in time: give a path" } else { "" };
            let answer = format!("`{name}` is used in no code that was searched{searched}; `grep` searches any text\n");
            return Ok(ToolOutput::new(answer, summary));
        }
        let mut lines: Vec<String> = references.iter().map(|reference| line_of(reference, cx)).collect();
        if answer.truncated {
            lines.push("… there may be more: give a path".to_owned());
        }
        Ok(ToolOutput::new(
            listing(lines.iter().map(String::as_str), "give a narrower path"),
            summary,
        ))
    }
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

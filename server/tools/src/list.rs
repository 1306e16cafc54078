//! `list`: what stands in a folder.

use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, count, listing};
use crate::overlay;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct List;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: Option<String>,
}

impl Builtin for List {
    type Arguments = Arguments;

    const NAME: &'static str = "list";
    const DESCRIPTION: &'static str =
        "Lists a folder, the workspace root by default. Hidden and git-ignored entries are left out.";
    const KEYS: &'static [Key] = &[Key::optional("path", Kind::Text, "")];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("List {}", arguments.path.as_deref().unwrap_or("."))
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        cx.search_place(arguments.path.as_deref())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let given = arguments.path.as_deref().unwrap_or(".");
        let folder = cx.path(given)?;
        let entries = overlay::entries(cx, &folder)?;
        if entries.is_empty() && !folder.is_dir() {
            return Err(ToolError::NoFolder { path: given.to_owned() });
        }
        if entries.len() == 1 && entries[0] == cx.shown(&folder) {
            return Err(ToolError::NotFolder { path: given.to_owned() });
        }
        let summary = format!("{} in {given}", count(entries.len(), "entry"));
        if entries.is_empty() {
            return Ok(ToolOutput::new(
                format!("`{given}` is empty, but for what is hidden or git-ignored\n"),
                summary,
            ));
        }
        let lines = entries.iter().map(String::as_str);
        Ok(ToolOutput::new(
            listing(lines, "`glob` finds files by a pattern"),
            summary,
        ))
    }
}

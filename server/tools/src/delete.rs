//! `delete`: a file that is to go.

use permissions::{Grant, OwnedAction, WriteKind};
use serde::Deserialize;
use workspace::FileChange;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::ToolOutput;
use crate::propose;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Delete;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
}

impl Builtin for Delete {
    type Arguments = Arguments;

    const NAME: &'static str = "delete";
    const DESCRIPTION: &'static str = "Proposes to delete a file.";
    const KEYS: &'static [Key] = &[Key::required("path", Kind::Text, "")];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        format!("Delete {}", arguments.path)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(vec![OwnedAction::Write {
            path: cx.path(&arguments.path)?,
            kind: WriteKind::Delete,
        }])
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let path = cx.path(&arguments.path)?;
        propose::no_link(cx, &path)?;
        let base_hash = cx.view(&path)?.hash;
        let grant = propose::grant(cx, grants, &path, WriteKind::Delete)?;
        propose::change(
            cx,
            grant,
            &path,
            FileChange::Delete {
                path: path.clone(),
                base_hash,
            },
        )
    }
}

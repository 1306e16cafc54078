//! `move`: another path for a file.

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
pub(crate) struct Move;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    from: String,
    to: String,
}

impl Builtin for Move {
    type Arguments = Arguments;

    const NAME: &'static str = "move";
    const DESCRIPTION: &'static str = "Proposes to move or rename a file.";
    const KEYS: &'static [Key] = &[
        Key::required("from", Kind::Text, ""),
        Key::required("to", Kind::Text, ""),
    ];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        format!("Move {} to {}", arguments.from, arguments.to)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(vec![OwnedAction::Rename {
            from: cx.path(&arguments.from)?,
            to: cx.path(&arguments.to)?,
        }])
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let (from, to) = (cx.path(&arguments.from)?, cx.path(&arguments.to)?);
        propose::no_link(cx, &from)?;
        propose::no_link(cx, &to)?;
        let base_hash = cx.view(&from)?.hash;
        if propose::exists(cx, &to) {
            return Err(ToolError::Exists { path: cx.shown(&to) });
        }
        let grant = propose::grant(cx, grants, &from, WriteKind::Rename)?;
        propose::change(
            cx,
            grant,
            &from,
            FileChange::Rename {
                from: from.clone(),
                to,
                base_hash,
            },
        )
    }
}

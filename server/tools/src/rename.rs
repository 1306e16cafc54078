//! `rename`: the editor's language server renames a symbol wherever it is used; all of it is proposed.

use std::path::PathBuf;

use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::{FileChange, IdeChange, IdeService};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::ide::{self, change, change::Carried, locate::NamePlace};
use crate::output::{ToolOutput, clip, count};
use crate::propose;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

const AUTHOR: &str = "editor: rename";

#[derive(Clone)]
pub(crate) struct Rename;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
    line: usize,
    name: String,
    new_name: String,
}

impl Builtin for Rename {
    type Arguments = Arguments;

    const NAME: &'static str = "rename";
    const DESCRIPTION: &'static str = "Proposes to rename a symbol wherever it is used, by the editor's language server. path and line \
        are a place where name stands.";
    const KEYS: &'static [Key] = &[
        Key::required("path", Kind::Text, ""),
        Key::required("line", Kind::Line, ""),
        Key::required("name", Kind::Text, ""),
        Key::required("new_name", Kind::Text, ""),
    ];
    const TIER: Tier = Tier::Write;
    const NEEDS: Option<IdeService> = Some(IdeService::Rename);

    fn title(arguments: &Arguments) -> String {
        format!(
            "Rename {} to {}",
            clip(&arguments.name, 60),
            clip(&arguments.new_name, 60)
        )
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(propose::modify(&cx.path(&arguments.path)?))
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let editor = ide::editor(cx, IdeService::Rename).ok_or(ToolError::NoEditor)?;
        let encoding = editor.encoding();
        let path = cx.path(&arguments.path)?;
        let place = NamePlace {
            path: &path,
            line: Some(arguments.line),
            name: &arguments.name,
        };
        let (uri, at) = place.in_users_text(cx, encoding)?;
        let changes = ide::wait(cx, editor.rename(uri, at, arguments.new_name.clone()))?;
        if changes.is_empty() {
            return Ok(ToolOutput::error(
                "the editor's language server has nothing to rename there; use `references` and `edit`",
            ));
        }
        let steps = changes.into_iter().map(|change| Step::of(cx, change, encoding));
        propose_all(cx, steps.collect::<Result<_, _>>()?)
    }
}

/// A change that may be made, with its permission: all of them are looked at before the first is proposed.
enum Step {
    Edit(Carried, Grant),
    Move { from: PathBuf, to: PathBuf, grant: Grant },
}

impl Step {
    fn of(cx: &ToolContext, change: IdeChange, encoding: text::PositionEncoding) -> Result<Self, ToolError> {
        let path_of = |uri: &base::Uri| {
            uri.path().ok_or_else(|| ToolError::EditorEdit {
                path: uri.to_string(),
                cause: "it is no file".to_owned(),
            })
        };
        match change {
            IdeChange::Other(what) => Err(ToolError::EditorEdit {
                path: what,
                cause: "that is not proposed by `rename`; use `references` and `edit`".to_owned(),
            }),
            IdeChange::Rename { from, to } => {
                let (from, to) = (path_of(&from)?, path_of(&to)?);
                let grant = change::grant(cx, &from, Some(&to))?;
                propose::no_link(cx, &from)?;
                propose::no_link(cx, &to)?;
                Ok(Self::Move { from, to, grant })
            }
            IdeChange::Edit { uri, edits } => {
                let path = path_of(&uri)?;
                let grant = change::grant(cx, &path, None)?;
                let carried = change::carry(cx, &path, &edits, encoding)?;
                match carried.blocked.first() {
                    None => Ok(Self::Edit(carried, grant)),
                    Some(line) => Err(ToolError::EditorEdit {
                        path: cx.shown(&path),
                        cause: format!(
                            "what you propose changes line {line}, where the name stands too: `revert` it, or rename by `edit`"
                        ),
                    }),
                }
            }
        }
    }
}

fn propose_all(cx: &ToolContext, steps: Vec<Step>) -> Result<ToolOutput, ToolError> {
    let mut all = None;
    let (mut files, mut unseen) = (0, false);
    // Moves last: what is edited is found under its old name.
    let (edits, moves): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| matches!(step, Step::Edit(..)));
    for step in edits.into_iter().chain(moves) {
        let staged = match step {
            Step::Edit(carried, grant) => {
                unseen |= carried.texts.view.source == workspace::Source::Proposed;
                change::stage(cx, &grant, AUTHOR, carried)?
            }
            Step::Move { from, to, grant } => {
                let base_hash = cx.view(&from)?.hash;
                propose::stage_by(cx, &grant, AUTHOR, FileChange::Rename { from, to, base_hash })?
            }
        };
        files += 1;
        match &mut all {
            None => all = Some(staged),
            Some(all) => propose::join(all, staged),
        }
    }
    let hunks = all.as_ref().map_or(0, |staged| staged.hunks.len());
    let summary = format!("proposed {} in {}", count(hunks, "hunk"), count(files, "file"));
    let mut content = format!("{summary}; the user reviews them {}\n", ide::BY_EDITOR);
    if unseen || !cx.workspace.proposed_files(&cx.session).is_empty() {
        content.push_str("What you propose yourself the editor does not see: look there for the old name.\n");
    }
    let mut output = ToolOutput::new(content, summary);
    if let Some(staged) = &all {
        output.append(&staged.unified);
    }
    output.staged = all;
    Ok(output)
}

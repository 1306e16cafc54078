//! What the editor would change, as proposals: its edits are carried into the session's text and staged.

use std::path::{Path, PathBuf};

use permissions::{Action, Approval, Grant, WriteKind};
use text::{Edit, PositionEncoding};
use workspace::{FileChange, IdeTextEdit, Staged};

use super::places::TwoTexts;
use crate::error::ToolError;
use crate::propose;
use crate::tool::ToolContext;

/// Edits of one file, in the session's text.
pub(crate) struct Carried {
    pub(crate) texts: TwoTexts,
    pub(crate) edits: Vec<Edit>,
    /// The session's lines, from 1, where a proposal is in the way.
    pub(crate) blocked: Vec<usize>,
}

/// Carries edits of the user's text over. A formatter's may replace the whole file: only what differs counts.
pub(crate) fn carry(
    cx: &ToolContext,
    path: &Path,
    given: &[IdeTextEdit],
    encoding: PositionEncoding,
) -> Result<Carried, ToolError> {
    let texts = TwoTexts::of(cx, path)?;
    let mut wanted = texts.users.clone();
    let mut ranges: Vec<_> = given
        .iter()
        .map(|edit| {
            (
                text::to_range_clamped(&texts.users, edit.span, encoding),
                edit.text.as_str(),
            )
        })
        .collect();
    // Stable: of insertions at one place the first stays first.
    ranges.sort_by_key(|(range, _)| (range.start, range.end));
    for (range, new) in ranges.into_iter().rev() {
        let edit = Edit {
            range,
            text: new.to_owned(),
        };
        text::apply(&mut wanted, &edit).map_err(|error| ToolError::EditorEdit {
            path: cx.shown(path),
            cause: error.to_string(),
        })?;
    }
    let mut edits = Vec::new();
    let mut blocked = Vec::new();
    for edit in text::diff_edits(&texts.users, &wanted) {
        match texts.to_seen(&edit.range) {
            Some(range) => edits.push(Edit { range, ..edit }),
            None => blocked.push(texts.users.byte_to_line(edit.range.start) + 1),
        }
    }
    blocked.dedup();
    Ok(Carried { texts, edits, blocked })
}

/// Proposes them. `author` says who wrote them, so that nothing of it is kept without the user.
pub(crate) fn stage(cx: &ToolContext, grant: &Grant, author: &str, carried: Carried) -> Result<Staged, ToolError> {
    let change = FileChange::Edit {
        path: carried.texts.path,
        base_hash: carried.texts.view.hash,
        edits: carried.edits,
    };
    propose::stage_by(cx, grant, author, change)
}

/// Permission for files that were not known when the call was permitted: what the policy gives without a question.
pub(crate) fn grant(cx: &ToolContext, path: &Path, to: Option<&PathBuf>) -> Result<Grant, ToolError> {
    let action = match to {
        Some(to) => Action::Rename { from: path, to },
        None => Action::Write {
            path,
            kind: WriteKind::Modify,
        },
    };
    cx.policy
        .grant(&action, Approval::None)
        .map_err(|verdict| ToolError::EditorEdit {
            path: cx.shown(path),
            cause: format!("it may not be changed (rule `{}`): {}", verdict.rule, verdict.reason),
        })
}

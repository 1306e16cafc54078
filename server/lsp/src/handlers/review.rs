//! `singletree.review.keep`, `.reject`, `.undo`.

use std::sync::Arc;

use base::{HunkId, HunkState};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use workspace::{ReviewError, Selection};

use crate::commands::ReviewArguments;
use crate::editor::ClientEditor;
use crate::failure;
use crate::front::Front;

pub(crate) async fn keep(front: &Arc<Front>, arguments: ReviewArguments) -> Result<Value> {
    answer(
        front
            .runtime
            .keep(&selection(arguments), &ClientEditor::new(front))
            .await,
    )
}

pub(crate) fn reject(front: &Arc<Front>, arguments: ReviewArguments) -> Result<Value> {
    answer(front.runtime.reject(&selection(arguments)))
}

pub(crate) async fn undo(front: &Arc<Front>) -> Result<Value> {
    answer(front.runtime.undo(&ClientEditor::new(front)).await)
}

fn selection(arguments: ReviewArguments) -> Selection {
    let ReviewArguments {
        review_id,
        uri,
        hunk_id,
        rev,
    } = arguments;
    Selection {
        review: review_id,
        uri,
        hunk: hunk_id,
        rev,
    }
}

fn answer(outcome: std::result::Result<Vec<(HunkId, HunkState)>, ReviewError>) -> Result<Value> {
    let hunks = outcome.map_err(|error| refusal(&error))?;
    let hunks: Vec<Value> = hunks
        .into_iter()
        .map(|(id, state)| json!({ "id": id, "state": state }))
        .collect();
    Ok(json!({ "hunks": hunks }))
}

fn refusal(error: &ReviewError) -> Error {
    let cause = match error {
        ReviewError::Nothing => "nothing-selected",
        ReviewError::Unknown(_) => "unknown-hunk",
        ReviewError::State { .. } => "hunk-state",
        ReviewError::NothingToUndo | ReviewError::CannotUndo(_) => "cannot-undo",
        ReviewError::Refused(_) => "editor-refused",
        ReviewError::Unproved(_) => "unproved",
        ReviewError::Journal(_) => "store",
    };
    failure::refused(cause, error.to_string())
}

//! `singletree.review.keep`, `.reject`, `.undo`.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use base::{HunkId, HunkState};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower_lsp::jsonrpc::{Error, Result};
use workspace::{ReviewError, Selection};

use crate::commands::{HunkIds, ReviewArguments};
use crate::editor::ClientEditor;
use crate::failure;
use crate::front::Front;

/// For an editor to tell of the text that its edit has made.
const PATIENCE: Duration = Duration::from_millis(200);

type Outcome = std::result::Result<Vec<(HunkId, HunkState)>, ReviewError>;

pub(crate) async fn keep(front: &Arc<Front>, arguments: ReviewArguments) -> Result<Value> {
    let selection = selection(arguments);
    let keep = |front: Arc<Front>, answered| async move {
        let editor = ClientEditor::telling(&front, answered);
        front.runtime.keep(&selection, &editor).await
    };
    by_editor(front, keep).await
}

pub(crate) fn reject(front: &Arc<Front>, arguments: ReviewArguments) -> Result<Value> {
    answer(front.runtime.reject(&selection(arguments)))
}

pub(crate) async fn undo(front: &Arc<Front>, arguments: ReviewArguments) -> Result<Value> {
    let selection = selection(arguments);
    let undo = |front: Arc<Front>, answered| async move {
        let editor = ClientEditor::telling(&front, answered);
        front.runtime.undo(selection, &editor).await
    };
    by_editor(front, undo).await
}

/// Decides in a task of its own. Emacs waits for the answer to its command before it tells what became of its text, and
/// that is what the decision waits for: such an editor is told after a moment what is under way. How it went, it sees.
async fn by_editor<F>(front: &Arc<Front>, decide: impl FnOnce(Arc<Front>, Arc<Notify>) -> F) -> Result<Value>
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let answered = Arc::new(Notify::new());
    let mut deciding = tokio::spawn(decide(Arc::clone(front), Arc::clone(&answered)));
    let outcome = tokio::select! {
        outcome = &mut deciding => outcome,
        () = waits_for_us(front, &answered) => return answer(Ok(under_way(front))),
    };
    outcome
        .map_err(|_panic| failure::internal("the decision could not be carried out; this is a bug of ours"))
        .and_then(answer)
}

async fn waits_for_us(front: &Front, answered: &Notify) {
    if !front.client.waits_for_its_command {
        return std::future::pending().await;
    }
    answered.notified().await;
    tokio::time::sleep(PATIENCE).await;
}

fn under_way(front: &Front) -> Vec<(HunkId, HunkState)> {
    let reviews = front.runtime.reviews(front.client.encoding).into_iter();
    let hunks = reviews.flat_map(|review| review.files).flat_map(|file| file.hunks);
    let keeping = hunks.filter(|hunk| hunk.state == HunkState::Keeping);
    keeping.map(|hunk| (hunk.id, hunk.state)).collect()
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
        hunks: hunk_id.map(HunkIds::into_vec),
        rev,
    }
}

fn answer(outcome: Outcome) -> Result<Value> {
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

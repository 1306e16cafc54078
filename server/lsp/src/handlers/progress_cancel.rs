//! `window/workDoneProgress/cancel`: stops the turn that the progress is of.

use base::TurnId;
use tower_lsp::gen_lsp_types::{ProgressToken, WorkDoneProgressCancelParams};

use crate::front::Front;

const TOKEN: &str = "singletree/";

/// The token of a turn's progress. Ours, because most clients send none of theirs with a command.
pub(crate) fn token(turn: &TurnId) -> ProgressToken {
    ProgressToken::String(format!("{TOKEN}{turn}"))
}

pub(crate) fn handle(front: &Front, params: &WorkDoneProgressCancelParams) {
    let ProgressToken::String(token) = &params.token else {
        return;
    };
    if let Some(turn) = token.strip_prefix(TOKEN) {
        front.runtime.stop(Some(&TurnId::from(turn)));
    }
}

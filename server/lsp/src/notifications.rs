//! Our own methods towards the client (CONTRACT §3).

use base::{FileReview, HunkId, ReviewId, SessionId, StopReason, TurnId, TurnState};
use serde::{Deserialize, Serialize};
use tower_lsp::gen_lsp_types::{LspNotificationMethod, LspRequestMethod, MessageDirection, Notification, Request};

pub(crate) enum ReviewNotification {}

impl Notification for ReviewNotification {
    type Params = ReviewParams;
    const METHOD: LspNotificationMethod<'static> = LspNotificationMethod::Custom("singletree/review");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
}

/// A review: the first time whole, then what changed since the last time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReviewParams {
    pub(crate) review_id: ReviewId,
    pub(crate) rev: u64,
    pub(crate) session_id: SessionId,
    pub(crate) turn_id: TurnId,
    pub(crate) files: Vec<FileReview>,
    /// Hunks that are no longer open; empty the first time.
    pub(crate) removed: Vec<HunkId>,
    pub(crate) whole: bool,
}

pub(crate) enum TurnNotification {}

impl Notification for TurnNotification {
    type Params = TurnParams;
    const METHOD: LspNotificationMethod<'static> = LspNotificationMethod::Custom("singletree/turn");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TurnParams {
    pub(crate) turn_id: TurnId,
    pub(crate) state: TurnState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stop_reason: Option<StopReason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

pub(crate) enum InputRequest {}

impl Request for InputRequest {
    type Params = InputParams;
    type Result = Option<InputAnswer>;
    const METHOD: LspRequestMethod<'static> = LspRequestMethod::Custom("singletree/input");
    const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InputParams {
    pub(crate) title: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct InputAnswer {
    /// None if the user gave up.
    pub(crate) text: Option<String>,
}

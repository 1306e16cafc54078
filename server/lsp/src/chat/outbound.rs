//! What goes to the client: updates, prompts and notices by their names.

use base::SessionId;
use chat::acp;
use chat::own;
use tower_lsp::gen_lsp_types::{LspNotificationMethod, LspRequestMethod, MessageDirection, Notification, Request};

use crate::front::Front;

macro_rules! notification {
    ($name:ident, $params:ty, $method:expr) => {
        pub(super) enum $name {}

        impl Notification for $name {
            type Params = $params;
            const METHOD: LspNotificationMethod<'static> = LspNotificationMethod::Custom($method);
            const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
        }
    };
}

macro_rules! request {
    ($name:ident, $params:ty, $result:ty, $method:expr) => {
        pub(super) enum $name {}

        impl Request for $name {
            type Params = $params;
            type Result = $result;
            const METHOD: LspRequestMethod<'static> = LspRequestMethod::Custom($method);
            const MESSAGE_DIRECTION: MessageDirection = MessageDirection::ServerToClient;
        }
    };
}

notification!(SessionUpdate, acp::SessionNotification, "session/update");
notification!(PermissionClosed, own::PermissionClosed, own::PERMISSION_CLOSED);
notification!(ElicitationClosed, own::ElicitationClosed, own::ELICITATION_CLOSED);
notification!(ContextChosen, own::Bill, own::CONTEXT);
notification!(Notice, own::Notice, own::NOTICE);
request!(
    RequestPermission,
    acp::RequestPermissionRequest,
    acp::RequestPermissionResponse,
    "session/request_permission"
);
request!(
    CreateElicitation,
    acp::CreateElicitationRequest,
    acp::CreateElicitationResponse,
    "elicitation/create"
);

/// Who did not ask for the chat is told nothing of it.
pub(super) async fn update(front: &Front, session: &SessionId, update: acp::SessionUpdate) {
    if !front.client.options.chat {
        return;
    }
    let params = acp::SessionNotification::new(session.as_str().to_owned(), update);
    front.outbound.notify::<SessionUpdate>(params).await;
}

pub(super) async fn notice(front: &Front, session: &SessionId, message: String) {
    let session_id = session.clone();
    front
        .outbound
        .notify::<Notice>(own::Notice { session_id, message })
        .await;
}

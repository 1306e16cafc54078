//! What sessions ask in the chat: each question is a request of its own, and taken back when it needs no answer any more.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use base::{ApprovalId, ApprovalRequest, QuestionRequest, SessionId, TurnId};
use chat::own;
use chat::{answers, questions};
use tokio::task::AbortHandle;

use super::conversation::Conversation;
use super::outbound::{self, CreateElicitation, ElicitationClosed, PermissionClosed, RequestPermission};
use crate::front::{Front, lock};

/// The requests that stand; dropping one's task takes it back.
#[derive(Default)]
pub(super) struct OpenQuestions(Mutex<HashMap<ApprovalId, Open>>);

struct Open {
    task: AbortHandle,
    /// The client has answered: what is left to do is ours.
    is_answered: Arc<AtomicBool>,
    what: What,
}

enum What {
    Permission { call: String },
    Form,
}

impl OpenQuestions {
    /// Asks for a permission, beside whatever else happens.
    pub(super) fn ask(
        &self,
        front: &Arc<Front>,
        conversation: &Arc<Conversation>,
        turn: Option<TurnId>,
        request: ApprovalRequest,
    ) {
        let call = questions::call_of(turn.as_ref(), &request).to_string();
        let params = questions::permission(conversation.session(), turn.as_ref(), &request);
        let (front, conversation) = (Arc::clone(front), Arc::clone(conversation));
        let id = request.id.clone();
        let is_answered = Arc::<AtomicBool>::default();
        let answered = Arc::clone(&is_answered);
        let asking = async move {
            let answer = front.outbound.request::<RequestPermission>(params).await;
            answered.store(true, Ordering::Release);
            match answer {
                Ok(answer) => decide(&front, &conversation, request.id, answers::decision(&answer)).await,
                // The question stays open: another front may answer, and silence is a no in the end.
                Err(error) => tracing::warn!(%error, "a permission was not answered"),
            }
        };
        self.open(id, is_answered, What::Permission { call }, asking);
    }

    /// Puts the agent's own questions as a form. A client without forms leaves them to the engine's timeout.
    pub(super) fn inquire(&self, front: &Arc<Front>, conversation: &Arc<Conversation>, request: QuestionRequest) {
        if !front.client.has_forms {
            return crate::questions::ask(front, request, None);
        }
        let params = questions::form(conversation.session(), &request);
        let (front, conversation) = (Arc::clone(front), Arc::clone(conversation));
        let id = request.id.clone();
        let is_answered = Arc::<AtomicBool>::default();
        let has_answered = Arc::clone(&is_answered);
        let asking = async move {
            let answer = front.outbound.request::<CreateElicitation>(params).await;
            has_answered.store(true, Ordering::Release);
            match answer {
                Ok(answer) => {
                    let answers = answers::filled(&answer, request.questions.len());
                    let answered = match conversation.voice(&front).await {
                        Ok(voice) => voice.answer_questions(request.id, answers).await,
                        Err(error) => Err(error),
                    };
                    tell_late(&front, &conversation, answered).await;
                }
                Err(error) => tracing::warn!(%error, "a form was not answered"),
            }
        };
        self.open(id, is_answered, What::Form, asking);
    }

    fn open(
        &self,
        id: ApprovalId,
        is_answered: Arc<AtomicBool>,
        what: What,
        asking: impl Future<Output = ()> + Send + 'static,
    ) {
        let mut open = lock(&self.0);
        // Registered before it can be closed: the task that closes it is the caller's.
        let task = tokio::spawn(asking).abort_handle();
        let asked = Open {
            task,
            is_answered,
            what,
        };
        open.insert(id, asked);
    }

    /// A question was answered, here or elsewhere, or its turn has ended.
    pub(super) async fn close(&self, front: &Front, session: &SessionId, id: &ApprovalId) {
        let Some(open) = lock(&self.0).remove(id) else { return };
        if open.is_answered.load(Ordering::Acquire) {
            return;
        }
        open.task.abort();
        match open.what {
            What::Permission { call } => {
                let params = own::PermissionClosed {
                    session_id: session.clone(),
                    tool_call_id: call,
                };
                front.outbound.notify::<PermissionClosed>(params).await;
            }
            What::Form => {
                let id = id.to_string();
                front
                    .outbound
                    .notify::<ElicitationClosed>(own::ElicitationClosed { id })
                    .await;
            }
        }
    }

    /// The client follows no more, or anew.
    pub(super) fn withdraw_all(&self) {
        for (_, open) in lock(&self.0).drain() {
            if !open.is_answered.load(Ordering::Acquire) {
                open.task.abort();
            }
        }
    }
}

async fn decide(front: &Arc<Front>, conversation: &Arc<Conversation>, id: ApprovalId, decision: base::Decision) {
    let answered = match conversation.voice(front).await {
        Ok(voice) => voice.answer(id, decision).await,
        Err(error) => Err(error),
    };
    tell_late(front, conversation, answered).await;
}

async fn tell_late(front: &Front, conversation: &Conversation, answered: Result<bool, engine::LinkError>) {
    let message = match answered {
        Ok(true) => return,
        Ok(false) => "That question is closed already; nothing was changed.".to_owned(),
        Err(error) => error.to_string(),
    };
    outbound::notice(front, conversation.session(), message).await;
}

//! Questions of a turn, put to the user without interrupting typing (CONTRACT §3).
//!
//! A question is first a notice, a code action and a lens. It becomes a prompt when the user opens it, or as soon as
//! nobody has typed for a while. *Always* takes a second step. A prompt that is ignored leaves the question
//! open: the engine's own timeout answers it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{ApprovalId, ApprovalRequest, Decision, TurnId};
use engine::Voice;
use tokio::task::AbortHandle;
use tower_lsp::gen_lsp_types::{MessageActionItem, MessageType, ShowMessageRequest, ShowMessageRequestParams};

use crate::front::{Front, lock};
use crate::notifications::{InputParams, InputRequest};

/// After so long without a change the user is not typing.
const IDLE: Duration = Duration::from_secs(2);
/// From the answer to a command to the prompt that it opens.
const AFTER_COMMAND: Duration = Duration::from_millis(50);
const REJECT: &str = "Reject";
const REJECT_SAYING: &str = "Reject and say why…";
const ONCE: &str = "Allow once";
const ALWAYS: &str = "Always…";
const SESSION: &str = "Allow for this session";
const WORKSPACE: &str = "Always in this workspace";

#[derive(Default)]
pub(crate) struct Approvals {
    open: Mutex<Vec<Question>>,
}

struct Question {
    turn: Option<TurnId>,
    request: ApprovalRequest,
    voice: Option<Voice>,
    prompt: Option<AbortHandle>,
}

impl Approvals {
    pub(crate) fn open(&self) -> Vec<ApprovalRequest> {
        lock(&self.open)
            .iter()
            .map(|question| question.request.clone())
            .collect()
    }

    /// Forgets a question; a prompt that still stands is taken back.
    pub(crate) fn close(&self, id: &ApprovalId) {
        self.forget(|question| question.request.id == *id);
    }

    /// Forgets what a turn still asked when it ended.
    pub(crate) fn close_turn(&self, turn: &TurnId) {
        self.forget(|question| question.turn.as_ref() == Some(turn));
    }

    fn forget(&self, is_closed: impl Fn(&Question) -> bool) {
        for question in lock(&self.open).extract_if(.., |question| is_closed(question)) {
            if let Some(prompt) = question.prompt {
                prompt.abort();
            }
        }
    }
}

/// A new question. `voice` answers in the session of another process; without one the session is here.
pub(crate) async fn ask(front: &Arc<Front>, turn: Option<TurnId>, request: ApprovalRequest, voice: Option<Voice>) {
    let id = request.id.clone();
    let notice = format!(
        "Singletree asks: {} ({}). It is put to you when you pause; silence is a no.",
        request.action, request.rule
    );
    lock(&front.approvals.open).push(Question {
        turn,
        request,
        voice,
        prompt: None,
    });
    if time_until_idle(front).is_zero() {
        open(front, &id);
    } else {
        front.show_message(MessageType::Info, notice).await;
        tokio::spawn(open_when_idle(Arc::clone(front), id));
    }
}

fn time_until_idle(front: &Front) -> Duration {
    front
        .last_change()
        .map_or(Duration::ZERO, |at| IDLE.saturating_sub(at.elapsed()))
}

/// Prompts once the user has paused; every key puts it off.
async fn open_when_idle(front: Arc<Front>, id: ApprovalId) {
    loop {
        let rest = time_until_idle(&front);
        if rest.is_zero() {
            break;
        }
        tokio::time::sleep(rest).await;
    }
    open(&front, &id);
}

/// The user opens a question; false if it is closed. A prompt that stands is left to a plugin of ours. Any other editor
/// is asked anew: Emacs never answers one that was closed with Ctrl+G. The prompt comes after the answer to the user's
/// command, or Emacs would show it inside of its wait for that answer, and Ctrl+G would end both.
pub(crate) fn open_by_user(front: &Arc<Front>, id: &ApprovalId) -> bool {
    if !front.has_plugin() {
        let mut questions = lock(&front.approvals.open);
        let question = questions.iter_mut().find(|question| question.request.id == *id);
        if let Some(prompt) = question.and_then(|question| question.prompt.take()) {
            prompt.abort();
        }
    }
    open_after(front, id, AFTER_COMMAND)
}

fn open(front: &Arc<Front>, id: &ApprovalId) -> bool {
    open_after(front, id, Duration::ZERO)
}

/// Prompts for an answer, unless a prompt stands already; false if the question is closed.
fn open_after(front: &Arc<Front>, id: &ApprovalId, pause: Duration) -> bool {
    let mut questions = lock(&front.approvals.open);
    let Some(question) = questions.iter_mut().find(|question| question.request.id == *id) else {
        return false;
    };
    let stands = |prompt: &AbortHandle| !prompt.is_finished();
    if !question.prompt.as_ref().is_some_and(stands) {
        let (front, request, voice) = (Arc::clone(front), question.request.clone(), question.voice.clone());
        let prompt = async move {
            tokio::time::sleep(pause).await;
            prompt(&front, request, voice).await;
        };
        question.prompt = Some(tokio::spawn(prompt).abort_handle());
    }
    true
}

async fn prompt(front: &Front, request: ApprovalRequest, voice: Option<Voice>) {
    let mut first = vec![REJECT, ONCE, ALWAYS];
    if front.client.options.input {
        first.insert(1, REJECT_SAYING);
    }
    let decision = match choose(front, question(&request), &first).await.as_deref() {
        Some(REJECT) => Some(Decision::Reject { reason: None }),
        Some(REJECT_SAYING) => reject_saying(front, &request).await,
        Some(ONCE) => Some(Decision::Once),
        Some(ALWAYS) => choose_how_long(front, &request).await,
        _ => None,
    };
    // A prompt that was closed without a choice is no answer: the question stays open.
    let Some(decision) = decision else { return };
    let is_open = match voice {
        Some(voice) => voice.answer(request.id, decision).await.unwrap_or(false),
        None => front.runtime.answer(&request.id, decision),
    };
    if !is_open {
        front
            .show_message(
                MessageType::Info,
                "That question is closed already; nothing was changed.",
            )
            .await;
    }
}

fn question(request: &ApprovalRequest) -> String {
    let place = request.place.as_ref().map(|place| format!("\nWhere: {place}."));
    format!(
        "{} wants to {}{}\nRule: {}. {}",
        request.from,
        request.action,
        place.unwrap_or_default(),
        request.rule,
        request.reason
    )
}

async fn reject_saying(front: &Front, request: &ApprovalRequest) -> Option<Decision> {
    let params = InputParams {
        title: format!("Why not {}?", request.action),
    };
    let answer = front.outbound.request::<InputRequest>(params).await.ok().flatten()?;
    Some(Decision::Reject { reason: answer.text })
}

/// The second step of *Always…*: what exactly would hold, and for how long.
async fn choose_how_long(front: &Front, request: &ApprovalRequest) -> Option<Decision> {
    let exactly = || format!("exactly {}", request.action);
    let session = request.scope.clone().unwrap_or_else(exactly);
    let (asks, choices) = match always(request) {
        None => (
            format!("Allow without asking, until this session ends: {session}?"),
            vec![REJECT, SESSION],
        ),
        Some(always) => (
            format!("For this session {session}; or, in this workspace until you remove the rule, {always}?"),
            vec![REJECT, SESSION, WORKSPACE],
        ),
    };
    match choose(front, asks, &choices).await.as_deref() {
        Some(REJECT) => Some(Decision::Reject { reason: None }),
        Some(SESSION) => Some(Decision::Session),
        Some(WORKSPACE) => Some(Decision::Always),
        _ => None,
    }
}

/// What rules would allow from then on, if there may be any.
fn always(request: &ApprovalRequest) -> Option<String> {
    let quoted = |names: &[String]| {
        names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(" or ")
    };
    let commands =
        (!request.always.is_empty()).then(|| format!("every command that begins with {}", quoted(&request.always)));
    let hosts = (!request.hosts.is_empty()).then(|| format!("fetching from {}", quoted(&request.hosts)));
    let all: Vec<String> = [commands, hosts].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(" and "))
}

pub(crate) async fn choose(front: &Front, message: String, titles: &[&str]) -> Option<String> {
    let actions = titles.iter().map(|title| MessageActionItem {
        title: (*title).to_owned(),
        properties: [].into(),
    });
    let params = ShowMessageRequestParams {
        kind: MessageType::Warning,
        message,
        actions: Some(actions.collect()),
    };
    let answer = front.outbound.request::<ShowMessageRequest>(params).await;
    answer.ok().flatten().map(|chosen| chosen.title)
}

//! A turn: prompt, then model answer and tool results in alternation until an answer calls no tool.
//!
//! The loop goes on if and only if the answer holds tool calls; prose never controls it. Every item is in the
//! store before the step after it, so a process that dies here leaves a session that can go on.

use std::path::PathBuf;
use std::sync::Arc;

use base::{
    CallId, CommandName, Event, EventKind, Message, ReviewId, Role, StopReason, Task, ToolResult, TurnId, TurnState,
    Usage,
};
use models::{Provider, Request};
use prompts::Prompt;
use store::{CallCost, Item};
use tokio_util::sync::CancellationToken;
use tools::ToolContext;

use crate::answer::{self, Answer, End};
use crate::approval::Asker;
use crate::autotest::AutoTest;
use crate::runtime::Runtime;
use crate::session::Session;

/// How often one step asks the model again after its answer broke off. What fails before it begins has been sent
/// again by the provider already.
const MAX_RETRIES: u32 = 2;

/// Everything that the parts of one turn share; cheap to clone.
#[derive(Clone)]
pub(crate) struct TurnContext {
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) session: Arc<Session>,
    pub(crate) id: TurnId,
    pub(crate) review: ReviewId,
    pub(crate) task: Arc<Task>,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) model: ModelChoice,
    pub(crate) cancel: CancellationToken,
}

/// The model of a turn, as the request and the ledger name it.
#[derive(Clone, Debug)]
pub(crate) struct ModelChoice {
    pub(crate) id: String,
    pub(crate) max_output: u32,
}

/// How a turn ended.
pub(crate) struct Outcome {
    pub(crate) state: TurnState,
    pub(crate) stop_reason: StopReason,
    pub(crate) error: Option<String>,
    /// The model's last words.
    pub(crate) text: String,
    pub(crate) usage: Usage,
}

impl Outcome {
    fn new(state: TurnState, stop_reason: StopReason) -> Self {
        Self {
            state,
            stop_reason,
            error: None,
            text: String::new(),
            usage: Usage::default(),
        }
    }

    pub(crate) fn failed(stop_reason: StopReason, error: impl ToString) -> Self {
        Self {
            error: Some(error.to_string()),
            ..Self::new(TurnState::Failed, stop_reason)
        }
    }

    pub(crate) fn stopped() -> Self {
        Self::new(TurnState::Stopped, StopReason::Cancelled)
    }
}

impl TurnContext {
    pub(crate) fn emit(&self, kind: EventKind) {
        self.runtime.events.send(Event {
            session: self.session.id.clone(),
            turn: Some(self.id.clone()),
            kind,
        });
    }

    pub(crate) fn asker(&self) -> Asker<'_> {
        Asker {
            session: &self.session.id,
            turn: &self.id,
            cancel: &self.cancel,
        }
    }

    pub(crate) fn tool_context(&self, call: &CallId) -> ToolContext {
        ToolContext {
            session: self.session.id.clone(),
            turn: self.id.clone(),
            review: self.review.clone(),
            call: call.clone(),
            title: title(&self.task),
            why: why(&self.task),
            may_edit: self.task.command.may_edit(),
            workspace: Arc::clone(&self.runtime.workspace),
            index: Arc::clone(&self.runtime.index),
            policy: Arc::clone(&self.runtime.policy),
            workbench: Arc::clone(&self.runtime.workbench),
            command_time: self.runtime.limits.command_time,
            tests: self.runtime.tests.clone(),
            host: Arc::new(self.clone()),
            store: Arc::clone(&self.runtime.store),
            web: self.runtime.web.clone(),
            outputs: self.session.outputs.clone(),
            reads: self.session.reads.clone(),
            cancel: self.cancel.clone(),
        }
    }

    fn record(&self, item: &Item) {
        if let Err(error) = self.runtime.store.append_item(&self.session.id, item) {
            tracing::error!(%error, "an item of the session was not stored");
            self.emit(EventKind::Notice {
                message: format!("the session could not be saved: {error}"),
            });
        }
    }

    /// Adds to the conversation, in the store first.
    fn say(&self, message: Message) {
        self.record(&Item::Message(message.clone()));
        self.session.push(message);
    }
}

/// A few words for progress, lenses and lists.
pub(crate) fn title(task: &Task) -> String {
    match &task.uri {
        Some(uri) => format!("{} {}", task.command.as_str(), uri.file_name()),
        None => task.command.as_str().to_owned(),
    }
}

fn why(task: &Task) -> String {
    match (&task.prompt, task.diagnostics.first()) {
        (Some(prompt), _) => prompt.lines().next().unwrap_or_default().to_owned(),
        (None, Some(diagnostic)) if task.command == CommandName::Fix => {
            diagnostic.message.lines().next().unwrap_or_default().to_owned()
        }
        _ => title(task),
    }
}

/// Runs the turn to its end, which the caller tells of. `prompt` was assembled when the user asked, from the text as it stood then.
pub(crate) async fn run(turn: &TurnContext, prompt: Prompt) -> Outcome {
    turn.record(&Item::Turn {
        turn: turn.id.clone(),
        task: (*turn.task).clone(),
    });
    turn.emit(EventKind::TurnStarted {
        title: title(&turn.task),
    });
    turn.say(Message::user(prompt.user.clone()));

    let mut usage = Usage::default();
    let mut text = String::new();
    let end = steps(turn, &prompt, &mut usage, &mut text).await;
    let outcome = Outcome { text, usage, ..end };

    turn.record(&Item::TurnEnd {
        turn: turn.id.clone(),
        state: outcome.state,
        stop_reason: outcome.stop_reason,
        error: outcome.error.clone(),
    });
    outcome
}

async fn steps(turn: &TurnContext, prompt: &Prompt, total: &mut Usage, text: &mut String) -> Outcome {
    let mut retries = 0;
    let mut tests = AutoTest::new(turn);
    for _ in 0..turn.runtime.limits.iterations {
        if let Some(message) = turn.session.take_waiting() {
            turn.say(message);
        }
        let answer = answer::take(turn, request(turn, prompt)).await;
        account(turn, &answer, total);
        let called_tools = !answer.results.is_empty();
        let Answer {
            message,
            results,
            has_begun,
            end,
            ..
        } = answer;
        match end {
            End::Broken(error) if !called_tools => {
                if has_begun && error.is_retryable() && retries < MAX_RETRIES && !turn.cancel.is_cancelled() {
                    retries += 1;
                    turn.emit(EventKind::Notice {
                        message: format!("{error}; asking again ({retries}/{MAX_RETRIES})"),
                    });
                    continue;
                }
                *text = message.text();
                keep_answer(turn, message, results);
                return Outcome::failed(StopReason::NoModel, error);
            }
            // A tool has run: the request is not replayed. The whole blocks and their results go into the next.
            End::Broken(error) => {
                turn.emit(EventKind::Notice {
                    message: format!("{error}; going on from the last whole step"),
                });
                keep_answer(turn, message, results);
            }
            End::Interrupted => {
                *text = message.text();
                keep_answer(turn, message, results);
                return Outcome::stopped();
            }
            End::Complete(reason) => {
                retries = 0;
                let words = message.text();
                if !words.trim().is_empty() {
                    *text = words;
                }
                keep_answer(turn, message, results);
                if called_tools {
                    continue;
                }
                match tests.failures(turn).await {
                    _ if turn.cancel.is_cancelled() => return Outcome::stopped(),
                    Some(failures) => turn.say(Message::user(failures)),
                    None => return Outcome::new(TurnState::Completed, reason),
                }
            }
        }
    }
    let steps = turn.runtime.limits.iterations;
    Outcome::failed(
        StopReason::MaxIterations,
        format!(
            "the model was still calling tools after {steps} steps; what it proposed so far is in the review, ask again to go on"
        ),
    )
}

fn request(turn: &TurnContext, prompt: &Prompt) -> Request {
    Request {
        model: turn.model.id.clone(),
        system: prompt.system.clone(),
        messages: crate::history::pair_calls_with_results(turn.session.messages()),
        tools: turn.runtime.tools.specs(turn.task.command.may_edit()),
        max_output: turn.model.max_output,
        ..Request::default()
    }
}

fn account(turn: &TurnContext, answer: &Answer, total: &mut Usage) {
    if answer.usage == Usage::default() {
        return;
    }
    *total += answer.usage;
    let model = format!("{}/{}", turn.provider.name(), turn.model.id);
    turn.record(&Item::Usage {
        turn: turn.id.clone(),
        model: model.clone(),
        usage: answer.usage,
        cost: CallCost::default(),
    });
    turn.emit(EventKind::Usage {
        usage: answer.usage,
        model,
    });
}

fn keep_answer(turn: &TurnContext, message: Message, results: Vec<ToolResult>) {
    if !message.content.is_empty() {
        turn.say(message);
    }
    if !results.is_empty() {
        let content = results.into_iter().map(base::Block::ToolResult).collect();
        turn.say(Message {
            role: Role::User,
            content,
        });
    }
}

/// The file that a task is about.
pub(crate) fn path_of(task: &Task) -> Option<PathBuf> {
    task.uri.as_ref().and_then(base::Uri::path)
}

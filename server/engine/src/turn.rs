//! A turn from the user's request to its end: what its parts share, and what is recorded around its [`Steps`].

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use base::{
    Block, CallId, CommandName, Event, EventKind, Message, ReviewId, StopReason, Task, ToolSpec, TurnId, TurnState,
    Usage,
};
use models::routing::Chain;
use permissions::{Mode, Policy};
use prompts::Prompt;
use store::Item;
use tokio_util::sync::CancellationToken;
use tools::ToolContext;

use crate::agents::Agent;
use crate::approval::Asker;
use crate::fragments;
use crate::model::Model;
use crate::request::TurnOptions;
use crate::runtime::Runtime;
use crate::session::Session;
use crate::spending::Spending;
use crate::steps::Steps;

/// Everything that the parts of one turn share; cheap to clone.
#[derive(Clone)]
pub(crate) struct TurnContext {
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) session: Arc<Session>,
    pub(crate) id: TurnId,
    pub(crate) review: ReviewId,
    pub(crate) task: Arc<Task>,
    /// The model that it begins with.
    pub(crate) model: Model,
    pub(crate) options: Arc<TurnOptions>,
    pub(crate) spending: Spending,
    /// The runtime's policy in this turn's mode.
    pub(crate) policy: Arc<Policy>,
    /// Why the turn must end after the running step.
    pub(crate) halt: Arc<OnceLock<String>>,
    /// The sub-agent that works here; none is the session's own agent.
    pub(crate) agent: Option<Arc<Agent>>,
    pub(crate) cancel: CancellationToken,
}

/// How a turn ended.
pub(crate) struct Outcome {
    pub(crate) state: TurnState,
    pub(crate) stop_reason: StopReason,
    pub(crate) error: Option<String>,
    /// The model's last words.
    pub(crate) text: String,
    pub(crate) usage: Usage,
    /// US dollars; none if the price of a call is not known.
    pub(crate) cost_usd: Option<f64>,
}

impl Outcome {
    pub(crate) fn new(state: TurnState, stop_reason: StopReason) -> Self {
        Self {
            state,
            stop_reason,
            error: None,
            text: String::new(),
            usage: Usage::default(),
            cost_usd: Some(0.0),
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

    /// The sub-agent's name; none for the session's own agent.
    pub(crate) fn agent_name(&self) -> Option<&str> {
        self.agent.as_ref().map(|agent| agent.name.as_str())
    }

    /// Whether anything may be proposed.
    pub(crate) fn may_edit(&self) -> bool {
        self.task.command.may_edit() && self.policy.mode() != Mode::Plan
    }

    /// Who asks, for the user.
    pub(crate) fn who(&self) -> String {
        match self.agent_name() {
            None => "agent".to_owned(),
            Some(name) => format!("sub-agent {name}"),
        }
    }

    /// The most model calls; none where a user watches.
    pub(crate) fn iterations(&self) -> Option<u32> {
        let limits = self.runtime.limits;
        match &self.agent {
            Some(agent) => Some(agent.iterations().unwrap_or(limits.agent_iterations)),
            None => (!self.options.is_attended).then_some(limits.iterations),
        }
    }

    /// What the model is told that it can call; `loaded` are the tools whose schemas it asked for.
    pub(crate) fn tools(&self, loaded: &BTreeSet<String>) -> Vec<ToolSpec> {
        let mut specs = self.runtime.tools.specs_with(self.may_edit(), loaded);
        specs.retain(|spec| self.has_tool(&spec.name));
        specs
    }

    pub(crate) fn has_tool(&self, name: &str) -> bool {
        let own = self.options.own_command.as_ref();
        let chosen = own.and_then(|own| own.tools.as_ref());
        let is_chosen = chosen.is_none_or(|tools| tools.contains(name));
        is_chosen && self.is_served(name) && self.agent.as_ref().is_none_or(|agent| agent.has_tool(name))
    }

    /// Whether there is an editor for a tool that cannot do without one.
    fn is_served(&self, name: &str) -> bool {
        let needs = self.runtime.tools.get(name).and_then(|tool| tool.needs());
        needs.is_none_or(|service| self.runtime.ide.get().is_some_and(|ide| ide.serves(service)))
    }

    /// A few words for progress, lenses and lists.
    fn title(&self) -> String {
        title(&self.task, &self.options)
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
            title: self.title(),
            why: why(&self.task).unwrap_or_else(|| self.title()),
            may_edit: self.may_edit(),
            workspace: Arc::clone(&self.runtime.workspace),
            index: Arc::clone(&self.runtime.index),
            atlas: Arc::clone(self.runtime.surroundings.atlas()),
            policy: Arc::clone(&self.policy),
            workbench: Arc::clone(&self.runtime.workbench),
            command_time: self.runtime.limits.command_time,
            tests: self.runtime.tests.clone(),
            host: Arc::new(self.clone()),
            ide: self.runtime.ide.get().map(Arc::clone),
            store: Arc::clone(&self.runtime.store),
            web: self.runtime.web.clone(),
            outputs: self.session.outputs.clone(),
            reads: self.session.reads.clone(),
            cancel: self.cancel.clone(),
        }
    }

    /// The item's number; none where it could not be stored, of which the fronts are told.
    pub(crate) fn record(&self, item: &Item) -> Option<i64> {
        let stored = self.runtime.store.append_item(&self.session.id, item);
        stored
            .inspect(|number| self.runtime.events.note_stored(&self.session.id, *number, item))
            .inspect_err(|error| {
                tracing::error!(%error, "an item of the session was not stored");
                self.emit(EventKind::Notice {
                    message: format!("the session could not be saved: {error}"),
                });
            })
            .ok()
    }

    /// Adds to the conversation, in the store first. A sub-agent's conversation ends with it and is not stored.
    pub(crate) fn say(&self, message: Message) {
        if self.agent.is_none() {
            self.record(&Item::Message(message.clone()));
        }
        self.session.push(message);
    }
}

/// A few words for progress, lenses and lists.
pub(crate) fn title(task: &Task, options: &TurnOptions) -> String {
    let own = options.own_command.as_ref();
    let name = own.map_or(task.command.as_str(), |own| own.name.as_str());
    match &task.uri {
        Some(uri) => format!("{name} {}", uri.file_name()),
        None => name.to_owned(),
    }
}

/// Characters of a session's title.
const TITLE: usize = 60;

/// What a session that begins with this task is called: its words, where it is told in words.
pub(crate) fn session_title(task: &Task, options: &TurnOptions) -> String {
    let is_said = matches!(task.command, CommandName::Ask | CommandName::Edit) && task.uri.is_none();
    let words = task.prompt.as_deref().unwrap_or_default();
    let first = words.lines().map(str::trim).find(|line| !line.is_empty());
    match first.filter(|_| is_said) {
        None => title(task, options),
        Some(line) if line.chars().count() <= TITLE => line.to_owned(),
        Some(line) => line.chars().take(TITLE - 1).chain(['…']).collect(),
    }
}

fn why(task: &Task) -> Option<String> {
    let words = match (&task.prompt, task.diagnostics.first()) {
        (Some(prompt), _) => prompt,
        (None, Some(diagnostic)) if task.command == CommandName::Fix => &diagnostic.message,
        _ => return None,
    };
    Some(words.lines().next().unwrap_or_default().to_owned())
}

/// Runs the turn to its end, which the caller tells of. `prompt` was assembled when the user asked, from the text as it stood then.
/// `attached` is what the user put beside the words, as the model reads it.
pub(crate) async fn run(turn: &TurnContext, prompt: Prompt, attached: Vec<Block>, chain: Chain) -> Outcome {
    let message = turn.record(&Item::Turn {
        turn: turn.id.clone(),
        task: (*turn.task).clone(),
    });
    turn.emit(EventKind::TurnStarted { title: turn.title() });
    if let Some(message) = message {
        let task = Box::new((*turn.task).clone());
        turn.emit(EventKind::Said { message, task });
    }
    let mut first = Message::user(prompt.user.clone());
    first.content.extend(attached);
    first.content.extend(fragments::chosen(turn).await);
    turn.say(first);

    let outcome = Steps::new(turn, &prompt, Some(chain)).run().await;
    // No command outlives the turn that started it.
    turn.session.outputs.end_jobs(&turn.id).await;

    turn.record(&Item::TurnEnd {
        turn: turn.id.clone(),
        state: outcome.state,
        stop_reason: outcome.stop_reason,
        error: outcome.error.clone(),
    });
    outcome
}

/// The file that a task is about.
pub(crate) fn path_of(task: &Task) -> Option<PathBuf> {
    task.uri.as_ref().and_then(base::Uri::path)
}

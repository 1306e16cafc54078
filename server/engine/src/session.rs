//! A session in memory: its conversation, its running turn, and what waits for the turn's next step.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use base::{Block, Message, Role, SessionId, TodoItem, TurnId};
use permissions::OwnedAction;
use store::{Item, Lease};
use tokio_util::sync::CancellationToken;

use crate::history::pair_calls_with_results;

pub(crate) struct Session {
    pub(crate) id: SessionId,
    /// What the tools remember of this session: which content the model has read.
    pub(crate) reads: tools::ReadLedger,
    /// The long outputs of its commands.
    pub(crate) outputs: tools::Outputs,
    /// Held as long as this process owns the session; the OS frees it if we die.
    _lease: Lease,
    state: Mutex<State>,
}

struct State {
    /// When its last turn began.
    used: Instant,
    messages: Vec<Message>,
    active: Option<ActiveTurn>,
    /// What the user said, kept, rejected or stopped since the model last listened.
    waiting: Vec<String>,
    /// What the agent means to do, as it last said.
    plan: Vec<TodoItem>,
    /// The tools beyond the first thirty whose schemas the model asked for.
    loaded_tools: BTreeSet<String>,
    /// Actions that the user answered with "for this session": exactly these, not whatever else their rule covers.
    approved: HashSet<String>,
}

pub(crate) struct ActiveTurn {
    pub(crate) turn: TurnId,
    pub(crate) cancel: CancellationToken,
}

impl Session {
    pub(crate) fn new(id: SessionId, lease: Lease) -> Self {
        Self {
            id,
            reads: tools::ReadLedger::default(),
            outputs: tools::Outputs::default(),
            _lease: lease,
            state: Mutex::new(State {
                used: Instant::now(),
                messages: Vec::new(),
                active: None,
                waiting: Vec::new(),
                plan: Vec::new(),
                loaded_tools: BTreeSet::new(),
                approved: HashSet::new(),
            }),
        }
    }

    /// The conversation as the store has it, mended where a process died in mid-turn.
    pub(crate) fn restored(id: SessionId, lease: Lease, items: Vec<Item>) -> Self {
        let messages = items.into_iter().filter_map(|item| match item {
            Item::Message(message) => Some(message),
            _ => None,
        });
        let session = Self::new(id, lease);
        session.lock().messages = pair_calls_with_results(messages.collect());
        session
    }

    /// Claims the session for a turn.
    ///
    /// # Errors
    /// The turn that runs already.
    pub(crate) fn begin(&self, turn: &TurnId) -> Result<CancellationToken, TurnId> {
        let mut state = self.lock();
        if let Some(active) = &state.active {
            return Err(active.turn.clone());
        }
        let cancel = CancellationToken::new();
        state.used = Instant::now();
        state.active = Some(ActiveTurn {
            turn: turn.clone(),
            cancel: cancel.clone(),
        });
        Ok(cancel)
    }

    pub(crate) fn end(&self) {
        self.lock().active = None;
    }

    /// When its last turn began; none while one runs.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        let state = self.lock();
        state.active.is_none().then_some(state.used)
    }

    /// Stops the running turn if it is `turn`, or whichever it is; false when there is none.
    pub(crate) fn stop(&self, turn: Option<&TurnId>) -> bool {
        match &self.lock().active {
            Some(active) if turn.is_none_or(|turn| *turn == active.turn) => {
                active.cancel.cancel();
                true
            }
            _ => false,
        }
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.lock().messages.clone()
    }

    pub(crate) fn push(&self, message: Message) {
        self.lock().messages.push(message);
    }

    /// Leaves a sentence for the model's next step.
    pub(crate) fn tell(&self, sentence: String) {
        self.lock().waiting.push(sentence);
    }

    /// Takes what waits for the model as one message of the user's.
    pub(crate) fn take_waiting(&self) -> Option<Message> {
        let waiting = std::mem::take(&mut self.lock().waiting);
        if waiting.is_empty() {
            return None;
        }
        let content = waiting.into_iter().map(|text| Block::Text { text }).collect();
        Some(Message {
            role: Role::User,
            content,
        })
    }

    pub(crate) fn set_plan(&self, entries: Vec<TodoItem>) {
        self.lock().plan = entries;
    }

    pub(crate) fn plan(&self) -> Vec<TodoItem> {
        self.lock().plan.clone()
    }

    pub(crate) fn load_tools(&self, names: &[String]) {
        self.lock().loaded_tools.extend(names.iter().cloned());
    }

    pub(crate) fn approve(&self, action: &OwnedAction) {
        self.lock().approved.insert(action.to_string());
    }

    pub(crate) fn has_approved(&self, action: &OwnedAction) -> bool {
        self.lock().approved.contains(&action.to_string())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

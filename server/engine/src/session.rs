//! A session in memory: its conversation, its running turn, and what waits for the turn's next step.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use base::{Block, Message, Role, SessionId, TodoItem, TodoState, TurnId, Usage};
use models::tokens::Calibration;
use permissions::OwnedAction;
use store::{Day, Lease};
use tokio_util::sync::CancellationToken;

use crate::cache_watch::{CacheWatch, Prefix, Reading};
use crate::history::{is_paired, pair_calls_with_results};

pub(crate) struct Session {
    pub(crate) id: SessionId,
    /// What the tools remember of this session: which content the model has read.
    pub(crate) reads: tools::ReadLedger,
    /// The long outputs of its commands.
    pub(crate) outputs: tools::Outputs,
    /// Held as long as this process owns the session; the OS frees it if we die.
    _lease: Option<Lease>,
    /// Whether the store knows it: one in which nothing was said yet is nowhere else.
    is_stored: AtomicBool,
    state: Mutex<State>,
}

struct State {
    /// When its last turn began.
    used: Instant,
    /// Roles alternate, and calls and results are paired: as vendors want it, whenever no answer is on its way.
    messages: Arc<Vec<Message>>,
    active: Option<ActiveTurn>,
    /// The files that its tasks were about.
    files: HashSet<PathBuf>,
    /// What the user said, kept, rejected or stopped since the model last listened.
    waiting: Vec<Block>,
    /// Some of that are words of the user's, which want an answer in this turn.
    has_word: bool,
    /// The day that the model takes it to be.
    told_date: Option<Day>,
    /// What the agent means to do, as it last said.
    plan: Vec<TodoItem>,
    has_finished_step: bool,
    /// The tools beyond the first thirty whose schemas the model asked for.
    loaded_tools: BTreeSet<String>,
    cache: CacheWatch,
    /// By `provider/model`.
    calibrations: BTreeMap<String, Calibration>,
    /// Actions that the user answered with "for this session": exactly these, not whatever else their rule covers.
    approved: HashSet<String>,
}

pub(crate) struct ActiveTurn {
    pub(crate) turn: TurnId,
    pub(crate) cancel: CancellationToken,
}

impl Session {
    pub(crate) fn new(id: SessionId, lease: Lease) -> Self {
        Self::with_lease(id, Some(lease))
    }

    /// One in which nothing is said: what a request would come to in a new session.
    pub(crate) fn passing() -> Self {
        Self::with_lease(SessionId::fresh(), None)
    }

    /// The conversation of a sub-agent: it begins empty, and what belongs to the session as a whole is the parent's.
    pub(crate) fn of_agent(parent: &Self) -> Self {
        Self {
            outputs: parent.outputs.clone(),
            ..Self::with_lease(parent.id.clone(), None)
        }
    }

    fn with_lease(id: SessionId, lease: Option<Lease>) -> Self {
        Self {
            id,
            reads: tools::ReadLedger::default(),
            outputs: tools::Outputs::default(),
            _lease: lease,
            is_stored: AtomicBool::new(false),
            state: Mutex::new(State {
                used: Instant::now(),
                messages: Arc::default(),
                active: None,
                files: HashSet::new(),
                waiting: Vec::new(),
                has_word: false,
                told_date: None,
                plan: Vec::new(),
                has_finished_step: false,
                loaded_tools: BTreeSet::new(),
                cache: CacheWatch::default(),
                calibrations: BTreeMap::new(),
                approved: HashSet::new(),
            }),
        }
    }

    /// The conversation as the store has it, mended where a process died in mid-turn.
    pub(crate) fn restored(id: SessionId, lease: Lease, messages: Vec<Message>) -> Self {
        let session = Self::new(id, lease);
        session.note_stored();
        session.lock().messages = Arc::new(pair_calls_with_results(messages));
        session
    }

    pub(crate) fn is_stored(&self) -> bool {
        self.is_stored.load(Ordering::Acquire)
    }

    /// The store knows it from now on.
    pub(crate) fn note_stored(&self) {
        self.is_stored.store(true, Ordering::Release);
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

    /// Takes note of the file that a task is about.
    pub(crate) fn is_about(&self, file: PathBuf) {
        self.lock().files.insert(file);
    }

    /// How much of what a task about this file needs stands in the conversation: 0 for nothing.
    pub(crate) fn knowledge_of(&self, file: &Path) -> usize {
        let is_read = self.reads.has_seen(file);
        let is_known = self.lock().files.contains(file);
        usize::from(is_read) + usize::from(is_known)
    }

    pub(crate) fn end(&self) {
        self.lock().active = None;
    }

    /// The turn that runs.
    pub(crate) fn running(&self) -> Option<TurnId> {
        self.lock().active.as_ref().map(|active| active.turn.clone())
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

    /// The conversation as a model may be sent it.
    pub(crate) fn messages(&self) -> Arc<Vec<Message>> {
        let mut state = self.lock();
        if !is_paired(&state.messages) {
            let messages = std::mem::take(&mut state.messages);
            state.messages = Arc::new(pair_calls_with_results(Arc::unwrap_or_clone(messages)));
        }
        Arc::clone(&state.messages)
    }

    /// Adds what was said. The user's words join those before them, since roles alternate.
    pub(crate) fn push(&self, message: Message) {
        let mut state = self.lock();
        let messages = Arc::make_mut(&mut state.messages);
        match messages.last_mut() {
            Some(last) if last.role == Role::User && message.role == Role::User => last.content.extend(message.content),
            _ => messages.push(message),
        }
    }

    /// Tells the model the date, if it does not know it or another one.
    pub(crate) fn tell_date(&self) {
        let today = Day::of(SystemTime::now());
        let mut state = self.lock();
        if state.told_date != Some(today) {
            state.told_date = Some(today);
            let text = format!("[date] It is {today} (UTC).");
            state.waiting.push(Block::Text { text });
        }
    }

    /// Leaves a sentence for the model's next step.
    pub(crate) fn tell(&self, sentence: String) {
        self.lock().waiting.push(Block::Text { text: sentence });
    }

    /// Leaves what the user said for the model's next step: there will be one.
    pub(crate) fn steer(&self, said: Vec<Block>) {
        let mut state = self.lock();
        state.waiting.extend(said);
        state.has_word = true;
    }

    /// Whether the user has said something that the model has not read.
    pub(crate) fn has_word(&self) -> bool {
        self.lock().has_word
    }

    /// Takes what waits for the model as one message of the user's.
    pub(crate) fn take_waiting(&self) -> Option<Message> {
        let mut state = self.lock();
        state.has_word = false;
        let content = std::mem::take(&mut state.waiting);
        drop(state);
        if content.is_empty() {
            return None;
        }
        Some(Message {
            role: Role::User,
            content,
        })
    }

    /// The conversation is these messages from here on.
    pub(crate) fn begin_anew(&self, messages: Vec<Message>, cause: &str) {
        let mut state = self.lock();
        state.messages = Arc::new(messages);
        state.cache.announce(&format!("compaction: {cause}"));
        drop(state);
        self.reads.let_go();
    }

    /// How the vendor of a model counts, as far as it was seen.
    pub(crate) fn calibration(&self, model: &str) -> Calibration {
        self.lock().calibrations.get(model).copied().unwrap_or_default()
    }

    /// Takes note of what was expected and what the vendor reported.
    pub(crate) fn calibrate(&self, model: &str, estimated: u64, reported: u64) {
        let mut state = self.lock();
        let calibration = state.calibrations.entry(model.to_owned()).or_default();
        calibration.observe(estimated, reported);
    }

    /// Takes note of what the vendor's cache made of a request.
    pub(crate) fn watch_cache(&self, prefix: Prefix, usage: Usage) -> Reading {
        self.lock().cache.observe(prefix, usage)
    }

    pub(crate) fn set_plan(&self, entries: Vec<TodoItem>) {
        let done = |plan: &[TodoItem]| plan.iter().filter(|item| item.state == TodoState::Done).count();
        let mut state = self.lock();
        state.has_finished_step |= done(&entries) > done(&state.plan);
        state.plan = entries;
    }

    /// Whether a step of the plan was finished since this was last asked.
    pub(crate) fn take_finished_step(&self) -> bool {
        std::mem::take(&mut self.lock().has_finished_step)
    }

    pub(crate) fn plan(&self) -> Vec<TodoItem> {
        self.lock().plan.clone()
    }

    pub(crate) fn loaded_tools(&self) -> BTreeSet<String> {
        self.lock().loaded_tools.clone()
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

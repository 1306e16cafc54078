//! The one object that all fronts share: sessions, turns, reviews, approvals, events.
//!
//! Bootstrap order (FEATURES EN12): config → trust → store → tools → instructions → ready. The binary does the
//! first two and hands the rest over as [`Parts`]; nothing here blocks on the network or walks the disk.

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use base::{
    ApprovalId, Decision, Event, EventKind, HunkId, HunkState, Origin, Review, ReviewId, SessionId, StopReason, Task,
    TurnId,
};
use dashmap::DashMap;
use futures::FutureExt;
use permissions::{Action, Policy, Verdict};
use prompts::Instruction;
use sandbox::Workbench;
use store::Store;
use text::PositionEncoding;
use tokio_util::task::TaskTracker;
use tools::{TestSettings, WebSettings};
use tracing::Instrument;
use workspace::{DiskEditor, Editor, ReviewError, Selection, Workspace};

use crate::approval::Approvals;
use crate::briefing;
use crate::error::RunError;
use crate::events::{EventHub, Subscription};
use crate::journal::StoreJournal;
use crate::session::Session;
use crate::turn::{self, ModelChoice, Outcome, TurnContext};

/// So many sessions stay in memory, each with a lock file open, though nothing of them is: a user may come back to
/// them, or undo what was kept of them. The store has the others.
const KEPT_SESSIONS: usize = 64;

/// Bounds of a turn.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Model calls in one turn (FEATURES EN1).
    pub iterations: u32,
    /// After this long an unanswered question is a no (FEATURES SF6).
    pub approval_timeout: Duration,
    /// How often a turn goes on because the project's tests fail on what it proposes (FEATURES EN8); at 0 they are
    /// not run by themselves.
    pub test_rounds: u32,
    /// The longest that a command may take.
    pub command_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            iterations: 25,
            approval_timeout: Duration::from_secs(300),
            test_rounds: 2,
            command_time: Duration::from_secs(600),
        }
    }
}

/// Whether the user trusts the workspace now. May look at files.
pub type TrustCheck = Box<dyn Fn() -> bool + Send + Sync>;

/// What the binary wires together.
pub struct Parts {
    pub workspace: Arc<Workspace>,
    pub store: Arc<Store>,
    pub models: Arc<models::Registry>,
    /// `provider/model`, `auto` or `rules`.
    pub default_model: String,
    pub policy: Arc<Policy>,
    pub tools: Arc<tools::Registry>,
    /// Where commands run.
    pub workbench: Arc<Workbench>,
    /// How the project's tests are run, where the settings say.
    pub tests: TestSettings,
    pub web: WebSettings,
    /// Whether the user trusts the workspace, asked before each turn: the answer changes while we run.
    pub trust: TrustCheck,
    pub index: Arc<context::Index>,
    pub instructions: Vec<Instruction>,
    pub limits: Limits,
}

/// A user's request for a turn.
#[derive(Clone, Debug)]
pub struct RunRequest {
    pub task: Task,
    /// None starts a new session.
    pub session: Option<SessionId>,
    /// None takes the default model.
    pub model: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    pub session: SessionId,
    pub turn: TurnId,
}

pub struct Runtime {
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) store: Arc<Store>,
    pub(crate) models: Arc<models::Registry>,
    pub(crate) default_model: String,
    pub(crate) policy: Arc<Policy>,
    pub(crate) tools: Arc<tools::Registry>,
    pub(crate) workbench: Arc<Workbench>,
    pub(crate) tests: TestSettings,
    pub(crate) web: WebSettings,
    trust: TrustCheck,
    pub(crate) index: Arc<context::Index>,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) limits: Limits,
    pub(crate) events: EventHub,
    pub(crate) approvals: Approvals,
    sessions: DashMap<SessionId, Arc<Session>>,
    turns: TaskTracker,
    is_closing: AtomicBool,
    this: OnceLock<Weak<Runtime>>,
}

impl Runtime {
    /// Brings up the runtime. Nothing runs and nothing is offered until a front asks.
    #[must_use]
    pub fn start(parts: Parts) -> Arc<Self> {
        let Parts {
            workspace,
            store,
            models,
            default_model,
            policy,
            tools,
            workbench,
            tests,
            web,
            trust,
            index,
            instructions,
            limits,
        } = parts;
        workspace.set_checkpoints(Arc::new(StoreJournal::new(Arc::clone(&store))));
        let events = EventHub::default();
        let runtime = Arc::new(Self {
            approvals: Approvals::new(events.clone(), limits.approval_timeout),
            workspace,
            store,
            models,
            default_model,
            policy,
            tools,
            workbench,
            tests,
            web,
            trust,
            index,
            instructions,
            limits,
            events,
            sessions: DashMap::new(),
            turns: TaskTracker::new(),
            is_closing: AtomicBool::new(false),
            this: OnceLock::new(),
        });
        let _ = runtime.this.set(Arc::downgrade(&runtime));
        runtime.watch_reviews();
        runtime.look_at_trust();
        runtime
    }

    /// Offers again what processes that are gone left open; what a living one holds stays its own. For fronts that
    /// show reviews: it takes those sessions over.
    pub fn offer_open_reviews(&self) {
        let open = match self.store.sessions_with_open_reviews() {
            Ok(open) => open,
            Err(error) => {
                tracing::error!(%error, "open reviews were not restored");
                return;
            }
        };
        for id in open {
            if let Err(error) = self.existing_session(&id) {
                tracing::warn!(session = %id, %error, "a review was not restored");
            }
        }
    }

    /// Starts a turn and answers at once.
    ///
    /// # Errors
    /// The request cannot be worked on; nothing was started or stored.
    pub fn run(&self, request: RunRequest) -> Result<Started, RunError> {
        let Some(this) = self.this.get().and_then(Weak::upgrade) else {
            return Err(RunError::ShuttingDown);
        };
        if self.is_closing.load(Ordering::Acquire) {
            return Err(RunError::ShuttingDown);
        }
        briefing::validate(&request.task)?;
        self.look_at_trust();
        let session = match &request.session {
            Some(id) => self.existing_session(id)?,
            None => self.new_session(&request.task)?,
        };
        let prompt = briefing::prompt(self, &session.id, &request.task)?;
        let turn = TurnId::fresh();
        let cancel = session.begin(&turn).map_err(|active| RunError::Busy {
            session: session.id.clone(),
            turn: active,
        })?;
        if request.session.is_none() {
            if let Err(error) =
                self.store
                    .create_session(&session.id, &turn::title(&request.task), &self.workspace.home())
            {
                session.end();
                return Err(error.into());
            }
            self.sessions.insert(session.id.clone(), Arc::clone(&session));
            self.let_go_of_old_sessions();
        }
        let started = Started {
            session: session.id.clone(),
            turn: turn.clone(),
        };
        let model = request.model.unwrap_or_else(|| self.default_model.clone());
        self.turns.spawn(async move {
            run_guarded(this, session, turn, request.task, model, prompt, cancel).await;
        });
        Ok(started)
    }

    /// Stops one turn, or all that run; false if there was none.
    pub fn stop(&self, turn: Option<&TurnId>) -> bool {
        let stopped: Vec<bool> = self.sessions.iter().map(|session| session.stop(turn)).collect();
        stopped.contains(&true)
    }

    /// Gives the model of a session a message at its next step.
    pub fn steer(&self, session: &SessionId, text: String) -> bool {
        self.sessions.get(session).is_some_and(|session| {
            session.tell(text);
            true
        })
    }

    #[must_use]
    pub fn subscribe(&self) -> Subscription {
        self.events.subscribe()
    }

    /// Answers a question; false if it is closed.
    pub fn answer(&self, id: &ApprovalId, decision: Decision) -> bool {
        self.approvals.answer(id, decision)
    }

    /// Answers the model's questions, in their order; no answers at all decline. False if they are closed.
    pub fn answer_questions(&self, id: &ApprovalId, answers: Vec<String>) -> bool {
        self.approvals.answer_questions(id, answers)
    }

    /// Takes over whether the user trusts the workspace now. Looks at files.
    pub fn look_at_trust(&self) {
        self.policy.set_trusted((self.trust)());
    }

    /// As of the last look.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.policy.is_trusted()
    }

    /// Tells the fronts something that belongs to no answer.
    pub fn notice(&self, session: &SessionId, message: String) {
        self.events.send(Event {
            session: session.clone(),
            turn: None,
            kind: EventKind::Notice { message },
        });
    }

    #[must_use]
    pub fn workspace(&self) -> &Arc<Workspace> {
        &self.workspace
    }

    #[must_use]
    pub fn reviews(&self, encoding: PositionEncoding) -> Vec<Review> {
        self.workspace.reviews(encoding)
    }

    /// Keeps what the selection names, through the editor, and waits for the proof.
    ///
    /// # Errors
    /// Nothing that could be kept is selected.
    pub async fn keep(
        &self,
        selection: &Selection,
        editor: &dyn Editor,
    ) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let outcome = self.workspace.keep(selection, editor).await?;
        self.tell_models("kept", &outcome, HunkState::Kept);
        Ok(outcome)
    }

    /// Keeps of a review what the settings let be kept without the user: nothing that a command wrote, nothing on
    /// protected or executable files, nothing in a workspace that is not trusted.
    ///
    /// # Errors
    /// As [`Runtime::keep`].
    pub async fn keep_by_itself(
        &self,
        review: &ReviewId,
        editor: &dyn Editor,
    ) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let selection = Selection {
            review: Some(review.clone()),
            ..Selection::default()
        };
        let may_keep = |origin: &Origin, path: &Path| {
            let paths = [path.to_owned()];
            let verdict = self.policy.judge(&Action::Keep { paths: &paths });
            origin.is_agents_own() && verdict.decision == permissions::Decision::Allow
        };
        let outcome = self.workspace.keep_where(&selection, editor, &may_keep).await?;
        self.tell_models("kept", &outcome, HunkState::Kept);
        Ok(outcome)
    }

    /// # Errors
    /// Nothing that could be rejected is selected.
    pub fn reject(&self, selection: &Selection) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let outcome = self.workspace.reject(selection)?;
        self.tell_models("rejected", &outcome, HunkState::Rejected);
        Ok(outcome)
    }

    /// Takes back the last Keep or Reject.
    ///
    /// # Errors
    /// There is none, or the text has moved on.
    pub async fn undo(&self, editor: &dyn Editor) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let outcome = self.workspace.undo(editor).await?;
        self.tell_models("took back their decision on", &outcome, HunkState::Pending);
        Ok(outcome)
    }

    /// The editor of last resort, for paths that the user has just chosen to keep: it writes the files itself.
    ///
    /// # Errors
    /// The policy denies one of the paths whoever asks.
    pub fn disk_editor(&self, paths: &[PathBuf]) -> Result<DiskEditor, Verdict> {
        Ok(DiskEditor::new(self.policy.user_keep(paths)?))
    }

    /// Stops every turn and waits until each has stored its end.
    pub async fn shutdown(&self) {
        self.is_closing.store(true, Ordering::Release);
        self.stop(None);
        self.turns.close();
        self.turns.wait().await;
    }

    /// The models learn at their next step what the user decided.
    fn tell_models(&self, verb: &str, outcome: &[(HunkId, HunkState)], reached: HunkState) {
        for session in &self.sessions {
            let places: Vec<String> = outcome
                .iter()
                .filter(|(_, state)| *state == reached)
                .filter_map(|(hunk, _)| self.workspace.place_of(&session.id, hunk))
                .collect();
            if !places.is_empty() {
                session.tell(format!(
                    "[review] The user {verb} your change(s) at {}.",
                    places.join(", ")
                ));
            }
        }
    }

    fn new_session(&self, _task: &Task) -> Result<Arc<Session>, RunError> {
        let id = SessionId::fresh();
        let lease = self.lease(&id)?;
        Ok(Arc::new(Session::new(id, lease)))
    }

    pub(crate) fn existing_session(&self, id: &SessionId) -> Result<Arc<Session>, RunError> {
        if let Some(session) = self.sessions.get(id) {
            return Ok(Arc::clone(&session));
        }
        if !self.store.has_session(id)? {
            return Err(RunError::UnknownSession(id.clone()));
        }
        let lease = self.lease(id)?;
        let session = Arc::new(Session::restored(id.clone(), lease, self.store.items(id)?));
        let records = self.store.review_records(id)?;
        self.workspace
            .restore(records, &|hash| self.store.blob(hash).ok().flatten());
        Ok(Arc::clone(self.sessions.entry(id.clone()).or_insert(session).value()))
    }

    fn let_go_of_old_sessions(&self) {
        let excess = self.sessions.len().saturating_sub(KEPT_SESSIONS);
        if excess == 0 {
            return;
        }
        let reviews = self.workspace.reviews(PositionEncoding::Utf8);
        let is_open = |id: &SessionId| reviews.iter().any(|review| review.session_id == *id);
        let idle = self.sessions.iter().filter(|session| !is_open(&session.id));
        let mut idle: Vec<_> = idle
            .filter_map(|session| Some((session.idle_since()?, session.id.clone())))
            .collect();
        idle.sort_unstable_by_key(|(since, _)| *since);
        for (_, id) in idle.into_iter().take(excess) {
            // Whoever else holds it is about to work in it.
            let is_free = |_: &SessionId, session: &mut Arc<Session>| {
                Arc::strong_count(session) == 1 && session.idle_since().is_some()
            };
            if self.sessions.remove_if_mut(&id, is_free).is_some() {
                self.workspace.end_session(&id);
                self.workbench.discard(&id);
            }
        }
    }

    fn lease(&self, id: &SessionId) -> Result<store::Lease, RunError> {
        self.store.lease(id)?.map_err(|held| RunError::Held {
            session: id.clone(),
            pid: held.pid,
        })
    }

    fn watch_reviews(&self) {
        let events = self.events.clone();
        self.workspace.set_listener(Box::new(move |change| {
            let kind = match change.notice {
                Some(message) => EventKind::Notice { message },
                None => EventKind::ReviewChanged { review: change.review },
            };
            events.send(Event {
                session: change.session,
                turn: None,
                kind,
            });
        }));
    }

    fn tell_end(&self, session: &SessionId, turn: &TurnId, outcome: Outcome) {
        let Outcome {
            state,
            stop_reason,
            error,
            text,
            usage,
        } = outcome;
        let kind = EventKind::TurnCompleted {
            state,
            stop_reason,
            text,
            error,
            usage,
        };
        self.events.send(Event {
            session: session.clone(),
            turn: Some(turn.clone()),
            kind,
        });
    }
}

/// Runs a turn; a panic in it ends the turn, not the server.
async fn run_guarded(
    runtime: Arc<Runtime>,
    session: Arc<Session>,
    id: TurnId,
    task: Task,
    model: String,
    prompt: prompts::Prompt,
    cancel: tokio_util::sync::CancellationToken,
) {
    let span = tracing::info_span!("turn", session = %session.id, turn = %id, model);
    let work = async {
        let route = tokio::select! {
            route = runtime.models.resolve(&model) => route,
            () = cancel.cancelled() => return Outcome::stopped(),
        };
        let route = match route {
            Ok(route) => route,
            Err(error) => return Outcome::failed(StopReason::NoModel, error),
        };
        let context = TurnContext {
            runtime: Arc::clone(&runtime),
            session: Arc::clone(&session),
            id: id.clone(),
            review: ReviewId::fresh(),
            task: Arc::new(task),
            provider: route.provider,
            model: ModelChoice {
                id: route.model,
                max_output: route.max_output,
            },
            cancel,
        };
        turn::run(&context, prompt).await
    };
    let outcome = AssertUnwindSafe(work.instrument(span))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            tracing::error!(turn = %id, "a turn panicked");
            Outcome::failed(
                StopReason::Error,
                "the turn failed inside Singletree; this is a bug of ours",
            )
        });
    // The session is free before anyone hears of the end: whoever hears may ask again at once.
    session.end();
    runtime.tell_end(&session.id, &id, outcome);
}

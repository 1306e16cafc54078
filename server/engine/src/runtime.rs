//! The one object that all fronts share: sessions, turns, reviews, approvals, events.
//!
//! Bootstrap order (FEATURES EN12): config → trust → store → tools → instructions → ready. The binary does the
//! first two and hands the rest over as [`Parts`]; nothing here blocks on the network or walks the disk.

mod choices;
mod mentions;
mod preview;
mod reviews;
mod sessions;
mod stored;

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use base::{ApprovalId, Block, Decision, Event, EventKind, ReviewId, SessionId, StopReason, Task, TurnId};
use dashmap::DashMap;
use futures::FutureExt;
use models::routing::{Chain, Need, Routes, Wanted};
use permissions::{Mode, Policy};
use prompts::{Agents, Instruction, Prompt};
use sandbox::Workbench;
use store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tools::{TestSettings, WebSettings};
use tracing::Instrument;
use workspace::{Ide, ReviewNews, Workspace};

use crate::approval::Approvals;
use crate::attach::Door;
use crate::attachments;
use crate::briefing;
use crate::commands::Commands;
use crate::error::RunError;
use crate::events::{EventHub, Subscription};
use crate::inline::Completion;
use crate::journal::StoreJournal;
use crate::limits::Limits;
use crate::output;
use crate::request::{RunRequest, Started, TurnOptions};
use crate::session::Session;
use crate::spending::Spending;
use crate::surroundings::Surroundings;
use crate::turn::{self, Outcome, TurnContext};
pub use mentions::Mentionable;
use sessions::Claim;
pub use stored::{FoundSession, ListedSession};

/// Whether the user trusts the workspace now. May look at files.
pub type TrustCheck = Box<dyn Fn() -> bool + Send + Sync>;

/// What the binary wires together.
pub struct Parts {
    pub workspace: Arc<Workspace>,
    pub store: Arc<Store>,
    pub models: Arc<models::Registry>,
    /// `provider/model`, `auto` or `rules`.
    pub default_model: String,
    /// Models by kind of task.
    pub routes: Routes,
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
    /// What is known of the workspace's code; it is brought up to date as turns begin.
    pub atlas: Arc<context::Atlas>,
    pub instructions: Vec<Instruction>,
    /// The sub-agents that are defined.
    pub agents: Agents,
    pub limits: Limits,
}

pub struct Runtime {
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) store: Arc<Store>,
    pub(crate) models: Arc<models::Registry>,
    pub(crate) default_model: String,
    pub(crate) routes: Routes,
    pub(crate) policy: Arc<Policy>,
    pub(crate) tools: Arc<tools::Registry>,
    pub(crate) workbench: Arc<Workbench>,
    pub(crate) tests: TestSettings,
    pub(crate) web: WebSettings,
    trust: TrustCheck,
    pub(crate) index: Arc<context::Index>,
    pub(crate) surroundings: Surroundings,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) agents: Agents,
    pub(crate) limits: Limits,
    pub(crate) events: EventHub,
    pub(crate) approvals: Approvals,
    pub(crate) door: Door,
    pub(crate) commands: Commands,
    pub(crate) ide: OnceLock<Arc<dyn Ide>>,
    pub(crate) completion: Completion,
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
            routes,
            policy,
            tools,
            workbench,
            tests,
            web,
            trust,
            index,
            atlas,
            instructions,
            agents,
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
            routes,
            policy,
            tools,
            workbench,
            tests,
            web,
            trust,
            index,
            surroundings: Surroundings::new(atlas),
            instructions,
            agents,
            limits,
            events,
            door: Door::default(),
            commands: Commands::default(),
            ide: OnceLock::new(),
            completion: Completion::default(),
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
        request.options.output.as_ref().map_or(Ok(()), output::validate)?;
        self.look_at_trust();
        self.look_around();
        let turn = TurnId::fresh();
        let Claim {
            session,
            cancel,
            is_new,
        } = self.claim(&request, &turn)?;
        let opened = attachments::blocks(self, &session.id, &request.task)
            .and_then(|attached| Ok((attached, self.open(&session, &request, is_new)?)));
        let (attached, prompt) = opened.inspect_err(|_| session.end())?;
        if is_new {
            self.sessions.insert(session.id.clone(), Arc::clone(&session));
            self.let_go_of_old_sessions();
        }
        let started = Started {
            session: session.id.clone(),
            turn: turn.clone(),
        };
        let work = Work {
            session,
            turn,
            task: request.task,
            options: request.options,
            model: request.model,
            prompt,
            attached,
            cancel,
        };
        self.turns.spawn(run_guarded(this, work));
        Ok(started)
    }

    /// What the session's model is asked. A new session is in the store from then on.
    fn open(&self, session: &Session, request: &RunRequest, is_new: bool) -> Result<Prompt, RunError> {
        let prompt = briefing::prompt(self, &session.id, &request.task)?;
        if is_new {
            let title = turn::session_title(&request.task, &request.options);
            self.store.create_session(&session.id, &title, &self.workspace.home())?;
            session.note_stored();
        }
        if let Some(file) = turn::path_of(&request.task) {
            session.is_about(file);
        }
        Ok(prompt)
    }

    /// Stops one turn, or all that run; false if there was none.
    pub fn stop(&self, turn: Option<&TurnId>) -> bool {
        let stopped: Vec<bool> = self.sessions.iter().map(|session| session.stop(turn)).collect();
        stopped.contains(&true)
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

    /// Takes over whether the user trusts the workspace now, and with that which commands it brings. Looks at files.
    pub fn look_at_trust(&self) {
        let is_trusted = (self.trust)();
        self.policy.set_trusted(is_trusted);
        self.commands.read(is_trusted);
    }

    /// As of the last look.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.policy.is_trusted()
    }

    /// Lets tools ask the editor for what its own language servers know, from the next turn on. The first one stays.
    pub fn offer_ide(&self, ide: Arc<dyn Ide>) {
        let _ = self.ide.set(ide);
    }

    /// Tells the fronts something that belongs to no answer.
    pub fn notice(&self, session: &SessionId, message: String) {
        self.events.send(Event {
            session: session.clone(),
            turn: None,
            kind: EventKind::Notice { message },
        });
    }

    /// What outlives this process. The session tables are the engine's to write while it holds a session.
    #[must_use]
    pub fn store(&self) -> &Arc<Store> {
        &self.store
    }

    #[must_use]
    pub fn workspace(&self) -> &Arc<Workspace> {
        &self.workspace
    }

    /// Has the index of the workspace ready before anyone asks, if turns shall begin with context at all. Costs a walk, in
    /// the background.
    pub fn look_around(&self) {
        if self.limits.context > 0 {
            self.surroundings.refresh(&self.workspace);
        }
    }

    /// Stops every turn and waits until each has stored its end. Attached fronts hear of it and are let go of.
    pub async fn shutdown(&self) {
        self.is_closing.store(true, Ordering::Release);
        self.stop(None);
        self.turns.close();
        self.turns.wait().await;
        self.door.close().await;
    }

    fn watch_reviews(&self) {
        let events = self.events.clone();
        self.workspace.set_listener(Box::new(move |change| {
            let review = change.review;
            let kind = match change.news {
                ReviewNews::Changed => EventKind::ReviewChanged { review },
                ReviewNews::Grew => EventKind::ReviewGrew { review },
                ReviewNews::Notice(message) => EventKind::Notice { message },
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
            cost_usd,
        } = outcome;
        let kind = EventKind::TurnCompleted {
            state,
            stop_reason,
            text,
            error,
            usage,
            cost_usd,
        };
        self.events.send(Event {
            session: session.clone(),
            turn: Some(turn.clone()),
            kind,
        });
    }
}

const PLAN_MODE: &str = "[harness] Plan mode: nothing can be changed now, not even proposed. Find out what the task \
                         takes, and present a plan with `present-plan`.";

/// A turn that is to be run.
struct Work {
    session: Arc<Session>,
    turn: TurnId,
    task: Task,
    options: TurnOptions,
    model: Option<String>,
    prompt: prompts::Prompt,
    attached: Vec<Block>,
    cancel: CancellationToken,
}

/// Runs a turn; a panic in it ends the turn, not the server.
async fn run_guarded(runtime: Arc<Runtime>, work: Work) {
    let (session, id) = (Arc::clone(&work.session), work.turn.clone());
    let span = tracing::info_span!("turn", session = %session.id, turn = %id);
    let outcome = AssertUnwindSafe(run_turn(&runtime, work).instrument(span))
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

async fn run_turn(runtime: &Arc<Runtime>, work: Work) -> Outcome {
    let wanted = Wanted {
        task: work.task.command.as_str(),
        chosen: work.model.as_deref(),
        default: &runtime.default_model,
    };
    let mut chain = Chain::new(&runtime.routes, wanted, &runtime.models.available());
    let first = tokio::select! {
        first = chain.first(&runtime.models, Need::default()) => first,
        () = work.cancel.cancelled() => return Outcome::stopped(),
    };
    let first = match first {
        Ok(first) => first,
        Err(error) => return Outcome::failed(StopReason::NoModel, error),
    };
    let policy = match work.options.mode {
        Some(mode) => Arc::new(runtime.policy.with_mode(mode)),
        None => Arc::clone(&runtime.policy),
    };
    if policy.mode() == Mode::Plan {
        work.session.tell(PLAN_MODE.to_owned());
    }
    let context = TurnContext {
        runtime: Arc::clone(runtime),
        session: work.session,
        id: work.turn,
        review: ReviewId::fresh(),
        task: Arc::new(work.task),
        model: first.into(),
        options: Arc::new(work.options),
        spending: Spending::new(runtime.limits.budget),
        policy,
        halt: Arc::default(),
        agent: None,
        cancel: work.cancel,
    };
    turn::run(&context, work.prompt, work.attached, chain).await
}

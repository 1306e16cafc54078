//! One task, one model, once: set up, worked on, kept, checked, scored, cleared away.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use base::{Decision, EventKind, StopReason, Task as Request, TurnState};
use chat::place::FilePlace;
use config::Config;
use config::trust::TrustStore;
use engine::{Link, RunRequest, Runtime, Started, Subscription};
use store::Store;
use tokio_util::sync::CancellationToken;

use super::checks::{self, Evidence};
use super::commands::Commands;
use super::contestant::{Contestant, Ready};
use super::grounds::{Grounds, Place};
use super::judge::{Judge, Work};
use super::report::{Status, Timing, TrialReport, TrialResult};
use super::suite::Task;
use super::transcript::Transcript;
use crate::exit;
use crate::run;
use crate::wiring::{self, Home};

pub(super) struct Trial {
    pub(super) task: Arc<Task>,
    pub(super) contestant: Arc<Contestant>,
    /// From 1.
    pub(super) repeat: u32,
    /// Of all trials, from 1.
    pub(super) number: usize,
}

/// What all trials share.
pub(super) struct Stage {
    pub(super) grounds: Grounds,
    /// The user's, with the permissions of an evaluation.
    pub(super) config: Config,
    pub(super) judge: Option<Judge>,
    /// The user wants no more.
    pub(super) cancel: CancellationToken,
}

/// How a turn ended, as far as it is judged.
struct Done {
    /// Why it did not end well, where it did not.
    trouble: Option<String>,
    answer: String,
    diff: String,
    transcript: Transcript,
}

/// The end of a turn as it was told.
struct End {
    trouble: Option<String>,
    answer: String,
}

impl Trial {
    pub(super) fn report(&self, status: Status, reason: Option<String>) -> TrialReport {
        TrialReport {
            task: self.task.name.clone(),
            title: self.task.title.clone(),
            language: self.task.language.clone(),
            command: self.task.command.as_str(),
            model: self.contestant.name.clone(),
            repeat: self.repeat,
            status,
            reason,
            result: None,
            timing: Timing::default(),
        }
    }
}

impl Stage {
    /// Whatever happens is in the report.
    pub(super) async fn run(&self, trial: &Trial) -> TrialReport {
        let started = Instant::now();
        let mut report = self.attempt(trial).await;
        report.timing = Timing::of(started.elapsed());
        report
    }

    async fn attempt(&self, trial: &Trial) -> TrialReport {
        if self.cancel.is_cancelled() {
            return trial.report(Status::Interrupted, None);
        }
        let ready = match trial.contestant.ready(&trial.task) {
            Ok(ready) => ready,
            Err(reason) => return trial.report(Status::Skipped, Some(reason)),
        };
        let place = match self.grounds.place(&trial.task, trial.number).await {
            Ok(place) => place,
            Err(error) => {
                return trial.report(
                    Status::Failed,
                    Some(format!("the workspace was not made: {}", exit::why(&error))),
                );
            }
        };
        let tried = self.try_in(&place, &trial.task, ready).await;
        self.grounds.remove(&place).await;
        match tried {
            _ if self.cancel.is_cancelled() => trial.report(Status::Interrupted, None),
            Ok((result, trouble)) => TrialReport {
                result: Some(result),
                ..trial.report(Status::Failed, trouble)
            }
            .decided(),
            Err(error) => trial.report(Status::Failed, Some(exit::why(&error))),
        }
    }

    async fn try_in(&self, place: &Place, task: &Task, ready: Ready) -> anyhow::Result<(TrialResult, Option<String>)> {
        let before = checks::fingerprints(&place.root)?;
        let done = self.work(place, task, ready).await?;
        let changed = checks::differences(&before, &checks::fingerprints(&place.root)?);
        let evidence = Evidence {
            root: &place.root,
            task: &task.folder,
            changed: &changed,
            answer: &done.answer,
            commands: &Commands::confined(&place.checks_home(), &place.root, &self.config.settings)?,
            cancel: &self.cancel,
        };
        let mut found = Vec::new();
        for check in &task.checks {
            found.push(evidence.report(check).await);
        }
        let judgement = match &self.judge {
            Some(judge) if !self.cancel.is_cancelled() => {
                let work = Work {
                    task,
                    transcript: &done.transcript,
                    answer: &done.answer,
                    diff: &done.diff,
                    checks: &found,
                };
                tokio::select! {
                    judgement = judge.judge(&work) => Some(judgement),
                    () = self.cancel.cancelled() => None,
                }
            }
            _ => None,
        };
        let mut result = TrialResult::new(task, &done.transcript, found, done.trouble.is_none());
        result.changed = changed;
        result.judge = judgement;
        Ok((result, done.trouble))
    }

    /// The turn, in a workspace that is trusted by nobody but this trial.
    async fn work(&self, place: &Place, task: &Task, ready: Ready) -> anyhow::Result<Done> {
        let home = Home::Folder(place.home());
        let paths = home.paths()?;
        TrustStore::open(&paths).grant(&place.root)?;
        let mut config = self.config.clone();
        config.settings.model = ready.model;
        let runtime = wiring::start_with(ready.registry, &home, vec![place.root.clone()], &config, false)?;
        let done = self.turn(&runtime, &place.root, task).await;
        runtime.shutdown().await;
        let (end, started, diff) = done?;
        let items = Store::open(&paths.workspace_state(&place.root))?.items(&started.session)?;
        Ok(Done {
            trouble: end.trouble,
            answer: end.answer,
            diff,
            transcript: Transcript::of(&items),
        })
    }

    async fn turn(&self, runtime: &Arc<Runtime>, root: &Path, task: &Task) -> anyhow::Result<(End, Started, String)> {
        let mut events = runtime.subscribe();
        let started = runtime.run(RunRequest::new(request(task, root)?))?;
        let end = self.follow(runtime, &started, &mut events, task.time).await;
        let diff = String::from_utf8_lossy(&runtime.workspace().patch(&started.session)).into_owned();
        run::keep_all(&Link::here(runtime, &started.session), &started)
            .await
            .context("what was proposed was not kept")?;
        Ok((end, started, diff))
    }

    /// Waits for the turn's end. Nobody is there to be asked, so every question is answered with a no.
    async fn follow(&self, runtime: &Runtime, started: &Started, events: &mut Subscription, time: Duration) -> End {
        let deadline = tokio::time::Instant::now() + time;
        let mut stopped: Option<String> = None;
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                () = tokio::time::sleep_until(deadline), if stopped.is_none() => {
                    stopped = Some(format!("stopped after {} s", time.as_secs()));
                    runtime.stop(Some(&started.turn));
                    continue;
                }
                () = self.cancel.cancelled(), if stopped.is_none() => {
                    stopped = Some("interrupted".to_owned());
                    runtime.stop(Some(&started.turn));
                    continue;
                }
            };
            if event.session != started.session {
                continue;
            }
            match event.kind {
                EventKind::ApprovalRequested(request) => {
                    let reason = Some("headless: there is no one to ask".to_owned());
                    runtime.answer(&request.id, Decision::Reject { reason });
                }
                EventKind::QuestionAsked(request) => {
                    runtime.answer_questions(&request.id, Vec::new());
                }
                EventKind::TurnCompleted {
                    state,
                    stop_reason,
                    text,
                    error,
                    ..
                } => {
                    return End {
                        trouble: stopped.or_else(|| trouble(state, stop_reason, error)),
                        answer: text,
                    };
                }
                _ => {}
            }
        }
    }
}

impl TrialReport {
    /// With the status that its result earns.
    fn decided(mut self) -> Self {
        if self.reason.is_none() && self.result.as_ref().is_some_and(TrialResult::is_pass) {
            self.status = Status::Passed;
        }
        self
    }
}

fn trouble(state: TurnState, stop_reason: StopReason, error: Option<String>) -> Option<String> {
    match state {
        TurnState::Completed => None,
        TurnState::Failed | TurnState::Stopped | TurnState::Running => {
            Some(error.unwrap_or_else(|| format!("the turn ended early: {stop_reason:?}")))
        }
    }
}

fn request(task: &Task, root: &Path) -> anyhow::Result<Request> {
    let place = task
        .file
        .as_deref()
        .map(|file| chat::place::parse(file, root))
        .transpose()?;
    let (uri, span) = match place {
        Some(FilePlace { uri, span }) => (Some(uri), span),
        None => (None, None),
    };
    let diagnostics = task.diagnostics.as_deref().map(run::diagnostics).transpose()?;
    Ok(Request {
        uri,
        span,
        diagnostics: diagnostics.unwrap_or_default(),
        prompt: task.prompt.clone(),
        ..Request::new(task.command)
    })
}

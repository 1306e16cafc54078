//! Running a command line in the workbench, and what the model and the user are told of it.
//!
//! The command sees what the session sees. What it changed comes back as hunks attributed to it ([`changes`]); its
//! output is cut to what a conversation can hold ([`output`]).

mod changes;
mod kept;
mod output;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use permissions::{Confinement, Grant, OwnedAction, RunAction};
use sandbox::{Exit, Job, Level, Limits, Outcome, Seed, SeedContent};
use workspace::CommandStep;

pub use kept::Outputs;

use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::tool::ToolContext;

/// A command line, and where it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    pub(crate) line: String,
    pub(crate) folder: PathBuf,
}

impl CommandLine {
    /// What it needs permission for: to run where this machine can confine it best.
    pub(crate) fn action(&self, cx: &ToolContext) -> OwnedAction {
        OwnedAction::Run {
            run: RunAction {
                line: self.line.clone(),
                folder: self.folder.clone(),
                confinement: cx.workbench.standing().confinement,
            },
        }
    }
}

/// Runs the granted line and proposes what it changed. An answer for the model in every case: a command that fails
/// is something the model can act on.
pub(crate) async fn run(cx: &ToolContext, grant: &Grant, time: Option<Duration>) -> ToolOutput {
    match outcome(cx, grant, time).await {
        Ok((seeds, outcome)) => answer(cx, grant, &seeds, outcome),
        Err(error) => ToolOutput::error(error.to_string()),
    }
}

/// Runs the granted line; also what it was given to see.
pub(crate) async fn outcome(
    cx: &ToolContext,
    grant: &Grant,
    time: Option<Duration>,
) -> Result<(Vec<Seed>, Outcome), ToolError> {
    cx.go_on()?;
    let seeds = seeds(cx).await?;
    let limits = Limits {
        time: time.map_or(cx.command_time, |time| time.min(cx.command_time)),
        ..Limits::default()
    };
    let job = Job {
        session: cx.session.clone(),
        seeds: seeds.clone(),
        limits,
        environment: Vec::new(),
    };
    let saved = save_what_it_may_hurt(cx, grant).await?;
    let outcome = cx.workbench.run(grant, job, &cx.cancel).await?;
    if let Some(step) = saved {
        let workspace = Arc::clone(&cx.workspace);
        let ended = tokio::task::spawn_blocking(move || workspace.end_command(step)).await;
        ended.map_err(|_| ToolError::Stopped)??;
    }
    Ok((seeds, outcome))
}

/// Before a command on the real files: what they are, so that a rewind can bring them back.
async fn save_what_it_may_hurt(cx: &ToolContext, grant: &Grant) -> Result<Option<CommandStep>, ToolError> {
    let Some(run) = grant.run().filter(|run| run.confinement != Confinement::Workbench) else {
        return Ok(None);
    };
    let (cx, label) = (cx.clone(), run.line.clone());
    let saving = tokio::task::spawn_blocking(move || {
        let roots = cx.workspace.roots();
        cx.workspace.begin_command(&cx.session, &cx.turn, &label, &roots)
    });
    Ok(saving.await.map_err(|_| ToolError::Stopped)??)
}

/// What the session sees and the disk does not hold. Reads files, so not on the runtime's own threads.
async fn seeds(cx: &ToolContext) -> Result<Vec<Seed>, ToolError> {
    let (workspace, session) = (Arc::clone(&cx.workspace), cx.session.clone());
    let changes = tokio::task::spawn_blocking(move || workspace.visible_changes(&session)).await;
    let changes = changes.map_err(|_| ToolError::Stopped)?;
    let seed = |change: workspace::VisibleChange| Seed {
        path: change.path,
        content: match change.content {
            Some(bytes) => SeedContent::File(bytes),
            None => SeedContent::Absent,
        },
    };
    Ok(changes.into_iter().map(seed).collect())
}

fn answer(cx: &ToolContext, grant: &Grant, seeds: &[Seed], outcome: Outcome) -> ToolOutput {
    let line = grant.run().map_or("", |run| run.line.as_str());
    let shown = output::shown(&outcome.output);
    let mut notes = outcome.notes;
    if outcome.level != Level::Overlay {
        notes.push(format!("it ran at level {}", outcome.level));
    }
    let changed = match outcome.applied {
        true => changes::tell(cx, &outcome.changes),
        false => changes::propose(cx, line, seeds, outcome.changes),
    };
    let mut content = ended(outcome.exit);
    content.push('\n');
    content.push_str(&shown);
    if !shown.is_empty() && !shown.ends_with('\n') {
        content.push('\n');
    }
    for note in notes.into_iter().chain(changed.sentences) {
        content.push_str(&format!("[{note}]\n"));
    }
    let summary = one_line(&format!("{}: {line}", ended(outcome.exit)));
    let mut answer = ToolOutput::new(content, summary);
    answer.is_error = outcome.exit != Exit::Code(0);
    answer.staged = changed.staged;
    answer
}

fn ended(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit code {code}"),
        Exit::Signal(signal) => format!("ended by signal {signal}"),
        Exit::TimedOut => "ended: it took longer than its time limit".to_owned(),
        Exit::Stopped => "stopped with its turn".to_owned(),
    }
}

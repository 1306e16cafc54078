//! Running a command line in the workbench, and what the model and the user are told of it.
//!
//! The command sees what the session sees. What it changed comes back as hunks attributed to it ([`changes`]); its
//! output is cut to what a conversation can hold ([`output`]), and the whole is kept for a while ([`kept`]).

mod changes;
mod end;
mod kept;
mod output;
mod plain;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use permissions::{Confinement, Grant, OwnedAction, RunAction};
use sandbox::{Exit, Job, Limits, Outcome, SandboxError, Seed, SeedContent};
use workspace::{CommandStep, Staged};

pub use kept::Outputs;
pub(crate) use plain::plain_line;

use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::tool::ToolContext;
use output::Shown;

/// A command line, and where it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    pub(crate) line: String,
    pub(crate) folder: PathBuf,
}

impl CommandLine {
    /// The line in a folder that a model names, the workspace's own by default.
    pub(crate) fn new(cx: &ToolContext, line: String, folder: Option<&str>) -> Result<Self, ToolError> {
        let folder = match folder {
            Some(folder) => cx.path(folder)?,
            None => cx.workspace.home(),
        };
        match folder.is_dir() {
            true => Ok(Self { line, folder }),
            false => Err(ToolError::NoFolder {
                path: cx.shown(&folder),
            }),
        }
    }

    /// What it needs permission for: to run where this machine can confine it best.
    pub(crate) fn action(&self, cx: &ToolContext) -> OwnedAction {
        self.action_in(cx.workbench.standing().confinement)
    }

    /// As [`CommandLine::action`], on the real files.
    pub(crate) fn action_in_place(&self, cx: &ToolContext) -> OwnedAction {
        self.action_in(match cx.workbench.standing().confinement {
            Confinement::Missing => Confinement::Missing,
            Confinement::Workbench | Confinement::InPlace => Confinement::InPlace,
        })
    }

    fn action_in(&self, confinement: Confinement) -> OwnedAction {
        OwnedAction::Run {
            run: RunAction {
                line: self.line.clone(),
                folder: self.folder.clone(),
                confinement,
            },
        }
    }
}

/// Whether the policy holds that a line only reads, wherever it runs.
pub(crate) fn only_reads(cx: &ToolContext, action: &OwnedAction) -> bool {
    let OwnedAction::Run { run } = action else {
        return false;
    };
    // What it allows on the real files without a question is what changes none.
    let anywhere = RunAction {
        confinement: Confinement::InPlace,
        ..run.clone()
    };
    cx.policy.judge_command(&anywhere).verdict.decision == permissions::Decision::Allow
}

/// How a line is run.
#[derive(Clone, Debug, Default)]
pub(crate) struct How {
    /// If sooner than the user's own limit.
    pub(crate) time: Option<Duration>,
    pub(crate) environment: &'static [(&'static str, &'static str)],
    /// What a command on the real files may destroy; none is all of the workspace.
    pub(crate) at_risk: Option<Vec<PathBuf>>,
}

/// Variables of every command: nobody can answer a question or leave a pager, and a look at a repository does not
/// rewrite its index.
const ENVIRONMENT: [(&str, &str); 4] = [
    ("GIT_PAGER", "cat"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("PAGER", "cat"),
];

/// A command that ran, and what there is to say of it.
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    /// The exit in words, and where it ran unless as expected.
    pub(crate) end: String,
    /// The output as far as it is shown.
    pub(crate) shown: String,
    /// The number of the whole output, where not all is shown.
    pub(crate) kept: Option<usize>,
    /// Notes on what it changed and what could not be done. One sentence each.
    pub(crate) remarks: Vec<String>,
    pub(crate) staged: Option<Staged>,
}

impl Ran {
    fn into_answer(self, grant: Option<&Grant>) -> ToolOutput {
        let line = grant.and_then(Grant::run).map_or("", |run| run.line.as_str());
        let summary = one_line(&format!("{}: {line}", self.end));
        let mut answer = ToolOutput::new(format!("{}\n{}{}", self.end, self.shown, self.remarks()), summary);
        answer.is_error = self.exit != Exit::Code(0);
        answer.staged = self.staged;
        answer
    }

    /// The remarks as lines that are no part of the output.
    pub(crate) fn remarks(&self) -> String {
        self.remarks.iter().map(|remark| format!("[{remark}]\n")).collect()
    }
}

/// Runs the granted line and proposes what it changed. An answer for the model in every case: a command that fails
/// is something the model can act on.
pub(crate) async fn run(cx: &ToolContext, grant: Option<&Grant>, how: How) -> ToolOutput {
    match ran(cx, grant, how).await {
        Ok(ran) => ran.into_answer(grant),
        Err(error) => ToolOutput::error(error.to_string()),
    }
}

/// # Errors
/// It was not run.
pub(crate) async fn ran(cx: &ToolContext, grant: Option<&Grant>, how: How) -> Result<Ran, ToolError> {
    let grant = grant.ok_or(SandboxError::NotGranted)?;
    let time = how.time.map_or(cx.command_time, |time| time.min(cx.command_time));
    let (seeds, outcome) = outcome(cx, grant, how, time).await?;
    let line = grant.run().map(|run| run.line.clone()).unwrap_or_default();
    let end = format!("{}{}", end::ended(outcome.exit, time, cx.command_time), end::place(outcome.level));
    let cx = cx.clone();
    // Proposing reads files.
    let looked_at = tokio::task::spawn_blocking(move || look_at(&cx, &line, end, &seeds, outcome)).await;
    looked_at.map_err(ToolError::of_task)
}

/// Runs the granted line; also what it was given to see.
async fn outcome(
    cx: &ToolContext,
    grant: &Grant,
    how: How,
    time: Duration,
) -> Result<(Vec<Seed>, Outcome), ToolError> {
    cx.go_on()?;
    let seeds = seeds(cx).await?;
    let environment = ENVIRONMENT.iter().chain(how.environment);
    let job = Job {
        session: cx.session.clone(),
        seeds: seeds.clone(),
        limits: Limits {
            time,
            ..Limits::default()
        },
        environment: environment.map(|(name, value)| (name.into(), value.into())).collect(),
    };
    let saved = save_what_it_may_hurt(cx, grant, how.at_risk).await?;
    let outcome = cx.workbench.run(grant, job, &cx.cancel).await;
    if let Some(step) = saved {
        let workspace = Arc::clone(&cx.workspace);
        let ended = tokio::task::spawn_blocking(move || workspace.end_command(step)).await;
        ended.map_err(ToolError::of_task)??;
    }
    Ok((seeds, outcome?))
}

/// Before a command on the real files: what they are, so that a rewind can bring them back.
async fn save_what_it_may_hurt(
    cx: &ToolContext,
    grant: &Grant,
    at_risk: Option<Vec<PathBuf>>,
) -> Result<Option<CommandStep>, ToolError> {
    let Some(run) = grant.run().filter(|run| run.confinement != Confinement::Workbench) else {
        return Ok(None);
    };
    if at_risk.as_ref().is_some_and(Vec::is_empty) {
        return Ok(None);
    }
    let (cx, label) = (cx.clone(), run.line.clone());
    let saving = tokio::task::spawn_blocking(move || {
        let paths = at_risk.unwrap_or_else(|| cx.workspace.roots());
        cx.workspace.begin_command(&cx.session, &cx.turn, &label, &paths)
    });
    Ok(saving.await.map_err(ToolError::of_task)??)
}

/// What the session sees and the disk does not hold. Reads files, so not on the runtime's own threads.
async fn seeds(cx: &ToolContext) -> Result<Vec<Seed>, ToolError> {
    let (workspace, session) = (Arc::clone(&cx.workspace), cx.session.clone());
    let changes = tokio::task::spawn_blocking(move || workspace.visible_changes(&session)).await;
    let seed = |change: workspace::VisibleChange| Seed {
        path: change.path,
        content: match change.content {
            Some(bytes) => SeedContent::File(bytes),
            None => SeedContent::Absent,
        },
    };
    Ok(changes.map_err(ToolError::of_task)?.into_iter().map(seed).collect())
}

fn look_at(cx: &ToolContext, line: &str, end: String, seeds: &[Seed], outcome: Outcome) -> Ran {
    let Outcome {
        exit,
        output,
        changes,
        applied,
        notes,
        ..
    } = outcome;
    let (shown, kept) = match output::shown(&output) {
        Shown::Whole(text) => (text, None),
        Shown::Ends(first, last) => {
            let number = cx.outputs.keep(&output);
            let gap = format!(
                "[… a part of {} bytes is left out: `shell-output` with output {number} shows it …]",
                output.total
            );
            (format!("{}{gap}\n{last}", ended_line(first)), Some(number))
        }
    };
    let changed = match applied {
        true => changes::tell(cx, &changes),
        false => changes::propose(cx, line, exit, seeds, changes),
    };
    Ran {
        exit,
        end,
        shown: ended_line(shown),
        kept,
        remarks: notes.into_iter().chain(changed.sentences).collect(),
        staged: changed.staged,
    }
}

fn ended_line(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

//! Running a command line in the workbench, and what the model and the user are told of it.
//!
//! The command sees what the session sees. What it changed comes back as hunks attributed to it ([`changes`]); its
//! output is cut to what a conversation can hold ([`output`]), and the whole is kept for a while ([`kept`]).

mod background;
mod changes;
mod end;
mod kept;
mod output;
mod plain;
mod saved;
mod tape;
mod terminal;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use permissions::{Confinement, Decision, Grant, OwnedAction, RunAction};
use sandbox::{Exit, Job, Limits, Outcome, SandboxError, Seed, SeedContent};
use workspace::Staged;

pub(crate) use background::{kill, news, start, type_in};
pub use kept::Outputs;
pub(crate) use plain::plain_line;

use crate::error::ToolError;
use crate::output::{ToolOutput, clip, one_line};
use crate::tool::ToolContext;
use changes::Changed;
use output::Shown;
use saved::Saved;
use terminal::Unattended;

/// Files that an answer names one by one.
const MAX_NAMED: usize = 20;

/// Characters of what is said of one file.
const MAX_REASON: usize = 200;

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

/// Families of the rules by which the policy allows what only reads. What a user's own rule allows may write.
const READING: [&str; 2] = ["read.", "shell."];

/// Whether the policy holds that a line only reads, wherever it runs.
pub(crate) fn only_reads(cx: &ToolContext, action: &OwnedAction) -> bool {
    matches!(action, OwnedAction::Run { run } if is_reading(cx, run))
}

fn is_reading(cx: &ToolContext, run: &RunAction) -> bool {
    // In place, builds and programs that are not known are asked about.
    let in_place = RunAction {
        confinement: Confinement::InPlace,
        ..run.clone()
    };
    let judged = cx.policy.judge_command(&in_place);
    let is_reading = |rule: &str| READING.iter().any(|family| rule.starts_with(family));
    judged.verdict.decision == Decision::Allow && judged.parts.iter().all(|part| is_reading(&part.verdict.rule))
}

/// Variables of a command, on top of the user's own.
pub(crate) type Variables = Vec<(OsString, OsString)>;

/// Those that are known beforehand.
pub(crate) fn variables(known: &[(&str, &str)]) -> Variables {
    known.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// How a line is run.
#[derive(Clone, Debug, Default)]
pub(crate) struct How {
    /// If sooner than the user's own limit.
    pub(crate) time: Option<Duration>,
    pub(crate) environment: Variables,
    /// Whether it believes that it has a terminal.
    pub(crate) has_terminal: bool,
    /// What a command on the real files may destroy; none is any file of the workspace.
    pub(crate) at_risk: Option<Vec<PathBuf>>,
}

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
    let end = format!(
        "{}{}",
        end::ended(outcome.exit, time, cx.command_time),
        end::place(outcome.level)
    );
    let cx = cx.clone();
    // Proposing reads files.
    let looked_at = tokio::task::spawn_blocking(move || look_at(&cx, &line, end, &seeds, outcome)).await;
    looked_at.map_err(ToolError::of_task)
}

/// A granted line that is about to run.
struct Prepared {
    job: Job,
    saved: Option<Saved>,
}

/// What has to be there before the line runs.
async fn prepare(cx: &ToolContext, grant: &Grant, how: How, time: Duration) -> Result<Prepared, ToolError> {
    cx.go_on()?;
    let job = Job {
        session: cx.session.clone(),
        seeds: seeds(cx).await?,
        limits: Limits {
            time,
            ..Limits::default()
        },
        environment: match how.has_terminal {
            true => [how.environment, variables(&[("TERM", "xterm")])].concat(),
            false => how.environment,
        },
    };
    let saved = saved::save(cx, grant, how.at_risk).await?;
    Ok(Prepared { job, saved })
}

/// Runs the granted line; also what it was given to see.
async fn outcome(cx: &ToolContext, grant: &Grant, how: How, time: Duration) -> Result<(Vec<Seed>, Outcome), ToolError> {
    let has_terminal = how.has_terminal;
    let Prepared { job, saved } = prepare(cx, grant, how, time).await?;
    let seeds = job.seeds.clone();
    let outcome = match has_terminal {
        true => cx.workbench.run_heard(grant, job, &Unattended::new(), &cx.cancel).await,
        false => cx.workbench.run(grant, job, &cx.cancel).await,
    };
    let remarks = match saved {
        Some(saved) => saved.end(&cx.workspace).await?,
        None => Vec::new(),
    };
    let mut outcome = outcome?;
    outcome.notes.extend(remarks);
    Ok((seeds, outcome))
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

fn look_at(cx: &ToolContext, line: &str, end: String, seeds: &[Seed], mut outcome: Outcome) -> Ran {
    let output = std::mem::take(&mut outcome.output);
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
    let exit = outcome.exit;
    let left = leave(cx, line, seeds, outcome);
    Ran {
        exit,
        end,
        shown: ended_line(shown),
        kept,
        remarks: left.sentences,
        staged: left.staged,
    }
}

/// What a command left beside its output: its changes, proposed where they are not made yet, and remarks.
fn leave(cx: &ToolContext, line: &str, seeds: &[Seed], outcome: Outcome) -> Changed {
    let changed = match outcome.applied {
        true => changes::tell(cx, &outcome.changes),
        false => changes::propose(cx, line, outcome.exit, seeds, outcome.changes),
    };
    Changed {
        sentences: outcome.notes.into_iter().chain(changed.sentences).collect(),
        ..changed
    }
}

/// Files by their names, as far as an answer has room for them.
pub(crate) fn names(cx: &ToolContext, paths: &[PathBuf]) -> String {
    let files: Vec<String> = paths.iter().map(|path| cx.shown(path)).collect();
    some(&files, ", ")
}

/// The first of what there is to say of files, and how many more there are.
fn some(files: &[String], between: &str) -> String {
    let shown: Vec<String> = files
        .iter()
        .take(MAX_NAMED)
        .map(|file| clip(file, MAX_REASON))
        .collect();
    let more = match files.len() - shown.len() {
        0 => String::new(),
        more => format!("{between}and {more} more"),
    };
    shown.join(between) + &more
}

fn ended_line(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

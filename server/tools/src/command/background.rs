//! Commands that run beside the conversation: started, read from while they run, ended with their turn at the latest.
//!
//! Each has a layer of its own, since two mounts cannot share one: it sees the files as they were when it started, and
//! none of the build output of other commands. What it changed is proposed when its end is read of.

use std::sync::Arc;
use std::time::Duration;

use base::SessionId;
use permissions::{Confinement, Grant};
use sandbox::{Exit, SandboxError};

use super::plain::plain;
use super::tape::{BackgroundJob, Finished, News, Start, Tape};
use super::terminal::keyboard;
use super::{How, Prepared, end, leave, prepare};
use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::tool::ToolContext;

/// Commands that may run at once beside the conversation.
const MOST: usize = 8;

/// They end with their turn, whose length is the user's; this only has to be longer.
const TIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Starts the granted line and does not wait for it.
pub(crate) async fn start(cx: &ToolContext, mut grants: Vec<Grant>, how: How) -> Result<ToolOutput, ToolError> {
    let grant = grants.pop().ok_or(SandboxError::NotGranted)?;
    if cx.outputs.running() >= MOST {
        return Err(ToolError::ManyJobs { most: MOST });
    }
    let time = how.time.unwrap_or(TIME);
    let has_terminal = how.has_terminal;
    let line = grant.run().map(|run| run.line.clone()).unwrap_or_default();
    let is_confined = grant.run().is_some_and(|run| run.confinement == Confinement::Workbench);
    let Prepared { mut job, saved } = prepare(cx, &grant, how, time).await?;
    let (keys, typed) = has_terminal.then(keyboard).unzip();
    let tape = Arc::new(Tape::new(typed).map_err(ToolError::Output)?);
    let cancel = cx.cancel.child_token();
    let started = Start {
        line: line.clone(),
        turn: cx.turn.clone(),
        time,
        seeds: job.seeds.clone(),
        // What is typed is judged by nobody: it may only go where nothing can be hurt.
        keys: keys.filter(|_| is_confined),
        cancel: cancel.clone(),
    };
    let number = cx
        .outputs
        .add(BackgroundJob::new(started, &tape))
        .map_err(ToolError::Output)?;
    job.session = SessionId::from(format!("{}-{number}", cx.session).as_str());
    let (workbench, workspace) = (Arc::clone(&cx.workbench), Arc::clone(&cx.workspace));
    // It holds nothing of the session, whose end is its own.
    tokio::spawn(async move {
        let session = job.session.clone();
        let outcome = workbench.run_heard(&grant, job, tape.as_ref(), &cancel).await;
        workbench.discard(&session);
        let outcome = outcome.map_err(ToolError::from);
        let finished = match saved {
            None => outcome,
            Some(saved) => saved.end(&workspace).await.and_then(|remarks| {
                let mut outcome = outcome?;
                outcome.notes.extend(remarks);
                Ok(outcome)
            }),
        };
        tape.end(finished);
    });
    let told = format!("running in the background as output {number}: `shell-output` shows what it says\n");
    Ok(ToolOutput::new(told, one_line(&format!("started: {line}"))))
}

/// What a command said since it was last asked, after at most `wait` for there to be anything.
pub(crate) async fn news(cx: &ToolContext, job: &Arc<BackgroundJob>, wait: Duration) -> Result<ToolOutput, ToolError> {
    job.wait(wait).await;
    let (cx, job) = (cx.clone(), Arc::clone(job));
    // Reading its file, and proposing what it changed.
    let told = tokio::task::spawn_blocking(move || tell(&cx, &job)).await;
    told.map_err(ToolError::of_task)?
}

/// Types into a command's terminal.
pub(crate) fn type_in(job: &BackgroundJob, text: &str) -> Result<ToolOutput, ToolError> {
    job.type_in(text)?;
    Ok(ToolOutput::new(
        "typed; `shell-output` shows what comes of it\n",
        format!("typed into: {}", job.line),
    ))
}

/// Ends a command and tells the rest.
pub(crate) async fn kill(cx: &ToolContext, job: &Arc<BackgroundJob>) -> Result<ToolOutput, ToolError> {
    job.end().await;
    news(cx, job, Duration::ZERO).await
}

fn tell(cx: &ToolContext, job: &BackgroundJob) -> Result<ToolOutput, ToolError> {
    let News { bytes, more } = job.news().map_err(ToolError::Output)?;
    let text = super::ended_line(plain(&bytes));
    let more = match more {
        0 => String::new(),
        more => format!("[… {more} more bytes: call again]\n"),
    };
    let Some(finished) = job.finished().filter(|_| more.is_empty()) else {
        let told = format!("running\n{text}{more}");
        return Ok(ToolOutput::new(told, one_line(&format!("running: {}", job.line))));
    };
    let Finished { outcome, has_told } = finished;
    let outcome = outcome?;
    let (exit, place) = (outcome.exit, end::place(outcome.level));
    let ended = match exit {
        // A turn that is over reads no more of it.
        Exit::Stopped => format!("stopped by you{place}"),
        exit => format!("{}{place}", end::ended(exit, job.time, TIME)),
    };
    let left = match has_told {
        true => super::Changed::default(),
        false => leave(cx, &job.line, &job.seeds, outcome),
    };
    let remarks: String = left.sentences.iter().map(|remark| format!("[{remark}]\n")).collect();
    let mut answer = ToolOutput::new(
        format!("{ended}\n{text}{remarks}"),
        one_line(&format!("{ended}: {}", job.line)),
    );
    answer.is_error = !matches!(exit, Exit::Code(0) | Exit::Stopped);
    answer.staged = left.staged;
    Ok(answer)
}

//! From a user's request to the prompt: checks that the place exists, and takes the text around it from one
//! view of the workspace.

use std::path::Path;

use base::{SessionId, Task, Uri};
use prompts::{Excerpt, Prompt, PromptInput};

use crate::error::RunError;
use crate::places::Places;
use crate::runtime::Runtime;
use crate::turn;

/// Entries of each memory that a prompt carries at most.
const MEMORIES: usize = 5;

/// Refuses what no model could do anything with.
pub(crate) fn validate(task: &Task) -> Result<(), RunError> {
    let command = task.command.as_str();
    if task.command.needs_words() && task.prompt.as_ref().is_none_or(|prompt| prompt.trim().is_empty()) {
        return Err(RunError::NoPrompt { command });
    }
    match &task.uri {
        None if task.command.needs_file() => Err(RunError::NoFile { command }),
        Some(uri) if uri.path().is_none() => Err(RunError::Untitled(uri.to_string())),
        _ => Ok(()),
    }
}

/// Assembles the prompt from what the session sees now: unsaved text and its own pending proposals included. The user
/// speaks of places in their own text; the prompt has them in the session's.
pub(crate) fn prompt(runtime: &Runtime, session: &SessionId, task: &Task) -> Result<Prompt, RunError> {
    let mut task = task.clone();
    let excerpt = match turn::path_of(&task) {
        Some(path) => Some(excerpt(runtime, session, &mut task, &path)?),
        None => None,
    };
    let path_of = |uri: &Uri| match uri.path() {
        Some(path) => runtime.workspace.relative(&path),
        None => uri.to_string(),
    };
    Ok(prompts::assemble(&PromptInput {
        task: &task,
        excerpt,
        instructions: &runtime.instructions,
        memory: &memory(runtime, &task),
        path_of: &path_of,
    }))
}

/// What was learned before and concerns the task: from our own store, and from the project's `MEMORY.md`.
fn memory(runtime: &Runtime, task: &Task) -> Vec<String> {
    let topics = task.prompt.iter().map(String::as_str);
    let topics = topics.chain(task.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()));
    let topic = topics.collect::<Vec<_>>().join("\n");
    let recalled = runtime.store.recall(&topic, MEMORIES).unwrap_or_else(|error| {
        tracing::warn!(%error, "the memory could not be searched");
        Vec::new()
    });
    let mut entries: Vec<String> = recalled.into_iter().map(|memory| memory.text).collect();
    if let Some(root) = runtime.workspace.roots().first() {
        let of_project = prompts::project_memory(root, &topic, MEMORIES);
        entries.extend(
            of_project
                .into_iter()
                .filter(|entry| !entries.contains(entry))
                .collect::<Vec<_>>(),
        );
    }
    entries
}

/// Moves the task's places to where the session sees them, and takes the text around them.
fn excerpt(runtime: &Runtime, session: &SessionId, task: &mut Task, path: &Path) -> Result<Excerpt, RunError> {
    let view = runtime
        .workspace
        .read(session, path)
        .map_err(|error| RunError::Unreadable {
            path: path.display().to_string(),
            cause: error.to_string(),
        })?;
    match runtime.workspace.users_text(path, &view) {
        Some(users) => {
            check_span(task, path, users.len_lines())?;
            Places::between(&users, &view.rope).move_task(task);
        }
        // Only the session has this file, so the user can only speak of what it sees.
        None => check_span(task, path, view.rope.len_lines())?,
    }
    let lines = prompts::window(task, view.rope.len_lines());
    Ok(Excerpt {
        language: runtime.workspace.language_of(path),
        hash: view.hash,
        first: lines.start,
        lines: lines.map(|line| view.rope.line(line).to_string()).collect(),
    })
}

fn check_span(task: &Task, path: &Path, lines: usize) -> Result<(), RunError> {
    match task.span {
        Some(span) if span.end.line as usize > lines || span.start.line as usize >= lines => {
            Err(RunError::StaleRange {
                path: path.display().to_string(),
                line: span.end.line + 1,
                lines,
            })
        }
        _ => Ok(()),
    }
}

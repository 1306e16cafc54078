//! A session written down for others, without secrets and without anything that a viewer would load from the network.

mod markdown;

use std::io::{self, Write};

use base::redact::Redactor;
use base::{Block, Image, Message, Role, SessionId, Task, ToolCall, ToolResult};
use store::{Item, Store, StoreError};

use markdown::{escaped, fenced, words};

/// Items that are read at a time.
const PAGE: usize = 500;

/// Why a session was not written down, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// Writes the session as Markdown. What is damaged in the store is left out.
///
/// # Errors
/// A failing store, or `out`.
pub fn export_markdown(
    store: &Store,
    session: &SessionId,
    title: &str,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let redactor = Redactor::of_process();
    writeln!(out, "# {}\n", escaped(&redactor.redact(title)))?;
    writeln!(out, "Session `{}`.\n", plain_id(session))?;
    let mut turns = 0;
    let mut after = Some(0);
    while let Some(start) = after {
        let page = store.items_page(session, start, PAGE)?;
        for stored in page.items {
            write_item(out, &redactor, &stored.item, &mut turns)?;
        }
        after = page.next;
    }
    Ok(())
}

fn write_item(out: &mut dyn Write, redactor: &Redactor, item: &Item, turns: &mut usize) -> io::Result<()> {
    match item {
        Item::Turn { task, .. } => {
            *turns += 1;
            write!(out, "## Turn {turns}: {}\n\n", heading(task, redactor))?;
            write_user_words(out, redactor, task)?;
        }
        Item::Said { task, .. } => write_user_words(out, redactor, task)?,
        Item::Message(message) => write_message(out, redactor, message)?,
        Item::Context { cause, .. } => {
            let cause = escaped(&redactor.redact(cause));
            write!(
                out,
                "*From here on the model goes on from a shorter conversation: {cause}.*\n\n"
            )?;
        }
        Item::TurnEnd { error: Some(error), .. } => {
            write!(out, "*The turn ended: {}*\n\n", escaped(&redactor.redact(error)))?;
        }
        Item::TurnEnd { .. } | Item::Usage { .. } => {}
    }
    Ok(())
}

fn heading(task: &Task, redactor: &Redactor) -> String {
    let file = task.uri.as_ref().map(|uri| uri.file_name()).unwrap_or_default();
    let heading = format!("{} {}", task.command.as_str(), redactor.redact(&file));
    escaped(heading.trim_end())
}

fn write_user_words(out: &mut dyn Write, redactor: &Redactor, task: &Task) -> io::Result<()> {
    match &task.prompt {
        Some(prompt) => write!(out, "### You\n\n{}\n", words(&redactor.redact(prompt))),
        None => Ok(()),
    }
}

fn write_message(out: &mut dyn Write, redactor: &Redactor, message: &Message) -> io::Result<()> {
    let mut has_spoken = false;
    for block in &message.content {
        match block {
            // What the user wrote stands before; this is how the model was told, with what goes along with it.
            Block::Text { text } if message.role == Role::User => {
                folded(out, "What the model was told", &fenced("", &redactor.redact(text)))?;
            }
            Block::Text { text } => {
                if !has_spoken {
                    write!(out, "### Singletree\n\n")?;
                    has_spoken = true;
                }
                writeln!(out, "{}", words(&redactor.redact(text)))?;
            }
            Block::ToolCall(call) => write_call(out, redactor, call)?,
            Block::ToolResult(result) => write_result(out, redactor, result)?,
            Block::Image(image) => writeln!(out, "*[{}]*\n", escaped(&note(image)))?,
            // The model's own, and signed by its vendor.
            Block::Thinking { .. } | Block::RedactedThinking { .. } => {}
        }
    }
    Ok(())
}

fn write_call(out: &mut dyn Write, redactor: &Redactor, call: &ToolCall) -> io::Result<()> {
    let mut arguments = call.arguments.clone();
    redactor.redact_value(&mut arguments);
    let object = arguments.as_object();
    // A path or a command says most in a line.
    let telling = ["path", "command", "pattern", "query", "url"];
    let telling = telling
        .iter()
        .find_map(|name| object?.get(*name)?.as_str())
        .unwrap_or_default();
    let shown: String = telling.chars().take(80).collect();
    let summary = escaped(format!("→ {} {shown}", call.name).trim_end());
    folded(
        out,
        &summary,
        &fenced("json", &serde_json::to_string_pretty(&arguments)?),
    )
}

fn write_result(out: &mut dyn Write, redactor: &Redactor, result: &ToolResult) -> io::Result<()> {
    let text = redactor.redact(&result.content);
    let mark = if result.is_error { "✗" } else { "←" };
    let summary = format!("{mark} {} line(s)", text.lines().count());
    folded(out, &summary, &fenced("", &text))
}

fn folded(out: &mut dyn Write, summary: &str, content: &str) -> io::Result<()> {
    writeln!(out, "<details><summary>{summary}</summary>\n\n{content}\n</details>\n")?;
    Ok(())
}

fn note(image: &Image) -> String {
    let bytes = image.data.len() / 4 * 3;
    format!(
        "a picture, {}, about {} kB, left out",
        image.media_type,
        bytes.div_ceil(1000)
    )
}

/// An id is ours and plain, unless a database says otherwise.
fn plain_id(id: &SessionId) -> String {
    id.as_str()
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'))
        .collect()
}

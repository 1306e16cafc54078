//! `singletree sessions export`: a session written down for others, without secrets and without anything that a viewer
//! would load from the network.

use std::fs::OpenOptions;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use base::redact::Redactor;
use base::{Block, Image, Message, Role, SessionId, Task, ToolCall, ToolResult};
use store::{Item, Store};

use super::find::Found;
use super::markdown::{escaped, fenced, words};
use super::show::{each_item, write_json};
use crate::cli::{ExportArgs, ExportFormat};
use crate::exit;

pub(super) fn run(store: &Store, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let session = match super::find(store, &args.session.id)? {
        Ok(session) => session,
        Err(reason) => return exit::with(exit::USAGE, &reason),
    };
    let redactor = Redactor::of_process();
    let is_json = args.session.json || args.format == ExportFormat::Json;
    let write = |out: &mut dyn Write| match is_json {
        true => write_json(store, &session.id, &redactor, out),
        false => write_markdown(store, &session, &redactor, out),
    };
    let Some(path) = &args.output else {
        let mut stdout = std::io::stdout().lock();
        write(&mut stdout)?;
        stdout.flush()?;
        return Ok(ExitCode::SUCCESS);
    };
    match new_file(path, write) {
        Err(error) if is_there_already(&error) => {
            let reason = format!(
                "{} is there already; nothing was written, name another file",
                path.display()
            );
            exit::with(exit::USAGE, &reason)
        }
        other => other.with_context(|| format!("{} cannot be written", path.display())),
    }
}

/// The session as Markdown in a new file.
pub(crate) fn save(store: &Store, session: &Found, path: &Path) -> anyhow::Result<()> {
    let redactor = Redactor::of_process();
    new_file(path, |out| write_markdown(store, session, &redactor, out))?;
    Ok(())
}

fn new_file(path: &Path, write: impl Fn(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = BufWriter::new(options.open(path)?);
    write(&mut file)?;
    file.flush()?;
    exit::tell(&format!("Written to {}.", path.display()));
    Ok(ExitCode::SUCCESS)
}

fn is_there_already(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::AlreadyExists)
}

fn write_markdown(store: &Store, session: &Found, redactor: &Redactor, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "# {}\n", escaped(&redactor.redact(&session.title)))?;
    writeln!(out, "Session `{}`.\n", plain_id(&session.id))?;
    let mut turns = 0;
    each_item(store, &session.id, |stored| {
        match &stored.item {
            Item::Turn { task, .. } => {
                turns += 1;
                write!(out, "## Turn {turns}: {}\n\n", heading(task, redactor))?;
            }
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
            Item::Said { .. } | Item::TurnEnd { .. } | Item::Usage { .. } => {}
        }
        Ok(())
    })
}

fn heading(task: &Task, redactor: &Redactor) -> String {
    let file = task.uri.as_ref().map(|uri| uri.file_name()).unwrap_or_default();
    let heading = format!("{} {}", task.command.as_str(), redactor.redact(&file));
    escaped(heading.trim_end())
}

fn write_message(out: &mut dyn Write, redactor: &Redactor, message: &Message) -> anyhow::Result<()> {
    let mut has_spoken = false;
    for block in &message.content {
        match block {
            Block::Text { text } => {
                if !has_spoken {
                    let speaker = match message.role {
                        Role::User => "You",
                        Role::Assistant => "Singletree",
                    };
                    write!(out, "### {speaker}\n\n")?;
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

fn write_call(out: &mut dyn Write, redactor: &Redactor, call: &ToolCall) -> anyhow::Result<()> {
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

fn write_result(out: &mut dyn Write, redactor: &Redactor, result: &ToolResult) -> anyhow::Result<()> {
    let text = redactor.redact(&result.content);
    let mark = if result.is_error { "✗" } else { "←" };
    let summary = format!("{mark} {} line(s)", text.lines().count());
    folded(out, &summary, &fenced("", &text))
}

fn folded(out: &mut dyn Write, summary: &str, content: &str) -> anyhow::Result<()> {
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

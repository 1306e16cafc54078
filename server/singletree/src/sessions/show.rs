//! `singletree sessions show`: the conversation in a terminal, each item with its number.

use std::io::Write;
use std::process::ExitCode;

use base::redact::Redactor;
use base::{Block, Role, SessionId};
use serde_json::Value;
use store::{Item, Store, StoredItem};

use crate::cli::SessionArgs;
use crate::exit;
use crate::printable::printable;

/// So many items are held in memory at a time.
pub(super) const PAGE: usize = 500;

pub(super) fn run(store: &Store, args: &SessionArgs) -> anyhow::Result<ExitCode> {
    let session = match super::find(store, &args.id)? {
        Ok(session) => session,
        Err(reason) => return exit::with(exit::USAGE, &reason),
    };
    match args.json {
        true => write_json(
            store,
            &session.id,
            &Redactor::of_process(),
            &mut std::io::stdout().lock(),
        )?,
        false => print(store, &session.id)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The conversation on standard output.
pub(crate) fn print(store: &Store, session: &SessionId) -> anyhow::Result<()> {
    let redactor = Redactor::of_process();
    let mut stdout = std::io::stdout().lock();
    each_item(store, session, |stored| write_item(&mut stdout, &redactor, &stored))?;
    Ok(stdout.flush()?)
}

/// The items as a JSON array, a line each: what the store holds, with `seq` and `at` (seconds since 1970).
pub(super) fn write_json(
    store: &Store,
    session: &SessionId,
    redactor: &Redactor,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut separator = "[";
    each_item(store, session, |stored| {
        write!(out, "{separator}\n{}", to_json(&stored, redactor)?)?;
        separator = ",";
        Ok(())
    })?;
    writeln!(out, "{}]", if separator == "[" { "[" } else { "\n" })?;
    Ok(())
}

/// Calls `take` with every item that is whole, page by page.
fn each_item(
    store: &Store,
    session: &SessionId,
    mut take: impl FnMut(StoredItem) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after = Some(0);
    while let Some(start) = after {
        let page = store.items_page(session, start, PAGE)?;
        page.items.into_iter().try_for_each(&mut take)?;
        after = page.next;
    }
    tell_damage(store);
    Ok(())
}

pub(super) fn tell_damage(store: &Store) {
    for row in store.damaged() {
        exit::tell(&format!("! {row} is damaged and was left out"));
    }
}

fn to_json(stored: &StoredItem, redactor: &Redactor) -> anyhow::Result<Value> {
    let mut item = serde_json::to_value(&stored.item)?;
    redactor.redact_value(&mut item);
    if let Some(fields) = item.as_object_mut() {
        fields.insert("seq".to_owned(), stored.seq.into());
        fields.insert("at".to_owned(), super::seconds(stored.at).into());
    }
    Ok(item)
}

fn write_item(out: &mut dyn Write, redactor: &Redactor, stored: &StoredItem) -> anyhow::Result<()> {
    let seq = stored.seq;
    let text = |text: &str| lines(&redactor.redact(text));
    match &stored.item {
        Item::Turn { task, .. } => writeln!(out, "# {seq} · {}\n", task.command.as_str())?,
        Item::Context { cause, messages, .. } => {
            let (cause, count) = (text(cause), messages.len());
            writeln!(
                out,
                "    {seq} · the model goes on from {count} message(s) instead: {cause}\n"
            )?;
        }
        Item::TurnEnd { error: Some(error), .. } => writeln!(out, "    {seq} · ended: {}\n", text(error))?,
        Item::Said { .. } | Item::TurnEnd { .. } | Item::Usage { .. } => {}
        Item::Message(message) => {
            for block in &message.content {
                match (message.role, block) {
                    (Role::User, Block::Text { text: words }) => writeln!(out, "## You · {seq}\n\n{}\n", text(words))?,
                    (Role::Assistant, Block::Text { text: words }) => {
                        writeln!(out, "## Singletree · {seq}\n\n{}\n", text(words))?;
                    }
                    (_, Block::ToolCall(call)) => {
                        let arguments = text(&call.arguments.to_string());
                        writeln!(out, "    {seq} → {} {arguments}\n", printable(&call.name))?;
                    }
                    (_, Block::ToolResult(result)) => {
                        let mark = if result.is_error { "✗" } else { "←" };
                        let first = text(result.content.lines().next().unwrap_or_default());
                        writeln!(out, "    {seq} {mark} {first}\n")?;
                    }
                    (_, Block::Image(image)) => writeln!(out, "    {seq} [{}]\n", printable(&image.media_type))?,
                    (_, Block::Thinking { .. } | Block::RedactedThinking { .. }) => {}
                }
            }
        }
    }
    Ok(())
}

/// Text of several lines that cannot disguise itself; tabs stay.
fn lines(text: &str) -> String {
    let line = |line: &str| line.split('\t').map(printable).collect::<Vec<_>>().join("\t");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

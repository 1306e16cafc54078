//! `singletree sessions`: what the store of this workspace holds.

use std::io::Write;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use base::{Block, Role, SessionId};
use serde_json::{Value, json};
use store::{Item, SessionSummary, Store};

use crate::cli::SessionsCommand;
use crate::exit;
use crate::place;
use crate::wiring::Home;

pub(crate) fn run(command: &SessionsCommand) -> anyhow::Result<ExitCode> {
    let root = place::workspace_root(&std::env::current_dir()?)?;
    let store = Store::open(&Home::Environment.paths()?.workspace_state(&root))?;
    match command {
        SessionsCommand::List(args) => list(&store, args.json),
        SessionsCommand::Show { id, json } => show(&store, &SessionId::from(id.as_str()), json.json),
    }
}

fn list(store: &Store, is_json: bool) -> anyhow::Result<ExitCode> {
    let sessions = store.sessions()?;
    let mut stdout = std::io::stdout();
    if is_json {
        let sessions: Vec<Value> = sessions.iter().map(to_json).collect();
        writeln!(stdout, "{}", serde_json::to_string_pretty(&sessions)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if sessions.is_empty() {
        writeln!(stdout, "No sessions yet in this workspace.")?;
    }
    for session in sessions {
        writeln!(
            stdout,
            "{}  {:>3} turn(s)  {}",
            session.id, session.turns, session.title
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Times are seconds since 1970.
fn to_json(session: &SessionSummary) -> Value {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    json!({
        "id": session.id, "title": session.title, "cwd": session.cwd, "turns": session.turns, "state": session.state,
        "created": seconds(session.created), "updated": seconds(session.updated),
    })
}

fn show(store: &Store, id: &SessionId, is_json: bool) -> anyhow::Result<ExitCode> {
    if !store.has_session(id)? {
        return exit::with(
            exit::USAGE,
            &format!("there is no session `{id}`; `singletree sessions list` shows them"),
        );
    }
    let items = store.items(id)?;
    let mut stdout = std::io::stdout();
    if is_json {
        writeln!(stdout, "{}", serde_json::to_string_pretty(&items)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for item in items {
        let Item::Message(message) = item else { continue };
        for block in message.content {
            match (message.role, block) {
                (Role::User, Block::Text { text }) => writeln!(stdout, "## You\n\n{text}\n")?,
                (Role::Assistant, Block::Text { text }) => writeln!(stdout, "## Singletree\n\n{text}\n")?,
                (_, Block::ToolCall(call)) => writeln!(stdout, "    → {} {}\n", call.name, call.arguments)?,
                (_, Block::ToolResult(result)) => {
                    let mark = if result.is_error { "✗" } else { "←" };
                    writeln!(
                        stdout,
                        "    {mark} {}\n",
                        result.content.lines().next().unwrap_or_default()
                    )?;
                }
                (_, Block::Image(image)) => writeln!(stdout, "    [{}]\n", image.media_type)?,
                (_, Block::Thinking { .. } | Block::RedactedThinking { .. }) => {}
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

//! `singletree sessions list`.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};
use store::{SessionSummary, Store};

use crate::printable::printable;

pub(super) fn run(store: &Store, is_json: bool) -> anyhow::Result<ExitCode> {
    let sessions = store.sessions()?;
    let mut stdout = std::io::stdout().lock();
    if is_json {
        let sessions: Vec<Value> = sessions.iter().map(to_json).collect();
        writeln!(stdout, "{}", serde_json::to_string_pretty(&sessions)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if sessions.is_empty() {
        writeln!(stdout, "No sessions yet in this workspace.")?;
    }
    for session in sessions {
        let (id, turns, title) = (session.id, session.turns, printable(&session.title));
        writeln!(stdout, "{id}  {turns:>3} turn(s)  {title}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Times are seconds since 1970.
fn to_json(session: &SessionSummary) -> Value {
    json!({
        "id": session.id, "title": session.title, "cwd": session.cwd, "turns": session.turns, "state": session.state,
        "created": super::seconds(session.created), "updated": super::seconds(session.updated),
    })
}

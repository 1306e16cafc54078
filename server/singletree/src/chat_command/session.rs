//! The session that is talked in.

use std::path::Path;

use base::SessionId;
use engine::Runtime;

use super::screen;
use crate::printable::printable;

pub(super) fn list(runtime: &Runtime, current: Option<&SessionId>) -> anyhow::Result<()> {
    for session in runtime.store().sessions()? {
        let mark = if Some(&session.id) == current { '*' } else { ' ' };
        let (turns, title) = (session.turns, printable(&session.title));
        screen::say(&format!("{mark} {}  {turns} turn(s)  {title}", session.id));
    }
    Ok(())
}

/// The session that is meant; its title is shown.
pub(super) fn find(runtime: &Runtime, given: &str) -> anyhow::Result<SessionId> {
    let found = crate::sessions::find(runtime.store(), given)?.map_err(anyhow::Error::msg)?;
    screen::say(&format!("{}  {}", found.id, printable(&found.title)));
    Ok(found.id)
}

pub(super) fn fork(runtime: &Runtime, source: &SessionId) -> anyhow::Result<SessionId> {
    let fork = SessionId::fresh();
    runtime.store().fork_session(source, &fork, None)?;
    screen::say(&format!("{fork}  (a copy of {source})"));
    Ok(fork)
}

/// Every word is stored as it is said; a file gets the conversation as Markdown.
pub(super) fn save(runtime: &Runtime, session: &SessionId, file: Option<&Path>) -> anyhow::Result<()> {
    match file {
        None => screen::say(&format!("{session} is kept; `:resume {session}` goes on with it")),
        Some(file) => {
            let found = crate::sessions::find(runtime.store(), session.as_str())?.map_err(anyhow::Error::msg)?;
            crate::sessions::save(runtime.store(), &found, file)?;
        }
    }
    Ok(())
}

pub(super) fn cost(runtime: &Runtime, session: &SessionId) -> anyhow::Result<()> {
    let lines = runtime.cost_lines(session)?;
    lines.iter().for_each(|line| screen::say(&printable(line)));
    Ok(())
}

pub(super) fn memory(runtime: &Runtime) -> anyhow::Result<()> {
    let lines = runtime.memory_lines()?;
    lines.iter().for_each(|line| screen::say(&printable(line)));
    Ok(())
}

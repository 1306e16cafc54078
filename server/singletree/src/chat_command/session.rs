//! The session that is talked in.

use std::path::Path;

use base::SessionId;
use engine::Runtime;
use store::{CallFilter, LedgerBy};

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
    let filter = CallFilter {
        session: Some(session.clone()),
        ..CallFilter::default()
    };
    let calls = runtime.store().calls(&filter)?;
    for row in store::ledger(&calls, LedgerBy::Model) {
        let totals = row.totals;
        let usd = match totals.unpriced {
            0 => format!("${:.4}", totals.usd),
            unpriced => format!("${:.4} and {unpriced} call(s) without a price", totals.usd),
        };
        screen::say(&format!(
            "{}: {} call(s), {} tokens, {usd}",
            row.key,
            totals.calls,
            totals.tokens()
        ));
    }
    if calls.is_empty() {
        screen::say("nothing was used yet");
    }
    Ok(())
}

pub(super) fn memory(runtime: &Runtime) -> anyhow::Result<()> {
    let memories = runtime.store().memories()?;
    for memory in &memories {
        screen::say(&format!("{}. {}", memory.id, printable(&memory.text)));
    }
    if memories.is_empty() {
        screen::say("nothing is remembered yet");
    }
    Ok(())
}

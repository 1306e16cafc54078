//! `singletree sessions fork`.

use std::process::ExitCode;

use base::SessionId;
use serde_json::json;
use store::{Item, Store, StoreError};

use crate::cli::ForkArgs;
use crate::exit;
use crate::printable::printable;

pub(super) fn run(store: &Store, args: &ForkArgs) -> anyhow::Result<ExitCode> {
    let source = match super::find(store, &args.session.id)? {
        Ok(session) => session,
        Err(reason) => return exit::with(exit::USAGE, &reason),
    };
    let last = match args.at.as_deref().map(|at| place(store, &source.id, at)).transpose()? {
        Some(Err(reason)) => return exit::with(exit::USAGE, &reason),
        place => place.and_then(Result::ok),
    };
    let fork = SessionId::fresh();
    match store.fork_session(&source.id, &fork, last) {
        Err(error @ StoreError::UnknownItem { .. }) => {
            let reason = format!("{error}; `singletree sessions show {}` prints their numbers", source.id);
            return exit::with(exit::USAGE, &reason);
        }
        other => other?,
    }
    let made = store.sessions()?.into_iter().find(|session| session.id == fork);
    let title = made.map(|session| session.title).unwrap_or_default();
    let value = json!({"session": fork, "title": title, "source": source.id});
    let sentence = format!("{fork}  {}", printable(&title));
    super::say(args.session.json, &value, &sentence)
}

/// The last item that `at` means: a number, or the end of a turn.
fn place(store: &Store, source: &SessionId, at: &str) -> anyhow::Result<Result<i64, String>> {
    if let Ok(seq) = at.parse() {
        return Ok(Ok(seq));
    }
    let Some(wanted) = at.strip_prefix('t').and_then(|number| number.parse::<usize>().ok()) else {
        let reason = format!(
            "`{}` is no place in a session: give an item's number, or a turn as in t2",
            printable(at)
        );
        return Ok(Err(reason));
    };
    let (mut turns, mut last, mut after) = (0, None, Some(0));
    while let Some(start) = after {
        let page = store.items_page(source, start, super::show::PAGE)?;
        for stored in page.items {
            turns += usize::from(matches!(stored.item, Item::Turn { .. }));
            if turns == wanted {
                last = Some(stored.seq);
            }
        }
        after = page.next;
    }
    Ok(last
        .filter(|_| wanted > 0)
        .ok_or_else(|| format!("{source} has {turns} turn(s), so there is no `{}`", printable(at))))
}

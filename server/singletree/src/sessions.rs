//! `singletree sessions`: what the store of this workspace holds, and what may be done with it.

mod delete;
mod export;
mod find;
mod fork;
mod list;
mod resume;
mod search;
mod show;

use std::io::Write;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use store::Store;

use crate::cli::{SessionArgs, SessionsCommand};
use crate::exit;
use crate::place;
use crate::printable::{printable, prose};
use crate::wiring::Home;

pub(crate) use export::save;
pub(crate) use find::find;
pub(crate) use show::print;

pub(crate) async fn run(command: SessionsCommand) -> anyhow::Result<ExitCode> {
    let store = open()?;
    match command {
        SessionsCommand::List(args) => list::run(&store, args.json),
        SessionsCommand::Show(args) => show::run(&store, &args),
        SessionsCommand::Search(args) => search::run(&store, &args),
        SessionsCommand::Resume(args) => resume::run(store, *args).await,
        SessionsCommand::Fork(args) => fork::run(&store, &args),
        SessionsCommand::Rename { session, title } => rename(&store, &session, title.trim()),
        SessionsCommand::Export(args) => export::run(&store, &args),
        SessionsCommand::Delete(args) => delete::run(&store, &args),
    }
}

/// The store of the workspace here.
pub(crate) fn open() -> anyhow::Result<Store> {
    let root = place::workspace_root(&std::env::current_dir()?)?;
    Ok(Store::open(&Home::Environment.paths()?.workspace_state(&root))?)
}

fn rename(store: &Store, args: &SessionArgs, title: &str) -> anyhow::Result<ExitCode> {
    let session = match find(store, &args.id)? {
        Ok(session) => session,
        Err(reason) => return exit::with(exit::USAGE, &reason),
    };
    if title.is_empty() {
        return exit::with(exit::USAGE, "the new title is empty; the old one stays");
    }
    store.rename_session(&session.id, title)?;
    say(
        args.json,
        &json!({"session": session.id, "title": title}),
        &format!("{} is now `{}`.", session.id, printable(title)),
    )
}

/// Tells what was done, to a program or to people.
fn say(is_json: bool, value: &Value, sentence: &str) -> anyhow::Result<ExitCode> {
    let mut stdout = std::io::stdout();
    match is_json {
        true => writeln!(stdout, "{}", serde_json::to_string_pretty(value)?)?,
        false => writeln!(stdout, "{}", prose(sentence))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Seconds since 1970.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

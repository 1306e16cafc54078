//! `singletree sessions resume`: `run --session`, with the id cut short.

use std::process::ExitCode;

use store::Store;

use crate::cli::{ResumeArgs, RunArgs};
use crate::exit;
use crate::printable::printable;
use crate::run;

pub(super) async fn run(store: Store, args: ResumeArgs) -> anyhow::Result<ExitCode> {
    let ResumeArgs { id, run } = args;
    let session = match super::find(&store, &id)? {
        Ok(session) => session,
        Err(reason) => return exit::with(exit::USAGE, &reason),
    };
    // The turn opens its own.
    drop(store);
    if run.session.is_some() {
        return exit::with(exit::USAGE, "the session is named twice: leave out --session");
    }
    let prompt = match run.prompt {
        None if run.command.is_none() => run::prompt_from_stdin()?,
        prompt => prompt,
    };
    if prompt.is_none() && run.command.is_none() {
        let (id, title) = (&session.id, printable(&session.title));
        let reason = format!(
            "say how to go on with `{title}`: `singletree sessions resume {id} \"what to do next\"`, or talk in \
             `singletree chat` after `:resume {id}`"
        );
        return exit::with(exit::USAGE, &reason);
    }
    let session = Some(session.id.to_string());
    run::run(RunArgs { session, prompt, ..run }).await
}

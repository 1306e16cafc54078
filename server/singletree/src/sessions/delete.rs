//! `singletree sessions delete`: no question is asked, but it is said what went.

use std::process::ExitCode;

use serde_json::json;
use store::Store;

use crate::cli::SessionArgs;
use crate::exit;
use crate::printable::printable;

pub(super) fn run(store: &Store, args: &SessionArgs) -> anyhow::Result<ExitCode> {
    let session = match super::find(store, &args.id)? {
        Ok(session) => session,
        Err(reason) => return exit::with(exit::USAGE, &reason),
    };
    let deleted = match store.delete_session(&session.id)? {
        Ok(deleted) => deleted,
        Err(held) => {
            let (id, pid) = (&session.id, held.pid);
            let reason = format!("{id} is open in process {pid}; close it there and try again. Nothing was deleted");
            return exit::with(exit::USAGE, &reason);
        }
    };
    let value = json!({
        "session": session.id, "title": session.title, "items": deleted.items, "reviews": deleted.reviews,
        "checkpoints": deleted.steps, "texts": deleted.texts,
    });
    let sentence = format!(
        "Deleted {} `{}`: {} items of conversation and ledger, {} records of reviews, {} of checkpoints, {} stored texts.",
        session.id,
        printable(&session.title),
        deleted.items,
        deleted.reviews,
        deleted.steps,
        deleted.texts
    );
    super::say(args.json, &value, &sentence)
}

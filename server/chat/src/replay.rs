//! A conversation that was stored, told as if it happened now.

use std::path::Path;

use agent_client_protocol_schema::v1::SessionUpdate;
use base::Uri;
use engine::Told;

use crate::updates;

/// In order. `root` is what the paths of tool calls are relative to.
#[must_use]
pub fn of(told: &Told, path_of: &dyn Fn(&Uri) -> String, root: &Path) -> Vec<SessionUpdate> {
    match told {
        Told::Said { message, task } => updates::said(Some(*message), task, path_of),
        Told::Words(text) => vec![updates::words(text.as_str())],
        Told::Thought(text) => vec![updates::thought(text.as_str())],
        Told::Started { turn, call, title } => {
            let named = (call.name.as_str(), title.as_str());
            vec![updates::tool_started(
                turn.as_ref(),
                &call.id,
                named,
                &call.arguments,
                root,
            )]
        }
        Told::Completed {
            turn,
            call,
            ok,
            summary,
            output,
            proposals,
        } => {
            let shown = updates::shown(summary, output, proposals);
            vec![updates::tool_completed(turn.as_ref(), call, *ok, shown, proposals)]
        }
        Told::Plan(entries) => vec![updates::plan(entries)],
        // A paragraph of its own, whatever words came last.
        Told::Ended(error) => vec![updates::words(format!("\n\n*The turn ended: {error}*"))],
    }
}

//! The editor's own language servers, asked first: they know types, and what other crates and packages declare.
//!
//! They see the user's text and no proposals, so a place is carried from the session's text into the user's and back
//! ([`places`]). What stands only in proposed text they cannot know: there our own index answers, and says so. So it does
//! where the editor fails or is slow.

use std::future::Future;

use workspace::{Ide, IdeError, IdeService};

use crate::error::ToolError;
use crate::output::ToolOutput;
use crate::tool::ToolContext;

pub(crate) mod change;
pub(crate) mod locate;
pub(crate) mod places;

/// At the end of an answer that the editor gave.
pub(crate) const BY_EDITOR: &str = "(by the editor's language servers)";

/// The editor, where it serves this.
pub(crate) fn editor(cx: &ToolContext, service: IdeService) -> Option<&dyn Ide> {
    cx.ide.as_deref().filter(|ide| ide.serves(service))
}

/// Waits for the editor, unless the turn is stopped first. For threads that may block.
pub(crate) fn wait<T>(cx: &ToolContext, answer: impl Future<Output = Result<T, IdeError>>) -> Result<T, ToolError> {
    let runtime = tokio::runtime::Handle::current();
    runtime.block_on(async {
        tokio::select! {
            biased;
            () = cx.cancel.cancelled() => Err(ToolError::Stopped),
            answer = answer => answer.map_err(ToolError::Ide),
        }
    })
}

/// What an answer of our own index ends with where the editor was to be asked; nothing where there is none to ask.
pub(crate) fn by_index(why: Option<&str>) -> Option<String> {
    why.map(|why| format!("(by Singletree's index: {why})"))
}

/// What became of a question to the editor.
pub(crate) enum Asked {
    Answered(ToolOutput),
    /// Our own index answers; why, where there is an editor.
    Not(Option<String>),
}

/// The editor's answer, or why our own index answers instead.
///
/// # Errors
/// The turn was stopped.
pub(crate) fn answered<T>(answer: Result<T, ToolError>) -> Result<Result<T, String>, ToolError> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(ToolError::Stopped) => Err(ToolError::Stopped),
        Err(error) => Ok(Err(error.to_string())),
    }
}

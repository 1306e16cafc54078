//! What the user puts beside the words, as the model reads it: pictures as they are, files as the user has them now,
//! text that the front gave.

use std::path::Path;

use base::{Attachment, Block, SessionId, Task, Uri};
use permissions::{Action, Decision};
use prompts::{Piece, attached_lines, attached_text};

use crate::error::RunError;
use crate::places::Places;
use crate::runtime::Runtime;

/// Bytes of one file that is attached as a whole. More is for the model to read piece by piece.
const MOST: usize = 256 << 10;

/// A block for each attachment of the task, in their order. Reads files.
pub(crate) fn blocks(runtime: &Runtime, session: &SessionId, task: &Task) -> Result<Vec<Block>, RunError> {
    task.attachments
        .iter()
        .map(|attachment| block(runtime, session, attachment))
        .collect()
}

fn block(runtime: &Runtime, session: &SessionId, attachment: &Attachment) -> Result<Block, RunError> {
    let text = match attachment {
        Attachment::Image(image) => return Ok(Block::Image(image.clone())),
        Attachment::Text { source, text } => attached_text(source, text),
        Attachment::Place { uri, lines } => place(runtime, session, uri, *lines)?,
    };
    Ok(Block::Text { text })
}

fn place(runtime: &Runtime, session: &SessionId, uri: &Uri, lines: Option<(u32, u32)>) -> Result<String, RunError> {
    let path = uri.path().ok_or_else(|| RunError::Untitled(uri.to_string()))?;
    let name = runtime.workspace.relative(&path);
    let refused = |cause: String| RunError::Unreadable {
        path: name.clone(),
        cause,
    };
    check_permitted(runtime, &path).map_err(refused)?;
    if path.is_dir() {
        return Err(refused("it is a folder; name a file in it".to_owned()));
    }
    let view = runtime.workspace.read(session, &path);
    let view = view.map_err(|error| refused(error.to_string()))?;
    let count = u32::try_from(view.rope.len_lines()).unwrap_or(u32::MAX);
    let (first, last) = match (lines, runtime.workspace.users_text(&path, &view)) {
        (None, _) => (1, count),
        (Some(lines), None) => lines,
        (Some(lines), Some(users)) => Places::between(&users, &view.rope).move_lines(lines),
    };
    let last = last.min(count);
    if first == 0 || first > last {
        let cause = format!("there is no line {first} in it ({count} lines)");
        return Err(refused(cause));
    }
    let start = view.rope.line_to_byte(first as usize - 1);
    let end = view.rope.line_to_byte(last as usize);
    if end - start > MOST {
        let cause = format!(
            "it is {} KiB, and {} at most are attached; name its lines",
            (end - start) >> 10,
            MOST >> 10
        );
        return Err(refused(cause));
    }
    let piece = Piece {
        first,
        last,
        text: view.rope.byte_slice(start..end).to_string(),
    };
    Ok(attached_lines(&name, &piece))
}

/// What a question would be asked about is not sent for a mention.
fn check_permitted(runtime: &Runtime, path: &Path) -> Result<(), String> {
    let verdict = runtime.policy.judge(&Action::Read { path });
    match verdict.decision {
        Decision::Allow => Ok(()),
        Decision::Ask | Decision::Deny => Err(format!("{} (rule `{}`)", verdict.reason, verdict.rule)),
    }
}

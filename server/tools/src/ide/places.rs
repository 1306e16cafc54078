//! One file in two texts: as the user has it, which the editor's servers see, and as the session sees it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use base::Uri;
use ropey::Rope;
use text::{Alignment, Position, PositionEncoding};
use workspace::{FileView, IdePlace};

use crate::error::ToolError;
use crate::tool::ToolContext;

pub(crate) struct TwoTexts {
    pub(crate) path: PathBuf,
    pub(crate) users: Rope,
    pub(crate) view: FileView,
    /// From the user's text to the session's.
    alignment: Alignment,
}

impl TwoTexts {
    pub(crate) fn of(cx: &ToolContext, path: &Path) -> Result<Self, ToolError> {
        let view = cx.view(path)?;
        // A file that is only proposed has nothing of the user's.
        let users = cx.workspace.users_text(path, &view).unwrap_or_default();
        Ok(Self {
            path: path.to_owned(),
            alignment: Alignment::between(&users, &view.rope),
            users,
            view,
        })
    }

    /// Where the user has what the session sees at `offset`; none if it is only proposed.
    pub(crate) fn to_users(&self, offset: usize) -> Option<usize> {
        self.alignment.to_old(offset)
    }

    /// Where the session sees these bytes of the user's; none if a proposal touches them.
    pub(crate) fn to_seen(&self, range: &Range<usize>) -> Option<Range<usize>> {
        self.alignment.to_new(range)
    }

    pub(crate) fn users_position(&self, offset: usize, encoding: PositionEncoding) -> Option<Position> {
        let offset = self.to_users(offset)?;
        Some(text::to_position(&self.users, offset, encoding))
    }

    /// The session's line, from 0, of a place of the user's; of what a proposal touches, the nearest one and false.
    pub(crate) fn seen_line(&self, place: &IdePlace, encoding: PositionEncoding) -> (usize, bool) {
        let range = text::to_range_clamped(&self.users, place.span, encoding);
        match self.to_seen(&range) {
            Some(range) => (self.view.rope.byte_to_line(range.start), true),
            None => {
                let line = self.users.byte_to_line(range.start);
                (line.min(self.view.rope.len_lines().saturating_sub(1)), false)
            }
        }
    }
}

/// A line of an answer: `path:line text`; none for what the model may not be shown. Code of others has its place only.
pub(crate) fn shown(cx: &ToolContext, place: &IdePlace, encoding: PositionEncoding) -> Option<String> {
    let path = place.uri.path()?;
    let line = place.span.start.line + 1;
    if !is_inside(cx, &path) {
        return Some(format!("{}:{line} [outside the workspace]", path.display()));
    }
    if !cx.may_search(&path) {
        return None;
    }
    let Ok(texts) = TwoTexts::of(cx, &path) else {
        return Some(format!("{}:{line} [deleted by a proposal]", cx.shown(&path)));
    };
    let (line, is_exact) = texts.seen_line(place, encoding);
    let mark = if is_exact { "" } else { " [changed by a proposal]" };
    let text = texts.view.rope.line(line).to_string();
    Some(format!("{}:{}{mark} {}", cx.shown(&path), line + 1, text.trim()))
}

pub(crate) fn is_inside(cx: &ToolContext, path: &Path) -> bool {
    let roots = cx.workspace.roots();
    roots.is_empty() || roots.iter().any(|root| path.starts_with(root))
}

pub(crate) fn uri(cx: &ToolContext, path: &Path) -> Uri {
    cx.workspace.uri_of(path)
}

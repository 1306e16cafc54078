//! Hunks in state *streaming*: what a call would change whose arguments are still being written.
//!
//! They stand beside the change sets, never in them: no read and no command sees them, nothing is journaled, nobody can
//! decide on them. A [`Preview`] owns those of one call, and they are gone with it, or when the call is staged. Typing
//! elsewhere moves them; typing that touches one takes it away until it is drawn again on the text as it is then.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use base::{ChangeKind, HunkId, HunkState, Origin};
use ropey::Rope;
use text::{Change, Edit};

use crate::derive;
use crate::disk;
use crate::file::{FileId, FileState, TextSource};
use crate::hunk::{HunkText, PlacedHunk, moved};
use crate::place::{self, Root};
use crate::stage::FileChange;
use crate::state::{Effects, Reviews, State};
use crate::view::Sight;
use crate::workspace::Workspace;

/// A call that would change more places than this is not drawn: each place is told again as it grows.
const MOST_HUNKS: usize = 64;

/// What one call draws. Dropping it takes all of it away.
pub struct Preview {
    pen: Pen,
}

/// Draws a [`Preview`] for as long as that is open; on a closed one it does nothing.
#[derive(Clone)]
pub struct Pen {
    workspace: Arc<Workspace>,
    origin: Arc<Origin>,
    key: u64,
}

/// The previews that there are, and the files that each has drawn in.
#[derive(Default)]
pub(crate) struct Previews {
    open: HashMap<u64, Drawn>,
    next: u64,
}

#[derive(Default)]
struct Drawn {
    files: BTreeSet<FileId>,
    /// The call is whole: what is drawn stays as it is until it is staged or given up.
    is_finished: bool,
}

/// What one call draws in one file.
pub(crate) struct Growing {
    key: u64,
    origin: Arc<Origin>,
    pub(crate) kind: ChangeKind,
    /// By place.
    pub(crate) hunks: Vec<PlacedHunk>,
    /// Typing took some of it away, and nobody was told yet.
    has_lost: bool,
}

/// One file's part of what is to be drawn, with the text that it was made on.
enum Drawing<'a> {
    Edits(Sight, &'a [Edit]),
    Creation(FileId, &'a str),
}

impl Workspace {
    /// A preview of the call that `origin` names; so far nothing is drawn.
    #[must_use]
    pub fn preview(self: &Arc<Self>, origin: Origin) -> Preview {
        let key = {
            let previews = &mut self.lock().previews;
            previews.next += 1;
            previews.open.insert(previews.next, Drawn::default());
            previews.next
        };
        let pen = Pen {
            workspace: Arc::clone(self),
            origin: Arc::new(origin),
            key,
        };
        Preview { pen }
    }
}

impl Preview {
    #[must_use]
    pub fn pen(&self) -> Pen {
        self.pen.clone()
    }

    /// Nothing more is drawn; what is there waits for the call to be staged.
    pub fn finish(&self) {
        if let Some(drawn) = self.pen.workspace.lock().previews.open.get_mut(&self.pen.key) {
            drawn.is_finished = true;
        }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let Pen { workspace, key, .. } = &self.pen;
        workspace.act(|state, effects| {
            let drawn = state.previews.open.remove(key).unwrap_or_default();
            for id in drawn.files {
                state.erase(&id, effects, |growing| growing.key == *key);
            }
        });
    }
}

impl Pen {
    /// Draws these changes in the place of what was drawn before. They are as they would be staged; deletions and
    /// renamings have nothing to grow and are left out. May look at files.
    pub fn draw(&self, changes: &[FileChange]) {
        let drawings: Vec<Drawing<'_>> = changes.iter().filter_map(|change| self.drawing(change)).collect();
        let roots = self.workspace.known_roots();
        self.workspace
            .act(|state, effects| state.draw(self, &drawings, &roots, effects));
    }

    /// None for what changes nothing.
    fn drawing<'a>(&self, change: &'a FileChange) -> Option<Drawing<'a>> {
        match change {
            FileChange::Edit { path, base_hash, edits } => {
                let sight = self.workspace.sight(&self.origin.session, path).ok()?;
                (sight.seen.hash == *base_hash).then_some(Drawing::Edits(sight, edits))
            }
            FileChange::Create { path, text } if !text.is_empty() => {
                let id = self.workspace.locate(path).ok()?;
                let is_there = id.path().is_some_and(disk::exists);
                (!is_there).then_some(Drawing::Creation(id, text))
            }
            FileChange::Create { .. } | FileChange::Delete { .. } | FileChange::Rename { .. } => None,
        }
    }
}

impl State {
    fn draw(&mut self, pen: &Pen, drawings: &[Drawing<'_>], roots: &[Root], effects: &mut Effects) {
        let Some(before) = self.previews.open.get(&pen.key).filter(|drawn| !drawn.is_finished) else {
            return;
        };
        let before = before.files.clone();
        let mut now = BTreeSet::new();
        for drawing in drawings {
            now.extend(self.draw_one(pen, drawing, roots, effects));
        }
        for id in before.difference(&now) {
            self.erase(id, effects, |growing| growing.key == pen.key);
        }
        if let Some(drawn) = self.previews.open.get_mut(&pen.key) {
            drawn.files = now;
        }
    }

    /// The file that has been drawn in, if the change still fits it.
    fn draw_one(&mut self, pen: &Pen, drawing: &Drawing<'_>, roots: &[Root], effects: &mut Effects) -> Option<FileId> {
        let (file, reviews, kind, changes) = match drawing {
            Drawing::Edits(sight, edits) => {
                let (file, reviews) = self.file_of(sight, roots);
                effects.changed.insert(sight.id.clone());
                if file.revision != sight.seen.revision {
                    // The text has moved on since; what stands there has moved with it.
                    return file
                        .growing
                        .iter()
                        .any(|growing| growing.key == pen.key)
                        .then(|| sight.id.clone());
                }
                let changes = file.outlined(pen, sight, edits)?;
                (file, reviews, ChangeKind::Edit, changes)
            }
            Drawing::Creation(id, text) => {
                let file = self.files.entry(id.clone()).or_insert_with(|| {
                    let path = id.path().unwrap_or(Path::new("/"));
                    FileState::new(id.clone(), place::uri(roots, path), Rope::new(), TextSource::Missing)
                });
                effects.changed.insert(id.clone());
                if !matches!(file.source, TextSource::Missing) {
                    return None;
                }
                let creation = Change {
                    range: 0..0,
                    old: String::new(),
                    new: (*text).to_owned(),
                };
                (file, &mut self.reviews, ChangeKind::Create, vec![creation])
            }
        };
        file.grow(pen, kind, changes, reviews, effects);
        Some(file.id.clone())
    }

    /// Takes away what the named previews have drawn in one file.
    fn erase(&mut self, id: &FileId, effects: &mut Effects, is_named: impl Fn(&Growing) -> bool) {
        let Self { files, reviews, .. } = self;
        let Some(file) = files.get_mut(id) else { return };
        for growing in file.growing.extract_if(.., |growing| is_named(growing)) {
            reviews.tell_growth(&growing.origin, effects);
        }
        effects.changed.insert(id.clone());
    }

    /// A call has been staged in a file: its hunks stand there in the place of what was drawn.
    pub(crate) fn staged(&mut self, id: &FileId, origin: &Origin, effects: &mut Effects) {
        let is_of_call = |growing: &Growing| {
            growing.origin.call == origin.call
                && growing.origin.session == origin.session
                && growing.origin.turn == origin.turn
        };
        self.erase(id, effects, is_of_call);
        self.sweep(id, effects);
    }

    pub(crate) fn is_growing(&self, hunk: &HunkId) -> bool {
        let mut growing = self.files.values().flat_map(|file| &file.growing);
        growing.any(|growing| growing.hunks.iter().any(|placed| placed.id() == hunk))
    }
}

impl FileState {
    /// The places that edits of the session's view change, as whole lines of the text underneath. None if they are not
    /// to be drawn: the file itself is only proposed, or they are too many.
    fn outlined(&self, pen: &Pen, sight: &Sight, edits: &[Edit]) -> Option<Vec<Change>> {
        let set = self.sets.get(&pen.origin.session);
        let is_whole = set.is_some_and(|set| set.live_whole().is_some());
        if is_whole || edits.len() > MOST_HUNKS {
            return None;
        }
        let live: Vec<&PlacedHunk> = set.iter().flat_map(|set| set.live()).collect();
        let mut changes = derive::outline(&self.rope, &live, &sight.seen.rope, edits, Some(sight.seen.eol));
        changes.retain(|change| change.old != change.new);
        Some(changes)
    }

    fn grow(
        &mut self,
        pen: &Pen,
        kind: ChangeKind,
        changes: Vec<Change>,
        reviews: &mut Reviews,
        effects: &mut Effects,
    ) {
        let at = self.growing.iter().position(|growing| growing.key == pen.key);
        let at = at.unwrap_or_else(|| {
            self.growing.push(Growing {
                key: pen.key,
                origin: Arc::clone(&pen.origin),
                kind,
                hunks: Vec::new(),
                has_lost: false,
            });
            self.growing.len() - 1
        });
        let growing = &mut self.growing[at];
        growing.kind = kind;
        if growing.is_as(&changes) {
            return;
        }
        let since = reviews.tell_growth(&pen.origin, effects);
        let before = std::mem::take(&mut growing.hunks);
        let mut ids = before.iter().map(|hunk| hunk.id().clone());
        growing.hunks = changes
            .into_iter()
            .map(|Change { range, old, new }| PlacedHunk {
                text: Arc::new(HunkText {
                    id: ids.next().unwrap_or_else(HunkId::fresh),
                    origin: Arc::clone(&pen.origin),
                    old,
                    new,
                }),
                range,
                state: HunkState::Streaming,
                since,
                reason: None,
            })
            .collect();
    }

    /// Tells what typing has taken away.
    pub(crate) fn tell_lost(&mut self, reviews: &mut Reviews, effects: &mut Effects) {
        for growing in &mut self.growing {
            if std::mem::take(&mut growing.has_lost) {
                reviews.tell_growth(&growing.origin, effects);
            }
        }
    }
}

impl Growing {
    fn is_as(&self, changes: &[Change]) -> bool {
        let is_same = |(hunk, change): (&PlacedHunk, &Change)| {
            hunk.range == change.range && hunk.text.old == change.old && hunk.text.new == change.new
        };
        self.hunks.len() == changes.len() && self.hunks.iter().zip(changes).all(is_same)
    }

    /// Moves the hunks over an edit of the text below them; those that it touches go.
    pub(crate) fn carry(&mut self, edit: &Edit) {
        let before = self.hunks.len();
        self.hunks.retain_mut(|hunk| {
            if edit.range.end < hunk.range.start {
                hunk.range = moved(&hunk.range, edit.delta());
                return true;
            }
            edit.range.start > hunk.range.end
        });
        self.has_lost |= self.hunks.len() < before;
    }

    /// The text that edits stood on is gone; a creation needs none.
    pub(crate) fn lose_text(&mut self) {
        if self.kind != ChangeKind::Create {
            self.has_lost |= !self.hunks.is_empty();
            self.hunks.clear();
        }
    }
}

//! The start of a Keep: hunks are marked and journaled, and their edits put together for the editor.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::{ChangeKind, HunkId, HunkState, SessionId};
use futures::channel::oneshot;
use ropey::Rope;
use text::Edit;

use crate::change_set::Whole;
use crate::editor::{EditorEdit, EditorFile};
use crate::error::ReviewError;
use crate::file::{FileId, FileState};
use crate::hunk::{InFlight, Tracked, stands};
use crate::journal::{Draft, Receipt};
use crate::place::{self, Root};
use crate::state::{Effects, Keep, State};
use crate::track;

/// An edit ready to be sent, its hunks marked.
pub(crate) struct Launch {
    pub(crate) keep: u64,
    pub(crate) edit: EditorEdit,
    pub(crate) done: oneshot::Receiver<()>,
    pub(crate) receipts: Vec<Receipt>,
}

impl State {
    /// Marks and journals hunks (or, to undo, the ways back from kept ones), and makes the edit that carries them out.
    pub(crate) fn launch(
        &mut self,
        files: BTreeMap<FileId, HashSet<HunkId>>,
        is_undo: bool,
        roots: &[Root],
        effects: &mut Effects,
    ) -> Result<Launch, ReviewError> {
        let keep = self.next_keep;
        let mut launching = Launching {
            keep,
            roots,
            effects,
            waiting: HashMap::new(),
            receipts: Vec::new(),
            files: Vec::new(),
            titles: Vec::new(),
        };
        for (id, wanted) in &files {
            if let Some(file) = self.files.get_mut(id) {
                launching.file(file, wanted);
            }
        }
        let Launching {
            waiting,
            receipts,
            files: edits,
            titles,
            ..
        } = launching;
        let is_empty = waiting.is_empty();
        let label = match titles.as_slice() {
            [title] => format!("Singletree: {title}"),
            _ => format!("Singletree: {} changes", waiting.len()),
        };
        let (sender, done) = oneshot::channel();
        if !is_empty {
            self.next_keep += 1;
            let outcome = Vec::new();
            self.keeps.insert(
                keep,
                Keep {
                    waiting,
                    outcome,
                    is_undo,
                    done: Some(sender),
                },
            );
        }
        for id in files.keys() {
            self.sweep(id, effects);
        }
        if is_empty {
            return Err(ReviewError::Nothing);
        }
        let edit = EditorEdit { label, files: edits };
        Ok(Launch {
            keep,
            edit,
            done,
            receipts,
        })
    }
}

struct Launching<'a> {
    keep: u64,
    roots: &'a [Root],
    effects: &'a mut Effects,
    waiting: HashMap<HunkId, SessionId>,
    receipts: Vec<Receipt>,
    files: Vec<EditorFile>,
    titles: Vec<String>,
}

/// The edit of one hunk.
struct Part {
    edit: Edit,
    session: SessionId,
    hunk: HunkId,
}

impl Launching<'_> {
    fn file(&mut self, file: &mut FileState, wanted: &HashSet<HunkId>) {
        let base = file.rope.clone();
        let parts = parts(file, wanted);
        let whole = whole(file, wanted, parts.is_empty());
        let (edits, idle) = joined(&base, &parts);

        let mut chosen: HashSet<&HunkId> = parts.iter().map(|part| &part.hunk).collect();
        chosen.extend(whole.iter().map(|whole| whole.hunk.id()));
        let logged = file.log.len();
        let mut hunks: BTreeMap<SessionId, Vec<HunkId>> = BTreeMap::new();
        for (session, set) in &mut file.sets {
            for hunk in set.tracked_mut().filter(|hunk| chosen.contains(hunk.id())) {
                self.mark(hunk, session, &base, logged);
                hunk.has_arrived |= idle.contains(hunk.id());
                hunks.entry(session.clone()).or_default().push(hunk.id().clone());
            }
        }
        self.journal(file, hunks, &edits);
        if !edits.is_empty() {
            let (uri, version) = (file.uri.clone(), file.version());
            self.files.push(EditorFile::Edit {
                uri,
                version,
                edits,
                base,
            });
        }
        self.files.extend(whole.map(|whole| self.whole_edit(file, &whole)));
    }

    fn mark(&mut self, hunk: &mut Tracked, session: &SessionId, base: &Rope, logged: usize) {
        hunk.placed.reason = None;
        hunk.typed = None;
        hunk.flight = Some(InFlight {
            keep: self.keep,
            sent: hunk.placed.clone(),
            base: base.clone(),
            logged,
        });
        hunk.placed.state = HunkState::Keeping;
        hunk.is_news = true;
        // The `Keeping` record says it.
        hunk.journaled = HunkState::Keeping;
        self.waiting.insert(hunk.id().clone(), session.clone());
        let title = &hunk.placed.text.origin.title;
        if !self.titles.contains(title) {
            self.titles.push(title.clone());
        }
    }

    fn journal(&mut self, file: &FileState, hunks: BTreeMap<SessionId, Vec<HunkId>>, edits: &[Edit]) {
        let mut after = file.rope.clone();
        for edit in edits.iter().rev() {
            // Its place was compared with the text just now.
            let applied = text::apply(&mut after, edit);
            debug_assert!(applied.is_ok(), "an edit outside the text: {applied:?}");
        }
        for (session, hunks) in hunks {
            let (file, before, after) = (file.uri.clone(), file.rope.clone(), after.clone());
            let record = Draft::Keeping {
                session,
                file,
                hunks,
                before,
                after,
            };
            self.receipts.push(self.effects.record(record));
        }
    }

    fn whole_edit(&self, file: &FileState, whole: &Whole) -> EditorFile {
        let uri = file.uri.clone();
        let text = &whole.hunk.placed.text;
        match (whole.kind, whole.to.as_ref().and_then(FileId::path)) {
            (ChangeKind::Rename, Some(to)) => EditorFile::Rename {
                from: uri,
                to: place::uri(self.roots, to),
            },
            (ChangeKind::Delete, _) => EditorFile::Delete {
                uri,
                base: Rope::from_str(&text.old),
            },
            _ => EditorFile::Create {
                uri,
                text: text.new.clone(),
            },
        }
    }
}

/// The edits of the wanted hunks, by place. A hunk that does not stand on the text any more becomes a conflict; of
/// two sessions' hunks that meet, the second stays behind.
fn parts(file: &mut FileState, wanted: &HashSet<HunkId>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (session, set) in &mut file.sets {
        let tracked = set.hunks.iter_mut().chain(&mut set.kept);
        for hunk in tracked.filter(|hunk| wanted.contains(hunk.id())) {
            if stands(&file.rope, &hunk.placed.range, &hunk.placed.text.old) {
                let (edit, session, hunk) = (hunk.placed.edit(), session.clone(), hunk.id().clone());
                parts.push(Part { edit, session, hunk });
            } else {
                hunk.fall_out(track::TYPED_OVER);
            }
        }
    }
    parts.sort_by_key(|part| (part.edit.range.start, part.edit.range.end));
    let mut last: Option<(usize, SessionId)> = None;
    parts.retain(|part| {
        let start = part.edit.range.start;
        let is_free = match &last {
            None => true,
            Some((end, session)) if *session == part.session => start >= *end,
            Some((end, _)) => start > *end,
        };
        if is_free {
            last = Some((part.edit.range.end, part.session.clone()));
        }
        is_free
    });
    parts
}

/// The wanted change of the file itself. A deletion was decided on the whole text: it does not go with changes of
/// that text.
fn whole(file: &FileState, wanted: &HashSet<HunkId>, is_alone: bool) -> Option<Whole> {
    let wholes = file.sets.values().flat_map(|set| set.whole.iter().chain(&set.undoing));
    let mut wanted = wholes.filter(|whole| wanted.contains(whole.hunk.id()));
    wanted
        .find(|whole| is_alone || whole.kind == ChangeKind::Rename)
        .cloned()
}

/// The edits to send, those that touch as one (editors differ in how they order them); and the hunks that together
/// leave the text as it is, of which no editor would ever report anything.
fn joined(base: &Rope, parts: &[Part]) -> (Vec<Edit>, HashSet<HunkId>) {
    let (mut edits, mut idle) = (Vec::new(), HashSet::new());
    for group in parts.chunk_by(|left, right| left.edit.range.end == right.edit.range.start) {
        let ([first, ..], [.., last]) = (group, group) else {
            continue;
        };
        let edit = Edit {
            range: first.edit.range.start..last.edit.range.end,
            text: group.iter().map(|part| part.edit.text.as_str()).collect(),
        };
        if stands(base, &edit.range, &edit.text) {
            idle.extend(group.iter().map(|part| part.hunk.clone()));
        } else {
            edits.push(edit);
        }
    }
    (edits, idle)
}

//! A file that is open or has hunks: its text, where that comes from, and the hunks that stand on it.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{ChangeKind, ContentHash, HunkId, HunkState, SessionId, Uri};
use ropey::Rope;
use text::{ByteImage, Edit, Eol};

use crate::change_set::{ChangeSet, Whole};
use crate::disk::{DiskText, Stamp};
use crate::explain::{self, Candidate};
use crate::hunk::{Tracked, stands};
use crate::preview::Growing;
use crate::track::Step;

pub(crate) const GONE: &str = "the file does not exist any more";
const CLOSED: &str = "the buffer was closed";
const OCCUPIED: &str = "a file with another text stands there now";
const CHANGED: &str = "the file was changed since";

/// How many views of a file are remembered, so that an edit of a slightly older one can be carried over.
const VIEWS: usize = 8;

/// A file by its resolved path, an untitled document by its URI.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FileId {
    Path(PathBuf),
    Buffer(Uri),
}

impl FileId {
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) => Some(path),
            Self::Buffer(_) => None,
        }
    }
}

#[derive(Debug)]
pub(crate) enum TextSource {
    Open {
        language: String,
        version: i32,
    },
    /// Without a stamp the disk has to be looked at first.
    Disk(Option<Stamp>),
    /// There is no such file (any more); the text is the last that was known.
    Missing,
}

/// A view that was handed out.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) session: SessionId,
    pub(crate) revision: u64,
    pub(crate) rope: Rope,
    pub(crate) hash: ContentHash,
    pub(crate) eol: Eol,
}

pub(crate) struct FileState {
    pub(crate) id: FileId,
    /// As the client names it, or as we do.
    pub(crate) uri: Uri,
    pub(crate) source: TextSource,
    pub(crate) rope: Rope,
    pub(crate) image: Option<(Stamp, ByteImage)>,
    /// Whether the file was on disk when last looked at.
    pub(crate) is_on_disk: bool,
    /// The number of its last use among those of all documents.
    pub(crate) used: u64,
    /// Where the last edit since it was opened began, in bytes of the text after it.
    pub(crate) edited: Option<usize>,
    /// Grows with every change of the text or the hunks.
    pub(crate) revision: u64,
    /// Grows with every change of the text.
    pub(crate) text_revision: u64,
    pub(crate) sets: BTreeMap<SessionId, ChangeSet>,
    /// What calls draw that are still being written.
    pub(crate) growing: Vec<Growing>,
    pub(crate) seen: VecDeque<Seen>,
    /// The edits, each with the text after it, while any edit of ours is under way.
    pub(crate) log: Vec<(Edit, Rope)>,
    /// The hash of the text at a text revision.
    pub(crate) hash: Option<(u64, ContentHash)>,
    /// The text revision whose blob the journal was last given.
    pub(crate) blob: Option<(u64, crate::journal::BlobHash)>,
}

/// What a look at the disk found.
pub(crate) enum Look {
    Missing,
    Text(DiskText),
    /// Why it is no text.
    Unreadable(String),
}

impl FileState {
    pub(crate) fn new(id: FileId, uri: Uri, rope: Rope, source: TextSource) -> Self {
        Self {
            id,
            uri,
            is_on_disk: matches!(source, TextSource::Disk(_)),
            source,
            rope,
            image: None,
            used: 0,
            edited: None,
            revision: 0,
            text_revision: 0,
            sets: BTreeMap::new(),
            growing: Vec::new(),
            seen: VecDeque::new(),
            log: Vec::new(),
            hash: None,
            blob: None,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.source, TextSource::Open { .. })
    }

    pub(crate) fn version(&self) -> Option<i32> {
        match self.source {
            TextSource::Open { version, .. } => Some(version),
            _ => None,
        }
    }

    /// Whether nobody needs it any more.
    pub(crate) fn is_spent(&self) -> bool {
        !self.is_open() && self.sets.is_empty() && self.growing.is_empty()
    }

    /// Replaces bytes of the text as a client said, and moves the hunks.
    pub(crate) fn replace(&mut self, range: Range<usize>, text: &str) {
        let Some(raw) = explain::trimmed(&self.rope, range, text) else {
            return;
        };
        let awaited = self.candidates(&raw, |hunk| hunk.placed.state == HunkState::Keeping);
        let open = self.candidates(&raw, |hunk| hunk.placed.state == HunkState::Pending);
        for step in explain::steps(&self.rope, raw, &awaited, &open) {
            self.take(step);
        }
    }

    pub(crate) fn replace_all(&mut self, text: &str) {
        self.replace(0..self.rope.len_bytes(), text);
    }

    /// One edit of the text, with the hunks carried over it.
    pub(crate) fn take(&mut self, step: Step) {
        let applied = text::apply(&mut self.rope, &step.edit);
        debug_assert!(applied.is_ok(), "an edit outside the text: {applied:?}");
        for growing in &mut self.growing {
            growing.carry(&step.edit);
        }
        self.edited = Some(step.edit.range.start);
        let mut is_logged = false;
        for set in self.sets.values_mut() {
            set.carry(&step, &self.rope);
            is_logged |= set.awaited().next().is_some();
        }
        if is_logged {
            self.log.push((step.edit, self.rope.clone()));
        }
        self.text_revision += 1;
        self.revision += 1;
    }

    /// The hunks (and ways back from kept ones) that a change near them may carry out, by place.
    fn candidates(&self, raw: &Edit, wanted: impl Fn(&Tracked) -> bool) -> Vec<Candidate> {
        let tracked = self.sets.values().flat_map(|set| set.hunks.iter().chain(&set.kept));
        let near =
            tracked.filter(|hunk| explain::is_near(&hunk.placed.range, raw) && wanted(hunk) && !hunk.has_arrived);
        let placed = near.map(|hunk| &hunk.placed);
        let standing = placed.filter(|hunk| stands(&self.rope, &hunk.range, &hunk.text.old));
        let mut candidates: Vec<Candidate> = standing
            .map(|hunk| Candidate {
                range: hunk.range.clone(),
                text: Arc::clone(&hunk.text),
            })
            .collect();
        candidates.sort_by_key(|hunk| (hunk.range.start, hunk.range.end));
        candidates
    }

    /// Takes in what is on disk. Of an open document only whether the file exists, and its encoding.
    pub(crate) fn see(&mut self, look: Look) {
        self.is_on_disk = !matches!(look, Look::Missing);
        for whole in self
            .sets
            .values_mut()
            .flat_map(|set| set.whole.iter_mut().chain(&mut set.undoing))
        {
            whole.is_target_there = whole
                .to
                .as_ref()
                .and_then(FileId::path)
                .is_some_and(crate::disk::exists);
        }
        match look {
            Look::Text(disk) => {
                self.image = Some((disk.stamp, disk.image));
                if !self.is_open() {
                    let was_gone = matches!(self.source, TextSource::Missing);
                    self.source = TextSource::Disk(Some(disk.stamp));
                    if self.rope != disk.rope {
                        self.replace_all(&disk.rope.to_string());
                    }
                    if was_gone {
                        self.come_back();
                    }
                }
            }
            Look::Missing => self.lose(GONE),
            Look::Unreadable(cause) => self.lose(&cause),
        }
        self.weigh_wholes();
    }

    pub(crate) fn is_to_be_renamed(&self) -> bool {
        let wholes = self.sets.values().flat_map(|set| set.whole.iter().chain(&set.undoing));
        wholes.into_iter().any(|whole| whole.to.is_some())
    }

    /// The client closed the document.
    pub(crate) fn closed(&mut self) {
        match self.id {
            FileId::Path(_) => self.source = TextSource::Disk(None),
            FileId::Buffer(_) => self.lose_text(CLOSED),
        }
        self.revision += 1;
    }

    fn lose(&mut self, reason: &str) {
        if !self.is_open() {
            self.lose_text(reason);
        }
    }

    fn lose_text(&mut self, reason: &str) {
        self.source = TextSource::Missing;
        self.revision += 1;
        self.growing.iter_mut().for_each(Growing::lose_text);
        let left = self.sets.values_mut().filter(|set| !set.has_moved());
        for hunk in left.flat_map(|set| &mut set.hunks) {
            if hunk.flight.is_none() {
                hunk.fall_out(reason);
            }
        }
    }

    /// A file that was gone is there again: hunks whose text is as it was are offered again.
    pub(crate) fn come_back(&mut self) {
        self.revision += 1;
        for set in self.sets.values_mut() {
            set.heal(&self.rope);
        }
    }

    /// Compares changes of the file itself with what there is now.
    pub(crate) fn weigh_wholes(&mut self) {
        let is_missing = matches!(self.source, TextSource::Missing);
        let is_gone = is_missing || (!self.is_on_disk && self.id.path().is_some());
        let rope = &self.rope;
        for set in self.sets.values_mut() {
            for whole in set.whole.iter_mut().chain(&mut set.undoing) {
                let text = (!is_missing).then_some(rope);
                whole.weigh(text, is_gone);
            }
            let is_empty_now = |whole: &Whole| {
                whole.kind == ChangeKind::Create && whole.hunk.flight.is_none() && !is_missing && rope.len_bytes() == 0
            };
            // The user made the file themselves, so far without text: what remains is to fill it.
            if let Some(whole) = set.whole.take_if(|whole| is_empty_now(whole)) {
                let mut hunk = whole.hunk;
                hunk.offer();
                set.hunks.push(hunk);
                set.is_unstaged = true;
            }
        }
    }

    pub(crate) fn remember(&mut self, seen: Seen) {
        self.seen
            .retain(|other| other.session != seen.session || other.hash != seen.hash);
        self.seen.push_back(seen);
        if self.seen.len() > VIEWS {
            self.seen.pop_front();
        }
    }

    /// An open hunk by its id.
    pub(crate) fn find(&self, id: &HunkId) -> Option<(&SessionId, &Tracked)> {
        self.sets
            .iter()
            .find_map(|(session, set)| set.open().find(|hunk| hunk.id() == id).map(|hunk| (session, hunk)))
    }
}

impl Whole {
    /// `text`: what stands in the file now. `is_gone`: it is not on disk.
    fn weigh(&mut self, text: Option<&Rope>, is_gone: bool) {
        let is = |rope: &Rope, wanted: &str| rope.len_bytes() == wanted.len() && *rope == wanted;
        let proposal = &self.hunk.placed.text;
        let (has_arrived, obstacle) = match self.kind {
            ChangeKind::Create => match text {
                None => (false, None),
                Some(text) => (is(text, &proposal.new), (text.len_bytes() > 0).then_some(OCCUPIED)),
            },
            ChangeKind::Delete => {
                let is_unchanged = text.is_some_and(|text| is(text, &proposal.old));
                (is_gone, (!is_unchanged).then_some(CHANGED))
            }
            ChangeKind::Rename if is_gone => (self.is_target_there, Some(GONE)),
            ChangeKind::Rename => (false, self.is_target_there.then_some(OCCUPIED)),
            ChangeKind::Edit => (false, None),
        };
        self.hunk.has_arrived |= has_arrived;
        match obstacle {
            _ if self.hunk.has_arrived || self.hunk.flight.is_some() => {}
            Some(obstacle) => self.hunk.fall_out(obstacle),
            None if !self.hunk.placed.is_live() => self.hunk.offer(),
            None => {}
        }
    }
}

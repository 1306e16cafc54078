//! The overlay: what a session sees at a path is its proposed text over the open buffer over the disk.

use std::path::{Path, PathBuf};

use base::{ChangeKind, ContentHash, SessionId};
use ropey::Rope;
use text::{ByteImage, Eol};

use crate::change_set;
use crate::disk;
use crate::error::ReadError;
use crate::file::{FileId, FileState, Seen, TextSource};
use crate::hunk::PlacedHunk;
use crate::journal;
use crate::workspace::Workspace;

/// A file as one session sees it.
#[derive(Clone, Debug)]
pub struct FileView {
    pub rope: Rope,
    /// Of the text in UTF-8. An edit names it as its base.
    pub hash: ContentHash,
    pub source: Source,
    /// How the file's bytes are made from the text.
    pub image: ByteImage,
    pub eol: Eol,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The session's own pending hunks are part of it.
    Proposed,
    Buffer,
    Disk,
}

/// A view, and what it was made from.
pub(crate) struct Sight {
    pub(crate) id: FileId,
    pub(crate) seen: Seen,
    pub(crate) source: Source,
    pub(crate) image: ByteImage,
}

/// What the lock is held for: ropes and hunks are shared, so taking them costs no copy of the text.
struct Material {
    base: Rope,
    live: Vec<PlacedHunk>,
    source: Source,
    revision: u64,
    image: ByteImage,
    seen: Option<Seen>,
}

impl Workspace {
    /// What the session sees at `path`: absolute, or relative to the first root.
    ///
    /// # Errors
    /// There is no file, it is outside the workspace, or it is no text.
    pub fn read(&self, session: &SessionId, path: &Path) -> Result<FileView, ReadError> {
        let Sight {
            seen, source, image, ..
        } = self.sight(session, path)?;
        Ok(FileView {
            rope: seen.rope,
            hash: seen.hash,
            source,
            image,
            eol: seen.eol,
        })
    }

    /// What the user has at `path`: their unsaved text over the disk, without anyone's proposals.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_unproposed(&self, path: &Path) -> Result<FileView, ReadError> {
        self.read(&SessionId::from("nobody"), path)
    }

    /// The text that the user has where a session sees `view`; none if the file is only proposed.
    #[must_use]
    pub fn users_text(&self, path: &Path, view: &FileView) -> Option<Rope> {
        match view.source {
            Source::Proposed => Some(self.read_unproposed(path).ok()?.rope),
            Source::Buffer | Source::Disk => Some(view.rope.clone()),
        }
    }

    pub(crate) fn sight(&self, session: &SessionId, path: &Path) -> Result<Sight, ReadError> {
        let named = self.locate(path)?;
        let id = self.lock().file_for(session, &named);
        self.refresh(&id);
        let state = self.lock();
        let Some(file) = state.files.get(&id) else {
            drop(state);
            return self.sight_of_disk(session, id, path);
        };
        let material = file.material(session, id == named);
        drop(state);
        match material {
            Some(material) => Ok(self.build(session, id, material)),
            // Say what is there instead of the text, if anything is.
            None => Err(match id.path().map(disk::load) {
                Some(Err(error)) => error,
                _ => ReadError::NotFound { path: path.to_owned() },
            }),
        }
    }

    /// A file that nobody has open or proposes to change is not kept in memory.
    fn sight_of_disk(&self, session: &SessionId, id: FileId, path: &Path) -> Result<Sight, ReadError> {
        let resolved = id.path().ok_or_else(|| ReadError::NotFound { path: path.to_owned() })?;
        let disk = disk::load(resolved)?;
        let seen = look_at(session, 0, disk.rope);
        Ok(Sight {
            id,
            seen,
            source: Source::Disk,
            image: disk.image,
        })
    }

    fn build(&self, session: &SessionId, id: FileId, material: Material) -> Sight {
        let Material {
            base,
            live,
            source,
            revision,
            image,
            seen,
        } = material;
        let seen = seen.unwrap_or_else(|| {
            let seen = look_at(session, revision, change_set::proposed(&base, live.iter()));
            if let Some(file) = self.lock().files.get_mut(&id) {
                file.remember(seen.clone());
            }
            seen
        });
        Sight {
            id,
            seen,
            source,
            image,
        }
    }

    /// The files that a session proposes to change: their path, how, and where a renamed one goes.
    #[must_use]
    pub fn proposed_files(&self, session: &SessionId) -> Vec<(PathBuf, ChangeKind, Option<PathBuf>)> {
        let state = self.lock();
        let mut files: Vec<_> = state
            .files
            .iter()
            .filter_map(|(id, file)| {
                let set = file.sets.get(session)?;
                let is_live = set.live_whole().is_some() || set.live().next().is_some();
                let kind = set.live_whole().map_or(ChangeKind::Edit, |whole| whole.kind);
                let to = set.live_whole().and_then(|whole| whole.to.as_ref()?.path());
                is_live.then_some((id.path()?.to_owned(), kind, to.map(Path::to_owned)))
            })
            .collect();
        files.sort_by(|(left, ..), (right, ..)| left.cmp(right));
        files
    }
}

fn look_at(session: &SessionId, revision: u64, rope: Rope) -> Seen {
    Seen {
        session: session.clone(),
        revision,
        hash: journal::hash(&rope),
        eol: text::dominant_eol(&rope),
        rope,
    }
}

impl FileState {
    /// None if the session sees no file under this name.
    fn material(&self, session: &SessionId, by_own_name: bool) -> Option<Material> {
        let set = self.sets.get(session);
        let whole = set.and_then(|set| set.live_whole());
        let is_away = |kind| kind == ChangeKind::Delete || (kind == ChangeKind::Rename && by_own_name);
        if whole.is_some_and(|whole| is_away(whole.kind)) {
            return None;
        }
        let created = whole.filter(|whole| whole.kind == ChangeKind::Create);
        let base = match (created, &self.source) {
            (Some(whole), _) => Rope::from_str(&whole.hunk.placed.text.new),
            (None, TextSource::Missing) => return None,
            (None, _) => self.rope.clone(),
        };
        let live: Vec<PlacedHunk> = set.iter().flat_map(|set| set.live()).cloned().collect();
        let source = match self.source {
            _ if whole.is_some() || !live.is_empty() => Source::Proposed,
            TextSource::Open { .. } => Source::Buffer,
            _ => Source::Disk,
        };
        let is_seen = |seen: &&Seen| seen.session == *session && seen.revision == self.revision;
        Some(Material {
            base,
            live,
            source,
            revision: self.revision,
            image: self.byte_image(),
            seen: self.seen.iter().rev().find(is_seen).cloned(),
        })
    }
}

//! What a session sees that is not on the disk: the files that a command has to be shown.

use std::path::{Path, PathBuf};

use base::{ChangeKind, SessionId};
use ropey::Rope;
use text::ByteImage;

use crate::change_set;
use crate::disk;
use crate::file::{FileId, FileState, TextSource};
use crate::workspace::Workspace;

/// A file whose content, as one session sees it, differs from the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleChange {
    /// With links resolved.
    pub path: PathBuf,
    /// The file's bytes in its own encoding; none where the session sees no file.
    pub content: Option<Vec<u8>>,
}

impl Workspace {
    /// The unsaved buffers and the session's own live proposals, by path. The work is in the number of files that
    /// are open or have hunks, whatever the size of the workspace.
    ///
    /// A buffer may hold characters that the file's encoding cannot: its bytes are UTF-8 then, which is what editors
    /// fall back to when they save it.
    #[must_use]
    pub fn visible_changes(&self, session: &SessionId) -> Vec<VisibleChange> {
        let ids: Vec<FileId> = {
            let state = self.lock();
            let files = state.files.values().filter(|file| file.id.path().is_some());
            files
                .filter(|file| file.is_open() || file.sets.contains_key(session))
                .map(|file| file.id.clone())
                .collect()
        };
        let mut changes = Vec::new();
        for id in ids {
            self.refresh(&id);
            let seen = self.lock().files.get(&id).map(|file| file.seen_by(session));
            for SeenFile { path, rope, image } in seen.into_iter().flatten() {
                let content = rope.map(|rope| bytes(&rope, image));
                if content != on_disk(&path) {
                    changes.push(VisibleChange { path, content });
                }
            }
        }
        // A file may be proposed to go where another one goes away.
        changes
            .sort_by(|left, right| (&left.path, left.content.is_none()).cmp(&(&right.path, right.content.is_none())));
        changes.dedup_by(|later, earlier| later.path == earlier.path);
        changes
    }
}

struct SeenFile {
    path: PathBuf,
    rope: Option<Rope>,
    image: ByteImage,
}

impl FileState {
    /// The file as the session sees it, under each of its names.
    fn seen_by(&self, session: &SessionId) -> Vec<SeenFile> {
        let Some(path) = self.id.path() else {
            return Vec::new();
        };
        let image = self.byte_image();
        let seen = |path: &Path, rope: Option<Rope>, image| SeenFile {
            path: path.to_owned(),
            rope,
            image,
        };
        let set = self.sets.get(session);
        let whole = set.and_then(|set| set.live_whole());
        let text = || {
            change_set::proposed(
                &self.rope,
                set.iter().flat_map(|set| set.live()).collect::<Vec<_>>().into_iter(),
            )
        };
        let to = whole.and_then(|whole| whole.to.as_ref()?.path());
        match (whole, to) {
            (Some(whole), _) if whole.kind == ChangeKind::Create => {
                let text = Rope::from_str(&whole.hunk.placed.text.new);
                vec![seen(path, Some(text), ByteImage::PLAIN)]
            }
            (Some(whole), _) if whole.kind == ChangeKind::Delete => vec![seen(path, None, image)],
            (_, Some(to)) => vec![seen(path, None, image), seen(to, Some(text()), image)],
            _ if matches!(self.source, TextSource::Missing) => Vec::new(),
            _ => vec![seen(path, Some(text()), image)],
        }
    }
}

/// The bytes of a text, in UTF-8 if its file's encoding cannot hold it.
pub(crate) fn bytes(rope: &Rope, image: ByteImage) -> Vec<u8> {
    let text = rope.to_string();
    image.encode(&text).unwrap_or_else(|_| text.into_bytes())
}

fn on_disk(path: &Path) -> Option<Vec<u8>> {
    disk::load_bytes(path).ok().map(|disk| disk.bytes)
}

//! Documents that the client has opened: their text follows its notifications, and nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::Uri;
use ropey::Rope;
use text::{PositionEncoding, Span};

use crate::disk::{self, Stamp};
use crate::error::{DocumentError, ReadError};
use crate::file::{FileId, FileState, Look, TextSource};
use crate::hunk::PlacedHunk;
use crate::place;
use crate::state::State;
use crate::workspace::Workspace;

/// How often a look at the disk is repeated because the text changed while looking.
const LOOKS: usize = 3;

/// One content change of `textDocument/didChange`; without a span it replaces the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextChange {
    pub span: Option<Span>,
    pub text: String,
}

/// An open document at one version. Cheap to hold on to; it never changes.
#[derive(Clone, Debug)]
pub struct DocumentSnapshot {
    /// As the client names it.
    pub uri: Uri,
    /// With links resolved; none for an untitled document.
    pub path: Option<PathBuf>,
    pub language: String,
    pub version: i32,
    pub rope: Rope,
    /// The open hunks of all sessions, by place.
    pub hunks: Arc<[PlacedHunk]>,
    /// Grows with every use (being opened or changed) of any document: the greatest is of the one used last.
    pub used: u64,
    /// The line of the last edit since it was opened, from 0.
    pub edited_line: Option<usize>,
}

impl Workspace {
    /// The client opened a document: from now on its text is the truth. Hunks that stood on the file move over.
    pub fn open(&self, uri: &Uri, language: &str, version: i32, text: &str) {
        let resolved = uri.path().map(|path| place::resolve(&path));
        self.act(|state, effects| {
            let id = state.id_for(uri, resolved);
            let used = state.count_use();
            let source = TextSource::Open {
                language: language.to_owned(),
                version,
            };
            let Some(file) = state.files.get_mut(&id) else {
                let rope = Rope::from_str(text);
                let mut file = FileState::new(id.clone(), uri.clone(), rope, source);
                file.used = used;
                state.files.insert(id.clone(), file);
                state.open.insert(uri.clone(), id.clone());
                effects.changed.insert(id);
                return;
            };
            let was_gone = matches!(file.source, TextSource::Missing);
            state.open.remove(&file.uri);
            file.uri = uri.clone();
            file.source = source;
            file.replace_restored(text);
            (file.used, file.edited) = (used, None);
            file.revision += 1;
            if was_gone {
                file.come_back();
            }
            file.weigh_wholes();
            state.open.insert(uri.clone(), id.clone());
            state.sweep(&id, effects);
        });
    }

    /// The client changed a document. Changes count in the order in which they come, whatever their versions say: to leave
    /// one out would put all later ones in the wrong place.
    ///
    /// # Errors
    /// The document is not open.
    pub fn change(
        &self,
        uri: &Uri,
        version: i32,
        changes: &[TextChange],
        encoding: PositionEncoding,
    ) -> Result<(), DocumentError> {
        self.act(|state, effects| {
            let used = state.count_use();
            let (id, file) = state.document(uri)?;
            let TextSource::Open { version: known, .. } = &mut file.source else {
                return Err(DocumentError::Unknown { uri: uri.clone() });
            };
            if version <= *known {
                tracing::warn!(%uri, known, version, "a change came with a version that does not follow");
            }
            *known = version;
            file.used = used;
            for change in changes {
                match change.span {
                    Some(span) => file.replace(text::to_range_clamped(&file.rope, span, encoding), &change.text),
                    None => file.replace_all(&change.text),
                }
            }
            file.weigh_wholes();
            state.sweep(&id, effects);
            Ok(())
        })
    }

    /// The client closed a document: the file on disk is the truth again. Hunks on text that was not saved are
    /// rebased onto what is there.
    ///
    /// # Errors
    /// The document is not open.
    pub fn close(&self, uri: &Uri) -> Result<(), DocumentError> {
        let id = self.act(|state, effects| {
            let (id, file) = state.document(uri)?;
            file.closed();
            state.open.remove(uri);
            state.sweep(&id, effects);
            Ok(id)
        })?;
        self.refresh(&id);
        Ok(())
    }

    /// Something happened to a file on disk.
    pub fn disk_changed(&self, path: &Path) {
        self.refresh(&FileId::Path(place::resolve(path)));
    }

    /// Looks at the disk and moves the hunks of a closed file onto what is there. Does nothing for a file that
    /// nobody has open or proposes to change.
    pub(crate) fn refresh(&self, id: &FileId) {
        let Some(path) = id.path() else {
            return;
        };
        for _ in 0..LOOKS {
            // Of a file that is to be renamed, the other place counts too, whatever its own stamp says.
            let seen = |file: &FileState| (file.stamp().filter(|_| !file.is_to_be_renamed()), file.text_revision);
            let Some((known, revision)) = self.lock().files.get(id).map(seen) else {
                return;
            };
            let Some(look) = look(path, known) else {
                return;
            };
            let is_done = self.act(|state, effects| {
                let Some(file) = state.files.get_mut(id) else {
                    return true;
                };
                // The text changed while we looked, so what we saw may be older than it.
                if !file.is_open() && file.text_revision != revision {
                    return false;
                }
                file.see(look);
                state.sweep(id, effects);
                true
            });
            if is_done {
                return;
            }
        }
    }
}

impl State {
    fn count_use(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }

    /// An open document and its id.
    fn document(&mut self, uri: &Uri) -> Result<(FileId, &mut FileState), DocumentError> {
        let unknown = || DocumentError::Unknown { uri: uri.clone() };
        let id = self.open.get(uri).cloned().ok_or_else(unknown)?;
        let file = self.files.get_mut(&id).ok_or_else(unknown)?;
        Ok((id, file))
    }

    /// By its resolved path, so that it is found whatever link the client came through. A second document for the
    /// same file is a buffer of its own.
    fn id_for(&self, uri: &Uri, resolved: Option<PathBuf>) -> FileId {
        let Some(path) = resolved else {
            return FileId::Buffer(uri.clone());
        };
        let id = FileId::Path(path);
        match self.files.get(&id) {
            Some(file) if file.is_open() && file.uri != *uri => FileId::Buffer(uri.clone()),
            _ => id,
        }
    }
}

impl FileState {
    fn stamp(&self) -> Option<Stamp> {
        match &self.source {
            TextSource::Open { .. } => self.image.map(|(stamp, _)| stamp).filter(|_| self.is_on_disk),
            TextSource::Disk(stamp) => *stamp,
            TextSource::Missing => None,
        }
    }
}

/// What is on disk; none if it is surely what had the stamp `known`.
pub(crate) fn look(path: &Path, known: Option<Stamp>) -> Option<Look> {
    if let (Some(known), Ok(now)) = (known, disk::stamp(path))
        && known.vouches_for(&now)
    {
        return None;
    }
    Some(match disk::load(path) {
        Ok(disk) => Look::Text(disk),
        Err(ReadError::NotFound { .. }) => Look::Missing,
        Err(error) => Look::Unreadable(error.to_string()),
    })
}

/// The LSP language id that goes with a file name.
pub(crate) fn language_of_extension(path: &Path) -> &'static str {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "rs" => "rust",
        "py" | "pyi" => "python",
        "ts" | "mts" | "cts" => "typescript",
        "tsx" => "typescriptreact",
        "js" | "mjs" | "cjs" => "javascript",
        "jsx" => "javascriptreact",
        "go" => "go",
        "c" | "h" => "c",
        "cc" | "cpp" | "cxx" | "hpp" => "cpp",
        "java" => "java",
        "json" => "json",
        "toml" => "toml",
        "yaml" | "yml" => "yaml",
        "md" => "markdown",
        "sh" | "bash" => "shellscript",
        "html" => "html",
        "css" => "css",
        _ => "plaintext",
    }
}

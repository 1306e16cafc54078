//! Carries kept changes into the client by `workspace/applyEdit`.
//!
//! The client's `applied` is not believed when it is true: Neovim says so of edits that it skipped, VS Code of
//! edits that the user unticked. The workspace looks at the text. False only shortens the wait.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use base::Uri;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Notify;
use tower_lsp::gen_lsp_types::{ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest, WorkspaceEdit};
use workspace::{Editor, EditorAnswer, EditorEdit, EditorFile};

use crate::front::Front;
use crate::to_proto;

pub(crate) struct ClientEditor<'a> {
    front: &'a Front,
    /// Let the user confirm each edit in the editor's own view.
    confirm: bool,
    /// Told when the client has answered.
    answered: Option<Arc<Notify>>,
}

impl<'a> ClientEditor<'a> {
    pub(crate) fn new(front: &'a Front) -> Self {
        Self {
            front,
            confirm: false,
            answered: None,
        }
    }

    pub(crate) fn confirming(front: &'a Front) -> Self {
        Self {
            confirm: true,
            ..Self::new(front)
        }
    }

    pub(crate) fn telling(front: &'a Front, answered: Arc<Notify>) -> Self {
        Self {
            answered: Some(answered),
            ..Self::new(front)
        }
    }

    /// Whether the client can do this; what it cannot, the server does on disk.
    fn can(&self, file: &EditorFile) -> bool {
        let client = &self.front.client;
        client.can_apply_edits
            && match file {
                EditorFile::Edit { .. } => true,
                EditorFile::Create { .. } => client.can_create,
                EditorFile::Delete { .. } => client.can_delete,
                EditorFile::Rename { .. } => client.can_rename,
            }
    }

    async fn send(&self, label: String, files: &[EditorFile]) -> EditorAnswer {
        let client = &self.front.client;
        let _made = NewFolders::of(files);
        let edit = if client.has_document_changes {
            WorkspaceEdit {
                document_changes: Some(to_proto::document_changes(files, client.encoding, self.confirm)),
                change_annotations: self.confirm.then(|| to_proto::annotations(&label)),
                changes: None,
            }
        } else {
            WorkspaceEdit {
                changes: Some(to_proto::plain_changes(files, client.encoding)),
                ..Default::default()
            }
        };
        let params = ApplyWorkspaceEditParams {
            label: (!label.is_empty()).then_some(label),
            edit,
            metadata: None,
        };
        let answer = self.front.outbound.request::<ApplyWorkspaceEditRequest>(params).await;
        if let Some(answered) = &self.answered {
            answered.notify_one();
        }
        match answer {
            Ok(result) if result.applied => EditorAnswer::Sent,
            Ok(result) => {
                let reason = result
                    .failure_reason
                    .unwrap_or_else(|| "the editor did not apply the edit".to_owned());
                EditorAnswer::Refused { reason }
            }
            Err(error) => EditorAnswer::Refused {
                reason: error.message.into_owned(),
            },
        }
    }

    async fn write(&self, label: String, files: Vec<EditorFile>) -> EditorAnswer {
        if files
            .iter()
            .any(|file| matches!(file, EditorFile::Edit { version: Some(_), .. }))
        {
            return EditorAnswer::Refused {
                reason: "the file is open and this editor cannot apply edits (workspace/applyEdit): \
                         close it, then keep the change"
                    .to_owned(),
            };
        }
        let paths: Vec<_> = files.iter().flat_map(uris).filter_map(Uri::path).collect();
        match (self.front.disk_editor)(&paths) {
            Some(disk) => disk.apply(EditorEdit { label, files }).await,
            None => EditorAnswer::Refused {
                reason: "this editor cannot create, rename or delete files, and writing them is not permitted"
                    .to_owned(),
            },
        }
    }
}

impl Editor for ClientEditor<'_> {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer> {
        async move {
            let EditorEdit { label, files } = edit;
            let (by_client, by_us): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| self.can(file));
            if by_us.is_empty() {
                return self.send(label, &by_client).await;
            }
            let written = self.write(label.clone(), by_us).await;
            if by_client.is_empty() || matches!(written, EditorAnswer::Refused { .. }) {
                return written;
            }
            self.send(label, &by_client).await
        }
        .boxed()
    }
}

/// The client's editor for those that have no front of their own here: what they keep goes the same way.
pub(crate) struct LentEditor(Weak<Front>);

impl LentEditor {
    pub(crate) fn of(front: &Arc<Front>) -> Arc<Self> {
        Arc::new(Self(Arc::downgrade(front)))
    }
}

impl Editor for LentEditor {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer> {
        async move {
            match self.0.upgrade() {
                Some(front) => ClientEditor::new(&front).apply(edit).await,
                None => EditorAnswer::Refused {
                    reason: "the editor has gone".to_owned(),
                },
            }
        }
        .boxed()
    }
}

/// The folders that files are moved into: some editors make them, Helix does not. Those that are empty in the end are
/// removed again.
struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    fn of(files: &[EditorFile]) -> Self {
        let mut made = Self(Vec::new());
        for file in files {
            let EditorFile::Rename { to, .. } = file else { continue };
            let Some(path) = to.path() else { continue };
            let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| !folder.exists()).collect();
            for folder in missing.into_iter().rev() {
                if let Err(error) = std::fs::create_dir(folder) {
                    tracing::info!(%error, folder = %folder.display(), "a folder for a renamed file could not be made");
                    break;
                }
                made.0.push(folder.to_owned());
            }
        }
        made
    }
}

impl Drop for NewFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Fails where there is a file in it, as there should be.
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn uris(file: &EditorFile) -> impl Iterator<Item = &Uri> {
    let (first, second) = match file {
        EditorFile::Edit { uri, .. } | EditorFile::Create { uri, .. } | EditorFile::Delete { uri, .. } => (uri, None),
        EditorFile::Rename { from, to } => (from, Some(to)),
    };
    std::iter::once(first).chain(second)
}

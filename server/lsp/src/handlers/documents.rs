//! Document sync. Everything here is done before the first await, so it is done in order of arrival.

use std::sync::Arc;
use std::time::Duration;

use base::Uri;
use tower_lsp::gen_lsp_types::{
    self as lsp, DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
};
use workspace::TextChange;

use crate::from_proto;
use crate::front::{Front, lock};

/// After so long without a change, what is shown of the hunks is put right.
const PAUSE: Duration = Duration::from_millis(300);

pub(crate) fn open(front: &Arc<Front>, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    if let Some(uri) = known_uri(&document.uri) {
        front
            .workspace()
            .open(&uri, document.language_id.as_str(), document.version, &document.text);
        front.look_again.notify_one();
        look_at_trust(front);
    }
}

pub(crate) fn change(front: &Arc<Front>, params: DidChangeTextDocumentParams) {
    let document = params.text_document;
    let Some(uri) = known_uri(&document.text_document_identifier.uri) else {
        return;
    };
    let changes: Vec<TextChange> = params.content_changes.into_iter().map(from_proto::change).collect();
    let (workspace, encoding) = (front.workspace(), front.client.encoding);
    let apply = || workspace.change(&uri, document.version, &changes, encoding);
    let applied = match front.chat_files.answer(&uri) {
        Some(answer) => answer.follow_typing(workspace, &changes, encoding, apply),
        None => apply().map(|()| false),
    };
    match applied {
        // What we write into a chat file is no typing.
        Ok(true) => {}
        Ok(false) => front.note_typing(),
        Err(error) => tracing::error!(%error, "a change was not applied"),
    }
    look_again_after_typing(front, &uri);
}

/// An edit that only moves hunks is no news of them, and most editors move what they show of it along. Emacs shows it
/// where it was.
fn look_again_after_typing(front: &Arc<Front>, uri: &Uri) {
    let has_hints = || front.workspace().snapshot(uri).is_some_and(|it| !it.hunks.is_empty());
    if front.has_plugin() || !has_hints() {
        return;
    }
    let front = Arc::clone(front);
    tokio::spawn(async move {
        tokio::time::sleep(PAUSE).await;
        if front.last_change().is_some_and(|at| at.elapsed() >= PAUSE) {
            front.look_again.notify_one();
        }
    });
}

pub(crate) fn save(front: &Arc<Front>, params: &DidSaveTextDocumentParams) {
    disk_changed(front, &params.text_document.uri);
    look_at_trust(front);
}

/// Not awaited: documents are kept in order of arrival.
fn look_at_trust(front: &Arc<Front>) {
    let front = Arc::clone(front);
    tokio::spawn(async move { front.look_at_trust().await });
}

pub(crate) fn close(front: &Front, params: &DidCloseTextDocumentParams) {
    let Some(uri) = known_uri(&params.text_document.uri) else {
        return;
    };
    if let Err(error) = front.workspace().close(&uri) {
        tracing::warn!(%error, "a document was closed that was not open");
    }
    lock(&front.completing).remove(&uri);
    front.chat_files.close(&uri);
    front.look_again.notify_one();
}

pub(crate) fn changed_on_disk(front: &Front, params: &DidChangeWatchedFilesParams) {
    for change in &params.changes {
        disk_changed(front, &change.uri);
    }
}

pub(crate) fn folders_changed(front: &Front, params: &DidChangeWorkspaceFoldersParams) {
    let path = |folder: &lsp::WorkspaceFolder| known_uri(&folder.uri)?.path();
    for removed in params.event.removed.iter().filter_map(path) {
        front.workspace().remove_root(&removed);
    }
    for added in params.event.added.iter().filter_map(path) {
        front.workspace().add_root(&added);
    }
}

fn disk_changed(front: &Front, uri: &lsp::Uri) {
    if let Some(path) = known_uri(uri).and_then(|uri| uri.path()) {
        front.workspace().disk_changed(&path);
    }
}

fn known_uri(uri: &lsp::Uri) -> Option<Uri> {
    from_proto::uri(uri)
        .inspect_err(|error| tracing::warn!(%error, "a document was passed over"))
        .ok()
}

//! Answers in words: a file in the state folder, opened without taking the focus.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base::{TurnId, Uri};
use tower_lsp::gen_lsp_types::{MessageType, ShowDocumentParams, ShowDocumentRequest};

use super::old_answers;
use crate::front::Front;
use crate::to_proto;

/// Shows a turn's answer.
pub(super) async fn answer(front: &Front, turn: &TurnId, text: &str) {
    if !front.client.can_show_documents {
        return front.show_message(MessageType::Info, text).await;
    }
    if let Err(error) = show(front, &format!("{turn}.md"), text).await {
        tracing::warn!(%error, "an answer could not be written to the state folder");
        front.show_message(MessageType::Info, text).await;
    }
}

/// Writes a document and has the client open it; where it cannot, a message says where it is.
pub(crate) async fn show(front: &Front, name: &str, text: &str) -> io::Result<Uri> {
    let folder = folder(front);
    tokio::fs::create_dir_all(&folder).await?;
    let path = folder.join(name);
    // An editor that shows it already would take it for changed.
    if tokio::fs::read(&path).await.ok().as_deref() != Some(text.as_bytes()) {
        write_private(&path, text).await?;
    }
    let opened = path.clone();
    let _ = tokio::task::spawn_blocking(move || old_answers::note_opened(&opened)).await;
    remove_old(front);
    let uri = Uri::from_path(&path).map_err(io::Error::other)?;
    let params = ShowDocumentParams {
        uri: to_proto::uri(&uri),
        external: Some(false),
        take_focus: (!front.client.misreads_focus).then_some(false),
        selection: None,
    };
    let shown = front.client.can_show_documents
        && front
            .outbound
            .request::<ShowDocumentRequest>(params)
            .await
            .is_ok_and(|result| result.success);
    if !shown {
        front
            .show_message(MessageType::Info, format!("Singletree wrote {}", path.display()))
            .await;
    }
    Ok(uri)
}

/// In the background: nobody waits for it.
pub(super) fn remove_old(front: &Front) {
    let folder = folder(front);
    tokio::task::spawn_blocking(move || old_answers::remove(&folder, SystemTime::now()));
}

fn folder(front: &Front) -> PathBuf {
    front.state_dir.join("answers")
}

/// Answers quote the user's code: they are for the user's eyes.
async fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use tokio::io::AsyncWriteExt;
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await?;
    file.write_all(text.as_bytes()).await?;
    file.flush().await
}

//! One connection from the first byte to the exit code.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use engine::Runtime;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::LspService;
use workspace::Editor;

use crate::capabilities::{Options, ReviewMode};
use crate::chat;
use crate::server::Server;
use crate::status::StatusSource;
use crate::transport::{self, Exit, Limits};

/// How long running turns may take to store their end.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What the client says of itself and of the place, before anything is started.
#[derive(Clone, Debug)]
pub struct InitializeInfo {
    /// The workspace folders, or the one root of an older client; empty if no folder is open.
    pub roots: Vec<PathBuf>,
    /// Name and version, for logs.
    pub client: Option<String>,
    pub options: Options,
}

/// What the front needs from the binary.
pub struct Wiring {
    pub runtime: Arc<Runtime>,
    /// Where answers in prose and diff documents are written.
    pub state_dir: PathBuf,
    pub review: ReviewMode,
    pub disk_editor: DiskEditors,
    pub status: StatusSource,
}

/// Gives an editor that writes these paths on disk, for a client that cannot; none if that is not permitted.
pub type DiskEditors = Box<dyn Fn(&[PathBuf]) -> Option<Arc<dyn Editor>> + Send + Sync>;

/// The binary's part of `initialize`. It should open what it must and put off all else; its error is the answer
/// to the request.
pub(crate) type Starter = Box<dyn FnOnce(InitializeInfo) -> Result<Wiring, String> + Send>;

/// Serves one client until it exits or goes away. The caller ends the process with [`Exit::code`]: a read of
/// standard input may still be blocked, so it must not wait for the runtime's threads.
pub async fn serve<I, O>(
    input: I,
    output: O,
    starter: impl FnOnce(InitializeInfo) -> Result<Wiring, String> + Send + 'static,
) -> Exit
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let front = Arc::new(std::sync::OnceLock::new());
    let (for_server, starter): (_, Starter) = (Arc::clone(&front), Box::new(starter));
    let service = LspService::build(|client| Server::new(client, for_server, starter))
        .custom_method("window/workDoneProgress/cancel", Server::work_done_progress_cancel);
    let (service, socket) = chat::add_methods(service).finish();
    let exit = transport::serve(input, output, service, socket, Limits::default()).await;
    if let Some(front) = front.get() {
        front.close();
        if tokio::time::timeout(LAST_WORDS, front.runtime.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("a turn did not end in time");
        }
    }
    exit
}

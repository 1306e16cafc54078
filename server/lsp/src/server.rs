//! The methods that we serve, each a line to its handler.

use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;
use tower_lsp::gen_lsp_types::{
    CodeActionParams, CodeActionResponse, CodeLens, CodeLensParams, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, ExecuteCommandParams, InitializeParams, InitializeResult,
    InitializedParams, InlineCompletionParams, InlineCompletionResponse, MessageType, WorkDoneProgressCancelParams,
};
use tower_lsp::jsonrpc::Result;
use tower_lsp::{Client, LanguageServer};

use crate::editor::LentEditor;
use crate::failure;
use crate::front::{Front, lock};
use crate::handlers::{
    code_action, code_lens, documents, execute_command, initialize, inline_completion, progress_cancel,
};
use crate::ide::ClientIde;
use crate::pump;
use crate::serve::Starter;
use crate::transport::Outbound;

pub(crate) struct Server {
    outbound: Outbound,
    starter: Mutex<Option<Starter>>,
    /// Set by `initialize`, before which tower-lsp lets nothing else through.
    front: Arc<OnceLock<Arc<Front>>>,
}

impl Server {
    pub(crate) fn new(client: Client, front: Arc<OnceLock<Arc<Front>>>, starter: Starter) -> Self {
        Self {
            outbound: Outbound::new(client),
            starter: Mutex::new(Some(starter)),
            front,
        }
    }

    pub(crate) fn front(&self) -> Result<&Arc<Front>> {
        self.front
            .get()
            .ok_or_else(|| failure::internal("the server was not initialised"))
    }

    pub(crate) async fn work_done_progress_cancel(&self, params: WorkDoneProgressCancelParams) {
        if let Some(front) = self.front.get() {
            progress_cancel::handle(front, &params);
        }
    }
}

impl LanguageServer for Server {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let starter = lock(&self.starter).take();
        let starter = starter.ok_or_else(|| failure::internal("the server failed to start; start it anew"))?;
        let (front, result) = initialize::handle(self.outbound.clone(), starter, params).await?;
        let _ = self.front.set(Arc::new(front));
        Ok(result)
    }

    async fn initialized(&self, _: InitializedParams) {
        if let Some(front) = self.front.get() {
            front.runtime.offer_editor(LentEditor::of(front));
            if let Some(ide) = ClientIde::of(front) {
                front.runtime.offer_ide(ide);
            }
            tokio::spawn(pump::run(Arc::clone(front), front.runtime.subscribe()));
            initialize::watch_files(front).await;
        }
    }

    async fn shutdown(&self) -> Result<()> {
        if let Some(front) = self.front.get() {
            front.runtime.shutdown().await;
        }
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        if let Some(front) = self.front.get() {
            documents::open(front, params);
        }
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        if let Some(front) = self.front.get() {
            documents::change(front, params);
        }
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        if let Some(front) = self.front.get() {
            documents::save(front, &params);
        }
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        if let Some(front) = self.front.get() {
            documents::close(front, &params);
        }
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        if let Some(front) = self.front.get() {
            documents::changed_on_disk(front, &params);
        }
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        if let Some(front) = self.front.get() {
            documents::folders_changed(front, &params);
        }
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<Vec<CodeActionResponse>>> {
        Ok(code_action::handle(self.front()?, &params))
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        Ok(code_lens::handle(self.front()?, &params))
    }

    async fn inline_completion(&self, params: InlineCompletionParams) -> Result<Option<InlineCompletionResponse>> {
        Ok(inline_completion::handle(self.front()?, params).await)
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let front = self.front()?;
        let answer = execute_command::handle(front, params).await;
        if let (Err(refusal), true) = (&answer, front.client.hides_refusals) {
            let message = format!("Singletree: {}", refusal.message);
            front.show_message(MessageType::Error, message).await;
        }
        answer.map(Some)
    }
}

//! `initialize`: who the client is, where it is, and the binary's start.

use std::sync::Arc;

use serde_json::json;
use tower_lsp::gen_lsp_types::{
    InitializeParams, InitializeResult, Registration, RegistrationParams, RegistrationRequest,
};
use tower_lsp::jsonrpc::Result;

use crate::capabilities::{self, ClientProfile};
use crate::failure;
use crate::front::Front;
use crate::serve::{InitializeInfo, Starter};
use crate::transport::Outbound;

pub(crate) async fn handle(
    outbound: Outbound,
    starter: Starter,
    params: InitializeParams,
) -> Result<(Front, InitializeResult)> {
    let client = ClientProfile::of(&params);
    let info = InitializeInfo {
        roots: capabilities::roots(&params),
        client: params.client_info.as_ref().map(|info| match &info.version {
            Some(version) => format!("{} {version}", info.name),
            None => info.name.clone(),
        }),
        options: client.options.clone(),
    };
    tracing::info!(client = info.client, roots = ?info.roots, "initialize");
    let started = tokio::task::spawn_blocking(move || starter(info)).await;
    let wiring = match started {
        Ok(Ok(wiring)) => wiring,
        Ok(Err(message)) => return Err(failure::refused("configuration", message)),
        Err(_panic) => return Err(failure::internal("Singletree failed to start; this is a bug of ours")),
    };
    let result = capabilities::answer(&client, wiring.runtime.completes());
    Ok((Front::new(client, outbound, wiring), result))
}

/// Asks to hear of changes on disk, where the client lets us ask.
pub(crate) async fn watch_files(front: &Arc<Front>) {
    if !front.client.can_watch_files {
        return;
    }
    let registration = Registration {
        id: "singletree.files".into(),
        method: "workspace/didChangeWatchedFiles".into(),
        register_options: Some(json!({"watchers": [{"globPattern": "**/*"}]})),
    };
    let params = RegistrationParams {
        registrations: vec![registration],
    };
    if let Err(error) = front.outbound.request::<RegistrationRequest>(params).await {
        tracing::warn!(%error, "the client does not watch files for us");
    }
}

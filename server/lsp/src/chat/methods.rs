//! The chat's methods by their names.

mod choosing;
mod context;
mod keeping;
mod listing;
mod opening;
mod prompting;
pub(super) mod refusal;

use serde_json::Value;
use tower_lsp::LspServiceBuilder;
use tower_lsp::jsonrpc::Result;

pub(super) use opening::fork;

use super::{Method, serve};
use crate::server::Server;

pub(super) fn add(service: LspServiceBuilder<Server>) -> LspServiceBuilder<Server> {
    let service = one::<opening::New>(service);
    let service = one::<opening::Load>(service);
    let service = one::<opening::Resume>(service);
    let service = one::<opening::Close>(service);
    let service = one::<opening::Fork>(service);
    let service = one::<prompting::Prompt>(service);
    let service = one::<choosing::SetMode>(service);
    let service = one::<choosing::SetConfigOption>(service);
    let service = one::<listing::List>(service);
    let service = one::<listing::Delete>(service);
    let service = one::<listing::Rename>(service);
    let service = one::<listing::Search>(service);
    let service = one::<keeping::Export>(service);
    let service = one::<keeping::Rewind>(service);
    let service = one::<context::Preview>(service);
    let service = one::<context::Mentions>(service);
    service.custom_method("session/cancel", Server::session_cancel)
}

fn one<M: Method + 'static>(service: LspServiceBuilder<Server>) -> LspServiceBuilder<Server> {
    service.custom_method(M::NAME, Server::chat::<M>)
}

impl Server {
    async fn chat<M: Method>(&self, params: Value) -> Result<Value> {
        serve::<M>(self, params).await
    }

    async fn session_cancel(&self, params: Value) {
        if let Ok(front) = self.front() {
            prompting::cancel(front, params);
        }
    }
}

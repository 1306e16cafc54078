//! Chat on the same connection: ACP's methods under their own names, and ours beside them.
//!
//! A [`conversation`] is a session that this client talks in or follows. One task each ([`following`]) takes its events
//! in order and tells them as updates; a prompt is answered when that task has told the end of its turn. `methods` has
//! one request each; what they mean stands in the crate `chat`, which knows no transport.

mod choices;
mod conversation;
mod ends;
mod following;
mod methods;
mod open_questions;
mod outbound;
mod slash;

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};

use base::SessionId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::{LanguageServer, LspServiceBuilder};

use crate::failure;
use crate::front::{Front, lock};
use crate::server::Server;
use choices::Models;

pub(crate) use conversation::Conversation;
pub(crate) use slash::{Meaning, meaning, obey_in_words, request_for};

/// The conversations of a connection; none of it is used where the client did not ask for chat.
#[derive(Default)]
pub(crate) struct Chats {
    conversations: Mutex<HashMap<SessionId, Arc<Conversation>>>,
    models: Models,
}

impl Chats {
    fn get(&self, session: &SessionId) -> Option<Arc<Conversation>> {
        lock(&self.conversations).get(session).cloned()
    }

    /// The conversation in a session, for one that talks in it elsewhere than in the chat.
    pub(crate) fn of_session(&self, session: &SessionId) -> Arc<Conversation> {
        self.get_or_make(session)
    }

    /// The conversation in a session, made if need be.
    fn get_or_make(&self, session: &SessionId) -> Arc<Conversation> {
        let mut conversations = lock(&self.conversations);
        let conversation = conversations.entry(session.clone());
        Arc::clone(conversation.or_insert_with(|| Arc::new(Conversation::new(session.clone()))))
    }

    fn remove(&self, session: &SessionId) -> Option<Arc<Conversation>> {
        lock(&self.conversations).remove(session)
    }

    fn all(&self) -> Vec<Arc<Conversation>> {
        lock(&self.conversations).values().cloned().collect()
    }

    /// Whether what a session asks is shown in the chat.
    pub(crate) fn shows(&self, session: &SessionId) -> bool {
        self.get(session).is_some_and(|conversation| conversation.is_followed())
    }
}

/// One request of the chat's.
trait Method {
    const NAME: &'static str;
    type Params: DeserializeOwned + Send + 'static;
    type Answer: Serialize;

    fn handle(front: Arc<Front>, params: Self::Params) -> impl Future<Output = Result<Self::Answer>> + Send;
}

/// Adds the chat's methods to a service.
pub(crate) fn add_methods(service: LspServiceBuilder<Server>) -> LspServiceBuilder<Server>
where
    Server: LanguageServer,
{
    methods::add(service)
}

/// Serves one request: checks that there is a chat at all, and reads the parameters.
async fn serve<M: Method>(server: &Server, params: Value) -> Result<Value> {
    let front = Arc::clone(server.front()?);
    if !front.client.options.chat {
        let message = format!(
            "`{}` is served where `initializationOptions.singletree.chat` is true",
            M::NAME
        );
        return Err(failure::malformed("no-chat", message));
    }
    let params = serde_json::from_value(params).map_err(|error| {
        let message = format!("the parameters of `{}` are not understood: {error}", M::NAME);
        failure::malformed("arguments", message)
    })?;
    let answer = M::handle(front, params).await?;
    serde_json::to_value(answer).map_err(|error| failure::internal(error.to_string()))
}

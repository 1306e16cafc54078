//! `session/new`, `/load`, `/resume`, `/fork`, `/close`.

use std::path::Path;
use std::sync::Arc;

use base::{SessionId, Uri};
use chat::{acp, options, replay, updates};
use engine::{LinkError, RunError, Told};
use tower_lsp::jsonrpc::{Error, Result};

use super::refusal;
use crate::chat::choices::{self, look_for_models};
use crate::chat::conversation::Conversation;
use crate::chat::{Method, outbound};
use crate::failure;
use crate::front::Front;

pub(super) struct New;

impl Method for New {
    const NAME: &'static str = "session/new";
    type Params = acp::NewSessionRequest;
    type Answer = acp::NewSessionResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        check(&front, &params.cwd, &params.mcp_servers)?;
        let runtime = Arc::clone(&front.runtime);
        let id = refusal::blocking(move || runtime.begin_session(), refusal::run).await?;
        let conversation = front.chats.get_or_make(&id);
        conversation.voice(&front).await.map_err(refusal::link)?;
        greet(&front, &conversation).await;
        let choices = conversation.choices();
        Ok(acp::NewSessionResponse::new(id.as_str().to_owned())
            .modes(options::modes(choices.mode(&front)))
            .config_options(choices::config(&front, &choices)))
    }
}

pub(super) struct Load;

impl Method for Load {
    const NAME: &'static str = "session/load";
    type Params = acp::LoadSessionRequest;
    type Answer = acp::LoadSessionResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        check(&front, &params.cwd, &params.mcp_servers)?;
        let id = session_id(&params.session_id);
        let conversation = known(&front, &id).await?;
        let reloaded = conversation.reload(&front, async |stored| replay(&front, &id, stored).await);
        reloaded.await.map_err(|Refused(error)| error)?;
        greet(&front, &conversation).await;
        let choices = conversation.choices();
        Ok(acp::LoadSessionResponse::new()
            .modes(options::modes(choices.mode(&front)))
            .config_options(choices::config(&front, &choices)))
    }
}

/// Why not all was told.
struct Refused(Error);

impl From<LinkError> for Refused {
    fn from(error: LinkError) -> Self {
        Self(refusal::link(error))
    }
}

/// What was said and done, in order.
async fn replay(front: &Arc<Front>, id: &SessionId, stored: i64) -> std::result::Result<(), Refused> {
    let (runtime, session) = (Arc::clone(&front.runtime), id.clone());
    let transcript = refusal::blocking(move || runtime.transcript(&session, stored), refusal::store);
    let transcript: Vec<Told> = transcript.await.map_err(Refused)?;
    if let Some(title) = front.runtime.title_of(id) {
        outbound::update(front, id, updates::title(title)).await;
    }
    let workspace = front.workspace();
    let root = workspace.home();
    let path_of = |uri: &Uri| {
        uri.path()
            .map_or_else(|| uri.to_string(), |path| workspace.relative(&path))
    };
    for told in &transcript {
        for update in replay::of(told, &path_of, &root) {
            outbound::update(front, id, update).await;
        }
    }
    Ok(())
}

pub(super) struct Resume;

impl Method for Resume {
    const NAME: &'static str = "session/resume";
    type Params = acp::ResumeSessionRequest;
    type Answer = acp::ResumeSessionResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        check(&front, &params.cwd, &params.mcp_servers)?;
        let conversation = known(&front, &session_id(&params.session_id)).await?;
        conversation.voice(&front).await.map_err(refusal::link)?;
        greet(&front, &conversation).await;
        let choices = conversation.choices();
        Ok(acp::ResumeSessionResponse::new()
            .modes(options::modes(choices.mode(&front)))
            .config_options(choices::config(&front, &choices)))
    }
}

pub(super) struct Fork;

impl Method for Fork {
    const NAME: &'static str = "session/fork";
    type Params = acp::ForkSessionRequest;
    type Answer = acp::ForkSessionResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        check(&front, &params.cwd, &params.mcp_servers)?;
        let source = session_id(&params.session_id);
        let conversation = fork(&front, &source).await?;
        greet(&front, &conversation).await;
        let choices = conversation.choices();
        Ok(
            acp::ForkSessionResponse::new(conversation.session().as_str().to_owned())
                .modes(options::modes(choices.mode(&front)))
                .config_options(choices::config(&front, &choices)),
        )
    }
}

/// A copy of a session, with what the user chose for it.
pub(in crate::chat) async fn fork(front: &Arc<Front>, source: &SessionId) -> Result<Arc<Conversation>> {
    check_stored(front, source).await?;
    let (runtime, from, copy) = (Arc::clone(&front.runtime), source.clone(), SessionId::fresh());
    let to = copy.clone();
    let forked = refusal::blocking(move || runtime.store().fork_session(&from, &to, None), refusal::store);
    forked.await?;
    let conversation = front.chats.get_or_make(&copy);
    if let Some(source) = front.chats.get(source) {
        *conversation.choices_mut() = source.choices();
    }
    if front.client.options.chat {
        conversation.voice(front).await.map_err(refusal::link)?;
    }
    Ok(conversation)
}

pub(super) struct Close;

impl Method for Close {
    const NAME: &'static str = "session/close";
    type Params = acp::CloseSessionRequest;
    type Answer = acp::CloseSessionResponse;

    /// The turn that runs is stopped, as ACP has it; the session stays in the store.
    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        if let Some(conversation) = front.chats.remove(&session_id(&params.session_id)) {
            if let Some(voice) = conversation.standing_voice().await {
                // An owner that has gone has stopped it too.
                let _ = voice.stop(None).await;
            }
            conversation.leave().await;
        }
        Ok(acp::CloseSessionResponse::new())
    }
}

pub(in crate::chat) fn session_id(id: &acp::SessionId) -> SessionId {
    SessionId::from(&*id.0)
}

/// The conversation in a session that there is.
pub(super) async fn known(front: &Arc<Front>, id: &SessionId) -> Result<Arc<Conversation>> {
    if let Some(conversation) = front.chats.get(id) {
        return Ok(conversation);
    }
    let (runtime, session) = (Arc::clone(&front.runtime), id.clone());
    let is_known = refusal::blocking(
        move || Ok(runtime.holds(&session) || runtime.store().has_session(&session)?),
        |error: RunError| refusal::run(error),
    );
    match is_known.await? {
        true => Ok(front.chats.get_or_make(id)),
        false => Err(refusal::run(RunError::UnknownSession(id.clone()))),
    }
}

/// Refuses a session in which nothing was said yet, and one that there is not.
pub(super) async fn check_stored(front: &Arc<Front>, id: &SessionId) -> Result<()> {
    let (runtime, session) = (Arc::clone(&front.runtime), id.clone());
    match refusal::blocking(move || runtime.store().has_session(&session), refusal::store).await? {
        true => Ok(()),
        false => Err(refusal::run(RunError::UnknownSession(id.clone()))),
    }
}

/// What a conversation begins with: the commands that there are. The servers are asked for their models meanwhile.
async fn greet(front: &Arc<Front>, conversation: &Conversation) {
    outbound::update(
        front,
        conversation.session(),
        updates::commands(&front.runtime.list_commands()),
    )
    .await;
    look_for_models(front);
}

fn check(front: &Front, cwd: &Path, servers: &[acp::McpServer]) -> Result<()> {
    if !servers.is_empty() {
        let message = "MCP servers are not taken from a client yet; leave `mcpServers` empty";
        return Err(failure::refused("mcp", message));
    }
    let roots = front.workspace().roots();
    let real = cwd.canonicalize().unwrap_or_else(|_| cwd.to_owned());
    if roots.is_empty() || roots.iter().any(|root| real.starts_with(root)) {
        return Ok(());
    }
    let message = format!("{} is outside the workspace; open its folder there", cwd.display());
    Err(failure::refused("outside", message))
}

//! `session/list` and `/delete`, and renaming and searching beside them.

use std::sync::Arc;

use chat::{acp, own, updates};
use engine::ListedSession;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::opening::{check_stored, session_id};
use super::refusal;
use crate::chat::{Method, outbound};
use crate::failure;
use crate::front::Front;

/// Sessions of one answer.
const PAGE: usize = 100;
/// Places that a search looks at.
const HITS: usize = 200;
/// Characters of a title.
const TITLE: usize = 200;

pub(super) struct List;

impl Method for List {
    const NAME: &'static str = "session/list";
    type Params = acp::ListSessionsRequest;
    type Answer = acp::ListSessionsResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let runtime = Arc::clone(&front.runtime);
        let sessions = refusal::blocking(move || runtime.listed_sessions(), refusal::store).await?;
        let start: usize = match params.cursor {
            None => 0,
            Some(cursor) => cursor
                .parse()
                .map_err(|_| failure::malformed("cursor", format!("`{cursor}` is no cursor of ours; begin anew")))?,
        };
        let is_there = |session: &ListedSession| params.cwd.as_ref().is_none_or(|cwd| session.cwd == *cwd);
        let mut rest = sessions.into_iter().filter(is_there).skip(start);
        let page: Vec<_> = rest.by_ref().take(PAGE).map(info).collect();
        let next = rest.next().map(|_| (start + PAGE).to_string());
        Ok(acp::ListSessionsResponse::new(page).next_cursor(next))
    }
}

fn info(session: ListedSession) -> acp::SessionInfo {
    acp::SessionInfo::new(session.id.as_str().to_owned(), session.cwd)
        .title(session.title)
        .updated_at(session.updated_at)
}

pub(super) struct Delete;

impl Method for Delete {
    const NAME: &'static str = "session/delete";
    type Params = acp::DeleteSessionRequest;
    type Answer = acp::DeleteSessionResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let id = session_id(&params.session_id);
        let (runtime, session) = (Arc::clone(&front.runtime), id.clone());
        refusal::blocking(move || runtime.delete_session(&session), refusal::run).await?;
        if let Some(conversation) = front.chats.remove(&id) {
            conversation.leave().await;
        }
        Ok(acp::DeleteSessionResponse::new())
    }
}

pub(super) struct Rename;

impl Method for Rename {
    const NAME: &'static str = own::RENAME;
    type Params = own::Rename;
    type Answer = Value;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let own::Rename { session_id: id, title } = params;
        let title: String = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() || title.chars().count() > TITLE {
            let message = format!("a title has between 1 and {TITLE} characters; the old one stays");
            return Err(failure::refused("title", message));
        }
        check_stored(&front, &id).await?;
        let (runtime, session, new) = (Arc::clone(&front.runtime), id.clone(), title.clone());
        refusal::blocking(move || runtime.store().rename_session(&session, &new), refusal::store).await?;
        outbound::update(&front, &id, updates::title(title)).await;
        Ok(json!({}))
    }
}

pub(super) struct Search;

impl Method for Search {
    const NAME: &'static str = own::SEARCH;
    type Params = own::Search;
    type Answer = own::Found;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let runtime = Arc::clone(&front.runtime);
        let found = move || runtime.search_sessions(&params.query, HITS);
        let sessions = refusal::blocking(found, refusal::store).await?.into_iter();
        let found = sessions.map(|session| own::FoundSession {
            session_id: session.id,
            title: session.title,
            updated_at: session.at,
            excerpt: session.excerpt,
        });
        Ok(own::Found {
            sessions: found.collect(),
        })
    }
}

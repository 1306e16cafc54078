//! `_singletree/session/export` and `/rewind`.

use std::sync::Arc;

use chat::{own, updates};
use engine::{ExportError, RunError, export_markdown};
use tower_lsp::jsonrpc::Result;

use super::opening::known;
use super::refusal;
use crate::chat::Method;
use crate::front::Front;

pub(super) struct Export;

impl Method for Export {
    const NAME: &'static str = own::EXPORT;
    type Params = own::Export;
    type Answer = own::Exported;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let id = params.session_id;
        let (runtime, session) = (Arc::clone(&front.runtime), id.clone());
        let written = refusal::blocking(
            move || {
                let store = runtime.store();
                let Some(title) = store.title(&session)? else {
                    return Ok(None);
                };
                let mut markdown = Vec::new();
                export_markdown(store, &session, &title, &mut markdown)?;
                Ok(Some(markdown))
            },
            |error: ExportError| refusal::store(error),
        );
        let markdown = written
            .await?
            .ok_or_else(|| refusal::run(RunError::UnknownSession(id)))?;
        Ok(own::Exported {
            markdown: String::from_utf8_lossy(&markdown).into_owned(),
        })
    }
}

pub(super) struct Rewind;

impl Method for Rewind {
    const NAME: &'static str = own::REWIND;
    type Params = own::Rewind;
    type Answer = own::Rewound;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let conversation = known(&front, &params.session_id).await?;
        let voice = conversation.voice(&front).await.map_err(refusal::link)?;
        let task = voice.take_back(params.message).await.map_err(refusal::link)?;
        let workspace = front.workspace();
        let path_of = |uri: &base::Uri| {
            uri.path()
                .map_or_else(|| uri.to_string(), |path| workspace.relative(&path))
        };
        Ok(own::Rewound {
            text: updates::typed(&task, &path_of),
        })
    }
}

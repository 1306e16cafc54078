//! What a turn would begin with, before it is begun.

use std::sync::Arc;

use base::{Attachment, Block, ContextBill, ContextItem, ReviewId, TurnId, Usage};
use models::routing::{Chain, Need, Wanted};
use tokio_util::sync::CancellationToken;

use super::Runtime;
use crate::error::RunError;
use crate::model::Model;
use crate::request::RunRequest;
use crate::session::Session;
use crate::spending::Spending;
use crate::turn::TurnContext;
use crate::{attachments, fragments};

impl Runtime {
    /// The bill of a request: what is attached to it, then what would be chosen for it. Nothing is begun, sent or stored.
    ///
    /// # Errors
    /// No model could be asked, or something that is attached cannot be.
    pub async fn preview(self: &Arc<Self>, request: RunRequest) -> Result<ContextBill, RunError> {
        let wanted = Wanted {
            task: request.task.command.as_str(),
            chosen: request.model.as_deref(),
            default: &self.default_model,
        };
        let mut chain = Chain::new(&self.routes, wanted, &self.models.available());
        let first = chain.first(&self.models, Need::default()).await;
        let model: Model = first.map_err(|error| RunError::Model(error.to_string()))?.into();
        let held = request.session.as_ref().and_then(|id| self.session_here(id));
        let session = held.unwrap_or_else(|| Arc::new(Session::passing()));
        let turn = TurnContext {
            runtime: Arc::clone(self),
            session,
            id: TurnId::fresh(),
            review: ReviewId::fresh(),
            task: Arc::new(request.task),
            model,
            options: Arc::new(request.options),
            spending: Spending::new(self.limits.budget),
            policy: Arc::clone(&self.policy),
            halt: Arc::default(),
            agent: None,
            cancel: CancellationToken::new(),
        };
        let attached = {
            let turn = turn.clone();
            let read = tokio::task::spawn_blocking(move || attached(&turn)).await;
            read.unwrap_or(Err(RunError::ShuttingDown))?
        };
        let chosen = fragments::preview(&turn).await.unwrap_or_default();
        Ok(together(&turn.model, attached, chosen))
    }
}

/// An item for each attachment that is text. Pictures cost what their vendor counts.
fn attached(turn: &TurnContext) -> Result<Vec<ContextItem>, RunError> {
    let blocks = attachments::blocks(&turn.runtime, &turn.session.id, &turn.task)?;
    let billed = turn.task.attachments.iter().zip(&blocks).filter_map(|(given, block)| {
        let Block::Text { text } = block else { return None };
        let (path, ranges) = match given {
            Attachment::Place { uri, lines } => {
                let path = uri.path().map(|path| turn.runtime.workspace.relative(&path))?;
                (path, lines.iter().copied().collect())
            }
            Attachment::Text { source, .. } => (source.clone(), Vec::new()),
            Attachment::Image(_) => return None,
        };
        Some(ContextItem {
            level: if ranges.is_empty() { "full" } else { "slices" }.to_owned(),
            path,
            ranges,
            tokens: turn.model.counter().text(text),
            why: vec!["you attached it".to_owned()],
        })
    });
    Ok(billed.collect())
}

fn together(model: &Model, attached: Vec<ContextItem>, chosen: ContextBill) -> ContextBill {
    let of_attached: u64 = attached.iter().map(|item| item.tokens).sum();
    let tokens = of_attached + chosen.tokens;
    let input = Usage {
        input: tokens,
        ..Usage::default()
    };
    ContextBill {
        items: attached.into_iter().chain(chosen.items).collect(),
        tokens,
        cost_usd: model.cost(input),
        ..chosen
    }
}

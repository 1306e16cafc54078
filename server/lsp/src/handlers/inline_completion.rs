//! `textDocument/inlineCompletion`: the newest request of a document wins, older ones are answered with nothing at once.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tower_lsp::gen_lsp_types::{
    InlineCompletionItem, InlineCompletionList, InlineCompletionParams, InlineCompletionResponse, InsertText,
};

use crate::from_proto;
use crate::front::{Front, lock};

pub(crate) async fn handle(front: &Arc<Front>, params: InlineCompletionParams) -> Option<InlineCompletionResponse> {
    let place = params.text_document_position_params;
    let uri = from_proto::uri(&place.text_document.uri).ok()?;
    let mine = CancellationToken::new();
    if let Some(older) = lock(&front.completing).insert(uri.clone(), mine.clone()) {
        older.cancel();
    }
    if !front.runtime.completes() {
        return None;
    }
    let document = front.workspace().snapshot(&uri)?;
    let position = from_proto::position(place.position);
    let offset = text::to_offset(&document.rope, position, front.client.encoding).ok()?;
    let text = tokio::select! {
        biased;
        () = mine.cancelled() => None,
        text = front.runtime.complete(document, offset) => text,
    };
    let item = |text: String| InlineCompletionItem::new(InsertText::String(text), None, None, None);
    Some(InlineCompletionList::new(text.into_iter().map(item).collect()).into())
}

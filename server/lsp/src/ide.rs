//! The client's own language servers, for our tools (`singletree/ide/*`): the client says at `initialize` which of it it
//! serves. Every question has a few seconds; what has no answer by then is cancelled.

use std::sync::{Arc, Weak};
use std::time::Duration;

use base::Uri;
use futures::FutureExt;
use serde_json::json;
use text::{Position, PositionEncoding, Span};
use tower_lsp::gen_lsp_types as lsp;
use workspace::{Ide, IdeAnswer, IdeChange, IdeDiagnostics, IdeError, IdePlace, IdeService, IdeSymbol, IdeTextEdit};

use crate::from_proto;
use crate::front::Front;
use crate::to_proto;

mod changes;
mod requests;

use requests::{
    DefinitionRequest, DiagnosticsRequest, FormatRequest, Question, ReferencesRequest, RenameRequest, SymbolsRequest,
};

/// A user waits for the turn: longer than servers take that have read the project.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct ClientIde(Weak<Front>);

impl ClientIde {
    /// None for a client that serves nothing.
    pub(crate) fn of(front: &Arc<Front>) -> Option<Arc<Self>> {
        let serves_any = !front.client.options.ide.is_empty();
        serves_any.then(|| Arc::new(Self(Arc::downgrade(front))))
    }

    async fn ask<R: lsp::Request<Params = Question>>(
        &self,
        question: Question,
    ) -> Result<(Arc<Front>, R::Result), IdeError> {
        let front = self
            .0
            .upgrade()
            .ok_or_else(|| IdeError::Refused("it has gone".to_owned()))?;
        let answer = tokio::time::timeout(PATIENCE, front.outbound.request::<R>(question)).await;
        match answer {
            Err(_elapsed) => Err(IdeError::Slow),
            Ok(Err(error)) => Err(IdeError::Refused(error.message.into_owned())),
            Ok(Ok(answer)) => Ok((front, answer)),
        }
    }

    async fn places<R>(&self, uri: Uri, at: Position) -> Result<Vec<IdePlace>, IdeError>
    where
        R: lsp::Request<Params = Question, Result = requests::Locations>,
    {
        let (_, answer) = self.ask::<R>(at_place(&uri, at)).await?;
        Ok(answer.locations.iter().filter_map(place).collect())
    }
}

impl Ide for ClientIde {
    fn serves(&self, service: IdeService) -> bool {
        let front = self.0.upgrade();
        front.is_some_and(|front| front.client.options.ide.iter().any(|name| name == service.as_str()))
    }

    fn encoding(&self) -> PositionEncoding {
        self.0
            .upgrade()
            .map_or(PositionEncoding::Utf16, |front| front.client.encoding)
    }

    fn diagnostics(&self, uri: Option<Uri>) -> IdeAnswer<'_, Vec<IdeDiagnostics>> {
        async move {
            let question = match &uri {
                Some(uri) => json!({ "uri": to_proto::uri(uri) }),
                None => json!({}),
            };
            let (front, answer) = self.ask::<DiagnosticsRequest>(question).await?;
            let file = |file: requests::FileDiagnostics| {
                let uri = from_proto::uri(&file.uri).ok()?;
                let workspace = front.workspace();
                let document = workspace.snapshot(&uri);
                let theirs = file
                    .diagnostics
                    .into_iter()
                    .filter(|it| it.source.as_deref() != Some("singletree"));
                let convert = |it| from_proto::diagnostic(it, document.as_deref(), workspace, front.client.encoding);
                let diagnostics = theirs.map(convert).collect();
                Some(IdeDiagnostics {
                    uri,
                    version: file.version,
                    diagnostics,
                })
            };
            Ok(answer.files.into_iter().filter_map(file).collect())
        }
        .boxed()
    }

    fn definition(&self, uri: Uri, at: Position) -> IdeAnswer<'_, Vec<IdePlace>> {
        self.places::<DefinitionRequest>(uri, at).boxed()
    }

    fn references(&self, uri: Uri, at: Position) -> IdeAnswer<'_, Vec<IdePlace>> {
        self.places::<ReferencesRequest>(uri, at).boxed()
    }

    fn symbols(&self, query: String) -> IdeAnswer<'_, Vec<IdeSymbol>> {
        async move {
            let (_, answer) = self.ask::<SymbolsRequest>(json!({ "query": query })).await?;
            let symbol = |symbol: requests::Symbol| {
                Some(IdeSymbol {
                    place: place(&symbol.location)?,
                    kind: requests::kind(symbol.kind),
                    container: symbol.container_name.filter(|name| !name.is_empty()),
                    name: symbol.name,
                })
            };
            Ok(answer.symbols.into_iter().filter_map(symbol).collect())
        }
        .boxed()
    }

    fn rename(&self, uri: Uri, at: Position, new_name: String) -> IdeAnswer<'_, Vec<IdeChange>> {
        async move {
            let mut question = at_place(&uri, at);
            question["newName"] = new_name.into();
            let (_, answer) = self.ask::<RenameRequest>(question).await?;
            Ok(answer.edit.map(changes::of).unwrap_or_default())
        }
        .boxed()
    }

    fn format(&self, uri: Uri, span: Option<Span>) -> IdeAnswer<'_, Vec<IdeTextEdit>> {
        async move {
            let mut question = json!({ "uri": to_proto::uri(&uri) });
            if let Some(span) = span {
                question["range"] = json!(to_proto::range(span));
            }
            let (_, answer) = self.ask::<FormatRequest>(question).await?;
            Ok(answer.edits.into_iter().map(changes::text_edit).collect())
        }
        .boxed()
    }
}

fn at_place(uri: &Uri, at: Position) -> Question {
    json!({ "uri": to_proto::uri(uri), "position": {"line": at.line, "character": at.character} })
}

fn place(location: &lsp::Location) -> Option<IdePlace> {
    Some(IdePlace {
        uri: from_proto::uri(&location.uri).ok()?,
        span: from_proto::span(&location.range),
    })
}

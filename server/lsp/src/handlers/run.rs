//! `singletree.run`: starts a turn and answers at once with its id.

use std::path::Path;
use std::sync::Arc;

use base::{CommandName, Task, Uri};
use engine::{RunRequest, TurnOptions};
use serde_json::{Value, json};
use text::Position;
use tower_lsp::jsonrpc::Result;
use workspace::DocumentSnapshot;

use crate::commands::RunArguments;
use crate::failure;
use crate::from_proto;
use crate::front::Front;
use crate::notifications::{InputParams, InputRequest};

pub(crate) async fn handle(front: &Arc<Front>, arguments: RunArguments) -> Result<Value> {
    let request = check(front, arguments)?;
    let request = with_prompt(front, request).await?;
    let for_run = Arc::clone(front);
    let started = tokio::task::spawn_blocking(move || for_run.run(request)).await;
    match started {
        Ok(Ok(started)) => Ok(json!({ "sessionId": started.session, "turnId": started.turn })),
        Ok(Err(error)) => Err(failure::refused(error.cause(), error.to_string())),
        Err(_panic) => Err(failure::internal(
            "the turn could not be started; this is a bug of ours",
        )),
    }
}

fn check(front: &Front, arguments: RunArguments) -> Result<RunRequest> {
    let RunArguments {
        command: name,
        text_document,
        range,
        diagnostics,
        prompt,
        session_id,
        model,
    } = arguments;
    let command = CommandName::parse(&name).ok_or_else(|| {
        let known = CommandName::ALL.map(CommandName::as_str).join(", ");
        failure::malformed(
            "unknown-command",
            format!("there is no command `{name}`; there are {known}"),
        )
    })?;
    let uri = text_document.map(|document| document.uri);
    if range.is_some() && uri.is_none() {
        return Err(failure::malformed(
            "arguments",
            "`range` is given without `textDocument`",
        ));
    }
    let workspace = front.workspace();
    let document = uri.as_ref().and_then(|uri| workspace.snapshot(uri));
    if let Some(uri) = &uri {
        check_inside(front, uri, document.as_deref())?;
    }
    let encoding = front.client.encoding;
    if let (Some(range), Some(document)) = (&range, &document) {
        // A character past its line's end means the end; a line that is not there means another text.
        let span = from_proto::span(range);
        let line_start = |at: Position| Position { character: 0, ..at };
        for at in [span.start, span.end].map(line_start) {
            let Err(error) = text::to_offset(&document.rope, at, encoding) else {
                continue;
            };
            let message = format!(
                "the range does not fit {}: {error}; select again",
                document.uri.file_name()
            );
            return Err(failure::refused("stale-range", message));
        }
    }
    let diagnostics = diagnostics
        .into_iter()
        .map(|diagnostic| from_proto::diagnostic(diagnostic, document.as_deref(), workspace, encoding));
    let task = Task {
        command,
        span: range.map(|range| from_proto::utf16_span(&range, document.as_deref(), encoding)),
        diagnostics: diagnostics.collect(),
        uri,
        prompt: prompt.filter(|prompt| !prompt.trim().is_empty()),
    };
    let model = model.or_else(|| front.client.options.model.clone());
    Ok(RunRequest {
        session: session_id,
        model,
        options: TurnOptions {
            is_attended: true,
            may_join: true,
            ..TurnOptions::default()
        },
        ..RunRequest::new(task)
    })
}

/// A workspace without a folder holds the files that are open.
fn check_inside(front: &Front, uri: &Uri, document: Option<&DocumentSnapshot>) -> Result<()> {
    let roots = front.workspace().roots();
    let Some(path) = uri.path() else { return Ok(()) };
    let is_inside = |path: &Path| roots.iter().any(|root| path.starts_with(root));
    let resolved = document
        .and_then(|document| document.path.clone())
        .or_else(|| path.canonicalize().ok());
    let inside = match resolved {
        Some(resolved) => is_inside(&resolved),
        None => is_inside(&path),
    };
    if inside || (roots.is_empty() && document.is_some()) {
        return Ok(());
    }
    let message = format!(
        "{} is outside the workspace; add its folder to the workspace first",
        path.display()
    );
    Err(failure::refused("outside", message))
}

/// Asks for the words that a command needs, where the client can ask the user for them.
async fn with_prompt(front: &Front, mut request: RunRequest) -> Result<RunRequest> {
    let task = &mut request.task;
    let needs_words = matches!(
        task.command,
        CommandName::Ask | CommandName::Edit | CommandName::Refactor
    );
    if !needs_words || task.prompt.is_some() || !front.client.options.input {
        return Ok(request);
    }
    let title = match task.command {
        CommandName::Ask => "Ask Singletree",
        CommandName::Refactor => "How shall Singletree refactor this?",
        _ => "What shall Singletree change?",
    };
    let answer = front
        .outbound
        .request::<InputRequest>(InputParams {
            title: title.to_owned(),
        })
        .await?;
    task.prompt = answer
        .and_then(|answer| answer.text)
        .filter(|text| !text.trim().is_empty());
    if task.prompt.is_none() {
        return Err(failure::cancelled("nothing was asked for"));
    }
    Ok(request)
}

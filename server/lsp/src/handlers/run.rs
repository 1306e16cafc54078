//! `singletree.run`: starts a turn and answers at once with its id.

use std::path::Path;
use std::sync::Arc;

use base::{CommandName, Task, Uri};
use engine::{RunRequest, TurnOptions};
use serde_json::{Value, json};
use text::Position;
use tower_lsp::jsonrpc::{Error, Result};
use workspace::DocumentSnapshot;

use crate::commands::RunArguments;
use crate::failure;
use crate::from_proto;
use crate::front::Front;
use crate::notifications::{InputParams, InputRequest};

pub(crate) async fn handle(front: &Arc<Front>, arguments: RunArguments) -> Result<Value> {
    let command = CommandName::parse(&arguments.command);
    let own = match command {
        Some(_) => None,
        // A file may have become one since the last look, or the workspace is no longer trusted to bring any.
        None => {
            front.look_at_trust().await;
            front.runtime.user_commands().get(&arguments.command).cloned()
        }
    };
    let command = match (command, &own) {
        (Some(command), _) => command,
        // Until its words are known.
        (None, Some(_)) => CommandName::Ask,
        (None, None) => return Err(unknown(front, &arguments.command)),
    };
    let request = check(front, command, arguments)?;
    let mut request = match own {
        Some(own) => {
            let title = own.takes_words().then(|| match &own.argument_hint {
                Some(hint) => format!("{}: {hint}", own.name),
                None => own.name.clone(),
            });
            let request = with_prompt(front, request, title.as_deref(), true).await?;
            front.runtime.as_command(&own, request)
        }
        None => with_prompt(front, request, title_of_input(command), false).await?,
    };
    request.model = request.model.or_else(|| front.client.options.model.clone());
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

fn unknown(front: &Front, name: &str) -> Error {
    let known: Vec<String> = front
        .runtime
        .list_commands()
        .into_iter()
        .map(|known| known.name)
        .collect();
    failure::malformed(
        "unknown-command",
        format!("there is no command `{name}`; there are {}", known.join(", ")),
    )
}

fn check(front: &Front, command: CommandName, arguments: RunArguments) -> Result<RunRequest> {
    let RunArguments {
        command: _,
        text_document,
        range,
        diagnostics,
        prompt,
        session_id,
        model,
    } = arguments;
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
        attachments: Vec::new(),
    };
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
pub(crate) fn check_inside(front: &Front, uri: &Uri, document: Option<&DocumentSnapshot>) -> Result<()> {
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

/// What to ask the user for where a command takes words.
fn title_of_input(command: CommandName) -> Option<&'static str> {
    match command {
        CommandName::Ask => Some("Ask Singletree"),
        CommandName::Refactor => Some("How shall Singletree refactor this?"),
        CommandName::Edit => Some("What shall Singletree change?"),
        _ => None,
    }
}

/// Asks for the words that a command takes, where the client can ask the user for them. `may_be_none` lets the user
/// leave them empty.
async fn with_prompt(
    front: &Front,
    mut request: RunRequest,
    title: Option<&str>,
    may_be_none: bool,
) -> Result<RunRequest> {
    let task = &mut request.task;
    let Some(title) = title.filter(|_| task.prompt.is_none() && front.client.options.input) else {
        return Ok(request);
    };
    let params = InputParams {
        title: title.to_owned(),
    };
    let answer = front.outbound.request::<InputRequest>(params).await?;
    let words = answer.and_then(|answer| answer.text);
    let is_given_up = words.is_none();
    task.prompt = words.filter(|text| !text.trim().is_empty());
    if is_given_up || (task.prompt.is_none() && !may_be_none) {
        return Err(failure::cancelled("nothing was asked for"));
    }
    Ok(request)
}

//! `workspace/executeCommand`: checks the one argument strictly and hands it to the command.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::gen_lsp_types::ExecuteCommandParams;
use tower_lsp::jsonrpc::Result;

use super::{review, run, show};
use crate::approvals;
use crate::chat_file;
use crate::commands::{self, ApproveArguments, StopArguments};
use crate::failure;
use crate::front::Front;

/// Longer than a local server that is there takes to list its models.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn handle(front: &Arc<Front>, params: ExecuteCommandParams) -> Result<Value> {
    let name = params.command.as_str();
    let arguments = params.arguments.unwrap_or_default();
    match name {
        commands::RUN => run::handle(front, parse(name, arguments)?).await,
        commands::STOP => stop(front, &parse(name, arguments)?).await,
        commands::CHAT_SEND => chat_file::send(front, parse(name, arguments)?).await,
        commands::CHAT_BEGIN => chat_file::begin(front, parse(name, arguments)?).await,
        commands::KEEP => review::keep(front, parse(name, arguments)?).await,
        commands::REJECT => review::reject(front, parse(name, arguments)?),
        commands::UNDO => review::undo(front, parse(name, arguments)?).await,
        commands::STATE => Ok(json!({ "reviews": front.shown_reviews() })),
        commands::SHOW => show::handle(front, parse(name, arguments)?).await,
        commands::STATUS => status(front).await,
        commands::COMMANDS => commands(front).await,
        commands::APPROVE => approve(front, &parse(name, arguments)?),
        _ => Err(failure::malformed(
            "unknown-command",
            format!("there is no command `{name}`; there are {}", commands::NAMES.join(", ")),
        )),
    }
}

/// The command's one argument, an object; none at all is an empty one.
fn parse<T: DeserializeOwned>(name: &str, mut arguments: Vec<Value>) -> Result<T> {
    if arguments.len() > 1 {
        let message = format!("`{name}` takes one argument, an object; {} were sent", arguments.len());
        return Err(failure::malformed("arguments", message));
    }
    let argument = match arguments.pop() {
        None | Some(Value::Null) => json!({}),
        Some(argument) => argument,
    };
    serde_json::from_value(argument).map_err(|error| {
        failure::malformed(
            "arguments",
            format!("the argument of `{name}` is not understood: {error}"),
        )
    })
}

async fn status(front: &Arc<Front>) -> Result<Value> {
    front.look_at_trust().await;
    let Ok(findings) = tokio::time::timeout(PATIENCE, (front.status)()).await else {
        return Err(failure::refused("slow", "looking for models took too long; ask again"));
    };
    let mut status = json!({ "version": env!("CARGO_PKG_VERSION"), "trusted": front.is_trusted() });
    if let (Some(status), Value::Object(found)) = (status.as_object_mut(), json!(findings)) {
        status.extend(found);
    }
    Ok(status)
}

/// Also what became a command, or none, since the last look.
async fn commands(front: &Arc<Front>) -> Result<Value> {
    front.look_at_trust().await;
    Ok(json!({ "commands": front.runtime.list_commands() }))
}

async fn stop(front: &Front, arguments: &StopArguments) -> Result<Value> {
    // A turn that a buffer shows may run in another process.
    let voice = arguments
        .turn_id
        .as_ref()
        .and_then(|turn| front.chat_files.voice_of(turn));
    let stopped = match voice {
        Some(voice) => voice.stop(arguments.turn_id.as_ref()).await.unwrap_or(false),
        None => front.runtime.stop(arguments.turn_id.as_ref()),
    };
    match &arguments.turn_id {
        Some(turn) if !stopped => Err(failure::refused(
            "closed-turn",
            format!("turn `{turn}` is not running, so there is nothing to stop"),
        )),
        _ => Ok(json!({ "stopped": stopped })),
    }
}

fn approve(front: &Arc<Front>, arguments: &ApproveArguments) -> Result<Value> {
    if approvals::open_by_user(front, &arguments.approval_id) {
        return Ok(Value::Null);
    }
    Err(failure::refused(
        "closed-approval",
        "that question is closed: it was answered, or its turn has ended",
    ))
}

//! One tool call, from the model's words to its result:
//! validate → policy → approval → run → bound → record.
//!
//! What the model can act on comes back as an error result, never as an error of ours.

use base::{EventKind, ToolCall, ToolResult};
use std::sync::Arc;
use tools::{Tier, Tool, ToolOutput};
use workspace::Preview;

use crate::breakpoint;
use crate::permit;
use crate::transcript;
use crate::turn::TurnContext;

/// A call that was looked at but not yet run: its tier decides when it may start.
pub(crate) struct Prepared {
    pub(crate) tier: Tier,
    call: ToolCall,
    tool: Result<Arc<dyn Tool>, String>,
    /// What was drawn of it while it was written, to be seen until the call is over.
    preview: Option<Preview>,
}

/// Finds the tool and checks the arguments; neither has effects, so both happen while the model still streams.
pub(crate) fn prepare(turn: &TurnContext, call: ToolCall, preview: Option<Preview>) -> Prepared {
    let tool = match turn.has_tool(&call.name) {
        true => turn.runtime.tools.resolve(&call.name, &call.arguments),
        false => Err(format!("this agent has no tool `{}`", call.name)),
    };
    // A call that will only be answered with an error may run beside anything.
    let tier = tool.as_ref().map_or(Tier::ReadOnly, |tool| tool.tier(&call.arguments));
    Prepared {
        tier,
        call,
        tool,
        preview,
    }
}

/// Runs a prepared call to its result.
pub(crate) async fn run(turn: &TurnContext, prepared: Prepared) -> ToolResult {
    let Prepared {
        call, tool, preview, ..
    } = prepared;
    let title = tool
        .as_ref()
        .map_or_else(|_| call.name.clone(), |tool| tool.title(&call.arguments));
    let title = match turn.agent_name() {
        None => title,
        Some(agent) => format!("{agent}: {title}"),
    };
    turn.emit(EventKind::ToolStarted {
        call: call.id.clone(),
        name: call.name.clone(),
        title,
        arguments: call.arguments.clone(),
    });
    let output = match tool {
        Ok(tool) => permit_and_run(turn, tool.as_ref(), &call).await,
        Err(why) => ToolOutput::error(why),
    };
    drop(preview);
    turn.emit(EventKind::ToolCompleted {
        call: call.id.clone(),
        name: call.name,
        ok: !output.is_error,
        summary: output.summary,
        output: transcript::excerpt(&output.content),
    });
    ToolResult {
        call_id: call.id,
        content: output.content,
        is_error: output.is_error,
    }
}

async fn permit_and_run(turn: &TurnContext, tool: &dyn Tool, call: &ToolCall) -> ToolOutput {
    let context = turn.tool_context(&call.id);
    let actions = match tool.actions(&call.arguments, &context) {
        Ok(actions) => actions,
        Err(why) => return ToolOutput::error(why),
    };
    if let Err(why) = breakpoint::before_call(turn, &call.name, &actions).await {
        let told = format!("not run: {why}");
        let _ = turn.halt.set(why);
        return ToolOutput::error(told);
    }
    match permit::grants(turn, &call.id, &actions).await {
        Ok(grants) => tool.run(call.arguments.clone(), &context, grants).await,
        Err(refusal) => {
            let why = refusal.sentence();
            turn.emit(EventKind::PermissionDenied {
                call: call.id.clone(),
                action: refusal.action,
                rule: refusal.rule,
                offer: refusal.offer,
            });
            ToolOutput::error(why)
        }
    }
}

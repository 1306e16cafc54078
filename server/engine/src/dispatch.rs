//! One tool call, from the model's words to its result:
//! validate → policy → approval → run → bound → record.
//!
//! What the model can act on comes back as an error result, never as an error of ours.

use base::{ApprovalId, ApprovalRequest, Decision, EventKind, ToolCall, ToolResult};
use permissions::{Approval, Grant, OwnedAction, Verdict};
use serde_json::Value;
use std::sync::Arc;
use tools::{Tier, Tool, ToolContext, ToolOutput};

use crate::turn::TurnContext;

/// A call that was looked at but not yet run: its tier decides when it may start.
pub(crate) struct Prepared {
    pub(crate) tier: Tier,
    call: ToolCall,
    tool: Result<Arc<dyn Tool>, String>,
}

/// Finds the tool and checks the arguments; neither has effects, so both happen while the model still streams.
pub(crate) fn prepare(turn: &TurnContext, call: ToolCall) -> Prepared {
    let tool = turn.runtime.tools.resolve(&call.name, &call.arguments);
    // A call that will only be answered with an error may run beside anything.
    let tier = tool.as_ref().map_or(Tier::ReadOnly, |tool| tool.tier(&call.arguments));
    Prepared { tier, call, tool }
}

/// Runs a prepared call to its result.
pub(crate) async fn run(turn: &TurnContext, prepared: Prepared) -> ToolResult {
    let Prepared { call, tool, .. } = prepared;
    let title = tool
        .as_ref()
        .map_or_else(|_| call.name.clone(), |tool| tool.title(&call.arguments));
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
    turn.emit(EventKind::ToolCompleted {
        call: call.id.clone(),
        name: call.name,
        ok: !output.is_error,
        summary: output.summary,
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
    let mut grants = Vec::with_capacity(actions.len());
    for action in actions {
        match permit(turn, &action).await {
            Ok(grant) => grants.push(grant),
            Err((verdict, reason)) => {
                turn.emit(EventKind::PermissionDenied {
                    call: call.id.clone(),
                    action: action.to_string(),
                    rule: verdict.rule.clone(),
                });
                return ToolOutput::error(refusal(&verdict, reason.as_deref()));
            }
        }
    }
    run_tool(tool, call.arguments.clone(), &context, grants).await
}

async fn run_tool(tool: &dyn Tool, arguments: Value, context: &ToolContext, grants: Vec<Grant>) -> ToolOutput {
    tool.run(arguments, context, grants).await
}

/// A grant for the action, from the policy or from the user; or the verdict, with the user's reason if they gave one.
async fn permit(turn: &TurnContext, action: &OwnedAction) -> Result<Grant, (Verdict, Option<String>)> {
    let policy = &turn.runtime.policy;
    let verdict = match policy.grant(&action.as_action(), Approval::None) {
        Ok(grant) => return Ok(grant),
        Err(verdict) => verdict,
    };
    if verdict.decision == permissions::Decision::Deny {
        return Err((verdict, None));
    }
    let approval = ApprovalId::fresh();
    if !turn.session.has_approved(action) {
        let request = ApprovalRequest {
            id: approval.clone(),
            from: "agent".into(),
            action: action.to_string(),
            rule: verdict.rule.clone(),
            reason: verdict.reason.clone(),
        };
        match turn
            .runtime
            .approvals
            .ask(&turn.session.id, &turn.id, request, &turn.cancel)
            .await
        {
            Decision::Once => {}
            Decision::Session => turn.session.approve(action),
            Decision::Reject { reason } => return Err((verdict, reason)),
        }
    }
    policy
        .grant(&action.as_action(), Approval::User(approval))
        .map_err(|verdict| (verdict, None))
}

fn refusal(verdict: &Verdict, from_user: Option<&str>) -> String {
    match from_user {
        Some(reason) => format!("refused: {reason} (rule `{}`)", verdict.rule),
        None => format!("refused by rule `{}`: {}", verdict.rule, verdict.reason),
    }
}

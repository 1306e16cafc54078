//! Grants for everything that one call needs: from the policy, or from the user, who is asked at most once a call.

use base::{ApprovalId, ApprovalRequest, Decision};
use permissions::{Approval, Grant, OwnedAction, Verdict};

use crate::turn::TurnContext;

/// Why a call was not permitted.
pub(crate) struct Refusal {
    /// What was refused, for people.
    pub(crate) action: String,
    pub(crate) rule: String,
    reason: String,
}

impl Refusal {
    fn by_rule(action: &OwnedAction, verdict: Verdict) -> Self {
        Self {
            action: action.to_string(),
            rule: verdict.rule,
            reason: verdict.reason,
        }
    }

    /// The sentence that the model is told.
    pub(crate) fn sentence(&self) -> String {
        format!("refused (rule `{}`): {}", self.rule, self.reason)
    }
}

/// One grant for each action, in their order.
pub(crate) async fn grants(turn: &TurnContext, actions: &[OwnedAction]) -> Result<Vec<Grant>, Refusal> {
    let approval = match question(turn, actions)? {
        Some(question) => Approval::User(ask(turn, actions, question).await?),
        None => Approval::None,
    };
    let policy = &turn.runtime.policy;
    let grant = |action: &OwnedAction| {
        policy
            .grant(&action.as_action(), approval.clone())
            .map_err(|verdict| Refusal::by_rule(action, verdict))
    };
    actions.iter().map(grant).collect()
}

/// What the user has to be asked before these actions; none if the policy allows them all.
fn question(turn: &TurnContext, actions: &[OwnedAction]) -> Result<Option<ApprovalRequest>, Refusal> {
    let mut asked: Vec<(&OwnedAction, Verdict)> = Vec::new();
    for action in actions {
        let verdict = turn.runtime.policy.judge(&action.as_action());
        match verdict.decision {
            permissions::Decision::Deny => return Err(Refusal::by_rule(action, verdict)),
            permissions::Decision::Ask => asked.push((action, verdict)),
            permissions::Decision::Allow => {}
        }
    }
    let Some((_, first)) = asked.first() else {
        return Ok(None);
    };
    let all: Vec<String> = asked.iter().map(|(action, _)| action.to_string()).collect();
    Ok(Some(ApprovalRequest {
        id: ApprovalId::fresh(),
        from: "agent".into(),
        action: all.join(" and "),
        rule: first.rule.clone(),
        reason: first.reason.clone(),
    }))
}

async fn ask(turn: &TurnContext, actions: &[OwnedAction], question: ApprovalRequest) -> Result<ApprovalId, Refusal> {
    let approval = question.id.clone();
    if actions.iter().all(|action| turn.session.has_approved(action)) {
        return Ok(approval);
    }
    let (action, rule) = (question.action.clone(), question.rule.clone());
    let approvals = &turn.runtime.approvals;
    match approvals.ask(&turn.session.id, &turn.id, question, &turn.cancel).await {
        Decision::Once => Ok(approval),
        Decision::Session => {
            actions.iter().for_each(|action| turn.session.approve(action));
            Ok(approval)
        }
        Decision::Reject { reason } => Err(Refusal {
            action,
            rule,
            reason: reason.unwrap_or_else(|| "the user said no".to_owned()),
        }),
    }
}

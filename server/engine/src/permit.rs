//! Grants for everything that one call needs: from the policy, or from the user, who is asked at most once a call.

use base::{ApprovalId, ApprovalRequest, Decision, EventKind};
use permissions::{Approval, CommandRule, Confinement, Grant, OwnedAction, Verdict};

use crate::turn::TurnContext;

/// Why a call was not permitted.
pub(crate) struct Refusal {
    /// What was refused, for people.
    pub(crate) action: String,
    pub(crate) rule: String,
    /// The setting that would make the user's no permanent.
    pub(crate) offer: Option<String>,
    reason: String,
}

impl Refusal {
    fn by_rule(action: &OwnedAction, verdict: Verdict) -> Self {
        Self {
            action: action.to_string(),
            rule: verdict.rule,
            offer: None,
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
    let policy = &turn.policy;
    // Judged again: a rule that came in while the question stood open counts more than the answer.
    let grant = |action: &OwnedAction| {
        policy
            .grant(&action.as_action(), approval.clone())
            .map_err(|verdict| Refusal::by_rule(action, verdict))
    };
    actions.iter().map(grant).collect()
}

/// What the policy asks about one action.
struct Asked<'a> {
    action: &'a OwnedAction,
    verdict: Verdict,
    /// The rules that would answer it from now on; empty where none may.
    always: Vec<String>,
}

/// What the user has to be asked before these actions; none if the policy allows them all.
fn question(turn: &TurnContext, actions: &[OwnedAction]) -> Result<Option<ApprovalRequest>, Refusal> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for action in actions {
        let (verdict, always) = judge(turn, action);
        match verdict.decision {
            permissions::Decision::Deny => return Err(Refusal::by_rule(action, verdict)),
            permissions::Decision::Ask => asked.push(Asked {
                action,
                verdict,
                always,
            }),
            permissions::Decision::Allow => {}
        }
    }
    let Some(first) = asked.first() else {
        return Ok(None);
    };
    let all: Vec<String> = asked.iter().map(|asked| asked.action.to_string()).collect();
    let can_always = asked.iter().all(|asked| !asked.always.is_empty());
    Ok(Some(ApprovalRequest {
        id: ApprovalId::fresh(),
        from: turn.who(),
        action: all.join(" and "),
        rule: first.verdict.rule.clone(),
        reason: first.verdict.reason.clone(),
        place: asked.iter().find_map(|asked| place(turn, asked.action)),
        always: match can_always {
            true => asked.into_iter().flat_map(|asked| asked.always).collect(),
            false => Vec::new(),
        },
    }))
}

fn judge(turn: &TurnContext, action: &OwnedAction) -> (Verdict, Vec<String>) {
    let OwnedAction::Run { run } = action else {
        return (turn.policy.judge(&action.as_action()), Vec::new());
    };
    let judged = turn.policy.judge_command(run);
    let asking = judged
        .parts
        .iter()
        .filter(|part| part.verdict.decision == permissions::Decision::Ask);
    let mut always: Vec<String> = asking.clone().filter_map(|part| part.always.clone()).collect();
    if always.len() < asking.count() {
        always.clear();
    }
    always.sort_unstable();
    always.dedup();
    (judged.verdict, always)
}

/// Where a command would run, for the one who is asked.
fn place(turn: &TurnContext, action: &OwnedAction) -> Option<String> {
    let OwnedAction::Run { run } = action else { return None };
    Some(match run.confinement {
        Confinement::Workbench => {
            let level = turn.runtime.workbench.standing().level;
            format!("in the workbench ({level}): it cannot change your files, read secrets or reach the network")
        }
        Confinement::InPlace | Confinement::Missing => match unseen(turn) {
            unseen if unseen.is_empty() => "on your real files, unconfined (L1)".to_owned(),
            unseen => format!(
                "on your real files, unconfined (L1); it will not see what is proposed in {}",
                unseen.join(", ")
            ),
        },
    })
}

/// Files whose proposals a command on the real files does not see.
fn unseen(turn: &TurnContext) -> Vec<String> {
    let workspace = &turn.runtime.workspace;
    let changes = workspace.visible_changes(&turn.session.id);
    changes.iter().map(|change| workspace.relative(&change.path)).collect()
}

async fn ask(turn: &TurnContext, actions: &[OwnedAction], question: ApprovalRequest) -> Result<ApprovalId, Refusal> {
    let approval = question.id.clone();
    if actions.iter().all(|action| turn.session.has_approved(action)) {
        return Ok(approval);
    }
    let (action, rule, always) = (question.action.clone(), question.rule.clone(), question.always.clone());
    let approvals = &turn.runtime.approvals;
    match approvals.ask(turn.asker(), question).await {
        Decision::Once => Ok(approval),
        Decision::Session => {
            actions.iter().for_each(|action| turn.session.approve(action));
            Ok(approval)
        }
        Decision::Always => {
            actions.iter().for_each(|action| turn.session.approve(action));
            remember(turn, always);
            Ok(approval)
        }
        Decision::Reject { reason } => Err(Refusal {
            offer: refusing_rule(actions, &always, reason.as_deref()),
            action,
            rule,
            reason: reason.unwrap_or_else(|| "the user said no".to_owned()),
        }),
    }
}

/// Lets the rules hold at once; whoever listens saves them.
fn remember(turn: &TurnContext, commands: Vec<String>) {
    let mut taken = Vec::new();
    for command in commands {
        let rule = CommandRule {
            id: format!("always: {command}"),
            command: command.clone(),
            verdict: permissions::Decision::Allow,
            reason: None,
            matches: Vec::new(),
            not_matches: Vec::new(),
        };
        match turn.policy.remember(rule) {
            Ok(()) => taken.push(command),
            Err(error) => tracing::warn!(%error, "an *always* answer made no rule"),
        }
    }
    if !taken.is_empty() {
        turn.emit(EventKind::RulesRemembered { commands: taken });
    }
}

/// The setting that would spare the user this question for good.
fn refusing_rule(actions: &[OwnedAction], always: &[String], reason: Option<&str>) -> Option<String> {
    let [OwnedAction::Run { .. }] = actions else {
        return None;
    };
    let command = always.first()?;
    let reason = reason.unwrap_or("refused before");
    Some(format!(
        "permissions.rules = [{{ command = {command:?}, verdict = \"deny\", reason = {reason:?} }}]"
    ))
}

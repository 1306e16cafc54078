//! Grants for everything that one call needs: from the policy, or from the user, who is asked at most once a call.

use base::{ApprovalId, ApprovalRequest, CallId, Decision, EventKind};
use permissions::{Approval, CommandRule, Confinement, Grant, HostRule, OwnedAction, Verdict, WebAddress};

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
pub(crate) async fn grants(turn: &TurnContext, call: &CallId, actions: &[OwnedAction]) -> Result<Vec<Grant>, Refusal> {
    // Mostly the policy allows them all, and then each is judged once.
    if let Ok(grants) = granted(turn, actions, &Approval::None) {
        return Ok(grants);
    }
    let approval = match question(turn, actions)? {
        Some(question) => {
            let question = ApprovalRequest {
                call: Some(call.clone()),
                ..question
            };
            Approval::User(ask(turn, actions, question).await?)
        }
        None => Approval::None,
    };
    // Judged again: a rule that came in while the question stood open counts more than the answer.
    granted(turn, actions, &approval)
}

fn granted(turn: &TurnContext, actions: &[OwnedAction], approval: &Approval) -> Result<Vec<Grant>, Refusal> {
    let grant = |action: &OwnedAction| {
        let granted = turn.policy.grant(&action.as_action(), approval.clone());
        granted.map_err(|verdict| Refusal::by_rule(action, verdict))
    };
    actions.iter().map(grant).collect()
}

/// What the policy asks about one action.
struct Asked<'a> {
    action: &'a OwnedAction,
    verdict: Verdict,
    always: Always,
}

/// The rules that would answer a question from now on; none where none may.
#[derive(Clone, Default)]
struct Always {
    commands: Vec<String>,
    hosts: Vec<String>,
}

impl Always {
    fn is_none(&self) -> bool {
        self.commands.is_empty() && self.hosts.is_empty()
    }

    /// All of these; nothing where one of the questions has no rule that would answer it.
    fn together(all: impl Iterator<Item = Self>) -> Self {
        let mut together = Self::default();
        for one in all {
            if one.is_none() {
                return Self::default();
            }
            together.commands.extend(one.commands);
            together.hosts.extend(one.hosts);
        }
        together
    }
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
    let always = Always::together(asked.iter().map(|asked| asked.always.clone()));
    let scopes: Vec<String> = asked.iter().filter_map(|asked| scope(asked.action)).collect();
    Ok(Some(ApprovalRequest {
        id: ApprovalId::fresh(),
        call: None,
        from: turn.who(),
        action: all.join(" and "),
        rule: first.verdict.rule.clone(),
        reason: first.verdict.reason.clone(),
        place: asked.iter().find_map(|asked| place(turn, asked.action)),
        always: always.commands,
        hosts: always.hosts,
        scope: (!scopes.is_empty()).then(|| scopes.join(" and ")),
    }))
}

fn judge(turn: &TurnContext, action: &OwnedAction) -> (Verdict, Always) {
    let run = match action {
        OwnedAction::Run { run } => run,
        OwnedAction::Fetch { url } => {
            let host = turn.policy.host_to_remember(url);
            let always = Always {
                hosts: host.map(|host| host.to_string()).into_iter().collect(),
                ..Always::default()
            };
            return (turn.policy.judge(&action.as_action()), always);
        }
        _ => return (turn.policy.judge(&action.as_action()), Always::default()),
    };
    let judged = turn.policy.judge_command(run);
    let asking = judged
        .parts
        .iter()
        .filter(|part| part.verdict.decision == permissions::Decision::Ask);
    let mut commands: Vec<String> = asking.clone().filter_map(|part| part.always.clone()).collect();
    if commands.len() < asking.count() {
        commands.clear();
    }
    commands.sort_unstable();
    commands.dedup();
    let always = Always {
        commands,
        ..Always::default()
    };
    (judged.verdict, always)
}

/// What an answer for the session holds for: a page is one of many on its server, and nobody wants to be asked for each.
fn for_the_session(action: &OwnedAction) -> OwnedAction {
    match action {
        OwnedAction::Fetch { url } => match WebAddress::parse(url) {
            Ok(address) => OwnedAction::Fetch {
                url: address.server().to_string(),
            },
            Err(_) => action.clone(),
        },
        action => action.clone(),
    }
}

/// The same for the one who is asked, where it is more than the action itself.
fn scope(action: &OwnedAction) -> Option<String> {
    match for_the_session(action) {
        OwnedAction::Fetch { url } => Some(format!("all of {url}")),
        _ => None,
    }
}

/// Where it would be done and how far an answer reaches, for the one who is asked.
fn place(turn: &TurnContext, action: &OwnedAction) -> Option<String> {
    let run = match action {
        OwnedAction::Run { run } => run,
        action => {
            return Some(format!(
                "on the web; an answer for the session holds for {}",
                scope(action)?
            ));
        }
    };
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
    let lasting: Vec<OwnedAction> = actions.iter().map(for_the_session).collect();
    if lasting.iter().all(|action| turn.session.has_approved(action)) {
        return Ok(approval);
    }
    let (action, rule) = (question.action.clone(), question.rule.clone());
    let always = Always {
        commands: question.always.clone(),
        hosts: question.hosts.clone(),
    };
    let approvals = &turn.runtime.approvals;
    match approvals.ask(turn.asker(), question).await {
        Decision::Once => Ok(approval),
        Decision::Session => {
            lasting.iter().for_each(|action| turn.session.approve(action));
            Ok(approval)
        }
        Decision::Always => {
            lasting.iter().for_each(|action| turn.session.approve(action));
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
fn remember(turn: &TurnContext, always: Always) {
    let mut taken = Always::default();
    for host in always.hosts {
        let rule = HostRule {
            id: format!("always: {host}"),
            host: host.clone(),
            verdict: permissions::Decision::Allow,
            reason: None,
            matches: Vec::new(),
            not_matches: Vec::new(),
        };
        match turn.policy.remember_host(rule) {
            Ok(()) => taken.hosts.push(host),
            Err(error) => tracing::warn!(%error, "an *always* answer made no rule"),
        }
    }
    for command in always.commands {
        let rule = CommandRule {
            id: format!("always: {command}"),
            command: command.clone(),
            verdict: permissions::Decision::Allow,
            reason: None,
            matches: Vec::new(),
            not_matches: Vec::new(),
        };
        match turn.policy.remember(rule) {
            Ok(()) => taken.commands.push(command),
            Err(error) => tracing::warn!(%error, "an *always* answer made no rule"),
        }
    }
    if !taken.is_none() {
        let Always { commands, hosts } = taken;
        turn.emit(EventKind::RulesRemembered { commands, hosts });
    }
}

/// The setting that would spare the user this question for good.
fn refusing_rule(actions: &[OwnedAction], always: &Always, reason: Option<&str>) -> Option<String> {
    let (kind, subject) = match actions {
        [OwnedAction::Run { .. }] => ("command", always.commands.first()?),
        [OwnedAction::Fetch { .. }] => ("host", always.hosts.first()?),
        _ => return None,
    };
    let reason = reason.unwrap_or("refused before");
    Some(format!(
        "permissions.rules = [{{ {kind} = {subject:?}, verdict = \"deny\", reason = {reason:?} }}]"
    ))
}

//! The decision: what every part of a line gets, and the strictest of it for the line.
//!
//! Refusals come first and hold whatever else is true of a line. Then nothing is allowed that was not understood.
//! An allow rule lifts a question that the command itself raised, never one that its paths or its syntax did.

use super::call::{Arg, Call, Class, Scene, Use};
use super::reach::Reach;
use super::rules::Compiled;
use super::syntax::{Problem, concern_of, shown};
use super::walk::{Part, walk};
use super::{CommandVerdict, PartVerdict, always};
use crate::action::{Confinement, RunAction};
use crate::place;
use crate::policy::{Mode, Policy};
use crate::verdict::{Decision, Verdict};

/// More parts than this ask; each is still looked at for what must never run.
const MAX_PARTS: usize = 128;

struct Judging<'a> {
    policy: &'a Policy,
    run: &'a RunAction,
    rules: &'a [Compiled],
    /// As it was when the judging began.
    is_trusted: bool,
    parts: Vec<PartVerdict>,
    count: usize,
    strictest: Option<Verdict>,
}

pub(super) fn judge(policy: &Policy, run: &RunAction, rules: &[Compiled]) -> CommandVerdict {
    let scene = Scene {
        roots: policy.resolved_roots(),
        home: policy.home().map(ToOwned::to_owned),
    };
    let mut judging = Judging {
        policy,
        run,
        rules,
        is_trusted: policy.is_trusted(),
        parts: Vec::new(),
        count: 0,
        strictest: None,
    };
    let mut problems = walk(&run.line, &run.folder, &scene, &mut |part| judging.take(part));
    problems.extend(concern_of(&run.line));
    if judging.count > MAX_PARTS {
        problems.push(Problem::new(
            "cap.parts",
            format!("the line does more than {MAX_PARTS} things: split it up"),
        ));
    }
    if judging.count == 0 && problems.is_empty() {
        problems.push(Problem::new("command.empty", "there is nothing to run"));
    }
    let asks = problems
        .into_iter()
        .map(|problem| policy.in_mode(Verdict::ask(problem.rule, problem.reason)));
    let verdict = asks
        .chain(judging.strictest)
        .reduce(Verdict::stricter)
        .unwrap_or_else(|| Verdict::ask("command.empty", "there is nothing to run"));
    CommandVerdict {
        verdict,
        parts: judging.parts,
    }
}

impl Judging<'_> {
    fn add(&mut self, verdict: Verdict) {
        self.strictest = Some(match self.strictest.take() {
            Some(strictest) => strictest.stricter(verdict),
            None => verdict,
        });
    }

    fn take(&mut self, part: Part) {
        let refusal = self.refusal(&part);
        if part.is_guess {
            // A guess may refuse; to ask, what is certain suffices.
            if let Some(refusal) = refusal {
                self.push(&part, refusal, None);
            }
            return;
        }
        self.count += 1;
        if self.count > MAX_PARTS {
            refusal.into_iter().for_each(|refusal| self.add(refusal));
            return;
        }
        match refusal {
            Some(refusal) => self.push(&part, refusal, None),
            None => {
                let (verdict, always) = self.decide(&part);
                self.push(&part, self.policy.in_mode(verdict), always);
            }
        }
    }

    fn push(&mut self, part: &Part, verdict: Verdict, always: Option<String>) {
        self.add(verdict.clone());
        let part = PartVerdict {
            text: shown(&part.text),
            verdict,
            always,
        };
        if self.parts.len() < MAX_PARTS && !self.parts.contains(&part) {
            self.parts.push(part);
        }
    }

    /// What nothing overrides, and what configured rules or the built-in list refuse.
    fn refusal(&self, part: &Part) -> Option<Verdict> {
        let known = &part.known;
        let by_path = || {
            let writes = known.paths.iter().filter(|(_, used)| *used != Use::Read);
            let verdicts = writes.map(|(arg, used)| self.policy.judge_reach(&self.reach(part, arg, *used)));
            verdicts.into_iter().find(|verdict| verdict.rule.starts_with("hard."))
        };
        if matches!(known.class, Class::Hard | Class::Denied) {
            return Some(Verdict::deny(known.rule.clone(), known.reason.clone()));
        }
        let rule = self.rules_of(part, Decision::Deny).next();
        rule.map(|rule| rule.verdict(&shown(&part.text))).or_else(by_path)
    }

    fn rules_of<'s>(&'s self, part: &'s Part, decision: Decision) -> impl Iterator<Item = &'s Compiled> {
        let call = part.call.as_ref();
        self.rules
            .iter()
            .filter(move |rule| rule.rule.verdict == decision && call.is_some_and(|call| rule.holds(call)))
    }

    fn decide(&self, part: &Part) -> (Verdict, Option<String>) {
        let own = self.by_class(part);
        let others = self.by_surroundings(part);
        // Of two that ask, what no rule can lift is the better reason.
        let other = others.iter().cloned().reduce(Verdict::stricter);
        let verdict = match other {
            Some(other) if other.decision != Decision::Allow => other.stricter(own),
            _ => own,
        };
        let verdict = if verdict.decision == Decision::Allow && self.run.confinement == Confinement::Missing {
            Verdict::ask(
                "sandbox.missing",
                "there is no sandbox on this machine, so every command needs your approval",
            )
        } else {
            verdict
        };
        let is_liftable = verdict.decision == Decision::Ask
            && others.iter().all(|other| other.decision == Decision::Allow)
            && self.may_be_lifted(part);
        if !is_liftable {
            return (verdict, None);
        }
        match self.rules_of(part, Decision::Allow).next() {
            Some(rule) => (rule.verdict(&shown(&part.text)), None),
            None => (verdict, part.call.as_ref().and_then(always::rule_for)),
        }
    }

    /// What the command itself gets.
    fn by_class(&self, part: &Part) -> Verdict {
        let known = &part.known;
        let ask = || Verdict::ask(known.rule.clone(), known.reason.clone());
        let allow = || Verdict::allow(known.rule.clone(), known.reason.clone());
        let is_contained = self.run.confinement == Confinement::Workbench;
        let runs_project = matches!(known.class, Class::ReadsProject | Class::Builds);
        let is_trusted = self.is_trusted && !(runs_project && self.is_elsewhere(part));
        let reads = matches!(known.class, Class::Reads | Class::ReadsProject);
        if self.policy.mode() == Mode::Plan && !(reads && part.concerns.is_empty()) {
            return self.policy.in_mode(ask());
        }
        match known.class {
            Class::Reads => allow(),
            Class::ReadsProject if is_trusted => allow(),
            Class::Builds if is_contained && is_trusted && is_certain(part) => allow(),
            Class::ReadsProject | Class::Builds if !is_trusted => Verdict::ask(
                "trust.missing",
                match self.is_trusted {
                    true => format!(
                        "it would run outside what is trusted, in a folder or repository of its own, and {}",
                        known.reason
                    ),
                    false => format!("the workspace is not trusted, and {}", known.reason),
                },
            ),
            Class::Writes | Class::Unknown
                if is_contained && is_trusted && self.policy.mode() == Mode::Auto && is_certain(part) =>
            {
                Verdict::allow(
                    "mode.auto",
                    "auto mode runs it in the workbench, and its changes come back as hunks",
                )
            }
            _ => ask(),
        }
    }

    /// Whether it runs where the trust in the workspace does not reach: outside of it, in a repository inside it that
    /// has come from somewhere else, or nobody knows where.
    fn is_elsewhere(&self, part: &Part) -> bool {
        let Some(folder) = part.folder.as_deref().and_then(|folder| place::resolve(folder).ok()) else {
            return true;
        };
        let roots = self.policy.resolved_roots();
        let Some(root) = roots.iter().find(|root| folder.starts_with(root)) else {
            return true;
        };
        let below = folder.ancestors().take_while(|above| above != root);
        below
            .into_iter()
            .any(|above| above.join(".git").symlink_metadata().is_ok())
    }

    /// What its syntax, its paths and configured rules add.
    fn by_surroundings(&self, part: &Part) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = Vec::new();
        for concern in &part.concerns {
            verdicts.push(Verdict::ask(concern.rule, concern.reason.clone()));
        }
        for (arg, used) in &part.known.paths {
            verdicts.push(self.policy.judge_reach(&self.reach(part, arg, *used)));
        }
        // What is not known may write wherever its words lead.
        if part.known.class == Class::Unknown
            && let Some(call) = &part.call
        {
            for arg in call.args.iter().filter_map(path_in) {
                verdicts.push(self.policy.judge_reach(&self.reach(part, &arg, Use::Write)));
            }
        }
        verdicts.extend(
            self.rules_of(part, Decision::Ask)
                .map(|rule| rule.verdict(&shown(&part.text))),
        );
        verdicts
    }

    fn may_be_lifted(&self, part: &Part) -> bool {
        let is_literal = |call: &Call| call.args.iter().all(|arg| matches!(arg, Arg::Literal(_)));
        self.is_trusted
            && self.run.confinement != Confinement::Missing
            && matches!(
                part.known.class,
                Class::Builds | Class::Writes | Class::Unknown | Class::Asks
            )
            && part.call.as_ref().is_some_and(is_literal)
    }

    fn reach<'s>(&self, part: &'s Part, arg: &'s Arg, used: Use) -> Reach<'s> {
        let name = part.call.as_ref().map_or(part.text.as_str(), |call| call.name.as_str());
        Reach {
            arg,
            used,
            folder: part.folder.as_deref(),
            name: name.rsplit('/').next().unwrap_or(name),
        }
    }
}

/// Every word is known.
fn is_certain(part: &Part) -> bool {
    let all_known = |call: &Call| !call.args.contains(&Arg::Unknown);
    part.concerns.is_empty() && part.call.as_ref().is_none_or(all_known)
}

/// The path in an argument, `--option=/path` included.
fn path_in(arg: &Arg) -> Option<Arg> {
    let Arg::Literal(text) = arg else {
        return Some(arg.clone());
    };
    let value = match text.split_once('=') {
        Some((option, value)) if option.starts_with('-') => value,
        _ => text,
    };
    let is_path = value.contains('/') && !value.contains("://") || value.starts_with('~') || value == "..";
    is_path.then(|| Arg::Literal(value.to_owned()))
}

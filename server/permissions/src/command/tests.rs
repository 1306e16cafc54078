use std::path::PathBuf;

use super::{CommandRule, CommandVerdict};
use crate::action::{Confinement, RunAction};
use crate::policy::{Mode, Policy, PolicyConfig};
use crate::rule::RuleError;
use crate::verdict::Decision;

mod properties;
mod reach;
mod rules;

/// A workspace with a policy about it.
struct World {
    root: tempfile::TempDir,
    mode: Mode,
    trusted: bool,
    confinement: Confinement,
    rules: Vec<CommandRule>,
}

impl World {
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().unwrap(),
            mode: Mode::Ask,
            trusted: true,
            confinement: Confinement::Workbench,
            rules: Vec::new(),
        }
    }

    fn with(mut self, verdict: Decision, command: &str) -> Self {
        self.rules.push(rule(verdict, command));
        self
    }

    fn folder(&self) -> PathBuf {
        self.root.path().canonicalize().unwrap()
    }

    fn policy(&self) -> Result<Policy, RuleError> {
        let policy = Policy::new(PolicyConfig {
            roots: vec![self.folder()],
            mode: self.mode,
            trusted: self.trusted,
            commands: self.rules.clone(),
            ..PolicyConfig::default()
        })?;
        Ok(policy.at_home("/home/me"))
    }

    fn judge(&self, line: &str) -> CommandVerdict {
        self.judge_by(&self.policy().unwrap(), line)
    }

    fn judge_by(&self, policy: &Policy, line: &str) -> CommandVerdict {
        policy.judge_command(&RunAction {
            line: line.to_owned(),
            folder: self.folder(),
            confinement: self.confinement,
        })
    }

    /// The decision and the rule behind it.
    fn check(&self, line: &str, decision: Decision, rule: &str) {
        let verdict = self.judge(line).verdict;
        assert_eq!(
            (verdict.decision, verdict.rule.as_str()),
            (decision, rule),
            "{line:?}: {verdict}"
        );
    }
}

fn rule(verdict: Decision, command: &str) -> CommandRule {
    CommandRule {
        id: format!("{verdict} {command}"),
        command: command.to_owned(),
        verdict,
        reason: None,
        matches: Vec::new(),
        not_matches: Vec::new(),
    }
}

#[test]
fn a_line_is_as_strict_as_its_strictest_part() {
    let world = World::new();
    world.check("echo a", Decision::Allow, "shell.builtin");
    world.check("echo a; zap", Decision::Ask, "unknown.command");
    world.check("echo a > b", Decision::Ask, "write.redirect");
    world.check("zap; curl x | sh", Decision::Deny, "hard.download");
    world.check("echo a > /dev/null 2>&1", Decision::Allow, "shell.redirect");
    let verdict = world.judge("echo a && zap 'b\u{202e}c' > d");
    let texts: Vec<_> = verdict.parts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(texts, ["echo a", "> d", "zap 'b\\u{202e}c' > d"]);
}

#[test]
fn what_is_not_understood_asks() {
    let world = World::new();
    for (line, rule) in [
        ("echo 'a", "syntax.unreadable"),
        ("echo a\u{200b}", "text.control"),
        ("echo a\0", "text.control"),
        ("echo a\r", "text.control"),
        ("echo \u{202e}a", "text.control"),
        ("echo ${x@P}", "syntax.parameter"),
        ("  # nothing", "command.empty"),
        ("", "command.empty"),
    ] {
        world.check(line, Decision::Ask, rule);
    }
    world.check(&"echo a;".repeat(129), Decision::Ask, "cap.parts");
    world.check(&format!("echo {}", "a".repeat(65 * 1024)), Decision::Ask, "cap.length");
    let deep = format!("echo {}a{}", "$(echo ".repeat(80), ")".repeat(80));
    assert_eq!(world.judge(&deep).verdict.decision, Decision::Ask);
}

#[test]
fn refusals_hold_behind_every_cap() {
    let world = World::new().with(Decision::Deny, "zap");
    for line in [
        format!("{} zap", "echo a;".repeat(10_000)),
        format!("echo {}; zap", "a".repeat(1_000_000)),
        format!("{} zap", "$(echo; ".repeat(500)),
        format!("{} zap {}", "( ".repeat(500), ")".repeat(500)),
        format!("{} zap", "if ".repeat(500)),
        "echo 'a; zap".to_owned(),
        "echo <<EOF; zap".to_owned(),
        "echo \0; zap".to_owned(),
    ] {
        let start: String = line.chars().take(20).collect();
        assert_eq!(world.judge(&line).verdict.decision, Decision::Deny, "{start}…");
    }
}

#[test]
fn the_mode_decides_what_is_neither_safe_nor_listed() {
    let mut world = World::new();
    world.mode = Mode::Auto;
    world.check("zap -x", Decision::Allow, "mode.auto");
    world.check("echo a > b", Decision::Allow, "mode.auto");
    world.check("zap $x", Decision::Ask, "path.unknown");
    world.check("zap ../a", Decision::Ask, "roots.outside");
    world.check("zap --out=/etc/a", Decision::Ask, "roots.outside");
    world.check("zap a/.git/config", Decision::Ask, "protected.git");
    world.check("echo a > .git/config", Decision::Ask, "protected.git");
    world.check("eval a", Decision::Ask, "ask.builtin");
    world.trusted = false;
    world.check("zap -x", Decision::Ask, "unknown.command");
    world.trusted = true;
    world.confinement = Confinement::InPlace;
    world.check("zap -x", Decision::Ask, "unknown.command");
    world.check("echo a", Decision::Allow, "shell.builtin");
    world.confinement = Confinement::Missing;
    world.check("echo a", Decision::Ask, "sandbox.missing");
    world.check("curl x | sh", Decision::Deny, "hard.download");
}

#[test]
fn trust_ends_where_another_repository_begins() {
    let world = World::new();
    for (folder, is_repository) in [("plain/deep", false), ("vendor/other", true)] {
        std::fs::create_dir_all(world.folder().join(folder)).unwrap();
        if is_repository {
            std::fs::write(world.folder().join(folder).join(".git"), "gitdir: elsewhere").unwrap();
        }
    }
    world.check("cargo test", Decision::Allow, "build.cargo");
    world.check("cd plain/deep && cargo test", Decision::Allow, "shell.builtin");
    world.check("cd vendor && cargo test", Decision::Allow, "shell.builtin");
    world.check("cd vendor/other && cargo test", Decision::Ask, "trust.missing");
    world.check("(cd vendor/other; make test)", Decision::Ask, "trust.missing");
    world.check("cd /usr/src && cargo test", Decision::Ask, "trust.missing");
    world.check("cd \"$x\" && cargo test", Decision::Ask, "path.unknown");
}

#[test]
fn plan_mode_reads_only() {
    let mut world = World::new();
    world.mode = Mode::Plan;
    world.check("echo a", Decision::Allow, "shell.builtin");
    world.check("zap", Decision::Deny, "mode.plan");
    world.check("echo a > b", Decision::Deny, "mode.plan");
    world.check("echo 'a", Decision::Deny, "mode.plan");
}

#[test]
fn always_offers_the_sub_command_and_no_more() {
    let always = |line: &str| {
        let parts = World::new().judge(line).parts;
        parts.into_iter().next().and_then(|part| part.always)
    };
    let check = |line: &str, expect: Option<&str>| assert_eq!(always(line).as_deref(), expect, "{line}");
    check("zap -x a", Some("zap"));
    check("docker compose up -d", Some("docker compose up"));
    check("npm run deploy", Some("npm run deploy"));
    for line in [
        "git -C x commit",
        "./zap",
        "/usr/bin/zap",
        "zap $x",
        "zap > /etc/x; a",
        "echo a > b",
        "A=b zap",
        "zap 'a",
    ] {
        let offered = always(line);
        assert!(offered.is_none() || line.starts_with("zap"), "{line}: {offered:?}");
    }
    check("zap $x", None);
    check("bash x", None);
    check("python3 x", None);
    check("eval a", None);
}

//! Configured rules: what they hold for, which wins, and what start-up refuses.

use super::{World, rule};
use crate::verdict::Decision;

#[test]
fn an_allow_rule_lifts_only_what_the_command_itself_asks() {
    let world = World::new().with(Decision::Allow, "zap run");
    let held = |line: &str| world.judge(line).verdict.decision == Decision::Allow;
    for line in [
        "zap run",
        "zap run -x",
        "/usr/bin/zap run",
        "z\\ap 'run' a",
        "zap run; echo a",
        "zap run > /dev/null",
    ] {
        assert!(held(line), "{line}");
    }
    for line in [
        "zap running",
        "zap -x run",
        "./zap run",
        "/tmp/zap run",
        "zap run $x",
        "zap run *",
        "zap run; other",
        "zap run > out",
        "zap run $(other)",
        "A=b zap run",
        "x=zap; $x run",
        "zap run 'a",
        "zap run > /etc/x",
    ] {
        assert!(!held(line), "{line}");
    }
}

#[test]
fn a_refusal_hits_wherever_the_command_starts() {
    let world = World::new().with(Decision::Deny, "zap run");
    for line in [
        "zap run",
        "./zap run",
        "/opt/x/zap -v run",
        "echo $(zap run)",
        "echo a | zap run",
        "command zap run",
        "exec zap run",
        "eval 'zap run'",
        "echo 'zap run' | sh",
        "x='zap'; \"$x\" run",
        "echo \"${y:-`zap run`}\"",
    ] {
        assert_eq!(world.judge(line).verdict.decision, Decision::Deny, "{line}");
    }
    assert_eq!(world.judge("zap walk").verdict.decision, Decision::Ask);
    let forced = World::new().with(Decision::Deny, "git push --force");
    for line in [
        "git push --force",
        "git -C x push origin --force",
        "/usr/bin/git -c a=b push a b --force",
    ] {
        assert_eq!(forced.judge(line).verdict.decision, Decision::Deny, "{line}");
    }
}

#[test]
fn the_strictest_rule_wins_in_any_order() {
    let all = [Decision::Allow, Decision::Ask, Decision::Deny];
    for first in all {
        for second in all {
            let world = World::new().with(first, "zap").with(second, "zap run");
            assert_eq!(
                world.judge("zap run").verdict.decision,
                first.max(second),
                "{first} {second}"
            );
        }
    }
}

#[test]
fn no_rule_lifts_what_is_fixed() {
    for command in ["curl", "sh", "echo", "eval"] {
        let world = World::new().with(Decision::Allow, command);
        for line in ["curl x | sh", "echo a > /dev/sda", "eval \"$(curl x)\""] {
            assert_eq!(world.judge(line).verdict.decision, Decision::Deny, "{command}: {line}");
        }
    }
    let mut world = World::new().with(Decision::Allow, "zap");
    world.trusted = false;
    assert_eq!(world.judge("zap").verdict.decision, Decision::Ask);
}

#[test]
fn a_rule_that_is_none_stops_start_up() {
    for command in [
        "",
        "  ",
        "a; b",
        "a | b",
        "a > b",
        "a $x",
        "a `b`",
        "a & b",
        "a\u{202e}",
        "a\nb",
        "a 'b",
        "a *",
        "X=1 a",
    ] {
        let world = World::new().with(Decision::Allow, command);
        let error = world.policy().err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("rule `allow ")), "{command:?}");
    }
}

#[test]
fn examples_are_checked_at_load() {
    let check = |verdict, matches: &[&str], not_matches: &[&str], expect: Option<&str>| {
        let mut rule = rule(verdict, "zap run");
        rule.matches = matches.iter().map(|example| (*example).to_owned()).collect();
        rule.not_matches = not_matches.iter().map(|example| (*example).to_owned()).collect();
        let error = rule.check().err().map(|error| error.to_string());
        match expect {
            Some(text) => assert!(error.as_ref().is_some_and(|error| error.contains(text)), "{error:?}"),
            None => assert_eq!(error, None),
        }
    };
    check(
        Decision::Allow,
        &["zap run -q"],
        &["zap run; rm x", "zap running", "zap run $x; y"],
        None,
    );
    check(
        Decision::Allow,
        &["zap running"],
        &[],
        Some("`zap running` should be decided"),
    );
    check(
        Decision::Allow,
        &[],
        &["zap run"],
        Some("`zap run` should be left alone"),
    );
    check(Decision::Deny, &["echo $(zap run)", "a; ./zap run"], &["zap"], None);
    check(Decision::Deny, &[], &["a && zap run"], Some("should be left alone"));
}

#[test]
fn what_is_remembered_holds_at_once() {
    let world = World::new();
    let policy = world.policy().unwrap();
    assert_eq!(world.judge_by(&policy, "zap run").verdict.decision, Decision::Ask);
    policy.remember(rule(Decision::Allow, "zap run")).unwrap();
    assert_eq!(world.judge_by(&policy, "zap run").verdict.decision, Decision::Allow);
    policy.remember(rule(Decision::Allow, "a; b")).unwrap_err();
}

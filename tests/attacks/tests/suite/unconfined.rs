//! Where commands cannot be confined.

use permissions::{CommandVerdict, Confinement, Decision, Mode, Policy, PolicyConfig, RunAction};

/// A machine without a workbench (level L1) asks, whatever the mode and the command.
fn check(line: &str) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let policy = Policy::new(PolicyConfig {
        roots: vec![root.clone()],
        mode: Mode::Auto,
        trusted: true,
        ..PolicyConfig::default()
    });
    let run = RunAction {
        line: line.to_owned(),
        folder: root,
        confinement: Confinement::Missing,
    };
    let CommandVerdict { verdict, .. } = policy.unwrap().judge_command(&run);
    assert_ne!(verdict.decision, Decision::Allow, "{line}");
}

#[test]
fn nothing_is_allowed_without_a_question() {
    for line in [
        "ls",
        "cat README.md",
        "cargo test",
        "./attacker write-outside",
        "touch x",
    ] {
        check(line);
    }
}

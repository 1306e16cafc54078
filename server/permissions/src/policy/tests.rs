use std::fs;

use tempfile::TempDir;

use super::*;

mod properties;

/// A folder with a workspace in it, and things beside the workspace.
struct Fixture {
    folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for dir in ["root/src", "root/.git", "beside"] {
            fs::create_dir_all(folder.path().join(dir)).unwrap();
        }
        for file in ["root/src/a.rs", "beside/b.rs"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        Self { folder }
    }

    fn at(&self, path: &str) -> PathBuf {
        // `Path::join` would resolve nothing, but it would swallow a leading slash.
        PathBuf::from(format!("{}/{path}", self.folder.path().display()))
    }

    #[cfg(unix)]
    fn link(&self, target: &str, link: &str) {
        std::os::unix::fs::symlink(target, self.at(link)).unwrap();
    }

    fn config(&self) -> PolicyConfig {
        PolicyConfig {
            roots: vec![self.at("root")],
            trusted: true,
            ..PolicyConfig::default()
        }
    }

    fn policy(&self, change: impl FnOnce(&mut PolicyConfig)) -> Policy {
        let mut config = self.config();
        change(&mut config);
        Policy::new(config).unwrap()
    }

    /// Judges reading, then writing, `path`.
    fn check(&self, path: &str, read: &str, write: &str) {
        let policy = self.policy(|_| {});
        let path = self.at(path);
        let told = |action| {
            let verdict = policy.judge(&action);
            format!("{} {}", verdict.decision, verdict.rule)
        };
        assert_eq!(told(Action::Read { path: &path }), read, "reading {}", path.display());
        let write_action = Action::Write {
            path: &path,
            kind: WriteKind::Modify,
        };
        assert_eq!(told(write_action), write, "writing {}", path.display());
    }
}

fn rule(path: &str, verdict: Decision) -> PathRule {
    PathRule {
        id: format!("{verdict} {path}"),
        path: path.into(),
        access: Access::Any,
        verdict,
        reason: None,
        matches: vec![],
        not_matches: vec![],
    }
}

fn write(path: &Path) -> Action<'_> {
    Action::Write {
        path,
        kind: WriteKind::Modify,
    }
}

#[test]
fn files_of_the_workspace_are_open() {
    let fixture = Fixture::new();
    fixture.check("root/src/a.rs", "allow default", "allow default");
    fixture.check("root/src/new/deep.rs", "allow default", "allow default");
    fixture.check("root/src/../src/./a.rs", "allow default", "allow default");
}

#[test]
fn what_is_outside_is_denied() {
    let fixture = Fixture::new();
    fixture.check("beside/b.rs", "deny roots.outside", "deny roots.outside");
    fixture.check("root/../beside/b.rs", "deny roots.outside", "deny roots.outside");
    fixture.check(
        "root/missing/../../beside/b.rs",
        "deny roots.outside",
        "deny roots.outside",
    );
    // A folder whose name only begins like the root's.
    fixture.check("rooted/a.rs", "deny roots.outside", "deny roots.outside");
    fixture.check("root", "deny path.root", "deny path.root");
}

#[test]
fn what_cannot_be_resolved_is_denied() {
    let fixture = Fixture::new();
    fixture.check("root/src/a.rs/b", "deny path.unresolved", "deny path.unresolved");
    fixture.check("root/src/\0.rs", "deny path.unresolved", "deny path.unresolved");
    let relative = fixture.policy(|_| {}).judge(&Action::Read {
        path: Path::new("src/a.rs"),
    });
    assert_eq!(
        (relative.decision, relative.rule.as_str()),
        (Decision::Deny, "path.unresolved")
    );
}

#[cfg(unix)]
#[test]
fn links_are_judged_by_where_they_lead() {
    let fixture = Fixture::new();
    fixture.link("../beside", "root/out");
    fixture.link("out", "root/out_twice");
    fixture.link("../beside/not_yet", "root/dangling");
    fixture.link("src/a.rs", "root/inside");
    fixture.link("../.git/config", "root/src/git_config");
    fixture.link("loop", "root/loop");
    for escape in [
        "root/out/b.rs",
        "root/out/new.rs",
        "root/out_twice/b.rs",
        "root/dangling",
    ] {
        fixture.check(escape, "deny roots.link", "deny roots.link");
    }
    fixture.check("root/inside", "allow default", "allow default");
    fixture.check("root/src/git_config", "allow default", "ask protected.git");
    fixture.check("root/loop", "deny path.unresolved", "deny path.unresolved");
    // The kernel follows `out` before it goes up, so this is not `root/src`.
    fixture.check("root/out/../src/a.rs", "deny roots.outside", "deny roots.outside");
}

#[cfg(unix)]
#[test]
fn a_root_behind_a_link_has_both_names() {
    let fixture = Fixture::new();
    fixture.link("root", "alias");
    let policy = fixture.policy(|config| config.roots = vec![fixture.at("alias")]);
    for path in ["alias/src/a.rs", "root/src/a.rs"] {
        assert_eq!(
            policy.judge(&write(&fixture.at(path))).decision,
            Decision::Allow,
            "{path}"
        );
    }
    assert_eq!(
        policy.judge(&write(&fixture.at("alias/.git/config"))).rule,
        "protected.git"
    );
}

#[test]
fn secrets_ask_for_reading_too() {
    let fixture = Fixture::new();
    for secret in [
        ".env",
        "src/.env.local",
        "src/.ENV",
        "key.pem",
        ".ssh/config",
        "id_ed25519",
        "credentials",
        ".env/x",
    ] {
        fixture.check(&format!("root/{secret}"), "ask secrets", "ask secrets");
    }
    for open in [
        ".env.example",
        "src/environment.rs",
        "id_map.rs",
        "credentials.rs",
        "src/pem.rs",
    ] {
        fixture.check(&format!("root/{open}"), "allow default", "allow default");
    }
    fixture.check("root/.ssh/.env.example", "ask secrets", "ask secrets");
}

#[test]
fn protected_paths_ask_for_writing_however_they_are_spelled() {
    let fixture = Fixture::new();
    let spellings = [
        (".git/config", "git"),
        (".GIT/hooks/x", "git"),
        (".git./config", "git"),
        (".git /config", "git"),
        (".g\u{200c}it/config", "git"),
        (".git::$INDEX_ALLOCATION/config", "git"),
        ("GIT~1/config", "git"),
        ("src/.git", "git"),
        (".gitmodules", "git"),
        (".singletree/config.toml", "agents"),
        (".mcp.json", "agents"),
        (".husky/pre-commit", "hooks"),
        (".vscode/tasks.json", "editor"),
        (".nvim.lua", "editor"),
        (".github/workflows/ci.yml", "ci"),
        ("sub/.GitHub/Workflows/ci.yml", "ci"),
        ("Jenkinsfile", "ci"),
        (".bashrc", "shell"),
        (".zshenv", "shell"),
    ];
    for (path, group) in spellings {
        fixture.check(
            &format!("root/{path}"),
            "allow default",
            &format!("ask protected.{group}"),
        );
    }
    fixture.check("root/.github/README.md", "allow default", "allow default");
    fixture.check("root/src/git/config", "allow default", "allow default");
}

#[test]
fn plan_mode_writes_nothing() {
    let fixture = Fixture::new();
    let policy = fixture.policy(|config| config.mode = Mode::Plan);
    let path = fixture.at("root/src/a.rs");
    assert_eq!(policy.judge(&write(&path)).rule, "mode.plan");
    assert_eq!(policy.judge(&Action::Read { path: &path }).decision, Decision::Allow);
    let approved = policy.grant(&write(&path), Approval::User("apr_1".into()));
    assert_eq!(
        approved.map(|_| ()).map_err(|verdict| verdict.rule),
        Err("mode.plan".to_owned())
    );
}

#[test]
fn configured_rules_hold_for_folders_and_name_themselves() {
    let fixture = Fixture::new();
    let policy = fixture.policy(|config| {
        config.rules = vec![
            PathRule {
                reason: Some("generated by protoc".into()),
                ..rule("src/gen/", Decision::Deny)
            },
            PathRule {
                access: Access::Write,
                ..rule("*.sql", Decision::Ask)
            },
            rule(".env", Decision::Allow),
        ];
    });
    let judge = |path: &str| policy.judge(&write(&fixture.at(path)));
    let verdict = judge("root/src/Gen/deep/x.rs");
    assert_eq!(
        (verdict.decision, verdict.rule.as_str()),
        (Decision::Deny, "deny src/gen/")
    );
    assert!(verdict.reason.ends_with("`: generated by protoc"), "{}", verdict.reason);
    assert_eq!(judge("root/db/x.sql").rule, "ask *.sql");
    assert_eq!(
        policy
            .judge(&Action::Read {
                path: &fixture.at("root/db/x.sql")
            })
            .decision,
        Decision::Allow
    );
    assert_eq!(judge("root/gen/x.rs").decision, Decision::Allow);
    assert_eq!(
        judge("root/.env").rule,
        "secrets",
        "an allow rule does not silence a built-in question"
    );
}

#[test]
fn a_rule_that_its_examples_disprove_stops_start_up() {
    let check = |change: fn(&mut PathRule), expect: &str| {
        let mut changed = rule("src/*.rs", Decision::Deny);
        change(&mut changed);
        assert_eq!(
            changed.check().map_err(|error| error.to_string()),
            Err(expect.to_owned())
        );
    };
    check(
        |rule| rule.matches = vec!["src/a.rs".into(), "src/b/c.rs".into()],
        "rule `deny src/*.rs`: its example `src/b/c.rs` should match `src/*.rs` and does not; correct the one or the other",
    );
    check(
        |rule| rule.not_matches = vec!["src/a.rs".into()],
        "rule `deny src/*.rs`: its example `src/a.rs` should not match `src/*.rs` and does; correct the one or the other",
    );
    check(
        |rule| rule.path = "[a".into(),
        "rule `deny src/*.rs`: `[a` is not a glob: unclosed character class; missing ']'",
    );
    for place in ["../x", "~/x", "/", ""] {
        let misplaced = PathRule {
            path: place.into(),
            ..rule("x", Decision::Allow)
        };
        assert!(matches!(misplaced.check(), Err(RuleError::Place { .. })), "{place}");
    }
}

#[test]
fn a_root_that_is_not_there_is_an_error() {
    let error = Policy::new(PolicyConfig {
        roots: vec!["/nowhere/at/all".into()],
        ..PolicyConfig::default()
    });
    assert!(matches!(error, Err(RuleError::Root { .. })));
}

#[test]
fn a_single_file_can_be_the_root() {
    let fixture = Fixture::new();
    let policy = fixture.policy(|config| config.roots = vec![fixture.at("root/src/a.rs")]);
    assert_eq!(
        policy.judge(&write(&fixture.at("root/src/a.rs"))).decision,
        Decision::Allow
    );
    assert_eq!(policy.judge(&write(&fixture.at("root/src/b.rs"))).rule, "roots.outside");
}

#[test]
fn a_grant_covers_its_path_and_kind_and_nothing_else() {
    let fixture = Fixture::new();
    let policy = fixture.policy(|_| {});
    let (path, other) = (fixture.at("root/src/a.rs"), fixture.at("root/src/b.rs"));
    let grant = policy.grant(&write(&path), Approval::None).unwrap();
    assert_eq!(grant.path(), path);
    assert!(grant.covers(&path, WriteKind::Modify));
    assert!(!grant.covers(&path, WriteKind::Delete));
    assert!(!grant.covers(&other, WriteKind::Modify));
    assert!(!grant.covers_read(&path));
    assert_eq!(grant.resolved(&path), Some(path.canonicalize().unwrap().as_path()));
    assert_eq!(grant.resolved(&other), None);

    let rename = policy
        .grant(
            &Action::Rename {
                from: &path,
                to: &other,
            },
            Approval::None,
        )
        .unwrap();
    assert!(rename.covers(&path, WriteKind::Rename) && rename.covers(&other, WriteKind::Rename));
    assert!(!rename.covers(&path, WriteKind::Delete));
}

#[test]
fn an_ask_needs_a_users_answer_and_a_deny_takes_none() {
    let fixture = Fixture::new();
    let policy = fixture.policy(|_| {});
    let secret = fixture.at("root/.env");
    assert_eq!(
        policy.grant(&write(&secret), Approval::None).unwrap_err().decision,
        Decision::Ask
    );
    let grant = policy.grant(&write(&secret), Approval::User("apr_1".into())).unwrap();
    assert_eq!((grant.rule(), grant.approval()), ("secrets", Some(&"apr_1".into())));
    let outside = fixture.at("beside/b.rs");
    assert_eq!(
        policy
            .grant(&write(&outside), Approval::User("apr_1".into()))
            .unwrap_err()
            .decision,
        Decision::Deny
    );
}

#[test]
fn a_rename_is_as_strict_as_its_stricter_end() {
    let fixture = Fixture::new();
    let policy = fixture.policy(|_| {});
    let (plain, hook, outside) = (
        fixture.at("root/src/a.rs"),
        fixture.at("root/.husky/x"),
        fixture.at("beside/b.rs"),
    );
    assert_eq!(
        policy
            .judge(&Action::Rename {
                from: &plain,
                to: &hook
            })
            .rule,
        "protected.hooks"
    );
    assert_eq!(
        policy
            .judge(&Action::Rename {
                from: &hook,
                to: &outside
            })
            .rule,
        "roots.outside"
    );
}

#[test]
fn keeping_without_the_user_needs_trust_and_plain_files() {
    let fixture = Fixture::new();
    let check = |change: fn(&mut PolicyConfig), path: &str, expect: &str| {
        let policy = fixture.policy(|config| {
            config.mode = Mode::Edit;
            change(config);
        });
        assert_eq!(
            policy
                .judge(&Action::Keep {
                    paths: &[fixture.at(path)]
                })
                .rule,
            expect
        );
    };
    check(|_| {}, "root/src/a.rs", "default");
    check(|_| {}, "root/build.rs", "keep.executable");
    check(|_| {}, "root/package.json", "keep.executable");
    check(|_| {}, "root/.git/config", "protected.git");
    check(|config| config.trusted = false, "root/src/a.rs", "keep.untrusted");
    check(|config| config.mode = Mode::Plan, "root/src/a.rs", "mode.plan");
    let none = fixture.policy(|_| {}).judge(&Action::Keep { paths: &[] });
    assert_eq!(none.decision, Decision::Deny);
}

#[test]
fn a_users_keep_covers_what_the_user_saw() {
    let fixture = Fixture::new();
    let policy = fixture.policy(|config| config.rules = vec![rule("src", Decision::Deny)]);
    let path = fixture.at("root/src/a.rs");
    let grant = policy.user_keep(std::slice::from_ref(&path)).unwrap();
    assert!(grant.covers(&path, WriteKind::Delete) && grant.covers(&path, WriteKind::Modify));
    assert_eq!(
        policy.user_keep(&[path, fixture.at("beside/b.rs")]).unwrap_err().rule,
        "roots.outside"
    );
}

#[test]
fn a_path_cannot_disguise_itself_in_the_question() {
    let path = PathBuf::from("/w/a\u{202e}sr.exe\n`");
    let shown = crate::OwnedAction::Write {
        path,
        kind: WriteKind::Create,
    }
    .to_string();
    assert_eq!(shown, "create `/w/a\\u{202e}sr.exe\\u{a}\\u{60}`");
}

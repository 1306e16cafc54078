//! `singletree trust` as a shell user sees it: what it covers, what ends it, what does not inherit it.

use std::path::Path;

use anyhow::{Context, ensure};
use e2e::{Project, run};
use serde_json::Value;

/// The exit code and what is printed, from `folder`.
fn trust(project: &Project, folder: &Path, args: &[&str]) -> anyhow::Result<(Option<i32>, String)> {
    let args: Vec<&str> = [&["trust"], args].concat();
    let output = run(&project.home(), folder, &[], &args)?;
    let printed = [output.stdout, output.stderr].concat();
    Ok((output.status.code(), String::from_utf8(printed)?))
}

fn granted(project: &Project, folder: &Path) -> anyhow::Result<Value> {
    let (code, printed) = trust(project, folder, &["--json"])?;
    ensure!(code == Some(0), "{printed}");
    Ok(serde_json::from_str(&printed)?)
}

/// Whether `folder` counts as trusted: a test may then run without a question in a workbench.
fn status(project: &Project, folder: &Path) -> anyhow::Result<String> {
    let listed = trust(project, folder, &["--list", "--json"])?.1;
    let listed: Vec<Value> = serde_json::from_str(&listed)?;
    let here = listed.iter().find(|entry| entry["path"].as_str() == folder.to_str());
    let here = here.with_context(|| format!("{} in {listed:?}", folder.display()))?;
    Ok(here["status"].as_str().unwrap_or_default().to_owned())
}

/// The reason that is given when trust in `folder` is taken back, which it need not have.
fn reason(project: &Project, folder: &Path) -> anyhow::Result<String> {
    let folder = folder.to_str().context("a path in UTF-8")?;
    let said = trust(project, project.outside(), &["--revoke", "--json", folder])?.1;
    let said: Value = serde_json::from_str(&said)?;
    Ok(said["reason"].as_str().unwrap_or_default().to_owned())
}

fn check_reason(project: &Project, folder: &Path, expect: &str) -> anyhow::Result<()> {
    let reason = reason(project, folder)?;
    ensure!(reason.starts_with(expect), "{}: {reason}", folder.display());
    Ok(())
}

#[test]
fn it_says_what_it_means_and_is_taken_back() -> anyhow::Result<()> {
    let project = Project::new(&[(".vscode/tasks.json", b"{}"), ("src/a.rs", b"")])?;
    let (code, printed) = trust(&project, &project.path("src"), &[])?;
    assert_eq!(code, Some(0));
    for part in ["workbench", ".vscode/tasks.json", "--revoke"] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
    assert_eq!(status(&project, project.root())?, "trusted");
    assert!(trust(&project, project.root(), &["--revoke"])?.1.contains("taken back"));
    assert!(
        trust(&project, project.root(), &["--list"])?
            .1
            .contains("No workspace is trusted")
    );
    Ok(())
}

#[test]
fn a_change_to_what_runs_by_itself_ends_it() -> anyhow::Result<()> {
    let project = Project::new(&[(".envrc", b"export A=1"), ("Makefile", b"all:\n")])?;
    let said = granted(&project, project.root())?;
    assert_eq!(said["executable"][0]["name"], ".envrc");
    project.write("Makefile", b"all:\n\techo\n")?;
    project.git(&["remote", "add", "origin", "https://host.example/a.git"], None)?;
    project
        .git(&["commit", "--allow-empty", "--quiet", "-m", "a"], None)
        .ok();
    assert_eq!(status(&project, project.root())?, "trusted", "a day's work");

    project.git(&["config", "core.fsmonitor", "./helper"], None)?;
    assert_eq!(status(&project, project.root())?, "changed");
    let said = granted(&project, project.root())?;
    assert_eq!(said["changed"], serde_json::json!([".git/config: core.fsmonitor"]));
    assert_eq!(status(&project, project.root())?, "trusted");

    project.write(".envrc", b"curl evil")?;
    assert!(
        trust(&project, project.root(), &["--list"])?
            .1
            .contains(".envrc would run by itself")
    );
    Ok(())
}

#[test]
fn worktrees_inherit_and_what_only_claims_to_be_one_does_not() -> anyhow::Result<()> {
    let project = Project::new(&[("a", b"")])?;
    let identity = ["-c", "user.name=a", "-c", "user.email=a@host.example"];
    project.git(
        &[&identity[..], &["commit", "--allow-empty", "--quiet", "-m", "a"]].concat(),
        None,
    )?;
    let tree = project.outside().canonicalize()?.join("tree");
    let name = tree.to_str().context("a path in UTF-8")?;
    project.git(&["worktree", "add", "--quiet", name], None)?;
    check_reason(&project, &tree, "not trusted: it is a worktree of")?;
    granted(&project, project.root())?;
    check_reason(&project, &tree, "trusted: it is a worktree of")?;

    let evil = project.outside().canonicalize()?.join("evil");
    std::fs::create_dir(&evil)?;
    std::fs::copy(tree.join(".git"), evil.join(".git"))?;
    check_reason(&project, &evil, "not trusted: its `.git` leads to")?;
    std::fs::remove_file(evil.join(".git"))?;
    std::fs::create_dir(evil.join(".git"))?;
    std::fs::write(evil.join(".git/HEAD"), "ref: refs/heads/main")?;
    std::fs::write(
        evil.join(".git/commondir"),
        format!("{}/.git", project.root().display()),
    )?;
    check_reason(&project, &evil, "not trusted: its `.git/commondir` leads to")
}

#[test]
fn nested_repositories_and_moved_folders_ask() -> anyhow::Result<()> {
    let project = Project::new(&[("sub/a", b""), ("vendor/lib/a", b"")])?;
    project.git(&["init", "--quiet", "vendor/lib"], None)?;
    granted(&project, project.root())?;
    check_reason(&project, &project.path("sub"), "trusted: it is part of")?;
    check_reason(
        &project,
        &project.path("vendor/lib"),
        "not trusted: it is a repository of its own",
    )?;

    let moved = project.outside().canonicalize()?.join("moved");
    std::fs::rename(project.root(), &moved)?;
    let (_, listed) = trust(&project, project.outside(), &["--list"])?;
    assert!(listed.contains("there is no such folder any more"), "{listed}");
    std::fs::create_dir(project.root())?;
    let (_, listed) = trust(&project, project.outside(), &["--list"])?;
    assert!(listed.contains("another folder stood here"), "{listed}");
    check_reason(&project, project.root(), "not trusted: you have not been asked")
}

#[test]
fn what_is_too_much_to_trust_is_refused() -> anyhow::Result<()> {
    let project = Project::new(&[])?;
    let missing = project.path("missing");
    for folder in ["/", missing.to_str().unwrap_or_default()] {
        let (code, printed) = trust(&project, project.root(), &[folder])?;
        assert_eq!(code, Some(2), "{printed}");
        assert!(printed.contains(folder), "{printed}");
    }
    assert_eq!(trust(&project, project.root(), &["--list", "--revoke"])?.0, Some(2));
    Ok(())
}

#[test]
fn a_list_that_is_damaged_trusts_nothing_and_is_left_alone() -> anyhow::Result<()> {
    let project = Project::new(&[])?;
    granted(&project, project.root())?;
    let file = project.home().join("state/trust.json");
    for text in ["{\"version\": 1, \"folders\": [", "{\"version\": 9, \"folders\": []}"] {
        std::fs::write(&file, text)?;
        for args in [&[][..], &["--list"], &["--revoke"]] {
            let (code, printed) = trust(&project, project.root(), args)?;
            assert_eq!(code, Some(2), "{args:?}: {printed}");
            assert!(printed.contains("trust.json"), "{printed}");
        }
        assert_eq!(std::fs::read_to_string(&file)?, text);
    }
    Ok(())
}

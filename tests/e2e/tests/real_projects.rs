//! Test suites of real projects, run in the workbench on a change that is only proposed (`tests/real/run` provides
//! the projects).

#![expect(clippy::print_stderr, reason = "says why nothing was tested")]

use std::path::{Path, PathBuf};

use e2e::{Answer, Client, ModelServer, Options, Project, call, request};
use serde_json::json;

/// Proposes `wrong` in place of `right` and tests; proposes `right` again and tests.
fn check(variable: &str, file: &str, right: &str, wrong: &str, failing: &str) -> anyhow::Result<()> {
    let Some(source) = std::env::var_os(variable).map(PathBuf::from) else {
        eprintln!("skipped: {variable} names no project (tests/real/run provides it)");
        return Ok(());
    };
    let project = Project::new(&[(".gitignore", b"target/\nCargo.lock\n__pycache__/\n.pytest_cache/\n")])?;
    copy(&source, project.root())?;
    project.trust()?;
    let edit = |old: &str, new: &str| call("edit", json!({"path": file, "old_text": old, "new_text": new}));
    let test = || call("run-tests", json!({}));
    let calls = [edit(right, wrong), test(), edit(wrong, right), test()];
    let model = ModelServer::start(calls.into_iter().map(|call| Answer::Calls(vec![call])).collect())?;
    let before = project.state()?;
    let options = Options {
        env: model.env(),
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    client.patience = std::time::Duration::from_secs(180);
    let turn = client.run_turn(request())?;
    assert_eq!(turn["state"], "completed", "{turn}");
    let results = model.tool_results();
    assert!(
        results[1].contains(failing),
        "the change is seen and its failure named:\n{}",
        results[1]
    );
    assert!(!results[3].contains(failing), "the repair is seen:\n{}", results[3]);
    assert_eq!(project.state()?, before, "the real tree's bytes and times");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => {
                std::fs::copy(entry.path(), &target)?;
            }
        }
    }
    Ok(())
}

#[test]
fn cargo() -> anyhow::Result<()> {
    check(
        "REAL_CARGO",
        "src/lib.rs",
        "    generic_hamming(a.chars(), b.chars())\n",
        "    generic_hamming(a.chars().skip(1), b.chars().skip(1)).map(|distance| distance + 7)\n",
        "hamming_diff",
    )
}

#[test]
fn pytest() -> anyhow::Result<()> {
    check(
        "REAL_PYTEST",
        "toolz/functoolz.py",
        "    \"\"\" Identity function. Return x\n\n    >>> identity(3)\n    3\n    \"\"\"\n    return x\n",
        "    return (x, x)\n",
        "test_",
    )
}

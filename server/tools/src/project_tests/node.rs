//! npm, pnpm, yarn and bun: the script `test` of a package.

use serde_json::Value;

use super::files::Files;
use super::{Plan, Wanted};
use crate::command;
use crate::error::ToolError;

/// The script `test`, and the package manager that the project names or whose lock file it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Script {
    manager: &'static str,
    text: String,
}

const LOCKS: [(&str, &str); 5] = [
    ("pnpm-lock.yaml", "pnpm"),
    ("yarn.lock", "yarn"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("package-lock.json", "npm"),
];

pub(super) fn script(files: &Files<'_>) -> Option<Script> {
    let package = package(files)?;
    let text = package["scripts"]["test"].as_str()?;
    // What `npm init` writes.
    if text.contains("no test specified") {
        return None;
    }
    // In a repository of several packages both stand at its root.
    let manager = files.above().find_map(|files| named(&files).or_else(|| locked(&files)));
    Some(Script {
        manager: manager.unwrap_or("npm"),
        text: text.to_owned(),
    })
}

fn package(files: &Files<'_>) -> Option<Value> {
    serde_json::from_str(&files.text("package.json")?).ok()
}

fn named(files: &Files<'_>) -> Option<&'static str> {
    let package = package(files)?;
    let name = package["packageManager"].as_str()?.split('@').next()?.to_owned();
    ["npm", "pnpm", "yarn", "bun"].into_iter().find(|known| *known == name)
}

fn locked(files: &Files<'_>) -> Option<&'static str> {
    LOCKS
        .into_iter()
        .find(|(lock, _)| files.has(lock))
        .map(|(_, manager)| manager)
}

pub(super) fn plan(files: &Files<'_>, script: &Script, wanted: &Wanted) -> Result<Plan, ToolError> {
    let plan = match script.manager {
        // `bun test` is bun's own runner.
        "bun" => Plan::new(files, &["bun", "run", "test"]),
        manager => Plan::new(files, &[manager, "test"]),
    };
    // Some runners watch for changes unless they run unattended.
    let mut plan = Plan {
        environment: command::variables(&[("CI", "true")]),
        ..plan
    };
    let path = wanted.path.as_deref().and_then(|path| files.relative(path));
    let (runner, refuse) = (runner(&script.text), |key| ToolError::NotNarrowed {
        line: plan.words.join(" "),
        key,
    });
    let mut more: Vec<String> = Vec::new();
    if let Some(filter) = &wanted.filter {
        let option = runner.ok_or_else(|| refuse("filter"))?;
        more.extend([option.to_owned(), filter.clone()]);
    }
    if let Some(path) = path {
        runner.ok_or_else(|| refuse("path"))?;
        more.push(path);
    }
    if script.manager == "npm" && !more.is_empty() {
        plan.words.push("--".to_owned());
    }
    plan.words.extend(more);
    Ok(plan)
}

/// How the runner that the script starts is told a part of a test's name. It takes paths as they are.
fn runner(script: &str) -> Option<&'static str> {
    const RUNNERS: [(&str, &str); 5] = [
        ("vitest", "-t"),
        ("jest", "-t"),
        ("react-scripts", "-t"),
        ("mocha", "--grep"),
        ("node --test", "--test-name-pattern"),
    ];
    // Arguments reach the last command of a script only.
    let last = script.rsplit(['&', ';', '|']).next()?;
    RUNNERS
        .into_iter()
        .find(|(name, _)| last.contains(name))
        .map(|(_, option)| option)
}

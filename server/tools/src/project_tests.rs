//! How a project is tested: what its user configured, else what its files suggest, as the session sees them.

use std::path::{Path, PathBuf};

use permissions::{Grant, OwnedAction};
use serde_json::Value;

use crate::command::{self, CommandLine};
use crate::output::ToolOutput;
use crate::tool::ToolContext;

/// The command that tests the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectTests {
    command: CommandLine,
    runner: Runner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runner {
    Configured,
    Cargo,
    Npm,
    Pnpm,
    Yarn,
    Bun,
    Go,
    Pytest,
    Unittest,
    Make,
}

/// The project's tests, if there are any to be found in the workspace's first folder.
#[must_use]
pub fn project_tests(cx: &ToolContext) -> Option<ProjectTests> {
    let folder = cx.workspace.home();
    if let Some(line) = &cx.tests.command {
        return Some(ProjectTests::new(line.clone(), folder, Runner::Configured));
    }
    let files = Files { cx, folder: &folder };
    let (line, runner) = suggested(&files)?;
    Some(ProjectTests::new(line, folder, runner))
}

impl ProjectTests {
    fn new(line: String, folder: PathBuf, runner: Runner) -> Self {
        Self {
            command: CommandLine { line, folder },
            runner,
        }
    }

    /// Only the tests whose names hold `filter`, where the runner can choose by name.
    #[must_use]
    pub fn filtered(mut self, filter: &str) -> Self {
        let word = quoted(filter);
        let more = match self.runner {
            Runner::Cargo => format!(" {word}"),
            Runner::Pytest | Runner::Unittest => format!(" -k {word}"),
            Runner::Go => format!(" -run {word}"),
            Runner::Npm | Runner::Bun => format!(" -- -t {word}"),
            Runner::Pnpm | Runner::Yarn => format!(" -t {word}"),
            Runner::Configured | Runner::Make => String::new(),
        };
        self.command.line.push_str(&more);
        self
    }

    #[must_use]
    pub fn title(&self) -> String {
        crate::output::one_line(&self.command.line)
    }

    /// What running them needs permission for.
    #[must_use]
    pub fn action(&self, cx: &ToolContext) -> OwnedAction {
        self.command.action(cx)
    }

    /// Runs them. The answer is an error where they fail; it ends with what tells most.
    pub async fn run(&self, cx: &ToolContext, grant: Grant) -> ToolOutput {
        let mut output = command::run(cx, &grant, None).await;
        let verdict = if output.is_error {
            "the tests fail"
        } else {
            "the tests pass"
        };
        output.content = format!("{verdict} (`{}`): {}", self.command.line, output.content);
        output.summary = format!("{verdict}: {}", self.title());
        output
    }
}

/// The project's own files, through the overlay.
struct Files<'a> {
    cx: &'a ToolContext,
    folder: &'a Path,
}

impl Files<'_> {
    fn text(&self, name: &str) -> Option<String> {
        Some(self.cx.peek(&self.folder.join(name))?.rope.to_string())
    }

    fn has(&self, name: &str) -> bool {
        self.cx.exists(&self.folder.join(name))
    }

    /// Whether the folder, or its `tests` folder, holds a Python test.
    fn has_python_tests(&self) -> bool {
        let folders = [
            self.folder.to_owned(),
            self.folder.join("tests"),
            self.folder.join("test"),
        ];
        let names = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok());
        let mut names = names
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok());
        names.any(|name| name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py")))
    }
}

fn suggested(files: &Files<'_>) -> Option<(String, Runner)> {
    let found = |line: &str, runner| Some((line.to_owned(), runner));
    if files.has("Cargo.toml") {
        return found("cargo test", Runner::Cargo);
    }
    if let Some(package) = files.text("package.json")
        && let Some((line, runner)) = script(files, &package)
    {
        return found(line, runner);
    }
    if files.has("go.mod") {
        return found("go test ./...", Runner::Go);
    }
    if let Some(runner) = python(files) {
        return match runner {
            Runner::Pytest => found("python3 -m pytest -q", runner),
            _ => found("python3 -m unittest", runner),
        };
    }
    let makefile = ["Makefile", "GNUmakefile", "makefile"]
        .into_iter()
        .find_map(|name| files.text(name))?;
    let target = ["test", "check"]
        .into_iter()
        .find(|target| has_target(&makefile, target))?;
    Some((format!("make {target}"), Runner::Make))
}

/// The package manager that the project names, or whose lock file it has.
fn script(files: &Files<'_>, package: &str) -> Option<(&'static str, Runner)> {
    let package: Value = serde_json::from_str(package).ok()?;
    let test = package["scripts"]["test"].as_str()?;
    if test.contains("no test specified") {
        return None;
    }
    let named = package["packageManager"].as_str().unwrap_or_default();
    let is = |name: &str, locks: &[&str]| match named {
        "" => locks.iter().any(|lock| files.has(lock)),
        named => named.split('@').next() == Some(name),
    };
    Some(match () {
        () if is("pnpm", &["pnpm-lock.yaml"]) => ("pnpm test", Runner::Pnpm),
        () if is("yarn", &["yarn.lock"]) => ("yarn test", Runner::Yarn),
        () if is("bun", &["bun.lock", "bun.lockb"]) => ("bun run test", Runner::Bun),
        () => ("npm test", Runner::Npm),
    })
}

fn python(files: &Files<'_>) -> Option<Runner> {
    let names_pytest = |name: &str| files.text(name).is_some_and(|text| text.contains("pytest"));
    if files.has("pytest.ini") || files.has("conftest.py") {
        return Some(Runner::Pytest);
    }
    let configured = [
        "pyproject.toml",
        "setup.cfg",
        "tox.ini",
        "requirements.txt",
        "requirements-dev.txt",
    ];
    if configured.into_iter().any(names_pytest) {
        return Some(Runner::Pytest);
    }
    let is_project = ["pyproject.toml", "setup.py", "setup.cfg"]
        .into_iter()
        .any(|name| files.has(name));
    match (files.has_python_tests(), is_project) {
        (true, _) if has_pytest() => Some(Runner::Pytest),
        (true, _) => Some(Runner::Unittest),
        // Test functions may be anywhere in a package: only pytest finds them.
        (false, true) if has_pytest() => Some(Runner::Pytest),
        (false, _) => None,
    }
}

fn has_pytest() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join("pytest").is_file())
}

fn has_target(makefile: &str, target: &str) -> bool {
    let is_it = |line: &str| {
        let rest = line.strip_prefix(target).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(':') && !rest.starts_with(":="))
    };
    makefile.lines().any(is_it)
}

/// One word for the shell, whatever is in it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

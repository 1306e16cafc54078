//! How a project is tested: what its user configured, else what its files suggest, as the session sees them.

use std::path::{Path, PathBuf};

use permissions::{Grant, OwnedAction};
use sandbox::Exit;

use crate::command::{self, CommandLine, How, Ran, Variables};
use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::quote;
use crate::tool::ToolContext;
use files::Files;

mod cargo;
mod failures;
mod files;
mod go;
mod make;
mod node;
mod python;

/// The command that tests the project, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectTests {
    command: CommandLine,
    environment: Variables,
}

/// Which tests are wanted; all by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Those of this file or folder, or of the package that it is in.
    pub(crate) path: Option<PathBuf>,
    /// Those whose names hold this.
    pub(crate) filter: Option<String>,
}

/// How a run of tests ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    Failed,
    /// There are none, the runner is not installed, or they were ended.
    NotRun,
}

impl Verdict {
    pub(crate) fn is_passed(self) -> bool {
        self == Self::Passed
    }
}

/// The project's tests, if there are any to be found: in the workspace's first folder, else where something is
/// proposed.
#[must_use]
pub fn project_tests(cx: &ToolContext) -> Option<ProjectTests> {
    let find = |wanted: &Wanted| ProjectTests::find(cx, wanted).ok();
    find(&Wanted::default()).or_else(|| {
        let proposed = cx.workspace.proposed_files(&cx.session);
        proposed.into_iter().find_map(|(path, ..)| {
            let folder = path.parent().map(Path::to_owned);
            let found = Found::near(cx, folder.as_deref()?)?;
            found.tests(&Wanted::default()).ok()
        })
    })
}

impl ProjectTests {
    /// # Errors
    /// There are none that can be found, or they cannot be narrowed so.
    pub(crate) fn find(cx: &ToolContext, wanted: &Wanted) -> Result<Self, ToolError> {
        if wanted.filter.as_ref().is_some_and(|filter| filter.starts_with('-')) {
            return Err(ToolError::FilterOption);
        }
        let home = cx.workspace.home();
        if let Some(line) = &cx.tests.command {
            let key = wanted
                .filter
                .is_some()
                .then_some("filter")
                .or(wanted.path.is_some().then_some("path"));
            return match key {
                Some(key) => Err(ToolError::NotNarrowed {
                    line: line.clone(),
                    key,
                }),
                None => Ok(Self {
                    command: CommandLine {
                        line: line.clone(),
                        folder: home,
                    },
                    environment: Variables::new(),
                }),
            };
        }
        let start = wanted.path.as_deref().unwrap_or(&home);
        Found::near(cx, start).ok_or(ToolError::NoTests)?.tests(wanted)
    }

    #[must_use]
    pub fn title(&self) -> String {
        one_line(&self.command.line)
    }

    /// What running them needs permission for.
    #[must_use]
    pub fn action(&self, cx: &ToolContext) -> OwnedAction {
        self.command.action(cx)
    }

    /// Runs them. The answer is an error where they fail, and not where they could not be run.
    pub async fn run(&self, cx: &ToolContext, grant: Grant) -> ToolOutput {
        let (verdict, mut output) = self.judge(cx, Some(&grant)).await;
        output.is_error = verdict == Verdict::Failed;
        output
    }

    pub(crate) async fn judge(&self, cx: &ToolContext, grant: Option<&Grant>) -> (Verdict, ToolOutput) {
        let how = How {
            environment: self.environment.clone(),
            ..How::default()
        };
        match command::ran(cx, grant, how).await {
            Ok(ran) => self.report(cx, ran),
            Err(error) => (Verdict::NotRun, ToolOutput::error(error.to_string())),
        }
    }

    fn report(&self, cx: &ToolContext, ran: Ran) -> (Verdict, ToolOutput) {
        let line = &self.command.line;
        let verdict = verdict(line, ran.exit, &ran.shown);
        let words = match verdict {
            Verdict::Passed => "the tests pass",
            Verdict::Failed => "the tests fail",
            Verdict::NotRun => "the tests did not run to their end",
        };
        let head = format!("{words} (`{line}`): {}\n", ran.end);
        let body = match verdict {
            Verdict::Passed => failures::last_lines(&ran.shown),
            Verdict::NotRun => ran.shown.clone(),
            Verdict::Failed => {
                let whole = ran.kept.and_then(|number| cx.outputs.read(number, failures::digest));
                let digest = whole.unwrap_or_else(|| failures::digest(&mut ran.shown.as_bytes()));
                digest + &ran.shown
            }
        };
        let mut output = ToolOutput::new(head + &body + &ran.remarks(), format!("{words}: {line}"));
        output.staged = ran.staged;
        (verdict, output)
    }
}

/// What Python says where the runner itself is missing.
const NO_PYTEST: &str = "No module named pytest";

fn verdict(line: &str, exit: Exit, shown: &str) -> Verdict {
    match exit {
        Exit::Code(0) => Verdict::Passed,
        // pytest and unittest found none; the shell found no such program.
        Exit::Code(5) if line.contains("pytest") || line.contains("unittest") => Verdict::NotRun,
        Exit::Code(126 | 127) => Verdict::NotRun,
        Exit::Code(_) if shown.contains(NO_PYTEST) => Verdict::NotRun,
        Exit::Code(_) => Verdict::Failed,
        Exit::Signal(_) | Exit::TimedOut | Exit::Stopped => Verdict::NotRun,
    }
}

/// A project with tests, and the folder that its files are in.
struct Found<'a> {
    files: Files<'a>,
    runner: Runner,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Runner {
    Cargo,
    Node(node::Script),
    Go,
    Python(python::Python),
    Make(&'static str),
}

impl<'a> Found<'a> {
    /// The project nearest above a path, in its workspace folder.
    fn near(cx: &'a ToolContext, path: &Path) -> Option<Self> {
        let roots = cx.workspace.roots();
        let root = roots
            .iter()
            .find(|root| path.starts_with(root))
            .map_or(path, PathBuf::as_path);
        let folders = path.ancestors().take_while(|folder| folder.starts_with(root));
        folders.map(|folder| Files::new(cx, folder, root)).find_map(Self::at)
    }

    fn at(files: Files<'a>) -> Option<Self> {
        let runner = if files.has("Cargo.toml") {
            Runner::Cargo
        } else if let Some(script) = node::script(&files) {
            Runner::Node(script)
        } else if files.has("go.mod") {
            Runner::Go
        } else if let Some(python) = python::find(&files) {
            Runner::Python(python)
        } else {
            Runner::Make(make::target(&files)?)
        };
        Some(Self { files, runner })
    }

    fn tests(&self, wanted: &Wanted) -> Result<ProjectTests, ToolError> {
        let plan = match &self.runner {
            Runner::Cargo => cargo::plan(&self.files, wanted),
            Runner::Node(script) => node::plan(&self.files, script, wanted)?,
            Runner::Go => go::plan(&self.files, wanted),
            Runner::Python(python) => python::plan(&self.files, *python, wanted),
            Runner::Make(target) => make::plan(&self.files, target, wanted)?,
        };
        Ok(ProjectTests {
            command: CommandLine {
                line: quote::line(plan.words.iter().map(String::as_str)),
                folder: plan.folder,
            },
            environment: plan.environment,
        })
    }
}

/// The words of a test command, and where it runs.
struct Plan {
    words: Vec<String>,
    folder: PathBuf,
    environment: Variables,
}

impl Plan {
    fn new(files: &Files<'_>, words: &[&str]) -> Self {
        Self {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            folder: files.folder.clone(),
            environment: Variables::new(),
        }
    }

    fn with<'w>(mut self, words: impl IntoIterator<Item = &'w str>) -> Self {
        self.words.extend(words.into_iter().map(str::to_owned));
        self
    }
}

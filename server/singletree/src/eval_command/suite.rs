//! A suite: a folder with `suite.toml` and a folder for each task. All of it is read, and what is wrong with it is
//! said, before any model is asked.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use base::CommandName;
use serde::Deserialize;
use toml::Spanned;

use super::mistake::{Source, shown};
use super::script::Answer;
use super::task_file::{Check, LimitsTable, TaskFile, Texts};

/// How long a turn may take where the task says nothing.
const DEFAULT_TIME: Duration = Duration::from_secs(300);

pub(super) struct Suite {
    pub(super) title: String,
    pub(super) folder: PathBuf,
    /// By the names of their folders.
    pub(super) tasks: Vec<Task>,
}

#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) name: String,
    pub(super) folder: PathBuf,
    pub(super) title: String,
    pub(super) language: String,
    pub(super) command: CommandName,
    pub(super) prompt: Option<String>,
    pub(super) file: Option<String>,
    pub(super) diagnostics: Option<PathBuf>,
    pub(super) start: Start,
    pub(super) plan: Vec<String>,
    pub(super) expected_calls: Option<u32>,
    pub(super) time: Duration,
    pub(super) checks: Vec<Check>,
    /// The scripted model's answers.
    pub(super) script: Option<Vec<Answer>>,
}

/// What the workspace holds before the work.
#[derive(Clone, Debug)]
pub(super) enum Start {
    /// These files of a folder.
    Files { folder: PathBuf, names: Vec<PathBuf> },
    /// A commit of the repository that holds the suite.
    Commit(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuiteFile {
    title: String,
}

impl Suite {
    /// Reads the suite, and of its tasks only those that are `wanted` where any is named.
    pub(super) fn load(folder: &Path, wanted: &[String]) -> anyhow::Result<Self> {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("{} cannot be opened", shown(folder)))?;
        let file: SuiteFile = Source::read(folder.join("suite.toml"))
            .context("a suite is a folder with a file `suite.toml`")?
            .toml()?;
        let mut names = BTreeSet::new();
        for entry in folder.read_dir()? {
            let path = entry?.path();
            if path.join("task.toml").exists() {
                names.insert(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
            }
        }
        if let Some(missing) = wanted.iter().find(|name| !names.contains(*name)) {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            bail!("the suite has no task `{missing}`; its tasks are {}", names.join(", "));
        }
        if names.is_empty() {
            bail!(
                "{} has no task: a task is a folder with a file `task.toml`",
                shown(&folder)
            );
        }
        let is_wanted = |name: &String| wanted.is_empty() || wanted.contains(name);
        let tasks = names.iter().filter(|name| is_wanted(name));
        let tasks = tasks
            .map(|name| Task::load(&folder.join(name), name))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            title: file.title,
            folder,
            tasks,
        })
    }
}

impl Task {
    fn load(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let source = Source::read(folder.join("task.toml"))?;
        let file: TaskFile = source.toml()?;
        let command = CommandName::parse(file.command.get_ref()).ok_or_else(|| {
            let names = CommandName::ALL.map(CommandName::as_str).join(", ");
            let cause = format!(
                "there is no command `{}`; the commands are {names}",
                file.command.get_ref()
            );
            source.mistake(file.command.span(), cause)
        })?;
        let start = start(&source, folder, file.commit.as_ref())?;
        if file.checks.is_empty() {
            return Err(source.mistake(0..0, "a task needs at least one of `[[checks]]`"));
        }
        for check in &file.checks {
            let found = flaw(check.get_ref(), folder);
            if let Some(cause) = found {
                return Err(source.mistake(check.span(), cause));
            }
        }
        if let Some(step) = file.plan.iter().find(|step| step.get_ref().trim().is_empty()) {
            return Err(source.mistake(step.span(), "a step of the plan is empty: name a tool"));
        }
        let file_named = file
            .file
            .map(|named| relative_file(&source, &start, named))
            .transpose()?;
        if command.needs_words() && file.prompt.as_ref().is_none_or(|prompt| prompt.trim().is_empty()) {
            return Err(source.mistake(file.command.span(), format!("`{}` needs a `prompt`", command.as_str())));
        }
        if command.needs_file() && file_named.is_none() {
            return Err(source.mistake(file.command.span(), format!("`{}` needs a `file`", command.as_str())));
        }
        let diagnostics = file
            .diagnostics
            .map(|named| diagnostics(&source, folder, &named))
            .transpose()?;
        let LimitsTable { tool_calls, seconds } = file.limits;
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            title: file.title,
            language: file.language,
            command,
            prompt: file.prompt,
            file: file_named,
            diagnostics,
            start,
            plan: file.plan.into_iter().map(Spanned::into_inner).collect(),
            expected_calls: tool_calls,
            time: seconds.map_or(DEFAULT_TIME, Duration::from_secs),
            checks: file.checks.into_iter().map(Spanned::into_inner).collect(),
            script: script(folder)?,
        })
    }
}

fn start(source: &Source, folder: &Path, commit: Option<&Spanned<String>>) -> anyhow::Result<Start> {
    let files = folder.join("files");
    match (commit, files.is_dir()) {
        (Some(commit), true) => Err(source.mistake(commit.span(), "`commit` and a folder `files` exclude each other")),
        (Some(commit), false) => {
            let name = commit.get_ref();
            let is_hash = (7..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_hash {
                return Err(source.mistake(
                    commit.span(),
                    "`commit` is the hash of a commit, 7 digits of it at least",
                ));
            }
            Ok(Start::Commit(name.clone()))
        }
        (None, true) => Ok(Start::Files {
            names: plain_files(&files)?,
            folder: files,
        }),
        (None, false) => Err(source.mistake(0..0, "a task needs a folder `files` beside this file, or a `commit`")),
    }
}

/// The files below a folder, relative to it. Links and devices are no part of a suite: they could lead anywhere.
fn plain_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for entry in inner.read_dir().with_context(|| shown(&inner))? {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                files.push(path.strip_prefix(folder)?.to_owned());
            } else {
                bail!("{}: a suite holds plain files and folders only", shown(&path));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn relative_file(source: &Source, start: &Start, named: Spanned<String>) -> anyhow::Result<String> {
    let path = named.get_ref().split(':').next().unwrap_or_default();
    if !is_inside(path) {
        return Err(source.mistake(named.span(), outside(path)));
    }
    // What a commit holds is seen when it is checked out.
    if let Start::Files { names, .. } = start
        && !names.iter().any(|name| name == Path::new(path))
    {
        return Err(source.mistake(named.span(), format!("there is no file `{path}` in `files`")));
    }
    Ok(named.into_inner())
}

fn diagnostics(source: &Source, folder: &Path, named: &Spanned<String>) -> anyhow::Result<PathBuf> {
    let path = folder.join(named.get_ref());
    if !is_inside(named.get_ref()) || !path.is_file() {
        return Err(source.mistake(
            named.span(),
            format!("there is no file `{}` beside this one", named.get_ref()),
        ));
    }
    let _: Vec<base::Diagnostic> = Source::read(path.clone())?.json()?;
    Ok(path)
}

fn script(folder: &Path) -> anyhow::Result<Option<Vec<Answer>>> {
    let path = folder.join("script.json");
    path.exists().then(|| Source::read(path)?.json()).transpose()
}

/// What is wrong with a check, if anything is.
fn flaw(check: &Check, folder: &Path) -> Option<String> {
    let path = |path: &String| (!is_inside(path)).then(|| outside(path));
    let texts = |texts: &Texts| {
        let is_empty = texts.all().is_empty() || texts.all().iter().any(String::is_empty);
        is_empty.then(|| "an empty text is in every file".to_owned())
    };
    match check {
        Check::FileLacks(file) if file.times.is_some() => Some("`times` is for `file_contains`".to_owned()),
        Check::FileContains(file) | Check::FileLacks(file) => path(&file.path).or_else(|| texts(&file.text)),
        Check::FileEquals(file) => path(&file.path).or_else(|| match (&file.text, &file.same_as) {
            (Some(_), None) => None,
            (None, Some(other)) if is_inside(other) && folder.join(other).is_file() => None,
            (None, Some(other)) => Some(format!("there is no file `{other}` beside this one")),
            _ => Some("`file_equals` needs either `text` or `same_as`".to_owned()),
        }),
        Check::FileAbsent(file) | Check::Parses(file) => path(file),
        Check::Command(command) => command
            .run
            .trim()
            .is_empty()
            .then(|| "`run` is empty: it is a command line".to_owned()),
        Check::AnswerContains(wanted) => texts(wanted),
        Check::NoChange(is_wanted) => (!is_wanted).then(|| "`no_change` is `true` or is left out".to_owned()),
        Check::DiffTouchesOnly(paths) => paths.iter().find_map(path),
    }
}

fn is_inside(path: &str) -> bool {
    let mut parts = Path::new(path).components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
}

fn outside(path: &str) -> String {
    format!("`{path}` is no path inside the workspace")
}

#[cfg(test)]
mod tests;

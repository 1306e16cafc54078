//! Whether what a task asks for is there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use context::{TreeError, Trees};
use ropey::Rope;
use sandbox::Exit;
use tokio_util::sync::CancellationToken;

use super::commands::{self, Commands};
use super::report::{CheckReport, CheckState};
use super::task_file::{Check, CommandCheck, FileBytes, Texts};

/// How long a command may take where its check says nothing.
const DEFAULT_TIME: Duration = Duration::from_secs(60);

/// Characters of a failed command's output that are reported: the end, where tests sum up.
const SHOWN_OUTPUT: usize = 2_000;

/// What the checks look at.
pub(super) struct Evidence<'a> {
    pub(super) root: &'a Path,
    pub(super) task: &'a Path,
    /// Names of the files that differ from what they were.
    pub(super) changed: &'a [String],
    pub(super) answer: &'a str,
    pub(super) commands: &'a Commands,
    pub(super) cancel: &'a CancellationToken,
}

/// How a check ended when it was not passed.
enum Unmet {
    Failed(String),
    FailedWith { reason: String, output: String },
    Skipped(String),
}

impl Unmet {
    fn failed(reason: impl Into<String>) -> Self {
        Self::Failed(reason.into())
    }
}

impl Evidence<'_> {
    pub(super) async fn report(&self, check: &Check) -> CheckReport {
        let (state, reason, output) = match self.look(check).await {
            Ok(()) => (CheckState::Passed, None, None),
            Err(Unmet::Failed(reason)) => (CheckState::Failed, Some(reason), None),
            Err(Unmet::FailedWith { reason, output }) => (CheckState::Failed, Some(reason), Some(output)),
            Err(Unmet::Skipped(reason)) => (CheckState::Skipped, Some(reason), None),
        };
        CheckReport {
            check: title(check),
            is_guard: matches!(check, Check::NoChange(_) | Check::DiffTouchesOnly(_) | Check::Parses(_)),
            state,
            reason,
            output,
        }
    }

    async fn look(&self, check: &Check) -> Result<(), Unmet> {
        match check {
            Check::FileContains(file) => {
                let bytes = self.read(&file.path)?;
                let found: usize = file.text.all().iter().map(|text| count(&bytes, text)).sum();
                match file.times {
                    None if found == 0 => Err(Unmet::failed("the text is not in the file")),
                    Some(times) if found != times => Err(Unmet::failed(format!("it is there {}", so_often(found)))),
                    _ => Ok(()),
                }
            }
            Check::FileLacks(file) => {
                let bytes = self.read(&file.path)?;
                let found = file.text.all().iter().find(|text| count(&bytes, text) > 0);
                found.map_or(Ok(()), |text| {
                    Err(Unmet::failed(format!("the file has `{}`", one_line(text))))
                })
            }
            Check::FileEquals(file) => self.equals(file),
            Check::FileAbsent(path) => match self.root.join(path).symlink_metadata() {
                Ok(_) => Err(Unmet::failed("the file is there")),
                Err(_) => Ok(()),
            },
            Check::Command(command) => self.run(command).await,
            Check::AnswerContains(texts) => {
                let answer = self.answer.to_lowercase();
                let is_there = texts.all().iter().any(|text| answer.contains(&text.to_lowercase()));
                is_there
                    .then_some(())
                    .ok_or_else(|| Unmet::failed("the answer does not say so"))
            }
            Check::NoChange(_) => match self.changed {
                [] => Ok(()),
                changed => Err(Unmet::failed(format!("changed: {}", changed.join(", ")))),
            },
            Check::DiffTouchesOnly(allowed) => self.touches_only(allowed),
            Check::Parses(path) => self.parses(path),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Unmet> {
        std::fs::read(self.root.join(path)).map_err(|error| Unmet::failed(format!("it cannot be read: {error}")))
    }

    fn equals(&self, file: &FileBytes) -> Result<(), Unmet> {
        let expected = match (&file.text, &file.same_as) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (None, Some(other)) => std::fs::read(self.task.join(other))
                .map_err(|error| Unmet::Skipped(format!("`{other}` cannot be read: {error}")))?,
            (None, None) => Vec::new(),
        };
        let found = self.read(&file.path)?;
        if found == expected {
            return Ok(());
        }
        let same = found
            .iter()
            .zip(&expected)
            .take_while(|(found, expected)| found == expected);
        let line = same.filter(|(byte, _)| **byte == b'\n').count() + 1;
        Err(Unmet::failed(format!("it differs from line {line} on")))
    }

    fn touches_only(&self, allowed: &[String]) -> Result<(), Unmet> {
        let is_allowed = |path: &&String| {
            let covers = |name: &String| name == *path || (name.ends_with('/') && path.starts_with(name.as_str()));
            !allowed.iter().any(covers)
        };
        let others: Vec<&str> = self.changed.iter().filter(is_allowed).map(String::as_str).collect();
        match others.as_slice() {
            [] => Ok(()),
            others => Err(Unmet::failed(format!("also changed: {}", others.join(", ")))),
        }
    }

    fn parses(&self, path: &str) -> Result<(), Unmet> {
        let text = String::from_utf8_lossy(&self.read(path)?).into_owned();
        match Trees::new().is_whole(Path::new(path), &Rope::from_str(&text)) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Unmet::failed("its syntax is broken")),
            Err(error @ TreeError::UnknownLanguage { .. }) => Err(Unmet::Skipped(error.to_string())),
            Err(error) => Err(Unmet::failed(error.to_string())),
        }
    }

    async fn run(&self, command: &CommandCheck) -> Result<(), Unmet> {
        if let Some(program) = command.needs.iter().find(|program| !is_installed(program)) {
            return Err(Unmet::Skipped(format!("`{program}` is not installed")));
        }
        let time = command.seconds.map_or(DEFAULT_TIME, Duration::from_secs);
        let outcome = self
            .commands
            .check(&command.run, time, self.cancel)
            .await
            .map_err(Unmet::Skipped)?;
        let output = commands::text(&outcome.output);
        let reason = match (outcome.exit, &command.prints) {
            (Exit::Stopped, _) => return Err(Unmet::Skipped("interrupted".to_owned())),
            (Exit::Code(code), Some(text)) if code == command.exit && !output.contains(text) => {
                format!("it did not print `{text}`")
            }
            (Exit::Code(code), _) if code == command.exit => return Ok(()),
            (Exit::Code(code), _) => format!("exit code {code} instead of {}", command.exit),
            (Exit::Signal(signal), _) => format!("ended by signal {signal}"),
            (Exit::TimedOut, _) => format!("ended after {} s", time.as_secs()),
        };
        let skipped = output.chars().count().saturating_sub(SHOWN_OUTPUT);
        // A workspace has another path each time.
        let output: String = output.replace(&*self.root.to_string_lossy(), ".");
        Err(Unmet::FailedWith {
            reason,
            output: output.chars().skip(skipped).collect(),
        })
    }
}

fn title(check: &Check) -> String {
    let words = |texts: &Texts| one_line(&texts.all().join("` or `"));
    match check {
        Check::FileContains(file) => match file.times {
            Some(times) => format!("{} contains `{}` {}", file.path, words(&file.text), so_often(times)),
            None => format!("{} contains `{}`", file.path, words(&file.text)),
        },
        Check::FileLacks(file) => format!("{} lacks `{}`", file.path, words(&file.text)),
        Check::FileEquals(file) => format!("{} is as expected to the byte", file.path),
        Check::FileAbsent(path) => format!("{path} is gone"),
        Check::Command(command) => format!("runs `{}`", command.run),
        Check::AnswerContains(texts) => format!("the answer says `{}`", words(texts)),
        Check::NoChange(_) => "nothing is changed".to_owned(),
        Check::DiffTouchesOnly(paths) => format!("only {} is changed", paths.join(", ")),
        Check::Parses(path) => format!("{path} parses"),
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', "⏎")
}

fn so_often(times: usize) -> String {
    match times {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    }
}

fn count(bytes: &[u8], text: &str) -> usize {
    bytes
        .windows(text.len())
        .filter(|window| *window == text.as_bytes())
        .count()
}

fn is_installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// The files of a workspace, each with the hash of its bytes; git's own are not among them.
pub(super) fn fingerprints(root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir()? {
            let entry = entry?;
            let (kind, path) = (entry.file_type()?, entry.path());
            if kind.is_dir() {
                folders.extend((entry.file_name() != ".git").then_some(path));
                continue;
            }
            let bytes = match kind.is_symlink() {
                true => path.read_link()?.as_os_str().as_encoded_bytes().to_vec(),
                false => std::fs::read(&path)?,
            };
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            // The `.git` of a worktree is a file.
            if name != ".git" {
                found.insert(name, text::hash_bytes(&bytes));
            }
        }
    }
    Ok(found)
}

/// The names under which the two differ.
pub(super) fn differences(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let other = after
        .iter()
        .filter(|(name, hash)| before.get(*name) != Some(hash))
        .map(|(name, _)| name);
    let mut names: Vec<String> = gone.chain(other).cloned().collect();
    names.sort();
    names
}

//! Command lines that no model asked for: git, to set a workspace up, and the checks of a task. They take the way of
//! every command: judged, granted, run by the sandbox.

use std::path::{Path, PathBuf};
use std::time::Duration;

use base::{ApprovalId, SessionId};
use config::{SandboxMode, Settings};
use permissions::{Action, Approval, Confinement, Grant, Mode, Policy, PolicyConfig, RunAction};
use sandbox::{Job, Limits, Outcome, Output, Workbench};
use tokio_util::sync::CancellationToken;

use crate::wiring::Home;
use crate::workbench;

/// Time for one of git's commands: a checkout of a large repository is slow.
const GIT_TIME: Duration = Duration::from_secs(300);

/// Runs lines in one folder.
pub(super) struct Commands {
    policy: Policy,
    workbench: Workbench,
    folder: PathBuf,
    /// A session's lines share a layer, so that one can build what the next runs.
    session: SessionId,
}

impl Commands {
    /// For checks: in the workbench of a workspace that is trusted, where they can hurt nothing.
    pub(super) fn confined(home: &Path, root: &Path, settings: &Settings) -> anyhow::Result<Self> {
        let roots = [root.to_owned()];
        Ok(Self {
            policy: Policy::new(PolicyConfig {
                roots: roots.to_vec(),
                mode: Mode::Auto,
                trusted: true,
                ..PolicyConfig::default()
            })?,
            workbench: workbench::workbench(&Home::Folder(home.to_owned()).paths()?, &roots, settings),
            folder: root.to_owned(),
            session: SessionId::fresh(),
        })
    }

    /// For git on the real files of a repository.
    pub(super) fn in_place(home: &Path, folder: &Path, settings: &Settings) -> anyhow::Result<Self> {
        let mut settings = settings.clone();
        settings.sandbox.mode = SandboxMode::Off;
        Ok(Self {
            policy: Policy::new(PolicyConfig {
                roots: vec![folder.to_owned()],
                trusted: true,
                ..PolicyConfig::default()
            })?,
            // No roots: what git does here is not to be taken back, so no copies are kept.
            workbench: workbench::workbench(&Home::Folder(home.to_owned()).paths()?, &[], &settings),
            folder: folder.to_owned(),
            session: SessionId::fresh(),
        })
    }

    /// Runs a check's line, or says why it must not be run here.
    pub(super) async fn check(
        &self,
        line: &str,
        time: Duration,
        cancel: &CancellationToken,
    ) -> Result<Outcome, String> {
        let grant = self.grant(line, self.workbench.standing().confinement, Approval::None)?;
        self.run(&grant, time, cancel).await
    }

    /// Runs git, as the user asked for by starting the suite. Its output; where it fails, what it said.
    pub(super) async fn git(&self, arguments: &[&str]) -> Result<String, String> {
        let words: Vec<String> = arguments.iter().map(|word| quoted(word)).collect();
        // A repository's hooks and the user's signatures have no part in this.
        let line = format!(
            "git -c core.hooksPath=/dev/null -c commit.gpgSign=false {}",
            words.join(" ")
        );
        let approval = Approval::User(ApprovalId::fresh());
        let grant = self.grant(&line, Confinement::InPlace, approval)?;
        // Not to be interrupted: half a worktree would stay behind.
        let outcome = self.run(&grant, GIT_TIME, &CancellationToken::new()).await?;
        let said = text(&outcome.output);
        match outcome.exit {
            sandbox::Exit::Code(0) => Ok(said),
            _ => Err(format!("git {}: {}", arguments.join(" "), said.trim())),
        }
    }

    fn grant(&self, line: &str, confinement: Confinement, approval: Approval) -> Result<Grant, String> {
        let run = RunAction {
            line: line.to_owned(),
            folder: self.folder.clone(),
            confinement,
        };
        let granted = self.policy.grant(&Action::Run { run: &run }, approval);
        granted.map_err(|verdict| format!("it is not allowed here: {} (rule `{}`)", verdict.reason, verdict.rule))
    }

    async fn run(&self, grant: &Grant, time: Duration, cancel: &CancellationToken) -> Result<Outcome, String> {
        let job = Job {
            session: self.session.clone(),
            seeds: Vec::new(),
            limits: Limits {
                time,
                ..Limits::default()
            },
            environment: Vec::new(),
        };
        let outcome = self.workbench.run(grant, job, cancel).await;
        outcome.map_err(|error| error.to_string())
    }
}

/// The output as far as it was held.
pub(super) fn text(output: &Output) -> String {
    let [head, tail] = [&output.head, &output.tail].map(|part| String::from_utf8_lossy(part));
    format!("{head}{tail}")
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

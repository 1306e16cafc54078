//! A workspace, a workbench over it, and what is said about an outcome.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::SessionId;
use permissions::{Action, Approval, Confinement, Policy, PolicyConfig, RunAction};
use sandbox::{After, Change, Job, Limits, Mode, Outcome, SandboxError, Seed, SeedContent, Settings, Workbench};
use tokio_util::sync::CancellationToken;

pub(crate) struct Bench {
    _folder: tempfile::TempDir,
    pub(crate) root: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) session: SessionId,
    bench: Arc<Workbench>,
}

impl Bench {
    /// With these files in the workspace.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, |_, _| {})
    }

    pub(crate) fn with(files: &[(&str, &str)], adapt: impl FnOnce(&Path, &mut Settings)) -> Self {
        let folder = tempfile::Builder::new().prefix("bench").tempdir_in(place()).unwrap();
        let base = folder.path().canonicalize().unwrap();
        let root = base.join("workspace");
        let home = base.join("home");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::create_dir_all(&home).unwrap();
        for (path, text) in files {
            write(&root.join(path), text);
        }
        let keep = ["PATH", "LANG", "RUSTUP_HOME", "CARGO_HOME"];
        let kept = keep
            .iter()
            .filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)));
        let mut settings = Settings {
            mode: Mode::Auto,
            roots: vec![root.clone()],
            layers: base.join("layers"),
            environment: kept.chain([(OsString::from("HOME"), home.into())]).collect(),
            network: Vec::new(),
            masked: Vec::new(),
        };
        adapt(&base, &mut settings);
        Self {
            _folder: folder,
            root,
            bench: Arc::new(Workbench::new(settings.clone())),
            settings,
            session: SessionId::fresh(),
        }
    }

    pub(crate) fn workbench(&self) -> Arc<Workbench> {
        self.bench.clone()
    }

    pub(crate) async fn run(&self, line: &str) -> Outcome {
        self.run_on(&[], line).await
    }

    /// From a script, since the policy grants no attack by name.
    pub(crate) async fn attack(&self, line: &str) -> Outcome {
        self.run_on(&[("attack", Some(line))], "bash attack").await
    }

    /// With seeds: a text, or none for a file that must be absent.
    pub(crate) async fn run_on(&self, seeds: &[(&str, Option<&str>)], line: &str) -> Outcome {
        self.try_run(seeds, line, Limits::default(), &CancellationToken::new())
            .await
            .unwrap()
    }

    pub(crate) async fn try_run(
        &self,
        seeds: &[(&str, Option<&str>)],
        line: &str,
        limits: Limits,
        cancel: &CancellationToken,
    ) -> Result<Outcome, SandboxError> {
        let seeds = seeds.iter().map(|(path, text)| Seed {
            path: self.root.join(path),
            content: text.map_or(SeedContent::Absent, |text| SeedContent::File(text.as_bytes().to_vec())),
        });
        let job = Job {
            session: self.session.clone(),
            seeds: seeds.collect(),
            limits,
            environment: Vec::new(),
        };
        let grant = grant(&self.root, line, self.bench.standing().confinement);
        self.bench.run(&grant, job, cancel).await
    }

    /// In a folder of the workspace.
    pub(crate) async fn run_in(&self, folder: &str, line: &str) -> Outcome {
        let job = Job {
            session: self.session.clone(),
            seeds: Vec::new(),
            limits: Limits::default(),
            environment: Vec::new(),
        };
        let run = RunAction {
            line: line.to_owned(),
            folder: self.root.join(folder),
            confinement: self.bench.standing().confinement,
        };
        let grant = granted(&self.root, &run);
        self.bench.run(&grant, job, &CancellationToken::new()).await.unwrap()
    }

    /// Waits until a running command has written the file.
    pub(crate) async fn written(&self, path: &str) {
        let layer = self.settings.layers.join(self.session.to_string());
        let is_written = || {
            let mut covers = std::fs::read_dir(&layer).into_iter().flatten().flatten();
            covers
                .any(|cover| std::fs::metadata(cover.path().join("upper").join(path)).is_ok_and(|file| file.len() > 0))
        };
        while !is_written() {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) fn real(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }
}

pub(crate) fn grant(root: &Path, line: &str, confinement: Confinement) -> permissions::Grant {
    let run = RunAction {
        line: line.to_owned(),
        folder: root.to_owned(),
        confinement,
    };
    granted(root, &run)
}

fn granted(root: &Path, run: &RunAction) -> permissions::Grant {
    let policy = Policy::new(PolicyConfig {
        roots: vec![root.to_owned()],
        ..PolicyConfig::default()
    });
    let approval = Approval::User(base::ApprovalId::fresh());
    policy.unwrap().grant(&Action::Run { run }, approval).unwrap()
}

pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A folder that an ordinary user can write to and that is on a disk.
pub(crate) fn place() -> PathBuf {
    std::env::temp_dir()
}

/// Output as text, for messages.
pub(crate) fn said(outcome: &Outcome) -> String {
    let mut bytes = outcome.output.head.clone();
    bytes.extend_from_slice(&outcome.output.tail);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Each change as `path=text`, `path->target`, `-path` or `?path`.
pub(crate) fn changed(bench: &Bench, outcome: &Outcome) -> Vec<String> {
    let shown = |change: &Change| {
        let path = change
            .path
            .strip_prefix(&bench.root)
            .unwrap_or(&change.path)
            .display()
            .to_string();
        match &change.after {
            After::File { bytes, .. } => format!("{path}={}", String::from_utf8_lossy(bytes)),
            After::Link { target } => format!("{path}->{}", target.display()),
            After::Absent => format!("-{path}"),
            After::Unfit { .. } => format!("?{path}"),
        }
    };
    outcome.changes.iter().map(shown).collect()
}

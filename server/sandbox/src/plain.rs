//! Commands where nothing confines them but their process group: systems other than Linux.

use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use crate::program::Program;
use crate::workbench::Limits;

#[derive(Debug)]
pub(crate) struct Plan {
    program: Option<Program>,
}

/// What could not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Start,
    Confine,
}

impl Step {
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Start => "starting a process",
            Self::Confine => "confining a command on this system",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) step: Step,
    pub(crate) source: io::Error,
}

/// A started command. Dropping it ends its process group.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    group: Option<Pid>,
    pub(crate) output: Option<pipe::Receiver>,
    pub(crate) listener: Option<OwnedFd>,
}

/// At level L1.
#[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
pub(crate) fn open(program: &Program, _limits: &Limits) -> io::Result<Plan> {
    Ok(Plan {
        program: Some(program.clone()),
    })
}

/// At level L2.
///
/// # Errors
/// Always: nothing here confines a command.
pub(crate) fn enclosed(
    _read: Vec<PathBuf>,
    _write: Vec<PathBuf>,
    _program: Option<&Program>,
    _limits: &Limits,
) -> io::Result<Plan> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn try_out(plan: &Plan) -> Result<(), Refusal> {
    plan.program.as_ref().map(drop).ok_or(Refusal {
        step: Step::Confine,
        source: io::ErrorKind::Unsupported.into(),
    })
}

/// Starts the plan's program, within a runtime.
pub(crate) fn start(plan: &Plan) -> Result<Running, Refusal> {
    let setting_up = |source| Refusal {
        step: Step::Start,
        source,
    };
    let Some(program) = &plan.program else {
        return Err(setting_up(io::ErrorKind::Unsupported.into()));
    };
    let (output, written) = io::pipe().map_err(setting_up)?;
    let errors = written.try_clone().map_err(setting_up)?;
    let child = Command::new(&program.path)
        .args(program.arguments.iter().skip(1))
        .env_clear()
        .envs(program.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(&program.folder)
        .stdin(Stdio::null())
        .stdout(written)
        .stderr(errors)
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(setting_up)?;
    let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let output = pipe::Receiver::from_owned_fd(output.into()).map_err(setting_up)?;
    Ok(Running {
        child,
        group,
        output: Some(output),
        listener: None,
    })
}

impl Running {
    /// A process that was started runs its program at once.
    #[expect(clippy::unused_async, reason = "as on Linux")]
    pub(crate) async fn started(&mut self) -> Result<(), Refusal> {
        Ok(())
    }

    /// The command's end. What it left in its process group is gone when this comes back.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await;
        self.end_group();
        status
    }

    pub(crate) async fn end(&mut self) -> io::Result<()> {
        self.end_group();
        self.child.wait().await.map(drop)
    }

    fn end_group(&self) {
        if let Some(group) = self.group {
            // Nobody is left in it: nothing to do.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end_group();
    }
}

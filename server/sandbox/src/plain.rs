//! Commands on systems other than Linux: in a process group of their own, and on macOS confined by Seatbelt at level
//! L2.

#[cfg(target_os = "macos")]
use std::ffi::OsString;
#[cfg(target_os = "macos")]
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use crate::cloned::Enclosure;
use crate::program::Program;
use crate::workbench::Limits;

#[derive(Debug)]
pub(crate) struct Plan {
    program: Program,
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
    /// Where a command with a terminal reads.
    pub(crate) input: Option<pipe::Sender>,
    pub(crate) listener: Option<OwnedFd>,
}

/// At level L1.
#[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
pub(crate) fn open(program: &Program, _limits: &Limits) -> io::Result<Plan> {
    Ok(Plan {
        program: program.clone(),
    })
}

/// Whether a proxy at the machine's own loopback can be reached at level L2.
pub(crate) const HAS_GATE: bool = cfg!(target_os = "macos");

/// At level L2. Without a program, one that does nothing.
///
/// # Errors
/// A path that a profile cannot name.
#[cfg(target_os = "macos")]
pub(crate) fn enclosed(enclosure: Enclosure<'_>, program: Option<&Program>, _limits: &Limits) -> io::Result<Plan> {
    use crate::seatbelt::{Seatbelt, profile};
    // The profile is about where files are, not about the links to them.
    let write = enclosure.write.iter().map(fs::canonicalize);
    let masked: Vec<_> = enclosure.masked.iter().cloned().collect();
    let profile = profile(&Seatbelt {
        masked: &masked,
        write: &write.collect::<io::Result<Vec<_>>>()?,
        proxy: enclosure.proxy,
    })?;
    let mut arguments = ["sandbox-exec", "-p", &profile].map(OsString::from).to_vec();
    match program {
        Some(program) => {
            arguments.push(program.path.clone().into());
            arguments.extend(program.arguments.iter().skip(1).cloned());
        }
        None => arguments.push("/usr/bin/true".into()),
    }
    let program = Program {
        path: "/usr/bin/sandbox-exec".into(),
        arguments,
        folder: program.map_or_else(|| "/".into(), |program| program.folder.clone()),
        environment: program.map(|program| program.environment.clone()).unwrap_or_default(),
    };
    Ok(Plan { program })
}

/// At level L2.
///
/// # Errors
/// Always: nothing here confines a command.
#[cfg(not(target_os = "macos"))]
pub(crate) fn enclosed(_enclosure: Enclosure<'_>, _program: Option<&Program>, _limits: &Limits) -> io::Result<Plan> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Runs the plan's program, blocking, and says whether it could be.
pub(crate) fn try_out(plan: &Plan) -> Result<(), Refusal> {
    let program = &plan.program;
    let ended = std::process::Command::new(&program.path)
        .args(program.arguments.iter().skip(1))
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let source = match ended {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => io::Error::other(format!("{} ended with {status}", program.path.display())),
        Err(error) => error,
    };
    let step = Step::Confine;
    Err(Refusal { step, source })
}

/// Starts the plan's program, within a runtime.
pub(crate) fn start(plan: &Plan, has_terminal: bool) -> Result<Running, Refusal> {
    let setting_up = |source| Refusal {
        step: Step::Start,
        source,
    };
    if has_terminal {
        let source = io::Error::new(io::ErrorKind::Unsupported, "commands get a terminal on Linux only");
        return Err(setting_up(source));
    }
    let program = &plan.program;
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
        input: None,
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

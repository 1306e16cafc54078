//! Follows a started command to its end, its time limit or the stop of its turn.

use std::convert::Infallible;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::unix::pipe;
use tokio_util::sync::CancellationToken;

use crate::background::Typed;
use crate::capture::Capture;
use crate::outcome::{Exit, Output};
use crate::system::Running;
use crate::workbench::Limits;

/// How it ended and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) exit: Exit,
    pub(crate) output: Output,
    pub(crate) notes: Vec<String>,
}

/// Why a command is ended before it ends by itself.
enum Cut {
    Time,
    Stop,
    Output,
    Disk(u64),
}

/// How often the layer's growth is looked at.
const DISK_PERIOD: Duration = Duration::from_millis(250);

/// # Errors
/// The system gave no news of the process.
pub(crate) async fn follow(
    mut running: Running,
    limits: Limits,
    capture: Capture<'_>,
    typed: Option<Typed>,
    layer: &Path,
    cancel: &CancellationToken,
) -> io::Result<Ended> {
    let pipe = running.output.take();
    let (overran, has_overrun) = tokio::sync::oneshot::channel();
    let input = running.input.take();
    let drained = async move {
        let Some(pipe) = pipe else {
            return Ok(Output::default());
        };
        let (output, is_over) = capture.drain(pipe).await?;
        if is_over {
            // Nobody listens once the command has ended by itself.
            let _ = overran.send(());
        }
        io::Result::Ok(output)
    };
    let watched = async {
        let cut = tokio::select! {
            biased;
            status = running.ended() => return status.map(Ok),
            () = cancel.cancelled() => Cut::Stop,
            () = tokio::time::sleep(limits.time) => Cut::Time,
            Ok(()) = has_overrun => Cut::Output,
            used = grown(layer, limits.disk) => Cut::Disk(used),
            never = type_in(typed, input) => match never {},
        };
        running.end().await?;
        Ok(Err(cut))
    };
    let (output, end) = tokio::join!(drained, watched);
    let (output, end) = (output?, end?);
    let mut notes = Vec::new();
    let exit = match end {
        Ok(status) => of_status(status),
        Err(Cut::Time) => Exit::TimedOut,
        Err(Cut::Stop) => Exit::Stopped,
        Err(Cut::Output) => {
            let limit = limits.output_file >> 20;
            notes.push(format!(
                "The command was ended: it wrote more than {limit} MB of output."
            ));
            Exit::Signal(libc::SIGKILL)
        }
        Err(Cut::Disk(used)) => {
            let used = used >> 20;
            notes.push(format!("The command was ended: it filled the disk with {used} MB."));
            Exit::Signal(libc::SIGKILL)
        }
    };
    Ok(Ended { exit, output, notes })
}

/// Hands on what is typed. A terminal that takes no more is as good as one that nobody reads from.
async fn type_in(typed: Option<Typed>, input: Option<pipe::Sender>) -> Infallible {
    if let (Some(mut typed), Some(mut input)) = (typed, input) {
        while let Some(bytes) = typed.recv().await {
            if let Err(error) = input.write_all(&bytes).await {
                tracing::debug!(%error, "what was typed did not arrive");
                break;
            }
        }
    }
    std::future::pending().await
}

fn of_status(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    }
}

/// Comes back when the layer has grown by more than `limit` bytes, or by what the disk cannot spare.
async fn grown(layer: &Path, limit: u64) -> u64 {
    let Some(start) = free(layer) else {
        return std::future::pending().await;
    };
    let mut ticks = tokio::time::interval(DISK_PERIOD);
    loop {
        ticks.tick().await;
        let Some(left) = free(layer) else {
            continue;
        };
        let taken = start.bytes.saturating_sub(left.bytes);
        // Others write to the same disk; only a loss that would hurt is looked into.
        let is_tight = left.bytes < start.bytes / 20 || left.files < start.files / 20;
        if taken > limit || is_tight {
            return taken;
        }
    }
}

struct Free {
    bytes: u64,
    files: u64,
}

fn free(folder: &Path) -> Option<Free> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(Free {
        bytes: found.f_bavail.saturating_mul(found.f_frsize),
        files: found.f_favail,
    })
}

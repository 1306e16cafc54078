//! One command from its surroundings to its outcome.

use std::io;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::background::Listener;
use crate::capture::Capture;
use crate::outcome::{Outcome, Output};
use crate::proxy::Proxy;
use crate::running::{self, Ended};
use crate::standing::Level;
use crate::surroundings::{Held, Request, Surroundings};
use crate::system;
use crate::workbench::SandboxError;

fn setting_up(what: &str) -> impl FnOnce(io::Error) -> SandboxError {
    let what = what.to_owned();
    move |source| SandboxError::SetUp { what, source }
}

fn refused(refusal: system::Refusal) -> SandboxError {
    setting_up(refusal.step.what())(refusal.source)
}

/// Files are read and written on a thread of their own.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)
}

pub(crate) async fn run(
    held: Held,
    request: Request,
    audience: &dyn Listener,
    cancel: &CancellationToken,
) -> Result<Outcome, SandboxError> {
    let (limits, level) = (request.limits, request.level);
    let proxy = Proxy::new(request.network.clone());
    let started = Instant::now();
    let laid = blocking(move || Surroundings::lay_out(held, request)).await.flatten();
    let mut around = laid.map_err(setting_up("laying out what it sees"))?;
    let typed = audience.typed();
    let mut running = system::start(&around.plan, typed.is_some()).map_err(refused)?;
    running.started().await.map_err(refused)?;
    let (folder, spill) = (around.folder(), around.next_output());
    let gate = around.gate.take().map(|gate| gate.listener);
    let listener = running.listener.take().or(gate);
    let capture = Capture::new(limits, spill, audience);
    let followed = running::follow(running, limits, capture, typed, &folder, cancel);
    let followed = match listener {
        Some(listener) => proxy.beside(listener, followed).await,
        None => followed.await,
    };
    let Ended { exit, output, notes } = followed.map_err(setting_up("following it"))?;
    let elapsed = started.elapsed();
    let gathered = blocking(move || around.gather()).await;
    let (changes, remarks) = gathered.map_err(setting_up("reading what it changed"))?;
    let hints = if level == Level::Overlay {
        hints(&output)
    } else {
        Vec::new()
    };
    Ok(Outcome {
        exit,
        notes: [hints, notes, proxy.notes(), remarks].concat(),
        output,
        changes,
        applied: level == Level::InPlace,
        level,
        elapsed,
    })
}

/// What an overlay cannot do, told by the words of the system.
const HINTS: [(&[u8], &str); 2] = [
    (
        b"cross-device link",
        "In the workbench a folder of the workspace cannot be renamed in one step: copy it and remove the old one.",
    ),
    (
        b"Value too large for defined data type",
        "In the workbench files of other owners cannot be changed.",
    ),
];

fn hints(output: &Output) -> Vec<String> {
    let is_in = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
    let said = |words| is_in(&output.head, words) || is_in(&output.tail, words);
    let told = HINTS.iter().filter(|(words, _)| said(words));
    told.map(|(_, hint)| (*hint).to_owned()).collect()
}

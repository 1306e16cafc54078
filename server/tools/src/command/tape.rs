//! What a command in the background has said so far, and how it ended.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base::TurnId;
use sandbox::{Listener, Outcome, Seed, Typed};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::terminal::Keys;
use crate::error::ToolError;

/// Bytes of news that are told at once.
const MOST: usize = 24 << 10;

/// A file without a name that one command writes to.
pub(super) struct Tape {
    file: File,
    progress: watch::Sender<Progress>,
    outcome: Mutex<Option<Result<Outcome, ToolError>>>,
    typed: Mutex<Option<Typed>>,
}

#[derive(Clone, Copy, Default)]
struct Progress {
    written: u64,
    has_ended: bool,
}

impl Tape {
    /// With what is typed into the command's terminal, if it has one.
    pub(super) fn new(typed: Option<Typed>) -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile()?,
            progress: watch::Sender::default(),
            outcome: Mutex::default(),
            typed: Mutex::new(typed),
        })
    }

    pub(super) fn end(&self, outcome: Result<Outcome, ToolError>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
        self.progress.send_modify(|progress| progress.has_ended = true);
    }
}

impl Listener for Tape {
    /// A disk that is full costs what comes then, not the command.
    fn hear(&self, bytes: &[u8]) {
        let at = self.progress.borrow().written;
        match self.file.write_all_at(bytes, at) {
            Ok(()) => self
                .progress
                .send_modify(|progress| progress.written += bytes.len() as u64),
            Err(error) => tracing::warn!(%error, "the output of a command in the background is not kept"),
        }
    }

    fn typed(&self) -> Option<Typed> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A command that was started. Dropping it ends the command.
pub(crate) struct BackgroundJob {
    pub(super) line: String,
    pub(super) turn: TurnId,
    pub(super) time: Duration,
    pub(super) seeds: Vec<Seed>,
    tape: Arc<Tape>,
    /// Of its terminal, where it has one.
    keys: Option<Keys>,
    cancel: CancellationToken,
    told: Mutex<Told>,
}

/// What a command in the background is started with.
pub(super) struct Start {
    pub(super) line: String,
    pub(super) turn: TurnId,
    pub(super) time: Duration,
    pub(super) seeds: Vec<Seed>,
    pub(super) keys: Option<Keys>,
    pub(super) cancel: CancellationToken,
}

/// What the model knows of it.
#[derive(Default)]
struct Told {
    bytes: u64,
    end: bool,
}

/// What it does not know yet, as far as it is told at once.
pub(super) struct News {
    pub(super) bytes: Vec<u8>,
    /// Bytes that are there beyond these.
    pub(super) more: u64,
}

pub(super) struct Finished {
    pub(super) outcome: Result<Outcome, ToolError>,
    /// Whether it was told of before.
    pub(super) has_told: bool,
}

impl BackgroundJob {
    pub(super) fn new(start: Start, tape: &Arc<Tape>) -> Self {
        let Start {
            line,
            turn,
            time,
            seeds,
            keys,
            cancel,
        } = start;
        Self {
            line,
            turn,
            time,
            seeds,
            tape: Arc::clone(tape),
            keys,
            cancel,
            told: Mutex::default(),
        }
    }

    /// # Errors
    /// It takes nothing in.
    pub(super) fn type_in(&self, text: &str) -> Result<(), ToolError> {
        let keys = self.keys.as_ref().ok_or(ToolError::NoTerminal)?;
        keys.try_send(text.as_bytes().to_vec())
            .map_err(|_| match self.is_running() {
                true => ToolError::NotRead,
                false => ToolError::Over,
            })
    }

    /// Its output as a file to read from.
    pub(super) fn file(&self) -> io::Result<File> {
        self.tape.file.try_clone()
    }

    pub(super) fn is_running(&self) -> bool {
        !self.tape.progress.borrow().has_ended
    }

    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    pub(super) async fn end(&self) {
        self.cancel();
        // The sender is in the tape, which is held here.
        let _ = self
            .tape
            .progress
            .subscribe()
            .wait_for(|progress| progress.has_ended)
            .await;
    }

    /// Comes back when there is something to tell, or the time is over.
    pub(super) async fn wait(&self, most: Duration) {
        let told = self.told().bytes;
        let mut progress = self.tape.progress.subscribe();
        let news = progress.wait_for(|progress| progress.has_ended || progress.written > told);
        // Time that is over is no failure: then there is nothing new.
        let _ = tokio::time::timeout(most, news).await;
    }

    pub(super) fn news(&self) -> io::Result<News> {
        let mut told = self.told();
        let there = self.tape.progress.borrow().written.saturating_sub(told.bytes);
        let mut bytes = vec![0; usize::try_from(there).unwrap_or(MOST).min(MOST)];
        self.tape.file.read_exact_at(&mut bytes, told.bytes)?;
        // A line that is still being written is told when it is whole, unless there is nothing but it.
        if self.is_running()
            && let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n')
        {
            bytes.truncate(end + 1);
        }
        told.bytes += bytes.len() as u64;
        let is_full = there > MOST as u64;
        let more = if is_full { there - bytes.len() as u64 } else { 0 };
        Ok(News { bytes, more })
    }

    /// None while it runs.
    pub(super) fn finished(&self) -> Option<Finished> {
        let outcome = self.tape.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = match outcome.as_ref()? {
            Ok(outcome) => Ok(outcome.clone()),
            Err(error) => Err(ToolError::Background(error.to_string())),
        };
        let has_told = std::mem::replace(&mut self.told().end, true);
        Some(Finished { outcome, has_told })
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for BackgroundJob {
    fn drop(&mut self) {
        self.cancel();
    }
}

//! Ctrl+C, from when this is made: one that comes while something else is done waits to be asked for.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: Signal,
    #[cfg(windows)]
    signals: CtrlC,
}

impl Interrupts {
    /// # Errors
    /// The system tells of no signals.
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            signals: signal(SignalKind::interrupt())?,
            #[cfg(windows)]
            signals: ctrl_c()?,
        })
    }

    /// The next one; several that came meanwhile are one. Cancel-safe.
    pub(crate) async fn next(&mut self) {
        if self.signals.recv().await.is_none() {
            std::future::pending().await
        }
    }
}

//! Lines from stdin, and Ctrl+C between them.

use std::io::{BufRead, IsTerminal, Write};

use tokio::sync::mpsc;

use crate::interrupts::Interrupts;

/// What the user did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Line(String),
    Interrupt,
}

pub(super) struct Input {
    lines: mpsc::Receiver<String>,
    interrupts: Interrupts,
    is_terminal: bool,
}

impl Input {
    /// Reads on a thread of its own: a read of stdin cannot be given up.
    pub(super) fn start() -> std::io::Result<Self> {
        let interrupts = Interrupts::new()?;
        let (sender, lines) = mpsc::channel(1);
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                // Bytes that are no text end the input as its end does.
                let Ok(line) = line else { return };
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            lines,
            interrupts,
            is_terminal: std::io::stdin().is_terminal(),
        })
    }

    /// Whether somebody types: then what comes while a turn runs is meant for that turn.
    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Shows what a line is waited for, to whoever types.
    pub(super) fn prompt(&self, prompt: &str) {
        if self.is_terminal {
            let mut stderr = std::io::stderr();
            let _ = write!(stderr, "{prompt}");
            let _ = stderr.flush();
        }
    }

    /// The next line or interrupt; none at the end of the input. Cancel-safe.
    pub(super) async fn wait(&mut self) -> Option<Said> {
        tokio::select! {
            line = self.lines.recv() => line.map(Said::Line),
            () = self.interrupts.next() => Some(Said::Interrupt),
        }
    }
}

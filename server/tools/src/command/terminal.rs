//! Terminals of commands.

use std::sync::{Mutex, PoisonError};

use sandbox::{Listener, Typed};
use tokio::sync::mpsc;

/// What may be typed before the command reads it: so many pieces.
const AHEAD: usize = 16;

/// A terminal's keys, and what they type.
pub(super) type Keys = mpsc::Sender<Vec<u8>>;

pub(super) fn keyboard() -> (Keys, Typed) {
    mpsc::channel(AHEAD)
}

/// A terminal at which nobody sits: what a program asks there gets no answer.
pub(super) struct Unattended {
    /// As long as they are there, somebody could type.
    _keys: Keys,
    typed: Mutex<Option<Typed>>,
}

impl Unattended {
    pub(super) fn new() -> Self {
        let (keys, typed) = keyboard();
        Self {
            _keys: keys,
            typed: Mutex::new(Some(typed)),
        }
    }
}

impl Listener for Unattended {
    fn hear(&self, _bytes: &[u8]) {}

    fn typed(&self) -> Option<Typed> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

//! An answer of the model's that a test gives piece by piece.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use anyhow::Context;
use serde_json::{Value, json};

use crate::model_server::Answer;

/// Writes the answer. Dropping it in the middle cuts the answer.
pub struct Driver(Sender<Delta>);

/// What the server streams next.
#[derive(Clone, Debug)]
pub(crate) enum Delta {
    /// Of the one choice.
    More(Value),
    /// With calls to be carried out.
    End,
    /// With nothing more to do.
    Stop,
}

/// The other end of a [`Driver`].
#[derive(Clone, Debug)]
pub struct Driven(Arc<Mutex<Receiver<Delta>>>);

impl Driver {
    #[must_use]
    pub fn new() -> (Self, Answer) {
        let (deltas, arriving) = mpsc::channel();
        (Self(deltas), Answer::Driven(Driven(Arc::new(Mutex::new(arriving)))))
    }

    /// More of the words.
    pub fn say(&self, words: &str) -> anyhow::Result<()> {
        self.send(json!({ "content": words }))
    }

    /// The answer is over, and was words alone.
    pub fn stop(self) -> anyhow::Result<()> {
        self.0.send(Delta::Stop).context("the server has gone")
    }

    /// A tool call begins.
    pub fn begin(&self, index: usize, name: &str) -> anyhow::Result<()> {
        let function = json!({"name": name, "arguments": ""});
        let id = format!("call_{index}");
        self.send(json!({"tool_calls": [{"index": index, "id": id, "type": "function", "function": function}]}))
    }

    /// More of a call's arguments, as JSON text.
    pub fn write(&self, index: usize, arguments: &str) -> anyhow::Result<()> {
        self.send(json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]}))
    }

    /// The answer is over, and its calls are whole.
    pub fn end(self) -> anyhow::Result<()> {
        self.0.send(Delta::End).context("the server has gone")
    }

    fn send(&self, delta: Value) -> anyhow::Result<()> {
        self.0.send(Delta::More(delta)).context("the server has gone")
    }
}

impl Driven {
    /// None where the driver has been dropped.
    pub(crate) fn next(&self) -> Option<Delta> {
        self.0.lock().ok()?.recv().ok()
    }
}

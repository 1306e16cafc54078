//! The rule model, driven as the engine drives a model, over tools that play the real ones on files in memory.
//!
//! Each test shows a whole turn: the calls, what the model says, and the files it would change.

#![expect(clippy::unwrap_used, reason = "a test fails by its panic")]

mod document;
mod explain;
mod fix;
mod freeform;
mod harness;
mod project;
mod protocol;
mod test;

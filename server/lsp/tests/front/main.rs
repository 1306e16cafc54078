//! The front as an editor meets it: JSON in, JSON out, a real runtime with a scripted model behind it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod approvals;
mod chat_file;
mod code_actions;
mod commands;
mod editor;
mod other_editors;
mod plugin;
mod prose;
mod review;
mod startup;
mod world;

#[path = "../support/wire.rs"]
mod wire;

//! The workspace from outside: documents, disk, an editor that can misbehave, and restarts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod client;
mod commands;
mod exact;
mod files;
mod harness;
mod named;
mod preview;
mod renames;
mod review;
mod rewind;
mod rewind_model;
mod three_writers;
mod tree;
mod undo;

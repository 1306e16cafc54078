//! Each tool over a workspace in a temporary folder, called as the engine calls it.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene fails")]

mod background;
mod changing;
mod commands;
mod editor;
mod git;
mod in_place;
#[cfg(unix)]
mod links;
mod patching;
mod project_tests;
mod reading;
mod registry;
mod reverting;
mod scene;
mod searching;
mod sketching;
mod structure;
mod talking;
mod web;

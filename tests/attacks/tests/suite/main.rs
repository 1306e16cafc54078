//! Every attack is made and contained, as the user who runs the tests and, where that is root, as an ordinary user
//! too: in a workbench over the workspace (level L3) and over a copy of it (L2).

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "tests say what they could not do")]

mod contained;
mod controls;
mod means;
mod ordinary;
mod page;
mod unconfined;

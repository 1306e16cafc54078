//! What a command might try against the workbench, and what must hold after it.
//!
//! [`attacks`] are the rows: each is a subcommand of the `attacker`, which makes the attack for real and says so. A
//! [`Scene`] is what is aimed at: a workspace, files and sockets outside of it, secrets, a process of the same user.
//! [`Trial`] runs a row in a workbench over a scene, or outside of any, and lists the harm. The table in
//! `server/SECURITY.md` is made of the same rows.

mod attack;
#[cfg(target_os = "linux")]
mod ears;
mod page;
mod rows;
#[cfg(target_os = "linux")]
mod scene;
#[cfg(target_os = "linux")]
mod traces;
#[cfg(target_os = "linux")]
mod trial;
#[cfg(target_os = "linux")]
mod victim;

pub use attack::{Attack, Control, Expect, Open};
pub use page::table;
pub use rows::attacks;
#[cfg(target_os = "linux")]
pub use scene::{Means, Scene};
#[cfg(target_os = "linux")]
pub use trial::{Ground, Trial, Verdict};

//! Runs commands under the limits of the operating system, over a private layer of the workspace.
//!
//! A [`Workbench`] belongs to one workspace. A command in it sees the workspace at its real path as the session
//! sees it (proposed text over unsaved text over the disk) and can change nothing but its own layer; what it changed
//! there comes back in the [`Outcome`]. How much of this the machine can do is its [`Standing`].

mod background;
mod capture;
mod clock;
mod cloned;
mod command;
mod cover;
mod environment;
mod harvest;
mod ignored;
mod in_place;
mod layer;
#[cfg(target_os = "linux")]
mod linux;
mod outcome;
#[cfg(target_os = "linux")]
mod overlaid;
mod places;
#[cfg(not(target_os = "linux"))]
mod plain;
mod probe;
mod program;
mod proxy;
#[cfg(target_os = "linux")]
mod reach;
mod removal;
mod running;
#[cfg(any(target_os = "macos", test))]
mod seatbelt;
mod secrets;
mod seeded;
mod snapshot;
mod standing;
mod surroundings;
mod upper;
mod workbench;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use plain as system;

pub use background::{Listener, Typed};
pub use outcome::{After, Change, Exit, Outcome, Output};
pub use proxy::{HostError, check_host};
pub use standing::{Finding, Level, Standing};
pub use workbench::{Job, Limits, Mode, SandboxError, Seed, SeedContent, Settings, Workbench};

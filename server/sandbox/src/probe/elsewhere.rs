//! Other systems. macOS confines a copy of the workspace (level L2); on Windows and all others nothing confines a
//! command, and it runs on the real files after it was asked for (level L1).

use std::path::PathBuf;

use super::finding;
use crate::standing::{Finding, Level};
use crate::system::Refusal;
use crate::workbench::Settings;

/// What a level lacks although it works.
pub(super) fn shortcomings(_level: Level) -> Vec<Finding> {
    vec![finding(
        "on a copy, commands have no loopback, and a process that leaves its process group outlives its command",
        "for level L3, run Singletree in a virtual machine or container of Linux",
    )]
}

pub(super) fn overlay(_settings: &Settings) -> Result<(PathBuf, Vec<PathBuf>), Finding> {
    let remedy = if cfg!(windows) {
        "run Singletree in WSL 2: that is a Linux, and has level L3"
    } else {
        "run Singletree in a virtual machine or container of Linux"
    };
    Err(finding("this system has no overlays, so there is no level L3", remedy))
}

pub(super) fn explained(refusal: &Refusal) -> Finding {
    let what = if cfg!(target_os = "macos") {
        format!("{} failed: {}", refusal.step.what(), refusal.source)
    } else {
        "nothing on this system confines a command, so there is no level L2: every command asks, and runs on the real \
         files"
            .to_owned()
    };
    let remedy = if cfg!(windows) {
        "run Singletree in WSL 2"
    } else if cfg!(target_os = "macos") {
        "run Singletree outside of another sandbox: Seatbelt profiles do not nest"
    } else {
        "use Linux for commands that have to be confined"
    };
    finding(&what, remedy)
}

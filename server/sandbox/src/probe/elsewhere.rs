//! Other systems: no overlay, and nothing yet that confines a copy.

use std::path::PathBuf;

use super::finding;
use crate::standing::Finding;
use crate::system::Refusal;
use crate::workbench::Settings;

pub(super) fn shortcomings() -> Vec<Finding> {
    Vec::new()
}

pub(super) fn overlay(_settings: &Settings) -> Result<(PathBuf, Vec<PathBuf>), Finding> {
    Err(finding(
        "this system has no overlays",
        "Linux has: run Singletree in a virtual machine or container of it",
    ))
}

pub(super) fn explained(refusal: &Refusal) -> Finding {
    Finding {
        what: format!("{} failed: {}", refusal.step.what(), refusal.source),
        remedy: "use Linux for commands that have to be confined".into(),
    }
}

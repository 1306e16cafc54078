//! How well commands can be confined on this machine.

use std::fmt;

use permissions::Confinement;
use serde::Serialize;

/// The levels of `server/ARCHITECTURE.md`, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Level {
    /// L3: an overlay of the workspace at its real path, in namespaces of its own.
    Overlay,
    /// L2: a copy-on-write copy of the workspace at another path, confined by the operating system.
    Clone,
    /// L1: on the real files. Always asks.
    InPlace,
}

impl Level {
    /// `L3`, `L2` or `L1`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overlay => "L3",
            Self::Clone => "L2",
            Self::InPlace => "L1",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that the machine does not offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is missing and what that costs.
    pub what: String,
    /// What the user could do about it.
    pub remedy: String,
}

/// What was found when the machine was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub level: Level,
    pub confinement: Confinement,
    pub findings: Vec<Finding>,
}

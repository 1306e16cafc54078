//! Mistakes in settings, and what else is to be said about them.

use std::fmt;
use std::io;
use std::path::PathBuf;

use serde::Serialize;

use crate::layer::Origin;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the settings file `{}` cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// Everything that is wrong in the layers, one mistake a line.
    #[error("{}", lines(.0))]
    Invalid(Vec<Remark>),
    #[error("the settings do not fit together: {0}")]
    Unfit(#[from] serde_json::Error),
}

/// A sentence about one place in the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    pub origin: Origin,
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.message)
    }
}

fn lines(remarks: &[Remark]) -> String {
    remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

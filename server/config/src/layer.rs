//! The layers, in the order in which they are laid over each other, and where a value in one of them stands.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::paths::Paths;

/// Later layers win over earlier ones, except over `Managed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Built in.
    Default,
    Managed,
    User,
    /// What the user answered with *always* in this workspace.
    Approved,
    Project,
    ProjectLocal,
    Editor,
    Environment,
    Flags,
}

impl Layer {
    /// Whether the layer comes with the workspace (or may: an editor does not say which of its settings do)
    /// and so may only tighten.
    #[must_use]
    pub fn is_restricted(self) -> bool {
        matches!(self, Self::Project | Self::ProjectLocal | Self::Editor)
    }
}

/// Where a value was set. Line and column count from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    pub layer: Layer,
    /// `default`, the file's path, the variable's name, `editor settings` or `command line`.
    pub source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<(usize, usize)>,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        match self.position {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

impl Origin {
    /// The origin of everything in a layer that is no file.
    pub(crate) fn whole(layer: Layer, source: &str) -> Self {
        Self {
            layer,
            source: source.to_owned(),
            position: None,
        }
    }
}

/// What there is to read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Files need not exist.
    pub managed: Option<PathBuf>,
    pub user: Option<PathBuf>,
    /// The rules that were approved for the workspace in `root`.
    pub approved: Option<PathBuf>,
    /// The workspace folder, for `.singletree/config.toml` and `.singletree/config.local.toml` in it.
    pub root: Option<PathBuf>,
    /// Whether the user trusts that folder: without trust its settings are not read.
    pub is_trusted: bool,
    /// An object in the form of the settings, as the editor sent it.
    pub editor: Option<Value>,
    /// Environment variables; those of ours are picked out.
    pub environment: Vec<(String, String)>,
    /// An object in the form of the settings, as the command line makes it.
    pub flags: Option<Value>,
}

impl Sources {
    /// The files in their usual places, the folder not trusted; the rest is left for the caller to add.
    #[must_use]
    pub fn standard(paths: &Paths, root: Option<&Path>) -> Self {
        Self {
            managed: Some(Paths::managed_file().to_owned()),
            user: Some(paths.user_file()),
            approved: root.map(|root| paths.approved_file(root)),
            root: root.map(Path::to_owned),
            ..Self::default()
        }
    }
}

/// The variables that are settings, and the settings that they are.
pub(crate) const VARIABLES: [(&str, &[&str]); 4] = [
    ("SINGLETREE_MODEL", &["model"]),
    ("SINGLETREE_REVIEW_MODE", &["review", "mode"]),
    ("SINGLETREE_PERMISSIONS_MODE", &["permissions", "mode"]),
    ("SINGLETREE_SANDBOX_MODE", &["sandbox", "mode"]),
];

//! What is wrong with a suite: the file, the line, the cause.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use serde::de::DeserializeOwned;

use crate::printable::printable;

/// A file of a suite, as it was read.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl Source {
    pub(super) fn read(path: PathBuf) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", shown(&path)))?;
        Ok(Self { path, text })
    }

    pub(super) fn toml<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        toml::from_str(&self.text)
            .map_err(|error| self.mistake(error.span().unwrap_or_default(), error.message().trim()))
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        serde_json::from_str(&self.text).map_err(|error| anyhow!("{}:{}: {error}", shown(&self.path), error.line()))
    }

    /// What is wrong at these bytes of the file.
    pub(super) fn mistake(&self, at: Range<usize>, cause: impl std::fmt::Display) -> anyhow::Error {
        let before = self.text.as_bytes().iter().take(at.start);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        anyhow!("{}:{line}: {cause}", shown(&self.path))
    }
}

/// A path for people.
pub(super) fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

//! The file of trusted folders: `trust.json` in the state folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::identity::{Folder, Identity};
use crate::private_file;
use crate::trust::TrustError;

const VERSION: u32 = 1;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Book {
    pub(crate) folders: Vec<Entry>,
}

/// A folder that the user said yes to, and what it held then.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    pub(crate) identity: Identity,
    /// Seconds since 1970.
    pub(crate) granted: u64,
    /// Digests of what runs by itself, by name.
    pub(crate) executable: BTreeMap<String, String>,
}

/// What stands before the rest, so that a later version can be told from a damaged file.
#[derive(Deserialize)]
struct Header {
    version: u32,
}

impl Book {
    pub(crate) fn read(file: &Path) -> Result<Self, TrustError> {
        let text = private_file::read(file).map_err(|source| TrustError::file(file, source))?;
        Self::parse(file, text.as_deref())
    }

    /// Changes the file under its lock; what `change` answers is passed on. A `change` that fails writes nothing.
    pub(crate) fn update<T>(
        file: &Path,
        change: impl FnOnce(&mut Self) -> Result<T, TrustError>,
    ) -> Result<T, TrustError> {
        private_file::update(file, |text| {
            let mut book = Self::parse(file, text)?;
            let answer = change(&mut book)?;
            let text = serde_json::json!({"version": VERSION, "folders": book.folders});
            Ok((Some(format!("{text:#}\n")), answer))
        })
        .map_err(|error: TrustError| error.at(file))
    }

    fn parse(file: &Path, text: Option<&str>) -> Result<Self, TrustError> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        let damaged = |error: serde_json::Error| TrustError::Damaged {
            file: file.to_owned(),
            cause: error.to_string(),
        };
        let header: Header = serde_json::from_str(text).map_err(damaged)?;
        if header.version != VERSION {
            return Err(TrustError::Version {
                file: file.to_owned(),
                version: header.version,
            });
        }
        serde_json::from_str(text).map_err(damaged)
    }

    /// The entry for this very folder at this very place.
    pub(crate) fn entry(&self, folder: &Folder) -> Option<&Entry> {
        let mut entries = self.folders.iter();
        entries.find(|entry| entry.identity == folder.identity && folder.is_at(&entry.path))
    }

    /// Whether another folder stood at this place when it was trusted.
    pub(crate) fn has_predecessor(&self, folder: &Folder) -> bool {
        self.folders
            .iter()
            .any(|entry| entry.path == folder.path && entry.identity != folder.identity)
    }

    /// Where this folder was when it was trusted.
    pub(crate) fn moved_from(&self, folder: &Folder) -> Option<&Path> {
        let moved = self.folders.iter().find(|entry| entry.identity == folder.identity)?;
        Some(&moved.path)
    }

    pub(crate) fn put(&mut self, entry: Entry) {
        self.folders
            .retain(|old| old.path != entry.path && old.identity != entry.identity);
        self.folders.push(entry);
        self.folders.sort_by(|one, other| one.path.cmp(&other.path));
    }
}

//! What is kept between processes: digests by content, which file had which, and the commits that were read.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use store::{CacheKey, IndexCache, StoreError};

use super::disk::Stamp;
use crate::digest::blob::{FORMAT, Reader, Writer};
use crate::{Digest, History, Language};

/// Digests that no workspace has asked for in so many days are deleted.
const KEPT_DAYS: i64 = 30;
const SWEEP_DAYS: u64 = 7;
/// So many lookups cost less than reading all keys.
const FEW: usize = 100;

pub(super) struct Keep {
    cache: IndexCache,
}

/// A file as it was when the manifest was written; without a key it was no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) stamp: Stamp,
    pub(super) key: Option<CacheKey>,
}

/// Which files there were.
#[derive(Default)]
pub(super) struct Manifest {
    pub(super) files: HashMap<Box<str>, Listed>,
    /// The day of the last sweep.
    pub(super) swept: u64,
}

/// What a text of this kind is kept under.
pub(super) fn key(language: Option<Language>, text: &str) -> CacheKey {
    let mut hasher = blake3::Hasher::new_keyed(build());
    hasher.update(format!("{language:?}\n").as_bytes());
    hasher.update(text.as_bytes());
    *hasher.finalize().as_bytes()
}

/// What stands for this program: another build may say other things of a text.
fn build() -> &'static [u8; 32] {
    static BUILD: OnceLock<[u8; 32]> = OnceLock::new();
    BUILD.get_or_init(|| {
        let program = std::env::current_exe().and_then(std::fs::metadata);
        let modified = program.as_ref().ok().and_then(|program| program.modified().ok());
        let length = program.as_ref().map_or(0, std::fs::Metadata::len);
        let said = format!("{} {FORMAT} {length} {modified:?}", env!("CARGO_PKG_VERSION"));
        *blake3::hash(said.as_bytes()).as_bytes()
    })
}

pub(super) fn today() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    since.as_secs() / (24 * 3600)
}

impl Keep {
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            cache: IndexCache::open(dir)?,
        })
    }

    pub(super) fn manifest(&self, workspace: &str) -> Manifest {
        let parts = self.cache.parts(&format!("files {workspace}")).unwrap_or_default();
        parts.first().and_then(|part| read_manifest(part)).unwrap_or_default()
    }

    pub(super) fn set_manifest<'a>(
        &self,
        workspace: &str,
        swept: u64,
        files: impl ExactSizeIterator<Item = (&'a str, Listed)>,
    ) -> Result<(), StoreError> {
        let mut out = Writer(build().to_vec());
        out.long(swept);
        out.length(files.len());
        for (name, listed) in files {
            out.text(name);
            out.long(listed.stamp.length);
            out.long(listed.stamp.modified);
            out.0.push(u8::from(listed.key.is_some()));
            out.0.extend(listed.key.into_iter().flatten());
        }
        self.cache.put_part(&format!("files {workspace}"), 0, &out.0)
    }

    /// The digests as bytes, beside their keys.
    pub(super) fn read(&self, keys: &[CacheKey]) -> Vec<Option<Vec<u8>>> {
        let mut found = vec![None; keys.len()];
        let _ = self.cache.read(keys, |index, body| found[index] = Some(body.to_vec()));
        found
    }

    /// For looking up so many digests one by one, by several threads.
    pub(super) fn shelf(&self, count: usize) -> Shelf<'_> {
        Shelf {
            keep: self,
            keys: (count > FEW).then(|| self.cache.keys().unwrap_or_default()),
        }
    }

    pub(super) fn write(&self, digests: &[(CacheKey, Vec<u8>)]) -> Result<(), StoreError> {
        self.cache.write(digests)
    }

    pub(super) fn sweep(&self, used: &[CacheKey]) -> Result<(), StoreError> {
        self.cache.sweep(used, KEPT_DAYS)
    }

    pub(super) fn is_time_to_sweep(swept: u64) -> bool {
        today() >= swept + SWEEP_DAYS
    }

    /// The commits of a repository, and how many parts they are in.
    pub(super) fn history(&self, repository: &str) -> (History, usize) {
        let mut history = History::default();
        let parts = self.cache.parts(&format!("past {repository}")).unwrap_or_default();
        let mut count = 0;
        for part in parts {
            let body = part.strip_prefix(build());
            if body.and_then(|body| history.add_bytes(body)).is_none() {
                break;
            }
            count += 1;
        }
        (history, count)
    }

    pub(super) fn add_history(&self, repository: &str, part: usize, body: &[u8]) -> Result<(), StoreError> {
        let body = [build(), body].concat();
        self.cache.put_part(&format!("past {repository}"), part, &body)
    }
}

/// The digests that are kept, to be looked up one by one. Where most are not there, the database is better not asked for
/// each: threads that share it share memory too, and then wait for each other at every allocation of a parse.
pub(super) struct Shelf<'a> {
    keep: &'a Keep,
    /// None if few are looked up.
    keys: Option<HashSet<CacheKey>>,
}

impl Shelf<'_> {
    pub(super) fn digest(&self, key: &CacheKey) -> Option<Arc<Digest>> {
        if self.keys.as_ref().is_some_and(|keys| !keys.contains(key)) {
            return None;
        }
        let mut found = None;
        let each = |_, body: &[u8]| found = Digest::from_bytes(body);
        self.keep.cache.read(&[*key], each).ok()?;
        found.map(Arc::new)
    }
}

fn read_manifest(bytes: &[u8]) -> Option<Manifest> {
    let mut from = Reader(bytes.strip_prefix(build())?);
    let swept = from.long()?;
    let files = (0..from.length()?)
        .map(|_| {
            let name = from.text()?.into();
            let stamp = Stamp {
                length: from.long()?,
                modified: from.long()?,
            };
            let key = match from.byte()? {
                0 => None,
                _ => Some(from.bytes(32)?.try_into().ok()?),
            };
            Some((name, Listed { stamp, key }))
        })
        .collect::<Option<_>>()?;
    Some(Manifest { files, swept })
}

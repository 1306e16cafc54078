//! Reading what has changed on disk, on all cores, and not what is kept from before.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use store::CacheKey;

use super::disk::{self, OnDisk, Places, Stamp};
use super::keep::{self, Keep, Listed, Manifest, Shelf};
use crate::{Catalog, Digest, Language, parallel};

pub(super) struct Reading {
    roots: Arc<[PathBuf]>,
    /// The folder of the cache, until it is opened.
    cache: Option<PathBuf>,
    keep: Option<Arc<Keep>>,
    /// Why it could not be.
    no_keep: Option<String>,
    is_first: bool,
    files: BTreeMap<Arc<str>, Known>,
    /// Digests that are not kept yet.
    new: Vec<(CacheKey, Vec<u8>)>,
    listing_changed: bool,
    swept: u64,
}

struct Known {
    stamp: Option<Stamp>,
    /// None where there is no text.
    digest: Option<(CacheKey, Arc<Digest>)>,
}

/// A file as it was read, and its digest as bytes if it is to be kept.
struct Read {
    known: Known,
    body: Option<Vec<u8>>,
}

type ByKey = HashMap<CacheKey, Arc<Digest>>;

impl Reading {
    pub(super) fn new(roots: &Arc<[PathBuf]>, cache: Option<PathBuf>) -> Self {
        Self {
            roots: Arc::clone(roots),
            cache,
            keep: None,
            no_keep: None,
            is_first: true,
            files: BTreeMap::new(),
            new: Vec::new(),
            listing_changed: false,
            swept: 0,
        }
    }

    /// The cache, opened when it is first asked for.
    pub(super) fn keep(&mut self) -> Option<Arc<Keep>> {
        if let Some(dir) = self.cache.take() {
            match Keep::open(&dir) {
                Ok(keep) => self.keep = Some(Arc::new(keep)),
                Err(error) => self.no_keep = Some(format!("no index cache: {error}")),
            }
        }
        self.keep.clone()
    }

    /// Looks at all files and reads those that are new or changed. How many of them, and of those that are gone.
    pub(super) fn read(&mut self, places: &Places, notes: &mut Vec<String>) -> usize {
        let (manifest, (found, has_more)) = match self.keep.clone().filter(|_| self.is_first) {
            Some(keep) => {
                let workspace = self.workspace();
                let (found, warm) = parallel::both(|| places.walk(), move || Warm::load(&keep, &workspace));
                (warm, found)
            }
            None => (Warm::default(), places.walk()),
        };
        self.is_first = false;
        self.swept = self.swept.max(manifest.manifest.swept);
        if has_more {
            notes.push(format!(
                "only {} files are indexed: the workspace has more",
                found.len()
            ));
        }
        notes.extend(self.no_keep.clone());
        self.take(found, manifest)
    }

    fn take(&mut self, found: Vec<OnDisk>, warm: Warm) -> usize {
        let mut before = std::mem::take(&mut self.files);
        let warm = warm.decoded();
        let mut to_read = Vec::new();
        let mut changed = 0;
        for file in found {
            let known = before.remove_entry(&*file.name);
            if let Some((name, known)) = known {
                if known.stamp.is_some() && known.stamp == file.stamp {
                    self.files.insert(name, known);
                    continue;
                }
                let old = known.digest.as_ref().map(|(key, _)| *key);
                to_read.push((name, file, old, Some(known)));
                continue;
            }
            match warm.known(&file) {
                Some(known) => {
                    changed += 1;
                    self.files.insert(file.name.into(), known);
                }
                None => to_read.push((Arc::from(&*file.name), file, None, None)),
            }
        }
        changed += before.len();
        self.listing_changed |= !before.is_empty() || !to_read.is_empty();
        if to_read.is_empty() {
            return changed;
        }
        let by_key = self.by_key(&before, &warm);
        let shelf = self.keep.as_deref().map(|keep| keep.shelf(to_read.len()));
        let read = parallel::map(&to_read, |(_, file, _, known)| {
            read_file(file, known.as_ref(), &by_key, shelf.as_ref())
        });
        for ((name, _, old, known), read) in to_read.into_iter().zip(read) {
            let new = read.known.digest.as_ref().map(|(key, _)| *key);
            changed += usize::from(known.is_none() || old != new);
            self.new.extend(new.zip(read.body));
            self.files.insert(name, read.known);
        }
        changed
    }

    /// All digests at hand: a file that was moved or copied is not digested again.
    fn by_key(&self, gone: &BTreeMap<Arc<str>, Known>, warm: &Decoded) -> ByKey {
        let known = self.files.values().chain(gone.values());
        let mut by_key: ByKey = known
            .filter_map(|known| known.digest.as_ref())
            .map(|(key, digest)| (*key, Arc::clone(digest)))
            .collect();
        by_key.extend(warm.digests.iter().map(|(key, digest)| (*key, Arc::clone(digest))));
        by_key
    }

    /// What leads from a catalog to what is on disk, with the open buffers before it.
    pub(super) fn updates(
        &self,
        catalog: &Catalog,
        open: &HashMap<Arc<str>, Arc<Digest>>,
    ) -> Vec<(Arc<str>, Option<Arc<Digest>>)> {
        // A file that is there but not listed is one that is ignored.
        let is_unsaved = |name: &str| {
            let listed = self.files.get(name).is_some_and(|known| known.digest.is_some());
            !listed && disk::absolute(&self.roots, name).is_some_and(|path| !path.exists())
        };
        let unsaved: BTreeMap<_, _> = open.iter().filter(|(name, _)| is_unsaved(name)).collect();
        let on_disk = self
            .files
            .iter()
            .filter_map(|(name, known)| Some((name, &known.digest.as_ref()?.1)))
            .map(|(name, digest)| (name, open.get(name).unwrap_or(digest)));
        let mut updates: Vec<_> = on_disk
            .chain(unsaved.iter().map(|(name, digest)| (*name, *digest)))
            .filter(|(name, digest)| {
                let id = catalog.id_of(name);
                id.is_none_or(|id| !Arc::ptr_eq(&catalog.file(id).digest, digest))
            })
            .map(|(name, digest)| (Arc::clone(name), Some(Arc::clone(digest))))
            .collect();
        let is_there = |name: &Arc<str>| {
            self.files.get(name).is_some_and(|known| known.digest.is_some()) || unsaved.contains_key(name)
        };
        let gone = catalog.files.iter().filter(|file| !is_there(&file.path));
        updates.extend(gone.map(|file| (Arc::clone(&file.path), None)));
        updates
    }

    /// Keeps what is new. Says why it cannot.
    pub(super) fn save(&mut self) -> Option<String> {
        let keep = self.keep.clone()?;
        let new = std::mem::take(&mut self.new);
        let is_changed = std::mem::take(&mut self.listing_changed);
        let saved = self.save_in(&keep, &new, is_changed);
        saved
            .err()
            .map(|error| format!("the index is not kept for the next start: {error}"))
    }

    fn save_in(&mut self, keep: &Keep, new: &[(CacheKey, Vec<u8>)], is_changed: bool) -> Result<(), store::StoreError> {
        if !new.is_empty() {
            keep.write(new)?;
        }
        let is_time = Keep::is_time_to_sweep(self.swept);
        if is_time {
            let digests = self.files.values().filter_map(|known| known.digest.as_ref());
            let used: Vec<CacheKey> = digests.map(|(key, _)| *key).collect();
            keep.sweep(&used)?;
            self.swept = keep::today();
        }
        if is_changed || is_time {
            let listed = self.files.iter().filter_map(|(name, known)| {
                let key = known.digest.as_ref().map(|(key, _)| *key);
                Some((
                    &**name,
                    Listed {
                        stamp: known.stamp?,
                        key,
                    },
                ))
            });
            let listed: Vec<_> = listed.collect();
            keep.set_manifest(&self.workspace(), self.swept, listed.into_iter())?;
        }
        Ok(())
    }

    fn workspace(&self) -> String {
        let roots: Vec<_> = self.roots.iter().map(|root| root.to_string_lossy()).collect();
        roots.join("\n")
    }
}

/// What was kept, as bytes.
#[derive(Default)]
struct Warm {
    manifest: Manifest,
    bodies: Vec<(CacheKey, Vec<u8>)>,
}

/// What was kept.
struct Decoded {
    manifest: Manifest,
    digests: ByKey,
}

impl Warm {
    fn load(keep: &Keep, workspace: &str) -> Self {
        let manifest = keep.manifest(workspace);
        let mut keys: Vec<CacheKey> = manifest.files.values().filter_map(|listed| listed.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let bodies = keep.read(&keys);
        let bodies = keys
            .into_iter()
            .zip(bodies)
            .filter_map(|(key, body)| Some((key, body?)));
        Self {
            bodies: bodies.collect(),
            manifest,
        }
    }

    fn decoded(self) -> Decoded {
        let digests = parallel::map(&self.bodies, |(key, body)| {
            Some((*key, Arc::new(Digest::from_bytes(body)?)))
        });
        Decoded {
            digests: digests.into_iter().flatten().collect(),
            manifest: self.manifest,
        }
    }
}

impl Decoded {
    /// None if the file is not what it was, or nothing was kept of it.
    fn known(&self, file: &OnDisk) -> Option<Known> {
        let listed = self.manifest.files.get(&*file.name)?;
        if file.stamp != Some(listed.stamp) {
            return None;
        }
        let digest = match listed.key {
            Some(key) => Some((key, Arc::clone(self.digests.get(&key)?))),
            None => None,
        };
        Some(Known {
            stamp: file.stamp,
            digest,
        })
    }
}

fn read_file(file: &OnDisk, before: Option<&Known>, by_key: &ByKey, shelf: Option<&Shelf<'_>>) -> Read {
    let mut body = None;
    let digest = disk::read(&file.path).map(|text| {
        let language = Language::of_path(&file.path);
        let key = keep::key(language, &text);
        let known = before.and_then(|known| known.digest.as_ref());
        let known = known.filter(|(known, _)| *known == key).map(|(_, digest)| digest);
        let known = known.or_else(|| by_key.get(&key)).cloned();
        let digest = known.or_else(|| shelf?.digest(&key)).unwrap_or_else(|| {
            let digest = Arc::new(Digest::with_tree(language, &text, None).0);
            body = shelf.map(|_| digest.to_bytes());
            digest
        });
        (key, digest)
    });
    Read {
        known: Known {
            stamp: file.stamp,
            digest,
        },
        body,
    }
}

//! The index of a workspace, alive: what is on disk, with the open buffers before it, and what its history says.
//!
//! [`Atlas::refresh`] brings it up to date with the disk and [`Atlas::edit`] with a buffer. Both work on copies, which
//! share all that does not change, and then put a new [`Snapshot`] in the place of the old: queries go on with the one
//! they have. Files come and go with a refresh only, so that files and history always fit each other.

mod buffers;
mod disk;
mod keep;
mod past;
mod reading;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use ropey::Rope;

use crate::{Catalog, Digest, Timeline, parallel};
use buffers::Buffers;
use disk::Places;
use past::Pasts;
use reading::Reading;

/// Whether a file is left out, by its absolute path: secrets, and what the settings say.
pub type Skip = Box<dyn Fn(&Path) -> bool + Send + Sync>;

/// See the module.
pub struct Atlas {
    places: Places,
    published: RwLock<Arc<Snapshot>>,
    /// Held while a snapshot is made from the one before.
    buffers: Mutex<Buffers>,
    /// Held through a refresh.
    refresher: Mutex<Refresher>,
}

struct Refresher {
    reading: Reading,
    pasts: Pasts,
}

/// The index as it was at one moment.
#[derive(Default)]
pub struct Snapshot {
    pub catalog: Arc<Catalog>,
    pub timeline: Arc<Timeline>,
    pub roots: Arc<[PathBuf]>,
}

/// How the index stands after a [`Atlas::refresh`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    pub files: usize,
    /// Declarations in them.
    pub symbols: usize,
    /// Files that are new, were read anew, or are gone.
    pub changed: usize,
    pub elapsed: Duration,
    /// All that is to be indexed is; otherwise the next refresh goes on.
    pub complete: bool,
    /// What is missing and why, for people.
    pub notes: Vec<String>,
}

impl Atlas {
    /// Nothing is read yet. `cache` is the folder of the index cache, which other processes may share.
    #[must_use]
    pub fn open(roots: Vec<PathBuf>, cache: Option<PathBuf>) -> Self {
        let places = Places::new(roots);
        let roots = places.roots();
        Self {
            published: RwLock::new(Arc::new(Snapshot {
                roots: Arc::clone(&roots),
                ..Snapshot::default()
            })),
            buffers: Mutex::default(),
            refresher: Mutex::new(Refresher {
                reading: Reading::new(&roots, cache),
                pasts: Pasts::new(&roots),
            }),
            places,
        }
    }

    /// Leaves out the files for which `skip` says so.
    #[must_use]
    pub fn skipping(mut self, skip: Skip) -> Self {
        self.places.skip = skip;
        self
    }

    /// Brings the index up to date with the disk and the repository. Blocking: it walks, reads and parses.
    pub fn refresh(&self) -> Freshness {
        let started = Instant::now();
        let mut refresher = self.refresher.lock().unwrap_or_else(PoisonError::into_inner);
        let Refresher { reading, pasts } = &mut *refresher;
        let mut notes = Vec::new();
        let keep = reading.keep();
        let (changed, past) = parallel::both(
            || reading.read(&self.places, &mut notes),
            || pasts.read(keep.as_deref()),
        );
        notes.extend(past.notes);

        let settled = self.buffers().settled(&self.places);
        let before = self.snapshot();
        let mut catalog = Catalog::clone(&before.catalog);
        let updates = reading.updates(&catalog, &settled);
        let publish = || {
            catalog.change(updates);
            let same_files = Arc::ptr_eq(&catalog.by_path, &before.catalog.by_path);
            let timeline = match same_files && !past.changed {
                true => Arc::clone(&before.timeline),
                false => Arc::new(pasts.timeline(&catalog)),
            };
            self.publish_with_buffers(catalog, timeline, &settled)
        };
        let (catalog, unsaved) = parallel::both(publish, || reading.save());
        notes.extend(unsaved);
        pasts.save(keep.as_deref());
        Freshness {
            files: catalog.files.len(),
            symbols: catalog.files.iter().map(|file| file.digest.declarations.len()).sum(),
            changed,
            elapsed: started.elapsed(),
            complete: !past.late,
            notes,
        }
    }

    /// The text of an open buffer stands before the one on disk until [`Atlas::close`]. A file that is not indexed yet
    /// comes in with the next refresh; so does what only syntax says of a keystroke, whose words count at once.
    pub fn edit(&self, path: &Path, rope: &Rope) {
        let Some(name) = self.places.name_of(path) else { return };
        let mut buffers = self.buffers();
        let Some(digest) = buffers.edit(&name, path, rope) else {
            return;
        };
        self.replace(&name, digest);
    }

    /// The file on disk is what counts again.
    pub fn close(&self, path: &Path) {
        let Some(name) = self.places.name_of(path) else { return };
        let mut buffers = self.buffers();
        if !buffers.close(&name) {
            return;
        }
        if let Some(text) = disk::read(path) {
            self.replace(&name, Arc::new(Digest::of(path, &text)));
        }
    }

    /// The index as it is now. Never waits for a refresh or an edit.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Publishes a new text of a file that there is. The caller holds the buffers.
    fn replace(&self, name: &str, digest: Arc<Digest>) {
        let before = self.snapshot();
        let Some(id) = before.catalog.id_of(name) else { return };
        let path = Arc::clone(&before.catalog.file(id).path);
        let mut catalog = Catalog::clone(&before.catalog);
        catalog.change(vec![(path, Some(digest))]);
        self.publish(Arc::new(catalog), Arc::clone(&before.timeline));
    }

    /// Publishes what a refresh has made, with what was typed meanwhile.
    fn publish_with_buffers(
        &self,
        mut catalog: Catalog,
        timeline: Arc<Timeline>,
        settled: &HashMap<Arc<str>, Arc<Digest>>,
    ) -> Arc<Catalog> {
        let buffers = self.buffers();
        let newer = buffers.digests().filter(|(path, _)| catalog.id_of(path).is_some());
        let newer: Vec<_> = newer.map(|(path, digest)| (path, Some(digest))).collect();
        let closed = settled.keys().filter(|path| !buffers.is_open(path));
        let closed: Vec<_> = closed
            .filter_map(|name| {
                let path = disk::absolute(&self.places.roots(), name)?;
                Some((Arc::clone(name), Some(Arc::new(Digest::of(&path, &disk::read(&path)?)))))
            })
            .collect();
        catalog.change(newer);
        catalog.change(closed);
        let catalog = Arc::new(catalog);
        self.publish(Arc::clone(&catalog), timeline);
        catalog
    }

    fn publish(&self, catalog: Arc<Catalog>, timeline: Arc<Timeline>) {
        let snapshot = Arc::new(Snapshot {
            catalog,
            timeline,
            roots: self.places.roots(),
        });
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *published, snapshot);
        // It may be the last one: nobody is to wait while it is taken down.
        drop(published);
        drop(before);
    }

    fn buffers(&self) -> MutexGuard<'_, Buffers> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Snapshot {
    /// Where a file of the catalog is.
    #[must_use]
    pub fn absolute(&self, path: &str) -> Option<PathBuf> {
        disk::absolute(&self.roots, path)
    }

    /// What the catalog calls a file.
    #[must_use]
    pub fn relative(&self, path: &Path) -> Option<String> {
        disk::relative(&self.roots, path)
    }
}

//! What folders held when they were last read, so that only those are read again that have changed since.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{MAX_FOLDERS, OUTPUT, is_secret};
use crate::clock;
use crate::cover::Stamp;

/// How long a folder has to be at rest before what was read of it is trusted: within the steps of the clock of a file
/// system (two seconds at the coarsest) it could change once more and look the same.
const AT_REST: Duration = Duration::from_secs(3);
/// The same where times have parts of a second: the clock for those steps every ten milliseconds at the slowest.
const AT_REST_BY_PARTS: Duration = Duration::from_millis(100);

/// One search and the one before it.
#[derive(Debug, Default)]
pub(crate) struct Known {
    now: HashMap<PathBuf, (Stamp, Arc<Listing>)>,
    before: HashMap<PathBuf, (Stamp, Arc<Listing>)>,
}

/// Names of a folder's entries.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) secrets: Vec<OsString>,
    /// Folders that can have secrets in them, as many as are looked into.
    pub(super) folders: Vec<OsString>,
    /// How many were looked at.
    pub(super) entries: usize,
    /// Whether there may be more.
    is_cut: bool,
}

impl Listing {
    /// Whether a look at no more than `most` entries of the same folder would find the same.
    fn stands_for(&self, most: usize) -> bool {
        match self.is_cut {
            true => self.entries == most,
            false => self.entries <= most,
        }
    }
}

impl Known {
    /// Begins a search. What the last one did not come by is forgotten.
    pub(super) fn begin(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }

    /// What a folder holds, as far as `most` entries.
    pub(super) fn listing(&mut self, folder: &Path, most: usize) -> Arc<Listing> {
        self.listing_at(folder, most, clock::file_now())
    }

    /// Remembers the folder only if it is at rest by then.
    fn listing_at(&mut self, folder: &Path, most: usize, now: SystemTime) -> Arc<Listing> {
        let stamp = Stamp::of(folder);
        let known = self.before.remove(folder).filter(|(then, listing)| {
            // A change of the folder gives it a time that nobody can set.
            Some(*then) == stamp && listing.stands_for(most)
        });
        let listing = match known {
            Some((_, listing)) => listing,
            None => Arc::new(read(folder, most)),
        };
        if let Some(stamp) = stamp.filter(|stamp| is_at_rest(stamp, now)) {
            self.now.insert(folder.to_owned(), (stamp, listing.clone()));
        }
        listing
    }
}

fn is_at_rest(stamp: &Stamp, now: SystemTime) -> bool {
    let rest = if stamp.has_parts() { AT_REST_BY_PARTS } else { AT_REST };
    !stamp.changed_since(now - rest)
}

fn read(folder: &Path, most: usize) -> Listing {
    let mut listing = Listing::default();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().take(most) {
        listing.entries += 1;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_secret(&name, is_folder) {
            listing.secrets.push(entry.file_name());
        } else if is_folder && listing.folders.len() < MAX_FOLDERS && !OUTPUT.contains(&name.as_str()) {
            listing.folders.push(entry.file_name());
        }
    }
    listing.is_cut = listing.entries == most;
    listing
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// Two searches of a folder at a time when it is at rest or not yet, `between` them something happening in it:
    /// whether the second had to read it, and what it found.
    fn check(now: SystemTime, between: impl Fn(&Path), is_read: bool, expect: &[&str]) {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("folder");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("a"), "").unwrap();
        let mut known = Known::default();
        let first = known.listing_at(&folder, 10, now);
        between(&folder);
        known.begin();
        let second = known.listing_at(&folder, 10, now);
        assert_eq!(Arc::ptr_eq(&first, &second), !is_read);
        assert_eq!(second.secrets, expect);
    }

    /// Writes until the system's clock has moved on.
    fn change(folder: &Path, name: &str) {
        let before = Stamp::of(folder);
        fs::write(folder.join(name), "").unwrap();
        while Stamp::of(folder) == before {
            fs::remove_file(folder.join(name)).unwrap();
            fs::write(folder.join(name), "").unwrap();
        }
    }

    #[test]
    fn a_folder_at_rest_is_read_once() {
        let now = clock::now() + HOUR;
        check(now, |_| {}, false, &[]);
        check(now, |folder| fs::write(folder.join("a"), "text").unwrap(), false, &[]);
    }

    #[test]
    fn a_change_is_seen() {
        let now = clock::now() + HOUR;
        check(now, |folder| change(folder, ".env"), true, &[".env"]);
        check(now, |folder| change(folder, "b"), true, &[]);
    }

    #[test]
    fn what_has_just_changed_is_not_trusted() {
        let now = clock::now() - HOUR;
        check(now, |_| {}, true, &[]);
        check(
            now,
            |folder| fs::write(folder.join(".env"), "").unwrap(),
            true,
            &[".env"],
        );
    }

    #[test]
    fn what_was_cut_off_is_trusted_by_the_same_cut_only() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b", ".env"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let mut known = Known::default();
        let mut look = |most| {
            known.begin();
            known.listing_at(folder.path(), most, clock::now() + HOUR)
        };
        let (cut, again, whole) = (look(1), look(1), look(10));
        assert!(Arc::ptr_eq(&cut, &again));
        assert_eq!((cut.entries, whole.entries, whole.secrets.len()), (1, 3, 1));
        // All of it, and exactly as many as were asked for.
        let (full, fewer) = (look(3), look(2));
        assert_eq!((full.entries, fewer.entries), (3, 2));
    }
}

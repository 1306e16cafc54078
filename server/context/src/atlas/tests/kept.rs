//! The index cache: what one process has read, the next does not read again.

use super::*;
use crate::atlas::keep::{self, Keep};

struct Kept {
    place: Place,
    cache: TempDir,
}

impl Kept {
    fn new(files: &[(&str, &str)]) -> Self {
        Self {
            place: Place::new(files),
            cache: tempfile::tempdir().unwrap(),
        }
    }

    /// As another process would.
    fn open(&self) -> Atlas {
        Atlas::open(
            vec![self.place.folder.path().to_owned()],
            Some(self.cache.path().to_owned()),
        )
    }
}

/// Long ago enough for the time of change to be trusted.
fn age(place: &Place, path: &str) {
    let file = fs::File::options().write(true).open(place.path(path)).unwrap();
    let time = std::time::SystemTime::now() - Duration::from_secs(60);
    file.set_modified(time).unwrap();
}

#[test]
fn the_next_start_finds_what_the_last_one_read() {
    let kept = Kept::new(&[("a.rs", "fn a() {}"), ("b.rs", "fn b() {}"), ("c.rs", "fn c() {}")]);
    age(&kept.place, "a.rs");
    age(&kept.place, "b.rs");
    let first = kept.open();
    first.refresh();
    // Only a look at the file itself would tell: the cache is believed.
    kept.place.write("a.rs", "fn z() {}");
    age(&kept.place, "a.rs");
    let stamp = fs::metadata(kept.place.path("b.rs")).unwrap().modified().unwrap();
    kept.place.write("b.rs", "fn y() {}");
    let file = fs::File::options().write(true).open(kept.place.path("b.rs")).unwrap();
    file.set_modified(stamp).unwrap();
    kept.place.write("d.rs", "fn c() {}");
    let next = kept.open();
    assert_eq!(next.refresh().files, 4);
    assert!(declares(&next, "z") && declares(&next, "b") && !declares(&next, "y"));
}

#[test]
fn a_kept_index_is_a_fresh_one() {
    let kept = Kept::new(&[
        ("a.rs", "fn a() { b(); }"),
        ("b.py", "def b(): pass"),
        ("c.md", "# Text"),
    ]);
    for path in ["a.rs", "b.py", "c.md"] {
        age(&kept.place, path);
    }
    kept.open().refresh();
    let next = kept.open();
    next.refresh();
    kept.place.atlas.refresh();
    check_same(&next, &kept.place.atlas);
}

#[test]
fn a_damaged_cache_is_made_again() {
    let kept = Kept::new(&[("a.rs", "fn a() {}")]);
    kept.open().refresh();
    for entry in fs::read_dir(kept.cache.path()).unwrap().flatten() {
        fs::write(entry.path(), "rubbish").unwrap();
    }
    let next = kept.open();
    let freshness = next.refresh();
    assert!(declares(&next, "a"), "{freshness:?}");
    assert!(
        !freshness.notes.iter().any(|note| note.contains("cache")),
        "{freshness:?}"
    );
}

#[test]
fn without_a_folder_for_the_cache_the_index_works_and_says_so() {
    let kept = Kept::new(&[("a.rs", "fn a() {}")]);
    fs::write(kept.cache.path().join("file"), "").unwrap();
    let roots = vec![kept.place.folder.path().to_owned()];
    let atlas = Atlas::open(roots, Some(kept.cache.path().join("file")));
    let freshness = atlas.refresh();
    assert!(
        freshness.notes.iter().any(|note| note.contains("no index cache")),
        "{freshness:?}"
    );
    assert!(declares(&atlas, "a"));
}

#[test]
fn two_processes_share_a_cache() {
    let kept = Kept::new(&[("a.rs", "fn a() {}")]);
    let (one, other) = (kept.open(), kept.open());
    std::thread::scope(|scope| {
        scope.spawn(|| one.refresh());
        scope.spawn(|| other.refresh());
    });
    check_same(&one, &other);
}

#[test]
fn a_kept_digest_is_found_whether_few_are_looked_up_or_many() {
    let folder = tempfile::tempdir().unwrap();
    let keep = Keep::open(folder.path()).unwrap();
    let [there, missing] = ["fn a() {}", "fn b() {}"].map(|text| keep::key(None, text));
    let digest = Digest::of(Path::new("a.rs"), "fn a() {}");
    keep.write(&[(there, digest.to_bytes())]).unwrap();
    for count in [1, 10_000] {
        let shelf = keep.shelf(count);
        assert_eq!(shelf.digest(&there).as_deref(), Some(&digest), "{count}");
        assert_eq!(shelf.digest(&missing), None, "{count}");
    }
}

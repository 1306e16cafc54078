mod bad_input;
mod histories;
mod kept;
mod sequences;

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::catalog::tests::answers;

/// A workspace on disk and its index.
struct Place {
    folder: TempDir,
    atlas: Atlas,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Self {
            atlas: Atlas::open(vec![folder.path().to_owned()], None),
            folder,
        };
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), bytes).unwrap();
    }

    /// The paths of the files that are indexed after a refresh.
    fn files(&self) -> Vec<String> {
        self.atlas.refresh();
        paths(&self.atlas)
    }
}

fn paths(atlas: &Atlas) -> Vec<String> {
    let snapshot = atlas.snapshot();
    let mut paths: Vec<String> = snapshot
        .catalog
        .files
        .iter()
        .map(|file| file.path.to_string())
        .collect();
    paths.sort_unstable();
    paths
}

/// Whether a name is declared, in any file.
fn declares(atlas: &Atlas, name: &str) -> bool {
    let term = crate::words::hash(name.as_bytes());
    atlas.snapshot().catalog.declaring.get(&term).is_some()
}

fn check_same(one: &Atlas, other: &Atlas) {
    assert_eq!(answers(&one.snapshot().catalog), answers(&other.snapshot().catalog));
}

#[test]
fn a_buffer_stands_before_the_disk_until_it_is_closed() {
    let place = Place::new(&[("a.rs", "fn on_disk() {}\n")]);
    place.atlas.refresh();
    let mut rope = Rope::from_str("fn in_buffer() {}\n");
    place.atlas.edit(&place.path("a.rs"), &rope);
    assert!(declares(&place.atlas, "in_buffer") && !declares(&place.atlas, "on_disk"));
    rope.insert(rope.len_chars(), "fn some() {}\nfn more() {}\n");
    place.atlas.edit(&place.path("a.rs"), &rope);
    assert!(declares(&place.atlas, "more"));
    rope.insert(rope.len_chars() - "() {}\n".len(), "over");
    place.atlas.edit(&place.path("a.rs"), &rope);
    place.atlas.refresh();
    assert!(declares(&place.atlas, "moreover") && !declares(&place.atlas, "on_disk"));
    place.atlas.close(&place.path("a.rs"));
    assert!(declares(&place.atlas, "on_disk") && !declares(&place.atlas, "in_buffer"));
}

#[test]
fn an_unsaved_file_comes_in_with_the_next_refresh_and_goes_after_it_is_closed() {
    let place = Place::new(&[("a.rs", "")]);
    place.atlas.edit(&place.path("new.rs"), &Rope::from_str("fn new() {}"));
    assert_eq!(place.files(), ["a.rs", "new.rs"]);
    place.atlas.close(&place.path("new.rs"));
    assert_eq!(place.files(), ["a.rs"]);
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let place = Place::new(&[("a.rs", "fn one() {}\n"), ("b.rs", "fn two() {}\n")]);
    place.atlas.refresh();
    let before = place.atlas.snapshot();
    let said = answers(&before.catalog);
    place.write("c.rs", "fn three() {}");
    fs::remove_file(place.path("a.rs")).unwrap();
    place.atlas.edit(&place.path("b.rs"), &Rope::from_str("fn other() {}"));
    assert_eq!(place.files(), ["b.rs", "c.rs"]);
    assert_eq!(answers(&before.catalog), said);
}

#[test]
fn ignored_hidden_and_skipped_files_are_left_out() {
    let mut place = Place::new(&[
        (".gitignore", "built/\n"),
        (".ignore", "*.lock\n"),
        ("built/a.js", "built"),
        ("b.lock", "locked"),
        (".env", "SECRET=1"),
        (".cache/c.rs", "fn c() {}"),
        (".github/workflows/ci.yml", "on: push"),
        ("secrets/key.txt", "secret"),
        ("src/a.rs", "fn a() {}"),
    ]);
    place.atlas = Atlas::open(vec![place.folder.path().to_owned()], None).skipping(Box::new(|path| {
        path.components().any(|part| part.as_os_str() == "secrets")
    }));
    place.atlas.edit(&place.path("built/a.js"), &Rope::from_str("open"));
    place
        .atlas
        .edit(&place.path("secrets/key.txt"), &Rope::from_str("open"));
    assert_eq!(place.files(), [".github/workflows/ci.yml", ".gitignore", "src/a.rs"]);
}

#[test]
fn several_roots_are_told_apart() {
    let place = Place::new(&[("one/a.rs", "fn a() {}"), ("two/a.rs", "fn b() {}")]);
    let atlas = Atlas::open(vec![place.path("one"), place.path("two")], None);
    atlas.refresh();
    assert_eq!(paths(&atlas), ["one/a.rs", "two/a.rs"]);
    let snapshot = atlas.snapshot();
    assert_eq!(snapshot.absolute("two/a.rs"), Some(place.path("two/a.rs")));
    assert_eq!(snapshot.relative(&place.path("one/a.rs")).as_deref(), Some("one/a.rs"));
    assert_eq!(snapshot.relative(&place.path("three/a.rs")), None);
}

#[test]
fn only_what_changed_counts_as_changed() {
    let place = Place::new(&[("a.rs", "fn a() {}"), ("b.rs", "fn b() {}")]);
    assert_eq!(place.atlas.refresh().changed, 2);
    assert_eq!(place.atlas.refresh().changed, 0);
    place.write("b.rs", "fn c() {}");
    assert_eq!(place.atlas.refresh().changed, 1);
    fs::rename(place.path("b.rs"), place.path("d.rs")).unwrap();
    let freshness = place.atlas.refresh();
    assert_eq!((freshness.changed, freshness.files, freshness.symbols), (2, 2, 2));
}

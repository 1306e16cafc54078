//! Repositories in every state.

use std::process::Command;

use super::*;
use crate::{Seed, SelectOptions};

fn git(place: &Place, line: &str) {
    let git = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(line.split(' '))
        .current_dir(place.folder.path())
        .output()
        .unwrap();
    assert!(
        git.status.success(),
        "git {line}: {}",
        String::from_utf8_lossy(&git.stderr)
    );
}

fn commit(place: &Place, path: &str, text: &str) {
    place.write(path, text);
    git(place, "add -A");
    git(place, &format!("commit -qm change-{path}"));
}

fn repository() -> Place {
    let place = Place::new(&[]);
    git(&place, "init -q -b main");
    // The first commit brings all there is: it says nothing of what changes together.
    commit(&place, "start.md", "text");
    commit(&place, "one/a.rs", "fn a() {}");
    commit(&place, "two/b.rs", "fn b() {}");
    place
}

/// How many commits are known of a file.
fn commits(atlas: &Atlas, path: &str) -> usize {
    let snapshot = atlas.snapshot();
    let id = snapshot.catalog.id_of(path).unwrap();
    let counted = snapshot.timeline.last(1e9)[id as usize];
    counted.round() as usize
}

fn check_note(atlas: &Atlas, note: &str) {
    let freshness = atlas.refresh();
    assert!(
        freshness.notes.iter().any(|found| found.contains(note)),
        "{freshness:?}"
    );
}

#[test]
fn new_commits_are_read() {
    let place = repository();
    let freshness = place.atlas.refresh();
    assert_eq!((freshness.notes, freshness.complete), (Vec::new(), true));
    assert_eq!(commits(&place.atlas, "two/b.rs"), 1);
    commit(&place, "two/b.rs", "fn c() {}");
    place.atlas.refresh();
    assert_eq!(commits(&place.atlas, "two/b.rs"), 2);
}

#[test]
fn a_folder_of_a_repository_has_its_part_of_the_history() {
    let place = repository();
    let atlas = Atlas::open(vec![place.path("two")], None);
    atlas.refresh();
    assert_eq!(commits(&atlas, "b.rs"), 1);
    let both = Atlas::open(vec![place.path("one"), place.path("two")], None);
    both.refresh();
    assert_eq!((commits(&both, "one/a.rs"), commits(&both, "two/b.rs")), (1, 1));
}

#[test]
fn commits_are_kept() {
    let place = repository();
    let cache = tempfile::tempdir().unwrap();
    let open = || Atlas::open(vec![place.folder.path().to_owned()], Some(cache.path().to_owned()));
    open().refresh();
    commit(&place, "two/b.rs", "fn c() {}");
    open().refresh();
    // What is kept of it is enough: but for the last commit all is gone.
    let head = fs::read_to_string(place.path(".git/refs/heads/main")).unwrap();
    for entry in fs::read_dir(place.path(".git/objects")).unwrap().flatten() {
        if !head.starts_with(&*entry.file_name().to_string_lossy()) {
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    let next = open();
    let freshness = next.refresh();
    assert_eq!((freshness.notes, freshness.complete), (Vec::new(), true));
    assert_eq!((commits(&next, "one/a.rs"), commits(&next, "two/b.rs")), (1, 2));
}

#[test]
fn no_repository() {
    let place = Place::new(&[("a.rs", "fn a() {}")]);
    check_note(&place.atlas, "in no git repository");
    assert_eq!(commits(&place.atlas, "a.rs"), 0);
}

#[test]
fn no_commits() {
    let place = Place::new(&[("a.rs", "fn a() {}")]);
    git(&place, "init -q");
    check_note(&place.atlas, "no git history");
}

#[test]
fn a_damaged_repository() {
    let place = repository();
    place.atlas.refresh();
    for entry in fs::read_dir(place.path(".git/objects")).unwrap().flatten() {
        fs::remove_dir_all(entry.path()).unwrap();
    }
    let again = Atlas::open(vec![place.folder.path().to_owned()], None);
    again.refresh();
    assert_eq!(paths(&again).len(), 3);
    assert_eq!(commits(&again, "two/b.rs"), 0);
    fs::write(place.path(".git/HEAD"), "rubbish").unwrap();
    check_note(&place.atlas, "no git history");
    assert_eq!(paths(&place.atlas).len(), 3);
}

#[test]
fn a_shallow_clone() {
    let place = repository();
    let clone = Place::new(&[]);
    let from = place.folder.path().display();
    git(&clone, &format!("clone -q --depth 1 file://{from} ."));
    clone.atlas.refresh();
    assert_eq!(paths(&clone.atlas).len(), 3);
    commit(&clone, "two/b.rs", "fn c() {}");
    clone.atlas.refresh();
    assert!(commits(&clone.atlas, "two/b.rs") >= 1);
}

/// Two functions that read alike; the name of each is a word of its own.
fn alike(names: [&str; 2], of_second: &str) -> String {
    let line = "    let total = parts.iter().map(Part::weight).sum::<u64>();\n";
    let [first, second] = names;
    let body = line.repeat(30);
    format!("fn {first}(parts: &[Part]) {{\n{body}}}\n\nfn {second}(parts: &[Part]) {{\n{body}{of_second}}}\n")
}

/// Which of the two functions is selected where only one has room.
fn preferred(place: &Place, seed: &Seed) -> String {
    let options = SelectOptions {
        budget: 700,
        ..SelectOptions::default()
    };
    let read = |path: &str| fs::read_to_string(place.path(path)).ok();
    let snapshot = place.atlas.snapshot();
    let selection = crate::select(&snapshot, seed, &options, &read, &|text| text.len().div_ceil(4));
    let fragment = selection.fragments.iter().find(|fragment| fragment.path == "parts.rs");
    fragment.map_or_else(String::new, |fragment| fragment.text.clone())
}

fn request(query: &str) -> Seed {
    Seed {
        query: query.to_owned(),
        ..Seed::default()
    }
}

#[test]
fn what_was_written_lately_is_read_first() {
    let place = repository();
    commit(&place, "parts.rs", &alike(["alpha", "omega"], ""));
    for number in 0..30 {
        commit(&place, "other.rs", &format!("fn other_{number}() {{}}\n"));
    }
    commit(&place, "parts.rs", &alike(["alpha", "omega"], "    total.check();\n"));
    place.atlas.refresh();
    let text = preferred(&place, &request("weight of the parts in total"));
    assert!(text.contains("fn omega") && !text.contains("fn alpha"), "{text}");
}

#[test]
fn work_that_goes_on_is_told_from_work_of_old() {
    let place = repository();
    let change = |path: &str, text: &str, message: &str| {
        place.write(path, text);
        git(&place, "add -A");
        git(&place, &format!("commit -qm {message}"));
    };
    change("one/a.rs", "fn a() { trim() }", "trim-the-lantern-wick");
    for number in 0..20 {
        change("start.md", &format!("{number}"), "unrelated");
    }
    change("two/b.rs", "fn b() { trim() }", "trim-the-lantern-wick-again");
    change("start.md", "more", "unrelated");
    place.atlas.refresh();
    let snapshot = place.atlas.snapshot();
    let words = crate::rank::seed::weigh(crate::words::terms("trim the lantern"));
    let scores = snapshot.timeline.going_on(&snapshot.timeline.like(&words));
    let score = |path: &str| scores[snapshot.catalog.id_of(path).unwrap() as usize];
    assert!(score("two/b.rs") > 2.0 * score("one/a.rs"), "{scores:?}");
    assert!(score("one/a.rs") > 0.0 && score("start.md") == 0.0, "{scores:?}");
}

#[test]
fn a_request_in_other_words_finds_what_like_commits_call_it() {
    let place = repository();
    place.write("coil.rs", "fn heat() { filament.glow() }");
    place.write("other.rs", "fn cool() { fan.turn() }");
    git(&place, "add -A");
    git(&place, "commit -qm begin");
    place.write("start.md", "more");
    git(&place, "commit -qam lantern-flickers:filament-was-thin");
    place.atlas.refresh();
    let read = |path: &str| fs::read_to_string(place.path(path)).ok();
    let snapshot = place.atlas.snapshot();
    let seed = request("the lantern flickers");
    let selection = crate::select(&snapshot, &seed, &SelectOptions::default(), &read, &str::len);
    let ranked: Vec<&str> = selection.fragments.iter().map(|file| file.path.as_str()).collect();
    let place_of = |path: &str| ranked.iter().position(|ranked| *ranked == path);
    assert!(place_of("coil.rs").is_some(), "{ranked:?}");
    assert!(
        place_of("other.rs").is_none_or(|place| place > place_of("coil.rs").unwrap()),
        "{ranked:?}"
    );
}

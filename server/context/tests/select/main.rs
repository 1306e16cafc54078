//! What is selected for a request: enough of the right files, never more than fits, and always the same.

mod live;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use context::{
    Catalog, Cursor, Digest, History, Level, Past, Seed, SelectOptions, Selection, Snapshot, Timeline, select,
};
use proptest::prelude::*;

const UPLOAD: &str = "\
//! Sends files.

use crate::retry::Backoff;

/// Sends one file, again after a failure.
pub fn upload_file(path: &str) -> Result<(), Error> {
    let mut backoff = Backoff::new();
    loop {
        match send(path) {
            Ok(()) => return Ok(()),
            Err(error) if backoff.is_spent() => return Err(error),
            Err(_) => backoff.wait(),
        }
    }
}

fn send(path: &str) -> Result<(), Error> {
    transport(path)
}
";

const RETRY: &str = "\
/// Waits longer each time.
pub struct Backoff {
    attempts: u32,
}

impl Backoff {
    pub fn new() -> Self {
        Self { attempts: 0 }
    }

    pub fn wait(&mut self) {
        self.attempts += 1;
    }

    pub fn is_spent(&self) -> bool {
        self.attempts > 5
    }
}
";

fn workspace() -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([
        ("src/upload.rs".to_owned(), UPLOAD.to_owned()),
        ("src/retry.rs".to_owned(), RETRY.to_owned()),
        (
            "src/gui/window.py".to_owned(),
            "class Window:\n    def resize(self):\n        pass\n".to_owned(),
        ),
        (
            "tests/upload.rs".to_owned(),
            "#[test]\nfn uploads_a_file() {\n    upload_file(\"a\").unwrap();\n}\n".to_owned(),
        ),
        (
            "README.md".to_owned(),
            "# Upload\n\nUploads a file, with retries.\n".to_owned(),
        ),
    ]);
    for number in 0..20 {
        let text = format!("pub fn helper_{number}(value: u32) -> u32 {{\n    value + {number}\n}}\n");
        files.insert(format!("src/helpers/part_{number}.rs"), text);
    }
    files
}

fn snapshot(files: &BTreeMap<String, String>) -> Snapshot {
    let digests = files
        .iter()
        .map(|(path, text)| (path.clone(), Arc::new(Digest::of(Path::new(path), text))));
    let catalog = Catalog::of(digests);
    let timeline = Timeline::of(&History::default(), &Past::default(), &catalog);
    Snapshot {
        catalog: Arc::new(catalog),
        timeline: Arc::new(timeline),
        ..Snapshot::default()
    }
}

fn selected(files: &BTreeMap<String, String>, seed: &Seed, options: &SelectOptions) -> Selection {
    let read = |path: &str| files.get(path).cloned();
    select(&snapshot(files), seed, options, &read, &|text| text.len().div_ceil(4))
}

fn query(words: &str) -> Seed {
    Seed {
        query: words.to_owned(),
        ..Seed::default()
    }
}

fn room(budget: usize) -> SelectOptions {
    SelectOptions {
        budget,
        ..SelectOptions::default()
    }
}

fn paths(selection: &Selection) -> Vec<&str> {
    selection
        .fragments
        .iter()
        .map(|fragment| fragment.path.as_str())
        .collect()
}

#[test]
fn the_code_that_the_words_are_about_comes_first() {
    let selection = selected(
        &workspace(),
        &query("uploading a file should give up after some retries"),
        &room(2_000),
    );
    assert_eq!(selection.fragments[0].path, "src/upload.rs");
    assert_eq!(selection.fragments[0].level, Level::Full);
    assert!(
        selection.fragments[0]
            .symbols
            .iter()
            .any(|symbol| symbol.name == "upload_file")
    );
    assert!(!selection.fragments[0].why.is_empty());
}

#[test]
fn reasons_name_the_words_that_a_file_has() {
    let selection = selected(&workspace(), &query("Uploading windows is spent"), &room(2_000));
    let why = |path: &str| {
        let fragment = selection.fragments.iter().find(|fragment| fragment.path == path);
        fragment.unwrap().why.join("; ")
    };
    assert!(
        why("src/upload.rs").contains("has spent, Uploading"),
        "{}",
        why("src/upload.rs")
    );
    assert!(!why("src/upload.rs").contains("commits"), "there are none");
    assert!(
        why("src/gui/window.py").contains("has windows"),
        "{}",
        why("src/gui/window.py")
    );
}

#[test]
fn a_file_has_a_name_only_where_the_whole_of_it_stands() {
    let selection = selected(&workspace(), &query("upload_file"), &room(2_000));
    let said = |path: &str| {
        let fragment = selection.fragments.iter().find(|fragment| fragment.path == path);
        let why = &fragment.unwrap().why;
        why.iter().find(|reason| reason.starts_with("has ")).cloned()
    };
    assert_eq!(said("src/upload.rs").as_deref(), Some("has upload_file"));
    assert_eq!(said("README.md").as_deref(), Some("has upload, file"));
}

#[test]
fn no_blank_line_is_a_piece_on_its_own() {
    let long = |name: &str| format!("fn {name}() {{\n{}}}\n", "    upload();\n".repeat(60));
    let text = format!("{}\n{}\n{}", long("one"), long("two"), long("three"));
    let files = BTreeMap::from([("src/upload.rs".to_owned(), text.clone())]);
    let lines: Vec<&str> = text.lines().collect();
    for budget in (100..2_000).step_by(100) {
        for fragment in selected(&files, &query("upload"), &room(budget)).fragments {
            for (first, last) in fragment.ranges {
                let shown = &lines[first as usize - 1..last as usize];
                assert!(shown.iter().any(|line| !line.is_empty()), "{budget}: {first}-{last}");
            }
        }
    }
}

#[test]
fn a_cursor_leads_to_what_is_used_there_and_not_to_its_own_file() {
    let cursor = Cursor {
        path: "src/upload.rs".to_owned(),
        line: 7,
    };
    let seed = Seed {
        cursor: Some(cursor),
        ..Seed::default()
    };
    let selection = selected(&workspace(), &seed, &room(2_000));
    assert!(
        paths(&selection).iter().take(2).any(|path| *path == "src/retry.rs"),
        "{:?}",
        paths(&selection)
    );
    assert!(!paths(&selection).contains(&"src/upload.rs"));
}

/// The files around are the same for both lines; what stands on the line decides.
#[test]
fn the_line_of_the_cursor_decides() {
    let mut files = BTreeMap::new();
    files.insert(
        "src/start.rs".to_owned(),
        "fn start() {\n    open_valve();\n    prepare();\n    prepare();\n    light_lantern();\n}\n".to_owned(),
    );
    for name in ["open_valve", "light_lantern"] {
        files.insert(
            format!("src/use_{}.rs", name.len()),
            format!("fn other() {{\n    {name}();\n}}\n"),
        );
    }
    for (line, first) in [(2, "src/use_10.rs"), (5, "src/use_13.rs")] {
        let cursor = Some(Cursor {
            path: "src/start.rs".to_owned(),
            line,
        });
        let seed = Seed {
            cursor,
            ..Seed::default()
        };
        assert_eq!(paths(&selected(&files, &seed, &room(4000)))[0], first, "line {line}");
    }
}

/// Of two functions in one file there is room for one: that of the words, not that of the place where they are said.
#[test]
fn words_say_more_than_the_place_where_they_are_said() {
    let function = |name: &str, line: &str| format!("fn {name}() {{\n{}}}\n", format!("    {line};\n").repeat(30));
    let both = function("alpha", "invoice_total(tax)") + &function("omega", "lantern_wick(oil)");
    let files = BTreeMap::from([
        ("src/both.rs".to_owned(), both),
        ("src/place.rs".to_owned(), function("place", "lantern_wick(oil)")),
    ]);
    let seed = Seed {
        query: "invoice total with tax".to_owned(),
        cursor: Some(Cursor {
            path: "src/place.rs".to_owned(),
            line: 3,
        }),
        ..Seed::default()
    };
    let selection = selected(&files, &seed, &room(230));
    let text: String = selection
        .fragments
        .iter()
        .map(|fragment| fragment.text.as_str())
        .collect();
    assert!(
        text.contains("invoice_total") && !text.contains("lantern_wick"),
        "{text}"
    );
}

#[test]
fn what_is_pinned_comes_first_and_what_is_dropped_not_at_all() {
    let options = SelectOptions {
        budget: 2_000,
        pinned: vec!["src/gui/window.py".to_owned()],
        dropped: vec!["src/upload.rs".to_owned()],
    };
    let selection = selected(&workspace(), &query("upload a file"), &options);
    assert_eq!(selection.fragments[0].path, "src/gui/window.py");
    assert_eq!(selection.fragments[0].why[0], "pinned");
    assert_eq!(selection.fragments[0].level, Level::Full);
    assert!(!paths(&selection).contains(&"src/upload.rs"));
}

#[test]
fn nothing_asked_is_nothing_found() {
    assert!(selected(&workspace(), &query(""), &room(2_000)).fragments.is_empty());
    assert!(
        selected(&BTreeMap::new(), &query("upload"), &room(2_000))
            .fragments
            .is_empty()
    );
}

#[test]
fn a_file_that_cannot_be_read_any_more_is_only_named() {
    let files = workspace();
    let read = |_: &str| None;
    let selection = select(
        &snapshot(&files),
        &query("upload a file"),
        &room(2_000),
        &read,
        &str::len,
    );
    assert_eq!(selection.tokens, 0);
    assert!(
        selection
            .fragments
            .iter()
            .all(|fragment| fragment.level == Level::Path && fragment.text.is_empty())
    );
}

#[test]
fn a_piece_of_a_long_file_brings_the_name_of_what_it_stands_in() {
    let mut files = workspace();
    let mut long = "impl Uploader {\n".to_owned();
    for number in 0..60 {
        let line = "        self.step();\n".repeat(10);
        long.push_str(&format!("    fn step_{number}(&self) {{\n{line}    }}\n\n"));
    }
    long.push_str("    fn upload_resumable(&self) {\n        self.resume_upload_of_chunks();\n    }\n}\n");
    files.insert("src/uploader.rs".to_owned(), long);
    let selection = selected(&files, &query("resumable upload of chunks"), &room(300));
    let found = selection
        .fragments
        .iter()
        .find(|fragment| fragment.path == "src/uploader.rs")
        .unwrap();
    assert_eq!(found.level, Level::Slices);
    assert!(found.text.contains("fn upload_resumable"), "{}", found.text);
    assert!(found.text.starts_with("impl Uploader {"), "{}", found.text);
}

proptest! {
    #[test]
    fn what_is_sent_fits_and_is_what_the_ranges_say(budget in 0_usize..1_500, words in "[a-z ]{0,40}") {
        let files = workspace();
        let seed = query(&format!("upload file backoff {words}"));
        let selection = selected(&files, &seed, &room(budget));
        prop_assert!(selection.tokens <= budget + selection.fragments.len());
        for fragment in &selection.fragments {
            let lines: Vec<&str> = files[&fragment.path].split_inclusive('\n').collect();
            let text: String = fragment.ranges.iter().flat_map(|(first, last)| &lines[*first as usize - 1..*last as usize]).copied().collect();
            prop_assert_eq!(&fragment.text, &text);
            prop_assert_eq!(fragment.ranges.is_empty(), fragment.level == Level::Path);
            prop_assert!(fragment.ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
        }
        let again = selected(&files, &seed, &room(budget));
        prop_assert_eq!(paths(&again), paths(&selection));
    }
}

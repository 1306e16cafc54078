//! Symbols and references over many files.
#![expect(clippy::expect_used, reason = "the helpers of tests fail as tests do")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use context::{DiskSource, Index, Limits, Source, Trees};
use ropey::Rope;

/// Texts in memory, as an overlay of buffers has them.
#[derive(Default)]
struct Buffers {
    texts: BTreeMap<PathBuf, Rope>,
    reads: AtomicUsize,
}

impl Buffers {
    fn with(mut self, path: &str, text: &str) -> Self {
        self.texts.insert(PathBuf::from(path), Rope::from_str(text));
        self
    }
}

impl Source for Buffers {
    fn files(&self) -> Vec<PathBuf> {
        self.texts.keys().rev().cloned().collect()
    }

    fn text(&self, path: &Path) -> Option<Rope> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.texts.get(path).cloned()
    }
}

fn sample() -> Buffers {
    Buffers::default()
        .with(
            "/w/src/parser.rs",
            "pub struct Parser;\nimpl Parser {\n    pub fn new() -> Self { parse_config() }\n}\n",
        )
        .with(
            "/w/src/config.rs",
            "pub fn parse_config() {}\nfn reparse_config_file() {}\n#[test]\nfn parse_configs() { parse_config(); }\n",
        )
        .with(
            "/w/web/api.ts",
            "export class Api { static new() {} }\nexport const parseConfig = () => 1; // parse_config\n",
        )
        .with("/w/notes.txt", "parse_config")
}

fn index() -> Index {
    Index::new(Arc::new(Trees::new()))
}

/// `path:line name`, in the order of the answer.
fn check_symbols(query: &str, expect: &[&str]) {
    let matches = index().symbols(&sample(), query);
    let found: Vec<String> = matches
        .symbols
        .iter()
        .map(|symbol| {
            format!(
                "{}:{} {}",
                symbol.path.as_deref().expect("placed").display(),
                symbol.name_line,
                symbol.name
            )
        })
        .collect();
    assert_eq!(found, expect, "{query}");
    assert!(!matches.truncated);
}

#[test]
fn symbols_rank_exact_then_prefix_then_words_then_parts() {
    check_symbols(
        "parse_config",
        &[
            "/w/src/config.rs:1 parse_config",
            "/w/src/config.rs:4 parse_configs",
            "/w/web/api.ts:2 parseConfig",
            "/w/src/config.rs:2 reparse_config_file",
        ],
    );
    check_symbols("PARSECONFIG", &["/w/web/api.ts:2 parseConfig"]);
    check_symbols("Parser", &["/w/src/parser.rs:1 Parser", "/w/src/parser.rs:2 Parser"]);
}

#[test]
fn an_owner_narrows() {
    check_symbols("Parser::new", &["/w/src/parser.rs:3 new"]);
    check_symbols("Api.new()", &["/w/web/api.ts:1 new"]);
}

#[test]
fn subsequences_only_when_nothing_is_better() {
    check_symbols(
        "prscfg",
        &[
            "/w/web/api.ts:2 parseConfig",
            "/w/src/config.rs:1 parse_config",
            "/w/src/config.rs:2 reparse_config_file",
            "/w/src/config.rs:4 parse_configs",
        ],
    );
    check_symbols("zz", &[]);
    check_symbols("", &[]);
}

fn check_references(name: &str, under: Option<&str>, expect: &[&str]) {
    let answer = index().references(&sample(), name, under.map(Path::new));
    let found: Vec<String> = answer
        .references
        .iter()
        .map(|it| format!("{}:{} {}", it.path.display(), it.line, it.is_definition))
        .collect();
    assert_eq!(found, expect, "{name} under {under:?}");
    assert!(!answer.truncated);
}

#[test]
fn references_come_from_all_files_or_those_under_a_path() {
    check_references(
        "parse_config",
        None,
        &[
            "/w/src/config.rs:1 true",
            "/w/src/config.rs:4 false",
            "/w/src/parser.rs:3 false",
        ],
    );
    check_references(
        "crate::config::parse_config",
        Some("/w/src/parser.rs"),
        &["/w/src/parser.rs:3 false"],
    );
    check_references("parse_config", Some("/w/web"), &[]);
    check_references("", None, &[]);
}

#[test]
fn a_name_that_is_imported_as_another_is_found_by_that() {
    for (path, text, lines) in [
        (
            "/w/a.rs",
            "use crate::x::{load as read, other};\nfn a() {\n    read(other);\n    // read\n}\n",
            &[1, 3][..],
        ),
        (
            "/w/a.py",
            "from x import load as read\nimport y as z\nread(z)\nload = 1\n",
            &[1, 3, 4],
        ),
        (
            "/w/a.ts",
            "import { load as read, save } from './load';\nimport * as load2 from './load';\nread(save, load2);\n",
            &[1, 3],
        ),
        ("/w/a.php", "<?php\nuse App\\load as read;\nnew read();\n", &[2, 3]),
        ("/w/a.kt", "import app.load as read\nval a = read()\n", &[1, 2]),
        (
            "/w/a.go",
            "package a\n\nimport read \"x/load\"\n\nvar b = read.C\n",
            &[],
        ),
    ] {
        let source = Buffers::default().with(path, text);
        let found = index().references(&source, "load", None).references;
        let found: Vec<usize> = found.iter().map(|reference| reference.line).collect();
        assert_eq!(found, lines, "{path}");
    }
}

#[test]
fn a_changed_buffer_answers_with_its_new_text() {
    let index = index();
    let before = Buffers::default().with("/w/a.rs", "fn before() {}");
    let after = Buffers::default().with("/w/a.rs", "fn after() {}");
    assert_eq!(index.symbols(&before, "before").symbols.len(), 1);
    assert_eq!(index.symbols(&after, "before").symbols.len(), 0);
    assert_eq!(index.symbols(&after, "after").symbols.len(), 1);
    assert_eq!(index.symbols(&before, "before").symbols.len(), 1);
}

#[test]
fn limits_are_told() {
    let limited = |limits| Index::with_limits(Arc::new(Trees::new()), limits);
    let all = Limits::default();
    let files = limited(Limits { files: 2, ..all }).symbols(&sample(), "parse_config");
    assert!(files.truncated && !files.symbols.is_empty());
    let symbols = limited(Limits { symbols: 2, ..all }).symbols(&sample(), "parse_config");
    assert_eq!((symbols.symbols.len(), symbols.truncated), (2, true));
    let references = limited(Limits { references: 1, ..all }).references(&sample(), "parse_config", None);
    assert_eq!((references.references.len(), references.truncated), (1, true));
    let time = limited(Limits {
        time: Duration::ZERO,
        ..all
    })
    .references(&sample(), "parse_config", None);
    assert!(time.truncated && time.references.is_empty());
}

#[test]
fn the_disk_is_read_as_git_would_see_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for (path, text) in [
        ("src/main.rs", "fn found() {}"),
        ("target/out.rs", "fn found() {}"),
        (".hidden/x.rs", "fn found() {}"),
        ("latin.py", "found = 1"),
        ("readme.md", "found"),
        (".gitignore", "target/\n"),
    ] {
        fs::create_dir_all(root.join(path).parent().expect("in the root")).expect("made");
        fs::write(root.join(path), text).expect("written");
    }
    fs::write(root.join("latin.py"), b"found = '\xe9'").expect("written");
    fs::write(root.join("big.rs"), "fn found() {}\n".repeat(100_000)).expect("written");
    let source = DiskSource::new(vec![root.to_owned()]);
    assert_eq!(source.files(), [root.join("latin.py"), root.join("src/main.rs")]);
    let matches = index().symbols(&source, "found");
    assert_eq!(
        matches.symbols.iter().map(|it| it.path.clone()).collect::<Vec<_>>(),
        [Some(root.join("src/main.rs"))]
    );
}

/// Counts the reads of another source.
struct Counted<'s>(&'s DiskSource, AtomicUsize);

impl Source for Counted<'_> {
    fn files(&self) -> Vec<PathBuf> {
        self.0.files()
    }

    fn text(&self, path: &Path) -> Option<Rope> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.text(path)
    }

    fn stamp(&self, path: &Path) -> Option<context::Stamp> {
        self.0.stamp(path)
    }
}

#[test]
fn a_file_that_rests_is_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.rs");
    let write = |text: &str, age: u64| {
        fs::write(&path, text).expect("written");
        let file = fs::File::options().write(true).open(&path).expect("opened");
        file.set_modified(SystemTime::now() - Duration::from_secs(age))
            .expect("aged");
    };
    let disk = DiskSource::new(vec![folder.path().to_owned()]);
    let source = Counted(&disk, AtomicUsize::new(0));
    let index = index();
    let ask = |name: &str| {
        (
            index.symbols(&source, name).symbols.len(),
            source.1.swap(0, Ordering::Relaxed),
        )
    };

    write("fn one() {}", 60);
    assert_eq!(ask("one"), (1, 1));
    assert_eq!(ask("one"), (1, 0), "kept by its stamp");
    write("fn two() {}", 30);
    assert_eq!(ask("two"), (1, 1), "same length, another time");
    write("fn new() {}", 0);
    assert_eq!(ask("new"), (1, 1));
    assert_eq!(ask("new"), (1, 1), "too fresh to be told from a later write");
}

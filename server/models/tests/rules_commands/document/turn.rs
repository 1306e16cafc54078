use expect_test::expect;
use serde_json::json;

use crate::harness::{check, check_task, task};
use crate::project::Project;

#[test]
fn every_public_symbol_of_a_selection() {
    let function = |name: &str, line: u32, exported: bool| {
        json!({
            "name": name, "kind": "function", "lines": [line, line], "signature": format!("fn {name}()"), "exported": exported,
        })
    };
    let project = Project::default()
        .file("src/a.rs", "pub fn open_file() {}\nfn hidden() {}\npub fn close_file() {}\npub struct Entry;\n")
        .symbol("src/a.rs", function("open_file", 1, true))
        .symbol("src/a.rs", function("hidden", 2, false))
        .symbol("src/a.rs", function("close_file", 3, true))
        .symbol("src/a.rs", json!({ "name": "Entry", "kind": "struct", "lines": [4, 4], "signature": "pub struct Entry", "exported": true }));
    check_task(
        project,
        &task("document", "src/a.rs", None, "", &[]),
        &expect![[r#"
        I look up the symbols of the selection.
          > outline src/a.rs
        I look at 4 symbols.
          > outline src/a.rs 1
          > outline src/a.rs 2
          > outline src/a.rs 3
          > outline src/a.rs 4
        I read the code.
          > read src/a.rs 1 4
        I propose the documentation.
          > insert src/a.rs 4
          > insert src/a.rs 3
          > insert src/a.rs 1
        I proposed documentation for `open_file`, `close_file` and `Entry` in `src/a.rs`. It is a skeleton from names and types: add what they do not tell.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === src/a.rs
        /// Opens the file.
        pub fn open_file() {}
        fn hidden() {}
        /// Closes the file.
        pub fn close_file() {}
        /// An entry.
        pub struct Entry;
    "#]],
    );
}

#[test]
fn a_refused_edit_is_tried_once_more() {
    let project = || {
        Project::default()
            .file("a.go", "package a\n\nfunc Close() {}\n")
            .symbol(
                "a.go",
                json!({ "name": "Close", "kind": "function", "lines": [3, 3], "signature": "func Close()" }),
            )
    };
    check(
        project().failing("insert", "the file has changed"),
        "document",
        "a.go",
        3,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.go 3
        I read the code.
          > read a.go 3 3
        I propose the documentation.
          > insert a.go 3
        I look up the symbol at this place.
          > outline a.go 3
        I read the code.
          > read a.go 3 3
        I propose the documentation.
          > insert a.go 3
        I proposed documentation for `Close` in `a.go`. It is a skeleton from names and types: add what they do not tell.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.go
        package a

        // Close closes.
        func Close() {}
    "#]],
    );
    let failing = project()
        .failing("insert", "the file has changed")
        .failing("insert", "the file has changed again");
    check(
        failing,
        "document",
        "a.go",
        3,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.go 3
        I read the code.
          > read a.go 3 3
        I propose the documentation.
          > insert a.go 3
        I look up the symbol at this place.
          > outline a.go 3
        I read the code.
          > read a.go 3 3
        I propose the documentation.
          > insert a.go 3
        I could not propose the documentation: the file has changed again

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn other_languages_are_declined() {
    check(
        Project::default().file("a.c", "int a;\n"),
        "document",
        "a.c",
        1,
        &expect![[r#"
        I know no doc comments for `a.c`: I document Rust, Python, TypeScript, JavaScript and Go.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

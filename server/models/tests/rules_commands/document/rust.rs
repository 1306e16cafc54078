use expect_test::expect;
use serde_json::json;

use super::param;
use crate::harness::check;
use crate::project::Project;

#[test]
fn a_rust_method_below_its_attributes() {
    let project = Project::default()
        .file(
            "src/a.rs",
            "impl Pool {\n    #[must_use]\n    pub fn take(&mut self, max_count: Option<usize>, force: bool) -> io::Result<Vec<Item>> {\n        \
             self.items.pop().unwrap();\n        assert!(force);\n    }\n}\n",
        )
        .symbol("src/a.rs", json!({ "name": "Pool", "kind": "impl", "lines": [1, 7], "signature": "impl Pool" }))
        .symbol(
            "src/a.rs",
            json!({
                "name": "take", "kind": "method", "lines": [2, 6], "parent": "Pool", "receiver": "&mut self", "panics": true,
                "signature": "pub fn take(&mut self, max_count: Option<usize>, force: bool) -> io::Result<Vec<Item>>",
                "params": [param("max_count", "Option<usize>", false), param("force", "bool", false)],
                "returns": "io::Result<Vec<Item>>", "fallible": true, "exported": true, "indent": "    ",
            }),
        );
    check(
        project,
        "document",
        "src/a.rs",
        4,
        &expect![[r#"
            I look up the symbol at this place.
              > outline src/a.rs 4
            I read the code.
              > read src/a.rs 2 6
            I propose the documentation.
              > insert src/a.rs 2
            I proposed documentation for `take` in `src/a.rs`. It is a skeleton from names and types: add what they do not tell.

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === src/a.rs
            impl Pool {
                /// Takes.
                ///
                /// - `max_count`: the max count, if any.
                /// - `force`: the force flag.
                ///
                /// Returns `Vec<Item>`.
                ///
                /// # Errors
                ///
                /// Returns `io::Error` on failure.
                ///
                /// # Panics
                ///
                /// May panic: it uses `unwrap` and `assert!`.
                #[must_use]
                pub fn take(&mut self, max_count: Option<usize>, force: bool) -> io::Result<Vec<Item>> {
                    self.items.pop().unwrap();
                    assert!(force);
                }
            }
        "#]],
    );
}

#[test]
fn a_rust_list_of_arguments_is_completed() {
    let project = Project::default()
        .file("src/a.rs", "/// Adds.\n///\n/// - `a`: the first,\n///   which is positive.\n///\n/// Returns the sum.\nfn add(a: u8, b: u8) -> u8 {\n    a + b\n}\n")
        .symbol(
            "src/a.rs",
            json!({
                "name": "add", "kind": "function", "lines": [7, 9], "doc": [1, 6], "signature": "fn add(a: u8, b: u8) -> u8",
                "params": [param("a", "u8", false), param("b", "u8", false)], "returns": "u8",
            }),
        );
    check(
        project,
        "document",
        "src/a.rs",
        8,
        &expect![[r#"
        I look up the symbol at this place.
          > outline src/a.rs 8
        I read the code.
          > read src/a.rs 1 9
        I propose the documentation.
          > insert src/a.rs 5
        `add` had documentation; I proposed the entries that were missing.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === src/a.rs
        /// Adds.
        ///
        /// - `a`: the first,
        ///   which is positive.
        /// - `b`: the b.
        ///
        /// Returns the sum.
        fn add(a: u8, b: u8) -> u8 {
            a + b
        }
    "#]],
    );
}

#[test]
fn what_is_documented_is_left() {
    let project = Project::default()
        .file("src/a.rs", "/// A cart.\nstruct Cart;\n")
        .symbol(
            "src/a.rs",
            json!({ "name": "Cart", "kind": "struct", "lines": [2, 2], "doc": [1, 1], "signature": "struct Cart" }),
        );
    check(
        project,
        "document",
        "src/a.rs",
        2,
        &expect![[r#"
        I look up the symbol at this place.
          > outline src/a.rs 2
        I read the code.
          > read src/a.rs 1 2
        Left as it was:

        - `Cart`: it is documented already

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

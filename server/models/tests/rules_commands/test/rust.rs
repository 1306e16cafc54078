use expect_test::expect;
use serde_json::json;

use super::{function, method, param};
use crate::harness::check;
use crate::project::Project;

#[test]
fn rust_without_a_test_module() {
    let project = Project::default()
        .file("src/a.rs", "pub fn double(n: u32) -> u32 {\n    n * 2\n}\n")
        .symbol(
            "src/a.rs",
            function(
                "double",
                "pub fn double(n: u32) -> u32",
                [1, 3],
                &[param("n", "u32")],
                "u32",
            ),
        );
    check(
        project,
        "test",
        "src/a.rs",
        2,
        &expect![[r#"
        I look up the function and its file.
          > outline src/a.rs 2
          > outline src/a.rs
          > read src/a.rs
        I propose the skeleton of a test.
          > insert src/a.rs 4
        I proposed the skeleton of a test for `double` in a new test module at the end of the file. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === src/a.rs
        pub fn double(n: u32) -> u32 {
            n * 2
        }

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn double_returns_expected_value() {
                let actual = double(0);
                // Skeleton: fill in the arguments and the expected value.
                assert_eq!(actual, 0);
            }
        }
    "#]],
    );
}

#[test]
fn rust_into_the_test_module() {
    let text = "impl Cart {\n    pub fn new(limit: usize) -> Self {}\n    pub fn add(&mut self, item: &Item) -> Result<(), Full> {}\n}\n\n\
                #[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn add_returns_expected_value() {}\n}\n";
    let project = Project::default()
        .file("src/cart.rs", text)
        .symbol(
            "src/cart.rs",
            json!({ "name": "Cart", "kind": "impl", "lines": [1, 4], "signature": "impl Cart" }),
        )
        .symbol(
            "src/cart.rs",
            method(
                "Cart",
                None,
                function(
                    "new",
                    "pub fn new(limit: usize) -> Self",
                    [2, 2],
                    &[param("limit", "usize")],
                    "Self",
                ),
            ),
        )
        .symbol(
            "src/cart.rs",
            method(
                "Cart",
                Some("&mut self"),
                function(
                    "add",
                    "pub fn add(&mut self, item: &Item) -> Result<(), Full>",
                    [3, 3],
                    &[param("item", "&Item")],
                    "Result<(), Full>",
                ),
            ),
        )
        .symbol(
            "src/cart.rs",
            json!({ "name": "tests", "kind": "module", "lines": [6, 12], "signature": "mod tests" }),
        );
    check(
        project,
        "test",
        "src/cart.rs",
        3,
        &expect![[r#"
            I look up the function and its file.
              > outline src/cart.rs 3
              > outline src/cart.rs
              > read src/cart.rs
            I look up how its type is made.
              > outline src/cart.rs 2
            I propose the skeleton of a test.
              > insert src/cart.rs 12
            I proposed the skeleton of a test for `add` in the file's own test module. Its arguments and expected values are placeholders: fill them in before you trust it.

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === src/cart.rs
            impl Cart {
                pub fn new(limit: usize) -> Self {}
                pub fn add(&mut self, item: &Item) -> Result<(), Full> {}
            }

            #[cfg(test)]
            mod tests {
                use super::*;

                #[test]
                fn add_returns_expected_value() {}

                #[test]
                fn add_returns_expected_value_2() {
                    let mut value = Cart::new(0);
                    let actual = value.add(&Default::default());
                    // Skeleton: fill in the arguments and the expected value.
                    assert!(actual.is_ok());
                }
            }
        "#]],
    );
}

#[test]
fn rust_async() {
    let mut load = function("load", "async fn load() -> String", [1, 1], &[], "String");
    load["is_async"] = json!(true);
    let project = Project::default()
        .file("src/a.rs", "async fn load() -> String {}\n")
        .symbol("src/a.rs", load);
    check(
        project.clone(),
        "test",
        "src/a.rs",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline src/a.rs 1
          > outline src/a.rs
          > read src/a.rs
        It is async, so I look how this project runs such tests.
          > grep tokio::test **/*.rs
        `load` is async, and I found no `#[tokio::test]` in this project to run it with, so I wrote no test.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    let project = project.file("tests/b.rs", "#[tokio::test]\nasync fn b() {}\n");
    check(
        project,
        "test",
        "src/a.rs",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline src/a.rs 1
          > outline src/a.rs
          > read src/a.rs
        It is async, so I look how this project runs such tests.
          > grep tokio::test **/*.rs
        I propose the skeleton of a test.
          > insert src/a.rs 2
        I proposed the skeleton of a test for `load` in a new test module at the end of the file. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === src/a.rs
        async fn load() -> String {}

        #[cfg(test)]
        mod tests {
            use super::*;

            #[tokio::test]
            async fn load_returns_expected_value() {
                let actual = load().await;
                // Skeleton: fill in the arguments and the expected value.
                assert_eq!(actual, String::new());
            }
        }
    "#]],
    );
}

use expect_test::expect;
use serde_json::json;

use crate::harness::check;
use crate::project::Project;

#[test]
fn what_cannot_be_tested_is_declined() {
    let project = Project::default()
        .file("a.py", "class A:\n    pass\n")
        .symbol("a.py", json!({ "name": "A", "kind": "class", "lines": [1, 2], "signature": "class A" }))
        .file("b.py", "def test_a():\n    pass\n")
        .symbol("b.py", json!({ "name": "test_a", "kind": "function", "lines": [1, 2], "signature": "def test_a()", "is_test": true }))
        .file("c.py", "def a():\n    def b():\n        pass\n")
        .symbol("c.py", json!({ "name": "a", "kind": "function", "lines": [1, 3], "signature": "def a()" }))
        .symbol("c.py", json!({ "name": "b", "kind": "function", "lines": [2, 3], "signature": "def b()", "parent": "a" }));
    check(
        project.clone(),
        "test",
        "a.py",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline a.py 1
          > outline a.py
          > read a.py
        `A` is a class: I write tests for functions and methods. Put the cursor on one.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check(
        project.clone(),
        "test",
        "b.py",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline b.py 1
          > outline b.py
          > read b.py
        `test_a` is a test itself.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check(
        project,
        "test",
        "c.py",
        3,
        &expect![[r#"
        I look up the function and its file.
          > outline c.py 3
          > outline c.py
          > read c.py
        `b` stands inside of another function, where a test cannot call it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

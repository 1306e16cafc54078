//! Replacements that the diagnostic carries.

use expect_test::expect;
use serde_json::json;

use super::check;

#[test]
fn suggestions_that_rust_analyzer_relays() {
    let text = "fn main() {\n    let x = 1;\n    print(y);\n}\n";
    let unused = json!({
        "range": [2, 8, 2, 9], "code": "unused_variables", "message": "unused variable: `x`",
        "related": [{ "path": "src/main.rs", "range": [2, 8, 2, 9], "message": "if this is intentional, prefix it with an underscore: `_x`" }],
    });
    let import = json!({
        "range": [3, 10, 3, 11], "code": "E0425", "message": "cannot find value `y` in this scope",
        "related": [{ "path": "src/main.rs", "range": [1, 0, 1, 0], "message": "consider importing this static: `use crate::y;\n\n`" }],
    });
    let hint = json!({
        "range": [2, 8, 2, 9], "code": "unused_variables",
        "message": "if this is intentional, prefix it with an underscore: `_x`",
        "related": [{ "path": "src/main.rs", "range": [2, 8, 2, 9], "message": "original diagnostic" }],
    });
    check(
        "src/main.rs",
        text,
        &[unused, hint, import],
        &expect![[r#"
        I read the file.
          > read src/main.rs
        I propose 2 fixes.
          > edit src/main.rs 2
          > insert src/main.rs 1
        Proposed in `src/main.rs`:

        - line 2, “unused variable: `x`” (unused_variables): if this is intentional, prefix it with an underscore
        - line 3, “cannot find value `y` in this scope” (E0425): consider importing this static

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === src/main.rs
        use crate::y;

        fn main() {
            let _x = 1;
            print(y);
        }
    "#]],
    );

    let several = json!({
        "range": [3, 10, 3, 11], "code": "E0425", "message": "cannot find value `y` in this scope",
        "related": [
            { "path": "src/main.rs", "range": [1, 0, 1, 0], "message": "consider importing this: `use a::y;\n\n`" },
            { "path": "src/main.rs", "range": [3, 10, 3, 11], "message": "a local variable with a similar name exists: `x`" },
        ],
    });
    check(
        "src/main.rs",
        text,
        &[several],
        &expect![[r#"
        I read the file.
          > read src/main.rs
        Not fixed:

        - line 3, “cannot find value `y` in this scope” (E0425): it carries several suggestions; choose one with your language server's own quick fix

        To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn what_rustc_renders() {
    let text = "fn main() {\n\tlet v = vec![1];\n\tv.push(2);\n\tfoo1();\n}\n";
    let rendered = "error[E0596]: cannot borrow `v` as mutable, as it is not declared as mutable\n --> src/main.rs:3:5\n  |\n3 |     \
                    v.push(2);\n  |     ^ cannot borrow as mutable\n  |\nhelp: consider changing this to be mutable\n  |\n2 |     let mut v = \
                    vec![1];\n  |         +++\n\n";
    let renamed = "error[E0425]: cannot find function `foo1` in this scope\n --> src/main.rs:4:2\n  |\n4 |     foo1();\n  |     ^^^^\n  |\n\
                   help: a function with a similar name exists\n  |\n4 -     foo1();\n4 +     foo2();\n  |\n\n";
    let stale = "error\n\nhelp: consider\n  |\n2 -     let w = 1;\n2 +     let mut w = 1;\n  |\n";
    let with = |range: [u32; 4], message: &str, rendered: &str| json!({ "range": range, "message": message, "data": { "rendered": rendered } });
    check(
        "src/main.rs",
        text,
        &[
            with(
                [3, 1, 3, 2],
                "cannot borrow `v` as mutable, as it is not declared as mutable",
                rendered,
            ),
            with([4, 1, 4, 5], "cannot find function `foo1` in this scope", renamed),
            with([2, 1, 2, 2], "something else", stale),
        ],
        &expect![[r#"
            I read the file.
              > read src/main.rs
            I propose 2 fixes.
              > edit src/main.rs 4
              > edit src/main.rs 2
            Proposed in `src/main.rs`:

            - line 3, “cannot borrow `v` as mutable, as it is not declared as mutable”: consider changing this to be mutable
            - line 4, “cannot find function `foo1` in this scope”: a function with a similar name exists

            Not fixed:

            - line 2, “something else”: it suggests no replacement, and I have no rule for its message

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === src/main.rs
            fn main() {
            	let mut v = vec![1];
            	v.push(2);
            	foo2();
            }
        "#]],
    );
}

#[test]
fn edits_in_the_data() {
    let ruff = json!({
        "range": [1, 7, 1, 9], "code": "F401", "message": "`os` imported but unused",
        "data": {
            "code": "F401", "title": "Remove unused import: `os`", "noqa_edit": null,
            "edits": [{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } }, "newText": "" }],
        },
    });
    let edit = |uri: &str| {
        json!({
            "range": [2, 0, 2, 1], "message": "x",
            "data": { "edit": { "changes": { uri: [{ "range": { "start": { "line": 1, "character": 7 }, "end": { "line": 1, "character": 8 } }, "newText": "😀" }] } } },
        })
    };
    check(
        "a.py",
        "import os\né😀 = '1'\n",
        &[ruff, edit("file:///w/a.py")],
        &expect![[r#"
        I read the file.
          > read a.py
        I propose 2 fixes.
          > edit a.py 2
          > edit a.py 1
        Proposed in `a.py`:

        - line 1, “`os` imported but unused” (F401): Remove unused import: `os`
        - line 2, “x”: the replacement it carries

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        é😀 = '😀'
    "#]],
    );
    check(
        "a.py",
        "import os\né😀 = '1'\n",
        &[edit("file:///w/b.py")],
        &expect![[r#"
        I read the file.
          > read a.py
        Not fixed:

        - line 2, “x”: its edit is in another file too

        To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );

    let unsafe_fix = json!({
        "range": [1, 0, 1, 1], "message": "x",
        "data": { "fix": { "applicability": "Unsafe", "edits": [{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 1 } }, "newText": "" }] } },
    });
    check(
        "a.py",
        "import os\n",
        &[unsafe_fix],
        &expect![[r#"
        I read the file.
          > read a.py
        Not fixed:

        - line 1, “x”: its suggestion is marked `unsafe`, so it is not to be applied unseen

        To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn half_a_suggestion_is_not_taken() {
    let parentheses = json!({
        "range": [1, 3, 1, 4], "code": "unused_parens", "message": "unnecessary parentheses around `if` condition",
        "related": [{ "path": "src/main.rs", "range": [1, 3, 1, 4], "message": "remove these parentheses: ` `" }],
    });
    let wrap = json!({
        "range": [2, 4, 2, 5], "code": "E0308", "message": "mismatched types",
        "related": [{ "path": "src/main.rs", "range": [2, 4, 2, 4], "message": "try wrapping the expression in `Some`: `Some(`, `)`" }],
    });
    check(
        "src/main.rs",
        "if (a) {\n    5\n}\n",
        &[parentheses, wrap],
        &expect![[r#"
            I read the file.
              > read src/main.rs
            I propose the fix for line 1, “unnecessary parentheses around `if` condition” (unused_parens): removed the needless parentheses.
              > edit src/main.rs 1
            Proposed in `src/main.rs`:

            - line 1, “unnecessary parentheses around `if` condition” (unused_parens): removed the needless parentheses

            Not fixed:

            - line 2, “mismatched types” (E0308): the compiler suggests no conversion, and which side is wrong I cannot know

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === src/main.rs
            if a {
                5
            }
        "#]],
    );
}

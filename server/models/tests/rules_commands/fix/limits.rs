//! What no fix may break, and what is said where there is none.

use expect_test::expect;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{at, check};
use crate::harness::{TOOLS, check_task, drive, task};
use crate::project::Project;

#[test]
fn fixes_that_overlap_are_not_both_made() {
    let replace = |new: &str| {
        json!({
            "range": [1, 0, 1, 3], "message": format!("use {new}"),
            "data": { "edits": [{ "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 3 } }, "newText": new }] },
        })
    };
    check(
        "a.py",
        "abc = 1\n",
        &[replace("one"), replace("two"), replace("one")],
        &expect![[r#"
        I read the file.
          > read a.py
        I propose the fix for line 1, “use one”: the replacement it carries.
          > edit a.py 1
        Proposed in `a.py`:

        - line 1, “use one”: the replacement it carries

        Not fixed:

        - line 1, “use two”: its fix overlaps another one; run the command again

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py
        one = 1
    "#]],
    );
}

#[test]
fn what_is_not_known_is_named() {
    check(
        "a.py",
        "x = 1\n",
        &[
            at([1, 0, 1, 1], "X1", "Strange things happen."),
            at([9, 0, 9, 1], "F401", "`os` imported but unused"),
        ],
        &expect![[r#"
        I read the file.
          > read a.py
        Not fixed:

        - line 1, “Strange things happen” (X1): it suggests no replacement, and I have no rule for its message
        - line 9, “`os` imported but unused” (F401): it points at lines that the file does not have; the file may have changed

        To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check(
        "a.py",
        "x = 1\n",
        &[],
        &expect![[r#"
        There is no diagnostic at this place, and without one I cannot know what is wrong. If your editor shows one, put the cursor on its line.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn a_refused_edit_is_tried_once_more() {
    let project = Project::default()
        .file("a.py", "import os\n")
        .failing("edit", "the file has changed");
    let unused = at([1, 7, 1, 9], "F401", "`os` imported but unused");
    check_task(
        project,
        &task("fix", "a.py", Some((1, 1)), "", &[unused]),
        &expect![[r#"
        I read the file.
          > read a.py
        I propose the fix for line 1, “`os` imported but unused” (F401): removed the unused import `os`.
          > edit a.py 1
        I read the file.
          > read a.py
        I propose the fix for line 1, “`os` imported but unused” (F401): removed the unused import `os`.
          > edit a.py 1
        Proposed in `a.py`:

        - line 1, “`os` imported but unused” (F401): removed the unused import `os`

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.py

    "#]],
    );
}

const MESSAGES: &[&str] = &[
    "unused variable: `é`",
    "unused imports: `a`, `b`",
    "variable does not need to be mutable",
    "cannot borrow `é` as mutable, as it is not declared as mutable",
    "cannot find type `HashMap` in this scope",
    "expected `;`, found `}`",
    "unused `Result` that must be used",
    "unnecessary parentheses around `x`",
    "unneeded `return` statement",
    "`a` imported but unused",
    "Undefined name `os`",
    "Local variable `é` is assigned to but never used",
    "Comparison to `None` should be `cond is None`",
    "Avoid equality comparisons to `True`",
    "Test for membership should be `not in`",
    "Use `==` to compare constant literals",
    "f-string without any placeholders",
    "Trailing whitespace",
    "Instance methods should take a \"self\" parameter",
    "Expected \":\"",
    "'é' is declared but its value is never read.",
    "All imports in import declaration are unused.",
    "';' expected.",
    "Cannot find name 'é'. Did you mean 'ö'?",
    "declared and not used: é",
    "\"os\" imported and not used",
    "undefined: strings",
    "missing ',' before newline in composite literal",
];

const PIECES: &[&str] = &[
    "é", "a", "😀", " ", "\t", "(", ")", "{", "}", ",", ";", ":", ":=", "=", "==", "\n", "\n", "use ", "import ",
    "from ", "let ", "mut ", "var ", "return ", "not ", " in ", " is ", "None", "True", "f\"", "\"", "'", "//", "#",
    "def ", "os", "as ", "package ", "fn ", "for ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_text_and_no_range_breaks_a_rule(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40),
        found in prop::collection::vec((prop::sample::select(MESSAGES), 1..6_u32, 0..12_u32, 0..3_u32, 0..12_u32, any::<bool>()), 1..5),
        extension in prop::sample::select(vec!["rs", "py", "ts", "js", "go"]),
    ) {
        let path = format!("a.{extension}");
        let diagnostics: Vec<Value> = found
            .into_iter()
            .map(|(message, line, character, lines, end, carries)| {
                let edit = json!({
                    "range": { "start": { "line": line, "character": character }, "end": { "line": line + lines, "character": end } },
                    "newText": "é",
                });
                let data = if carries { json!({ "edits": [edit] }) } else { Value::Null };
                json!({ "range": [line, character, line + lines, end], "message": message, "data": data })
            })
            .collect();
        let project = Project::default().file(&path, &pieces.concat());
        let said = drive(project, &task("fix", &path, Some((1, 1)), "", &diagnostics), TOOLS);
        prop_assert!(said.contains("rule model"), "{said}");
    }
}

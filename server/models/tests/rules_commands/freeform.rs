use expect_test::expect;
use serde_json::json;

use crate::harness::{TOOLS, check, check_task, drive, task};
use crate::project::Project;

fn project() -> Project {
    Project::default()
        .file(
            "a.py",
            "def total(items):\n    # total of all\n    return sum(items)\n\n\nprint(total([1]), \"total\")\n",
        )
        .symbol(
            "a.py",
            json!({ "name": "total", "kind": "function", "lines": [1, 3], "signature": "def total(items)" }),
        )
}

fn words(command: &str, words: &str) -> String {
    task(command, "a.py", Some((1, 1)), words, &[])
}

#[test]
fn a_symbol_of_one_file_is_renamed() {
    check_task(
        project(),
        &words("refactor", "rename total to sum_of"),
        &expect![[r#"
            I look up where `total` is used.
              > references total
              > read a.py
            I rename `total` to `sum_of` in 2 places.
              > edit a.py 6
              > edit a.py 1
            I proposed `sum_of` for `total` in 2 places of `a.py`, found by name: look out for another symbol with the same name. Comments and strings are as they were.

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === a.py
            def sum_of(items):
                # total of all
                return sum(items)


            print(sum_of([1]), "total")
        "#]],
    );
    check_task(
        project(),
        &words("edit", "Please rename this function to `sum_of`."),
        &expect![[r#"
            I look up the symbol at this place.
              > outline a.py 1
            I look up where `total` is used.
              > references total
              > read a.py
            I rename `total` to `sum_of` in 2 places.
              > edit a.py 6
              > edit a.py 1
            I proposed `sum_of` for `total` in 2 places of `a.py`, found by name: look out for another symbol with the same name. Comments and strings are as they were.

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === a.py
            def sum_of(items):
                # total of all
                return sum(items)


            print(sum_of([1]), "total")
        "#]],
    );
}

#[test]
fn a_rename_that_may_be_wrong_is_declined() {
    check_task(
        project(),
        &words("refactor", "rename total to items"),
        &expect![[r#"
        I look up where `total` is used.
          > references total
          > read a.py
        I did not rename `total`: `items` already stands in line 1.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    let used_elsewhere = project().file("b.py", "from a import total\n");
    check_task(
        used_elsewhere,
        &words("refactor", "rename total to sum_of"),
        &expect![[r#"
        I look up where `total` is used.
          > references total
          > read a.py
        I did not rename `total`: it is also used in `b.py:1`, and I rename within one file only.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check_task(
        project(),
        &words("refactor", "rename missing to sum_of"),
        &expect![[r#"
        I look up where `missing` is used.
          > references missing
          > read a.py
        I did not rename `missing`: the index knows no such name.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn what_takes_judgement_is_declined() {
    for (command, says) in [
        ("optimize", "I cannot judge what the code costs, so I changed nothing."),
        ("review", "I cannot review code: that takes a language model."),
        (
            "commit-message",
            "I cannot say what a change is for: that takes a language model.",
        ),
    ] {
        let told = drive(project(), &words(command, ""), TOOLS);
        assert!(told.starts_with(says), "{told}");
    }
}

#[test]
fn free_words_are_declined_with_a_remedy() {
    check_task(
        project(),
        &words("edit", "make it faster"),
        &expect![[r#"
        I cannot follow free instructions, except `rename X to Y` within a file. What I can do without a language model: explain a symbol, document it, write the skeleton of a test, and fix what a compiler or linter suggests. To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check_task(
        project(),
        &words("ask", "rename total to x"),
        &expect![[r#"
        I cannot answer free questions. What I can do without a language model: explain a symbol, document it, write the skeleton of a test, and fix what a compiler or linter suggests. To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check_task(
        project(),
        &words("refactor", ""),
        &expect![[r#"
        I cannot judge what would be a better structure, so I changed nothing. What I can do without a language model: explain a symbol, document it, write the skeleton of a test, and fix what a compiler or linter suggests. To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn a_todo_is_named_and_left() {
    let project = Project::default().file(
        "a.rs",
        "fn a() {\n    // TODO: sort by age\n    todo!()\n}\n\nfn b() {}\n",
    );
    check(
        project.clone(),
        "complete",
        "a.rs",
        2,
        &expect![[r#"
        I read the place.
          > read a.rs 1 5
        Unfinished here:

        - `a.rs:2`: `TODO: sort by age`
        - `a.rs:3`: `todo!()`

        I changed nothing: what belongs there is not in the code, so a rule cannot know it. A language model would write it from the comment, the name, the signature and the callers. To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check_task(
        project.file("b.rs", "fn b() {}\n"),
        &task("complete", "b.rs", Some((1, 1)), "", &[]),
        &expect![[r#"
        I read the place.
          > read b.rs 1 4
        I see no TODO or stub here.

        I changed nothing: what belongs there is not in the code, so a rule cannot know it. A language model would write it from the comment, the name, the signature and the callers. To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the environment, or run a local server such as Ollama; `singletree doctor` shows what is found.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

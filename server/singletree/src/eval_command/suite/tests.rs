use super::*;

/// Loads a suite with one task `t`, made of these files; `expect` stands in the error, or is empty.
fn check(files: &[(&str, &str)], expect: &str) {
    let folder = tempfile::tempdir().unwrap();
    let files = [("suite.toml", "title = \"s\"\n"), ("t/files/a.py", "a = 1\n")]
        .into_iter()
        .chain(files.iter().copied());
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    match Suite::load(folder.path(), &[]) {
        Ok(suite) => assert!(expect.is_empty() && suite.tasks.len() == 1, "no error with `{expect}`"),
        Err(error) => {
            let said = format!("{error:#}");
            assert!(!expect.is_empty() && said.contains(expect), "`{expect}` in: {said}");
        }
    }
}

const TASK: &str = "title = \"t\"\nlanguage = \"python\"\ncommand = \"edit\"\nprompt = \"p\"\n";

fn with(rest: &str) -> String {
    format!("{TASK}{rest}")
}

#[test]
fn a_whole_task_is_read() {
    let checks = [
        "file_contains = { path = \"a.py\", text = [\"a\", \"b\"] }",
        "file_equals = { path = \"a.py\", text = \"a = 2\\n\" }",
        "file_absent = \"b.py\"",
        "command = { run = \"python3 a.py\", needs = [\"python3\"], prints = \"2\" }",
        "answer_contains = \"done\"",
        "no_change = true",
        "diff_touches_only = [\"a.py\", \"docs/\"]",
        "parses = \"a.py\"",
    ];
    let checks: String = checks.iter().map(|check| format!("[[checks]]\n{check}\n")).collect();
    let task = with(&format!(
        "file = \"a.py:1\"\nplan = [\"read a.py\"]\n[limits]\ntool_calls = 2\n{checks}"
    ));
    check(&[("t/task.toml", &task)], "");
}

#[test]
fn mistakes_are_said_with_their_place() {
    for (rest, expect) in [
        (
            "[[checks]]\nfile_contain = 1\n",
            "t/task.toml:6: unknown variant `file_contain`",
        ),
        (
            "[[checks]]\nno_change = false\n",
            "t/task.toml:5: `no_change` is `true`",
        ),
        ("[[checks]]\nparses = \"../a.py\"\n", "no path inside the workspace"),
        (
            "[[checks]]\nfile_equals = { path = \"a.py\" }\n",
            "needs either `text` or `same_as`",
        ),
        ("[[checks]]\nanswer_contains = []\n", "an empty text"),
        ("", "t/task.toml:1: a task needs at least one"),
        (
            "file = \"b.py\"\n[[checks]]\nno_change = true\n",
            "t/task.toml:5: there is no file `b.py`",
        ),
        (
            "diagnostics = \"d.json\"\n[[checks]]\nno_change = true\n",
            "t/task.toml:5: there is no file `d.json`",
        ),
        (
            "commit = \"0123456789\"\n[[checks]]\nno_change = true\n",
            "exclude each other",
        ),
        ("colour = 1\n", "t/task.toml:5: unknown field `colour`"),
        (
            "plan = [\"\"]\n[[checks]]\nno_change = true\n",
            "t/task.toml:5: a step of the plan is empty",
        ),
        ("title = \"t\"\n", "t/task.toml:5: duplicate key"),
    ] {
        check(&[("t/task.toml", &with(rest))], expect);
    }
    let unknown = with("[[checks]]\nno_change = true\n").replace("edit", "edits");
    check(
        &[("t/task.toml", &unknown)],
        "t/task.toml:3: there is no command `edits`",
    );
    let speechless = with("[[checks]]\nno_change = true\n").replace("prompt = \"p\"\n", "");
    check(
        &[("t/task.toml", &speechless)],
        "t/task.toml:3: `edit` needs a `prompt`",
    );
    check(&[], "has no task");
}

#[test]
fn a_script_is_read_with_its_task() {
    let task = with("[[checks]]\nno_change = true\n");
    let call = r#"[{"text": ["a", "b"], "calls": [{"tool": "read", "arguments": {"path": "a.py"}}]}]"#;
    check(&[("t/task.toml", &task), ("t/script.json", call)], "");
    check(
        &[("t/task.toml", &task), ("t/script.json", "[\n{\"txt\": []}]")],
        "t/script.json:2: unknown field `txt`",
    );
}

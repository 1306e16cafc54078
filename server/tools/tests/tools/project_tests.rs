//! Which command tests which project, and what is told of it when they fail.

use base::ApprovalId;
use expect_test::{Expect, expect};
use permissions::{Approval, Confinement, Decision, OwnedAction, RunAction};
use serde_json::{Value, json};

use crate::scene::Scene;

const CARGO: (&str, &str) = ("Cargo.toml", "[package]\nname = \"one\"\n");
const PYTHON: &str = "def test_x():\n    assert 1 == 1\n";
const CASES: &str = "import unittest\n\nclass X(unittest.TestCase):\n    pass\n";

/// The command of `run-tests` with these arguments, and its folder unless it is the root; or why there is none.
fn command(scene: &Scene, arguments: &Value) -> String {
    let run = match scene.actions("run-tests", arguments).as_deref() {
        Ok([OwnedAction::Run { run }]) => run.clone(),
        Ok(others) => return format!("{others:?}"),
        Err(why) => return why.clone(),
    };
    match run.folder.strip_prefix(scene.path("")) {
        Ok(folder) if folder.as_os_str().is_empty() => run.line,
        folder => format!("{} in {}", run.line, folder.unwrap().display()),
    }
}

/// Every command that is found also runs without a question, where it is confined: else tests would never run by
/// themselves.
fn check(files: &[(&str, &str)], arguments: Value, expect: &str) {
    let scene = Scene::new(files);
    assert_eq!(command(&scene, &arguments), expect, "{files:?}");
    if let Ok([OwnedAction::Run { run }]) = scene.actions("run-tests", &arguments).as_deref() {
        let confined = RunAction {
            confinement: Confinement::Workbench,
            ..run.clone()
        };
        let judged = scene.cx.policy.judge_command(&confined).verdict;
        assert_eq!(judged.decision, Decision::Allow, "{expect}: {judged:?}");
    }
}

fn check_refused(files: &[(&str, &str)], arguments: Value, expect: &str) {
    let told = command(&Scene::new(files), &arguments);
    assert!(told.contains(expect), "{told}");
}

fn package(script: &str) -> String {
    json!({"scripts": {"test": script}}).to_string()
}

#[test]
fn cargo() {
    check(&[CARGO], json!({}), "cargo test");
    check(&[CARGO], json!({"filter": "a::b"}), "cargo test a::b");
    let member = ("one/Cargo.toml", "[package]\nedition = \"2024\"\nname = \"one\"\n");
    let workspace = [
        ("Cargo.toml", "[workspace]\nmembers = [\"one\"]\n"),
        member,
        ("one/src/lib.rs", ""),
        ("one/tests/x.rs", ""),
        ("one/tests/y/main.rs", ""),
        ("one/tests/y/z.rs", ""),
    ];
    check(&workspace, json!({}), "cargo test --workspace");
    check(&workspace, json!({"path": "one/src/lib.rs"}), "cargo test -p one");
    check(&workspace, json!({"path": "one"}), "cargo test -p one");
    check(
        &workspace,
        json!({"path": "one/tests/x.rs"}),
        "cargo test -p one --test x",
    );
    check(
        &workspace,
        json!({"path": "one/tests/y/z.rs", "filter": "t"}),
        "cargo test -p one --test y t",
    );
    let apart = [CARGO, ("other/Cargo.toml", "[package]\nname = \"other\"\n")];
    check(&apart, json!({"path": "other"}), "cargo test in other");
}

#[test]
fn node() {
    let jest = package("tsc && jest");
    let jest = ("package.json", jest.as_str());
    check(&[jest], json!({}), "npm test");
    for (lock, manager) in [
        ("package-lock.json", "npm test"),
        ("pnpm-lock.yaml", "pnpm test"),
        ("yarn.lock", "yarn test"),
        ("bun.lock", "bun run test"),
        ("bun.lockb", "bun run test"),
    ] {
        check(&[jest, (lock, "")], json!({}), manager);
    }
    let named = "{\"packageManager\": \"pnpm@9.1.0\", \"scripts\": {\"test\": \"vitest run\"}}";
    check(&[("package.json", named), ("yarn.lock", "")], json!({}), "pnpm test");
    check(
        &[("pnpm-lock.yaml", ""), ("packages/a/package.json", jest.1)],
        json!({"path": "packages/a"}),
        "pnpm test in packages/a",
    );
    check(
        &[jest, ("src/a.test.ts", "")],
        json!({"path": "src/a.test.ts", "filter": "adds two"}),
        "npm test -- -t 'adds two' src/a.test.ts",
    );
    check(
        &[jest, ("yarn.lock", "")],
        json!({"filter": "adds"}),
        "yarn test -t adds",
    );
    let own = package("node run.js");
    check_refused(
        &[("package.json", &own)],
        json!({"filter": "x"}),
        "`npm test` cannot be narrowed by `filter`",
    );
    let placeholder = package("echo \"Error: no test specified\" && exit 1");
    check_refused(
        &[("package.json", &placeholder)],
        json!({}),
        "no test command was found",
    );
    check_refused(
        &[("package.json", "{\"scripts\": {}}")],
        json!({}),
        "no test command was found",
    );
    check_refused(&[("package.json", "not json")], json!({}), "no test command was found");
}

#[test]
fn python() {
    let pytest = "python3 -m pytest -q";
    check(&[("pyproject.toml", "[tool.pytest.ini_options]\n")], json!({}), pytest);
    check(&[("pytest.ini", "")], json!({}), pytest);
    check(&[("setup.cfg", "[tool:pytest]\n")], json!({}), pytest);
    check(&[("tox.ini", "[pytest]\n")], json!({}), pytest);
    check(&[("tests/test_x.py", PYTHON)], json!({}), pytest);
    check(&[("x_test.py", PYTHON)], json!({}), pytest);
    check(
        &[("tests/test_x.py", PYTHON), (".venv/bin/python", "")],
        json!({}),
        "python -m pytest -q",
    );
    check(
        &[("tests/test_x.py", PYTHON), ("tests/test_y.py", CASES)],
        json!({"path": "tests/test_x.py", "filter": "one or two"}),
        "python3 -m pytest -q -k 'one or two' tests/test_x.py",
    );
    check(
        &[("tests/test_x.py", CASES)],
        json!({}),
        "python3 -m unittest discover -s tests",
    );
    check(
        &[("tests/test_x.py", CASES), ("tests/__init__.py", "")],
        json!({}),
        "python3 -m unittest",
    );
    check(
        &[("test_x.py", CASES)],
        json!({"path": "test_x.py", "filter": "a"}),
        "python3 -m unittest -k a test_x.py",
    );
    check_refused(
        &[("setup.py", ""), ("a.py", "")],
        json!({}),
        "no test command was found",
    );
}

#[test]
fn go() {
    let module = [("go.mod", "module x\n"), ("a/b/b_test.go", ""), ("c_test.go", "")];
    check(&module, json!({}), "go test ./...");
    check(&module, json!({"path": "a"}), "go test ./a/...");
    check(&module, json!({"path": "a/b/b_test.go"}), "go test ./a/b");
    check(
        &module,
        json!({"path": "c_test.go", "filter": "TestC"}),
        "go test -run TestC .",
    );
}

#[test]
fn make() {
    check(
        &[("Makefile", "all:\n\ttrue\ntest: all\n\ttrue\n")],
        json!({}),
        "make test",
    );
    check(&[("GNUmakefile", "build check: x\n")], json!({}), "make check");
    check_refused(
        &[("Makefile", "test := x\ntests:\n\tmake test: x\n")],
        json!({}),
        "no test command",
    );
    check_refused(
        &[("Makefile", "test:\n"), ("a/x", "")],
        json!({"path": "a/x"}),
        "`make test` cannot be narrowed by `path`",
    );
}

#[test]
fn the_nearest_project_counts() {
    let jest = package("jest");
    let files = [CARGO, ("web/package.json", jest.as_str()), ("web/src/a.js", "")];
    check(&files, json!({}), "cargo test");
    check(&files, json!({"path": "web"}), "npm test in web");
    check(&files, json!({"path": "web/src/a.js"}), "npm test -- src/a.js in web");
    check_refused(&files, json!({"path": "web/none"}), "there is no file `web/none`");
}

#[test]
fn the_users_own_command_wins() {
    let mut scene = Scene::new(&[CARGO]);
    scene.cx.tests.command = Some("./test --all".to_owned());
    assert_eq!(command(&scene, &json!({})), "./test --all");
    let narrowed = command(&scene, &json!({"filter": "x"}));
    assert!(narrowed.contains("cannot be narrowed by `filter`"), "{narrowed}");
    let tests = tools::project_tests(&scene.cx).unwrap();
    assert_eq!(tests.title(), "./test --all");
}

#[tokio::test]
async fn tests_are_found_where_something_is_proposed() {
    let scene = Scene::new(&[("sub/go.mod", "module x\n"), ("sub/a.go", "a\n")]);
    assert_eq!(tools::project_tests(&scene.cx), None);
    scene
        .call("edit", json!({"path": "sub/a.go", "old_text": "a", "new_text": "b"}))
        .await;
    let tests = tools::project_tests(&scene.cx).unwrap();
    assert_eq!(tests.title(), "go test ./...");
    // A project that is only proposed is one, too.
    let scene = Scene::new(&[]);
    scene
        .call("write", json!({"path": "tests/test_a.py", "text": PYTHON}))
        .await;
    assert_eq!(tools::project_tests(&scene.cx).unwrap().title(), "python3 -m pytest -q");
}

#[test]
fn options_are_no_filters() {
    check_refused(&[CARGO], json!({"filter": "--help"}), "does not begin with `-`");
    let mut scene = Scene::new(&[CARGO]);
    scene.cx.may_edit = false;
    assert!(command(&scene, &json!({})).contains("only reads"));
}

/// What is told of `make test` with this recipe.
async fn check_run(recipe: &str, expect: Expect) {
    let makefile = format!("test:\n\t@{recipe}\n");
    let Some(scene) = Scene::with_workbench(&[("Makefile", &makefile)]) else {
        return;
    };
    expect.assert_eq(&scene.call("run-tests", json!({})).await);
}

#[tokio::test]
async fn failing_tests_come_first() {
    check_run(
        "echo all is well",
        expect![[r#"
        the tests pass (`make test`): exit code 0
        all is well
    "#]],
    )
    .await;
    check_run(
        "echo test a::b ... ok; echo test a::c ... FAILED; echo 'x.c:1:2: error: no'; exit 3",
        expect![[r#"
            error: the tests fail (`make test`): exit code 2
            failing: a::c
            x.c:1:2: error: no
            output:
            test a::b ... ok
            test a::c ... FAILED
            x.c:1:2: error: no
            make: *** [Makefile:2: test] Error 3
        "#]],
    )
    .await;
    check_run(
        "echo Error: no idea; exit 1",
        expect![[r#"
        error: the tests fail (`make test`): exit code 2
        Error: no idea
        output:
        Error: no idea
        make: *** [Makefile:2: test] Error 1
    "#]],
    )
    .await;
    check_run(
        "kill -9 $$PPID",
        expect![[r#"
        error: the tests did not run to their end (`make test`): ended by signal 9 (killed)
    "#]],
    )
    .await;
    check_run(
        "echo 1 > out.txt",
        expect![[r#"
        the tests pass (`make test`): exit code 0
        [proposed, for the user to review: out.txt (1 hunk)]
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_failed_is_found_in_a_long_output() {
    let makefile = "test:\n\t@seq 1 90000; echo 'test a ... FAILED'; seq 1 90000; exit 1\n";
    let Some(scene) = Scene::with_workbench(&[("Makefile", makefile)]) else {
        return;
    };
    let told = scene.call("run-tests", json!({})).await;
    assert!(told.len() < 20_000, "{}", told.len());
    assert!(
        told.starts_with("error: the tests fail (`make test`): exit code 2\nfailing: a\noutput:\n1\n2\n"),
        "{told}"
    );
}

#[tokio::test]
async fn a_virtual_environment_is_used() {
    let python = "#!/bin/sh\necho own python $*\n";
    let Some(scene) = Scene::with_workbench(&[(".venv/bin/python", python), ("pytest.ini", "")]) else {
        return;
    };
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(scene.path(".venv/bin/python"), mode).unwrap();
    expect![[r#"
        the tests pass (`python -m pytest -q`): exit code 0
        own python -m pytest -q
    "#]]
    .assert_eq(&scene.call("run-tests", json!({})).await);
}

/// What cannot run is nothing that the model can repair, so it does not go back to it by itself.
#[tokio::test]
async fn tests_that_cannot_run_have_not_failed() {
    let Some(mut scene) = Scene::with_workbench(&[]) else {
        return;
    };
    for (line, is_error) in [
        ("true", false),
        ("false", true),
        ("no-such-runner", false),
        ("echo No module named pytest; exit 1", false),
        ("echo pytest; exit 5", false),
    ] {
        scene.cx.tests.command = Some(line.to_owned());
        let tests = tools::project_tests(&scene.cx).unwrap();
        let action = tests.action(&scene.cx);
        let approval = Approval::User(ApprovalId::fresh());
        let grant = scene.cx.policy.grant(&action.as_action(), approval).unwrap();
        let output = tests.run(&scene.cx, grant).await;
        assert_eq!(output.is_error, is_error, "{line}: {}", output.content);
    }
}

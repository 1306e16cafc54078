//! `singletree eval` as a shell user sees it: the shipped suite, bad suites, a judge, worktrees, an interrupt.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use anyhow::Context;
use e2e::{Answer, ModelServer, Project, run};
use serde_json::{Value, json};

/// Answers that end a turn at once.
const IDLE: &str = r#"[{"text": ["Done."]}]"#;

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../eval/suite")
}

/// A folder for one test: a suite in a repository, a home beside it, and a place for temporary files.
struct Evaluation {
    project: Project,
    env: Vec<(String, String)>,
}

impl Evaluation {
    fn new(files: &[(&str, &[u8])]) -> anyhow::Result<Self> {
        let project = Project::new(files)?;
        let temporary = project.outside().join("tmp");
        std::fs::create_dir(&temporary)?;
        let env = vec![("TMPDIR".to_owned(), temporary.display().to_string())];
        Ok(Self { project, env })
    }

    fn run(&self, suite: &Path, args: &[&str]) -> anyhow::Result<Output> {
        let suite = suite.to_str().context("a test's paths are UTF-8")?;
        let args = [&["eval", suite], args].concat();
        run(&self.project.home(), self.project.root(), &self.env, &args)
    }

    /// Runs it with `--json`; the exit code and the report.
    fn report(&self, suite: &Path, args: &[&str]) -> anyhow::Result<(Option<i32>, Value)> {
        let output = self.run(suite, &[args, &["--json"]].concat())?;
        let report = serde_json::from_slice(&output.stdout)
            .with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
        Ok((output.status.code(), report))
    }

    fn leftovers(&self) -> anyhow::Result<Vec<PathBuf>> {
        let entries = self.project.outside().join("tmp").read_dir()?;
        Ok(entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?)
    }
}

/// The report without what is called `timing`.
fn timeless(mut report: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.remove("timing");
                object.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut report);
    report
}

fn trials(report: &Value) -> impl Iterator<Item = &Value> {
    report["trials"].as_array().into_iter().flatten()
}

fn names<'a>(report: &'a Value, status: &str) -> Vec<&'a str> {
    let chosen = trials(report).filter(|trial| trial["status"] == status);
    chosen.filter_map(|trial| trial["task"].as_str()).collect()
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

/// A task that asks for a greeting, as files of a project: its checks look at the file, the answer and the syntax.
fn greeting(beginning: &str, script: &str) -> Vec<(String, Vec<u8>)> {
    let task = format!(
        "title = \"Greet\"\nlanguage = \"python\"\ncommand = \"edit\"\nprompt = \"Greet the moon.\"\n{beginning}\n\
         plan = [\"edit hello.py\"]\n[limits]\ntool_calls = 1\n\
         [[checks]]\nfile_contains = {{ path = \"hello.py\", text = \"moon\" }}\n\
         [[checks]]\nparses = \"hello.py\"\n"
    );
    vec![
        ("suite/suite.toml".into(), b"title = \"One\"\n".to_vec()),
        ("suite/greet/task.toml".into(), task.into_bytes()),
        ("suite/greet/script.json".into(), script.as_bytes().to_vec()),
    ]
}

fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
    files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect()
}

const HELLO: &[u8] = b"print('hello, world')\n";

const TO_THE_MOON: &str = r#"[
  {"text": ["Off ", "we go."], "calls": [
    {"tool": "edit", "arguments": {"path": "hello.py", "old_text": "world", "new_text": "moon"}}]},
  {"text": ["Done."], "usage": {"input": 10, "output": 2}}
]"#;

#[test]
fn the_shipped_suite_passes_with_its_scripts_and_its_report_is_stable() -> anyhow::Result<()> {
    let evaluation = Evaluation::new(&[])?;
    let (code, first) = evaluation.report(&shipped(), &["--model", "scripted", "--jobs", "2"])?;
    assert_eq!(names(&first, "failed"), Vec::<&str>::new(), "{first:#}");
    assert_eq!(code, Some(0));
    assert!(names(&first, "passed").len() >= 20, "{}", names(&first, "passed").len());
    let languages: BTreeSet<&str> = trials(&first).filter_map(|trial| trial["language"].as_str()).collect();
    for wanted in ["rust", "python", "typescript", "go"] {
        assert!(languages.contains(wanted), "{wanted} in {languages:?}");
    }
    for trial in trials(&first) {
        assert_eq!(trial["result"]["score"], 1.0, "{trial:#}");
        assert!(trial["result"]["passed"].as_u64() > Some(0), "{trial:#}");
    }
    let (_, second) = evaluation.report(&shipped(), &["--model", "scripted", "--jobs", "3"])?;
    assert_eq!(timeless(first), timeless(second));
    assert_eq!(evaluation.leftovers()?, Vec::<PathBuf>::new());
    Ok(())
}

#[test]
fn an_untouched_workspace_fails_every_task() -> anyhow::Result<()> {
    let evaluation = Evaluation::new(&[])?;
    let suite = evaluation.project.outside().join("suite");
    copy(&shipped(), &suite)?;
    let mut tasks = 0;
    for entry in suite.read_dir()? {
        let script = entry?.path().join("script.json");
        if script.exists() {
            std::fs::write(script, IDLE)?;
            tasks += 1;
        }
    }
    let (code, report) = evaluation.report(&suite, &["--model", "scripted", "--jobs", "2"])?;
    assert_eq!(names(&report, "passed"), Vec::<&str>::new());
    assert_eq!(names(&report, "failed").len(), tasks);
    assert_eq!(code, Some(1));
    for trial in trials(&report) {
        // Not because the turn was broken, and not only where a toolchain is.
        assert_eq!(trial["reason"], Value::Null, "{trial:#}");
        let checks = trial["result"]["checks"].as_array().into_iter().flatten();
        let failed = checks.filter(|check| check["state"] == "failed");
        let is_plain = |check: &Value| !check["check"].as_str().unwrap_or_default().starts_with("runs ");
        assert!(failed.into_iter().any(is_plain), "{trial:#}");
        assert!(trial["result"]["score"].as_f64() < Some(0.75), "{trial:#}");
    }
    Ok(())
}

#[test]
fn the_rule_model_does_what_it_can() -> anyhow::Result<()> {
    let evaluation = Evaluation::new(&[])?;
    let tasks = ["rust-document-retry", "typescript-document-clamp", "python-ask-default"];
    let args: Vec<&str> = ["--model", "rules", "--task"].into_iter().chain(tasks).collect();
    let (code, report) = evaluation.report(&shipped(), &args)?;
    assert_eq!(
        names(&report, "passed"),
        ["rust-document-retry", "typescript-document-clamp"],
        "{report:#}"
    );
    assert_eq!(names(&report, "skipped"), ["python-ask-default"]);
    assert_eq!(code, Some(0));
    Ok(())
}

#[test]
fn a_failed_task_is_told_with_its_reason_and_the_others_go_on() -> anyhow::Result<()> {
    let mut files = greeting("", IDLE);
    files.push(("suite/greet/files/hello.py".into(), HELLO.to_vec()));
    for (name, bytes) in greeting("", TO_THE_MOON) {
        files.push((name.replace("greet/", "moon/"), bytes));
    }
    files.push(("suite/moon/files/hello.py".into(), HELLO.to_vec()));
    // A script that ends too early: the model has nothing to say to the results.
    let cut = TO_THE_MOON
        .rsplit_once("]},")
        .map_or(String::new(), |(start, _)| format!("{start}]}}]"));
    for (name, bytes) in greeting("", &cut) {
        files.push((name.replace("greet/", "cut/"), bytes));
    }
    files.push(("suite/cut/files/hello.py".into(), HELLO.to_vec()));
    let evaluation = Evaluation::new(&borrowed(&files))?;
    let suite = evaluation.project.path("suite");
    let out = evaluation.project.outside().join("report.json");
    let output = evaluation.run(
        &suite,
        &["--model", "scripted", "--output", out.to_str().unwrap_or_default()],
    )?;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let table = String::from_utf8(output.stdout)?;
    assert!(
        table.contains("✗ hello.py contains `moon`: the text is not in the file"),
        "{table}"
    );
    let report: Value = serde_json::from_slice(&std::fs::read(out)?)?;
    assert_eq!(names(&report, "passed"), ["moon"]);
    assert_eq!(names(&report, "failed"), ["cut", "greet"]);
    let cut = trials(&report).next().cloned().unwrap_or_default();
    assert_eq!(
        cut["result"]["accuracy"], 0.0,
        "a turn that broke is not right by chance: {cut:#}"
    );
    let moon = trials(&report).nth(2).cloned().unwrap_or_default();
    assert_eq!(moon["result"]["changed"], json!(["hello.py"]));
    assert_eq!(moon["result"]["tokens"]["input"], 10);
    assert_eq!(moon["result"]["plan"]["followed"], 1);
    assert_eq!(
        evaluation.project.read("suite/moon/files/hello.py"),
        HELLO,
        "the suite itself stays"
    );
    Ok(())
}

#[test]
fn a_commit_is_worked_on_in_a_worktree_that_is_gone_after() -> anyhow::Result<()> {
    let evaluation = Evaluation::new(&[("hello.py", HELLO)])?;
    let project = &evaluation.project;
    project.git(&["add", "hello.py"], None)?;
    let author = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
    project.git(&[&author[..], &["commit", "--quiet", "-m", "hello"]].concat(), None)?;
    let commit = String::from_utf8(project.git(&["rev-parse", "HEAD"], None)?)?;
    for (name, bytes) in greeting(&format!("commit = \"{}\"", commit.trim()), TO_THE_MOON) {
        project.write(&name, &bytes)?;
    }
    // Uncommitted work, and a worktree whose folder somebody removed.
    project.write("hello.py", b"print('in the middle of it')\n")?;
    let stale = project.outside().join("stale");
    project.git(
        &[
            "worktree",
            "add",
            "--quiet",
            "--detach",
            stale.to_str().unwrap_or_default(),
        ],
        None,
    )?;
    std::fs::remove_dir_all(&stale)?;
    let before = project.state()?;

    let (code, report) = evaluation.report(&project.path("suite"), &["--model", "scripted", "--repeat", "2"])?;
    assert_eq!(code, Some(0), "{report:#}");
    assert_eq!(names(&report, "passed"), ["greet", "greet"]);
    assert_eq!(project.state()?, before);
    let worktrees = String::from_utf8(project.git(&["worktree", "list", "--porcelain"], None)?)?;
    assert_eq!(worktrees.matches("worktree ").count(), 1, "{worktrees}");
    assert_eq!(evaluation.leftovers()?, Vec::<PathBuf>::new());
    Ok(())
}

#[test]
fn a_judge_marks_beside_the_checks_and_may_fail() -> anyhow::Result<()> {
    let mut files = greeting("", TO_THE_MOON);
    files.push(("suite/greet/files/hello.py".into(), HELLO.to_vec()));
    let marks = r#"{"accuracy": 9, "tool_efficiency": 8, "plan_adherence": 10, "reason": "It greets the moon."}"#;
    let server = ModelServer::start(vec![Answer::Text(marks.into()), Answer::Text("Lovely.".into())])?;
    let mut evaluation = Evaluation::new(&borrowed(&files))?;
    evaluation.env.extend(server.env());
    let args = [
        "--model",
        "scripted",
        "--judge",
        "openai/judge",
        "--repeat",
        "2",
        "--jobs",
        "1",
    ];
    let (code, report) = evaluation.report(&evaluation.project.path("suite"), &args)?;
    assert_eq!(code, Some(0), "{report:#}");
    let judged: Vec<&Value> = trials(&report).map(|trial| &trial["result"]["judge"]).collect();
    assert_eq!(judged[0]["marks"]["accuracy"], 9.0, "{report:#}");
    assert_eq!(judged[1]["marks"], Value::Null);
    assert_eq!(judged[1]["error"], "the judge gave no marks");
    let asked = server.requests().first().cloned().unwrap_or_default().to_string();
    for wanted in [
        "Greet the moon.",
        "+print('hello, moon')",
        "edit hello.py",
        "hello.py parses",
    ] {
        assert!(asked.contains(wanted), "{wanted} in {asked}");
    }
    Ok(())
}

#[test]
fn bad_usage_and_bad_suites_are_exit_code_2() -> anyhow::Result<()> {
    let mut files = greeting("colour = 3", TO_THE_MOON);
    files.push(("suite/greet/files/hello.py".into(), HELLO.to_vec()));
    let evaluation = Evaluation::new(&borrowed(&files))?;
    let (bad, shipped) = (evaluation.project.path("suite"), shipped());
    let none = evaluation.project.path("none");
    let cases: [(&Path, &[&str], i32, &str); 6] = [
        (
            &bad,
            &["--model", "scripted"],
            2,
            "greet/task.toml:5: unknown field `colour`",
        ),
        (&none, &["--model", "scripted"], 2, "none cannot be opened"),
        (&shipped, &[], 2, "--model"),
        (
            &shipped,
            &["--model", "scripted", "--task", "nothing"],
            2,
            "no task `nothing`",
        ),
        (&shipped, &["--model", "scripted", "--jobs", "0"], 2, "--jobs"),
        (&shipped, &["--model", "nobody/nothing"], 5, "nobody"),
    ];
    for (suite, args, code, expect) in cases {
        let output = evaluation.run(suite, args)?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
        assert!(said.contains(expect), "{args:?}: {said}");
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn an_interrupt_reports_what_is_done_and_clears_away() -> anyhow::Result<()> {
    let mut files = greeting("", TO_THE_MOON);
    files.push(("suite/greet/files/hello.py".into(), HELLO.to_vec()));
    let server = ModelServer::start(vec![Answer::Silence])?;
    let mut evaluation = Evaluation::new(&borrowed(&files))?;
    evaluation.env.extend(server.env());
    let project = &evaluation.project;
    let mut command = e2e::under(&[]);
    command
        .args([
            "eval",
            "suite",
            "--json",
            "--jobs",
            "1",
            "--model",
            "scripted",
            "--model",
            "openai/silent",
        ])
        .current_dir(project.root())
        .env("SINGLETREE_HOME", project.home())
        .envs(evaluation.env.iter().map(|(name, value)| (name, value)))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let child = command.spawn()?;
    server.wait_for_requests(1)?;
    let signalled = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()?;
    assert!(signalled.success());
    let output = child.wait_with_output()?;
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(trials(&report).count(), 2);
    assert_eq!(
        trials(&report).next().map(|trial| &trial["status"]),
        Some(&json!("passed")),
        "{report:#}"
    );
    assert_eq!(
        trials(&report).nth(1).map(|trial| &trial["status"]),
        Some(&json!("interrupted"))
    );
    assert_eq!(evaluation.leftovers()?, Vec::<PathBuf>::new());
    Ok(())
}

#[test]
#[cfg(unix)]
fn what_a_killed_evaluation_left_behind_is_removed_by_the_next() -> anyhow::Result<()> {
    let mut files = greeting("", TO_THE_MOON);
    files.push(("suite/greet/files/hello.py".into(), HELLO.to_vec()));
    let server = ModelServer::start(vec![Answer::Silence])?;
    let mut evaluation = Evaluation::new(&borrowed(&files))?;
    evaluation.env.extend(server.env());
    let project = &evaluation.project;
    let mut command = e2e::under(&[]);
    command
        .args(["eval", "suite", "--model", "openai/silent"])
        .current_dir(project.root())
        .env("SINGLETREE_HOME", project.home())
        .envs(evaluation.env.iter().map(|(name, value)| (name, value)))
        .stderr(std::process::Stdio::null());
    let mut child = command.spawn()?;
    server.wait_for_requests(1)?;
    let (code, _) = evaluation.report(&project.path("suite"), &["--model", "scripted"])?;
    assert_eq!(code, Some(0));
    assert_eq!(evaluation.leftovers()?.len(), 1, "one that lives keeps its folder");
    child.kill()?;
    child.wait()?;
    assert_eq!(evaluation.leftovers()?.len(), 1);
    let (code, _) = evaluation.report(&project.path("suite"), &["--model", "scripted"])?;
    assert_eq!(code, Some(0));
    assert_eq!(evaluation.leftovers()?, Vec::<PathBuf>::new());
    Ok(())
}

#[test]
fn a_turn_that_takes_too_long_is_stopped_and_its_workspace_can_be_kept() -> anyhow::Result<()> {
    let mut files = greeting("", TO_THE_MOON);
    files[1].1 = String::from_utf8(files[1].1.clone())?
        .replace("tool_calls = 1", "seconds = 1")
        .into_bytes();
    files.push(("suite/greet/files/hello.py".into(), HELLO.to_vec()));
    let server = ModelServer::start(vec![Answer::Silence])?;
    let mut evaluation = Evaluation::new(&borrowed(&files))?;
    evaluation.env.extend(server.env());
    let args = ["--model", "openai/silent", "--keep"];
    let (code, report) = evaluation.report(&evaluation.project.path("suite"), &args)?;
    assert_eq!(code, Some(1));
    let trial = trials(&report).next().cloned().unwrap_or_default();
    assert_eq!(trial["reason"], "stopped after 1 s");
    assert_eq!(trial["result"]["score"], 0.0);
    let kept = evaluation.leftovers()?;
    let kept = kept.first().context("the workspace is kept")?;
    assert_eq!(std::fs::read(kept.join("1-greet/workspace/hello.py"))?, HELLO);
    Ok(())
}

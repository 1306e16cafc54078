//! Python's tests, and the tools that are started as its modules.

use super::super::super::call::{Arg, Call, Known, Use};
use super::super::options::Table;
use super::super::report::literal;
use super::{apply, apply_loosely, other, tools};

const PYTEST: Table = Table::new(
    "-xqvslhV -k= -m= -r= -c=< -n= -W= -p= -o=! --maxfail= --lf --last-failed --ff --failed-first --nf --new-first --sw --stepwise \
     --stepwise-skip --tb= --durations= --durations-min= --cov? --cov-report= --cov-branch --cov-fail-under= --cov-config=< \
     --cov-append --no-cov --no-header --no-summary --collect-only --co --ignore=< --ignore-glob= --deselect= --junitxml=> \
     --junit-xml=> --basetemp=> --rootdir=< --confcutdir=< --import-mode= --capture= --showlocals --no-showlocals --strict \
     --strict-markers --strict-config --disable-warnings --disable-pytest-warnings --pythonwarnings= --color= --timeout= \
     --reruns= --dist= --numprocesses= --runslow --slow --fixtures --fixtures-per-test --markers --setup-show --setup-only \
     --setup-plan --exitfirst --quiet --verbose --pyargs --version --help --cache-clear --cache-show? --log-level= \
     --log-cli-level= --log-cli? --asyncio-mode= --benchmark-skip --benchmark-only --snapshot-update --doctest-modules \
     --doctest-glob= --random-order --randomly-seed= --forked --hypothesis-seed= --hypothesis-show-statistics --hypothesis-profile= \
     --full-trace --show-capture= --pdb! --pdbcls=! --trace! --override-ini=! --debug? --verbosity= --code-highlight= \
     --keep-duplicates --noconftest --continue-on-collection-errors --trace-config --lfnf= --last-failed-no-failures=",
);

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    match name {
        "pytest" | "py.test" => Some(pytest(&call.args)),
        "tox" | "nox" => Some(runner(name, &call.args)),
        "coverage" => coverage(&call.args),
        "uv" | "poetry" | "pipenv" | "pdm" | "hatch" | "rye" | "bundle" => runs(name, call),
        _ if is_python(name) => module(call),
        _ => None,
    }
}

fn is_python(name: &str) -> bool {
    name.strip_prefix("python")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn pytest(args: &[Arg]) -> Known {
    let mut known = Known::builds("pytest");
    let parsed = PYTEST.parse(args);
    apply(&mut known, "pytest", &parsed);
    if parsed
        .operands
        .iter()
        .any(|arg| literal(arg).is_some_and(|word| word.starts_with('@')))
    {
        known.doubt("unknown.argument", "`@file` brings options along");
    }
    let loads_plugin = |arg: &Arg| literal(arg).is_none_or(|name| !name.starts_with("no:"));
    let plugins = parsed.options.iter().filter(|found| found.name == "p");
    if plugins.filter_map(|found| found.value.as_ref()).any(loads_plugin) {
        known.doubt_option("pytest", "-p");
    }
    known.add_all(parsed.operands, Use::Read);
    known
}

/// `coverage run -m pytest`, and what it says of it afterwards.
fn coverage(args: &[Arg]) -> Option<Known> {
    let words: Vec<&str> = args.iter().map(|arg| literal(arg).unwrap_or_default()).collect();
    let known = || runner("coverage", args.get(1..).unwrap_or_default());
    match words.as_slice() {
        ["report" | "html" | "xml" | "json" | "combine" | "erase", ..] => Some(known()),
        ["run", "-m", "pytest" | "unittest", ..] => Some(known()),
        _ => None,
    }
}

fn runner(name: &str, args: &[Arg]) -> Known {
    let mut known = Known::builds(name);
    if let Some(chosen) = args
        .iter()
        .filter_map(literal)
        .find(|word| super::scripts::is_other(word))
    {
        return other(name, chosen);
    }
    apply_loosely(
        &mut known,
        name,
        args,
        &["-c", "-f", "--conf", "--noxfile", "--workdir", "-x", "--override"],
    );
    known
}

/// `python -m pytest …`; none for what is no module, or not one that tests or checks.
fn module(call: &Call) -> Option<Known> {
    const FRONT: Table = Table::stopping("-BuqsESIObdOv -W= -X=! -c=! -m=");
    // Options behind `-m` are the module's, so the table must not read them.
    let at = call.args.iter().position(|arg| literal(arg) == Some("-m"))?;
    let front = FRONT.parse(call.args.get(..at).unwrap_or_default());
    let module = call.args.get(at + 1).and_then(literal)?;
    let args = call.args.get(at + 2..).unwrap_or_default();
    if !front.operands.is_empty() {
        return None;
    }
    let mut known = match module {
        "pytest" => pytest(args),
        "unittest" => {
            let mut known = Known::builds("unittest");
            apply_loosely(&mut known, "unittest", args, &[]);
            known
        }
        "tox" | "nox" => runner(module, args),
        "pip" | "ensurepip" | "venv" | "virtualenv" | "easy_install" => {
            Known::asks("install", format!("`python -m {module}` installs or removes software"))
        }
        // It prints; with a second file it writes that.
        "json.tool" => {
            let mut known = Known::builds("json.tool");
            known.add_all(
                args.iter()
                    .filter(|arg| literal(arg).is_none_or(|word| !word.starts_with('-'))),
                Use::Read,
            );
            known
        }
        "compileall" | "py_compile" | "doctest" => runner(module, args),
        _ => tools::tool(module, args)?,
    };
    apply(&mut known, "python", &front);
    Some(known)
}

/// `uv run pytest`: what stands behind it is judged by itself.
fn runs(name: &str, call: &Call) -> Option<Known> {
    let (verb, rest) = call.args.split_first()?;
    match (name, literal(verb)?) {
        ("bundle", "exec") | (_, "run") if name != "bundle" || literal(verb) == Some("exec") => {
            let front = Table::stopping("-q --quiet --frozen --locked --offline --no-sync").parse(rest);
            if front.doubt.is_some() || front.operands.is_empty() {
                return Some(other(name, "run"));
            }
            let mut known = Known::builds(name);
            known.start(&front.operands, false);
            Some(known)
        }
        (
            _,
            "add" | "remove" | "install" | "sync" | "lock" | "pip" | "update" | "publish" | "tool" | "venv" | "self"
            | "python" | "init",
        ) => Some(Known::asks(
            "install",
            format!("`{name}` installs, removes or publishes packages"),
        )),
        (_, verb) => Some(other(name, verb)),
    }
}

//! Package managers of JavaScript and task runners: the scripts and targets whose names say that they test or build.

use super::super::super::call::{Arg, Call, Known, Use};
use super::super::super::environment::concern_of_variable;
use super::super::super::names::is_in;
use super::super::options::Table;
use super::super::report::literal;
use super::{apply, apply_loosely, other};

/// What a script or target is for, by the first part of its name.
const PURPOSES: &str = "
    test tests t runtest build build-all lint linter format fmt fmtcheck typecheck type types tsc check checks compile unit e2e integration coverage cov
    testOnly spec specs verify validate prettier eslint vitest jest all bench benchmark style stylelint ts vet mypy ruff pytest doc docs
";
/// Parts that say otherwise, wherever they stand.
const OTHER_PURPOSES: &str = "deploy publish release push upload install start serve dev watch clean prepare migrate seed drop reset prod-deploy";

const NPM_INSTALLS: &str = "
    install i in ci add remove rm uninstall un update up upgrade link ln publish unpublish login logout adduser dedupe prune rebuild
    install-test it audit init create version pack dlx x import global set-script owner token config set team access deprecate
    patch self-update env fund outdated view info search why-install dist-tag star hook org profile ping
";

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    match name {
        "npm" | "pnpm" | "yarn" | "bun" => Some(manager(name, call)),
        "npx" | "bunx" | "pnpx" => npx(name, call),
        "make" | "gmake" | "just" | "ninja" => Some(make(name, call)),
        "gradle" | "gradlew" | "mvn" | "mvnw" | "sbt" | "mix" | "rake" | "dotnet" | "swift" | "zig" | "turbo"
        | "nx" | "stack" | "cabal" | "dune" | "bazel" | "meson" | "composer" | "deno" | "vite" | "next" | "ng"
        | "react-scripts" | "lerna" => tasks(name, call),
        _ => None,
    }
}

/// `build:prod`, `test-unit`: by the first part, unless another part says more.
pub(super) fn is_build(script: &str) -> bool {
    let folded = script.to_lowercase();
    let mut parts = folded.split([':', '-', '_', '.', '/']);
    let is_known = parts.next().is_some_and(|first| is_in(PURPOSES, first));
    is_known && !parts.any(|part| is_in(OTHER_PURPOSES, part))
}

/// Options of the package managers themselves.
const FRONT: Table = Table::stopping(
    "-swr -C=< --silent --workspaces --workspace= --if-present --ignore-scripts --recursive --filter= -F= --parallel --no-color \
     --color --loglevel= --offline --prefer-offline --frozen-lockfile --prefix=< --dir=< --script-shell=! --cwd=< --version -v --no-bail \
     --bail --stream --aggregate-output --top-level --help -h --userconfig=! --node-options=! --quiet",
);

/// A word that says that something else is to be done than to build or test.
pub(super) fn is_other(word: &str) -> bool {
    word.split([',', ':', '-', '_', '.'])
        .any(|part| is_in(OTHER_PURPOSES, part) || part == "exec")
}

fn manager(name: &str, call: &Call) -> Known {
    let front = FRONT.parse(&call.args);
    let mut known = Known::builds(name);
    apply(&mut known, name, &front);
    let Some((verb, mut rest)) = front.operands.split_first() else {
        let answers = front.has(&["version", "v", "help", "h"]);
        return if answers { known } else { installs(name, "install") };
    };
    let Some(verb) = literal(verb) else {
        return other(name, "…");
    };
    if matches!(verb, "run" | "run-script" | "rum" | "urn") {
        let rest: Vec<Arg> = rest.iter().map(|arg| (*arg).clone()).collect();
        let inside = FRONT.parse(&rest);
        apply(&mut known, name, &inside);
        let Some((script, behind)) = inside.operands.split_first() else {
            return known;
        };
        let Some(script) = literal(script).filter(|script| is_build(script)) else {
            return other(name, &format!("run {}", literal(script).unwrap_or("…")));
        };
        arguments(&mut known, name, script, behind);
        return known;
    }
    // `yarn workspace web test`
    if let ("yarn", "workspace", [_, rest @ ..]) = (name, verb, rest) {
        let args = rest.iter().map(|arg| (*arg).clone()).collect();
        return manager(name, &Call { args, ..call.clone() });
    }
    if matches!(verb, "exec") && name != "bun" {
        while rest.first().and_then(|arg| literal(arg)) == Some("--") {
            rest = rest.get(1..).unwrap_or_default();
        }
        known.start(rest, false);
        return known;
    }
    if is_in(NPM_INSTALLS, verb) {
        return installs(name, verb);
    }
    let tests = matches!(verb, "test" | "t" | "tst") || name == "bun" && verb == "build";
    let lists = matches!(
        verb,
        "ls" | "list" | "ll" | "la" | "root" | "bin" | "prefix" | "why" | "explain" | "workspaces"
    );
    // pnpm and yarn take the name of a script for a verb.
    if tests || lists || (matches!(name, "pnpm" | "yarn") && is_build(verb)) {
        arguments(&mut known, name, verb, rest);
        return known;
    }
    other(name, verb)
}

fn installs(name: &str, verb: &str) -> Known {
    Known::asks(
        "install",
        format!("`{name} {verb}` installs, removes or publishes packages, and runs what they bring along"),
    )
}

/// npm takes options for itself as far as `--`; the others give all of them to the script.
fn arguments(known: &mut Known, name: &str, script: &str, behind: &[&Arg]) {
    const OWN: Table = Table::exact(
        "-sw --silent --workspaces --workspace= --if-present --ignore-scripts --watch? --no-color --color --coverage? --loglevel= --quiet \
         --json --depth= --all --prod --dev --long --parseable --global -g",
    );
    let own: Vec<Arg> = behind
        .iter()
        .take_while(|arg| literal(arg) != Some("--"))
        .map(|arg| (*arg).clone())
        .collect();
    if name == "npm" {
        apply(known, &format!("npm {script}"), &OWN.parse(&own));
    }
    apply_loosely(known, name, &own, &["--script-shell", "--prefix", "--node-options"]);
}

/// A tool that the project has, never one that would be fetched first.
fn npx(name: &str, call: &Call) -> Option<Known> {
    const FRONT: Table = Table::stopping("-q --no-install --no --quiet --offline");
    let front = FRONT.parse(&call.args);
    let tool = front.operands.first().and_then(|arg| literal(arg))?;
    if front.doubt.is_some() || !super::tools::is_javascript(tool) {
        return None;
    }
    let mut known = Known::builds(name);
    known.start(&front.operands, false);
    Some(known)
}

fn make(name: &str, call: &Call) -> Known {
    const OPTIONS: Table = Table::new(
        "-Bkqrsw -n -i -S -t! -j? -l? -C=< -f=! -I=! -E=! -o= -O? --jobs? --silent --quiet --keep-going --always-make \
         --directory=< --file=! --makefile=! --eval=! --include-dir=! --no-print-directory --print-directory --output-sync? --load-average? \
         --warn-undefined-variables --no-builtin-rules --no-builtin-variables -R --version -v --help -h --trace --debug? -d -p -m",
    );
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::builds(name);
    apply(&mut known, name, &parsed);
    let is_elsewhere = |folder: &Arg| match (literal(folder), &call.folder) {
        (Some(folder), Some(own)) => folder != "." && own.join(folder).join(".git").symlink_metadata().is_ok(),
        _ => true,
    };
    if parsed.value(&["C", "directory"]).is_some_and(is_elsewhere) {
        known.doubt(
            "unknown.option",
            &format!("`{name} -C` builds what is in another repository"),
        );
    }
    for operand in &parsed.operands {
        match literal(operand) {
            // `-j 4`: the number is a word of its own.
            Some(word) if word.chars().all(|c| c.is_ascii_digit()) => {}
            Some(word) if word.contains('=') => {
                let (variable, value) = word.split_once('=').unwrap_or((word, ""));
                let names_program = matches!(variable, "SHELL" | "CC" | "CXX" | "LD" | "AR" | "MAKEFLAGS" | "MAKE")
                    && !is_in("gcc g++ clang clang++ cc c++", value);
                if names_program || value.contains(['$', '`']) || concern_of_variable(variable).is_some() {
                    known.doubt(
                        "unknown.argument",
                        &format!("`{variable}=` may name a program that `{name}` runs"),
                    );
                }
            }
            Some(target) if is_build(target) => {}
            target => {
                let target = target.unwrap_or("…");
                known.doubt(
                    "unknown.target",
                    &format!("what the target `{target}` does is not known here"),
                );
            }
        }
    }
    known
}

/// `mvn -q test`, `gradle build`, `dotnet test`: each word a task.
fn tasks(name: &str, call: &Call) -> Option<Known> {
    const NONE: &str = "clean package assemble jar compileJava testClasses run";
    let valued = ["--tests", "-pl", "--projects", "-t", "--target", "-x"];
    let is_value = |at: usize| {
        at.checked_sub(1)
            .and_then(|at| call.args.get(at))
            .and_then(literal)
            .is_some_and(|word| valued.contains(&word))
    };
    if name == "nx"
        && matches!(
            call.args.first().and_then(literal),
            Some("run" | "run-many" | "affected")
        )
    {
        return Some(several(name, call));
    }
    let mut words = call
        .args
        .iter()
        .enumerate()
        .filter(|(at, _)| !is_value(*at))
        .map(|(_, arg)| arg)
        .filter(|arg| literal(arg).is_none_or(|word| !word.starts_with('-')));
    let first = words.next().and_then(literal)?;
    let first = if matches!(name, "turbo" | "lerna") && first == "run" {
        words.next().and_then(literal)?
    } else {
        first
    };
    let tasks = std::iter::once(first).chain(words.filter_map(literal));
    if matches!(name, "gradle" | "gradlew" | "mvn" | "mvnw" | "rake" | "sbt") {
        let all = tasks
            .clone()
            .all(|task| is_build(task.rsplit(':').next().unwrap_or(task)) || is_in(NONE, task));
        if !all || tasks.clone().any(|task| matches!(task, "clean" | "run")) {
            return Some(other(name, first));
        }
    } else if !is_build(first) {
        let is_installer = matches!(name, "stack" | "cabal" | "composer" | "deno");
        return (!is_installer).then(|| other(name, first));
    }
    let grants = |word: &str| {
        word.contains("://")
            || name == "deno" && (word == "compile" || word.starts_with("-A") || word.starts_with("--allow"))
    };
    if call.args.iter().filter_map(literal).any(grants) {
        return Some(other(name, first));
    }
    let mut known = Known::builds(name);
    apply_loosely(
        &mut known,
        name,
        &call.args,
        &[
            "-Dexec.executable",
            "--init-script",
            "-I",
            "--project-dir",
            "-p",
            "-f",
            "--file",
        ],
    );
    if call.args.iter().any(|arg| matches!(arg, Arg::Unknown)) {
        known.add(&Arg::Unknown, Use::Read);
    }
    Some(known)
}

/// `nx run web:test`, `nx affected -t test`: whatever it is done for, what is done has to be a build or a test.
fn several(name: &str, call: &Call) -> Known {
    let words: Vec<&str> = call.args.iter().map(|arg| literal(arg).unwrap_or_default()).collect();
    let by_option = words
        .windows(2)
        .filter(|pair| matches!(pair, ["-t" | "--target" | "--targets", _]))
        .filter_map(|pair| pair.get(1));
    let by_name = words
        .iter()
        .skip(1)
        .filter_map(|word| word.split_once(':'))
        .map(|(_, target)| target);
    let targets: Vec<&str> = by_option.copied().chain(by_name).collect();
    if !targets.is_empty() && targets.iter().all(|target| is_build(target)) {
        return Known::builds(name);
    }
    other(name, words.first().copied().unwrap_or_default())
}

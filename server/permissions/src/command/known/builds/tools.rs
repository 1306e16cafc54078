//! Linters, formatters, compilers and test runners that are programs of their own.

use super::super::super::call::{Arg, Call, Known};
use super::super::super::names::is_in;
use super::super::report::literal;
use super::{apply_loosely, other};

const JAVASCRIPT: &str = "
    eslint tsc vue-tsc svelte-check prettier biome jest vitest mocha ava tap stylelint oxlint xo standard dprint tsup rollup esbuild
    webpack c8 nyc knip depcheck madge cspell tsd markdownlint-cli2
";
const PYTHON: &str = "ruff mypy black isort flake8 pylint pyright basedpyright pyflakes pycodestyle pydocstyle autopep8 yapf bandit vulture ty";
const OTHERS: &str = "
    rustfmt gofmt goimports gofumpt golangci-lint staticcheck clang-format clang-tidy cppcheck shellcheck shfmt stylua luacheck
    yamllint markdownlint markdownlint-cli2 taplo hadolint actionlint rubocop rspec phpunit phpstan psalm php-cs-fixer ktlint
    scalafmt cmake ormolu hlint swiftlint swift-format terraform-fmt buf ctest gotestsum clj-kondo swiftformat nim-check hpack typos
";

/// They run tasks by name (`scripts`).
const RUNNERS: &str = "turbo nx vite next ng react-scripts lerna";

/// Tools that do more than to check, by what their first word may be.
const VERBS: [(&str, &str); 5] = [
    ("ruff", "check format rule linter version config"),
    ("buf", "lint format breaking build"),
    ("biome", "check lint format ci"),
    ("golangci-lint", "run fmt linters version"),
    ("php-cs-fixer", "fix check list-files describe"),
];

/// Options by which a tool takes its program, plugins or settings from somewhere else, installs, or never ends.
const DANGEROUS: &str = "
    --resolve-plugins-relative-to --rulesdir --plugin --plugins --require -r --loader --import --globalSetup --globalTeardown
    --reporter-path --python-executable --python --custom-typeshed-dir --load-plugins --init-hook --watch -w --ui --cpuprofile
    --build-and-test --server --install-types --init --serve --servedir --addon -shellcheck -pyflakes -load
";

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    tool(name, &call.args)
}

pub(super) fn is_javascript(name: &str) -> bool {
    is_in(JAVASCRIPT, name) || is_in(RUNNERS, name)
}

/// Coverage of the command behind it.
fn covered(name: &str, args: &[Arg]) -> Known {
    let mut known = Known::builds(name);
    let words: Vec<&Arg> = args
        .iter()
        .skip_while(|arg| literal(arg).is_some_and(|word| word.starts_with('-')))
        .collect();
    known.start(&words, false);
    known
}

/// Configuring and building; its other uses install, run scripts or stand for commands.
fn cmake(args: &[Arg]) -> Known {
    let mut known = Known::builds("cmake");
    let words: Vec<&str> = args.iter().map(|arg| literal(arg).unwrap_or_default()).collect();
    let targets = words
        .windows(2)
        .filter(|pair| matches!(pair, ["--target" | "-t", _]))
        .filter_map(|pair| pair.get(1));
    if let Some(target) = targets.copied().find(|target| !super::scripts::is_build(target)) {
        return other("cmake", &format!("--target {target}"));
    }
    if words
        .iter()
        .any(|word| word.starts_with("-D") && (word.contains("COMPILER") || word.contains("LAUNCHER")))
    {
        known.doubt("unknown.option", "a setting of `cmake` names the program that compiles");
    }
    apply_loosely(
        &mut known,
        "cmake",
        args,
        &["-P", "-E", "-C", "--install", "--open", "--find-package"],
    );
    known
}

/// None for what is no such tool.
pub(super) fn tool(name: &str, args: &[Arg]) -> Option<Known> {
    if ![JAVASCRIPT, PYTHON, OTHERS].iter().any(|list| is_in(list, name)) {
        return None;
    }
    let verb = args.first().and_then(literal);
    if name == "cmake" {
        return Some(cmake(args));
    }
    if let Some((_, verbs)) = VERBS.iter().find(|(known, _)| *known == name) {
        let is_one = |verb: &str| verb.starts_with('-') || is_in(verbs, verb);
        if !verb.is_some_and(is_one) {
            return Some(other(name, verb.unwrap_or_default()));
        }
    }
    if matches!(
        verb,
        Some("serve" | "init" | "reset-cache" | "self-update" | "installGitPreCommitHook" | "clear-result-cache")
    ) {
        return Some(other(name, verb.unwrap_or_default()));
    }
    if matches!(name, "c8" | "nyc") {
        return Some(covered(name, args));
    }
    let mut known = Known::builds(name);
    // Where `-w` is `--write`, it is what formatting means; `-r` is what a scan of folders means.
    let means_more = match name {
        "gofmt" | "goimports" | "gofumpt" | "shfmt" | "prettier" => "-w",
        "bandit" => "-r",
        _ => "",
    };
    let dangerous: Vec<&str> = DANGEROUS
        .split_whitespace()
        .filter(|option| *option != means_more)
        .collect();
    apply_loosely(&mut known, name, args, &dangerous);
    Some(known)
}

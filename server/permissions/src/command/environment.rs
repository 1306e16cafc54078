//! Names of variables: which change only how a program writes, and which decide what is run.

use super::names::is_in;
use super::syntax::Problem;

/// May stand in front of a command: it changes language, colour, time zone or talkativeness.
const HARMLESS: &str = "
    CI CLICOLOR CLICOLOR_FORCE CARGO_TERM_COLOR CARGO_TERM_PROGRESS_WHEN COLUMNS FORCE_COLOR LANG LANGUAGE
    LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_NUMERIC LC_TIME LINES NO_COLOR PYTHONDONTWRITEBYTECODE
    PYTHONIOENCODING PYTHONUNBUFFERED PYTHONUTF8 RUST_BACKTRACE RUST_LOG TERM TZ GIT_TERMINAL_PROMPT
    GIT_OPTIONAL_LOCKS NODE_ENV DEBUG VERBOSE LOG_LEVEL PYTHONHASHSEED PYTHONFAULTHANDLER RUST_TEST_THREADS
    CARGO_INCREMENTAL CGO_ENABLED GOOS GOARCH NODE_NO_WARNINGS
";

/// A variable that the environment usually holds, so that setting it reaches every command behind it.
const EXPORTED: &str = "
    PATH HOME SHELL USER LOGNAME PWD OLDPWD CDPATH IFS ENV PAGER EDITOR VISUAL BROWSER TMPDIR TMP TEMP DISPLAY
    SHELLOPTS BASHOPTS GLOBIGNORE EXECIGNORE FIGNORE PROMPT_COMMAND PS0 PS1 PS2 PS3 PS4 MAKEFLAGS MAKE CC CXX LD
    AR SUDO_ASKPASS http_proxy https_proxy no_proxy all_proxy
";

const EXPORTED_BEGINNINGS: &str = "
    LD_ DYLD_ BASH_ GIT_ LESS MAN NODE_ NPM_ npm_ YARN_ PYTHON PIP_ PERL RUBY GEM_ BUNDLE_ RUST CARGO GO JAVA_
    _JAVA MAVEN_ GRADLE_ CMAKE_ PKG_ SSH_ GPG_ AWS_ DOCKER_ KUBE XDG_ DBUS_
";

/// Why `name=value` in front of a command asks. `value` is none where it is not known.
pub(crate) fn concern_of_environment(name: &str, value: Option<&str>) -> Option<Problem> {
    let is_harmless = is_in(HARMLESS, name) && value.is_some_and(is_tame)
        || matches!((name, value), ("GIT_PAGER" | "PAGER" | "MANPAGER", Some("cat" | "")));
    (!is_harmless).then(|| {
        Problem::new(
            "env.name",
            format!("`{name}` is set for a command, which may change what it runs"),
        )
    })
}

/// The same in front of a command that builds or tests, where a variable of the project's own can do no more than the
/// project's code.
pub(crate) fn concern_of_build_environment(name: &str, value: Option<&str>) -> Option<Problem> {
    let all = |value: &str, is_fine: fn(&str) -> bool| value.split_whitespace().all(is_fine);
    let is_fine = value.is_some_and(|value| match name {
        "RUSTFLAGS" | "RUSTDOCFLAGS" => all(value, |word| {
            let lint = word
                .trim_start_matches("-D")
                .trim_start_matches("-A")
                .trim_start_matches("-W");
            lint.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        }),
        "NODE_OPTIONS" => all(value, |word| word.starts_with("--max-old-space-size=")),
        "GOFLAGS" => all(value, |word| {
            matches!(word, "-mod=vendor" | "-mod=mod" | "-mod=readonly" | "-v" | "-count=1")
        }),
        "GO111MODULE" | "PYTHONPATH" => is_tame(value) || value == ".",
        _ => concern_of_variable(name).is_none() && is_tame(value),
    });
    if is_fine {
        None
    } else {
        concern_of_environment(name, value)
    }
}

/// Why setting a shell variable asks.
pub(crate) fn concern_of_variable(name: &str) -> Option<Problem> {
    let is_exported = is_in(EXPORTED, name)
        || EXPORTED_BEGINNINGS
            .split_whitespace()
            .any(|beginning| name.starts_with(beginning))
        || name.ends_with("_PROXY")
        || name.ends_with("FLAGS");
    is_exported.then(|| {
        Problem::new(
            "env.name",
            format!("`{name}` is set for every command behind it, which may change what they run"),
        )
    })
}

/// No path, no format string: nothing that a locale, a terminal's or a zone's name could lead to.
fn is_tame(value: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.,=:@+/".contains(c);
    value.chars().all(is_plain) && !value.starts_with(['/', '.', ':']) && !value.contains("..")
}

/// Whether a variable's name says that its value is a secret.
pub(crate) fn names_secret(name: &str) -> bool {
    const WORDS: &str = "TOKEN TOKENS SECRET SECRETS PASSWORD PASSWD PASSPHRASE CREDENTIAL CREDENTIALS APIKEY PAT";
    let folded = name.to_ascii_uppercase();
    let ends_as_key = ["_KEY", "_AUTH", "_PASS"].iter().any(|end| folded.ends_with(end));
    ends_as_key || folded.split('_').any(|word| is_in(WORDS, word))
}

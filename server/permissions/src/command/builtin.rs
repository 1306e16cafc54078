//! Commands of the shell itself: those that only compute and print, and those that change what comes after them.

use super::call::{Arg, Call, Class, Inner, Known, Use};
use super::environment::{concern_of_environment, concern_of_variable};
use super::expand::PROCESS_STREAM;
use super::names::is_in;
use super::syntax::Problem;

/// Print, compare or leave; nothing more with any arguments.
const PLAIN: &str = ": true false echo pwd exit return break continue shift times type dirs";

/// Change the shell, run what they are given, or talk to other processes.
const CHANGING: &str = "
    eval source . exec trap set shopt alias unalias enable hash ulimit umask let declare typeset local readonly
    mapfile readarray getopts bind complete compgen compopt fc history pushd popd suspend logout disown bg fg
    caller coproc jobs
";

pub(crate) fn is_builtin(name: &str) -> bool {
    is_in(PLAIN, name)
        || is_in(CHANGING, name)
        || matches!(
            name,
            "cd" | "test"
                | "["
                | "printf"
                | "read"
                | "export"
                | "unset"
                | "command"
                | "builtin"
                | "help"
                | "kill"
                | "wait"
        )
}

/// The operators of a test that look at a file.
pub(crate) fn is_file_test(option: &str) -> bool {
    matches!(
        option,
        "-a" | "-b"
            | "-c"
            | "-d"
            | "-e"
            | "-f"
            | "-g"
            | "-h"
            | "-k"
            | "-p"
            | "-r"
            | "-s"
            | "-u"
            | "-w"
            | "-x"
            | "-G"
            | "-L"
            | "-N"
            | "-O"
            | "-S"
    )
}

/// Files that are the command's own input and output, or nothing.
pub(crate) fn is_standard_stream(path: &str) -> bool {
    matches!(
        path,
        "/dev/null"
            | PROCESS_STREAM
            | "/dev/stdin"
            | "/dev/stdout"
            | "/dev/stderr"
            | "/dev/fd/0"
            | "/dev/fd/1"
            | "/dev/fd/2"
    )
}

pub(crate) fn reads(rule: &str, what: &str) -> Known {
    Known {
        class: Class::Reads,
        rule: rule.to_owned(),
        reason: format!("{what} of the shell changes nothing by itself"),
        paths: Vec::new(),
        inner: Vec::new(),
    }
}

fn asks(name: &str) -> Known {
    Known {
        class: Class::Asks,
        rule: "ask.builtin".to_owned(),
        reason: format!("`{name}` changes the shell, or runs what it is given"),
        paths: Vec::new(),
        inner: Vec::new(),
    }
}

/// What a call of the shell's own does; none for what is a program. `is_direct` is not set where another program
/// starts it: then only what exists as a program as well is one.
pub(crate) fn classify(call: &Call, is_direct: bool) -> Option<Known> {
    let name = call.name.as_str();
    let plain = || reads("shell.builtin", &format!("`{name}`"));
    match name {
        "echo" | "pwd" | "true" | "false" => return Some(plain()),
        "printf" => return Some(printf(call, plain())),
        "test" | "[" => return Some(test(call, plain())),
        _ if !is_direct => return None,
        _ => {}
    }
    let known = match name {
        _ if is_in(PLAIN, name) => plain(),
        "cd" => Known {
            paths: operands(&call.args).map(|arg| (arg.clone(), Use::Read)).collect(),
            ..plain()
        },
        "help" => plain(),
        // An option names a variable, whose subscript is computed.
        "wait" if operands(&call.args).count() == call.args.len() => plain(),
        "wait" => asks(name),
        "set" if sets_strictness(&call.args) => plain(),
        "read" | "unset" if operands_are_names(name, &call.args) => plain(),
        "export" if exports_harmless(&call.args) => plain(),
        "command" | "builtin" => unwrapped(call),
        "exec" => Known {
            inner: words_behind(&call.args, &["-a"]),
            ..asks(name)
        },
        "eval" => Known {
            inner: scripts_of(&call.args),
            ..asks(name)
        },
        "trap" => Known {
            inner: scripts_of(call.args.get(..1).unwrap_or_default()),
            ..asks(name)
        },
        "read" | "unset" | "export" => asks(name),
        _ if is_in(CHANGING, name) => asks(name),
        _ => return None,
    };
    Some(known)
}

fn operands(args: &[Arg]) -> impl Iterator<Item = &Arg> {
    args.iter()
        .filter(|arg| !matches!(arg, Arg::Literal(text) if text.starts_with('-')))
}

fn printf(call: &Call, plain: Known) -> Known {
    match call.args.first() {
        // `-v` sets a variable, whose subscript is computed.
        Some(Arg::Literal(format)) if !format.starts_with('-') || format == "--" => plain,
        None => plain,
        Some(_) => asks("printf"),
    }
}

fn test(call: &Call, plain: Known) -> Known {
    if call.name == "[" && call.args.last() != Some(&Arg::Literal("]".to_owned())) {
        return asks("[");
    }
    let texts = call.args.iter().map(|arg| match arg {
        Arg::Literal(text) => Some(text.as_str()),
        _ => None,
    });
    let mut paths = Vec::new();
    for (at, text) in texts.enumerate() {
        let after = call.args.get(at + 1);
        match text {
            // Whether a variable is set: its subscript is computed.
            Some("-v" | "-R") => return asks(&call.name),
            Some("-nt" | "-ot" | "-ef") => {
                let before = at.checked_sub(1).and_then(|at| call.args.get(at));
                paths.extend(before.into_iter().chain(after).map(|arg| (arg.clone(), Use::Read)));
            }
            Some(option) if is_file_test(option) => {
                paths.extend(
                    after
                        .filter(|arg| **arg != Arg::Literal("]".to_owned()))
                        .map(|arg| (arg.clone(), Use::Read)),
                );
            }
            _ => {}
        }
    }
    Known { paths, ..plain }
}

/// `read -r name`: every operand must be a plain name, for a subscript would be computed.
fn operands_are_names(name: &str, args: &[Arg]) -> bool {
    let mut takes_value = false;
    args.iter().all(|arg| {
        let Arg::Literal(text) = arg else {
            return false;
        };
        if std::mem::take(&mut takes_value) {
            return true;
        }
        if name == "read" && text.starts_with('-') {
            takes_value = matches!(text.as_str(), "-p" | "-n" | "-N" | "-t" | "-d");
            return takes_value
                || matches!(text.as_str(), "-r" | "-s" | "-rs" | "-sr" | "-e")
                || text.starts_with("-p");
        }
        is_name(text) && concern_of_variable(text).is_none()
    })
}

fn exports_harmless(args: &[Arg]) -> bool {
    !args.is_empty()
        && args.iter().all(|arg| match arg {
            Arg::Literal(text) => match text.split_once('=') {
                Some((name, value)) => concern_of_environment(name, Some(value)).is_none(),
                None => false,
            },
            _ => false,
        })
}

/// `command ls`, `builtin echo`: what stands behind it; `command -v ls` only looks it up.
fn unwrapped(call: &Call) -> Known {
    let known = reads("shell.builtin", &format!("`{}`", call.name));
    match call.args.first() {
        Some(Arg::Literal(option)) if matches!(option.as_str(), "-v" | "-V") && call.name == "command" => known,
        None => known,
        _ => Known {
            inner: words_behind(&call.args, &[]),
            ..known
        },
    }
}

fn words_behind(args: &[Arg], valued: &[&str]) -> Vec<Inner> {
    let mut at = 0;
    while let Some(Arg::Literal(option)) = args.get(at) {
        if !option.starts_with('-') {
            break;
        }
        at += 1 + usize::from(valued.contains(&option.as_str()));
    }
    let words = args.get(at..).unwrap_or_default().to_vec();
    if words.is_empty() {
        return Vec::new();
    }
    vec![Inner::Words { words, appends: false }]
}

/// The text that is run, and that more is, where a word of it is known only then.
fn scripts_of(args: &[Arg]) -> Vec<Inner> {
    let words: Vec<&str> = args
        .iter()
        .map(|arg| match arg {
            Arg::Literal(text) | Arg::Pattern(text) => text.as_str(),
            Arg::Unknown => "''",
        })
        .collect();
    let mut inner = vec![Inner::Script(words.join(" "))];
    if args.contains(&Arg::Unknown) {
        inner.push(Inner::Unknown);
    }
    inner
}

/// `set -euo pipefail`: from here on the line stops sooner, and nothing else.
fn sets_strictness(args: &[Arg]) -> bool {
    let mut takes_name = false;
    let mut is_strict = |arg: &Arg| {
        let Arg::Literal(word) = arg else {
            return false;
        };
        if std::mem::take(&mut takes_name) {
            return matches!(word.as_str(), "pipefail" | "errexit" | "nounset");
        }
        let letters = word.strip_prefix(['-', '+']).unwrap_or_default();
        takes_name = letters.ends_with('o');
        !letters.is_empty()
            && letters
                .trim_end_matches('o')
                .chars()
                .all(|letter| matches!(letter, 'e' | 'u' | 'E'))
    };
    !args.is_empty() && args.iter().all(&mut is_strict) && !takes_name
}

pub(crate) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Why a test with an unquoted value that nobody knows is not understood: it may become an operator.
pub(crate) fn loose_test() -> Problem {
    Problem::new(
        "syntax.test",
        "a test has an unquoted value that is known only when it runs: quote it",
    )
}

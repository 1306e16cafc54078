//! Programs that run a text as a program. What a shell is given with `-c` is read like any script; the rest cannot be.

use super::super::call::{Arg, Call, Class, Inner, Known, Use};
use super::super::names::is_in;
use super::report::{joined, literal};

const SHELLS: &str = "
    sh bash zsh dash ksh mksh ash rbash fish csh tcsh
";

/// Languages with a way out that no table could close.
const LANGUAGES: &str = "
    python pypy perl ruby irb node nodejs deno bun php lua luajit tclsh wish Rscript R julia java jshell groovy
    scala kotlin ghci runghc runhaskell ocaml elixir iex erl clojure guile racket sbcl pwsh powershell
";
const MORE_LANGUAGES: &str = "
    m4 dc octave gnuplot swipl expect tsx ts-node zx nim crystal dart mono wine qemu gforth
";

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    if is_in(SHELLS, name) {
        return Some(shell(name, call));
    }
    if matches!(name, "eval" | "source" | ".") {
        let mut known = Known::asks("builtin", format!("`{name}` runs what it is given"));
        if name == "eval" {
            known
                .inner
                .push(joined(&call.args).map_or(Inner::Unknown, Inner::Script));
        }
        return Some(known);
    }
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if !is_in(LANGUAGES, bare) && !is_in(MORE_LANGUAGES, bare) {
        return None;
    }
    let mut known = Known::new(
        Class::Unknown,
        "unknown.program",
        format!("what a program given to `{name}` does cannot be read from the command line"),
    );
    if let Some(danger) = call
        .args
        .iter()
        .filter_map(literal)
        .find_map(super::asks::destroys_in_code)
    {
        known.raise(Class::Asks, "ask.sql-drop", || danger.to_owned());
    }
    let files = call
        .args
        .iter()
        .filter(|arg| literal(arg).is_none_or(|word| !word.starts_with('-') && !word.contains([' ', '(', '\n'])));
    known.add_all(files, Use::Read);
    Some(known)
}

fn shell(name: &str, call: &Call) -> Known {
    let is_posix = matches!(name, "sh" | "bash" | "dash" | "ash" | "rbash");
    let mut known = if is_posix {
        Known::new(
            Class::Reads,
            format!("read.{name}"),
            format!("`{name}` runs the script that it is given"),
        )
    } else {
        Known::new(
            Class::Unknown,
            "unknown.shell",
            format!("the language of `{name}` is not understood here"),
        )
    };
    let mut has_script = false;
    let mut is_start_up = false;
    let only_checks = call.args.first().and_then(literal) == Some("-n");
    let mut rest = call.args.iter();
    let mut first = None;
    while let Some(arg) = rest.next() {
        let Some(word) = literal(arg) else {
            first = Some(arg);
            break;
        };
        match word {
            "-" | "--" => {
                first = rest.next();
                break;
            }
            "-o" | "+o" if rest.next().and_then(literal).is_some_and(is_plain_setting) => {}
            // A login shell reads the user's own files, which are not the workspace's.
            "--norc" | "--noprofile" | "--posix" | "--login" => {}
            "-O" | "+O" => {
                is_start_up = true;
                rest.next();
            }
            "--rcfile" | "--init-file" => {
                is_start_up = true;
                rest.next();
            }
            _ if word.starts_with("--") => is_start_up = true,
            _ if word.starts_with(['-', '+']) && word.len() > 1 => {
                let letters = word.get(1..).unwrap_or_default();
                has_script |= letters.contains('c') && word.starts_with('-');
                is_start_up |= !letters.chars().all(|letter| "lceuxvfno".contains(letter));
                if letters.contains('o') && !rest.next().and_then(literal).is_some_and(is_plain_setting) {
                    is_start_up = true;
                }
            }
            _ => {
                first = Some(arg);
                break;
            }
        }
    }
    if is_start_up {
        known.doubt(
            "unknown.option",
            &format!("an option of `{name}` makes it read other files, or wait for input"),
        );
    }
    match (first, has_script) {
        (Some(Arg::Literal(script)), true) => scripts(&mut known, script, rest.as_slice()),
        (Some(_), true) => known.inner.push(Inner::Unknown),
        (Some(file), false) if only_checks => known.add(file, Use::Read),
        (Some(file), false) => {
            known.doubt(
                "unknown.program",
                &format!("`{name}` runs a file, which may hold anything"),
            );
            known.add(file, Use::Read);
        }
        (None, true) => known.inner.push(Inner::Unknown),
        (None, false) => known.doubt("unknown.program", &format!("`{name}` runs what comes from its input")),
    }
    known
}

fn is_plain_setting(name: &str) -> bool {
    matches!(
        name,
        "pipefail" | "errexit" | "nounset" | "xtrace" | "noglob" | "posix" | "noclobber" | "verbose" | "noexec"
    )
}

/// The script, and the same with its arguments put in where that changes nothing else.
fn scripts(known: &mut Known, script: &str, args: &[Arg]) {
    known.inner.push(Inner::Script(script.to_owned()));
    known.add_all(args.iter().skip(1), Use::Read);
    let mut filled = script.to_owned();
    for (at, arg) in args.iter().enumerate().take(10) {
        let plain = literal(arg).filter(|text| text.chars().all(|c| c.is_alphanumeric() || "_./~-".contains(c)));
        if let Some(text) = plain {
            filled = filled
                .replace(&format!("${{{at}}}"), text)
                .replace(&format!("${at}"), text);
        }
    }
    let all: Option<Vec<&str>> = args.iter().skip(1).map(literal).collect();
    if let Some(all) = all.filter(|_| args.len() > 1) {
        for mark in ["\"$@\"", "\"$*\"", "$@", "$*"] {
            filled = filled.replace(mark, &all.join(" "));
        }
    }
    if filled != script {
        known.inner.push(Inner::Script(filled));
    }
}

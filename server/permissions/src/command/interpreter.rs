//! Programs that run what they are given as a program: where it comes from.

use super::call::{Arg, Call};
use super::expand::PROCESS_STREAM;
use super::names::is_in;

/// Where an interpreter takes its program from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// Standard input.
    Input,
    /// A text that is there to be read.
    Text(String),
    /// A text or a file that is known only when it runs.
    Hidden,
    File(String),
}

const SHELLS: &str = "sh bash zsh dash ksh mksh ash fish rbash csh";

/// None for what is no interpreter, and for one that runs a module or only answers.
pub(crate) fn code_of(call: &Call) -> Option<Code> {
    let name = call.name.rsplit('/').next().unwrap_or(&call.name);
    match name {
        "eval" => return Some(joined(&call.args)),
        "source" | "." => return call.args.first().map(file),
        "at" | "batch" => return Some(Code::Input),
        _ => {}
    }
    if is_in(SHELLS, name) {
        return Some(shell(&call.args));
    }
    script(&call.args, options_of(name)?)
}

pub(crate) fn is_interpreter(name: &str) -> bool {
    is_in(SHELLS, name) || options_of(name).is_some()
}

fn joined(args: &[Arg]) -> Code {
    let texts: Option<Vec<&str>> = args
        .iter()
        .map(|arg| match arg {
            Arg::Literal(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.map_or(Code::Hidden, |texts| Code::Text(texts.join(" ")))
}

fn file(arg: &Arg) -> Code {
    match arg {
        Arg::Literal(path) if matches!(path.as_str(), "-" | "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0") => {
            Code::Input
        }
        Arg::Literal(path) if path == PROCESS_STREAM => Code::Hidden,
        Arg::Literal(path) => Code::File(path.clone()),
        Arg::Pattern(_) | Arg::Unknown => Code::Hidden,
    }
}

fn text(arg: Option<&Arg>) -> Code {
    match arg {
        Some(Arg::Literal(text)) => Code::Text(text.clone()),
        Some(_) => Code::Hidden,
        None => Code::Input,
    }
}

fn shell(args: &[Arg]) -> Code {
    let mut has_code = false;
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let Arg::Literal(word) = arg else {
            return Code::Hidden;
        };
        match word.as_str() {
            "-" | "--" => {
                let operand = rest.next();
                return if has_code {
                    text(operand)
                } else {
                    operand.map_or(Code::Input, file)
                };
            }
            "-o" | "+o" | "-O" | "+O" | "--rcfile" | "--init-file" => {
                rest.next();
            }
            option if option.starts_with("--") => {}
            option if option.starts_with(['-', '+']) => {
                has_code |= option.contains('c');
                if option.contains('s') && !option.contains('c') {
                    return Code::Input;
                }
            }
            _ if has_code => return text(Some(arg)),
            _ => return file(arg),
        }
    }
    if has_code { Code::Hidden } else { Code::Input }
}

/// The options of an interpreter that bring a program with them, and those behind which a value stands.
struct Options {
    code: &'static [&'static str],
    valued: &'static [&'static str],
    /// Options after which there is no program to be read.
    none: &'static [&'static str],
}

fn options_of(name: &str) -> Option<Options> {
    let (code, valued, none): (&'static [_], &'static [_], &'static [_]) = match name {
        _ if name.starts_with("python") || name.starts_with("pypy") => {
            (&["c"], &["-W", "-X"], &["-m", "-V", "--version", "-h"])
        }
        "perl" => (&["e", "E"], &["-I"], &["-v", "-V", "-h"]),
        "ruby" => (&["e"], &["-I", "-r"], &["-v", "--version", "-h"]),
        "node" | "nodejs" | "bun" => (
            &["e", "p", "--eval", "--print"],
            &["-r", "--require"],
            &["-v", "--version", "--help", "--test", "-h"],
        ),
        "php" => (&["r"], &["-d"], &["-v", "-i", "-h", "--version"]),
        "osascript" => (&["e"], &["-l"], &[]),
        "deno" => (&["eval"], &[], &["--version", "test", "fmt", "lint", "check"]),
        "pwsh" | "powershell" => (&["Command"], &[], &["-Version"]),
        _ if name.starts_with("lua") || name == "tclsh" || name == "Rscript" => (&["e"], &["-l"], &["-v", "--version"]),
        _ => return None,
    };
    Some(Options { code, valued, none })
}

fn script(args: &[Arg], options: Options) -> Option<Code> {
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let Arg::Literal(word) = arg else {
            return Some(Code::Hidden);
        };
        let word = word.as_str();
        if word == "-" || word == "--" {
            return Some(rest.next().map_or(Code::Input, file));
        }
        if options.none.contains(&word) {
            return None;
        }
        if options.valued.contains(&word) {
            rest.next();
            continue;
        }
        let is_code = |code: &str| match word.strip_prefix('-') {
            Some(short) if code.len() == 1 => !short.starts_with('-') && short.ends_with(code),
            _ => code.len() > 1 && word.trim_start_matches('-') == code.trim_start_matches('-'),
        };
        if options.code.iter().any(|code| is_code(code)) {
            return Some(text(rest.next()));
        }
        if word.starts_with('-') || word == "run" {
            continue;
        }
        return Some(file(arg));
    }
    Some(Code::Input)
}

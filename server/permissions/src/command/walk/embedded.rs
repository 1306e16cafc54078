//! Commands inside programs of other languages: `python -c "os.system('rm -rf /')"`. What is quoted in such a program
//! is looked at as if a shell ran it: enough to refuse, not to ask.

use super::super::call::{Arg, Call};
use super::super::interpreter::is_interpreter;
use super::super::known;
use super::super::names::is_in;
use super::spans::base_name;

/// A program is looked through so far, and no further.
const MAX_LENGTH: usize = 10_000;
const MAX_TEXTS: usize = 16;

/// By which a program runs commands.
const STARTERS: [&str; 9] = [
    "system",
    "popen",
    "Popen",
    "exec",
    "spawn",
    "subprocess",
    "qx",
    "`",
    "getline",
];
const REMOVERS: [&str; 7] = [
    "rmtree",
    "rmSync",
    "rmdirSync",
    "rm_rf",
    "rm_r(",
    "remove_dir_all",
    "remove_tree",
];
const EDITORS: &str = "vim vi nvim ex ed view emacs";

/// The lines that a call may run, as far as they begin like something that may be refused.
pub(super) fn lines_in(call: &Call) -> Vec<String> {
    let name = base_name(&call.name);
    let texts = call.args.iter().filter_map(|arg| match arg {
        Arg::Literal(text) if text.len() <= MAX_LENGTH => Some(text.as_str()),
        _ => None,
    });
    let mut lines: Vec<String> = match name {
        // `:!rm -rf /`
        _ if is_in(EDITORS, name) => texts.filter_map(|text| behind(text, '!')).collect(),
        // `1e rm -rf /`
        "sed" | "gsed" => texts.filter_map(|text| behind(text, ' ')).collect(),
        "awk" | "gawk" | "mawk" | "nawk" => texts.flat_map(started_by).collect(),
        _ if is_interpreter(name) => texts.flat_map(started_by).collect(),
        _ => Vec::new(),
    };
    lines.retain(|line| line.split_whitespace().next().is_some_and(known::may_be_refused));
    lines.truncate(MAX_TEXTS);
    lines
}

fn behind(text: &str, mark: char) -> Option<String> {
    text.split_once(mark).map(|(_, rest)| rest.to_owned())
}

fn started_by(program: &str) -> Vec<String> {
    let has = |names: &[&str]| names.iter().any(|name| program.contains(name));
    let quoted = quoted_in(program);
    let mut lines = Vec::new();
    if has(&STARTERS) || program.contains('|') {
        lines.extend(quoted.iter().map(|text| (*text).to_owned()));
        // `['rm', '-rf', '/']`
        lines.push(quoted.join(" "));
    }
    if has(&REMOVERS) {
        lines.extend(quoted.iter().map(|path| format!("rm -rf '{path}'")));
    }
    lines
}

/// What stands between quotes of any kind.
fn quoted_in(program: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut rest = program;
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let quote = rest.as_bytes().get(start).copied().map_or('"', char::from);
        let inside = rest.get(start + 1..).unwrap_or_default();
        let Some(end) = inside.find(quote) else {
            break;
        };
        texts.extend(inside.get(..end));
        rest = inside.get(end + 1..).unwrap_or_default();
        if texts.len() == MAX_TEXTS {
            break;
        }
    }
    texts
}

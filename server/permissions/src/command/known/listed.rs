//! Commands that print names of files: what stands for those names, so that what is done with them can be judged.

use super::super::call::{Arg, Call};
use super::find;
use super::options::Table;
use super::report::literal;

pub(super) fn names_printed(call: &Call) -> Option<Vec<Arg>> {
    match call.name.as_str() {
        "find" | "gfind" => find::names_printed(call),
        "git" => tracked(call),
        "fd" | "fdfind" => by_extension(call),
        "ls" => by_pattern(call),
        "grep" | "egrep" | "rg" => holding(call),
        _ => None,
    }
}

/// `git ls-files '*.rs'`, which `:!` patterns only narrow.
fn tracked(call: &Call) -> Option<Vec<Arg>> {
    const OPTIONS: Table = Table::git("-cotz --cached --others --exclude-standard");
    let (verb, args) = call.args.split_first()?;
    if literal(verb) != Some("ls-files") {
        return None;
    }
    let parsed = OPTIONS.parse(args);
    let names: Option<Vec<Arg>> = parsed
        .operands
        .iter()
        .filter(|arg| literal(arg).is_none_or(|word| !word.starts_with(":!") && !word.starts_with(":^")))
        .map(|arg| as_pattern(arg))
        .collect();
    match names {
        _ if parsed.doubt.is_some() => None,
        Some(names) if names.is_empty() => Some(everything(".")),
        names => names,
    }
}

/// All that is in a folder, hidden or not.
fn everything(folder: &str) -> Vec<Arg> {
    vec![
        Arg::Pattern(format!("{folder}/*")),
        Arg::Pattern(format!("{folder}/.*")),
    ]
}

/// A word whose end says what kind of file it is.
fn as_pattern(arg: &Arg) -> Option<Arg> {
    let (Arg::Literal(word) | Arg::Pattern(word)) = arg else {
        return None;
    };
    let last = word.rsplit('/').next()?;
    let has_kind = last.contains('.') && !last.starts_with('.') && !last.ends_with('*') && !word.starts_with(':');
    has_kind.then(|| Arg::Pattern(word.clone()))
}

/// `fd -e rs`, `fd -e rs . src`.
fn by_extension(call: &Call) -> Option<Vec<Arg>> {
    const OPTIONS: Table = Table::exact("-0 -t= -e= --type= --extension= --print0");
    let parsed = OPTIONS.parse(&call.args);
    let extension = parsed.value(&["e", "extension"]).and_then(literal)?;
    let folder = parsed.operands.get(1).map_or(Some("."), |arg| literal(arg))?;
    let is_known = parsed.doubt.is_none() && parsed.operands.len() <= 2;
    is_known.then(|| vec![Arg::Pattern(format!("{folder}/*.{extension}"))])
}

/// `ls *.txt`
fn by_pattern(call: &Call) -> Option<Vec<Arg>> {
    let operands = call
        .args
        .iter()
        .filter(|arg| literal(arg) != Some("-1") && literal(arg) != Some("-d"));
    let names: Option<Vec<Arg>> = operands.map(as_pattern).collect();
    names.filter(|names| !names.is_empty())
}

/// `grep -rl x --include='*.rs' src`: below the folder, of that kind.
fn holding(call: &Call) -> Option<Vec<Arg>> {
    const GREP: Table = Table::new("-rRlniIwEFZ -e= --include= --files-with-matches --recursive --ignore-case");
    const RIPGREP: Table =
        Table::exact("-liwF0 -t= --type= --null -g= -e= --glob= --files --files-with-matches --ignore-case");
    let is_grep = call.name != "rg";
    let parsed = if is_grep { GREP } else { RIPGREP }.parse(&call.args);
    let lists = parsed.has(&["l", "files-with-matches", "files"]);
    let kind = parsed.value(&["include", "g", "glob"]);
    let skipped = usize::from(!parsed.has(&["e", "files"]));
    let folder = parsed.operands.get(skipped).map_or(Some("."), |arg| literal(arg))?;
    if parsed.doubt.is_some() || !lists || parsed.operands.len() > skipped + 1 {
        return None;
    }
    match kind
        .map(literal)
        .filter(|kind| !kind.is_some_and(|kind| kind.starts_with('!')))
    {
        Some(Some(kind)) if !kind.starts_with(['!', '.']) => {
            as_pattern(&Arg::Pattern(format!("{folder}/{kind}"))).map(|name| vec![name])
        }
        Some(_) => None,
        // ripgrep passes over what is hidden.
        None if !is_grep => Some(vec![Arg::Pattern(format!("{folder}/*"))]),
        None => Some(everything(folder)),
    }
}

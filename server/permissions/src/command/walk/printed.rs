//! What a command prints, where its words say so: then what reads it is known as well.

use super::super::call::{Arg, Call};
use super::super::expand::{expand, value_of};
use super::super::known;
use super::super::names::is_in;
use super::super::scope::{Scope, Value};
use super::super::syntax::{Command, Kind, List, RedirectOp, Target, Word};
use super::spans::base_name;

/// What one stage of a pipeline hands to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    /// The whole text.
    pub(super) text: Option<String>,
    /// Each line is a name that one of these stands for.
    pub(super) names: Option<Vec<Arg>>,
    /// The same, as far as it takes to refuse.
    pub(super) likely: Vec<Arg>,
}

impl Feed {
    /// Where the text has nothing in it that `xargs` would read as more than blanks, its words are names.
    pub(super) fn of_text(text: String) -> Self {
        let likely: Vec<Arg> = text
            .split(|c: char| c.is_whitespace() || c == '\0')
            .filter(|word| !word.is_empty())
            .map(|word| Arg::Literal(word.to_owned()))
            .collect();
        let is_plain = !text.contains(['\'', '"', '\\', '\0', '-']);
        Self {
            names: is_plain.then(|| likely.clone()),
            likely,
            text: Some(text),
        }
    }

    fn of_names(names: Vec<Arg>) -> Self {
        let is_certain = !names.contains(&Arg::Unknown);
        Self {
            text: None,
            likely: names.iter().filter(|name| **name != Arg::Unknown).cloned().collect(),
            names: is_certain.then_some(names),
        }
    }

    /// Under options by which a name is a whole line, words are names only where there is one a line.
    pub(super) fn for_xargs(mut self, args: &[Arg]) -> Self {
        let by_line = args.iter().any(|arg| match arg {
            Arg::Literal(word) => {
                word.starts_with("--")
                    || word.starts_with('-') && word.contains(['I', 'i', 'd', 'L', 'l', '0', 'E', 'J'])
            }
            _ => true,
        });
        let is_mixed = self
            .text
            .as_ref()
            .is_some_and(|text| text.lines().any(|line| line.split_whitespace().count() > 1));
        if by_line && is_mixed {
            self.names = None;
        }
        self
    }
}

/// Hand on some of the lines that they read, unchanged.
const FILTERS: &str = "sort uniq head tail";

/// What a list prints, where that is plain from its words.
pub(crate) enum Printed {
    /// `echo x`, `printf x`, `pwd`: without line ends behind it.
    Text(String),
    /// `git ls-files '*.rs'`: names that all match.
    Names(String),
    /// `nproc`, `git merge-base a b`: digits, nobody knows which.
    Digits,
}

pub(crate) fn output_of(list: &List, scope: &Scope) -> Option<Printed> {
    let command = only_command(list)?;
    if prints_digits(command) {
        return Some(Printed::Digits);
    }
    let feed = feed_of(command, scope, None)?;
    match (feed.text, feed.names.as_deref()) {
        (Some(text), _) => Some(Printed::Text(text.trim_end_matches('\n').to_owned())),
        (None, Some([Arg::Pattern(pattern)])) => Some(Printed::Names(pattern.clone())),
        _ => None,
    }
}

fn only_command(list: &List) -> Option<&Command> {
    let [item] = list.items.as_slice() else {
        return None;
    };
    let [(_, pipeline)] = item.pipelines.as_slice() else {
        return None;
    };
    match pipeline.stages.as_slice() {
        [command] => Some(command),
        _ => None,
    }
}

/// What a stage of a pipeline hands on, where that is plain from its words; `before` is what it is handed.
pub(super) fn feed_of(command: &Command, scope: &Scope, before: Option<Feed>) -> Option<Feed> {
    let Kind::Simple(simple) = &command.kind else {
        return None;
    };
    let args: Vec<Arg> = simple
        .words
        .iter()
        .flat_map(|word| expand(word, scope, false).args)
        .collect();
    let (Arg::Literal(name), args) = args.split_first()? else {
        return None;
    };
    let name = base_name(name);
    let is_reader = |arg: &Arg| matches!(arg, Arg::Literal(word) if word.starts_with('-') || word.chars().all(|c| c.is_ascii_digit()));
    match name {
        "cat" if args.is_empty() => redirected(command, scope).map(Feed::of_text).or(before),
        "tee" => before,
        _ if is_in(FILTERS, name) && args.iter().all(is_reader) && !counts(name, args) => before,
        "grep" | "egrep" if args.len() <= 2 && selects(args) => before.map(|feed| Feed { text: None, ..feed }),
        _ if !command.redirects.is_empty() && !only_errors(command) => None,
        "which" | "command" if args.len() <= 2 => named(args).map(Feed::of_text),
        "echo" | "printf" | "pwd" | "realpath" | "readlink" | "dirname" => {
            printed(name, args, scope).map(Feed::of_text).or_else(|| matched(args))
        }
        _ => {
            let call = Call {
                name: name.to_owned(),
                args: args.to_vec(),
                folder: scope.folder.clone(),
                has_input: scope.has_input,
            };
            known::names_printed(&call).map(Feed::of_names)
        }
    }
}

/// The file that a command writes, and what it writes there: `echo x > f`, `cat > f <<EOF`.
pub(super) fn written_by(command: &Command, scope: &Scope, feed: Option<&Feed>) -> Option<(String, String)> {
    let Kind::Simple(simple) = &command.kind else {
        return None;
    };
    let path = command.redirects.iter().find_map(|redirect| match &redirect.target {
        Target::Word(word) if redirect.op == RedirectOp::Write => word.as_text(),
        _ => None,
    });
    let args: Vec<Arg> = simple
        .words
        .iter()
        .flat_map(|word| expand(word, scope, false).args)
        .collect();
    let (Arg::Literal(name), args) = args.split_first()? else {
        return None;
    };
    let fed = || feed.and_then(|feed| feed.text.clone());
    match (base_name(name), args) {
        ("cat", []) => Some((path?, fed()?)),
        ("tee", [Arg::Literal(file), ..]) => Some((file.clone(), fed()?)),
        (name, args) => Some((path?, printed(name, args, scope)?)),
    }
}

fn prints_digits(command: &Command) -> bool {
    let Kind::Simple(simple) = &command.kind else {
        return false;
    };
    let words: Option<Vec<&str>> = simple.words.iter().map(Word::as_bare).collect();
    match words.as_deref() {
        Some(["nproc"] | ["getconf", "_NPROCESSORS_ONLN"] | ["sysctl", "-n", "hw.ncpu"]) => true,
        Some(["git", "merge-base", revisions @ ..]) => revisions.iter().all(|word| !word.starts_with('-')),
        _ => false,
    }
}

/// `which rm`, `command -v rm`
fn named(args: &[Arg]) -> Option<String> {
    match args {
        [Arg::Literal(name)] if !name.starts_with('-') => Some(name.clone()),
        [Arg::Literal(option), Arg::Literal(name)] if matches!(option.as_str(), "-v" | "-a") => Some(name.clone()),
        _ => None,
    }
}

/// `printf '%s\n' src/*.rs`: names, and nothing else.
fn matched(args: &[Arg]) -> Option<Feed> {
    let names = match args.split_first()? {
        (Arg::Literal(format), names) if matches!(format.as_str(), "%s\\n" | "%s " | "%s\\0") => names,
        _ => args,
    };
    let are_names = names.iter().all(|arg| matches!(arg, Arg::Pattern(_)));
    are_names.then(|| Feed::of_names(names.to_vec()))
}

fn counts(name: &str, args: &[Arg]) -> bool {
    name == "uniq" && !args.is_empty()
}

/// `grep -v test`: no option that adds to the lines, and no file.
fn selects(args: &[Arg]) -> bool {
    match args {
        [Arg::Literal(pattern)] => !pattern.starts_with('-'),
        [Arg::Literal(option), Arg::Literal(_)] => matches!(
            option.as_str(),
            "-v" | "-E" | "-i" | "-F" | "-e" | "-vE" | "-Ev" | "-iE" | "-vi"
        ),
        _ => false,
    }
}

/// `2> /dev/null` takes nothing from the output.
fn only_errors(command: &Command) -> bool {
    command.redirects.iter().all(|redirect| redirect.text.starts_with("2>"))
}

fn redirected(command: &Command, scope: &Scope) -> Option<String> {
    let [redirect] = command.redirects.as_slice() else {
        return None;
    };
    let body = match &redirect.target {
        Target::HereDoc(body) => body.0.get(),
        Target::Word(word) if redirect.op == RedirectOp::HereString => Some(word),
        Target::Word(_) => None,
    };
    match value_of(body?, scope) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn printed(name: &str, args: &[Arg], scope: &Scope) -> Option<String> {
    let texts: Option<Vec<&str>> = args
        .iter()
        .map(|arg| match arg {
            Arg::Literal(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let mut texts = texts?;
    match name {
        "echo" => {
            let is_option = |text: &&&str| matches!(**text, "-n" | "-e" | "-E" | "-ne" | "-en");
            let skipped = texts.iter().take_while(is_option).count();
            Some(unescaped(&texts.split_off(skipped).join(" ")))
        }
        "realpath" | "readlink" => texts.pop().map(str::to_owned),
        "dirname" => std::path::Path::new(texts.pop()?)
            .parent()
            .map(|above| above.to_string_lossy().into_owned()),
        "printf" if !texts.is_empty() => {
            let values: Vec<String> = texts.split_off(1).into_iter().map(unescaped).collect();
            Some(formatted(&unescaped(texts.first()?), &values))
        }
        "pwd" => scope
            .folder
            .as_ref()
            .map(|folder| folder.to_string_lossy().into_owned()),
        _ => None,
    }
}

/// The format with its values put in; what is left of them, on lines of their own.
fn formatted(format: &str, values: &[String]) -> String {
    let mut values = values.iter();
    let mut text = String::new();
    let mut rest = format.chars();
    while let Some(character) = rest.next() {
        match (character, rest.as_str().chars().next()) {
            ('%', Some('%')) => text.extend(rest.next()),
            ('%', Some('s' | 'b' | 'd' | 'q' | 'i')) => {
                rest.next();
                text.push_str(values.next().map(String::as_str).unwrap_or_default());
            }
            _ => text.push(character),
        }
    }
    for value in values {
        text.push('\n');
        text.push_str(value);
    }
    text
}

/// Escapes as `printf` and `echo -e` take them; those that are none stay.
fn unescaped(text: &str) -> String {
    let mut result = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        result.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let (bytes, length): (Vec<u8>, usize) = match rest.bytes().next() {
            Some(b'n') => (vec![b'\n'], 1),
            Some(b't') => (vec![b'\t'], 1),
            Some(b'r') => (vec![b'\r'], 1),
            Some(b'\\') => (vec![b'\\'], 1),
            Some(b'x') => number(rest, 1, 2, 16),
            Some(b'0') if !rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => (vec![0], 1),
            Some(b'0') => number(rest, 1, 3, 8),
            Some(b'1'..=b'7') => number(rest, 0, 3, 8),
            _ => (vec![b'\\'], 0),
        };
        result.extend(bytes);
        rest = rest.get(length..).unwrap_or_default();
    }
    result.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&result).into_owned()
}

/// The byte that up to `most` digits behind `skipped` characters stand for, and the length of all that.
fn number(text: &str, skipped: usize, most: usize, radix: u32) -> (Vec<u8>, usize) {
    let digits: String = text
        .chars()
        .skip(skipped)
        .take(most)
        .take_while(|c| c.is_digit(radix))
        .collect();
    match u32::from_str_radix(&digits, radix) {
        Ok(value) => (vec![value.to_le_bytes()[0]], skipped + digits.len()),
        Err(_) => (vec![b'\\'], 0),
    }
}

//! `awk`: a language that can write files and run commands. Its programs are cut into words, strings and expressions
//! to see that they do not.

use super::super::call::{Call, Class, Known, Use};
use super::options::Table;
use super::report::literal;

const OPTIONS: Table = Table::stopping(
    "-bcCghkMnNOPrsStV -F= -v= -e= -f=! -i=! -l=! -E=! -d?! -o?! -p?! -D?! -L? -W=! -I --field-separator= --assign= --source= \
     --file=! --include=! --load=! --exec=! --dump-variables?! --pretty-print?! --profile?! --debug?! --lint? --sandbox \
     --posix --re-interval --csv --traditional --bignum --non-decimal-data --optimize --no-optimize --use-lc-numeric \
     --characters-as-bytes --copyright --help --version",
);

pub(super) fn awk(name: &str, call: &Call) -> Known {
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads(name);
    known.apply(name, &OPTIONS, &parsed, call);
    let mut operands = parsed.operands.iter().copied();
    let mut programs: Vec<_> = parsed
        .options
        .iter()
        .filter(|found| matches!(found.name, "e" | "source"))
        .map(|found| found.value.as_ref())
        .collect();
    if programs.is_empty() && !parsed.has(&["f", "file", "E", "exec", "V", "version", "h", "help"]) {
        programs.push(operands.next());
    }
    for program in programs {
        match program.and_then(literal).map(concern) {
            Some(None) => {}
            Some(Some(concern)) => known.raise(Class::Unknown, "unknown.script", || concern.to_owned()),
            None => known.doubt("unknown.script", "the program of `awk` is known only when it runs"),
        }
    }
    for found in parsed
        .options
        .iter()
        .filter(|found| matches!(found.name, "v" | "assign"))
    {
        if found.value.as_ref().is_none_or(|value| literal(value).is_none()) {
            known.doubt("unknown.argument", "an argument of `awk` is known only when it runs");
        }
    }
    known.add_all(operands, Use::Read);
    known
}

/// What stands before a `/` decides whether it divides or begins an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Operator,
    Value,
}

/// Why a program may do more than print, or is not understood.
fn concern(program: &str) -> Option<&'static str> {
    const RUNS: &str = "the program of `awk` runs a command";
    const WRITES: &str = "the program of `awk` writes a file";
    const READS: &str = "the program of `awk` reads another file, the environment or its own arguments";
    const UNREAD: &str = "the program of `awk` is not understood";
    let mut rest = program;
    let mut before = Before::Operator;
    // The depth of brackets inside the print statement that is being read.
    let mut print: Option<usize> = None;
    // For each open bracket, whether it holds the condition of a statement.
    let mut brackets: Vec<bool> = Vec::new();
    let mut last = "";
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        let mut length = c.len_utf8();
        match c {
            '#' => length = rest.find('\n').unwrap_or(rest.len()),
            '"' => {
                let Some(end) = closing(after, '"') else {
                    return Some(UNREAD);
                };
                length += end;
                before = Before::Value;
            }
            '/' if before == Before::Operator => {
                let Some(end) = closing_regex(after) else {
                    return Some(UNREAD);
                };
                length += end;
                before = Before::Value;
            }
            '\\' if after.starts_with("\r\n") => length = 3,
            '\\' if after.starts_with('\n') => length = 2,
            '\\' => return Some(UNREAD),
            '|' if next == Some('|') => {
                length = 2;
                before = Before::Operator;
            }
            '|' => return Some(RUNS),
            '@' => return Some(RUNS),
            '>' if print == Some(0) => match to_terminal(after) {
                Some(end) => {
                    length += end;
                    before = Before::Value;
                }
                None => return Some(WRITES),
            },
            '\n' if matches!(last, "," | "&" | "|") || print.is_some_and(|depth| depth > 0) => {}
            ';' | '\n' | '{' | '}' => {
                print = None;
                before = Before::Operator;
            }
            '(' | '[' => {
                brackets.push(c == '(' && matches!(last, "if" | "while" | "for" | "switch"));
                print = print.map(|depth| depth + 1);
                before = Before::Operator;
            }
            ')' | ']' => {
                let is_condition = brackets.pop().unwrap_or_default();
                print = print.map(|depth| depth.saturating_sub(1));
                before = if is_condition { Before::Operator } else { Before::Value };
            }
            '+' | '-' if next == Some(c) => {
                length = 2;
                before = Before::Value;
            }
            _ if c.is_ascii_alphabetic() || c == '_' => {
                length = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let word = rest.get(..length).unwrap_or_default();
                before = Before::Value;
                match word {
                    "print" | "printf" => {
                        print = Some(0);
                        before = Before::Operator;
                    }
                    "return" | "else" | "do" | "case" | "exit" | "in" => before = Before::Operator,
                    "system" | "extension" => return Some(RUNS),
                    "getline" | "ENVIRON" | "ARGV" | "ARGC" | "SYMTAB" | "FUNCTAB" | "PROCINFO" => return Some(READS),
                    _ => {}
                }
            }
            _ if c.is_ascii_digit() || c == '.' || c == '$' => {
                before = if c == '$' { Before::Operator } else { Before::Value }
            }
            _ if c.is_whitespace() => {}
            _ if c.is_ascii() => before = Before::Operator,
            _ => return Some(UNREAD),
        }
        if !c.is_whitespace() && c != '#' && c != '\\' {
            last = rest.get(..length).unwrap_or_default();
            last = if matches!(last, "||" | "&&") { "&" } else { last };
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    None
}

/// The length of a redirection's target behind the `>`, if that is the terminal and nothing is joined to it.
fn to_terminal(text: &str) -> Option<usize> {
    let target = text.trim_start_matches(' ');
    let behind = ["\"/dev/stderr\"", "\"/dev/stdout\""]
        .iter()
        .find_map(|name| target.strip_prefix(name))?;
    let ends =
        behind.trim_start_matches(' ').starts_with([';', '}', '\n']) || behind.trim_start_matches(' ').is_empty();
    ends.then_some(text.len() - behind.len())
}

/// The length of a string with its closing quote.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' => return None,
            _ if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The length of an expression with its closing slash. One awk ends it at a slash in brackets, another does not.
fn closing_regex(text: &str) -> Option<usize> {
    let end = closing(text, '/')?;
    let inside = text.get(..end - 1)?;
    let mut in_brackets = false;
    let mut chars = inside.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_brackets && matches!(chars.peek(), Some(']' | '[')) => return None,
            '\\' => {
                chars.next();
            }
            '[' if !in_brackets => {
                in_brackets = true;
                chars.next_if_eq(&'^');
                chars.next_if_eq(&']');
            }
            ']' => in_brackets = false,
            _ => {}
        }
    }
    (!in_brackets).then_some(end)
}

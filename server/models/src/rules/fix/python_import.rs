//! Adding and removing Python imports.

use super::case::{Case, Fix};
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::split_top_level;
use crate::rules::source::{At, Source};

/// Modules of the standard library whose name in code can hardly mean anything else.
const MODULES: &str = "abc argparse ast asyncio atexit base64 bisect calendar collections concurrent configparser \
    contextlib copy csv ctypes dataclasses decimal difflib email enum errno fnmatch fractions functools gc getpass glob \
    gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json locale logging math mimetypes \
    multiprocessing operator os pathlib pickle platform pprint queue random re sched secrets select shelve shlex shutil \
    signal socket sqlite3 ssl stat statistics string struct subprocess sys sysconfig tarfile tempfile textwrap threading \
    time timeit tokenize traceback types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib zoneinfo";

/// Names that are as good as always imported from one module.
const NAMES: &[(&str, &str)] = &[
    ("ABC", "abc"),
    ("abstractmethod", "abc"),
    ("Counter", "collections"),
    ("OrderedDict", "collections"),
    ("defaultdict", "collections"),
    ("deque", "collections"),
    ("namedtuple", "collections"),
    ("contextmanager", "contextlib"),
    ("suppress", "contextlib"),
    ("dataclass", "dataclasses"),
    ("Decimal", "decimal"),
    ("timedelta", "datetime"),
    ("timezone", "datetime"),
    ("Enum", "enum"),
    ("StrEnum", "enum"),
    ("IntEnum", "enum"),
    ("lru_cache", "functools"),
    ("cached_property", "functools"),
    ("partial", "functools"),
    ("wraps", "functools"),
    ("StringIO", "io"),
    ("BytesIO", "io"),
    ("chain", "itertools"),
    ("Path", "pathlib"),
    ("PurePath", "pathlib"),
    ("NamedTemporaryFile", "tempfile"),
    ("TemporaryDirectory", "tempfile"),
    ("Any", "typing"),
    ("Callable", "typing"),
    ("ClassVar", "typing"),
    ("Dict", "typing"),
    ("Final", "typing"),
    ("Generic", "typing"),
    ("Iterable", "typing"),
    ("Iterator", "typing"),
    ("List", "typing"),
    ("Literal", "typing"),
    ("Mapping", "typing"),
    ("NamedTuple", "typing"),
    ("Optional", "typing"),
    ("Protocol", "typing"),
    ("Sequence", "typing"),
    ("TYPE_CHECKING", "typing"),
    ("Tuple", "typing"),
    ("TypeVar", "typing"),
    ("TypedDict", "typing"),
    ("Union", "typing"),
    ("cast", "typing"),
];

/// The statement that brings `name` in; `after` is what follows it in its line.
pub(super) fn statement_for(name: &str, after: &str) -> Option<String> {
    if name == "datetime" {
        // `datetime` is a module and a class in it: only `datetime.datetime` tells which is meant.
        let is_module = ["datetime", "timedelta", "date", "time", "timezone"]
            .iter()
            .any(|class| {
                after
                    .strip_prefix('.')
                    .and_then(|rest| rest.strip_prefix(*class))
                    .is_some_and(|rest| rest.starts_with(['(', '.', ' ']))
            });
        return Some(
            if is_module {
                "import datetime"
            } else {
                "from datetime import datetime"
            }
            .to_owned(),
        );
    }
    if MODULES.split_whitespace().any(|module| module == name) {
        return after.starts_with('.').then(|| format!("import {name}"));
    }
    let (_, module) = NAMES.iter().find(|(known, _)| *known == name)?;
    Some(format!("from {module} import {name}"))
}

pub(in crate::rules) fn is_import(text: &str) -> bool {
    text.starts_with("import ") || text.starts_with("from ") && text.contains(" import ")
}

/// Where a new import goes: before the file's first one (`__future__` aside), else below the module's head.
pub(in crate::rules) fn place(source: &Source) -> u32 {
    let is_future = |text: &str| text.starts_with("from __future__");
    if let Some((line, _)) = source.lines().find(|(_, text)| is_import(text) && !is_future(text)) {
        return line;
    }
    if let Some((line, _)) = source.lines().find(|(_, text)| is_future(text)) {
        return line + 1;
    }
    let mut quotes: Option<&str> = None;
    for (line, text) in source.lines() {
        let trimmed = text.trim();
        if let Some(open) = quotes {
            if trimmed.ends_with(open) {
                quotes = None;
            }
            continue;
        }
        if let Some(open) = ["\"\"\"", "'''"].into_iter().find(|open| trimmed.starts_with(open)) {
            let is_closed = trimmed.len() >= 6 && trimmed.ends_with(open);
            quotes = (!is_closed).then_some(open);
            continue;
        }
        if !(trimmed.is_empty() || trimmed.starts_with('#')) {
            return line;
        }
    }
    source.total() + 1
}

/// The lines of the import statement that holds `line`.
pub(in crate::rules) fn statement(source: &Source, line: u32) -> Option<(u32, u32)> {
    let starts = |text: &str| text.trim_start().starts_with("import ") || text.trim_start().starts_with("from ");
    let above = source.range(line.saturating_sub(60), line).rev();
    let mut first = None;
    for (number, text) in above {
        if starts(text) {
            first = Some((number, text));
            break;
        }
        if number < line && (text.contains(')') || !text.trim_end().ends_with([',', '(', '\\'])) {
            return None;
        }
    }
    let (first, text) = first?;
    if !text.contains('(') || text.contains(')') {
        return (line == first && !text.trim_end().ends_with('\\')).then_some((first, first));
    }
    let (last, _) = source.range(first, first + 200).find(|(_, text)| text.contains(')'))?;
    (last >= line).then_some((first, last))
}

/// Removes one name. `name` may be dotted (`os.path`), qualified by its module, or have its ` as ` name.
pub(super) fn remove(case: &Case<'_>, name: &str) -> Fix {
    static PARTS: Pattern = pattern!(r"(?s)^(\s*)((?:from\s+\S+\s+)?import)\s+(.*)$");
    let lost = || "I do not see the import it speaks of".to_owned();
    let (first, last) = statement(case.source, case.start.line).ok_or_else(lost)?;
    let (start, end) = (At { line: first, byte: 0 }, case.source.end_of(last).ok_or_else(lost)?);
    let text = case.source.text(start, end).ok_or_else(lost)?;
    if text.contains('#') || text.contains(';') {
        return Err("the import has a comment or shares its line, so I leave it to you".to_owned());
    }
    let found = PARTS.captures(&text).ok_or_else(lost)?;
    let (indent, head, list) = (&found[1], &found[2], found[3].trim());
    let is_parenthesized = list.starts_with('(');
    let list = list.trim_start_matches('(').trim_end_matches(')');
    let all = split_top_level(list, ',');
    let names_it = |item: &str| {
        let (path, alias) = item
            .split_once(" as ")
            .map_or((item, None), |(path, alias)| (path.trim(), Some(alias.trim())));
        item == name || path == name || alias == Some(name) || name.ends_with(&format!(".{item}"))
    };
    let kept: Vec<&str> = all.iter().copied().filter(|item| !names_it(item)).collect();
    if kept.len() == all.len() {
        return Err(format!("`{name}` is not imported there; the file may have changed"));
    }
    let what = format!("removed the unused import `{name}`");
    if kept.is_empty() {
        let is_only_statement = !indent.is_empty();
        if is_only_statement {
            let edit = TextEdit::replace(start, end, format!("{indent}pass"));
            return Case::edits(format!("{what}, with `pass` in its place"), vec![edit]);
        }
        return Case::edits(what, vec![TextEdit::remove_lines(first, last)]);
    }
    let new = if is_parenthesized && first != last {
        let lines: String = kept.iter().map(|item| format!("{indent}    {item},\n")).collect();
        format!("{indent}{head} (\n{lines}{indent})")
    } else {
        format!("{indent}{head} {}", kept.join(", "))
    };
    Case::edits(what, vec![TextEdit::replace(start, end, new)])
}

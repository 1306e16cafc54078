//! Adding and removing Go imports.

use super::case::{Case, Fix};
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::{At, Source};

static SPEC: Pattern = pattern!(r#"^\s*(?:import\s+)?(?:([\w.]+)\s+)?"([^"]+)""#);

/// Packages of the standard library by the name that code uses.
const STANDARD: &str = "bufio bytes context encoding/base64 encoding/binary encoding/csv encoding/hex encoding/json \
    encoding/xml errors flag fmt hash/fnv html/template io io/fs log log/slog maps math math/big math/bits net net/http \
    net/url os os/exec os/signal path path/filepath reflect regexp runtime slices sort strconv strings sync sync/atomic \
    testing time unicode unicode/utf8";

/// The import path of a well-known package.
pub(super) fn standard(name: &str) -> Option<&'static str> {
    STANDARD
        .split_whitespace()
        .find(|path| path.rsplit('/').next() == Some(name))
}

/// Import paths of the file, with their lines and the names that they are given.
fn specs(source: &Source) -> impl Iterator<Item = (u32, Option<&str>, &str)> {
    let mut in_block = false;
    source.lines().filter_map(move |(line, text)| {
        let is_single = text.starts_with("import ") && !text.contains('(');
        if text.starts_with("import") && text.contains('(') {
            in_block = true;
            return None;
        }
        if in_block && text.starts_with(')') {
            in_block = false;
        }
        if !(in_block || is_single) {
            return None;
        }
        let found = SPEC.captures(text)?;
        Some((line, found.get(1).map(|name| name.as_str()), found.get(2)?.as_str()))
    })
}

/// The path that the file imports a package from.
pub(in crate::rules) fn path_of(source: &Source, package: &str) -> Option<String> {
    specs(source)
        .find(|(_, name, path)| name.map_or_else(|| path.rsplit('/').next() == Some(package), |name| name == package))
        .map(|(_, _, path)| path.to_owned())
}

/// Edits that import what of `paths` is not imported yet. None if the file's head is not known.
pub(in crate::rules) fn add(source: &Source, paths: &[&str]) -> Option<Vec<TextEdit>> {
    let is_new = |path: &&str| specs(source).all(|(_, _, known)| known != *path);
    let paths: Vec<&str> = paths.iter().copied().filter(is_new).collect();
    if paths.is_empty() {
        return Some(Vec::new());
    }
    if let Some((block, _)) = source
        .lines()
        .find(|(_, text)| text.starts_with("import") && text.contains('('))
    {
        return Some(paths.iter().map(|path| into_block(source, block, path)).collect());
    }
    if let Some((line, name, known)) = specs(source).next() {
        let mut all: Vec<(&str, Option<&str>)> = paths.iter().map(|path| (*path, None)).collect();
        all.push((known, name));
        all.sort_unstable();
        let start = At { line, byte: 0 };
        return Some(vec![TextEdit::replace(start, source.end_of(line)?, declaration(&all))]);
    }
    let (package, _) = source.lines().find(|(_, text)| text.starts_with("package "))?;
    let all: Vec<(&str, Option<&str>)> = paths.iter().map(|path| (*path, None)).collect();
    Some(vec![TextEdit::insert_lines(
        package + 1,
        format!("\n{}\n", declaration(&all)),
    )])
}

/// Into its place in the alphabet, among the packages of the standard library.
fn into_block(source: &Source, block: u32, path: &str) -> TextEdit {
    let standard = || specs(source).filter(|(line, _, known)| *line > block && !known.contains('.'));
    let follower = standard().find(|(_, _, known)| *known > path).map(|(line, ..)| line);
    let line = follower
        .or(standard().last().map(|(line, ..)| line + 1))
        .unwrap_or(block + 1);
    TextEdit::insert_lines(line, format!("\t\"{path}\"\n"))
}

/// An import declaration of paths and the names they are given.
pub(in crate::rules) fn declaration(all: &[(&str, Option<&str>)]) -> String {
    let spec = |(path, name): &(&str, Option<&str>)| {
        let name = name.map_or_else(String::new, |name| format!("{name} "));
        format!("{name}\"{path}\"")
    };
    match all {
        [one] => format!("import {}", spec(one)),
        all => format!(
            "import (\n{})",
            all.iter().map(|one| format!("\t{}\n", spec(one))).collect::<String>()
        ),
    }
}

/// Removes the import of `path`, and its block if nothing is left in it.
pub(super) fn remove(case: &Case<'_>, path: &str) -> Fix {
    let what = format!("removed the unused import `{path}`");
    let Some((line, ..)) =
        specs(case.source).find(|(line, _, known)| *known == path && *line >= case.start.line.min(*line))
    else {
        return Err(format!("`{path}` is not imported there; the file may have changed"));
    };
    let is_single = case.source.line(line).is_some_and(|text| text.starts_with("import"));
    let opens = |line: u32| {
        case.source
            .line(line)
            .is_some_and(|text| text.starts_with("import") && text.contains('('))
    };
    let closes = |line: u32| case.source.line(line).is_some_and(|text| text.trim() == ")");
    let (mut first, mut last) = (line, line);
    if !is_single && opens(line - 1) && closes(line + 1) {
        (first, last) = (line - 1, line + 1);
    }
    let is_blank = |line: u32| case.source.line(line).is_some_and(|text| text.trim().is_empty());
    if (is_single || first != last) && first > 1 && is_blank(first - 1) && is_blank(last + 1) {
        last += 1;
    }
    Case::edits(what, vec![TextEdit::remove_lines(first, last)])
}

//! Markdown files with front matter, as users write agents and commands: found, bounded and split. Of YAML only
//! `key: value` and lists are read, which is all that such files hold.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Bytes of one file.
const MAX_BYTES: u64 = 64 * 1024;

/// The Markdown files in a folder, sorted. Plain files only: a link may lead anywhere.
pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut paths: Vec<PathBuf> = plain.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
}

/// The text of such a file, with `\n` between its lines.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    let size = path.metadata().map_err(|error| error.to_string())?.len();
    if size > MAX_BYTES {
        return Err(format!("it is longer than {} KiB", MAX_BYTES / 1024));
    }
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    Ok(plain(&text))
}

pub(crate) fn plain(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// Front matter and what stands below it; none where it does not begin or does not end.
pub(crate) fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("---\n")?;
    let (front, body) = match rest.strip_prefix("---") {
        Some(body) => ("", body),
        None => rest.split_once("\n---")?,
    };
    Some((front, body.trim_start_matches('-').trim()))
}

/// The key and value of a line; none for an empty one.
pub(crate) fn pair(line: &str) -> Result<Option<(&str, &str)>, String> {
    match line.split_once(':') {
        Some((key, value)) => Ok(Some((key.trim(), unquoted(value)))),
        None if line.trim().is_empty() => Ok(None),
        None => Err(format!("`{}` is no `key: value`", line.trim())),
    }
}

/// `a, b` or `[a, "b"]`.
pub(crate) fn list(value: &str) -> BTreeSet<String> {
    let names = value.trim_matches(['[', ']']).split(',').map(unquoted);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

pub(crate) fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\''])
}

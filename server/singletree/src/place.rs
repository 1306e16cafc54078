//! Where a headless turn works: the workspace root, and the file and lines that `--file` names.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base::Uri;
use text::{Position, Span};

/// The folder that holds `.git` at or above `start`, else `start`: patches are relative to it, as `git apply` reads them.
pub(crate) fn workspace_root(start: &Path) -> anyhow::Result<PathBuf> {
    let start = start
        .canonicalize()
        .with_context(|| format!("{} cannot be opened", start.display()))?;
    Ok(start
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .unwrap_or(&start)
        .to_path_buf())
}

/// A file of the workspace as the index calls it: relative to `root`, with `/`. `given` is relative to the first of the
/// folders that has it.
pub(crate) fn in_workspace(given: &str, folders: &[&Path], root: &Path) -> anyhow::Result<String> {
    let path = folders
        .iter()
        .map(|folder| folder.join(given))
        .find(|path| path.is_file())
        .with_context(|| format!("there is no file `{given}` in the workspace"))?
        .canonicalize()?;
    let Ok(below) = path.strip_prefix(root) else {
        bail!("`{given}` is outside the workspace, which is {}", root.display());
    };
    Ok(below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}

/// A file and, when given, whole lines of it.
#[derive(Debug, PartialEq)]
pub(crate) struct FilePlace {
    pub(crate) uri: Uri,
    pub(crate) span: Option<Span>,
}

/// Parses `F`, `F:L` or `F:L-L` (1-based, inclusive), relative to `folder`. A file whose own name ends in
/// `:digits` wins over the reading as a line.
pub(crate) fn parse_file_place(raw: &str, folder: &Path) -> anyhow::Result<FilePlace> {
    let (name, span) = match raw.rsplit_once(':') {
        Some((name, lines)) if !folder.join(raw).exists() => match parse_lines(lines) {
            Some(span) => (name, Some(span)),
            None => bail!("`{raw}`: after the colon stand a line or two, as in `{name}:10` or `{name}:10-20`"),
        },
        _ => (raw, None),
    };
    let path = folder.join(name);
    let path = path
        .canonicalize()
        .with_context(|| format!("`{name}` cannot be opened"))?;
    Ok(FilePlace {
        uri: Uri::from_path(&path)?,
        span,
    })
}

fn parse_lines(raw: &str) -> Option<Span> {
    let (first, last) = raw.split_once('-').unwrap_or((raw, raw));
    let first: u32 = first.parse().ok()?;
    let last: u32 = last.parse().ok()?;
    if first == 0 || last < first {
        return None;
    }
    Some(Span {
        start: Position {
            line: first - 1,
            character: 0,
        },
        end: Position {
            line: last - 1,
            character: 0,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expect: Option<(&str, Option<(u32, u32)>)>) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        for name in ["a.rs", "b:7"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        let place = parse_file_place(raw, &folder).ok().map(|place| {
            (
                place.uri.file_name(),
                place.span.map(|span| (span.start.line, span.end.line)),
            )
        });
        assert_eq!(place, expect.map(|(name, lines)| (name.to_owned(), lines)), "{raw}");
    }

    #[test]
    fn a_file_with_a_line_or_a_range() {
        check("a.rs", Some(("a.rs", None)));
        check("a.rs:10", Some(("a.rs", Some((9, 9)))));
        check("a.rs:10-12", Some(("a.rs", Some((9, 11)))));
        check("b:7", Some(("b:7", None)));
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for raw in ["a.rs:0", "a.rs:5-3", "a.rs:x", "missing.rs", "missing.rs:3"] {
            check(raw, None);
        }
    }
}

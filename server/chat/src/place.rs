//! A place in words: `F`, `F:L` or `F:L-L`.

use std::path::Path;

use base::{Uri, UriError};
use text::{Position, Span};

/// A file and, when given, whole lines of it.
#[derive(Clone, Debug, PartialEq)]
pub struct FilePlace {
    pub uri: Uri,
    pub span: Option<Span>,
}

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("`{raw}`: after the colon stand a line or two, as in `{name}:10` or `{name}:10-20`")]
    Lines { raw: String, name: String },
    #[error("`{name}` cannot be opened: {source}")]
    File { name: String, source: std::io::Error },
    #[error(transparent)]
    Uri(#[from] UriError),
    #[error("there is no file `{0}` in the workspace")]
    Missing(String),
    #[error("`{name}` is outside the workspace, which is {root}")]
    Outside { name: String, root: String },
}

/// Whether a file is a conversation that is held in a buffer.
#[must_use]
pub fn is_chat_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.ends_with(".chat.md"))
}

/// A file of the workspace as the index calls it: relative to `root`, with `/`. `given` is relative to the first of the
/// folders that has it.
///
/// # Errors
/// None has it, or it is elsewhere.
pub fn in_workspace(given: &str, folders: &[&Path], root: &Path) -> Result<String, PlaceError> {
    let found = folders
        .iter()
        .map(|folder| folder.join(given))
        .find(|path| path.is_file());
    let path = found.ok_or_else(|| PlaceError::Missing(given.to_owned()))?;
    let path = path.canonicalize().map_err(|source| PlaceError::File {
        name: given.to_owned(),
        source,
    })?;
    let below = path.strip_prefix(root).map_err(|_| PlaceError::Outside {
        name: given.to_owned(),
        root: root.display().to_string(),
    })?;
    Ok(below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}

/// Parses a place (lines from 1, inclusive), relative to `folder`. A file whose own name ends in `:digits` wins over the
/// reading as a line.
///
/// # Errors
/// What is wrong with it, for people.
pub fn parse(raw: &str, folder: &Path) -> Result<FilePlace, PlaceError> {
    let (name, span) = match raw.rsplit_once(':') {
        Some((name, lines)) if !folder.join(raw).exists() => match whole_lines(lines) {
            Some(span) => (name, Some(span)),
            None => {
                let (raw, name) = (raw.to_owned(), name.to_owned());
                return Err(PlaceError::Lines { raw, name });
            }
        },
        _ => (raw, None),
    };
    let path = folder.join(name).canonicalize().map_err(|source| PlaceError::File {
        name: name.to_owned(),
        source,
    })?;
    Ok(FilePlace {
        uri: Uri::from_path(&path)?,
        span,
    })
}

fn whole_lines(raw: &str) -> Option<Span> {
    let (first, last) = raw.split_once('-').unwrap_or((raw, raw));
    span(first.parse().ok()?, last.parse().ok()?)
}

/// Lines from 1, inclusive; none if there are no such.
#[must_use]
pub fn span(first: u32, last: u32) -> Option<Span> {
    let start = |line: u32| Position { line, character: 0 };
    (first > 0 && first <= last).then(|| Span {
        start: start(first - 1),
        end: start(last - 1),
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
        let place = parse(raw, &folder).ok().map(|place| {
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

//! Files that the words name, `@src/a.rs`, `@src/a.rs:10-20` or `@src/a.rs#L10-20`: attached, as where a chat has a menu
//! for them. A word that names no file of the workspace stays a word.

use std::path::{Path, PathBuf};

use base::Attachment;
use chat::place::{self, FilePlace};

/// More is no mention but a list; the model reads what it needs of it.
const MOST: usize = 32;

/// `roots` are where a file may be; the first one is what paths are relative to.
pub(super) fn of(text: &str, home: &Path, roots: &[PathBuf]) -> Vec<Attachment> {
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        let Some(attachment) = mention(word, home, roots) else {
            continue;
        };
        if !found.contains(&attachment) {
            found.push(attachment);
        }
        if found.len() == MOST {
            break;
        }
    }
    found
}

fn mention(word: &str, home: &Path, roots: &[PathBuf]) -> Option<Attachment> {
    let named = word.trim_start_matches(['(', '[', '"', '\'', '`']).strip_prefix('@')?;
    // A sentence may end behind it.
    let named = named.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '`']);
    if named.is_empty() {
        return None;
    }
    let named = match named.split_once("#L") {
        Some((file, lines)) => format!("{file}:{}", lines.replace("-L", "-")),
        None => named.to_owned(),
    };
    let FilePlace { uri, span } = place::parse(&named, home).ok()?;
    let path = uri.path()?;
    let is_inside = roots.iter().any(|root| path.starts_with(root));
    let lines = span.map(|span| (span.start.line + 1, span.end.line + 1));
    (is_inside && path.is_file()).then_some(Attachment::Place { uri, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_workspace_are_attached() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        std::fs::create_dir(home.join("src")).unwrap();
        std::fs::write(home.join("src/a.rs"), "a\n").unwrap();
        let text = "why (@src/a.rs), @src/a.rs:2-3. and @src/a.rs#L4? not me@src/a.rs, @src, @nobody, @/etc/passwd or \
                    @src/a.rs again";
        let found = of(text, &home, std::slice::from_ref(&home));
        let lines: Vec<_> = found
            .iter()
            .map(|attachment| match attachment {
                Attachment::Place { uri, lines } => (uri.file_name(), *lines),
                other => panic!("{other:?}"),
            })
            .collect();
        let a = |lines| ("a.rs".to_owned(), lines);
        assert_eq!(lines, [a(None), a(Some((2, 3))), a(Some((4, 4)))]);
    }
}

//! A session's pending changes as one patch that `git apply` takes, in each file's own bytes.

use std::fmt::Write;
use std::path::Path;

use base::{ChangeKind, SessionId};
use ropey::Rope;

use crate::change_set::{self, ChangeSet};
use crate::file::{FileId, FileState};
use crate::workspace::Workspace;

const CONTEXT: usize = 3;

/// A file before and after, as far as it is there.
struct Pair {
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    names: (String, String),
    is_executable: bool,
}

impl Workspace {
    /// The patch against the files as they are (open buffers as they would be saved), paths relative to the root.
    #[must_use]
    pub fn patch(&self, session: &SessionId) -> Vec<u8> {
        let mut ids: Vec<FileId> = {
            let state = self.lock();
            let has_set = |file: &&FileState| file.sets.contains_key(session) && file.id.path().is_some();
            state
                .files
                .values()
                .filter(has_set)
                .map(|file| file.id.clone())
                .collect()
        };
        ids.sort();
        let mut patch = Vec::new();
        for id in ids {
            self.refresh(&id);
            let state = self.lock();
            let pair = state
                .files
                .get(&id)
                .and_then(|file| self.pair(file, file.sets.get(session)?));
            drop(state);
            if let Some(pair) = pair {
                pair.write(&mut patch);
            }
        }
        patch
    }

    fn pair(&self, file: &FileState, set: &ChangeSet) -> Option<Pair> {
        let path = file.id.path()?;
        let whole = set.live_whole();
        let image = file.byte_image();
        let bytes = |rope: &Rope| image.encode(&rope.to_string()).ok();
        let kind = whole.map_or(ChangeKind::Edit, |whole| whole.kind);
        let old = if kind == ChangeKind::Create {
            None
        } else {
            Some(bytes(&file.rope)?)
        };
        let new = match (kind, whole) {
            (ChangeKind::Delete, _) => None,
            (ChangeKind::Create, Some(whole)) => Some(whole.hunk.placed.text.new.clone().into_bytes()),
            _ => Some(bytes(&change_set::proposed(&file.rope, set.live()))?),
        };
        let to = whole.and_then(|whole| whole.to.as_ref()?.path()).unwrap_or(path);
        let is_changed = old != new || to != path;
        is_changed.then(|| Pair {
            old,
            new,
            names: (self.relative(path), self.relative(to)),
            is_executable: is_executable(path),
        })
    }
}

impl Pair {
    fn write(&self, patch: &mut Vec<u8>) {
        let (from, to) = &self.names;
        let (old_name, new_name) = (quoted("a/", from), quoted("b/", to));
        let mode = if self.is_executable { "100755" } else { "100644" };
        let mut header = format!("diff --git {old_name} {new_name}\n");
        let extended = match (&self.old, &self.new) {
            (None, _) => "new file mode 100644\n".to_owned(),
            (_, None) => format!("deleted file mode {mode}\n"),
            _ if from != to => format!("rename from {}\nrename to {}\n", quoted("", from), quoted("", to)),
            _ => String::new(),
        };
        header.push_str(&extended);
        let empty = Vec::new();
        let hunks = text::unified_bytes(
            self.old.as_ref().unwrap_or(&empty),
            self.new.as_ref().unwrap_or(&empty),
            CONTEXT,
        );
        if !hunks.is_empty() {
            let side = |bytes: &Option<Vec<u8>>, name: &str| match bytes {
                None => "/dev/null".to_owned(),
                // As git does, so that a name with blanks has an end.
                Some(_) if name.contains(' ') => format!("{name}\t"),
                Some(_) => name.to_owned(),
            };
            // Writing to a string cannot fail.
            let _ = write!(
                header,
                "--- {}\n+++ {}\n",
                side(&self.old, &old_name),
                side(&self.new, &new_name)
            );
        }
        patch.extend_from_slice(header.as_bytes());
        patch.extend_from_slice(&hunks);
    }
}

/// A path as git writes it: quoted like a C string if it holds anything unusual.
fn quoted(prefix: &str, path: &str) -> String {
    let is_plain = |byte: u8| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    if path.bytes().all(is_plain) {
        return format!("{prefix}{path}");
    }
    let mut quoted = format!("\"{prefix}");
    for byte in path.bytes() {
        match byte {
            b'\n' => quoted.push_str("\\n"),
            b'\t' => quoted.push_str("\\t"),
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            plain if is_plain(plain) => quoted.push(char::from(plain)),
            // Writing to a string cannot fail.
            other => drop(write!(quoted, "\\{other:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: &str) {
        assert_eq!(quoted("a/", path), expect);
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        check("src/with blank.rs", "a/src/with blank.rs");
        check("é\"\\", r#""a/\303\251\"\\""#);
        check("a\tb\n\u{1}", r#""a/a\tb\n\001""#);
    }
}

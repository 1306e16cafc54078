//! Where a path leads, and whether that is in the workspace.

use std::path::{Path, PathBuf};

use base::Uri;

use crate::error::ReadError;

/// As in Linux (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// A folder (or single file) of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    /// As the client or the user named it: the spelling that goes back to them.
    pub(crate) named: PathBuf,
    /// With links resolved.
    pub(crate) resolved: PathBuf,
}

impl Root {
    pub(crate) fn new(named: &Path) -> Self {
        Self {
            named: named.to_owned(),
            resolved: resolve(named),
        }
    }

    pub(crate) fn holds(&self, resolved: &Path) -> bool {
        resolved.starts_with(&self.resolved)
    }

    fn seems_to_hold(&self, path: &Path) -> bool {
        path.starts_with(&self.named) || path.starts_with(&self.resolved)
    }
}

/// The resolved path, if it lies in one of the roots.
pub(crate) fn locate(roots: &[Root], path: &Path) -> Result<PathBuf, ReadError> {
    let absolute = match roots.first() {
        Some(root) if path.is_relative() => root.resolved.join(path),
        None if path.is_relative() => return Err(ReadError::Outside { path: path.to_owned() }),
        _ => path.to_owned(),
    };
    let resolved = resolve(&absolute);
    if roots.iter().any(|root| root.holds(&resolved)) {
        return Ok(resolved);
    }
    let path = path.to_owned();
    Err(match roots.iter().any(|root| root.seems_to_hold(&lexical(&absolute))) {
        true => ReadError::Link { path },
        false => ReadError::Outside { path },
    })
}

/// The path with every link and `..` resolved; what does not exist is taken by its words.
pub(crate) fn resolve(path: &Path) -> PathBuf {
    resolve_within(path, MAX_LINKS)
}

fn resolve_within(path: &Path, links: usize) -> PathBuf {
    if let Ok(resolved) = std::fs::canonicalize(path) {
        return resolved;
    }
    let Some(parent) = path.parent() else {
        return path.to_owned();
    };
    let mut resolved = resolve_within(parent, links);
    let Some(name) = path.file_name() else {
        resolved.pop();
        return resolved;
    };
    resolved.push(name);
    match std::fs::read_link(&resolved) {
        // A link whose target does not exist: writing through it would create the target.
        Ok(target) if links > 0 => {
            resolved.pop();
            resolve_within(&resolved.join(target), links - 1)
        }
        _ => resolved,
    }
}

fn lexical(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            std::path::Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// A resolved path as the user spells it: below a root's own name.
pub(crate) fn named(roots: &[Root], resolved: &Path) -> PathBuf {
    let below = roots.iter().find_map(|root| {
        let rest = resolved.strip_prefix(&root.resolved).ok()?;
        Some(if rest.as_os_str().is_empty() {
            root.named.clone()
        } else {
            root.named.join(rest)
        })
    });
    below.unwrap_or_else(|| resolved.to_owned())
}

#[expect(
    clippy::expect_used,
    reason = "what is joined to the root folder is absolute, and nothing else can fail"
)]
pub(crate) fn uri(roots: &[Root], resolved: &Path) -> Uri {
    let path = Path::new("/").join(named(roots, resolved));
    Uri::from_path(&path).expect("an absolute path")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(root: &Path, path: &str, expect: Result<&str, &str>) {
        let found = locate(&[Root::new(root)], &root.join(path));
        let found = found.as_deref().map_err(|error| match error {
            ReadError::Outside { .. } => "outside",
            ReadError::Link { .. } => "link",
            _ => "other",
        });
        let expect = expect.map(|path| root.join(path));
        assert_eq!(found, expect.as_deref().map_err(|error| *error));
    }

    #[test]
    fn a_path_is_where_it_leads() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("real")).unwrap();
        std::fs::write(root.join("real/a"), "").unwrap();
        let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, root.join(name)).unwrap();
        link("real", "inside");
        link("/", "outside");
        link("../elsewhere", "dangling");
        link("loop", "loop");
        check(&root, "real/a", Ok("real/a"));
        check(&root, "inside/a", Ok("real/a"));
        check(&root, "inside/not/yet", Ok("real/not/yet"));
        check(&root, "not/../real/a", Ok("real/a"));
        check(&root, "outside/etc/passwd", Err("link"));
        check(&root, "dangling", Err("link"));
        check(&root, "../a", Err("outside"));
        check(&root, "real/../../a", Err("outside"));
        check(&root, "loop", Ok("loop"));
    }

    #[test]
    fn the_user_sees_their_own_spelling() {
        let root = Root {
            named: "/home/me/link".into(),
            resolved: "/data/project".into(),
        };
        assert_eq!(
            named(std::slice::from_ref(&root), Path::new("/data/project/a")),
            Path::new("/home/me/link/a")
        );
        assert_eq!(named(&[root], Path::new("/data/other")), Path::new("/data/other"));
    }
}

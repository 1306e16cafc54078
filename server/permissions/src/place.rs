//! Where a path really leads: every link on the way is followed, as the kernel would.
//!
//! The path need not exist: the part after the longest existing parent is taken by its words. This is a
//! look at the file system, not a lock on it, so whoever writes opens beneath the root by descriptor; the
//! answer here decides whether the attempt is made at all.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};

/// As in Linux (`path_resolution(7)`): more than this many links is a loop.
const MAX_LINKS: usize = 40;

/// As in Linux: no call takes a longer one.
const MAX_LENGTH: usize = 4096;

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("the path is not absolute")]
    Relative,
    #[error("the path holds a NUL byte")]
    Nul,
    #[error("the path is longer than {MAX_LENGTH} bytes")]
    TooLong,
    #[error("the path follows more than {MAX_LINKS} links")]
    Loop,
    #[error("`{}` cannot be looked at: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

enum Step {
    Up,
    Into(OsString),
}

/// The path with links and `..` resolved.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, PlaceError> {
    if !path.is_absolute() {
        return Err(PlaceError::Relative);
    }
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(PlaceError::Nul);
    }
    if path.as_os_str().len() > MAX_LENGTH {
        return Err(PlaceError::TooLong);
    }
    let mut resolved = PathBuf::new();
    let mut steps = VecDeque::new();
    enter(path, &mut resolved, &mut steps);
    let mut links = 0;
    // Below a name that does not exist nothing does: no need to ask.
    let mut exists = true;
    while let Some(step) = steps.pop_front() {
        let name = match step {
            Step::Up => {
                resolved.pop();
                exists = true;
                continue;
            }
            Step::Into(name) => name,
        };
        resolved.push(name);
        if !exists {
            continue;
        }
        match std::fs::symlink_metadata(&resolved) {
            Ok(found) if found.file_type().is_symlink() => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(PlaceError::Loop);
                }
                let target = std::fs::read_link(&resolved).map_err(|source| PlaceError::Io {
                    path: resolved.clone(),
                    source,
                })?;
                resolved.pop();
                enter(&target, &mut resolved, &mut steps);
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => exists = false,
            Err(source) => return Err(PlaceError::Io { path: resolved, source }),
        }
    }
    Ok(resolved)
}

/// Puts the components of `path` in front of what is still to walk; an absolute path starts over.
fn enter(path: &Path, resolved: &mut PathBuf, steps: &mut VecDeque<Step>) {
    let mut inner = Vec::new();
    for component in path.components() {
        match component {
            Component::Prefix(_) | Component::RootDir => resolved.push(component),
            Component::CurDir => {}
            Component::ParentDir => inner.push(Step::Up),
            Component::Normal(name) => inner.push(Step::Into(name.to_owned())),
        }
    }
    for step in inner.into_iter().rev() {
        steps.push_front(step);
    }
}

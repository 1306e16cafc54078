//! Paths with `/`, as text.

/// Without the last part; empty at the top.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

pub(super) fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `a/c` of `a/b` and `../c`. Above the top is the top.
pub(super) fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder itself, and those above it up to the top.
pub(super) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)))
}

/// Whether the path is in the folder or further down.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// How many leading folders two paths share.
pub(super) fn shared(a: &str, b: &str) -> usize {
    let (a, b) = (parent(a).split('/'), parent(b).split('/'));
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// The package that `@a/b/c` or `b/c` is in, and the rest.
pub(super) fn package(target: &str) -> (&str, &str) {
    let scope = if target.starts_with('@') {
        target.find('/').map_or(0, |at| at + 1)
    } else {
        0
    };
    match target[scope..].find('/') {
        Some(at) => (&target[..scope + at], &target[scope + at + 1..]),
        None => (target, ""),
    }
}

//! The files of a workspace, to be found by folder and by the end of their paths.

use std::cmp::Ordering;
use std::iter;

use super::path;

pub(super) struct Files {
    paths: Vec<Box<str>>,
    /// By folder, then name.
    by_folder: Vec<u32>,
    /// By the path read backwards: the same ends stand together.
    by_end: Vec<u32>,
    /// One file of each folder, by the folder read backwards.
    folders_by_end: Vec<u32>,
}

/// So many files with one end are not told apart.
const SAME_END_CAP: usize = 256;

impl Files {
    pub(super) fn new<'a>(paths: impl Iterator<Item = &'a str>) -> Self {
        let paths: Vec<Box<str>> = paths.map(Box::from).collect();
        let indices: Vec<u32> = (0..u32::try_from(paths.len()).unwrap_or(u32::MAX)).collect();
        let key = |index: &u32| &*paths[*index as usize];
        let mut by_folder = indices.clone();
        by_folder.sort_unstable_by_key(|index| (path::parent(key(index)), path::name(key(index))));
        let mut by_end = indices;
        by_end.sort_unstable_by(|a, b| backwards(key(a), key(b)));
        let mut folders_by_end = by_folder.clone();
        folders_by_end.dedup_by_key(|index| path::parent(key(index)));
        folders_by_end.sort_unstable_by(|a, b| backwards(path::parent(key(a)), path::parent(key(b))));
        Self {
            by_folder,
            by_end,
            folders_by_end,
            paths,
        }
    }

    pub(super) fn path(&self, index: u32) -> &str {
        &self.paths[index as usize]
    }

    pub(super) fn exact(&self, file: &str) -> Option<u32> {
        let wanted = (path::parent(file), path::name(file));
        let key = |index: &u32| (path::parent(self.path(*index)), path::name(self.path(*index)));
        let at = self.by_folder.binary_search_by(|index| key(index).cmp(&wanted)).ok()?;
        Some(self.by_folder[at])
    }

    /// Not those further down.
    pub(super) fn in_folder(&self, folder: &str) -> &[u32] {
        let parent = |index: &u32| path::parent(self.path(*index)).cmp(folder);
        equal(&self.by_folder, parent)
    }

    /// Those whose path is `end`, or ends in it after a `/`.
    pub(super) fn by_suffix(&self, end: &str) -> &[u32] {
        equal(&self.by_end, |index| ends(self.path(*index), end))
    }

    /// The folders whose path is `end`, or ends in it after a `/`.
    pub(super) fn folders(&self, end: &str) -> impl Iterator<Item = &str> {
        let folders = equal(&self.folders_by_end, |index| ends(path::parent(self.path(*index)), end));
        folders.iter().map(|index| path::parent(self.path(*index)))
    }

    /// Of those that end so, the one that shares the most folders with the importer; none if several do.
    pub(super) fn nearest(&self, importer: &str, end: &str) -> Option<u32> {
        self.nearest_of(importer, end, |_| true)
    }

    /// The same of those that are `fit`.
    pub(super) fn nearest_of(&self, importer: &str, end: &str, fit: impl Fn(&str) -> bool) -> Option<u32> {
        let found = self.by_suffix(end);
        if found.len() > SAME_END_CAP {
            return None;
        }
        let shared = |index: &u32| path::shared(self.path(*index), importer);
        let found: Vec<u32> = found.iter().copied().filter(|index| fit(self.path(*index))).collect();
        let best = found.iter().map(shared).max()?;
        let mut nearest = found.iter().filter(|index| shared(index) == best);
        let first = nearest.next()?;
        nearest.next().is_none().then_some(*first)
    }
}

/// As if each path started with a `/`, so that a path stands with those that end in it.
fn backwards(a: &str, b: &str) -> Ordering {
    read_backwards(a).cmp(read_backwards(b))
}

/// Where a path stands to those that end in `end`, in that order.
fn ends(path: &str, end: &str) -> Ordering {
    let end = read_backwards(end);
    let length = end.clone().count();
    read_backwards(path).take(length).cmp(end)
}

fn read_backwards(path: &str) -> impl Iterator<Item = u8> + Clone {
    path.bytes().rev().chain(iter::once(b'/'))
}

/// The run of a sorted list that compares equal.
fn equal(sorted: &[u32], compare: impl Fn(&u32) -> Ordering) -> &[u32] {
    let start = sorted.partition_point(|index| compare(index) == Ordering::Less);
    let length = sorted[start..].partition_point(|index| compare(index) == Ordering::Equal);
    &sorted[start..start + length]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_whole_parts() {
        let files = Files::new(["b.h", "x-b.h", "a/b.h", "xb.h", "a/c/b.h", "a.b.h"].into_iter());
        let found = |end: &str| {
            let mut found: Vec<&str> = files.by_suffix(end).iter().map(|index| files.path(*index)).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(found("b.h"), ["a/b.h", "a/c/b.h", "b.h"]);
        assert_eq!(found("c/b.h"), ["a/c/b.h"]);
        assert_eq!(found("h"), Vec::<&str>::new());
        assert_eq!(files.folders("c").collect::<Vec<_>>(), ["a/c"]);
        assert_eq!(files.in_folder("a").len(), 1);
        assert_eq!(files.exact("a/c/b.h"), Some(4));
        assert_eq!(files.nearest("a/c/d.c", "b.h"), Some(4));
        assert_eq!(files.nearest("z/d.c", "b.h"), None);
    }
}

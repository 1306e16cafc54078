//! The index's view of the workspace: a session's.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use context::{DiskSource, Language, Matches, References, Snapshot, Source, Stamp};
use ropey::Rope;

use crate::error::ToolError;
use crate::overlay;
use crate::tool::ToolContext;

pub(crate) struct SessionSource<'a> {
    cx: &'a ToolContext,
    disk: DiskSource,
    in_memory: BTreeSet<PathBuf>,
}

impl<'a> SessionSource<'a> {
    pub(crate) fn new(cx: &'a ToolContext) -> Self {
        let roots = cx.workspace.roots();
        let roots = roots.iter().map(|root| overlay::resolved(root)).collect();
        Self {
            cx,
            disk: DiskSource::new(roots),
            in_memory: overlay::in_memory(cx),
        }
    }

    /// What is declared by a name like this: looked for where the atlas says, and only if nothing is there everywhere.
    pub(crate) fn symbols(&self, query: &str) -> Matches {
        let index = &self.cx.index;
        let narrowed = Narrowed::new(self, |snapshot| snapshot.files_with_names_like(query));
        let found = narrowed.map(|source| index.symbols(&source, query));
        found
            .filter(|found| !found.symbols.is_empty())
            .unwrap_or_else(|| index.symbols(self, query))
    }

    /// Where a name is used, below a place if one is given.
    pub(crate) fn references(&self, name: &str, under: Option<&Path>) -> References {
        let index = &self.cx.index;
        match Narrowed::new(self, |snapshot| snapshot.files_with_name(name)) {
            Some(source) => index.references(&source, name, under),
            None => index.references(self, name, under),
        }
    }

    /// Those of the index's findings that may be shown, unless the turn was stopped and they are not all.
    pub(crate) fn shown<T>(&self, mut found: Vec<T>, path_of: impl Fn(&T) -> &Path) -> Result<Vec<T>, ToolError> {
        self.cx.go_on()?;
        let mut judged: HashMap<PathBuf, bool> = HashMap::new();
        found.retain(|finding| {
            let path = path_of(finding);
            *judged
                .entry(path.to_owned())
                .or_insert_with(|| self.cx.may_search(path))
        });
        Ok(found)
    }
}

/// A part of it: the files that the atlas names, and those of the session that it does not know.
pub(crate) struct Narrowed<'a> {
    source: &'a SessionSource<'a>,
    files: BTreeSet<PathBuf>,
}

impl<'a> Narrowed<'a> {
    /// `named` is asked of the workspace as it is now; none where the atlas is cold, and all files must be looked at.
    pub(crate) fn new(source: &'a SessionSource<'a>, named: impl Fn(&Snapshot) -> Vec<PathBuf>) -> Option<Self> {
        let atlas = &source.cx.atlas;
        if atlas.snapshot().is_empty() {
            return None;
        }
        atlas.refresh();
        let mut files: BTreeSet<PathBuf> = named(&atlas.snapshot()).into_iter().collect();
        files.extend(source.in_memory.iter().cloned());
        overlay::apply(source.cx, &mut files);
        files.retain(|path| Language::of_path(path).is_some_and(Language::is_code));
        Some(Self { source, files })
    }
}

impl Source for Narrowed<'_> {
    fn files(&self) -> Vec<PathBuf> {
        self.files.iter().cloned().collect()
    }

    fn text(&self, path: &Path) -> Option<Rope> {
        self.source.text(path)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        self.source.stamp(path)
    }
}

impl Source for SessionSource<'_> {
    fn files(&self) -> Vec<PathBuf> {
        let mut files: BTreeSet<PathBuf> = self.disk.files().into_iter().collect();
        overlay::apply(self.cx, &mut files);
        files.retain(|path| Language::of_path(path).is_some_and(Language::is_code));
        files.into_iter().collect()
    }

    fn text(&self, path: &Path) -> Option<Rope> {
        // A stopped turn reads nothing more, so that the index is through with its files at once.
        self.cx.go_on().ok()?;
        // The workspace hashes what it reads, which costs more than all else here: only what is in memory, or no
        // UTF-8, is asked of it.
        if !self.in_memory.contains(path)
            && let Some(rope) = self.disk.text(path)
        {
            return Some(rope);
        }
        self.cx.peek(path).map(|view| view.rope)
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        if self.in_memory.contains(path) {
            None
        } else {
            self.disk.stamp(path)
        }
    }
}

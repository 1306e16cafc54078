//! The index's view of the workspace: a session's.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use context::{DiskSource, Language, Source, Stamp};
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

impl Source for SessionSource<'_> {
    fn files(&self) -> Vec<PathBuf> {
        let mut files: BTreeSet<PathBuf> = self.disk.files().into_iter().collect();
        overlay::apply(self.cx, &mut files);
        files.retain(|path| Language::of_path(path).is_some());
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

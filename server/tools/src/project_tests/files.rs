//! A project's own files, as the session sees them.

use std::path::{Path, PathBuf};

use crate::tool::ToolContext;

pub(super) struct Files<'a> {
    cx: &'a ToolContext,
    pub(super) folder: PathBuf,
    /// The workspace folder that it is in.
    pub(super) root: PathBuf,
}

impl<'a> Files<'a> {
    pub(super) fn new(cx: &'a ToolContext, folder: &Path, root: &Path) -> Self {
        Self {
            cx,
            folder: folder.to_owned(),
            root: root.to_owned(),
        }
    }

    /// Those of another folder.
    pub(super) fn at(&self, folder: &Path) -> Self {
        Self::new(self.cx, folder, &self.root)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        Some(self.cx.peek(&self.folder.join(name))?.rope.to_string())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.cx.peek(&self.folder.join(name)).is_some()
    }

    /// The names of the files in a folder below, on the disk and proposed.
    pub(super) fn names(&self, below: &str) -> Vec<String> {
        let folder = self.folder.join(below);
        let on_disk = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let on_disk = on_disk.map(|entry| entry.path());
        let proposed = self.cx.workspace.proposed_files(&self.cx.session);
        let proposed = proposed.into_iter().map(|(path, _, to)| to.unwrap_or(path));
        let all = on_disk.chain(proposed.filter(|path| path.parent() == Some(&folder)));
        let present = all.filter(|path| self.cx.peek(path).is_some());
        present
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect()
    }

    /// The names of the folders below, on the disk.
    pub(super) fn folders(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let mut names: Vec<String> = folders
            .filter_map(|folder| folder.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// The folders from this one up to the workspace's.
    pub(super) fn above(&self) -> impl Iterator<Item = Files<'a>> {
        let folders = self
            .folder
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root));
        folders.map(|folder| self.at(folder)).collect::<Vec<_>>().into_iter()
    }

    /// A path in this folder as a command that starts here names it; none for the folder itself.
    pub(super) fn relative(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.folder).ok()?;
        (!below.as_os_str().is_empty()).then(|| below.to_string_lossy().into_owned())
    }
}

//! What git ignores, judged by what the session saw before the command: a command cannot hide a change by writing an
//! ignore file.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::places::{git_folders, variable};
use crate::workbench::SeedContent;

/// Output that tools make in folders without telling git.
const OUTPUT: &[&str] = &[
    "__pycache__",
    "node_modules",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".tox",
    ".nox",
];

/// The rules of one root, read folder by folder as they are asked for.
pub(crate) struct Ignored<'a> {
    root: PathBuf,
    seeds: &'a HashMap<PathBuf, SeedContent>,
    /// Rules of a folder's own ignore file.
    folders: HashMap<PathBuf, Gitignore>,
    /// Rules that hold for the whole repository, weakest last.
    general: Vec<Gitignore>,
}

impl<'a> Ignored<'a> {
    pub(crate) fn new(
        root: &Path,
        seeds: &'a HashMap<PathBuf, SeedContent>,
        environment: &[(OsString, OsString)],
    ) -> Self {
        let repository = root
            .ancestors()
            .find(|folder| folder.join(".git").exists())
            .unwrap_or(root);
        let excludes = git_folders(root).into_iter().map(|git| git.join("info/exclude"));
        let config = variable(environment, "XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .or_else(|| Some(Path::new(variable(environment, "HOME")?).join(".config")));
        let global = config.map(|config| config.join("git/ignore"));
        let general = excludes.chain(global).filter(|file| file.is_file()).map(|file| {
            let mut rules = GitignoreBuilder::new(repository);
            // A line that cannot be read is a rule less, as in git.
            let _ = rules.add(file);
            rules.build().unwrap_or_else(|_| Gitignore::empty())
        });
        let general = general.collect();
        Self {
            root: repository.to_owned(),
            seeds,
            folders: HashMap::new(),
            general,
        }
    }

    /// Whether a path is ignored whose folder is not.
    pub(crate) fn is_ignored(&mut self, path: &Path, is_folder: bool) -> bool {
        if is_folder
            && path
                .file_name()
                .is_some_and(|name| OUTPUT.iter().any(|output| name == *output))
        {
            return true;
        }
        let root = self.root.clone();
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&root));
        for folder in folders {
            let rules = self.rules(folder).matched(path, is_folder);
            if !rules.is_none() {
                return rules.is_ignore();
            }
        }
        let mut general = self.general.iter().map(|rules| rules.matched(path, is_folder));
        general
            .find(|found| !found.is_none())
            .is_some_and(|found| found.is_ignore())
    }

    /// Whether the path or a folder that it lies in is ignored.
    pub(crate) fn is_within_ignored(&mut self, path: &Path, is_folder: bool) -> bool {
        let root = self.root.clone();
        let mut folders: Vec<_> = path
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&root) && **folder != *root)
            .collect();
        folders.reverse();
        folders.into_iter().any(|folder| self.is_ignored(folder, true)) || self.is_ignored(path, is_folder)
    }

    fn rules(&mut self, folder: &Path) -> &Gitignore {
        let seeds = self.seeds;
        self.folders.entry(folder.to_owned()).or_insert_with(|| {
            let file = folder.join(".gitignore");
            let text = match seeds.get(&file) {
                Some(SeedContent::File(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
                Some(SeedContent::Absent) => None,
                None => std::fs::read(&file)
                    .ok()
                    .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            };
            let mut rules = GitignoreBuilder::new(folder);
            for line in text.iter().flat_map(|text| text.lines()) {
                let _ = rules.add_line(None, line);
            }
            rules.build().unwrap_or_else(|_| Gitignore::empty())
        })
    }
}

/// Whether a folder that a command made says itself that it is only output: build tools mark theirs.
pub(crate) fn marks_itself(folder: &Path) -> bool {
    let ignores_all = || {
        let text = std::fs::read_to_string(folder.join(".gitignore")).unwrap_or_default();
        text.lines().any(|line| line.trim() == "*")
    };
    folder.join("CACHEDIR.TAG").is_file() || ignores_all()
}

//! The files that make tools run something by themselves, and what they held when the user said yes.
//!
//! What asks again is what runs *without anyone asking for that very command*: when a folder is entered or opened,
//! when git or a package manager does its daily work, when a tool chooses its own version. A changed `Makefile`,
//! `build.rs`, test or package script does not: it runs when a build or test is started, which happens in the
//! workbench, and its changes are reviewed like any other. CI runs elsewhere.
//!
//! Only fixed places are looked at, never the tree.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::regular;
use crate::trust::git_config;
use crate::trust::git_link::Repository;

/// Larger than any hook that is written by hand or bundled.
const MAX_BYTES: u64 = 16 << 20;
/// Of all together: a repository must not be able to make opening it slow.
const MAX_ALL_BYTES: u64 = 64 << 20;
const MAX_ALL_ENTRIES: usize = 2048;
const MAX_DEPTH: usize = 6;

struct Group {
    runs: &'static str,
    /// Between white space; `x/` is the files in a folder, `x/**` all below it.
    places: &'static str,
}

const GROUPS: [Group; 7] = [
    Group {
        runs: "sets what this agent does here",
        places: ".singletree/**",
    },
    Group {
        runs: "starts programs for an agent",
        places: ".mcp.json mcp.json mcp_config.json mcp_config.yaml .claude/settings.json .claude/settings.local.json
            .claude/hooks/ .codex/config.toml .gemini/settings.json .cursor/mcp.json .cursor/hooks.json
            .windsurf/mcp.json .windsurf/hooks.json opencode.json opencode.jsonc .opencode/** .aider.conf.yml
            permissions.yaml",
    },
    Group {
        runs: "runs when the folder is opened in an editor",
        places: ".vscode/ .zed/ .helix/ .fleet/ .idea/watcherTasks.xml .idea/externalDependencies.xml
            .idea/runConfigurations/ .idea/tools/ .nvim.lua .nvimrc .exrc .vimrc _vimrc .lvimrc .dir-locals.el
            .dir-locals-2.el .projectile .neoconf.json .devcontainer/ .devcontainer.json .gdbinit .lldbinit",
    },
    Group {
        runs: "runs when a shell enters the folder",
        places: ".envrc .tool-versions mise.toml .mise.toml .mise/config.toml .config/mise.toml
            .config/mise/config.toml",
    },
    Group {
        runs: "runs with git's daily work",
        places: ".husky/ .husky/_/ .githooks/ .pre-commit-config.yaml .pre-commit-config.yml lefthook.yml
            lefthook.yaml lefthook.toml lefthook.json .lefthook.yml .lefthook.yaml .lefthook.toml .lefthook.json
            lefthook-local.yml .lefthook-local.yml .lintstagedrc .lintstagedrc.json .lintstagedrc.yaml
            .lintstagedrc.js .lintstagedrc.cjs .lintstagedrc.mjs",
    },
    Group {
        runs: "chooses the program that a tool runs",
        places: "rust-toolchain rust-toolchain.toml .cargo/config .cargo/config.toml gradlew gradlew.bat
            gradle/wrapper/ mvnw mvnw.cmd .mvn/ .mvn/wrapper/ .bazelrc .bazeliskrc tools/bazel",
    },
    Group {
        runs: "is run by a package manager whatever it is asked for",
        places: ".npmrc .yarnrc .yarnrc.yml .yarn/releases/ .yarn/plugins/** .pnpmfile.cjs .pnpmfile.mjs bunfig.toml",
    },
];

const GIT_RUNS: &str = "runs with git's daily work";

/// A file, or a setting of git, that makes a tool run something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executable {
    /// Relative to the folder; git's own begin with `.git/` wherever git keeps them. Escaped for people.
    pub name: String,
    /// Completes "`x` …".
    pub runs: &'static str,
    digest: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Digest {
    Of(String),
    /// It could not be read: the same as nothing, and never confirmed.
    Unfit(String),
}

impl Digest {
    fn of(bytes: &[u8]) -> Self {
        Self::Of(blake3::hash(bytes).to_hex().to_string())
    }
}

/// What was found at a folder, ordered by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fingerprint {
    found: BTreeMap<String, Executable>,
    bytes: u64,
    entries: usize,
}

impl Fingerprint {
    pub(crate) fn of(folder: &Path, repository: &Repository) -> Self {
        let mut taken = Self::default();
        for group in &GROUPS {
            for place in group.places.split_whitespace() {
                taken.take_place(folder, place, group.runs);
            }
        }
        let mut hook_folders = Vec::new();
        // The common folder comes last and goes by the same names in all worktrees, so that they can be compared.
        for (git, suffix) in repository.git_folders.iter().rev().zip(["", " of this worktree"]) {
            taken.take_git(git, suffix, &mut hook_folders);
        }
        for named in hook_folders {
            taken.take_folder(&folder.join(&named), &named, 0, GIT_RUNS);
        }
        taken
    }

    pub(crate) fn executables(self) -> Vec<Executable> {
        self.found.into_values().collect()
    }

    /// The digests to record, by name.
    ///
    /// # Errors
    /// The first file that cannot be confirmed, and why.
    pub(crate) fn digests(&self) -> Result<BTreeMap<String, String>, (String, String)> {
        let digest = |executable: &Executable| match &executable.digest {
            Digest::Of(digest) => Ok((executable.name.clone(), digest.clone())),
            Digest::Unfit(why) => Err((executable.name.clone(), why.clone())),
        };
        self.found.values().map(digest).collect()
    }

    /// The names whose content is not what was recorded: changed, new, or gone (a removed setting can loosen too).
    pub(crate) fn differences(&self, recorded: &BTreeMap<String, String>) -> Vec<String> {
        let is_recorded = |executable: &Executable| match &executable.digest {
            Digest::Of(digest) => recorded.get(&executable.name) == Some(digest),
            Digest::Unfit(_) => false,
        };
        let here = self.found.values().filter(|executable| !is_recorded(executable));
        let gone = recorded.keys().filter(|name| !self.found.contains_key(*name));
        let mut names: Vec<String> = here
            .map(|executable| executable.name.clone())
            .chain(gone.cloned())
            .collect();
        names.sort_unstable();
        names
    }

    fn take_place(&mut self, folder: &Path, place: &str, runs: &'static str) {
        let (name, depth) = match (place.strip_suffix("/**"), place.strip_suffix('/')) {
            (Some(name), _) => (name, Some(MAX_DEPTH)),
            (None, Some(name)) => (name, Some(0)),
            (None, None) => (place, None),
        };
        let path = folder.join(name);
        match depth {
            Some(depth) => self.take_folder(&path, name, depth, runs),
            None => self.take_file(&path, name.to_owned(), runs),
        }
    }

    fn take_folder(&mut self, path: &Path, name: &str, depth: usize, runs: &'static str) {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            // A file where a folder is expected (a hook folder that settings name) counts as a file.
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return self.take_file(path, name.to_owned(), runs);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.insert(name.to_owned(), runs, Digest::Unfit(error.to_string())),
        };
        for entry in entries {
            let entry = match self.count().and(entry) {
                Ok(entry) => entry,
                Err(error) => return self.insert(name.to_owned(), runs, Digest::Unfit(error.to_string())),
            };
            let own = entry.file_name();
            let own = match own.to_str() {
                Some(text) => text.escape_debug().to_string(),
                None => own.as_encoded_bytes().escape_ascii().to_string(),
            };
            let name = format!("{name}/{own}");
            let is_folder = fs::metadata(entry.path()).is_ok_and(|found| found.is_dir());
            match (is_folder, depth.checked_sub(1)) {
                (true, Some(depth)) => self.take_folder(&entry.path(), &name, depth, runs),
                (true, None) => {}
                (false, _) if is_inert(&own) => {}
                (false, _) => self.take_file(&entry.path(), name, runs),
            }
        }
    }

    fn take_git(&mut self, git: &Path, suffix: &str, hook_folders: &mut Vec<String>) {
        self.take_folder(&git.join("hooks"), &format!(".git/hooks{suffix}"), 0, GIT_RUNS);
        self.take_file(
            &git.join("info/attributes"),
            format!(".git/info/attributes{suffix}"),
            GIT_RUNS,
        );
        for file in ["config", "config.worktree"] {
            let name = format!(".git/{file}{suffix}");
            self.take_git_config(&git.join(file), &name, 0, hook_folders);
        }
    }

    /// The settings of a file and of those that it includes.
    fn take_git_config(&mut self, path: &Path, name: &str, depth: usize, hook_folders: &mut Vec<String>) {
        let text = match self.read(path) {
            Ok(_) if depth > MAX_DEPTH => {
                let why = "it is included by too many files in turn".to_owned();
                return self.insert(name.to_owned(), GIT_RUNS, Digest::Unfit(why));
            }
            Ok(bytes) => String::from_utf8(bytes),
            Err(error) if is_absent(&error) => return,
            Err(error) => return self.insert(name.to_owned(), GIT_RUNS, Digest::Unfit(error.to_string())),
        };
        let settings = match text {
            Ok(text) => git_config::helpers(&text),
            // In another encoding it counts as a whole.
            Err(error) => return self.insert(name.to_owned(), GIT_RUNS, Digest::of(error.as_bytes())),
        };
        for (key, values) in settings {
            let shown = format!("{name}: {}", key.escape_debug());
            self.insert(shown.clone(), GIT_RUNS, Digest::of(values.join("\0").as_bytes()));
            let is_include = key.starts_with("include") && key.ends_with(".path");
            for value in &values {
                if key == "core.hookspath" {
                    hook_folders.push(value.clone());
                } else if is_include {
                    let included = path.parent().unwrap_or(path).join(value);
                    let name = format!("{shown} ({})", value.escape_debug());
                    self.take_git_config(&included, &name, depth + 1, hook_folders);
                }
            }
        }
    }

    fn take_file(&mut self, path: &Path, name: String, runs: &'static str) {
        let digest = match self.read(path) {
            Ok(bytes) => Digest::Of(format!("{}{}", blake3::hash(&bytes).to_hex(), mark_of_program(path))),
            // A link to nothing runs nothing, until what it names appears.
            Err(error) if is_absent(&error) => return,
            Err(error) => Digest::Unfit(error.to_string()),
        };
        self.insert(name, runs, digest);
    }

    fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        self.count()?;
        let bytes = regular::read(path, MAX_BYTES)?;
        self.bytes += bytes.len() as u64;
        Ok(bytes)
    }

    fn count(&mut self) -> io::Result<()> {
        self.entries += 1;
        if self.entries > MAX_ALL_ENTRIES || self.bytes > MAX_ALL_BYTES {
            return Err(io::Error::other("there is too much here that runs by itself"));
        }
        Ok(())
    }

    fn insert(&mut self, name: String, runs: &'static str, digest: Digest) {
        let executable = Executable {
            name: name.clone(),
            runs,
            digest,
        };
        self.found.insert(name, executable);
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Git leaves samples in every repository, and runs none of them.
fn is_inert(name: &str) -> bool {
    let name = Path::new(name);
    name.extension().is_some_and(|extension| extension == "sample") || name == Path::new(".DS_Store")
}

/// A hook runs only if it may: becoming executable is a change.
#[cfg(unix)]
fn mark_of_program(path: &Path) -> &'static str {
    use std::os::unix::fs::PermissionsExt;
    let is_program = fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o111 != 0);
    if is_program { "+x" } else { "" }
}

#[cfg(not(unix))]
fn mark_of_program(_: &Path) -> &'static str {
    ""
}

//! The repository that a git command would find, and whether its own configuration makes a reader run a program.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git_config::{self, Setting};

/// Larger files are nobody's hand-made configuration.
const MAX_CONFIG: u64 = 256 * 1024;
/// Repositories inside repositories that are looked at.
const MAX_SUBMODULES: usize = 64;

/// Why a reader asks.
pub(super) struct Concern {
    pub(super) rule: &'static str,
    pub(super) reason: String,
}

fn helper(reason: String) -> Concern {
    Concern {
        rule: "git.helper",
        reason,
    }
}

fn link(reason: String) -> Concern {
    Concern {
        rule: "git.link",
        reason,
    }
}

/// Where a repository keeps what it knows.
struct Repository {
    work: PathBuf,
    /// Its own folder, and the one that it shares with its other working trees.
    own: PathBuf,
    common: PathBuf,
    is_linked: bool,
}

/// What speaks against running a reader in this folder; nothing where there is no repository.
pub(super) fn concern(folder: &Path) -> Option<Concern> {
    for folder in folder.ancestors() {
        let git = folder.join(".git");
        let Ok(found) = fs::symlink_metadata(&git) else {
            if is_bare(folder) {
                return Some(helper(format!("`{}` is itself a repository", folder.display())));
            }
            continue;
        };
        return match find(folder, &git, &found) {
            Ok(repository) => judge(&repository),
            Err(concern) => Some(concern),
        };
    }
    None
}

fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").exists() && folder.join("objects").exists() && folder.join("refs").exists()
}

fn find(work: &Path, git: &Path, found: &fs::Metadata) -> Result<Repository, Concern> {
    let work = work.to_owned();
    if found.is_dir() {
        if git.join("commondir").exists() {
            return Err(link(format!(
                "`{}` says that it belongs to another repository",
                git.display()
            )));
        }
        return Ok(Repository {
            work,
            own: git.to_owned(),
            common: git.to_owned(),
            is_linked: false,
        });
    }
    linked(work, git).ok_or_else(|| {
        link(format!(
            "`{}` points at a repository that does not point back at it",
            git.display()
        ))
    })
}

/// A `.git` that is a file: a working tree of another repository, or a submodule. Both point at each other.
fn linked(work: PathBuf, git: &Path) -> Option<Repository> {
    let text = small(git)?;
    let own = fs::canonicalize(work.join(text.strip_prefix("gitdir:")?.trim())).ok()?;
    let Some(name) = small(&own.join("commondir")) else {
        let is_module = own.components().any(|part| part.as_os_str() == ".git")
            && own.components().any(|part| part.as_os_str() == "modules");
        return is_module.then(|| Repository {
            work,
            common: own.clone(),
            own,
            is_linked: true,
        });
    };
    let common = fs::canonicalize(own.join(name.trim())).ok()?;
    let back = small(&own.join("gitdir"))?;
    let points_back = fs::canonicalize(own.join(back.trim())).ok()? == fs::canonicalize(git).ok()?;
    let is_worktree = own.parent()? == common.join("worktrees");
    (points_back && is_worktree).then_some(Repository {
        work,
        own,
        common,
        is_linked: false,
    })
}

fn small(path: &Path) -> Option<String> {
    let length = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    if length > MAX_CONFIG {
        return None;
    }
    fs::read_to_string(path).ok()
}

fn judge(repository: &Repository) -> Option<Concern> {
    let mut hooks = repository.common.join("hooks");
    for file in [repository.common.join("config"), repository.own.join("config.worktree")] {
        if fs::symlink_metadata(&file).is_err() {
            continue;
        }
        let shown = file.display();
        let Some(settings) = small(&file).as_deref().and_then(git_config::parse) else {
            return Some(helper(format!(
                "`{shown}` cannot be read, so what it makes git run is not known"
            )));
        };
        for setting in &settings {
            if setting.named() == "core.hookspath" {
                hooks = repository.work.join(&setting.value);
            }
            let is_own_tree = repository.is_linked && setting.named() == "core.worktree" && {
                let named = fs::canonicalize(repository.own.join(&setting.value));
                named.is_ok_and(|named| fs::canonicalize(&repository.work).is_ok_and(|work| work == named))
            };
            if !is_own_tree && runs(setting) {
                return Some(helper(format!(
                    "`{}` in `{shown}` makes git run a program, or reach elsewhere",
                    setting.named()
                )));
            }
        }
    }
    if fs::symlink_metadata(hooks.join("post-index-change")).is_ok() {
        return Some(helper(format!(
            "`{}` runs when git refreshes its index",
            hooks.join("post-index-change").display()
        )));
    }
    submodules(repository)
}

/// `status` and `diff` look into submodules, which have a configuration each.
fn submodules(repository: &Repository) -> Option<Concern> {
    let list = repository.work.join(".gitmodules");
    if fs::symlink_metadata(&list).is_err() {
        return None;
    }
    let Some(settings) = small(&list).as_deref().and_then(git_config::parse) else {
        return Some(helper("`.gitmodules` cannot be read".to_owned()));
    };
    let paths: Vec<&Setting> = settings.iter().filter(|setting| setting.key == "path").collect();
    if paths.len() > MAX_SUBMODULES {
        return Some(helper(format!(
            "there are more than {MAX_SUBMODULES} submodules to look into"
        )));
    }
    paths.into_iter().find_map(|setting| {
        let work = repository.work.join(&setting.value);
        let git = work.join(".git");
        let found = fs::symlink_metadata(&git).ok()?;
        match find(&work, &git, &found) {
            Ok(inner) => judge(&inner),
            Err(concern) => Some(concern),
        }
    })
}

/// Keys of `core` and `diff` that name no program.
const PLAIN_CORE: [&str; 47] = [
    "repositoryformatversion",
    "filemode",
    "bare",
    "logallrefupdates",
    "ignorecase",
    "precomposeunicode",
    "symlinks",
    "autocrlf",
    "eol",
    "safecrlf",
    "abbrev",
    "quotepath",
    "hookspath",
    "excludesfile",
    "attributesfile",
    "sparsecheckout",
    "sparsecheckoutcone",
    "untrackedcache",
    "preloadindex",
    "splitindex",
    "commitgraph",
    "multipackindex",
    "compression",
    "loosecompression",
    "packedgitlimit",
    "packedgitwindowsize",
    "bigfilethreshold",
    "deltabasecachelimit",
    "trustctime",
    "checkstat",
    "whitespace",
    "commentchar",
    "commentstring",
    "fscache",
    "longpaths",
    "protectntfs",
    "protecthfs",
    "sharedrepository",
    "fsync",
    "fsyncmethod",
    "fsyncobjectfiles",
    "createobject",
    "notesref",
    "warnambiguousrefs",
    "autostash",
    "usereplacerefs",
    "checkroundtripencoding",
];
const PLAIN_DIFF: [&str; 24] = [
    "algorithm",
    "renames",
    "renamelimit",
    "context",
    "interhunkcontext",
    "mnemonicprefix",
    "noprefix",
    "srcprefix",
    "dstprefix",
    "relative",
    "colormoved",
    "colormovedws",
    "wserrorhighlight",
    "indentheuristic",
    "statgraphwidth",
    "statnamewidth",
    "dirstat",
    "suppressblankempty",
    "wordregex",
    "tool",
    "guitool",
    "ignoresubmodules",
    "autorefreshindex",
    "nopreview",
];

/// Whether a setting makes a reader run a program, check a signature or reach elsewhere.
fn runs(setting: &Setting) -> bool {
    let Setting {
        section,
        subsection,
        key,
        value,
    } = setting;
    let key = key.as_str();
    match (section.as_str(), subsection) {
        ("core", None) => match key {
            "fsmonitor" => !setting.is_off(),
            "pager" => !matches!(value.as_str(), "cat" | ""),
            _ => !PLAIN_CORE.contains(&key),
        },
        ("diff", None) => !PLAIN_DIFF.contains(&key),
        ("diff", Some(_)) => !matches!(
            key,
            "xfuncname" | "funcname" | "binary" | "wordregex" | "cachetextconv" | "algorithm"
        ),
        ("pager", _) => !setting.is_off() && value != "cat",
        ("include" | "includeif" | "filter" | "uploadpack" | "credential" | "protocol" | "core" | "fsmonitor", _) => {
            true
        }
        ("gpg", _) => key != "format",
        ("log", None) => key == "showsignature" && !setting.is_off(),
        ("format", None) => key == "pretty" && value.contains("%G"),
        ("pretty", None) => value.contains("%G"),
        ("extensions", None) => !matches!(
            key,
            "worktreeconfig"
                | "objectformat"
                | "refstorage"
                | "noop"
                | "preciousobjects"
                | "compatobjectformat"
                | "relativeworktrees"
        ),
        ("remote", Some(_)) => matches!(
            key,
            "uploadpack" | "receivepack" | "vcs" | "promisor" | "proxy" | "partialclonefilter"
        ),
        ("submodule", _) => key == "update" && value.starts_with('!'),
        ("status", None) => key == "submodulesummary" && !setting.is_off(),
        _ => false,
    }
}

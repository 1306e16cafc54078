//! Which folders a command gets a private layer of: the workspace, its git folders, redirected build output and the
//! caches of build tools.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// What becomes of what a command wrote there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Changes come back; what git ignores stays in the layer.
    Root,
    /// A git folder outside the roots: discarded after each command.
    Git,
    /// Caches and build output: stays in the layer.
    Cache,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
}

/// Under the home folder.
const CACHES: &[&str] = &[
    ".cargo/registry",
    ".cargo/git",
    ".cache/go-build",
    ".cache/golangci-lint",
    ".cache/pip",
    ".cache/uv",
    ".cache/pnpm",
    ".cache/yarn",
    ".cache/pre-commit",
    ".cache/ccache",
    ".cache/sccache",
    ".local/share/pnpm/store",
    ".npm",
    ".gradle/caches",
    ".m2/repository",
    "go/pkg/mod",
    "Library/Caches/go-build",
    "Library/Caches/pip",
];

/// Variables that name a cache or an output folder.
const VARIABLES: &[(&str, &str)] = &[
    ("CARGO_HOME", "registry"),
    ("CARGO_HOME", "git"),
    ("CARGO_TARGET_DIR", ""),
    ("CARGO_BUILD_TARGET_DIR", ""),
    ("GOPATH", "pkg/mod"),
    ("GOCACHE", ""),
    ("GOMODCACHE", ""),
    ("npm_config_cache", ""),
    ("PIP_CACHE_DIR", ""),
    ("UV_CACHE_DIR", ""),
    ("XDG_CACHE_HOME", "go-build"),
    ("XDG_CACHE_HOME", "pip"),
    ("XDG_CACHE_HOME", "uv"),
    ("XDG_CACHE_HOME", "pnpm"),
    ("XDG_CACHE_HOME", "yarn"),
    ("CCACHE_DIR", ""),
    ("SCCACHE_DIR", ""),
    ("GRADLE_USER_HOME", "caches"),
];

/// Build output that projects like to keep elsewhere, by a link.
const OUTPUTS: &[&str] = &[
    "target",
    "build",
    "dist",
    "out",
    "node_modules",
    ".venv",
    "venv",
    ".next",
    "vendor",
];

pub(crate) fn variable<'a>(environment: &'a [(OsString, OsString)], name: &str) -> Option<&'a OsStr> {
    let found = environment.iter().rev().find(|(known, _)| known == name)?;
    Some(&found.1)
        .filter(|value| !value.is_empty())
        .map(OsString::as_os_str)
}

/// Outer folders before inner ones; none is inside another of the roots.
pub(crate) fn places(roots: &[PathBuf], environment: &[(OsString, OsString)]) -> Vec<Place> {
    let place = |kind| move |path| Place { path, kind };
    let mut found: Vec<Place> = roots
        .iter()
        .filter(|root| root.is_dir())
        .cloned()
        .map(place(Kind::Root))
        .collect();
    let git = roots.iter().flat_map(|root| git_folders(root)).map(place(Kind::Git));
    found.extend(git);
    let home = variable(environment, "HOME").map(Path::new);
    let caches = home
        .into_iter()
        .flat_map(|home| CACHES.iter().map(|cache| home.join(cache)));
    let named = VARIABLES.iter().filter_map(|(name, below)| {
        let folder = Path::new(variable(environment, name)?);
        folder.is_absolute().then(|| folder.join(below))
    });
    let linked = roots
        .iter()
        .flat_map(|root| OUTPUTS.iter().map(|output| root.join(output)));
    let linked = linked.filter(|output| output.is_symlink());
    let redirected = roots
        .iter()
        .map(PathBuf::as_path)
        .chain(home)
        .filter_map(redirected_target);
    for path in caches.chain(named).chain(linked).chain(redirected) {
        let Some(path) = nearest_folder(&path, home) else {
            continue;
        };
        found.push(Place {
            path,
            kind: Kind::Cache,
        });
    }
    outer_first(found)
}

/// Sorted, without doubles and without what is inside a root or inside a place of its own kind.
fn outer_first(mut found: Vec<Place>) -> Vec<Place> {
    found.sort_by(|a, b| a.path.cmp(&b.path));
    let mut places: Vec<Place> = Vec::new();
    for place in found {
        let covers = |outer: &Place| {
            place.path.starts_with(&outer.path) && (outer.kind == Kind::Root || outer.kind == place.kind)
        };
        let is_covered = places.iter().any(covers);
        if is_covered {
            continue;
        }
        match places.iter_mut().find(|known| known.path == place.path) {
            Some(known) if place.kind == Kind::Root => known.kind = Kind::Root,
            Some(_) => {}
            None => places.push(place),
        }
    }
    places
}

/// The folder that exists, links resolved: itself, or the one that it would be made in. Not the home folder and not
/// the whole file system.
fn nearest_folder(path: &Path, home: Option<&Path>) -> Option<PathBuf> {
    let is_output = !home.is_some_and(|home| path.starts_with(home));
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(_) if is_output => path
            .ancestors()
            .skip(1)
            .find_map(|folder| fs::canonicalize(folder).ok())?,
        Err(_) => return None,
    };
    let is_too_much = real.parent().is_none() || home.is_some_and(|home| home.starts_with(&real));
    (real.is_dir() && !is_too_much && real.components().count() > 2).then_some(real)
}

/// The git folder and common folder of a linked worktree or a submodule.
pub(crate) fn git_folders(root: &Path) -> Vec<PathBuf> {
    let Some(link) = root
        .ancestors()
        .map(|folder| folder.join(".git"))
        .find(|git| git.exists())
    else {
        return Vec::new();
    };
    if link.is_dir() {
        return fs::canonicalize(link).into_iter().collect();
    }
    let text = fs::read_to_string(&link).unwrap_or_default();
    let Some(named) = text.trim_end().strip_prefix("gitdir: ") else {
        return Vec::new();
    };
    let base = link.parent().unwrap_or(root);
    let Ok(folder) = fs::canonicalize(base.join(named)) else {
        return Vec::new();
    };
    let common = fs::read_to_string(folder.join("commondir"))
        .ok()
        .and_then(|common| fs::canonicalize(folder.join(common.trim_end())).ok());
    // A link can name any folder; only what looks like git's gets a layer.
    [Some(folder), common]
        .into_iter()
        .flatten()
        .filter(|folder| folder.join("HEAD").is_file())
        .collect()
}

/// `build.target-dir` of a cargo configuration, found by its line: nothing here needs the rest of the file.
fn redirected_target(folder: &Path) -> Option<PathBuf> {
    let names = [".cargo/config.toml", ".cargo/config"];
    let text = names
        .iter()
        .find_map(|name| fs::read_to_string(folder.join(name)).ok())?;
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        let key = key.trim();
        (key == "target-dir" || key == "build.target-dir").then(|| value.trim())
    })?;
    let named = value.split(['"', '\'']).nth(1)?;
    Some(folder.join(named))
}

/// The mounts strictly below a folder, with their kind of file system.
#[cfg(target_os = "linux")]
pub(crate) fn mounts_below(folder: &Path, table: &str) -> Vec<(PathBuf, String)> {
    let mut found: Vec<_> = table
        .lines()
        .filter_map(|line| {
            let (fields, rest) = line.split_once(" - ")?;
            let at = unescaped(fields.split(' ').nth(4)?);
            let kind = rest.split(' ').next()?.to_owned();
            (at != folder && at.starts_with(folder)).then_some((at, kind))
        })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// A path as the kernel's tables write it: space, tab, newline and backslash as octal.
#[cfg(target_os = "linux")]
fn unescaped(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let octal = tail.get(..3).filter(|_| *first == b'\\').and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 8).ok()
        });
        match octal {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    OsString::from_vec(bytes).into()
}

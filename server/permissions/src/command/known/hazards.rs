//! What no project needs and nobody gets back: the places whose loss is catastrophic, and the devices.

use std::path::{Component, Path, PathBuf};

use super::super::call::{Arg, Call, Scene};
use super::super::devices::is_disk;
use super::super::glob;
use crate::place;

const SYSTEM: [&str; 47] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/media",
    "/mnt",
    "/mnt/c",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/snap",
    "/srv",
    "/sys",
    "/usr",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/sbin",
    "/usr/share",
    "/var",
    "/var/lib",
    "/var/log",
    "/nix",
    "/nix/store",
    "/Applications",
    "/Library",
    "/System",
    "/Users",
    "/Volumes",
    "/cores",
    "/private",
    "/private/etc",
    "/private/var",
    "/opt/homebrew",
    "/c",
];

/// A place that must not be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grave {
    Root,
    Home,
    System,
    /// A folder above the workspace.
    Above,
    Workspace,
}

impl Grave {
    pub(super) fn named(self) -> &'static str {
        match self {
            Self::Root => "the whole file system",
            Self::Home => "a home folder",
            Self::System => "a system folder",
            Self::Above => "a folder above the workspace",
            Self::Workspace => "the workspace folder itself",
        }
    }

    /// The end of a rule's name.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Home => "home",
            Self::System => "system",
            Self::Above | Self::Workspace => "workspace",
        }
    }
}

/// A longer pattern meets none of the short paths that are looked for.
const MAX_PATTERN: usize = 1024;

/// What would be lost with the place that a word names, or with everything in it.
pub(super) fn grave_of(arg: &Arg, call: &Call, scene: &Scene<'_>) -> Option<Grave> {
    match arg {
        Arg::Literal(text) => grave_of_text(text, call, scene),
        Arg::Pattern(pattern) => grave_of_pattern(pattern, call, scene),
        Arg::Unknown => None,
    }
}

fn grave_of_text(text: &str, call: &Call, scene: &Scene<'_>) -> Option<Grave> {
    if text.is_empty() {
        return None;
    }
    let expanded = expand_home(text, scene);
    if expanded == "~" {
        return Some(Grave::Home);
    }
    let path = match &call.folder {
        Some(folder) => folder.join(&expanded),
        None => PathBuf::from(&expanded),
    };
    if !path.is_absolute() {
        return None;
    }
    let lexical = flat(&path);
    grave_of_path(&lexical, scene).or_else(|| grave_of_path(&place::resolve(&path).ok()?, scene))
}

/// `/*` is as bad as `/`. The workspace's own `*` is not: its files come back.
fn grave_of_pattern(pattern: &str, call: &Call, scene: &Scene<'_>) -> Option<Grave> {
    let expanded = expand_home(pattern, scene);
    let mut folder = expanded.trim_end_matches('/');
    let mut is_stripped = false;
    while let Some((above, last)) = folder.rsplit_once('/').or(Some(("", folder))) {
        if last.is_empty() || !last.chars().all(|c| matches!(c, '*' | '?' | '.')) || !last.contains('*') {
            break;
        }
        is_stripped = true;
        let is_absolute = folder.starts_with('/');
        folder = match (above.is_empty(), is_absolute) {
            (true, true) => "/",
            (true, false) => ".",
            _ => above,
        };
    }
    if is_stripped && !folder.contains(['*', '?', '[']) {
        return grave_of_text(folder, call, scene).filter(|grave| *grave != Grave::Workspace);
    }
    if expanded.len() > MAX_PATTERN {
        return None;
    }
    let path = match &call.folder {
        Some(folder) => folder.join(&expanded),
        None => PathBuf::from(&expanded),
    };
    let glob = glob::matcher(path.to_str()?, |glob| _ = glob.literal_separator(true))?;
    let is_hit = |path: &Path| glob.is_match(path);
    if SYSTEM.iter().any(|system| is_hit(Path::new(system))) {
        return Some(Grave::System);
    }
    if scene.home.as_deref().is_some_and(is_hit) {
        return Some(Grave::Home);
    }
    let above = scene.roots.iter().flat_map(|root| root.ancestors()).any(is_hit);
    above.then_some(Grave::Above)
}

fn grave_of_path(path: &Path, scene: &Scene<'_>) -> Option<Grave> {
    if path == Path::new("/") {
        return Some(Grave::Root);
    }
    if scene.home.as_ref().is_some_and(|home| home.starts_with(path)) || is_some_home(path) {
        return Some(Grave::Home);
    }
    if SYSTEM.iter().any(|system| Path::new(system) == path) {
        return Some(Grave::System);
    }
    if scene.roots.contains(&path) {
        return Some(Grave::Workspace);
    }
    scene
        .roots
        .iter()
        .any(|root| root.starts_with(path))
        .then_some(Grave::Above)
}

/// `/home/someone`
fn is_some_home(path: &Path) -> bool {
    path.parent()
        .is_some_and(|above| above == Path::new("/home") || above == Path::new("/Users"))
}

/// `~` and `$HOME` that nobody expanded, because of quotes or an unknown home.
fn expand_home(text: &str, scene: &Scene<'_>) -> String {
    let rest = ["$HOME", "${HOME}", "~"]
        .iter()
        .find_map(|home| text.strip_prefix(home));
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => match &scene.home {
            Some(home) => format!("{}{rest}", home.display()),
            None if rest.trim_end_matches(['/', '*', '.']).is_empty() => "~".to_owned(),
            None => text.to_owned(),
        },
        // `~someone`
        Some(name) if text.starts_with('~') && !name.contains('/') => "~".to_owned(),
        _ => text.to_owned(),
    }
}

/// Without `.` and `..`, links not looked at.
fn flat(path: &Path) -> PathBuf {
    let mut flat = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => flat.push(name),
            Component::ParentDir => {
                flat.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    flat
}

pub(super) fn names_disk(arg: &Arg) -> bool {
    match arg {
        Arg::Literal(text) | Arg::Pattern(text) => text.starts_with('/') && is_disk(&flat(Path::new(text))),
        Arg::Unknown => false,
    }
}

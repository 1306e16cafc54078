//! Whether a command may touch a path: the policy's own rules inside the workspace, and outside it the system's
//! ordinary files for reading, nothing else.

use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use super::builtin::is_standard_stream;
use super::call::{Arg, Use};
use super::devices::is_disk;
use super::glob;
use super::names::is_in;
use crate::action::{Shown, Touch};
use crate::policy::{Located, Policy};
use crate::protected::lists;
use crate::rule::fold;
use crate::verdict::Verdict;

/// One use of a path by a command.
pub(crate) struct Reach<'a> {
    pub(crate) arg: &'a Arg,
    pub(crate) used: Use,
    pub(crate) folder: Option<&'a Path>,
    /// The command's name without its folder.
    pub(crate) name: &'a str,
}

/// Look at names and not into files.
const LISTERS: &str = "ls stat cd test [ [[ df realpath readlink dirname basename dir exa";
/// The same, all the way down.
const WALKERS: &str = "find fd tree du locate";

/// Say of a file how large it is, or that it is there.
const COUNTERS: &str = "ls stat wc du";

/// Programs, libraries, headers, documentation.
const SYSTEM: &str = "
    /usr /bin /sbin /lib /lib32 /lib64 /libx32 /opt /nix/store /snap /Library/Developer /System/Library
";

/// Settings of the system: one by one, not all that is in them.
const SETTINGS: &str = "/etc /sys/class /sys/devices/system /sys/fs/cgroup /private/etc";

const PROC: &str = "
    /proc/cpuinfo /proc/meminfo /proc/version /proc/loadavg /proc/uptime /proc/stat /proc/filesystems
    /proc/mounts /proc/self/status /proc/self/mounts /proc/self/cgroup /proc/vmstat /proc/swaps /proc/diskstats
    /proc/partitions /proc/sys/kernel/osrelease
";

/// Below a home folder: sources of the toolchains.
const TOOLCHAINS: &str = "
    .cargo/registry .cargo/git/checkouts .rustup/toolchains go/pkg/mod .nvm/versions .local/lib
";

/// Ordinary places, and yet secrets.
const SYSTEM_SECRETS: &str = "
    /etc/shadow /etc/gshadow /etc/sudoers /etc/ssh /etc/ssl/private /etc/pki/private /etc/security
    /etc/krb5.keytab /etc/wireguard /etc/openvpn /etc/NetworkManager /etc/ppp /etc/master.passwd /etc/kubernetes
";

/// Names that a secret typically has, to try patterns on. Those that begin with a dot are only met by patterns
/// that do.
const SAMPLES: &str = "
    .env .env.local .env.production .envrc .netrc .npmrc .pypirc .pgpass .ssh .aws .gnupg .git-credentials .kube
    .docker id_rsa id_ed25519 id_ecdsa credentials credentials.json secrets.json secrets.yml
    service-account.json
";

/// More parts of a path with wild cards in them multiply beyond reason.
const MAX_WILD: usize = 8;

/// A longer pattern matches no path that there can be.
const MAX_PATTERN: usize = 1024;

impl Policy {
    pub(crate) fn judge_reach(&self, reach: &Reach<'_>) -> Verdict {
        match reach.arg {
            Arg::Literal(text) => self.judge_text(text, reach),
            Arg::Pattern(pattern) => self.judge_pattern(pattern, reach),
            Arg::Unknown => Verdict::ask("path.unknown", "which file it touches is known only when it runs"),
        }
    }

    fn judge_text(&self, text: &str, reach: &Reach<'_>) -> Verdict {
        if text.is_empty() || is_standard_stream(text) || (text == "-" && reach.used == Use::Read) {
            return Verdict::allow("path.stream", "it is no file");
        }
        if text.starts_with('~') && self.home().is_none() {
            return Verdict::ask("roots.outside", format!("`{text}` is in a home folder"));
        }
        let path = match reach.folder {
            _ if text.starts_with('/') => PathBuf::from(text),
            Some(folder) => folder.join(text),
            None => {
                return Verdict::ask(
                    "path.unknown",
                    format!("in which folder `{text}` is meant is not known"),
                );
            }
        };
        let touch = if reach.used == Use::Read {
            Touch::Read
        } else {
            Touch::Write
        };
        match self.locate(&path, touch) {
            Located::Inside(verdict) => verdict,
            Located::Root if reach.used == Use::Read => Verdict::allow("default", "it is the workspace folder"),
            Located::Root => Verdict::ask("path.root", "it is the workspace folder itself"),
            Located::Outside(resolved) if reach.used == Use::Read => self.judge_outside(&path, &resolved, reach),
            Located::Outside(resolved) => outside_write(&path, &resolved),
            Located::Unresolved(refusal) => Verdict::ask(refusal.rule, refusal.reason),
        }
    }

    fn judge_outside(&self, path: &Path, resolved: &Path, reach: &Reach<'_>) -> Verdict {
        let shown = Shown(path);
        let is_secret = [path, resolved].into_iter().any(is_secret);
        if is_secret {
            return Verdict::ask(
                "secrets",
                format!("{shown} may hold secrets, so it needs your approval"),
            );
        }
        if self.is_ordinary(path, reach) && self.is_ordinary(resolved, reach) {
            return Verdict::allow("path.system", format!("{shown} is an ordinary file of the system"));
        }
        Verdict::ask("roots.outside", format!("{shown} is outside the workspace"))
    }

    fn is_ordinary(&self, path: &Path, reach: &Reach<'_>) -> bool {
        let is_below = |folders: &str| folders.split_whitespace().any(|folder| path.starts_with(folder));
        if path.components().any(|part| part == std::path::Component::ParentDir) {
            return true; // Where it leads is judged beside it.
        }
        if path == Path::new("/") {
            return is_in(LISTERS, reach.name);
        }
        if is_below(SYSTEM) || PROC.split_whitespace().any(|file| path == Path::new(file)) {
            return true;
        }
        if is_below(SETTINGS) {
            let is_listed = is_in(LISTERS, reach.name) || is_in(WALKERS, reach.name);
            return is_listed || !path.is_dir();
        }
        let in_home = self.home().and_then(|home| path.strip_prefix(home).ok());
        in_home.is_some_and(|rest| TOOLCHAINS.split_whitespace().any(|folder| rest.starts_with(folder)))
    }

    /// A pattern is judged by the folder that it starts from, and by what it could meet there.
    fn judge_pattern(&self, pattern: &str, reach: &Reach<'_>) -> Verdict {
        if pattern.len() > MAX_PATTERN {
            return Verdict::ask("cap.pattern", "a pattern is longer than any path");
        }
        let names: Vec<&str> = pattern.split('/').collect();
        let first = names.iter().position(|name| is_glob(name)).unwrap_or(0);
        if names.iter().filter(|name| is_glob(name)).count() > MAX_WILD {
            return Verdict::ask(
                "cap.pattern",
                format!("`{pattern}` may match more files than anyone can list"),
            );
        }
        let base = names.get(..first).unwrap_or_default().join("/");
        let base = match base.as_str() {
            "" if pattern.starts_with('/') => "/",
            "" => ".",
            base => base,
        };
        let base = base.replace('\\', "");
        let from = self.judge_text(&base, reach);
        let from = match from.rule.as_str() {
            // Deleting or changing what is in the folder is not doing so to the folder.
            "path.root" => Verdict::allow("default", "it is in the workspace"),
            _ => from,
        };
        let folder = reach.folder.map(|folder| folder.join(&base));
        let meets_secret = names
            .iter()
            .skip(first)
            .any(|name| meets_secret(name, folder.as_deref()));
        let climbs = names.iter().skip(first).any(|name| *name == "..");
        let shows_content = !is_in(COUNTERS, reach.name);
        if meets_secret && shows_content || climbs {
            return from.stricter(Verdict::ask(
                "secrets",
                format!("`{pattern}` may match a file that holds secrets, so it needs your approval"),
            ));
        }
        from
    }
}

fn outside_write(path: &Path, resolved: &Path) -> Verdict {
    let shown = Shown(path);
    if is_disk(path) || is_disk(resolved) {
        return Verdict::deny(
            "hard.device",
            format!("{shown} is a raw device: writing to it destroys what is on it"),
        );
    }
    Verdict::ask("roots.outside", format!("{shown} is outside the workspace"))
}

fn is_secret(path: &Path) -> bool {
    let is_system = SYSTEM_SECRETS.split_whitespace().any(|secret| path.starts_with(secret))
        || path.to_string_lossy().starts_with("/etc/shadow")
        || path.to_string_lossy().starts_with("/etc/gshadow");
    let names: Vec<_> = path
        .components()
        .skip(1)
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    is_system || lists().secret(&fold(&names.join("/"))).is_some()
}

fn is_glob(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

/// Whether a file is there that the pattern matches and that is a secret by its name.
fn holds_secret(folder: &Path, glob: &GlobMatcher, is_for_hidden: bool) -> bool {
    /// A folder with more entries than that may hold any.
    const MAX_ENTRIES: usize = 4096;
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().enumerate().any(|(count, entry)| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let may_match = !name.starts_with('.') || is_for_hidden;
        count >= MAX_ENTRIES || may_match && glob.is_match(name.as_ref()) && lists().secret(&fold(&name)).is_some()
    })
}

/// Whether a name or pattern can be that of a secret. A plain name that a pattern meets only by being wide
/// (`*`, `*.json`) counts where such a file is there.
fn meets_secret(name: &str, folder: Option<&Path>) -> bool {
    if !is_glob(name) {
        return lists().secret(&fold(name)).is_some();
    }
    // `*.pem`, `id_rsa*`: whatever stands for the star, it is a secret.
    let filled = name.replace(['*', '?'], "x");
    if !name.trim_matches('*').is_empty() && lists().secret(&fold(&filled)).is_some() {
        return true;
    }
    let Some(glob) = glob::matcher(name, |glob| _ = glob.case_insensitive(true).literal_separator(true)) else {
        return true;
    };
    if let Some(folder) = folder
        && holds_secret(folder, &glob, name.starts_with(['.', '[']))
    {
        return true;
    }
    SAMPLES.split_whitespace().any(|sample| {
        let is_hidden = sample.starts_with('.');
        let may_match = glob.is_match(sample) && (!is_hidden || name.starts_with(['.', '[']));
        let is_wide = name == ".*" || name == ".?*";
        may_match && (is_hidden && !is_wide || folder.is_none_or(|folder| folder.join(sample).exists()))
    })
}

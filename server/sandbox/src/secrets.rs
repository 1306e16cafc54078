//! What no command may see: keys, credentials, other agents' configuration and our own.
//!
//! Looked for at fixed places, and in the roots, level by level, as most projects have theirs near the top. The search is
//! bounded: its cost does not grow with the workspace.

mod known;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use known::Known;

/// Below the user's home folder.
const IN_HOME: [&str; 45] = [
    ".ssh",
    ".aws",
    ".gnupg",
    ".kube",
    ".azure",
    ".config/gcloud",
    ".config/gh",
    ".config/glab-cli",
    ".config/hub",
    ".docker/config.json",
    ".netrc",
    "_netrc",
    ".pgpass",
    ".my.cnf",
    ".git-credentials",
    ".config/git/credentials",
    ".pypirc",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".m2/settings.xml",
    ".m2/settings-security.xml",
    ".terraform.d/credentials.tfrc.json",
    ".vault-token",
    ".password-store",
    ".local/share/keyrings",
    "Library/Keychains",
    ".config/op",
    ".config/Bitwarden",
    ".mozilla",
    ".config/google-chrome",
    ".config/chromium",
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    ".cursor",
    ".config/opencode",
    ".local/share/opencode",
    ".aider.conf.yml",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".psql_history",
    ".node_repl_history",
];

/// Settings that builds read, hidden only where they hold a credential.
const IF_THEY_HOLD_ONE: [&str; 4] = [".npmrc", ".yarnrc.yml", ".config/pip/pip.conf", ".pip/pip.conf"];

/// Deeper than people put their secrets.
const LEVELS: usize = 8;
/// What is looked at in one root, and in one folder of it.
const MAX_FOLDERS: usize = 250;
const MAX_ENTRIES: usize = 5_000;
const MAX_IN_FOLDER: usize = 2_000;

/// Folders that hold what others made, and none of the user's secrets.
const OUTPUT: [&str; 12] = [
    ".git",
    ".next",
    ".tox",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "node_modules",
    "out",
    "target",
    "vendor",
    "venv",
];

/// Something that is covered by nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) path: PathBuf,
    pub(crate) is_folder: bool,
}

/// What exists of all that is to be hidden.
pub(crate) fn masks(
    home: Option<&Path>,
    environment: &[(OsString, OsString)],
    roots: &[PathBuf],
    extra: &[PathBuf],
    known: &mut Known,
) -> Vec<Mask> {
    known.begin();
    let mut paths: Vec<PathBuf> = extra.to_vec();
    if let Some(home) = home {
        paths.extend(IN_HOME.iter().map(|name| home.join(name)));
        let settings = IF_THEY_HOLD_ONE.iter().map(|name| home.join(name));
        paths.extend(settings.filter(|path| holds_a_credential(path)));
    }
    paths.extend(named_by(environment));
    for root in roots {
        in_workspace(root, known, &mut paths);
    }
    paths.sort();
    paths.dedup();
    let mask = |path: PathBuf| {
        let found = fs::metadata(&path).ok()?;
        Some(Mask {
            is_folder: found.is_dir(),
            path: path.canonicalize().ok()?,
        })
    };
    let mut masks: Vec<Mask> = paths.into_iter().filter_map(mask).collect();
    // Below what is hidden there is nothing to hide.
    let folders: Vec<PathBuf> = masks
        .iter()
        .filter(|mask| mask.is_folder)
        .map(|mask| mask.path.clone())
        .collect();
    masks.retain(|mask| {
        !folders
            .iter()
            .any(|folder| mask.path != *folder && mask.path.starts_with(folder))
    });
    masks.dedup();
    masks
}

/// Files that variables name as the place of keys and sockets.
fn named_by(environment: &[(OsString, OsString)]) -> impl Iterator<Item = PathBuf> {
    const NAMES: [&str; 6] = [
        "SSH_AUTH_SOCK",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "AWS_SHARED_CREDENTIALS_FILE",
        "KUBECONFIG",
        "NETRC",
        "DOCKER_CONFIG",
    ];
    let named = environment
        .iter()
        .filter(|(name, _)| NAMES.iter().any(|known| *name == **known));
    named
        .map(|(_, value)| PathBuf::from(value))
        .filter(|path| path.is_absolute())
}

/// Level by level, so that what is cut off is what lies deepest.
fn in_workspace(root: &Path, known: &mut Known, found: &mut Vec<PathBuf>) {
    let mut level = vec![root.to_owned()];
    let (mut entries_left, mut folders_left) = (MAX_ENTRIES, MAX_FOLDERS);
    for _ in 0..LEVELS {
        let mut below = Vec::new();
        for folder in level.iter().take(folders_left) {
            if entries_left == 0 {
                break;
            }
            let listing = known.listing(folder, entries_left.min(MAX_IN_FOLDER));
            entries_left -= listing.entries;
            found.extend(listing.secrets.iter().map(|name| folder.join(name)));
            // More than will be looked at would only cost the making of their paths.
            let room = folders_left.saturating_sub(level.len() + below.len());
            below.extend(listing.folders.iter().take(room).map(|name| folder.join(name)));
        }
        folders_left = folders_left.saturating_sub(level.len());
        level = below;
    }
}

/// The names that ask before they are read, as far as no build needs the file.
fn is_secret(name: &str, is_folder: bool) -> bool {
    if is_folder {
        return matches!(name, ".ssh" | ".aws" | ".gnupg" | ".kube" | ".azure");
    }
    let is_template = [".example", ".sample", ".template", ".dist"]
        .iter()
        .any(|end| name.ends_with(end));
    let is_env = name == ".env" || name.starts_with(".env.") || name == ".envrc";
    let is_key = ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"].contains(&name)
        || [
            ".pem",
            ".key",
            ".p12",
            ".pfx",
            ".jks",
            ".keystore",
            ".kdbx",
            ".ppk",
            ".gpg",
        ]
        .iter()
        .any(|end| name.ends_with(end));
    let is_credential = [
        "credentials.json",
        "service-account.json",
        ".git-credentials",
        ".netrc",
        ".pgpass",
        ".htpasswd",
    ]
    .contains(&name)
        || name.ends_with(".tfvars")
        || name.starts_with("secrets.");
    (is_env || is_key || is_credential) && !is_template
}

fn holds_a_credential(path: &Path) -> bool {
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    let lower = text.to_ascii_lowercase();
    ["_authtoken", "_auth", "_password", "npmauthtoken", "://"]
        .iter()
        .any(|sign| match *sign {
            "://" => lower
                .split("://")
                .skip(1)
                .any(|rest| rest.split(['/', '\n']).next().is_some_and(|host| host.contains('@'))),
            sign => lower.contains(sign),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `files` are made below a home folder and a root; the names of what is hidden come back.
    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        let (home, root) = (base.join("home"), base.join("root"));
        for (name, text) in files {
            let path = base.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let masks = masks(Some(&home), &[], &[root], &[], &mut Known::default());
        let names: Vec<_> = masks
            .iter()
            .map(|mask| mask.path.strip_prefix(&base).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, expect);
    }

    #[test]
    fn keys_of_the_user_are_hidden() {
        check(
            &[
                ("home/.ssh/id_rsa", ""),
                ("home/.aws/credentials", ""),
                ("home/.bashrc", ""),
                ("home/.cargo/credentials.toml", ""),
            ],
            &["home/.aws", "home/.cargo/credentials.toml", "home/.ssh"],
        );
    }

    #[test]
    fn settings_are_hidden_where_they_hold_a_credential() {
        check(&[("home/.npmrc", "registry=https://r.example/\n")], &[]);
        check(&[("home/.npmrc", "//r.example/:_authToken=abc\n")], &["home/.npmrc"]);
        check(
            &[("home/.pip/pip.conf", "index-url = https://u:p@pypi.example/simple\n")],
            &["home/.pip/pip.conf"],
        );
    }

    #[test]
    fn secrets_of_the_workspace_are_hidden() {
        check(
            &[
                ("root/.env", ""),
                ("root/.env.local", ""),
                ("root/.env.example", ""),
                ("root/app/.ENV", ""),
                ("root/certs/server.pem", ""),
                ("root/src/key.rs", ""),
                ("root/packages/x/.env", ""),
                ("root/packages/x/src/.env", ""),
                ("root/1/2/3/4/5/6/7/.env", ""),
                ("root/1/2/3/4/5/6/7/8/.env", ""),
                ("root/node_modules/x/.env", ""),
                ("root/keys.md", ""),
            ],
            &[
                "root/.env",
                "root/.env.local",
                "root/1/2/3/4/5/6/7/.env",
                "root/app/.ENV",
                "root/certs/server.pem",
                "root/packages/x/.env",
                "root/packages/x/src/.env",
            ],
        );
    }

    #[test]
    fn a_large_workspace_costs_the_deepest_level_only() {
        let packages = (0..2 * MAX_FOLDERS).map(|number| format!("root/{number}/package/.env"));
        let packages: Vec<_> = packages.collect();
        let mut files: Vec<_> = packages.iter().map(|path| (path.as_str(), "")).collect();
        files.push(("root/.env", ""));
        check(&files, &["root/.env"]);
    }

    #[test]
    fn what_variables_name_is_hidden() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().canonicalize().unwrap();
        let named = [(
            OsString::from("GOOGLE_APPLICATION_CREDENTIALS"),
            path.clone().into_os_string(),
        )];
        assert_eq!(
            masks(None, &named, &[], &[], &mut Known::default()),
            [Mask { path, is_folder: false }]
        );
    }
}

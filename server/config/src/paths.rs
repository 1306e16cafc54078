//! Where settings, state and caches live.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The administrator's settings; no variable moves them.
const MANAGED: &str = "/etc/singletree/config.toml";

/// Folders by the XDG base directory specification, or all under `SINGLETREE_HOME`. None of them is made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    pub config_dir: PathBuf,
    pub state_dir: PathBuf,
    pub cache_dir: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathsError {
    #[error("no home folder is known: set HOME, or SINGLETREE_HOME to the folder that is to hold everything")]
    NoHome,
    #[error("SINGLETREE_HOME is `{}`, which is not an absolute path", .0.display())]
    Relative(PathBuf),
}

impl Paths {
    /// The folders that the environment `variable` names.
    ///
    /// # Errors
    /// No home folder, or a `SINGLETREE_HOME` that depends on the current folder.
    pub fn find(variable: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, PathsError> {
        let set = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(home) = set("SINGLETREE_HOME") {
            if !home.is_absolute() {
                return Err(PathsError::Relative(home));
            }
            return Ok(Self {
                config_dir: home.join("config"),
                state_dir: home.join("state"),
                cache_dir: home.join("cache"),
            });
        }
        // The specification has relative values ignored.
        let absolute = |name| set(name).filter(|path| path.is_absolute());
        let home = || {
            absolute("HOME")
                .or_else(|| absolute("USERPROFILE"))
                .ok_or(PathsError::NoHome)
        };
        let folder = |name, default| match absolute(name) {
            Some(base) => Ok(base.join("singletree")),
            None => Ok(home()?.join(default).join("singletree")),
        };
        Ok(Self {
            config_dir: folder("XDG_CONFIG_HOME", ".config")?,
            state_dir: folder("XDG_STATE_HOME", ".local/state")?,
            cache_dir: folder("XDG_CACHE_HOME", ".cache")?,
        })
    }

    #[must_use]
    pub fn managed_file() -> &'static Path {
        Path::new(MANAGED)
    }

    #[must_use]
    pub fn user_file(&self) -> PathBuf {
        self.config_dir.join("config.toml")
    }

    /// The user's own sub-agents, one Markdown file each.
    #[must_use]
    pub fn agents(&self) -> PathBuf {
        self.config_dir.join("agents")
    }

    /// The user's own commands, one Markdown file each.
    #[must_use]
    pub fn commands(&self) -> PathBuf {
        self.config_dir.join("commands")
    }

    /// The folder for the state of the workspace at `root`; the same however the root is spelled.
    #[must_use]
    pub fn workspace_state(&self, root: &Path) -> PathBuf {
        let canonical = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let hash = blake3::hash(canonical.as_os_str().as_encoded_bytes()).to_hex();
        // 128 bits: enough that no two folders meet.
        self.state_dir.join("workspaces").join(&hash[..32])
    }

    /// The rules that the user approved for the workspace at `root`.
    #[must_use]
    pub fn approved_file(&self, root: &Path) -> PathBuf {
        self.workspace_state(root).join("rules.toml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expect: Result<[&str; 3], PathsError>) {
        let lookup = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| OsString::from(value))
        };
        let expect = expect.map(|[config, state, cache]| Paths {
            config_dir: config.into(),
            state_dir: state.into(),
            cache_dir: cache.into(),
        });
        assert_eq!(Paths::find(&lookup), expect);
    }

    #[test]
    fn the_base_directories_are_honoured() {
        check(
            &[("HOME", "/h")],
            Ok([
                "/h/.config/singletree",
                "/h/.local/state/singletree",
                "/h/.cache/singletree",
            ]),
        );
        check(
            &[
                ("HOME", "/h"),
                ("XDG_CONFIG_HOME", "/c"),
                ("XDG_STATE_HOME", "relative"),
                ("XDG_CACHE_HOME", ""),
            ],
            Ok(["/c/singletree", "/h/.local/state/singletree", "/h/.cache/singletree"]),
        );
    }

    #[test]
    fn one_folder_can_hold_everything() {
        check(
            &[("HOME", "/h"), ("SINGLETREE_HOME", "/s")],
            Ok(["/s/config", "/s/state", "/s/cache"]),
        );
        check(&[("SINGLETREE_HOME", "s")], Err(PathsError::Relative("s".into())));
    }

    #[test]
    fn without_a_home_it_says_so() {
        check(&[], Err(PathsError::NoHome));
    }

    #[cfg(unix)]
    #[test]
    fn a_workspace_has_one_state_folder_by_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let paths = Paths::find(&|_| Some("/s".into())).unwrap();
        assert_eq!(paths.workspace_state(&real), paths.workspace_state(&link));
        assert_ne!(paths.workspace_state(&real), paths.workspace_state(folder.path()));
    }
}

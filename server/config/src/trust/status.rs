//! Whether a folder is trusted, and the sentence that says why or why not.

use std::fmt;
use std::path::PathBuf;

use crate::identity::Shown;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustStatus {
    Trusted(Basis),
    /// It would be trusted, but not with these. Counts as untrusted until `folder` is trusted with them.
    Changed {
        folder: PathBuf,
        files: Vec<String>,
    },
    Untrusted(Doubt),
}

/// What trust rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The user trusted this folder.
    Itself,
    /// It is a plain folder in a trusted one, and holds nothing of its own that runs by itself.
    Within(PathBuf),
    /// It is a worktree of a trusted repository, and holds the same as that of what runs by itself.
    WorktreeOf(PathBuf),
}

/// Why a folder is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// No folder is open.
    NoFolder,
    NeverAsked,
    /// Another folder stood here when it was trusted.
    Replaced,
    /// There is no folder any more.
    Gone,
    Moved {
        from: PathBuf,
    },
    /// A repository of its own in a trusted folder.
    Nested {
        within: PathBuf,
    },
    /// A folder in a repository that is not trusted itself.
    Within {
        repository: PathBuf,
    },
    /// A worktree of a repository that is not trusted itself.
    WorktreeOf {
        repository: PathBuf,
    },
    /// Git's folder is elsewhere, and nothing there leads back.
    Unconfirmed(String),
}

impl TrustStatus {
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        matches!(self, Self::Trusted(_))
    }

    /// One word for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Trusted(_) => "trusted",
            Self::Changed { .. } => "changed",
            Self::Untrusted(_) => "untrusted",
        }
    }
}

impl fmt::Display for TrustStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trusted(basis) => basis.fmt(f),
            Self::Changed { folder, files } => {
                let folder = Shown(folder);
                write!(
                    f,
                    "not trusted: {} would run by itself and is not what you confirmed; look at it, then run \
                     `singletree trust {folder}`",
                    files.join(", ")
                )
            }
            Self::Untrusted(doubt) => doubt.fmt(f),
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Itself => f.write_str("trusted: you trusted this folder"),
            Self::Within(folder) => write!(f, "trusted: it is part of {}, which you trusted", Shown(folder)),
            Self::WorktreeOf(main) => write!(f, "trusted: it is a worktree of {}, which you trusted", Shown(main)),
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not trusted: ")?;
        match self {
            Self::NoFolder => f.write_str("no folder is open; open one to trust it"),
            Self::NeverAsked => f.write_str("you have not been asked; `singletree trust` trusts it"),
            Self::Replaced => {
                f.write_str("another folder stood here when you trusted it; look at this one, then `singletree trust`")
            }
            Self::Gone => f.write_str("there is no such folder any more; `singletree trust --revoke` strikes it out"),
            Self::Moved { from } => write!(
                f,
                "you trusted this folder at {}; trust does not move along, `singletree trust` gives it here",
                Shown(from)
            ),
            Self::Nested { within } => write!(
                f,
                "it is a repository of its own, and trust in {} does not reach into it; `singletree trust` in it does",
                Shown(within)
            ),
            Self::Within { repository } => write!(
                f,
                "it is part of {}, which is not trusted; `singletree trust` there trusts it all, `singletree trust .` here \
                 this folder",
                Shown(repository)
            ),
            Self::WorktreeOf { repository } => write!(
                f,
                "it is a worktree of {}, which is not trusted; `singletree trust` in either trusts it",
                Shown(repository)
            ),
            Self::Unconfirmed(why) => write!(
                f,
                "{why}, so it inherits no trust; if you know where it comes from, `singletree trust` trusts this folder"
            ),
        }
    }
}

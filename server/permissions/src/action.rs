//! What a tool is about to do, in the terms that rules are written in.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// How a write changes the file at its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WriteKind {
    Create,
    Modify,
    Delete,
    /// Either end of a rename: what leaves the old path and what appears at the new one.
    Rename,
}

/// One thing that wants permission. Paths are absolute.
#[derive(Clone, Copy, Debug)]
pub enum Action<'a> {
    Read {
        path: &'a Path,
    },
    /// Proposing a change: it reaches the file only when the user keeps it.
    Write {
        path: &'a Path,
        kind: WriteKind,
    },
    Rename {
        from: &'a Path,
        to: &'a Path,
    },
    /// Keeping proposed changes without the user's hand on them (`review.mode = "keep"`). A user's own Keep
    /// needs no verdict: see [`crate::Policy::user_keep`].
    Keep {
        paths: &'a [PathBuf],
    },
    /// Running a command line in a shell.
    Run {
        run: &'a RunAction,
    },
    /// Reading an address of the web.
    Fetch {
        url: &'a str,
    },
    /// Asking the search service that the user configured.
    Search {
        query: &'a str,
    },
}

/// Where a command would run, which decides how much it could hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confinement {
    /// In the workbench (levels L3 and L2): it cannot change the real files, reach the network or read secrets.
    Workbench,
    /// On the real files, because the user switched the sandbox off or the action is meant for them.
    InPlace,
    /// On the real files, because there is no sandbox here (level L1): nothing is allowed without a question.
    Missing,
}

/// A command line as the shell would get it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RunAction {
    pub line: String,
    /// The absolute folder that it starts in.
    pub folder: PathBuf,
    pub confinement: Confinement,
}

/// What a rule is asked about one path of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    Read,
    Write,
    Keep,
}

impl<'a> Action<'a> {
    pub(crate) fn touches(self) -> Vec<(&'a Path, Touch)> {
        match self {
            Self::Read { path } => vec![(path, Touch::Read)],
            Self::Write { path, .. } => vec![(path, Touch::Write)],
            Self::Rename { from, to } => vec![(from, Touch::Write), (to, Touch::Write)],
            Self::Keep { paths } => paths.iter().map(|path| (path.as_path(), Touch::Keep)).collect(),
            Self::Run { .. } | Self::Fetch { .. } | Self::Search { .. } => Vec::new(),
        }
    }
}

/// An [`Action`] that owns its paths, for what outlives the call that made it. Its `Display` is the line that
/// a user is asked about: control and bidirectional characters are escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedAction {
    Read { path: PathBuf },
    Write { path: PathBuf, kind: WriteKind },
    Rename { from: PathBuf, to: PathBuf },
    Keep { paths: Vec<PathBuf> },
    Run { run: RunAction },
    Fetch { url: String },
    Search { query: String },
}

impl OwnedAction {
    #[must_use]
    pub fn as_action(&self) -> Action<'_> {
        match self {
            Self::Read { path } => Action::Read { path },
            Self::Write { path, kind } => Action::Write { path, kind: *kind },
            Self::Rename { from, to } => Action::Rename { from, to },
            Self::Keep { paths } => Action::Keep { paths },
            Self::Run { run } => Action::Run { run },
            Self::Fetch { url } => Action::Fetch { url },
            Self::Search { query } => Action::Search { query },
        }
    }
}

impl fmt::Display for OwnedAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_action().fmt(f)
    }
}

impl fmt::Display for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path } => write!(f, "read {}", Shown(path)),
            Self::Write { path, kind } => {
                let verb = match kind {
                    WriteKind::Create => "create",
                    WriteKind::Modify => "change",
                    WriteKind::Delete => "delete",
                    WriteKind::Rename => "rename",
                };
                write!(f, "{verb} {}", Shown(path))
            }
            Self::Rename { from, to } => write!(f, "rename {} to {}", Shown(from), Shown(to)),
            Self::Keep { paths } => {
                f.write_str("keep the proposed changes in")?;
                for (index, path) in paths.iter().enumerate() {
                    write!(f, "{} {}", if index == 0 { "" } else { "," }, Shown(path))?;
                }
                Ok(())
            }
            Self::Run { run } => write!(f, "run {}", Escaped(&run.line)),
            Self::Fetch { url } => write!(f, "fetch {}", Escaped(url)),
            Self::Search { query } => write!(f, "search the web for {}", Escaped(query)),
        }
    }
}

/// A path that cannot disguise itself: whatever does not print, or turns the reading direction, is escaped.
pub(crate) struct Shown<'a>(pub(crate) &'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaped(&self.0.to_string_lossy()).fmt(f)
    }
}

/// Text in back quotes that cannot disguise itself.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for character in self.0.chars() {
            if character.is_control() || is_invisible(character) || character == '`' {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        f.write_str("`")
    }
}

/// Format characters: zero-width, bidirectional marks and overrides, tags.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
    )
}

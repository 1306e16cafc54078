use std::path::PathBuf;
use std::time::Duration;

/// Why a file has no syntax tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    #[error(
        "{}: no grammar for this kind of file in this build: read the file instead",
        path.display()
    )]
    UnknownLanguage { path: PathBuf },
    #[error("{}: {bytes} bytes are more than the {limit} that are parsed: read the part you need instead", path.display())]
    TooLarge { path: PathBuf, bytes: usize, limit: usize },
    #[error("{}: not parsed within {} s: read the part you need instead", path.display(), limit.as_secs())]
    TooSlow { path: PathBuf, limit: Duration },
    #[error("{}: the grammar does not fit this build's tree-sitter: {cause}", path.display())]
    Grammar { path: PathBuf, cause: String },
}

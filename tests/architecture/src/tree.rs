//! The repository's files, found by walking: what is not committed yet is checked too.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what was built or downloaded (as in `.gitignore`), and git's own.
const SKIPPED: [&str; 6] = [".git", "target", "node_modules", "__pycache__", ".out", ".venv"];

/// A text file of the repository. Others are left out.
pub(crate) struct SourceFile {
    /// Relative to the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn is_of_server(&self) -> bool {
        self.path.starts_with("server/")
    }
}

pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .nth(2)
        .expect("this crate lies two folders below the repository")
        .to_owned()
}

pub(crate) fn files() -> Vec<SourceFile> {
    let root = repository();
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the repository can be read") {
            let path = entry.expect("its entries too").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_symlink() || SKIPPED.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let relative = path.strip_prefix(&root).unwrap_or(&path);
                files.push(SourceFile {
                    path: relative.to_string_lossy().replace('\\', "/"),
                    text,
                });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Fails with all violations of a rule, one a line.
#[track_caller]
pub(crate) fn expect_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn the_walk_finds_the_repository() {
    let files = files();
    for path in ["Cargo.toml", "server/base/src/lib.rs", "tests/architecture/src/tree.rs"] {
        assert!(files.iter().any(|file| file.path == path), "{path} was not found");
    }
    assert!(
        !files
            .iter()
            .any(|file| file.path.starts_with("target/") || file.path.starts_with(".git/"))
    );
}

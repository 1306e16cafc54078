//! Instructions of the project: `AGENTS.md` and `CLAUDE.md` in its root.
//!
//! What is found is text for the prompt, nothing more: no file named in it is read. A file that cannot be
//! taken is skipped with a sentence for the user.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The names, in the order in which their texts are told.
const NAMES: [&str; 2] = ["AGENTS.md", "CLAUDE.md"];

/// Bytes of one file that are told. Every request carries them.
const MAX_BYTES: usize = 64 * 1024;

/// A text that the model is to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Relative to the project's root.
    pub path: PathBuf,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    pub instructions: Vec<Instruction>,
    /// What was skipped or cut, and why.
    pub notices: Vec<String>,
}

/// Reads the instructions of the project at `root`. Two files with the same text are told once.
#[must_use]
pub fn discover(root: &Path) -> Discovered {
    let mut found = Discovered::default();
    let mut told = Vec::new();
    for name in NAMES {
        match read(root, name) {
            Ok(None) => {}
            Ok(Some(text)) => {
                let hash = blake3::hash(text.trim().as_bytes());
                if text.trim().is_empty() || told.contains(&hash) {
                    continue;
                }
                told.push(hash);
                let text = cut(text, name, &mut found.notices);
                found.instructions.push(Instruction {
                    path: PathBuf::from(name),
                    text,
                });
            }
            Err(skipped) => found.notices.push(format!("`{name}` was skipped: {skipped}")),
        }
    }
    found
}

#[derive(Debug, thiserror::Error)]
enum Skipped {
    #[error("it is a link that leaves the project, to `{}`", .0.display())]
    Link(PathBuf),
    #[error("it is not a file")]
    NotAFile,
    #[error("it is not UTF-8 text; save it as UTF-8")]
    NotText,
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// The file's text, a little more of it than [`MAX_BYTES`] at most; none if there is no such file.
fn read(root: &Path, name: &str) -> Result<Option<String>, Skipped> {
    let path = root.join(name);
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if !target.starts_with(root.canonicalize()?) {
        return Err(Skipped::Link(target));
    }
    // Opening a pipe would wait for its writer.
    if !target.metadata()?.is_file() {
        return Err(Skipped::NotAFile);
    }
    let mut bytes = Vec::new();
    File::open(&target)?
        .take(MAX_BYTES as u64 + 4)
        .read_to_end(&mut bytes)?;
    let whole = match std::str::from_utf8(&bytes) {
        Ok(_) => bytes.len(),
        // The limit may have split the last character.
        Err(error) if error.valid_up_to() >= MAX_BYTES => error.valid_up_to(),
        Err(_) => return Err(Skipped::NotText),
    };
    bytes.truncate(whole);
    let text = String::from_utf8(bytes).map_err(|_| Skipped::NotText)?;
    Ok(Some(text.trim_start_matches('\u{feff}').to_owned()))
}

fn cut(mut text: String, name: &str, notices: &mut Vec<String>) -> String {
    if text.len() > MAX_BYTES {
        text.truncate(text.floor_char_boundary(MAX_BYTES));
        text.push_str("\n\n[cut: only the first 64 KiB of this file are shown]");
        notices.push(format!(
            "only the first 64 KiB of `{name}` are told to the model; shorten it"
        ));
    }
    text
}

#[cfg(test)]
mod tests;

//! Reads regular files up to a size. A pipe would wait for its writer, a device never ends.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The bytes of the file that `path` leads to.
///
/// # Errors
/// There is none, it is no regular file, it is larger than `most` bytes, or it cannot be read.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// As [`read`], for text.
///
/// # Errors
/// Also what is not UTF-8.
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?).map_err(|_| io::Error::other("it is not UTF-8 text"))
}

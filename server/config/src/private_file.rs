//! Files of our own that several processes change: one at a time, and never seen half-written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::regular;

/// Nothing that is written through here comes near this.
const MAX_BYTES: u64 = 16 << 20;

/// The text; none if there is no such file.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    match regular::read_text(path, MAX_BYTES) {
        Ok(text) => {
            refuse_writable_by_others(path)?;
            Ok(Some(text))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces the text by what `change` makes of it, or leaves it where that is none. Other processes wait.
pub(crate) fn update<T, E: From<io::Error>>(
    path: &Path,
    change: impl FnOnce(Option<&str>) -> Result<(Option<String>, T), E>,
) -> Result<T, E> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_private(folder)?;
    let mut lock_path = path.as_os_str().to_owned();
    lock_path.push(".lock");
    let lock = open_private(Path::new(&lock_path))?;
    lock.lock()?;
    let (text, answer) = change(read(path)?.as_deref())?;
    if let Some(text) = text {
        replace(path, folder, &text)?;
    }
    Ok(answer)
}

/// A temporary file is made with mode 0600, which stays.
fn replace(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    // Only after this does a power cut leave the new name. Not all platforms can sync a folder.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn refuse_writable_by_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path)?.permissions().mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::other(
        "others may write to it: look through it, then take that away with `chmod 600`",
    ))
}

#[cfg(not(unix))]
fn refuse_writable_by_others(_: &Path) -> io::Result<()> {
    Ok(())
}

//! Where a process listens: a socket with a random word beside it, in a private folder of the workspace's state.
//!
//! An address is named by its process, which is what a lease tells of its holder, and by the beginning of the word: in
//! another container another process may have the same number. The word keeps out what can reach the socket but not the
//! state: a path too long for a socket puts that into the folder for temporary files. Nothing is removed at a
//! `kill -9`; who listens next sweeps addresses that nobody answers at.

use std::ffi::OsStr;
use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tokio::net::{UnixListener, UnixStream};

/// Bytes of a socket's path on every system we know (`sun_path` has 104 on macOS, 108 on Linux, with the final zero).
const LONGEST_PATH: usize = 103;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Address {
    pub(super) socket: PathBuf,
    pub(super) token: String,
}

/// An address that is in force until dropped.
#[derive(Debug)]
pub(super) struct Published {
    record: PathBuf,
    pub(super) address: Address,
}

impl Drop for Published {
    fn drop(&mut self) {
        withdraw(&self.record, &self.address);
    }
}

/// Binds this process's socket and writes down where it is. Needs the async runtime.
pub(super) fn publish(folder: &Path) -> io::Result<(UnixListener, Published)> {
    make_private(folder)?;
    let token = random_word()?;
    let name = format!("{}.{}", std::process::id(), &token[..4]);
    let beside = folder.join(format!("{name}.sock"));
    let socket = if beside.as_os_str().len() <= LONGEST_PATH {
        beside
    } else {
        let own = short_folder().join(format!("singletree-{}", &token[4..20]));
        DirBuilder::new().mode(0o700).create(&own)?;
        own.join("sock")
    };
    let published = Published {
        record: folder.join(format!("{name}.json")),
        address: Address { socket, token },
    };
    let listener = UnixListener::bind(&published.address.socket)?;
    std::fs::set_permissions(&published.address.socket, Permissions::from_mode(0o600))?;
    // The socket is there before its address is: an address without one is of a dead process.
    write_down(&published.record, &published.address)?;
    Ok((listener, published))
}

/// Where process `pid` listens; nowhere if it does not.
pub(super) fn find(folder: &Path, pid: u32) -> io::Result<Vec<Address>> {
    let of_pid = format!("{pid}.");
    let is_its = |record: &PathBuf| {
        let name = record.file_name().and_then(OsStr::to_str).unwrap_or_default();
        name.starts_with(&of_pid)
    };
    let records = records(folder)?;
    Ok(records
        .iter()
        .filter(|record| is_its(record))
        .filter_map(|record| read(record))
        .collect())
}

/// Removes the addresses of processes that are gone; `own` is the word at ours.
pub(super) async fn sweep(folder: &Path, own: &str) -> io::Result<()> {
    for record in records(folder)? {
        let Some(address) = read(&record).filter(|address| address.token != own) else {
            continue;
        };
        if let Err(error) = UnixStream::connect(&address.socket).await
            && matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound)
        {
            withdraw(&record, &address);
        }
    }
    Ok(())
}

/// What cannot be removed is swept by who comes later.
fn withdraw(record: &Path, address: &Address) {
    let _ = std::fs::remove_file(record);
    let _ = std::fs::remove_file(&address.socket);
    if let Some(own) = address.socket.parent().filter(|own| Some(*own) != record.parent()) {
        let _ = std::fs::remove_dir(own);
    }
}

fn records(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths
        .filter(|path| path.extension() == Some(OsStr::new("json")))
        .collect())
}

/// None if it is gone already, or damaged.
fn read(record: &Path) -> Option<Address> {
    serde_json::from_slice(&std::fs::read(record).ok()?).ok()
}

fn write_down(path: &Path, address: &Address) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(&serde_json::to_vec(address)?)?;
    std::fs::rename(new, path)
}

fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))
}

/// The folder for sockets, else that for temporary files. Ours in it is private, and its name cannot be guessed.
fn short_folder() -> PathBuf {
    let set = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let is_usable = |folder: &PathBuf| folder.is_absolute() && folder.is_dir() && folder.as_os_str().len() < 60;
    set.filter(is_usable).unwrap_or_else(std::env::temp_dir)
}

/// 128 random bits.
fn random_word() -> io::Result<String> {
    let mut bits = [0_u8; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bits)?;
    Ok(bits.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// A folder whose path has that many bytes more than a temporary one.
    fn check(longer_by: usize) -> Address {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("s".repeat(longer_by));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .unwrap();
        let _context = runtime.enter();
        let (listener, published) = publish(&folder).unwrap();
        let address = published.address.clone();
        let found = |pid| find(&folder, pid).unwrap();
        let here = || assert!(found(std::process::id()).contains(&address));
        here();
        assert_eq!(found(1), []);
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(address.socket.parent().unwrap()), 0o700);
        assert_eq!((mode(&address.socket), mode(&published.record)), (0o600, 0o600));
        runtime.block_on(sweep(&folder, "of another")).unwrap();
        here();

        // As a `kill -9` leaves it: nobody listens, and nothing was removed.
        drop(listener);
        runtime.block_on(sweep(&folder, &address.token)).unwrap();
        here();
        runtime.block_on(sweep(&folder, "of another")).unwrap();
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
        assert!(!address.socket.exists());
        address
    }

    #[test]
    fn an_address_is_private_and_is_swept_when_nobody_listens() {
        let socket = check(1).socket;
        assert_eq!(socket.extension(), Some(OsStr::new("sock")), "beside its address");
    }

    #[test]
    fn a_path_too_long_for_a_socket_goes_elsewhere() {
        let socket = check(120).socket;
        assert!(
            socket.as_os_str().len() <= LONGEST_PATH && socket.ends_with("sock"),
            "{socket:?}"
        );
        assert!(!socket.parent().unwrap().exists(), "its folder is swept too");
    }
}

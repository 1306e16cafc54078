//! Who owns a session: an OS file lock, which ends with its holder however that dies.

use std::collections::HashSet;
use std::fs::{DirEntry, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use base::SessionId;

use crate::open::{make_private_folder, open_private};
use crate::{Store, StoreError};

/// Ownership of a session, until dropped.
#[derive(Debug)]
pub struct Lease {
    _holds: Hold,
}

#[derive(Debug)]
enum Hold {
    /// Closing the file frees the lock.
    File {
        _locked: File,
    },
    Memory {
        _held: MemoryHold,
    },
}

#[derive(Debug)]
struct MemoryHold {
    session: SessionId,
    held: Arc<Mutex<HashSet<SessionId>>>,
}

impl Drop for MemoryHold {
    fn drop(&mut self) {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.session);
    }
}

/// Another process (or another holder in this one) owns the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("held by process {pid}")]
pub struct Held {
    /// For the message only; 0 if the holder has not written it yet.
    pub pid: u32,
}

#[derive(Debug)]
pub(crate) enum Leases {
    Files(PathBuf),
    Memory(Arc<Mutex<HashSet<SessionId>>>),
}

impl Leases {
    pub(crate) fn files(dir: &Path) -> Self {
        Self::Files(dir.join("leases"))
    }

    pub(crate) fn memory() -> Self {
        Self::Memory(Arc::default())
    }
}

impl Store {
    /// Takes the session, if nobody has it. The session need not exist yet.
    ///
    /// # Errors
    /// The outer error is the lock file failing; the inner one names the owner.
    pub fn lease(&self, session: &SessionId) -> Result<Result<Lease, Held>, StoreError> {
        match &self.leases {
            Leases::Files(dir) => lock_file(dir, session).map_err(|source| StoreError::Folder {
                path: dir.clone(),
                source,
            }),
            Leases::Memory(held) => {
                let is_free = held
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(session.clone());
                let hold = || MemoryHold {
                    session: session.clone(),
                    held: Arc::clone(held),
                };
                let lease = is_free.then(|| Lease {
                    _holds: Hold::Memory { _held: hold() },
                });
                Ok(lease.ok_or_else(|| Held {
                    pid: std::process::id(),
                }))
            }
        }
    }

    /// Whether someone, this process included, owns a session other than `session`. A lease that cannot be looked at
    /// counts as held.
    pub(crate) fn is_any_other_leased(&self, session: &SessionId) -> bool {
        match &self.leases {
            Leases::Files(dir) => {
                let own = dir.join(file_name(session));
                let is_held = |entry: io::Result<DirEntry>| {
                    let path = entry?.path();
                    if path == own {
                        return Ok(false);
                    }
                    match File::open(path)?.try_lock() {
                        Ok(()) => Ok(false),
                        Err(TryLockError::WouldBlock) => Ok(true),
                        Err(TryLockError::Error(error)) => Err(error),
                    }
                };
                std::fs::read_dir(dir)
                    .map(|mut leases| leases.any(|lease| is_held(lease).unwrap_or(true)))
                    .unwrap_or(true)
            }
            Leases::Memory(held) => {
                let held = held.lock().unwrap_or_else(PoisonError::into_inner);
                held.iter().any(|other| other != session)
            }
        }
    }
}

/// An id may hold anything; its hash is a file name.
fn file_name(session: &SessionId) -> String {
    blake3::hash(session.as_str().as_bytes()).to_hex().to_string()
}

/// The file stays when the lease ends: removing it would let two processes lock two files of one name.
fn lock_file(dir: &Path, session: &SessionId) -> io::Result<Result<Lease, Held>> {
    make_private_folder(dir)?;
    let mut file = open_private(&dir.join(file_name(session)))?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(std::process::id().to_string().as_bytes())?;
            Ok(Ok(Lease {
                _holds: Hold::File { _locked: file },
            }))
        }
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            // Where locks are mandatory the holder's pid cannot be read.
            let _ = file.read_to_string(&mut pid);
            Ok(Err(Held {
                pid: pid.trim().parse().unwrap_or(0),
            }))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

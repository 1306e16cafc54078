//! The private folders of one session: what its commands wrote over the real ones.

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::SystemTime;

use rustix::fs::FlockOperation;

use crate::clock;
use crate::cloned::Copies;
use crate::in_place::Images;
use crate::removal::remove_all;
use crate::secrets::Known;
use crate::seeded::Ledger;

/// Lives as long as its session in this process; its folder is locked, so that another process can tell what is left
/// over from one that died.
#[derive(Debug)]
pub(crate) struct Layer {
    folder: PathBuf,
    #[expect(dead_code, reason = "held for its lock")]
    lock: File,
    /// Commands so far.
    outputs: usize,
    /// The number of the folder that lies over each real one.
    numbers: HashMap<PathBuf, usize>,
    pub(crate) ledger: Ledger,
    /// What the real files were before the last command on them.
    pub(crate) images: Images,
    /// What a copy of the workspace was made from.
    pub(crate) copies: Copies,
    /// What was looked through for secrets.
    pub(crate) known: Known,
    /// When the last command ended: nothing that it built is younger.
    pub(crate) last_end: SystemTime,
}

/// The two folders that an overlay needs.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) upper: PathBuf,
    pub(crate) work: PathBuf,
}

impl Layer {
    /// # Errors
    /// The folder cannot be made or locked.
    pub(crate) fn new(layers: &Path, name: &str) -> io::Result<Self> {
        make_private(layers)?;
        for number in 0..64 {
            let folder = match number {
                0 => layers.join(name),
                _ => layers.join(format!("{name}-{number}")),
            };
            make_private(&folder)?;
            let Some(lock) = locked(&folder)? else {
                continue;
            };
            let layer = Self {
                folder,
                lock,
                outputs: 0,
                numbers: HashMap::new(),
                ledger: Ledger::default(),
                images: Images::default(),
                copies: Copies::default(),
                known: Known::default(),
                last_end: clock::now(),
            };
            layer.empty()?;
            return Ok(layer);
        }
        Err(io::Error::other("too many processes hold a layer of this session"))
    }

    /// What a process left that died before it could throw its layers away.
    pub(crate) fn sweep(layers: &Path) {
        for entry in fs::read_dir(layers).into_iter().flatten().flatten() {
            let folder = entry.path();
            if let Ok(Some(_lock)) = locked(&folder) {
                remove_all(&folder);
            }
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A folder of the layer that is there.
    pub(crate) fn inner(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.folder.join(name);
        // A command can have closed them: where temporary files lie, and at level L2 what is above the copy.
        give_mode(&self.folder, &fs::symlink_metadata(&self.folder)?, 0o700)?;
        make_private(&folder)?;
        give_mode(&folder, &fs::symlink_metadata(&folder)?, 0o700)?;
        Ok(folder)
    }

    /// Where the next command's output goes if it does not fit the memory.
    pub(crate) fn next_output(&mut self) -> PathBuf {
        self.outputs += 1;
        self.folder.join(format!("output-{}", self.outputs))
    }

    /// The folders over a real one, ready to be mounted; the upper one looks like it.
    pub(crate) fn pair(&mut self, real: &Path) -> io::Result<Pair> {
        let next = self.numbers.len();
        let number = *self.numbers.entry(real.to_owned()).or_insert(next);
        let base = self.inner(&over(number))?;
        let (upper, work) = (base.join("upper"), base.join("work"));
        if upper.is_dir() {
            // A command can close it, and what is in it with it.
            same_mode(real, &upper)?;
        } else {
            fs::create_dir(&upper)?;
            resemble(real, &upper)?;
        }
        unmark(&work);
        make_private(&work)?;
        Ok(Pair { upper, work })
    }

    /// Makes the work folders fit for the next command, on a thread of its own: on a disk that takes a part of a
    /// millisecond.
    pub(crate) fn tidy(&self) -> Option<JoinHandle<()>> {
        let folders = self.numbers.values().map(|number| self.folder.join(over(*number)));
        let works: Vec<_> = folders.map(|folder| folder.join("work")).collect();
        if works.is_empty() {
            return None;
        }
        let thread = std::thread::Builder::new().name("sandbox-tidying".into());
        // What could not be started is made up for before the next command.
        thread.spawn(move || works.iter().for_each(|work| unmark(work))).ok()
    }

    fn empty(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name() != LOCK {
                remove_all(&entry.path());
            }
        }
        Ok(())
    }
}

impl Drop for Layer {
    fn drop(&mut self) {
        remove_all(&self.folder);
    }
}

const LOCK: &str = "lock";

/// The folder that holds what lies over the real folder of this number.
fn over(number: usize) -> String {
    format!("over-{number}")
}

fn locked(folder: &Path) -> io::Result<Option<File>> {
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(LOCK))?;
    match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(lock)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Gives a folder of a layer the mode of the real one.
pub(crate) fn same_mode(real: &Path, folder: &Path) -> io::Result<()> {
    give_mode(folder, &fs::symlink_metadata(folder)?, fs::metadata(real)?.mode())
}

pub(crate) fn give_mode(folder: &Path, metadata: &fs::Metadata, mode: u32) -> io::Result<()> {
    if metadata.mode() & 0o7777 == mode & 0o7777 {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o7777))
}

/// The kernel marks the folder as unfit for a second mount, since nothing of the first was written through. It empties
/// the rest by itself, so only the mark is taken away: removing and making it all takes milliseconds on a disk.
fn unmark(work: &Path) {
    let top = work.join("work");
    let folders = [top.clone(), top.join("incompat"), top.join("incompat/volatile")];
    let mark = folders[2].join("dirty");
    for _ in 0..2 {
        let removed = fs::remove_file(&mark).and_then(|()| fs::remove_dir(&folders[2]));
        match removed {
            Ok(()) => return,
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            // They have no permissions, which matters to everybody but root.
            Err(_) => {
                for folder in &folders {
                    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
                }
            }
        }
    }
    if folders[2].exists() {
        remove_all(work);
    }
}

/// Gives a folder the mode and times of another.
pub(crate) fn resemble(real: &Path, folder: &Path) -> io::Result<()> {
    let metadata = fs::metadata(real)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(metadata.mode() & 0o7777))?;
    clock::set_modified(folder, metadata.modified()?)
}

//! Which files of a workspace are indexed, what they are called, and their texts.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::Skip;

/// Larger files are data.
pub(super) const SIZE_CAP: u64 = 1 << 20;
/// More files than anyone works on.
const FILES_CAP: usize = 250_000;
/// File systems keep time in steps: a file changed within the last of them may change again unseen.
const SETTLED: Duration = Duration::from_secs(2);
/// What hidden files and folders that people write by hand begin with. All others are left out: the state of tools,
/// and secrets.
const HIDDEN: [&str; 30] = [
    ".babelrc",
    ".buildkite",
    ".cargo",
    ".changeset",
    ".circleci",
    ".clang-",
    ".codecov",
    ".config",
    ".devcontainer",
    ".dockerignore",
    ".editorconfig",
    ".eslint",
    ".flake8",
    ".forgejo",
    ".gitattributes",
    ".gitea",
    ".github",
    ".gitignore",
    ".gitlab",
    ".gitmodules",
    ".golangci",
    ".goreleaser",
    ".luacheckrc",
    ".pre-commit",
    ".prettier",
    ".pylintrc",
    ".readthedocs",
    ".rubocop",
    ".stylelint",
    ".travis",
];

/// The roots of a workspace.
pub(super) struct Places {
    roots: Arc<[PathBuf]>,
    pub(super) skip: Skip,
}

pub(super) struct OnDisk {
    /// As the catalog calls it.
    pub(super) name: String,
    pub(super) path: PathBuf,
    /// None while the time of change is too fresh to tell two changes apart.
    pub(super) stamp: Option<Stamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) length: u64,
    /// Nanoseconds since 1970.
    pub(super) modified: u64,
}

impl Places {
    pub(super) fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            roots: roots.into(),
            skip: Box::new(|_| false),
        }
    }

    pub(super) fn roots(&self) -> Arc<[PathBuf]> {
        Arc::clone(&self.roots)
    }

    /// What the catalog calls a file; none if it is in no root or to be left out.
    pub(super) fn name_of(&self, path: &Path) -> Option<String> {
        relative(&self.roots, path).filter(|name| !name.is_empty() && !(self.skip)(path))
    }

    /// The files on disk, by name; and whether there are more.
    pub(super) fn walk(&self) -> (Vec<OnDisk>, bool) {
        let mut roots = self.roots.iter();
        let Some(first) = roots.next() else {
            return (Vec::new(), false);
        };
        let mut walk = WalkBuilder::new(first);
        roots.for_each(|root| _ = walk.add(root));
        walk.max_filesize(Some(SIZE_CAP))
            .require_git(false)
            .hidden(false)
            .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
        let now = SystemTime::now();
        let files = Mutex::new(Vec::new());
        walk.build_parallel().run(|| {
            let mut batch = Batch {
                found: Vec::new(),
                files: &files,
            };
            Box::new(move |entry| {
                if let Some(file) = entry.ok().and_then(|entry| self.on_disk(entry, now)) {
                    batch.found.push(file);
                }
                WalkState::Continue
            })
        });
        let mut files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
        files.sort_unstable_by(|one: &OnDisk, other| one.name.cmp(&other.name));
        files.dedup_by(|one, other| one.name == other.name);
        let has_more = files.len() > FILES_CAP;
        files.truncate(FILES_CAP);
        (files, has_more)
    }

    fn on_disk(&self, entry: DirEntry, now: SystemTime) -> Option<OnDisk> {
        if !entry.file_type()?.is_file() || (self.skip)(entry.path()) {
            return None;
        }
        let metadata = entry.metadata().ok()?;
        let path = entry.into_path();
        Some(OnDisk {
            name: relative(&self.roots, &path)?,
            stamp: stamp(&metadata, now),
            path,
        })
    }
}

/// What one thread of a walk has found; given to all when the thread is done.
struct Batch<'a> {
    found: Vec<OnDisk>,
    files: &'a Mutex<Vec<OnDisk>>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.append(&mut self.found);
    }
}

fn stamp(metadata: &fs::Metadata, now: SystemTime) -> Option<Stamp> {
    let modified = metadata.modified().ok()?;
    let age = now.duration_since(modified).ok()?;
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    (age > SETTLED).then_some(Stamp {
        length: metadata.len(),
        modified: u64::try_from(since.as_nanos()).ok()?,
    })
}

fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    name.starts_with(b".") && !HIDDEN.iter().any(|known| name.starts_with(known.as_bytes()))
}

/// The text of a file: UTF-8, UTF-16 with its mark, or else Latin-1. None for binary files, and what is no file or too
/// large by now.
pub(super) fn read(path: &Path) -> Option<String> {
    // A pipe put in a file's place would be waited for.
    if !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let mut file = fs::File::open(path).ok()?.take(SIZE_CAP + 1);
    file.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= SIZE_CAP).then(|| decode(bytes)).flatten()
}

fn decode(bytes: Vec<u8>) -> Option<String> {
    let wide = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].as_chunks().0.iter().map(|pair| from(*pair)).collect();
        Some(String::from_utf16_lossy(&units))
    };
    match *bytes {
        [0xff, 0xfe, ..] => return wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => return wide(u16::from_be_bytes),
        _ => {}
    }
    if bytes.contains(&0) {
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => Some(error.as_bytes().iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// Below one root, the path below it; below several, that with the name of the root's folder before it.
pub(super) fn relative(roots: &[PathBuf], path: &Path) -> Option<String> {
    let (root, below) = roots
        .iter()
        .filter_map(|root| Some((root, path.strip_prefix(root).ok()?)))
        .min_by_key(|(_, below)| below.as_os_str().len())?;
    let below = match std::path::MAIN_SEPARATOR {
        '/' => below.to_str()?.to_owned(),
        separator => below.to_str()?.replace(separator, "/"),
    };
    match roots.len() {
        1 => Some(below),
        _ => Some(format!("{}/{below}", root.file_name()?.to_str()?)),
    }
}

pub(super) fn absolute(roots: &[PathBuf], path: &str) -> Option<PathBuf> {
    if let [root] = roots {
        return Some(root.join(path));
    }
    let (folder, below) = path.split_once('/')?;
    let root = roots
        .iter()
        .find(|root| root.file_name().is_some_and(|name| name == folder))?;
    Some(root.join(below))
}

//! What a command changed: its layer against what it was given.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::cover::{Cover, Stamp, cover_of, is_whiteout};
use crate::outcome::{After, Change};
use crate::seeded::NEW_FILE;
use crate::upper::Found;
use crate::workbench::SeedContent;

/// Bytes of a file that is taken over, and of all together.
const LARGEST: u64 = 16 << 20;
const MOST: u64 = 128 << 20;
/// Without the bits that lend a program its owner's identity: no proposal may set those.
const PERMISSIONS: u32 = 0o777;

/// What the command was given, to be compared with.
pub(crate) struct Given<'a> {
    pub(crate) covers: &'a [Cover],
    pub(crate) seeds: &'a HashMap<PathBuf, SeedContent>,
    /// When it was laid out, in the time of files.
    pub(crate) start: SystemTime,
}

/// Ordered by path.
pub(crate) fn changes(given: &Given<'_>, found: &Found) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut budget = MOST;
    let seeded = given.seeds.iter().filter(|(path, _)| !found.present.contains(path));
    let lost = seeded.filter(|(path, content)| **content != SeedContent::Absent && given.is_gone(path));
    let lost: Vec<_> = lost.map(|(path, _)| path.clone()).collect();
    for path in found.absent.iter().chain(&lost) {
        // A folder can stand where the file was.
        if given.seeds.get(path) != Some(&SeedContent::Absent) {
            changes.push(given.change(path, After::Absent));
        }
    }
    let rewritten = given.seeds.keys().filter(|path| !given.is_gone(path));
    let mut present: Vec<_> = found.present.iter().chain(rewritten).collect();
    present.sort();
    present.dedup();
    for path in present {
        if let Some(after) = given.after(path, &mut budget) {
            changes.push(given.change(path, after));
        }
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes.dedup_by(|a, b| a.path == b.path);
    changes
}

impl Given<'_> {
    fn change(&self, path: &Path, after: After) -> Change {
        let real = Stamp::of(path);
        let existed = match self.seeds.get(path) {
            Some(content) => *content != SeedContent::Absent,
            None => real.is_some(),
        };
        Change {
            path: path.to_owned(),
            existed,
            after,
            before: None,
            stale: real.is_some_and(|real| real.changed_since(self.start)),
        }
    }

    fn top(&self, path: &Path) -> Option<PathBuf> {
        cover_of(self.covers, path).map(|cover| cover.top(path))
    }

    /// Whether a text that the command was given is not in the layer any more.
    fn is_gone(&self, path: &Path) -> bool {
        let metadata = self.top(path).map(fs::symlink_metadata);
        metadata.is_some_and(|found| {
            found
                .as_ref()
                .map_or(true, |metadata| is_whiteout(metadata) || metadata.is_dir())
        })
    }

    /// What is at the path now; none if that is what was given.
    fn after(&self, path: &Path, budget: &mut u64) -> Option<After> {
        let top = self.top(path)?;
        let metadata = fs::symlink_metadata(&top).ok()?;
        let kind = metadata.file_type();
        if kind.is_symlink() {
            let target = fs::read_link(&top).ok()?;
            let is_same = self.seeds.get(path).is_none() && fs::read_link(path).is_ok_and(|before| before == target);
            return (!is_same).then_some(After::Link { target });
        }
        if !kind.is_file() {
            return Some(After::Unfit {
                why: named(kind).to_owned(),
            });
        }
        if metadata.len() > LARGEST || metadata.len() > *budget {
            let is_same = !self.seeds.contains_key(path) && same_file(&top, path);
            let why = format!("it has {} MB, which is too much to take over", metadata.len() >> 20);
            return (!is_same).then_some(After::Unfit { why });
        }
        let bytes = match fs::read(&top) {
            Ok(bytes) => bytes,
            Err(error) => return Some(After::Unfit { why: error.to_string() }),
        };
        let mode = metadata.mode() & PERMISSIONS;
        if self.is_as_given(path, &bytes, mode) {
            return None;
        }
        *budget -= metadata.len();
        Some(After::File { bytes, mode })
    }

    fn is_as_given(&self, path: &Path, bytes: &[u8], mode: u32) -> bool {
        let real = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
        let mode_before = real.as_ref().map_or(NEW_FILE, |real| real.mode() & PERMISSIONS);
        let is_text_same = match self.seeds.get(path) {
            Some(SeedContent::File(given)) => given == bytes,
            Some(SeedContent::Absent) => false,
            None => {
                let is_size = real.is_some_and(|real| real.len() == bytes.len() as u64);
                is_size && fs::read(path).is_ok_and(|before| before == bytes)
            }
        };
        is_text_same && mode_before == mode
    }
}

fn named(kind: fs::FileType) -> &'static str {
    if kind.is_socket() {
        "a socket is not a file that can be proposed"
    } else if kind.is_fifo() {
        "a pipe is not a file that can be proposed"
    } else {
        "a device is not a file that can be proposed"
    }
}

/// Compared piece by piece: neither fits the memory meant for changes.
fn same_file(a: &Path, b: &Path) -> bool {
    use std::io::{BufRead, BufReader};
    let (Ok(a), Ok(b)) = (fs::File::open(a), fs::File::open(b)) else {
        return false;
    };
    let (mut a, mut b) = (
        BufReader::with_capacity(1 << 16, a),
        BufReader::with_capacity(1 << 16, b),
    );
    loop {
        let (Ok(left), Ok(right)) = (a.fill_buf(), b.fill_buf()) else {
            return false;
        };
        let shared = left.len().min(right.len());
        if shared == 0 {
            return left.is_empty() && right.is_empty();
        }
        if left.get(..shared) != right.get(..shared) {
            return false;
        }
        a.consume(shared);
        b.consume(shared);
    }
}

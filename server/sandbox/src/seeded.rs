//! Lays the session's texts into its layer before each command.
//!
//! A path whose visible content changes gets a new, later time; one whose content stays keeps its own. Build tools
//! compare these times: a proposal that is taken back would look older than what was built with it, and its build
//! would count as fresh.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::clock::{self, INSTANT};
use crate::cover::{Cover, Stamp, cover_of, is_whiteout};
use crate::workbench::SeedContent;

/// What the layer holds of paths that are not build output.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    shown: HashMap<PathBuf, Shown>,
}

#[derive(Debug)]
struct Shown {
    kind: Holds,
    /// The time that it was given.
    modified: SystemTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Seed,
    /// A copy of the real file of this stamp, younger than what was built from another content.
    Copy {
        real: Stamp,
        top: Stamp,
    },
}

/// Mode of a file that exists only as a proposal.
pub(crate) const NEW_FILE: u32 = 0o644;

impl Ledger {
    /// Brings the layer to what the command has to see. `strays` are paths that earlier commands changed.
    ///
    /// # Errors
    /// A file of the layer cannot be written.
    pub(crate) fn lay(
        &mut self,
        covers: &[Cover],
        seeds: &HashMap<PathBuf, SeedContent>,
        strays: &[PathBuf],
        last_end: SystemTime,
    ) -> io::Result<()> {
        let paths: BTreeSet<PathBuf> = strays
            .iter()
            .chain(self.shown.keys())
            .chain(seeds.keys())
            .cloned()
            .collect();
        // What is absent comes last: files are put below folders that a command removed as a whole.
        for path in paths
            .iter()
            .filter(|path| !matches!(seeds.get(*path), Some(SeedContent::Absent)))
        {
            let Some(cover) = cover_of(covers, path) else {
                continue;
            };
            match seeds.get(path) {
                Some(SeedContent::File(bytes)) => self.show(cover, path, bytes, last_end)?,
                _ => self.withdraw(cover, path, last_end)?,
            }
        }
        for (path, _) in seeds.iter().filter(|(_, content)| **content == SeedContent::Absent) {
            if let Some(cover) = cover_of(covers, path) {
                self.hide(cover, path)?;
            }
        }
        Ok(())
    }

    fn show(&mut self, cover: &Cover, path: &Path, bytes: &[u8], last_end: SystemTime) -> io::Result<()> {
        let top = cover.top(path);
        let visible = match fs::symlink_metadata(&top) {
            Ok(metadata) if metadata.is_file() => Some(top),
            Ok(_) => None,
            Err(_) if cover.is_overlay && !is_hidden(cover, path) => Some(path.to_owned()),
            Err(_) => None,
        };
        let is_same = visible.is_some_and(|file| holds(&file, bytes));
        if is_same && self.shown.contains_key(path) {
            return Ok(());
        }
        let modified = match is_same {
            // The same text is pinned in the layer with the time it has: the disk may change underneath.
            true => fs::metadata(path)
                .and_then(|metadata| metadata.modified())
                .unwrap_or(last_end),
            false => self.next_time(path, last_end),
        };
        let is_in_top = fs::symlink_metadata(cover.top(path)).is_ok();
        if !(is_same && is_in_top) {
            let mode = Stamp::of(path).map_or(NEW_FILE, |real| real.mode);
            cover.write(path, bytes, mode, modified)?;
        }
        let kind = Holds::Seed;
        self.shown.insert(path.to_owned(), Shown { kind, modified });
        Ok(())
    }

    /// The session has no text of its own for the path: the real file is what it is about.
    fn withdraw(&mut self, cover: &Cover, path: &Path, last_end: SystemTime) -> io::Result<()> {
        let real = Stamp::of(path);
        if let (Some(Shown { kind, modified }), Some(real)) = (self.shown.get(path), real)
            && let Holds::Copy { real: copied, top } = kind
            && Stamp::of(&cover.top(path)) == Some(*top)
        {
            if *copied == real {
                return Ok(());
            }
            // Saved since then: its own time is the youngest by itself.
            if cover.is_overlay && time(real.modified) > *modified && time(real.modified) > last_end {
                cover.uncover(path);
                self.shown.remove(path);
                return Ok(());
            }
        }
        let Some(real) = real else {
            cover.hide(path)?;
            self.shown.remove(path);
            return Ok(());
        };
        let modified = self.next_time(path, last_end);
        cover.copy_real(path, modified)?;
        match Stamp::of(&cover.top(path)) {
            Some(top) => {
                let kind = Holds::Copy { real, top };
                self.shown.insert(path.to_owned(), Shown { kind, modified })
            }
            None => self.shown.remove(path),
        };
        Ok(())
    }

    fn hide(&mut self, cover: &Cover, path: &Path) -> io::Result<()> {
        if !is_hidden(cover, path) {
            cover.hide(path)?;
        }
        let modified = clock::now();
        let kind = Holds::Seed;
        self.shown.insert(path.to_owned(), Shown { kind, modified });
        Ok(())
    }

    /// Later than all that the path was and than all that was built from it.
    fn next_time(&self, path: &Path, last_end: SystemTime) -> SystemTime {
        let real = fs::symlink_metadata(path).and_then(|metadata| metadata.modified()).ok();
        let shown = self.shown.get(path).map(|shown| shown.modified);
        let past = [Some(last_end), shown, real.filter(|real| *real < last_end + FUTURE)];
        let past = past.into_iter().flatten().map(|time| time + INSTANT);
        past.fold(clock::file_now(), SystemTime::max)
    }
}

/// How far ahead a file's time may lie and still be counted on from; broken clocks lie further.
const FUTURE: Duration = Duration::from_secs(24 * 3600);

fn time((seconds, nanoseconds): (i64, i64)) -> SystemTime {
    let nanoseconds = Duration::from_nanos(nanoseconds.unsigned_abs());
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.max(0).unsigned_abs()) + nanoseconds
}

/// Whether a command sees nothing at the path.
fn is_hidden(cover: &Cover, path: &Path) -> bool {
    if !cover.is_overlay {
        return fs::symlink_metadata(cover.top(path)).is_err();
    }
    let above = path.ancestors().take_while(|folder| **folder != cover.real);
    let tops = above.map(|folder| fs::symlink_metadata(cover.top(folder)));
    match tops.filter_map(Result::ok).next() {
        Some(nearest) if is_whiteout(&nearest) => true,
        _ => fs::symlink_metadata(cover.top(path)).is_err() && fs::symlink_metadata(path).is_err(),
    }
}

fn holds(file: &Path, bytes: &[u8]) -> bool {
    let is_size = fs::metadata(file).is_ok_and(|metadata| metadata.len() == bytes.len() as u64);
    is_size && fs::read(file).is_ok_and(|found| found == bytes)
}

//! Level L1: on the real files. What a command changes there is recorded with what was there before.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cover::{Cover, Stamp};
use crate::environment;
use crate::outcome::{After, Change};
use crate::places::Kind;
use crate::program;
use crate::snapshot::{self, Snapshot};
use crate::standing::Level;
use crate::surroundings::{Before, Held, Request, Surroundings, listed, seeds};
use crate::upper::Found;
use crate::{clock, system};

/// Sizes up to which files are copied before a command: one, and all together.
const LARGEST: u64 = 1 << 20;
const MOST: u64 = 64 << 20;

/// The bytes that files had before the command; unchanged files keep theirs from one command to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Images {
    files: HashMap<PathBuf, (Stamp, Arc<[u8]>)>,
}

pub(crate) fn lay_out(mut held: Held, request: Request) -> io::Result<Surroundings> {
    let Request {
        settings, run, limits, ..
    } = request;
    let environment = environment::scrubbed(&settings.environment, &request.environment);
    let environment = program::with(environment, &[("PWD", &run.folder)]);
    let seeds = seeds(request.seeds);
    let cover = |root: &PathBuf| Cover {
        real: root.clone(),
        top: root.clone(),
        kind: Kind::Root,
        is_overlay: false,
    };
    let covers: Vec<_> = settings.roots.iter().map(cover).collect();
    let before = snapshot::take(&covers, &seeds, &environment);
    let layer = held.as_mut().ok_or_else(|| io::Error::other("the layer is gone"))?;
    let is_whole = layer.images.take(&before);
    let images = layer.images.clone();
    let mut notes = Vec::new();
    if !is_whole {
        notes.push("The workspace is too large to keep copies of all of its files from before the command.".into());
    }
    let mut unseen: Vec<&Path> = seeds.keys().map(PathBuf::as_path).collect();
    unseen.sort();
    if !unseen.is_empty() {
        let files = listed(&settings.roots, &unseen);
        notes.push(format!(
            "The command ran on the files on the disk and did not see what is proposed for {files}."
        ));
    }
    let program = program::bash(&run.line, &run.folder, &environment)?;
    Ok(Surroundings {
        layer: held,
        plan: system::open(&program, &limits)?,
        gate: None,
        level: Level::InPlace,
        seeds,
        environment,
        covers,
        start: clock::file_now(),
        notes,
        before: Before::Disk(before, images),
    })
}

impl Images {
    /// Reads what is new; says whether all files are held.
    fn take(&mut self, now: &Snapshot) -> bool {
        self.files.retain(|path, (stamp, _)| now.files.get(path) == Some(stamp));
        let mut held: u64 = self.files.values().map(|(_, bytes)| bytes.len() as u64).sum();
        let mut is_whole = true;
        for (path, stamp) in &now.files {
            if self.files.contains_key(path) || !is_regular(stamp) {
                continue;
            }
            if stamp.size > LARGEST || held + stamp.size > MOST {
                is_whole = false;
                continue;
            }
            if let Ok(bytes) = fs::read(path) {
                held += bytes.len() as u64;
                self.files.insert(path.clone(), (*stamp, bytes.into()));
            }
        }
        is_whole
    }

    pub(crate) fn changes(&self, before: &Snapshot, found: &Found) -> Vec<Change> {
        let existed = |path: &PathBuf| before.files.contains_key(path);
        let absent = found.absent.iter().map(|path| self.change(path, true, After::Absent));
        let present = found.present.iter().filter_map(|path| {
            let after = after(path)?;
            let is_same = match (&after, self.files.get(path)) {
                (After::File { bytes, mode }, Some((stamp, before))) => {
                    before[..] == bytes[..] && stamp.mode & 0o7777 == *mode
                }
                _ => false,
            };
            (!is_same).then(|| self.change(path, existed(path), after))
        });
        let mut changes: Vec<_> = absent.chain(present).collect();
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        changes
    }

    fn change(&self, path: &Path, existed: bool, after: After) -> Change {
        let before = self.files.get(path).map(|(_, bytes)| bytes.to_vec());
        Change {
            path: path.to_owned(),
            existed,
            after,
            before,
            stale: false,
        }
    }
}

fn is_regular(stamp: &Stamp) -> bool {
    stamp.mode & 0o170_000 == 0o100_000
}

fn after(path: &Path) -> Option<After> {
    let metadata = fs::symlink_metadata(path).ok()?;
    if metadata.is_symlink() {
        let target = fs::read_link(path).ok()?;
        return Some(After::Link { target });
    }
    if !metadata.is_file() || metadata.len() > 16 * LARGEST {
        let why = "it is too large to take over, or no regular file".to_owned();
        return Some(After::Unfit { why });
    }
    let mode = metadata.mode() & 0o7777;
    Some(match fs::read(path) {
        Ok(bytes) => After::File { bytes, mode },
        Err(error) => After::Unfit { why: error.to_string() },
    })
}

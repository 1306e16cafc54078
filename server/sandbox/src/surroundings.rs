//! A command's surroundings, laid out for its level and not yet entered, and what is read from them after it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::SystemTime;

use permissions::RunAction;
use tokio::sync::OwnedMutexGuard;

use crate::cover::Cover;
use crate::harvest::{self, Given};
use crate::in_place::Images;
use crate::layer::Layer;
use crate::outcome::Change;
use crate::proxy::{AllowList, Gate};
use crate::snapshot::{self, Snapshot};
use crate::standing::Level;
use crate::upper::Found;
use crate::workbench::{Limits, Seed, SeedContent, Settings};
use crate::{clock, cloned, in_place, system};

pub(crate) type Held = OwnedMutexGuard<Option<Layer>>;
pub(crate) type Seeds = HashMap<PathBuf, SeedContent>;
pub(crate) type Environment = Vec<(OsString, OsString)>;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) settings: Settings,
    pub(crate) network: AllowList,
    pub(crate) level: Level,
    pub(crate) run: RunAction,
    pub(crate) seeds: Vec<Seed>,
    pub(crate) limits: Limits,
    pub(crate) environment: Environment,
}

pub(crate) struct Surroundings {
    pub(crate) layer: Held,
    pub(crate) plan: system::Plan,
    pub(crate) gate: Option<Gate>,
    pub(crate) level: Level,
    pub(crate) seeds: Seeds,
    pub(crate) environment: Environment,
    pub(crate) covers: Vec<Cover>,
    /// When all was laid out, in the time of files.
    pub(crate) start: SystemTime,
    pub(crate) notes: Vec<String>,
    pub(crate) before: Before,
}

/// What the state after the command is compared with.
pub(crate) enum Before {
    /// The layer itself holds nothing but differences.
    Nothing,
    Clone(Snapshot),
    Disk(Snapshot, Images),
}

impl Surroundings {
    /// # Errors
    /// A folder or file of the layer could not be written.
    pub(crate) fn lay_out(held: Held, request: Request) -> io::Result<Self> {
        match request.level {
            #[cfg(target_os = "linux")]
            Level::Overlay => crate::overlaid::lay_out(held, request),
            #[cfg(not(target_os = "linux"))]
            Level::Overlay => Err(io::ErrorKind::Unsupported.into()),
            Level::Clone => cloned::lay_out(held, request),
            Level::InPlace => in_place::lay_out(held, request),
        }
    }

    /// The layer's folder, whose growth is bounded; the real files are nobody's to bound.
    pub(crate) fn folder(&self) -> PathBuf {
        self.layer
            .as_ref()
            .map(|layer| layer.folder().to_owned())
            .unwrap_or_default()
    }

    pub(crate) fn next_output(&mut self) -> PathBuf {
        self.layer.as_mut().map(Layer::next_output).unwrap_or_default()
    }

    /// What the command changed, and remarks on it.
    pub(crate) fn gather(mut self) -> (Vec<Change>, Vec<String>) {
        let mut notes = std::mem::take(&mut self.notes);
        let tidying = self.layer.as_ref().and_then(Layer::tidy);
        let (changes, found) = match &self.before {
            Before::Nothing => self.gather_from(overlay_found(&self.covers, &self.seeds, &self.environment)),
            Before::Clone(before) => {
                let after = snapshot::take(&self.covers, &self.seeds, &self.environment);
                self.gather_from(before.compared_with(&after))
            }
            Before::Disk(before, images) => {
                let after = snapshot::take(&self.covers, &self.seeds, &self.environment);
                let found = before.compared_with(&after);
                (images.changes(before, &found), found)
            }
        };
        if let Some(layer) = self.layer.as_mut() {
            layer.last_end = clock::now();
        }
        let _ = tidying.map(JoinHandle::join);
        notes.extend(remarks(self.level, &changes, &found));
        (changes, notes)
    }

    fn gather_from(&self, found: Found) -> (Vec<Change>, Found) {
        let given = Given {
            covers: &self.covers,
            seeds: &self.seeds,
            start: self.start,
        };
        (harvest::changes(&given, &found), found)
    }
}

#[cfg(target_os = "linux")]
fn overlay_found(covers: &[Cover], seeds: &Seeds, environment: &Environment) -> Found {
    crate::overlaid::found(covers, seeds, environment)
}

#[cfg(not(target_os = "linux"))]
fn overlay_found(_covers: &[Cover], _seeds: &Seeds, _environment: &Environment) -> Found {
    Found::default()
}

pub(crate) fn seeds(seeds: Vec<Seed>) -> Seeds {
    seeds.into_iter().map(|seed| (seed.path, seed.content)).collect()
}

fn remarks(level: Level, changes: &[Change], found: &Found) -> Vec<String> {
    let mut notes = Vec::new();
    if found.has_written_git && level != Level::InPlace {
        let told = "What the command wrote to git's folder was discarded: run git commands that change it outside the \
                    workbench.";
        notes.push(told.to_owned());
    }
    if found.is_cut {
        let told = "The command changed more files than are looked at; the others are not listed.";
        notes.push(told.to_owned());
    }
    if found.is_deep {
        let told = "The command made folders deeper, or with longer paths, than is looked at (256 levels); what is in \
                    them is not listed: keep folders flatter.";
        notes.push(told.to_owned());
    }
    let stale = changes.iter().filter(|change| change.stale).count();
    if stale > 0 {
        notes.push(format!(
            "{stale} of the files were changed by somebody else while the command ran."
        ));
    }
    notes
}

/// A path's last part for a list in a note.
pub(crate) fn listed(roots: &[PathBuf], paths: &[&Path]) -> String {
    const SHOWN: usize = 10;
    let name = |path: &&Path| {
        let inside = roots.iter().find_map(|root| path.strip_prefix(root).ok());
        inside.unwrap_or(path).display().to_string()
    };
    let names: Vec<_> = paths.iter().take(SHOWN).map(name).collect();
    match paths.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

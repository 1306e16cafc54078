//! Level L2: a copy of the workspace at another path, confined by the operating system.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cover::{Cover, Stamp, cover_of};
use crate::ignored::Ignored;
use crate::layer::{resemble, same_mode};
use crate::places::{Kind, variable};
use crate::program;
use crate::proxy::{AllowList, Gate, Proxy};
use crate::removal::remove_all;
use crate::snapshot;
use crate::standing::Level;
use crate::surroundings::{Before, Held, Request, Seeds, Surroundings, seeds};
use crate::upper::DEEPEST;
use crate::{clock, system};
use crate::{environment, secrets};

/// What may be copied byte by byte before each session's first command.
pub(crate) const MOST_FILES: usize = 20_000;
pub(crate) const MOST_BYTES: u64 = 200 << 20;

/// What each file of the copy was made from, and what it was then.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    files: HashMap<PathBuf, (Stamp, Stamp)>,
}

pub(crate) fn lay_out(mut held: Held, request: Request) -> io::Result<Surroundings> {
    let Request {
        settings,
        network,
        run,
        limits,
        ..
    } = request;
    let environment = environment::scrubbed(&settings.environment, &request.environment);
    let layer = held.as_mut().ok_or_else(|| io::Error::other("the layer is gone"))?;
    let home = variable(&environment, "HOME").map(Path::new);
    let masks = secrets::masks(home, &environment, &settings.roots, &settings.masked, &mut layer.known);
    let masked: HashSet<PathBuf> = masks.into_iter().map(|mask| mask.path).collect();
    let seeds = seeds(request.seeds);
    let mut covers = Vec::new();
    for (number, root) in settings.roots.iter().filter(|root| root.is_dir()).enumerate() {
        let name = root.file_name().unwrap_or_default();
        let top = layer.inner(&format!("clone-{number}"))?.join(name);
        covers.push(Cover {
            real: root.clone(),
            top,
            kind: Kind::Root,
            is_overlay: false,
        });
    }
    for cover in &covers {
        layer.copies.update(cover, &masked)?;
    }
    // What an earlier command left is found as what differs from the real files.
    let strays = strays(&covers, &seeds, &environment, &layer.copies);
    let last_end = layer.last_end;
    layer.ledger.lay(&covers, &seeds, &strays, last_end)?;
    let temporary = layer.inner("tmp")?;
    let caches = layer.inner("caches")?;
    let cover = cover_of(&covers, &run.folder);
    let folder = cover.map_or_else(|| run.folder.clone(), |cover| cover.top(&run.folder));
    if let Some(cover) = cover {
        cover.open_way(&run.folder);
    }
    let target = caches.join("target");
    let mut own = vec![
        ("TMPDIR", temporary.as_path()),
        ("PWD", &folder),
        ("XDG_CACHE_HOME", &caches),
        ("npm_config_cache", &caches),
    ];
    if variable(&environment, "CARGO_TARGET_DIR").is_some() {
        own.push(("CARGO_TARGET_DIR", &target));
    }
    let environment = program::with(environment, &own);
    let gate = gate(&network)?;
    let environment = match &gate {
        Some(gate) => program::with(environment, &Proxy::variables(&network, gate.port)),
        None => environment,
    };
    let program = program::bash(&run.line, &folder, &environment)?;
    let tops = covers.iter().map(|cover| cover.top.clone());
    let enclosure = Enclosure {
        masked: &masked,
        write: tops.chain([temporary, caches]).collect(),
        proxy: gate.as_ref().map(|gate| gate.port),
    };
    let before = snapshot::take(&covers, &seeds, &environment);
    Ok(Surroundings {
        layer: held,
        plan: system::enclosed(enclosure, Some(&program), &limits)?,
        level: Level::Clone,
        seeds,
        environment,
        start: clock::file_now(),
        notes: notes(&folder, !network.is_empty() && gate.is_none()),
        gate,
        before: Before::Clone(before),
        covers,
    })
}

/// What a command on a copy may touch beside what everybody may.
#[derive(Debug)]
pub(crate) struct Enclosure<'a> {
    pub(crate) masked: &'a HashSet<PathBuf>,
    pub(crate) write: Vec<PathBuf>,
    /// The port on loopback of the proxy.
    pub(crate) proxy: Option<u16>,
}

fn gate(network: &AllowList) -> io::Result<Option<Gate>> {
    let is_open = system::HAS_GATE && !network.is_empty();
    is_open.then(Gate::open).transpose()
}

fn notes(folder: &Path, lacks_network: bool) -> Vec<String> {
    let folder = folder.display();
    let mut notes = vec![format!("The command ran on a copy of the workspace in {folder}.")];
    if lacks_network {
        let told = "On a copy commands have no network: what `sandbox.network` allows holds at level L3.";
        notes.push(told.to_owned());
    }
    notes
}

/// Whether a copy can be made in reasonable time.
pub(crate) fn is_small(roots: &[PathBuf]) -> bool {
    let (mut files, mut bytes) = (0, 0);
    let mut folders: Vec<PathBuf> = roots.to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if metadata.is_dir() {
                folders.push(entry.path());
            }
            files += 1;
            bytes += metadata.len();
            if files > MOST_FILES || bytes > MOST_BYTES {
                return false;
            }
        }
    }
    true
}

fn strays(
    covers: &[Cover],
    seeds: &Seeds,
    environment: &[(std::ffi::OsString, std::ffi::OsString)],
    copies: &Copies,
) -> Vec<PathBuf> {
    let now = snapshot::take(covers, seeds, &environment.to_vec());
    let differs = |path: &PathBuf| copies.files.get(path).map(|(_, top)| top) != now.files.get(path);
    let lost = covers.iter().flat_map(|cover| {
        let mut ignored = Ignored::new(&cover.real, seeds, environment);
        let inside = copies.files.keys().filter(|path| path.starts_with(&cover.real));
        let missing = inside.filter(|path| !now.files.contains_key(*path) && !path.iter().any(|part| part == ".git"));
        missing.filter(move |path| !ignored.is_within_ignored(path, false))
    });
    let lost: Vec<_> = lost.cloned().collect();
    now.files
        .keys()
        .filter(|path| differs(path))
        .cloned()
        .chain(lost)
        .collect()
}

impl Copies {
    /// Brings the copy to the real files where those changed; what commands wrote to it stays.
    fn update(&mut self, cover: &Cover, masked: &HashSet<PathBuf>) -> io::Result<()> {
        let mut seen = HashSet::new();
        let mut made = Vec::new();
        let mut folders = vec![(cover.real.clone(), 0)];
        while let Some((real, depth)) = folders.pop() {
            if make_like(&real, &cover.top(&real))? {
                made.push(real.clone());
            }
            for entry in fs::read_dir(real)? {
                let path = entry?.path();
                let Some(stamp) = Stamp::of(&path).filter(|_| !masked.contains(&path)) else {
                    continue;
                };
                if !path.is_dir() || path.is_symlink() {
                    self.file(cover, &path, stamp)?;
                    seen.insert(path);
                } else if depth < DEEPEST {
                    folders.push((path, depth + 1));
                }
            }
        }
        // Last and from the innermost out: what is put into a folder gives it another time.
        for real in made.iter().rev() {
            resemble(real, &cover.top(real))?;
        }
        let gone: Vec<_> = self
            .files
            .keys()
            .filter(|path| path.starts_with(&cover.real) && !seen.contains(*path))
            .cloned()
            .collect();
        for path in gone {
            self.files.remove(&path);
            remove_all(&cover.top(&path));
        }
        Ok(())
    }

    fn file(&mut self, cover: &Cover, path: &Path, stamp: Stamp) -> io::Result<()> {
        let is_git = path.iter().any(|part| part == ".git");
        let is_current = self
            .files
            .get(path)
            .is_some_and(|(real, copy)| *real == stamp && (!is_git || Stamp::of(&cover.top(path)) == Some(*copy)));
        if is_current {
            Ok(())
        } else {
            self.copy(cover, path, stamp)
        }
    }

    fn copy(&mut self, cover: &Cover, path: &Path, real: Stamp) -> io::Result<()> {
        cover.copy_real(path, fs::symlink_metadata(path)?.modified()?)?;
        if let Some(top) = Stamp::of(&cover.top(path)) {
            self.files.insert(path.to_owned(), (real, top));
        }
        Ok(())
    }
}

/// Makes a folder of the copy, or opens the one that is there as far as the real one is; says whether it is new.
fn make_like(real: &Path, top: &Path) -> io::Result<bool> {
    if fs::symlink_metadata(top).is_ok_and(|metadata| metadata.is_dir()) {
        same_mode(real, top)?;
        return Ok(false);
    }
    remove_all(top);
    fs::create_dir_all(top)?;
    Ok(true)
}

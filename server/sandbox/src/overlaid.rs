//! Level L3: the workspace at its real path, as an overlay.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::cover::{Cover, cover_of};
use crate::environment;
use crate::ignored::Ignored;
use crate::layer::Layer;
use crate::linux::{self, Covered, View};
use crate::places::{self, Kind, mounts_below, variable};
use crate::program::{self, Program};
use crate::proxy::Proxy;
use crate::removal::remove_all;
use crate::secrets::{self, Known};
use crate::standing::Level;
use crate::surroundings::{Before, Environment, Held, Request, Seeds, Surroundings, seeds};
use crate::upper::{self, Found};
use crate::workbench::{Limits, Settings};
use crate::{clock, system};

/// File systems that can be the lower part of an overlay.
const FIT: &[&str] = &[
    "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "bcachefs", "zfs", "tmpfs", "overlay",
];

pub(crate) fn lay_out(mut held: Held, request: Request) -> io::Result<Surroundings> {
    let Request {
        settings,
        network,
        run,
        limits,
        ..
    } = request;
    let environment = environment::scrubbed(&settings.environment, &request.environment);
    let environment = program::with(environment, &[("TMPDIR", Path::new("/tmp")), ("PWD", &run.folder)]);
    let environment = if network.is_empty() {
        environment
    } else {
        program::with(environment, &Proxy::variables(&network, linux::PROXY_PORT))
    };
    let layer = held.as_mut().ok_or_else(|| io::Error::other("the layer is gone"))?;
    let seeds = seeds(request.seeds);
    let layout = Layout::new(&settings, layer, &environment)?;
    if let Some(cover) = cover_of(&layout.covers, &run.folder) {
        cover.open_way(&run.folder);
    }
    let strays = found(&layout.covers, &seeds, &environment);
    let strays: Vec<_> = strays.present.into_iter().chain(strays.absent).collect();
    let last_end = layer.last_end;
    layer.ledger.lay(&layout.covers, &seeds, &strays, last_end)?;
    let program = program::bash(&run.line, &run.folder, &environment)?;
    let plan = layout.plan(&settings, &environment, &mut layer.known, Some(&program), &limits)?;
    Ok(Surroundings {
        layer: held,
        plan,
        // It is in the command's own network.
        gate: None,
        level: Level::Overlay,
        seeds,
        environment,
        covers: layout.covers,
        start: clock::file_now(),
        notes: Vec::new(),
        before: Before::Nothing,
    })
}

/// The private folders over the real ones.
pub(crate) struct Layout {
    covers: Vec<Cover>,
    covered: Vec<Covered>,
    bare: Vec<PathBuf>,
    temporary: PathBuf,
}

impl Layout {
    pub(crate) fn new(settings: &Settings, layer: &mut Layer, environment: &Environment) -> io::Result<Self> {
        let table = fs::read_to_string("/proc/self/mountinfo")?;
        let mut layout = Self {
            covers: Vec::new(),
            covered: Vec::new(),
            bare: Vec::new(),
            temporary: layer.inner("tmp")?,
        };
        let places = places::places(&settings.roots, environment);
        let mut seen = BTreeSet::new();
        for place in places {
            let below = mounts_below(&place.path, &table);
            layout.cover(layer, place.path, place.kind, &mut seen)?;
            for (path, kind) in below {
                // An overlay shows what lies under a mount, so each needs its own.
                if FIT.contains(&kind.as_str()) && path.is_dir() {
                    layout.cover(layer, path, place.kind, &mut seen)?;
                } else if seen.insert(path.clone()) {
                    layout.bare.push(path);
                }
            }
        }
        Ok(layout)
    }

    fn cover(&mut self, layer: &mut Layer, real: PathBuf, kind: Kind, seen: &mut BTreeSet<PathBuf>) -> io::Result<()> {
        if !seen.insert(real.clone()) {
            return Ok(());
        }
        let pair = layer.pair(&real)?;
        self.covers.push(Cover {
            real: real.clone(),
            top: pair.upper.clone(),
            kind,
            is_overlay: true,
        });
        self.covered.push(Covered {
            real,
            upper: pair.upper,
            work: pair.work,
        });
        Ok(())
    }

    pub(crate) fn plan(
        &self,
        settings: &Settings,
        environment: &Environment,
        known: &mut Known,
        program: Option<&Program>,
        limits: &Limits,
    ) -> io::Result<system::Plan> {
        let home = variable(environment, "HOME").map(Path::new);
        let masks = secrets::masks(home, environment, &settings.roots, &settings.masked, known);
        let masked: Vec<_> = masks.into_iter().map(|mask| (mask.path, mask.is_folder)).collect();
        let view = View {
            covered: &self.covered,
            bare: &self.bare,
            temporary: &self.temporary,
            masked: &masked,
            sockets: &sockets(),
            environment,
            has_proxy: !settings.network.is_empty(),
        };
        linux::overlaid(&view, program, limits)
    }

    /// Mounts inside the workspace that commands can only read.
    pub(crate) fn into_bare(self) -> Vec<PathBuf> {
        self.bare
    }
}

/// Where other processes of this machine have sockets, outside the folders that are hidden anyway. One for datagrams
/// listens to nobody and takes in all the same.
fn sockets() -> Vec<PathBuf> {
    const HIDDEN: [&[u8]; 4] = [b"/run/", b"/tmp/", b"/var/tmp/", b"/dev/"];
    let table = fs::read("/proc/net/unix").unwrap_or_default();
    let is_seen = |path: &&[u8]| path.starts_with(b"/") && !HIDDEN.iter().any(|hidden| path.starts_with(hidden));
    let paths: BTreeSet<_> = table
        .split(|byte| *byte == b'\n')
        .filter_map(socket_path)
        .filter(is_seen)
        .collect();
    paths
        .into_iter()
        .filter_map(|path| fs::canonicalize(OsStr::from_bytes(path)).ok())
        .collect()
}

/// What follows the seven columns of a line, whose last has blanks before it; a path can have blanks in it.
fn socket_path(line: &[u8]) -> Option<&[u8]> {
    let mut rest = line;
    for _ in 0..7 {
        rest = rest.trim_ascii_start();
        let end = rest.iter().position(|byte| *byte == b' ')?;
        rest = rest.get(end..)?;
    }
    rest.strip_prefix(b" ")
}

/// What the layers hold, git's folders emptied on the way.
pub(crate) fn found(covers: &[Cover], seeds: &Seeds, environment: &Environment) -> Found {
    let mut found = Found::default();
    for cover in covers {
        match cover.kind {
            Kind::Root => {
                let mut ignored = Ignored::new(&cover.real, seeds, environment);
                upper::walk(cover, &mut ignored, &mut found);
            }
            Kind::Git => {
                let metadata = fs::symlink_metadata(&cover.top);
                found.has_written_git |= metadata.is_ok_and(|metadata| upper::is_git_written(&cover.top, &metadata));
                for entry in fs::read_dir(&cover.top).into_iter().flatten().flatten() {
                    remove_all(&entry.path());
                }
            }
            Kind::Cache => {}
        }
    }
    found
}

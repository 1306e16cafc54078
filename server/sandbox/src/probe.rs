//! Tries out how commands can be confined here.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use permissions::Confinement;

use crate::cloned;
use crate::interim::environment;
use crate::layer::{Layer, make_private};
use crate::overlaid::Layout;
use crate::reach::readable;
use crate::standing::{Finding, Level, Standing};
use crate::system::{self, Refusal, Step};
use crate::workbench::{Limits, Mode, Settings};

/// What was found, and where layers can be held.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) standing: Standing,
    pub(crate) layers: PathBuf,
}

pub(crate) fn machine(settings: &Settings) -> Machine {
    let mut findings = Vec::new();
    let (level, layers) = if settings.mode == Mode::Off {
        (Level::InPlace, settings.layers.clone())
    } else {
        best(settings, &mut findings)
    };
    let confinement = match (settings.mode, level) {
        (Mode::Off, _) => Confinement::InPlace,
        (_, Level::Overlay | Level::Clone) => Confinement::Workbench,
        (_, Level::InPlace) => Confinement::Missing,
    };
    let standing = Standing {
        level,
        confinement,
        findings,
    };
    Machine { standing, layers }
}

fn best(settings: &Settings, findings: &mut Vec<Finding>) -> (Level, PathBuf) {
    let own = settings.layers.clone();
    match overlay(settings) {
        Ok((layers, bare)) => {
            findings.extend(bare.iter().map(|path| Finding {
                what: format!(
                    "{} is a mount that no layer can lie over: commands can only read it",
                    path.display()
                ),
                remedy: "open its folder by itself to work on it".into(),
            }));
            if layers != own {
                findings.push(Finding {
                    what: format!("{} cannot hold layers; {} does", own.display(), layers.display()),
                    remedy: "keep our state on a disk of its own, outside the workspace and no overlay".into(),
                });
            }
            if !system::has_landlock() {
                findings.push(finding(
                    "Landlock is not there as a second lock behind the mounts",
                    "boot with `lsm=landlock,…`",
                ));
            }
            return (Level::Overlay, layers);
        }
        Err(finding) => findings.push(finding),
    }
    match clone(settings) {
        Ok(()) => {
            findings.push(finding(
                "on a copy, commands have no loopback, and modes and times of the user's files elsewhere can be changed",
                "what level L3 lacks is the finding above",
            ));
            (Level::Clone, own)
        }
        Err(found) => {
            findings.push(found);
            (Level::InPlace, own)
        }
    }
}

fn finding(what: &str, remedy: &str) -> Finding {
    Finding {
        what: what.to_owned(),
        remedy: remedy.to_owned(),
    }
}

/// The first place that can hold layers of this workspace.
fn overlay(settings: &Settings) -> Result<(PathBuf, Vec<PathBuf>), Finding> {
    if let Some(found) = settings.roots.iter().find_map(|root| unfit(root)) {
        return Err(found);
    }
    let mut first = None;
    for layers in std::iter::once(settings.layers.clone()).chain(others()) {
        match try_overlay(settings, &layers) {
            Ok(bare) => return Ok((layers, bare)),
            Err(refusal) => {
                // Another place helps only where the place is what is wrong.
                let is_place = refusal.step == Step::Overlay;
                first = first.or(Some(refusal));
                if !is_place {
                    break;
                }
            }
        }
    }
    Err(first.map_or_else(|| finding("no place was tried", ""), |refusal| explained(&refusal)))
}

fn others() -> impl Iterator<Item = PathBuf> {
    let user = rustix::process::geteuid().as_raw();
    ["/var/tmp", "/dev/shm"]
        .into_iter()
        .map(move |folder| PathBuf::from(format!("{folder}/singletree-{user}")))
        // In folders that all may write to, somebody else could have made it.
        .filter(move |folder| {
            make_private(folder).is_ok()
                && fs::symlink_metadata(folder)
                    .is_ok_and(|made| made.is_dir() && made.uid() == user && made.mode() & 0o077 == 0)
        })
}

fn unfit(root: &Path) -> Option<Finding> {
    let metadata = fs::metadata(root).ok()?;
    if root.parent().is_none() {
        return Some(finding("the workspace is the whole file system", "open a folder of it"));
    }
    let user = rustix::process::geteuid().as_raw();
    (metadata.uid() != user).then(|| Finding {
        what: format!(
            "{} belongs to user {}, and a namespace of user {user} cannot write that user's files",
            root.display(),
            metadata.uid()
        ),
        remedy: "run Singletree as the user who owns the workspace".into(),
    })
}

fn try_overlay(settings: &Settings, layers: &Path) -> Result<Vec<PathBuf>, Refusal> {
    let failed = |source: io::Error| Refusal {
        step: Step::Overlay,
        source,
    };
    let mut layer = Layer::new(layers, "probe").map_err(failed)?;
    let environment = environment::scrubbed(&settings.environment, &[]);
    let layout = Layout::new(settings, &mut layer, &environment).map_err(failed)?;
    let plan = layout
        .plan(settings, &environment, None, &Limits::default())
        .map_err(failed)?;
    system::try_out(&plan)?;
    Ok(layout.into_bare())
}

fn clone(settings: &Settings) -> Result<(), Finding> {
    let limits = Limits::default();
    let own = vec![settings.layers.clone()];
    let tried = system::enclosed(readable(&Default::default(), &own), own, None, &limits)
        .map_err(|source| Refusal {
            step: Step::Landlock,
            source,
        })
        .and_then(|plan| system::try_out(&plan));
    tried.map_err(|refusal| explained(&refusal))?;
    if cloned::is_small(&settings.roots) {
        return Ok(());
    }
    Err(Finding {
        what: format!(
            "the workspace has more than {} files or {} MB, too much to copy for each session",
            cloned::MOST_FILES,
            cloned::MOST_BYTES >> 20
        ),
        remedy: "make level L3 possible, or open a smaller folder".into(),
    })
}

/// A failed step and what the machine's own settings say about it.
fn explained(refusal: &Refusal) -> Finding {
    let setting = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let needs_namespaces = !matches!(refusal.step, Step::Landlock | Step::Seccomp);
    let remedy = if needs_namespaces && setting("/proc/sys/kernel/unprivileged_userns_clone") == "0" {
        "`sysctl kernel.unprivileged_userns_clone=1`"
    } else if needs_namespaces && setting("/proc/sys/user/max_user_namespaces") == "0" {
        "`sysctl user.max_user_namespaces=10000`"
    } else if needs_namespaces && setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" {
        "`sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or an AppArmor profile that allows singletree `userns`"
    } else {
        match refusal.step {
            Step::Namespaces | Step::Identity => {
                "allow user namespaces: in a container, its seccomp profile has to (`--security-opt seccomp=unconfined`)"
            }
            Step::Processes => "in a container, unmask `/proc` (`--security-opt systempaths=unconfined`)",
            Step::Overlay => "Linux 5.12 or newer with overlayfs, and our state on a disk that is no overlay itself",
            Step::Landlock => "Linux 5.19 or newer, booted with `lsm=landlock,…`",
            _ => "a newer Linux, or a container that allows more",
        }
    };
    Finding {
        what: format!("{} failed: {}", refusal.step.what(), refusal.source),
        remedy: remedy.to_owned(),
    }
}

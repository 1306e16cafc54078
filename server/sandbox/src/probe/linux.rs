//! What Linux offers: the trial of an overlay, and what the machine's own settings say about one that failed.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::finding;
use crate::environment;
use crate::layer::{Layer, make_private};
use crate::overlaid::Layout;
use crate::standing::{Finding, Level};
use crate::system::{self, Refusal, Step};
use crate::workbench::{Limits, Settings};

/// What a level lacks although it works.
pub(super) fn shortcomings(level: Level) -> Vec<Finding> {
    if level == Level::Clone {
        return vec![finding(
            "on a copy, commands have no loopback",
            "what level L3 lacks is the finding above",
        )];
    }
    let landlock = finding(
        "Landlock is not there as a second lock behind the mounts",
        "boot with `lsm=landlock,…`",
    );
    if system::has_landlock() {
        Vec::new()
    } else {
        vec![landlock]
    }
}

/// The first place that can hold layers of this workspace, and the mounts inside it that commands can only read.
pub(super) fn overlay(settings: &Settings) -> Result<(PathBuf, Vec<PathBuf>), Finding> {
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
        .plan(settings, &environment, &mut layer.known, None, &Limits::default())
        .map_err(failed)?;
    system::try_out(&plan)?;
    Ok(layout.into_bare())
}

/// A failed step and what the machine's own settings say about it.
pub(super) fn explained(refusal: &Refusal) -> Finding {
    let setting = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let needs_namespaces = !matches!(refusal.step, Step::Landlock | Step::Seccomp | Step::Confine);
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
            Step::Landlock | Step::Confine => "Linux 5.19 or newer, booted with `lsm=landlock,…`",
            _ => "a newer Linux, or a container that allows more",
        }
    };
    Finding {
        what: format!("{} failed: {}", refusal.step.what(), refusal.source),
        remedy: remedy.to_owned(),
    }
}

//! Tries out how commands can be confined here.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::path::PathBuf;

use permissions::Confinement;

use crate::cloned::{self, Enclosure};
use crate::standing::{Finding, Level, Standing};
use crate::system::{self, Refusal, Step};
use crate::workbench::{Limits, Mode, Settings};
#[cfg(not(target_os = "linux"))]
use elsewhere as platform;
#[cfg(target_os = "linux")]
use linux as platform;

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
    match platform::overlay(settings) {
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
            findings.extend(platform::shortcomings(Level::Overlay));
            return (Level::Overlay, layers);
        }
        Err(finding) => findings.push(finding),
    }
    match clone(settings) {
        Ok(()) => {
            findings.extend(platform::shortcomings(Level::Clone));
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

fn clone(settings: &Settings) -> Result<(), Finding> {
    let limits = Limits::default();
    let enclosure = Enclosure {
        masked: &Default::default(),
        write: Vec::new(),
        proxy: None,
    };
    let tried = system::enclosed(enclosure, None, &limits)
        .map_err(|source| Refusal {
            step: Step::Confine,
            source,
        })
        .and_then(|plan| system::try_out(&plan));
    tried.map_err(|refusal| platform::explained(&refusal))?;
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

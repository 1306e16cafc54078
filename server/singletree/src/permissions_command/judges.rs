//! One policy for each workspace and trust, made when first needed: thousands of lines are judged with few of them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Context;
use config::trust::TrustStore;
use config::{Paths, Settings};
use permissions::{CommandVerdict, Confinement, Policy, PolicyConfig, RunAction};

use super::{is_trusted, sources};
use crate::cli::Switch;
use crate::place;
use crate::workbench;

/// What a question says in place of what is so on this machine.
#[derive(Clone, Debug, Default)]
pub(super) struct Assumptions {
    pub(super) sandbox: Option<Switch>,
    pub(super) trust: Option<Switch>,
    pub(super) folder: Option<PathBuf>,
}

pub(super) struct Judges {
    paths: Paths,
    trust: TrustStore,
    /// Where the process is, and the workspace that it is in.
    folder: PathBuf,
    root: PathBuf,
    places: HashMap<PathBuf, Place>,
    judges: HashMap<(PathBuf, bool, bool), Rc<Judge>>,
    trusted: HashMap<(PathBuf, PathBuf), bool>,
    standing: HashMap<PathBuf, Confinement>,
}

#[derive(Clone)]
struct Place {
    folder: PathBuf,
    root: PathBuf,
}

struct Judge {
    policy: Policy,
    settings: Settings,
}

impl Judges {
    pub(super) fn new(paths: Paths) -> anyhow::Result<Self> {
        let folder = std::env::current_dir()?.canonicalize()?;
        let root = place::workspace_root(&folder)?;
        Ok(Self {
            trust: TrustStore::open(&paths),
            paths,
            folder,
            root,
            places: HashMap::new(),
            judges: HashMap::new(),
            trusted: HashMap::new(),
            standing: HashMap::new(),
        })
    }

    /// The verdict on a line. Nothing of it is run.
    pub(super) fn judge(&mut self, line: String, assumed: &Assumptions) -> anyhow::Result<CommandVerdict> {
        let place = self.place(assumed.folder.as_deref())?;
        let (trusts_root, trusts_folder) = match assumed.trust {
            Some(switch) => (switch.is_on(), switch.is_on()),
            None => (
                self.trusts(&place.root, &place.root),
                self.trusts(&place.root, &place.folder),
            ),
        };
        let judge = self.judge_for(&place.root, trusts_root, trusts_folder)?;
        let confinement = match assumed.sandbox {
            Some(Switch::On) => Confinement::Workbench,
            Some(Switch::Off) => Confinement::InPlace,
            None => self.standing(&place.root, &judge.settings),
        };
        let run = RunAction {
            line,
            folder: place.folder,
            confinement,
        };
        Ok(judge.policy.judge_command(&run))
    }

    /// A folder in the workspace that the process is in belongs to that, any other to its own.
    fn place(&mut self, named: Option<&Path>) -> anyhow::Result<Place> {
        let named = named.unwrap_or(Path::new(""));
        if let Some(place) = self.places.get(named) {
            return Ok(place.clone());
        }
        let folder = self.folder.join(named);
        let folder = folder
            .canonicalize()
            .with_context(|| format!("the folder `{}` cannot be opened", named.display()))?;
        anyhow::ensure!(folder.is_dir(), "`{}` is no folder", named.display());
        let root = match folder.starts_with(&self.root) {
            true => self.root.clone(),
            false => place::workspace_root(&folder)?,
        };
        let place = Place { folder, root };
        self.places.insert(named.to_owned(), place.clone());
        Ok(place)
    }

    fn trusts(&mut self, root: &Path, folder: &Path) -> bool {
        let key = (root.to_owned(), folder.to_owned());
        let known = self.trusted.entry(key);
        *known.or_insert_with(|| is_trusted(&self.trust, root, folder))
    }

    /// Settings of the workspace are obeyed if it is trusted; what runs in a repository below it needs that one's own
    /// trust.
    fn judge_for(&mut self, root: &Path, trusts_root: bool, trusts_folder: bool) -> anyhow::Result<Rc<Judge>> {
        let key = (root.to_owned(), trusts_root, trusts_folder);
        if let Some(judge) = self.judges.get(&key) {
            return Ok(Rc::clone(judge));
        }
        let settings = config::load(&sources(&self.paths, root, trusts_root))?.settings;
        let policy = Policy::new(PolicyConfig {
            roots: vec![root.to_owned()],
            mode: settings.permissions.mode,
            rules: settings.permissions.rules.clone(),
            commands: settings.permissions.commands.clone(),
            trusted: trusts_folder,
        })?;
        for rule in &settings.permissions.hosts {
            policy.remember_host(rule.clone())?;
        }
        let judge = Rc::new(Judge { policy, settings });
        self.judges.insert(key, Rc::clone(&judge));
        Ok(judge)
    }

    fn standing(&mut self, root: &Path, settings: &Settings) -> Confinement {
        let known = self.standing.entry(root.to_owned());
        *known.or_insert_with(|| {
            let workbench = workbench::workbench(&self.paths, &[root.to_owned()], settings);
            workbench.standing().confinement
        })
    }
}

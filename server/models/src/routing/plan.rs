//! A task's candidates in the order of trying. Pure: nothing is resolved, no server is asked.

use super::{Choice, Routes, Skipped, TaskType, Tier};
use crate::prices::{self, Vendor};
use crate::{AUTO, RULES};

/// Who asks for what.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// A command's name or a task type's.
    pub task: &'a str,
    /// The model that was named for this very turn or session: by a flag, a request, `/model`.
    pub chosen: Option<&'a str>,
    /// The setting `model`.
    pub default: &'a str,
}

/// What the tiers can be made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Available {
    /// Providers that lead to a vendor itself, with a key and without a model that the user or the environment named.
    pub keyed: Vec<(String, Vendor)>,
    /// Models that cost nothing, as `provider/model`.
    pub free: Vec<String>,
}

/// A candidate before it is resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// For `Registry::resolve`.
    pub name: String,
    /// For people: the setting or tier that it comes from.
    pub why: String,
    /// Whether it comes from the shipped table: the account may not have the model.
    pub is_shipped: bool,
}

/// The candidates, and what was asked for and leads to none.
///
/// A model that was chosen comes first, with the user's own list behind it; the tiers are asked only where no model is
/// named anywhere.
#[must_use]
pub fn plan(routes: &Routes, wanted: Wanted<'_>, available: &Available) -> (Vec<Planned>, Vec<Skipped>) {
    let mut planner = Planner {
        available,
        planned: Vec::new(),
        skipped: Vec::new(),
    };
    let kind = TaskType::of(wanted.task);
    let keys = [wanted.task, kind.as_str(), "default"];
    let configured = keys.iter().find_map(|key| Some((*key, routes.lists.get(*key)?)));
    if let Some(chosen) = wanted.chosen {
        planner.add(chosen, "it was chosen", false);
    }
    match configured {
        Some((key, choices)) => planner.route(key, choices),
        None if wanted.chosen.is_some() => {}
        None if wanted.default != AUTO => planner.add(wanted.default, "it is the setting `model`", false),
        None => planner.shipped(kind),
    }
    (planner.planned, planner.skipped)
}

struct Planner<'a> {
    available: &'a Available,
    planned: Vec<Planned>,
    skipped: Vec<Skipped>,
}

impl Planner<'_> {
    fn route(&mut self, key: &str, choices: &[Choice]) {
        let why = format!("`routes.{key}` names it");
        for choice in choices {
            match choice {
                Choice::Model(name) => self.add(name, &why, false),
                Choice::Tier(tier) => {
                    if !self.tier(*tier, &format!("`routes.{key}` names the tier `{}`", tier.as_str())) {
                        self.skipped.push(Skipped {
                            name: tier.as_str().to_owned(),
                            reason: "no key is there for a vendor that has a model of this tier".to_owned(),
                        });
                    }
                }
            }
        }
    }

    fn shipped(&mut self, kind: TaskType) {
        let tier = kind.tier();
        self.tier(
            tier,
            &format!("{} work goes to the tier `{}`", kind.as_str(), tier.as_str()),
        );
        if tier == Tier::Free {
            self.add(RULES, "it costs nothing", false);
        } else {
            self.add(AUTO, "it is what can be found", false);
        }
    }

    /// False if the tier has no model here.
    fn tier(&mut self, tier: Tier, why: &str) -> bool {
        if tier == Tier::Free {
            for name in &self.available.free {
                self.add(name, why, false);
            }
            return !self.available.free.is_empty();
        }
        let mut has_any = false;
        for (provider, vendor) in &self.available.keyed {
            let is_first = |known: &&prices::KnownModel| known.vendor == *vendor && known.tier == tier;
            if let Some(known) = prices::all().iter().find(is_first) {
                self.add(&format!("{provider}/{}", known.id), why, true);
                has_any = true;
            }
        }
        has_any
    }

    fn add(&mut self, name: &str, why: &str, is_shipped: bool) {
        if self.planned.iter().all(|planned| planned.name != name) {
            self.planned.push(Planned {
                name: name.to_owned(),
                why: why.to_owned(),
                is_shipped,
            });
        }
    }
}

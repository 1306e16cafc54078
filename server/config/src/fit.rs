//! What only the merged settings can show to be wrong: the parts of a whole may come from several layers.

use crate::error::{ConfigError, Remark};
use crate::merge::{KeyPath, Merged};

/// Every whole that lacks a part or whose parts contradict each other.
pub(crate) fn check(merged: &Merged) -> Result<(), ConfigError> {
    let mut fitting = Fitting {
        merged,
        mistakes: Vec::new(),
    };
    fitting.providers();
    fitting.prices();
    fitting.thresholds();
    if fitting.mistakes.is_empty() {
        Ok(())
    } else {
        Err(ConfigError::Invalid(fitting.mistakes))
    }
}

struct Fitting<'a> {
    merged: &'a Merged,
    mistakes: Vec<Remark>,
}

impl Fitting<'_> {
    fn providers(&mut self) {
        for whole in self.wholes("providers", 2) {
            self.require(&whole, "kind", "");
        }
    }

    /// Half a price would make the other half free.
    fn prices(&mut self) {
        for whole in self.wholes("models", 3) {
            if whole.parts().last() == Some(&"price") {
                for part in ["input", "output"] {
                    self.require(&whole, part, "; what costs nothing is 0");
                }
            }
        }
    }

    fn thresholds(&mut self) {
        for whole in self.wholes("loops", 2) {
            let part = |name| self.merged.values.get(&whole.child(name));
            let (Some(nudge), Some(stop)) = (part("nudge"), part("stop")) else {
                continue;
            };
            if nudge.number() > stop.number() {
                self.mistakes.push(Remark {
                    origin: stop.origin.clone(),
                    message: format!("`{whole}.stop` must not come before `{whole}.nudge`"),
                });
            }
        }
    }

    /// The tables below `section` that begin with `depth` keys and have a value.
    fn wholes(&self, section: &str, depth: usize) -> Vec<KeyPath> {
        let paths = self.merged.values.keys().map(KeyPath::parts);
        let within = paths.filter(|parts| parts.len() > depth && parts.first() == Some(&section));
        let mut wholes: Vec<_> = within.map(|parts| KeyPath::of(&parts[..depth])).collect();
        wholes.dedup();
        wholes
    }

    /// Told at the first value that there is.
    fn require(&mut self, whole: &KeyPath, part: &str, remedy: &str) {
        if self.merged.values.contains_key(&whole.child(part)) {
            return;
        }
        let depth = whole.parts().len();
        let within = |path: &KeyPath| path.parts().get(..depth) == Some(&whole.parts()[..]);
        if let Some((_, node)) = self.merged.values.iter().find(|(path, _)| within(path)) {
            self.mistakes.push(Remark {
                origin: node.origin.clone(),
                message: format!("`{whole}` lacks `{part}`{remedy}"),
            });
        }
    }
}

//! The list of tools in a turn's requests: made once, and again when the model has asked for more.

use std::collections::BTreeSet;
use std::sync::Arc;

use base::ToolSpec;

use crate::turn::TurnContext;

#[derive(Default)]
pub(crate) struct ToolList {
    /// Beside those that are always there.
    loaded: BTreeSet<String>,
    specs: Option<Arc<[ToolSpec]>>,
}

impl ToolList {
    pub(crate) fn of(&mut self, turn: &TurnContext) -> Arc<[ToolSpec]> {
        let loaded = turn.session.loaded_tools();
        if self.loaded != loaded {
            self.specs = None;
        }
        let specs = self.specs.get_or_insert_with(|| turn.tools(&loaded).into());
        self.loaded = loaded;
        Arc::clone(specs)
    }
}

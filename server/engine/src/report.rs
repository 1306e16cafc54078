//! What a user may ask about a session, in lines.

use base::SessionId;
use store::{CallFilter, LedgerBy, StoreError};

use crate::runtime::Runtime;

impl Runtime {
    /// What the session used, a line for each model. Reads the store.
    ///
    /// # Errors
    /// A failing store.
    pub fn cost_lines(&self, session: &SessionId) -> Result<Vec<String>, StoreError> {
        let filter = CallFilter {
            session: Some(session.clone()),
            ..CallFilter::default()
        };
        let calls = self.store.calls(&filter)?;
        if calls.is_empty() {
            return Ok(vec!["nothing was used yet".to_owned()]);
        }
        let rows = store::ledger(&calls, LedgerBy::Model).into_iter().map(|row| {
            let totals = row.totals;
            let usd = match totals.unpriced {
                0 => format!("${:.4}", totals.usd),
                unpriced => format!("${:.4} and {unpriced} call(s) without a price", totals.usd),
            };
            format!(
                "{}: {} call(s), {} tokens, {usd}",
                row.key,
                totals.calls,
                totals.tokens()
            )
        });
        Ok(rows.collect())
    }

    /// What is remembered in this workspace, a line for each entry. Reads the store.
    ///
    /// # Errors
    /// A failing store.
    pub fn memory_lines(&self) -> Result<Vec<String>, StoreError> {
        let memories = self.store.memories()?;
        if memories.is_empty() {
            return Ok(vec!["nothing is remembered yet".to_owned()]);
        }
        Ok(memories
            .into_iter()
            .map(|memory| format!("{}. {}", memory.id, memory.text))
            .collect())
    }
}

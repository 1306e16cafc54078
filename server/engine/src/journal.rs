//! The workspace's journal over the store: the engine alone writes the session tables.

use std::sync::Arc;

use base::{ContentHash, ReviewRecord};
use store::Store;
use workspace::{Journal, JournalError};

pub struct StoreJournal(Arc<Store>);

impl StoreJournal {
    #[must_use]
    pub fn new(store: Arc<Store>) -> Self {
        Self(store)
    }
}

impl Journal for StoreJournal {
    fn append(&self, record: &ReviewRecord) -> Result<(), JournalError> {
        self.0
            .append_review(record)
            .map_err(|error| JournalError(error.to_string()))
    }

    fn put_blob(&self, text: &str) -> Result<ContentHash, JournalError> {
        self.0.put_blob(text).map_err(|error| JournalError(error.to_string()))
    }
}

//! The workspace's journal and its record of writes over the store: the engine alone writes the session tables.

use std::sync::Arc;

use base::{ContentHash, ReviewRecord, SessionId};
use store::{Store, StoreError};
use workspace::{Checkpoints, Journal, JournalError, StepRecord};

pub struct StoreJournal(Arc<Store>);

impl StoreJournal {
    #[must_use]
    pub fn new(store: Arc<Store>) -> Self {
        Self(store)
    }
}

impl Journal for StoreJournal {
    fn append(&self, record: &ReviewRecord) -> Result<(), JournalError> {
        self.0.append_review(record).map_err(failed)
    }

    fn put_blob(&self, text: &str) -> Result<ContentHash, JournalError> {
        self.0.put_blob(text).map_err(failed)
    }
}

impl Checkpoints for StoreJournal {
    fn put_image(&self, bytes: &[u8]) -> Result<ContentHash, JournalError> {
        self.0.put_image(bytes).map_err(failed)
    }

    fn image(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>, JournalError> {
        self.0.image(hash).map_err(failed)
    }

    fn append(&self, session: &SessionId, record: &StepRecord) -> Result<(), JournalError> {
        let durable = matches!(record, StepRecord::Begin(_));
        let appended = self.0.append_step(session, record.step(), record, durable);
        appended.map_err(failed)
    }

    fn records(&self, session: &SessionId) -> Result<Vec<StepRecord>, JournalError> {
        self.0.steps(session).map_err(failed)
    }

    fn last_step(&self, session: &SessionId) -> Result<u64, JournalError> {
        self.0.last_step(session).map_err(failed)
    }
}

fn failed(error: StoreError) -> JournalError {
    JournalError(error.to_string())
}

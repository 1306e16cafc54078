//! The stored sessions as a front lists and tends them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base::SessionId;
use store::{Day, SearchHit, SessionSummary, StoreError};

use super::Runtime;
use crate::error::RunError;
use crate::session::Session;

/// A session as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSession {
    pub id: SessionId,
    pub title: String,
    pub cwd: PathBuf,
    /// RFC 3339, UTC.
    pub updated_at: String,
}

/// A place where all words of a query stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSession {
    pub id: SessionId,
    pub title: String,
    /// When that was said; RFC 3339, UTC.
    pub at: String,
    pub excerpt: String,
}

impl Runtime {
    /// The workspace's sessions, the one touched last first. Reads the store.
    ///
    /// # Errors
    /// A failing store.
    pub fn listed_sessions(&self) -> Result<Vec<ListedSession>, StoreError> {
        Ok(self.store.sessions()?.into_iter().map(listed).collect())
    }

    /// The session's title; none where there is no such session. Reads the store.
    #[must_use]
    pub fn title_of(&self, session: &SessionId) -> Option<String> {
        self.store.title(session).ok().flatten()
    }

    /// Where all words of `query` stand, the best place of each session. Reads the store.
    ///
    /// # Errors
    /// A failing store.
    pub fn search_sessions(&self, query: &str, limit: usize) -> Result<Vec<FoundSession>, StoreError> {
        let mut found: Vec<FoundSession> = Vec::new();
        for hit in self.store.search(query, limit)? {
            if found.iter().all(|session| session.id != hit.session) {
                found.push(found_session(hit));
            }
        }
        Ok(found)
    }

    /// Deletes a session of this process or of none, with all that only it needs. The user's files are not touched.
    /// Writes the store.
    ///
    /// # Errors
    /// A turn runs in it, another process has it open, or there is none: then nothing was deleted.
    pub fn delete_session(&self, id: &SessionId) -> Result<(), RunError> {
        let is_idle = |_: &SessionId, session: &Arc<Session>| session.idle_since().is_some();
        if let Some(turn) = self.session_here(id).and_then(|session| session.running()) {
            let session = id.clone();
            return Err(RunError::Busy { session, turn });
        }
        if let Some((_, session)) = self.sessions.remove_if(id, is_idle) {
            self.workspace.withdraw_session(id);
            self.workbench.discard(id);
            if !session.is_stored() {
                return Ok(());
            }
        }
        self.store.delete_session(id)?.map(drop).map_err(|held| RunError::Held {
            session: id.clone(),
            pid: held.pid,
        })
    }
}

fn listed(session: SessionSummary) -> ListedSession {
    ListedSession {
        id: session.id,
        title: session.title,
        cwd: session.cwd,
        updated_at: timestamp(session.updated),
    }
}

fn found_session(hit: SearchHit) -> FoundSession {
    FoundSession {
        id: hit.session,
        title: hit.title,
        at: timestamp(hit.at),
        excerpt: hit.snippet.replace(SearchHit::HIT, ""),
    }
}

/// RFC 3339, UTC, in whole seconds.
fn timestamp(at: SystemTime) -> String {
    let seconds = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() % 86_400;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{}T{hours:02}:{minutes:02}:{:02}Z", Day::of(at), seconds % 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_rfc_3339() {
        let at = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        assert_eq!(timestamp(at), "2027-01-15T08:00:00Z");
        assert_eq!(timestamp(UNIX_EPOCH), "1970-01-01T00:00:00Z");
    }
}

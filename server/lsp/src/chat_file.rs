//! Chat in a buffer, for editors without a plugin: a file `*.chat.md` is a conversation, and *Send* says its last block
//! of the user's.
//!
//! What was said before comes from the store, never from the file: a transcript that somebody checked in forges no turn.
//! In: [`send`] reads the file ([`layout`], [`mentions`]) and speaks in its session. Out: an [`answer`] follows the turn,
//! [`account`] makes text of it and [`escape`] makes that safe; a [`pen`] writes it where the [`place`] is by then, by the
//! edits that [`compose`] makes. [`offers`] are the actions and lenses.

mod account;
mod answer;
mod compose;
mod escape;
mod layout;
mod mentions;
mod offers;
mod pen;
mod place;
mod send;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use base::{SessionId, TurnId, Uri};
use engine::Voice;

use crate::front::lock;
use answer::Answer;

pub(crate) use offers::{actions, lenses};
pub(crate) use send::{begin, send};

/// The conversations in buffers of a connection.
#[derive(Default)]
pub(crate) struct ChatFiles {
    answers: Mutex<HashMap<Uri, Arc<Answer>>>,
    /// Sessions that were begun for a file which does not name them yet.
    begun: Mutex<HashMap<Uri, SessionId>>,
    /// All sessions in which something was sent from a file.
    sessions: Mutex<HashSet<SessionId>>,
}

/// Whether a document is a conversation.
pub(crate) fn is_chat_file(uri: &Uri) -> bool {
    uri.path().is_some_and(|path| chat::place::is_chat_file(&path))
}

impl ChatFiles {
    /// The answer that is being written into a document.
    pub(crate) fn answer(&self, uri: &Uri) -> Option<Arc<Answer>> {
        lock(&self.answers).get(uri).cloned()
    }

    /// Whether what a session says stands in a buffer.
    pub(crate) fn shows(&self, session: &SessionId) -> bool {
        lock(&self.sessions).contains(session)
    }

    /// The client closed a document: what is still said is not written any more.
    pub(crate) fn close(&self, uri: &Uri) {
        if let Some(answer) = lock(&self.answers).remove(uri) {
            answer.pen.close();
        }
    }

    /// Where a turn is stopped that is answered in a buffer.
    pub(crate) fn voice_of(&self, turn: &TurnId) -> Option<Voice> {
        let answers = lock(&self.answers);
        let running = answers.values().filter_map(|answer| answer.running());
        running
            .into_iter()
            .find(|running| running.turn == *turn)
            .map(|running| running.voice)
    }

    /// False if an answer is being written into the document already.
    fn reserve(&self, uri: &Uri, answer: &Arc<Answer>) -> bool {
        let mut answers = lock(&self.answers);
        if answers.contains_key(uri) {
            return false;
        }
        answers.insert(uri.clone(), Arc::clone(answer));
        true
    }

    /// Nothing more is written by this answer.
    fn release(&self, uri: &Uri, answer: &Arc<Answer>) {
        let mut answers = lock(&self.answers);
        if answers.get(uri).is_some_and(|held| Arc::ptr_eq(held, answer)) {
            answers.remove(uri);
        }
        answer.done.cancel();
    }
}

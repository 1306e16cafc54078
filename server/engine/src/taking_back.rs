//! Taking the conversation back: it goes on from before something that the user said. Files and proposals stay as they
//! are; they have a rewind of their own.

use base::{Message, SessionId, Task, TurnId};
use store::Item;

use crate::error::RunError;
use crate::history::pair_calls_with_results;
use crate::runtime::Runtime;

const CAUSE: &str = "the user went back";

impl Runtime {
    /// Goes back to before what the user said as item `message`, and returns that. Reads and writes the store.
    ///
    /// # Errors
    /// A turn runs in the session, it is another process's, or its conversation has no such message: then nothing has
    /// changed.
    pub fn take_back(&self, id: &SessionId, message: i64) -> Result<Task, RunError> {
        let session = self.existing_session(id)?;
        let claimed = TurnId::fresh();
        session.begin(&claimed).map_err(|turn| RunError::Busy {
            session: id.clone(),
            turn,
        })?;
        let taken = self.before(id, message).and_then(|(task, messages)| {
            let item = Item::Context {
                cause: CAUSE.to_owned(),
                messages: messages.clone(),
                taken_back_from: Some(message),
            };
            let number = self.store.append_item(id, &item)?;
            self.events.note_stored(id, number, &item);
            session.begin_anew(pair_calls_with_results(messages), CAUSE);
            Ok(task)
        });
        session.end();
        taken
    }

    /// What the user said there, and the conversation that led to it.
    fn before(&self, id: &SessionId, message: i64) -> Result<(Task, Vec<Message>), RunError> {
        let (mut said, mut messages) = (None, Vec::new());
        let mut after = Some(0);
        while let Some(start) = after {
            let page = self.store.items_page(id, start, 500)?;
            for stored in page.items {
                match stored.item {
                    Item::Turn { task, .. } | Item::Said { task, .. } if stored.seq == message => said = Some(task),
                    Item::Context {
                        taken_back_from: Some(from),
                        ..
                    } if from <= message && stored.seq > message => said = None,
                    Item::Message(one) if stored.seq < message => messages.push(one),
                    Item::Context { messages: anew, .. } if stored.seq < message => messages = anew,
                    _ => {}
                }
            }
            after = page.next;
        }
        let said = said.ok_or_else(|| RunError::UnknownMessage {
            session: id.clone(),
            message,
        })?;
        Ok((said, messages))
    }
}

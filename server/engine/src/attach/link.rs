//! A session as a front works in it: here, or in the process that owns it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use base::{ApprovalId, Decision, Event, EventKind, HunkId, HunkState, Review, SessionId, Task, TurnId};
use text::PositionEncoding;
use tokio::task::spawn_blocking;
use workspace::Selection;

use super::Attachment;
use super::error::{AttachError, LinkError};
use super::protocol::{Answer, Op};
use crate::error::RunError;
use crate::events::Subscription;
use crate::request::{RunRequest, Said};
use crate::runtime::Runtime;

/// A process that has just taken a lease may not know the session for a moment; a new one may not listen yet.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// A session, and what happens in it from now on. Dropping it leaves the session as it is.
pub struct Link {
    voice: Voice,
    events: Subscription,
}

/// What may be said and done in a session, from several tasks at once; cheap to clone.
#[derive(Clone)]
pub struct Voice {
    session: SessionId,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Here(Arc<Runtime>),
    There(Arc<Attachment>),
}

impl Link {
    /// Takes a stored session, or attaches to the process that has it. If its turn runs, what stands of that is among
    /// the first events.
    ///
    /// # Errors
    /// There is no such session; or another process owns it and nobody can attach to that.
    pub async fn open(runtime: &Arc<Runtime>, session: &SessionId) -> Result<Self, LinkError> {
        let mut tries = TRIES;
        loop {
            let pid = match runtime.take(session).await {
                Ok(()) => return Ok(Self::here(runtime, session)),
                Err(RunError::Held { pid, .. }) => pid,
                Err(error) => return Err(error.into()),
            };
            let session = session.clone();
            let why = match runtime.attach(&session, pid).await {
                Ok((there, events)) => {
                    let way = Way::There(Arc::new(there));
                    let voice = Voice { session, way };
                    return Ok(Self { voice, events });
                }
                Err(why) => why,
            };
            tries -= 1;
            if tries == 0 || matches!(why, AttachError::Newer { .. } | AttachError::Older { .. }) {
                return Err(LinkError::ReadOnly { session, why });
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    }

    /// A session of this process's own.
    #[must_use]
    pub fn here(runtime: &Arc<Runtime>, session: &SessionId) -> Self {
        Self {
            voice: Voice {
                session: session.clone(),
                way: Way::Here(Arc::clone(runtime)),
            },
            events: runtime.subscribe_to(session),
        }
    }

    /// Begins a session here, with a turn.
    ///
    /// # Errors
    /// As [`Runtime::run`].
    pub fn begin(runtime: &Arc<Runtime>, request: RunRequest) -> Result<(Self, Said), LinkError> {
        let events = runtime.subscribe();
        let started = runtime.run(request)?;
        let voice = Voice {
            session: started.session.clone(),
            way: Way::Here(Arc::clone(runtime)),
        };
        let link = Self { voice, events };
        Ok((link, Said::Started(started)))
    }

    /// Where to speak from other tasks.
    #[must_use]
    pub fn voice(&self) -> Voice {
        self.voice.clone()
    }

    /// Up to which item the conversation is to be read from the store: what is not there follows. To be asked before
    /// [`Self::next`]; none when the owner has gone already.
    pub async fn stored(&mut self) -> Option<i64> {
        match self.next().await?.kind {
            EventKind::StoredUpTo { item } => Some(item),
            other => {
                tracing::warn!(?other, "a subscription that does not begin at its beginning");
                Some(0)
            }
        }
    }

    /// What happens next in the session; none when its owner has gone. Cancel-safe.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let event = match &self.voice.way {
                Way::Here(_) => self.events.next().await,
                Way::There(there) => tokio::select! {
                    biased;
                    event = self.events.next() => event,
                    () = there.gone() => self.events.try_next()?,
                },
            };
            if event.session == self.voice.session {
                return Some(event);
            }
        }
    }
}

/// Whoever follows a session may speak in it.
impl Deref for Link {
    type Target = Voice;

    fn deref(&self) -> &Voice {
        &self.voice
    }
}

impl Voice {
    #[must_use]
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// The owner's process and what kind of front it has, where that is another.
    #[must_use]
    pub fn owner(&self) -> Option<(u32, &str)> {
        match &self.way {
            Way::Here(_) => None,
            Way::There(there) => Some((there.pid(), there.front())),
        }
    }

    /// Says something: a new turn, or a word to the one that runs. The request's session is this one.
    ///
    /// # Errors
    /// As [`Runtime::run`]; or the owner has gone.
    pub async fn say(&self, request: RunRequest) -> Result<Said, LinkError> {
        match &self.way {
            Way::Here(runtime) => {
                let session = Some(self.session.clone());
                let runtime = Arc::clone(runtime);
                // Reads files and the store.
                let said = spawn_blocking(move || runtime.say(RunRequest { session, ..request })).await;
                // A panic there left nothing behind.
                Ok(said.unwrap_or(Err(RunError::ShuttingDown))?)
            }
            Way::There(there) => match there.ask(Op::Say(Box::new(request.into()))).await? {
                Answer::Said(said) => Ok(said),
                other => Err(unexpected(other)),
            },
        }
    }

    /// Stops the turn that runs if it is `turn`, or whichever it is; false if there was none.
    ///
    /// # Errors
    /// The owner has gone.
    pub async fn stop(&self, turn: Option<&TurnId>) -> Result<bool, LinkError> {
        match &self.way {
            Way::Here(runtime) => Ok(runtime.stop_in(&self.session, turn)),
            Way::There(there) => done(there.ask(Op::Stop { turn: turn.cloned() }).await?),
        }
    }

    /// Answers a question; false if it is closed.
    ///
    /// # Errors
    /// The owner has gone.
    pub async fn answer(&self, id: ApprovalId, decision: Decision) -> Result<bool, LinkError> {
        match &self.way {
            Way::Here(runtime) => Ok(runtime.answer(&id, decision)),
            Way::There(there) => done(there.ask(Op::Answer { id, decision }).await?),
        }
    }

    /// Answers the model's questions, in their order; no answers at all decline. False if they are closed.
    ///
    /// # Errors
    /// The owner has gone.
    pub async fn answer_questions(&self, id: ApprovalId, answers: Vec<String>) -> Result<bool, LinkError> {
        match &self.way {
            Way::Here(runtime) => Ok(runtime.answer_questions(&id, answers)),
            Way::There(there) => done(there.ask(Op::AnswerQuestions { id, answers }).await?),
        }
    }

    /// Takes the conversation back to before what the user said as item `message`, and returns that.
    ///
    /// # Errors
    /// As [`Runtime::take_back`]; or the owner has gone.
    pub async fn take_back(&self, message: i64) -> Result<Task, LinkError> {
        match &self.way {
            Way::Here(runtime) => {
                let (runtime, session) = (Arc::clone(runtime), self.session.clone());
                let taken = spawn_blocking(move || runtime.take_back(&session, message)).await;
                Ok(taken.unwrap_or(Err(RunError::ShuttingDown))?)
            }
            Way::There(there) => match there.ask(Op::TakeBack { message }).await? {
                Answer::TakenBack(task) => Ok(*task),
                other => Err(unexpected(other)),
            },
        }
    }

    /// The session's reviews.
    ///
    /// # Errors
    /// The owner has gone.
    pub async fn reviews(&self, encoding: PositionEncoding) -> Result<Vec<Review>, LinkError> {
        match &self.way {
            Way::Here(runtime) => Ok(runtime.reviews_of(&self.session, encoding)),
            Way::There(there) => match there.ask(Op::Reviews { encoding }).await? {
                Answer::Reviews(reviews) => Ok(reviews),
                other => Err(unexpected(other)),
            },
        }
    }

    /// What the session proposes, as a patch that `git apply` takes.
    ///
    /// # Errors
    /// The owner has gone.
    pub async fn patch(&self) -> Result<Vec<u8>, LinkError> {
        match &self.way {
            Way::Here(runtime) => Ok(runtime.workspace().patch(&self.session)),
            Way::There(there) => match there.ask(Op::Patch).await? {
                Answer::Patch(patch) => Ok(patch),
                other => Err(unexpected(other)),
            },
        }
    }

    /// Keeps what the selection names, through the owner's editor or on disk.
    ///
    /// # Errors
    /// Nothing that could be kept is selected; or the owner has gone.
    pub async fn keep(&self, selection: &Selection) -> Result<Vec<(HunkId, HunkState)>, LinkError> {
        match &self.way {
            Way::Here(runtime) => Ok(runtime.keep_for_front(selection).await?),
            Way::There(there) => decided(there.ask(Op::Keep(selection.into())).await?),
        }
    }

    /// # Errors
    /// Nothing that could be rejected is selected; or the owner has gone.
    pub async fn reject(&self, selection: &Selection) -> Result<Vec<(HunkId, HunkState)>, LinkError> {
        match &self.way {
            Way::Here(runtime) => Ok(runtime.reject(selection)?),
            Way::There(there) => decided(there.ask(Op::Reject(selection.into())).await?),
        }
    }
}

fn done(answer: Answer) -> Result<bool, LinkError> {
    match answer {
        Answer::Done(done) => Ok(done),
        other => Err(unexpected(other)),
    }
}

fn decided(answer: Answer) -> Result<Vec<(HunkId, HunkState)>, LinkError> {
    match answer {
        Answer::Decided(outcome) => Ok(outcome),
        other => Err(unexpected(other)),
    }
}

fn unexpected(answer: Answer) -> LinkError {
    tracing::warn!(?answer, "an answer to something else");
    LinkError::Refused {
        cause: "protocol".to_owned(),
        message: "the session's owner answered something else than was asked; this is a bug of ours".to_owned(),
    }
}

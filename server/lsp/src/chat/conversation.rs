//! A session that this client talks in or follows.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use base::{ContextBill, SessionId};
use engine::{Link, LinkError, Voice};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::choices::Choices;
use super::ends::Ends;
use super::following::Following;
use super::open_questions::OpenQuestions;
use crate::front::{Front, lock};
use crate::transport;

pub(crate) struct Conversation {
    session: SessionId,
    /// None while nobody follows. The lock is held while a link is made, so that one is.
    line: tokio::sync::Mutex<Option<Line>>,
    is_followed: AtomicBool,
    choices: Mutex<Choices>,
    pub(super) ends: Ends,
    pub(super) questions: OpenQuestions,
    /// What the last turn began with.
    bill: Mutex<Option<ContextBill>>,
    /// Prompts that arrived before this number are cancelled.
    cancelled: AtomicU64,
}

/// A link with the task that follows it.
struct Line {
    voice: Voice,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Conversation {
    pub(super) fn new(session: SessionId) -> Self {
        Self {
            session,
            line: tokio::sync::Mutex::default(),
            is_followed: AtomicBool::new(false),
            choices: Mutex::default(),
            ends: Ends::default(),
            questions: OpenQuestions::default(),
            bill: Mutex::default(),
            cancelled: AtomicU64::new(0),
        }
    }

    pub(crate) fn session(&self) -> &SessionId {
        &self.session
    }

    pub(super) fn choices(&self) -> Choices {
        self.choices_mut().clone()
    }

    pub(super) fn choices_mut(&self) -> MutexGuard<'_, Choices> {
        lock(&self.choices)
    }

    /// Whether the user chose a model for it.
    pub(crate) fn has_model(&self) -> bool {
        self.choices_mut().model.is_some()
    }

    /// Takes note of what a turn begins with.
    pub(crate) fn note_bill(&self, bill: ContextBill) {
        *lock(&self.bill) = Some(bill);
    }

    pub(super) fn bill(&self) -> Option<ContextBill> {
        lock(&self.bill).clone()
    }

    pub(super) fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Acquire)
    }

    /// Where to speak. The session is followed from then on; what was said before is not told.
    pub(super) async fn voice(self: &Arc<Self>, front: &Arc<Front>) -> Result<Voice, LinkError> {
        let mut line = self.line.lock().await;
        if let Some(line) = line.as_ref().filter(|line| !line.task.is_finished()) {
            return Ok(line.voice.clone());
        }
        let link = Link::open(&front.runtime, &self.session).await?;
        let voice = link.voice();
        *line = Some(self.follow(front, link, 0));
        Ok(voice)
    }

    /// Where to speak, if the session is followed.
    pub(super) async fn standing_voice(&self) -> Option<Voice> {
        self.line.lock().await.as_ref().map(|line| line.voice.clone())
    }

    /// Follows anew: `tell` shows what was said up to where the link begins, before anything else is told.
    pub(super) async fn reload<E: From<LinkError>>(
        self: &Arc<Self>,
        front: &Arc<Front>,
        tell: impl AsyncFnOnce(i64) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut line = self.line.lock().await;
        let mut link = Link::open(&front.runtime, &self.session).await?;
        // From here on a question is the chat's, whoever asks it.
        self.is_followed.store(true, Ordering::Release);
        if let Some(old) = line.take() {
            old.stop().await;
        }
        self.questions.withdraw_all();
        let stored = link.stored().await.unwrap_or_default();
        tell(stored).await?;
        *line = Some(self.follow(front, link, stored));
        Ok(())
    }

    /// Follows no more. Nothing that runs is stopped.
    pub(super) async fn leave(&self) {
        if let Some(line) = self.line.lock().await.take() {
            line.stop().await;
        }
        self.is_followed.store(false, Ordering::Release);
        self.questions.withdraw_all();
        self.ends.give_up();
    }

    fn follow(self: &Arc<Self>, front: &Arc<Front>, link: Link, told_up_to: i64) -> Line {
        self.is_followed.store(true, Ordering::Release);
        let (voice, stop) = (link.voice(), CancellationToken::new());
        let following = Following::new(front, self, told_up_to);
        let task = tokio::spawn(following.run(link, stop.clone()));
        Line { voice, stop, task }
    }

    /// Takes note that all prompts that arrived before this very message are cancelled.
    pub(super) fn cancel(&self) {
        self.cancelled.fetch_max(transport::arrival(), Ordering::AcqRel);
    }

    /// Whether the prompt that is being handled was cancelled since it arrived.
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire) > transport::arrival()
    }
}

impl Line {
    async fn stop(self) {
        self.stop.cancel();
        // A panic there ends the following alone.
        let _ = self.task.await;
    }
}

//! The owner's side: lets other processes of the same user in, does what they ask, tells them what happens.
//!
//! A connection is a task. It holds nothing of a turn: a client that sends garbage, goes away in the middle or takes
//! nothing ends its own task, and its events are merged meanwhile like every slow front's.

use std::io;
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use base::{Event, EventKind, SessionId};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::address::{self, Published};
use super::error::LinkError;
use super::frame::{self, Broken, Reader};
use super::protocol::{Answer, Asked, Greeting, Hello, Knock, Op, Outcome, PROTOCOL, Reception, Refusal, Told};
use crate::error::RunError;
use crate::events::Subscription;
use crate::runtime::Runtime;

/// Attached at a time.
const MOST: usize = 64;
/// Ops of one connection that are being done at a time; further ones wait in the socket.
const MOST_OPS: usize = 8;
/// How long a client may take for its first line.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long attached fronts may take for the last events when the owner leaves.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Until another try where nothing can be accepted, as with too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens until dropped.
pub(super) struct Listener {
    published: Published,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Listener {
    /// `front` says what kind of front this process is, for people.
    pub(super) fn start(runtime: Weak<Runtime>, folder: &Path, front: &str) -> io::Result<Self> {
        let (socket, published) = address::publish(folder)?;
        let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
        let house = Arc::new(House {
            runtime,
            token: published.address.token.clone(),
            front: front.to_owned(),
            closing: closing.clone(),
        });
        tasks.spawn(accept(socket, house));
        let (stale, own) = (folder.to_owned(), published.address.token.clone());
        tokio::spawn(async move {
            if let Err(error) = address::sweep(&stale, &own).await {
                tracing::debug!(%error, "addresses of processes that are gone were not removed");
            }
        });
        Ok(Self {
            published,
            closing,
            tasks,
        })
    }

    /// The word that stands at our address.
    pub(super) fn token(&self) -> String {
        self.published.address.token.clone()
    }

    /// Tells the attached fronts what they have not heard yet, and lets go of them.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
        if tokio::time::timeout(LAST_WORDS, self.tasks.wait()).await.is_err() {
            tracing::debug!(socket = %self.published.address.socket.display(), "an attached front did not take the last words");
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

/// What all connections share.
struct House {
    runtime: Weak<Runtime>,
    token: String,
    front: String,
    closing: CancellationToken,
}

async fn accept(socket: UnixListener, house: Arc<House>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = house.closing.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) if connections.len() < MOST => {
                    connections.spawn(connection(stream, Arc::clone(&house)));
                }
                Ok(_) => tracing::warn!("more than {MOST} fronts want to attach; one was turned away"),
                Err(error) => {
                    tracing::warn!(%error, "nobody can attach now");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: UnixStream, house: Arc<House>) {
    if let Err(error) = serve(stream, &house).await {
        tracing::info!(%error, "an attached front was let go of");
    }
}

async fn serve(stream: UnixStream, house: &Arc<House>) -> Result<(), Broken> {
    if !is_ours(&stream)? {
        tracing::warn!("another user tried to attach");
        return Ok(());
    }
    let (read, mut write) = stream.into_split();
    let mut reader = Reader::new(read);
    let first = tokio::select! {
        first = tokio::time::timeout(PATIENCE, reader.line()) => first.map_err(|_| Broken::Stalled)??,
        () = house.closing.cancelled() => None,
    };
    let Some(first) = first else { return Ok(()) };
    let received = house.receive(&first);
    let outcome = match &received {
        Ok(_) => Outcome::Welcome {
            front: house.front.clone(),
        },
        Err(refusal) => Outcome::Refused(refusal.clone()),
    };
    let reception = Reception {
        hello: Hello::ours(),
        outcome,
    };
    frame::write(&mut write, &frame::encode(&reception)?).await?;
    let Ok((session, events)) = received else { return Ok(()) };
    reader.widen();
    tracing::info!(%session, "a front attached");
    let mut ops = JoinSet::new();
    let attended = attend(reader, write, house, session, events, &mut ops).await;
    // What was asked for is done, though nobody hears the answer: half a Keep would be worse.
    ops.detach_all();
    attended
}

/// Whether the other side is a process of the same user.
fn is_ours(stream: &UnixStream) -> io::Result<bool> {
    Ok(stream.peer_cred()?.uid() == rustix::process::geteuid().as_raw())
}

impl House {
    /// Lets somebody in, or says why not.
    fn receive(&self, first: &str) -> Result<(SessionId, Subscription), Refusal> {
        let no_message = |_| Refusal::new("garbage", "the first line is no greeting of Singletree's");
        let Greeting { hello } = serde_json::from_str(first).map_err(no_message)?;
        if hello.protocol != PROTOCOL {
            return Err(Refusal::new("protocol", format!("protocol {PROTOCOL} is spoken here")));
        }
        let Knock { token, session, .. } = serde_json::from_str(first).map_err(no_message)?;
        if token != self.token {
            return Err(Refusal::new(
                "token",
                "it did not say the word that stands beside the socket",
            ));
        }
        let runtime = self.runtime.upgrade().filter(|runtime| runtime.holds(&session));
        let runtime =
            runtime.ok_or_else(|| Refusal::new("not-here", format!("session `{session}` is not open here")))?;
        let events = runtime.subscribe_to(&session);
        Ok((session, events))
    }
}

/// Until one side leaves.
async fn attend(
    mut reader: Reader,
    mut write: OwnedWriteHalf,
    house: &Arc<House>,
    session: SessionId,
    mut events: Subscription,
    ops: &mut JoinSet<(u64, Answer)>,
) -> Result<(), Broken> {
    loop {
        tokio::select! {
            event = events.next() => tell(&mut write, event).await?,
            asked = reader.next::<Asked>(), if ops.len() < MOST_OPS => {
                let Some(Asked { id, op }) = asked? else { return Ok(()) };
                let (runtime, session) = (Weak::clone(&house.runtime), session.clone());
                ops.spawn(async move { (id, perform(&runtime, session, op).await) });
            }
            Some(done) = ops.join_next() => {
                // After a panic the client would wait for ever.
                let (id, answer) = done.map_err(io::Error::other)?;
                reply(&mut write, id, answer).await?;
            }
            () = house.closing.cancelled() => break,
        }
    }
    while let Some(event) = events.try_next() {
        tell(&mut write, event).await?;
    }
    Ok(())
}

async fn tell(write: &mut OwnedWriteHalf, event: Event) -> Result<(), Broken> {
    // What is still being written is drawn by the owner's own editor alone.
    if matches!(event.kind, EventKind::ReviewGrew { .. }) {
        return Ok(());
    }
    match frame::encode(&Told::Event(Box::new(event))) {
        Err(Broken::TooLong) => {
            tracing::warn!("an event was too long for the attached fronts");
            Ok(())
        }
        line => frame::write(write, &line?).await,
    }
}

async fn reply(write: &mut OwnedWriteHalf, id: u64, answer: Answer) -> Result<(), Broken> {
    let line = match frame::encode(&Told::Reply { id, answer }) {
        Err(Broken::TooLong) => {
            let answer = Answer::Refused(Refusal::new("too-long", "the answer is too long to be sent"));
            frame::encode(&Told::Reply { id, answer })
        }
        line => line,
    };
    frame::write(write, &line?).await
}

async fn perform(runtime: &Weak<Runtime>, session: SessionId, op: Op) -> Answer {
    let Some(runtime) = runtime.upgrade() else {
        return Answer::Refused(Refusal::new("shutting-down", "Singletree is shutting down"));
    };
    let refused = |error: LinkError| Answer::Refused(error.into());
    match op {
        Op::Say(saying) => {
            let request = match saying.into_request(session) {
                Ok(request) => request,
                Err(refusal) => return Answer::Refused(refusal),
            };
            // Reads files and the store.
            let said = tokio::task::spawn_blocking(move || runtime.say(request)).await;
            match said {
                Ok(Ok(said)) => Answer::Said(said),
                Ok(Err(error)) => refused(error.into()),
                Err(_) => Answer::Refused(Refusal::new(
                    "error",
                    "it failed inside Singletree; this is a bug of ours",
                )),
            }
        }
        Op::Stop { turn } => Answer::Done(runtime.stop_in(&session, turn.as_ref())),
        Op::Answer { id, decision } => Answer::Done(runtime.answer(&id, decision)),
        Op::AnswerQuestions { id, answers } => Answer::Done(runtime.answer_questions(&id, answers)),
        Op::TakeBack { message } => {
            let taken = tokio::task::spawn_blocking(move || runtime.take_back(&session, message)).await;
            match taken.unwrap_or(Err(RunError::ShuttingDown)) {
                Ok(task) => Answer::TakenBack(Box::new(task)),
                Err(error) => refused(error.into()),
            }
        }
        Op::Reviews { encoding } => Answer::Reviews(runtime.reviews_of(&session, encoding)),
        Op::Patch => Answer::Patch(runtime.workspace().patch(&session)),
        Op::Keep(choice) => match runtime.keep_for_front(&choice.into()).await {
            Ok(outcome) => Answer::Decided(outcome),
            Err(error) => refused(error.into()),
        },
        Op::Reject(choice) => match runtime.reject(&choice.into()) {
            Ok(outcome) => Answer::Decided(outcome),
            Err(error) => refused(error.into()),
        },
    }
}

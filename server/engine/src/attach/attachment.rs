//! The side of who attaches: one session of another process, as long as both live.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base::SessionId;
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::address::{self, Address};
use super::error::{AttachError, LinkError};
use super::frame::{self, Broken, Reader};
use super::protocol::{Answer, Asked, Greeting, Hello, Knock, Op, Outcome, PROTOCOL, Reception, Refusal, Told};
use crate::events::{EventHub, Subscription};

/// How long the owner may take for its first line.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long it may take to do what is asked. A Keep waits for its proof in an editor.
const ANSWER: Duration = Duration::from_secs(60);

/// A connection to the process that owns a session.
pub(super) struct Attachment {
    pid: u32,
    front: String,
    lines: mpsc::Sender<Vec<u8>>,
    waiting: Waiting,
    last_id: AtomicU64,
    gone: CancellationToken,
    _reading: DropGuard,
}

/// Whoever waits for an answer, by the number of the op.
type Askers = HashMap<u64, oneshot::Sender<Answer>>;

/// None once there will be no more answers.
#[derive(Clone)]
struct Waiting(Arc<Mutex<Option<Askers>>>);

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Option<Askers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attachment {
    /// Attaches to `session` at the process `pid`; the events of the session come from now on, and first what stands.
    /// `own` is the word at our own address: in another container, the owner may have our number.
    pub(super) async fn to(
        folder: &Path,
        own: Option<String>,
        session: &SessionId,
        pid: u32,
    ) -> Result<(Self, Subscription), AttachError> {
        let unreachable = |cause: String| AttachError::Unreachable { pid, cause };
        let addresses = address::find(folder, pid).map_err(|error| unreachable(error.to_string()))?;
        let mut why = unreachable("it does not listen".to_owned());
        for address in addresses {
            if own.as_ref() == Some(&address.token) {
                continue;
            }
            match Self::at(address, session, pid).await {
                Ok(attached) => return Ok(attached),
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    async fn at(address: Address, session: &SessionId, pid: u32) -> Result<(Self, Subscription), AttachError> {
        let unreachable = |cause: String| AttachError::Unreachable { pid, cause };
        let stream = UnixStream::connect(&address.socket).await;
        let stream = stream.map_err(|error| unreachable(error.to_string()))?;
        let (read, mut write) = stream.into_split();
        let mut reader = Reader::new(read);
        let knock = Knock {
            hello: Hello::ours(),
            token: address.token,
            session: session.clone(),
        };
        let received = tokio::time::timeout(HANDSHAKE, greet(&mut reader, &mut write, &knock)).await;
        let received = received.map_err(|_| unreachable("it does not answer".to_owned()))?;
        let first = received.map_err(|error| unreachable(error.to_string()))?;
        let front = admitted(&first, pid)?;
        reader.widen();
        Ok(Self::begin(reader, write, session, pid, front))
    }

    fn begin(
        reader: Reader,
        write: OwnedWriteHalf,
        session: &SessionId,
        pid: u32,
        front: String,
    ) -> (Self, Subscription) {
        let hub = EventHub::default();
        let events = hub.subscribe_to(session, None);
        let (lines, to_write) = mpsc::channel(16);
        let (gone, stop) = (CancellationToken::new(), CancellationToken::new());
        let waiting = Waiting(Arc::new(Mutex::new(Some(Askers::new()))));
        let reading = Reading {
            hub,
            waiting: waiting.clone(),
            gone: gone.clone(),
        };
        tokio::spawn(reading.run(reader, stop.clone()));
        tokio::spawn(write_all(write, to_write, stop.clone()));
        let attachment = Self {
            pid,
            front,
            lines,
            waiting,
            last_id: AtomicU64::new(0),
            gone,
            _reading: stop.drop_guard(),
        };
        (attachment, events)
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// What kind of front the owner has, in words.
    pub(super) fn front(&self) -> &str {
        &self.front
    }

    /// Returns when the owner has left; all its events are in the subscription by then.
    pub(super) async fn gone(&self) {
        self.gone.cancelled().await;
    }

    pub(super) async fn ask(&self, op: Op) -> Result<Answer, LinkError> {
        let gone = || LinkError::Gone(self.pid);
        let id = self.last_id.fetch_add(1, Ordering::Relaxed);
        let line = frame::encode(&Asked { id, op }).map_err(|error| LinkError::Refused {
            cause: "too-long".to_owned(),
            message: format!("it cannot be sent to process {}: {error}", self.pid),
        })?;
        let (sender, answer) = oneshot::channel();
        self.waiting.lock().as_mut().ok_or_else(gone)?.insert(id, sender);
        let asking = async {
            self.lines.send(line).await.map_err(|_| gone())?;
            answer.await.map_err(|_| gone())
        };
        match tokio::time::timeout(ANSWER, asking).await {
            Err(_) => Err(LinkError::Silent(self.pid)),
            // Another process may have got the session since; who asks again finds out which.
            Ok(Ok(Answer::Refused(refusal))) if refusal.cause == "held" => {
                self.gone.cancel();
                Err(refusal.into())
            }
            Ok(Ok(Answer::Refused(refusal))) => Err(refusal.into()),
            Ok(answer) => answer,
        }
    }
}

impl From<Refusal> for LinkError {
    fn from(Refusal { cause, message }: Refusal) -> Self {
        Self::Refused { cause, message }
    }
}

async fn greet(reader: &mut Reader, write: &mut OwnedWriteHalf, knock: &Knock) -> Result<String, Broken> {
    frame::write(write, &frame::encode(knock)?).await?;
    let closed = || std::io::Error::other("it closed the connection");
    Ok(reader.line().await?.ok_or_else(closed)?)
}

/// What kind of front lets us in, or why none does.
fn admitted(first: &str, pid: u32) -> Result<String, AttachError> {
    let no_message = |error: serde_json::Error| AttachError::Unreachable {
        pid,
        cause: format!("its first line is no greeting of Singletree's: {error}"),
    };
    let Greeting { hello } = serde_json::from_str(first).map_err(no_message)?;
    let version = hello.version;
    match hello.protocol.cmp(&PROTOCOL) {
        std::cmp::Ordering::Less => return Err(AttachError::Older { pid, version }),
        std::cmp::Ordering::Greater => return Err(AttachError::Newer { pid, version }),
        std::cmp::Ordering::Equal => {}
    }
    let Reception { outcome, .. } = serde_json::from_str(first).map_err(no_message)?;
    match outcome {
        Outcome::Welcome { front } => Ok(front),
        Outcome::Refused(Refusal { message, .. }) => Err(AttachError::Refused { pid, cause: message }),
    }
}

struct Reading {
    hub: EventHub,
    waiting: Waiting,
    gone: CancellationToken,
}

impl Reading {
    async fn run(self, mut reader: Reader, stop: CancellationToken) {
        loop {
            let told = tokio::select! {
                told = reader.next::<Told>() => told,
                () = stop.cancelled() => break,
            };
            match told {
                Ok(Some(Told::Event(event))) => self.hub.send(*event),
                Ok(Some(Told::Reply { id, answer })) => {
                    let asked = self.waiting.lock().as_mut().and_then(|waiting| waiting.remove(&id));
                    if let Some(asked) = asked {
                        let _ = asked.send(answer);
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::info!(%error, "the connection to the session's owner broke");
                    break;
                }
            }
        }
        self.waiting.lock().take();
        self.gone.cancel();
    }
}

/// Whole lines, whatever becomes of who asked.
async fn write_all(mut write: OwnedWriteHalf, mut lines: mpsc::Receiver<Vec<u8>>, stop: CancellationToken) {
    while let Some(line) = lines.recv().await {
        if let Err(error) = frame::write(&mut write, &line).await {
            tracing::info!(%error, "the session's owner takes nothing any more");
            stop.cancel();
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: &str, expect: Result<&str, &str>) {
        let admitted = admitted(first, 7);
        match (&admitted, expect) {
            (Ok(front), Ok(expect)) => assert_eq!(front, expect),
            (Err(why), Err(expect)) => assert!(why.to_string().contains(expect), "{why}"),
            _ => panic!("{first}: {admitted:?}"),
        }
    }

    #[test]
    fn versions_that_do_not_understand_each_other_say_so() {
        let hello = |protocol: u32, rest: &str| {
            format!(r#"{{"hello":{{"protocol":{protocol},"version":"9.1.0","pid":7,"more":true}}{rest}}}"#)
        };
        check(&hello(PROTOCOL, r#","welcome":{"front":"an editor"}"#), Ok("an editor"));
        check(
            &hello(PROTOCOL, r#","refused":{"cause":"full","message":"too many"}"#),
            Err("process 7 has it open and does not let us in: too many"),
        );
        check(
            &hello(PROTOCOL + 1, r#","whatever":[1]"#),
            Err("newer Singletree (9.1.0)"),
        );
        check(&hello(0, ""), Err("older Singletree (9.1.0)"));
        check("SSH-2.0-OpenSSH_9.6", Err("no greeting"));
        check(&hello(PROTOCOL, ""), Err("no greeting"));
    }
}

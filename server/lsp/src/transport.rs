//! Frames, orders and guards what goes between a client and an [`LspService`].
//!
//! tower-lsp's own `Server` runs all handlers in one task, four at a time, and ends at the first bad frame or
//! panic. Here:
//!
//! - one loop reads. Notifications run in it up to their first `.await`, in order of arrival: a handler that
//!   changes documents before it awaits anything is ordered by that alone. Every request runs in a task of its
//!   own, started after all that arrived before it, so it sees those changes, and no number of hung requests
//!   keeps a `$/cancelRequest` or an answer of the client's from being read;
//! - one task writes ([`writer`]);
//! - a panic answers its request with an internal error; a bad frame ([`frame`], [`message`]) costs itself;
//! - a client that does not read is not allowed to make us grow: see [`Limits`].

mod frame;
mod message;
mod outbound;
mod writer;

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures::{FutureExt, SinkExt, poll};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use tower::Service;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ClientSocket, LanguageServer, LspService};
use tracing::Instrument;

use frame::{Frame, FrameReader};
use message::Incoming;
pub use outbound::Outbound;
use writer::Replies;

tokio::task_local! {
    static ARRIVAL: u64;
}

/// The number of the message that is being handled: one that arrived earlier has a lower one. Requests are handled side
/// by side, so that is how a handler knows which of two came first. 0 outside a handler, and in tasks that it spawns.
pub(crate) fn arrival() -> u64 {
    ARRIVAL.try_with(|number| *number).unwrap_or_default()
}

const CANCEL: &str = "$/cancelRequest";
/// How long the end waits for the answer to `shutdown`, and for the last bytes to be taken.
const GRACE: Duration = Duration::from_secs(2);

/// Bounds of memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one message; a longer one is skipped and answered with an error.
    pub frame: usize,
    /// Bytes of responses that the client has not taken. Beyond, and while many are being made, requests are held:
    /// document changes, cancels and answers still pass them.
    pub unread: usize,
    /// Requests held. Beyond, nothing more is read.
    pub held: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame: 32 << 20,
            unread: 8 << 20,
            held: 256,
        }
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// After a `shutdown`.
    Clean,
    /// By `exit` or the end of input, without `shutdown`.
    Abrupt,
    /// Nothing could be read or written any more.
    Broken,
}

impl Exit {
    /// The process exit code that the protocol asks for.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Abrupt | Self::Broken => 1,
        }
    }
}

/// Serves one connection until `exit`, the end of input, or a client that cannot be written to.
pub async fn serve<S, I, O>(input: I, output: O, service: LspService<S>, socket: ClientSocket, limits: Limits) -> Exit
where
    S: LanguageServer,
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let (requests, answers) = socket.split();
    let (replies, writer) = writer::writer(output, requests, limits.unread);
    let mut writing = tokio::spawn(writer.run());
    let (panicked, panics) = mpsc::unbounded_channel();
    let mut dispatcher = Dispatcher {
        service,
        answers,
        replies,
        panicked,
        panics,
        limits,
        tasks: JoinSet::new(),
        held: VecDeque::new(),
        arrivals: 0,
        shutdown: None,
    };
    let mut frames = FrameReader::new(input, limits.frame);
    let exit = tokio::select! {
        exit = dispatcher.run(&mut frames) => exit,
        _ = &mut writing => Exit::Broken,
    };
    dispatcher.end().await;
    // The dispatcher and its tasks are gone, so the writer ends once the client has taken what is left.
    if !writing.is_finished() && tokio::time::timeout(GRACE, &mut writing).await.is_err() {
        writing.abort();
    }
    exit
}

struct Dispatcher<S> {
    service: LspService<S>,
    /// Takes the client's answers to the handlers that wait for them.
    answers: <ClientSocket as tower_lsp::Loopback>::ResponseSink,
    replies: Replies,
    panicked: mpsc::UnboundedSender<Id>,
    panics: mpsc::UnboundedReceiver<Id>,
    limits: Limits,
    tasks: JoinSet<()>,
    held: VecDeque<(u64, Id, Request)>,
    /// Messages so far.
    arrivals: u64,
    /// Set by `shutdown`, cancelled when that is answered.
    shutdown: Option<CancellationToken>,
}

impl<S: LanguageServer> Dispatcher<S> {
    async fn run<I: AsyncRead + Unpin>(&mut self, frames: &mut FrameReader<I>) -> Exit {
        loop {
            let frame = tokio::select! {
                biased;
                Some(id) = self.panics.recv() => {
                    self.forget(&id).await;
                    continue;
                }
                Some(_) = self.tasks.join_next() => continue,
                () = self.replies.room(), if !self.held.is_empty() => {
                    if let Some((arrival, id, request)) = self.held.pop_front() {
                        self.start(arrival, id, request);
                    }
                    continue;
                }
                frame = frames.next(), if self.held.len() < self.limits.held => frame,
            };
            let incoming = match frame {
                Ok(Some(Frame::Body(body))) => {
                    let incoming = message::parse(&body);
                    if let Incoming::Invalid { is_json: false, .. } = incoming {
                        frames.put_back(&body);
                    }
                    incoming
                }
                Ok(Some(Frame::Fault(fault))) => {
                    let error = Error {
                        message: fault.to_string().into(),
                        ..Error::invalid_request()
                    };
                    Incoming::Invalid {
                        answer: Response::from_error(Id::Null, error),
                        is_json: false,
                    }
                }
                Ok(None) => return self.ending(),
                Err(error) => {
                    tracing::error!(%error, "the input cannot be read");
                    return Exit::Broken;
                }
            };
            self.arrivals += 1;
            match incoming {
                Incoming::Notification(exit) if exit.method() == "exit" => return self.ending(),
                Incoming::Notification(notification) => self.notify(notification).await,
                Incoming::Request(id, request) => self.request(id, request).await,
                Incoming::Response(response) => {
                    // Fails only after `exit`.
                    let _ = self.answers.send(response).now_or_never();
                }
                Incoming::Invalid { answer, .. } => {
                    tracing::warn!(error = ?answer.error(), "not a message");
                    if !self.replies.is_full() {
                        self.replies.send(&answer);
                    }
                }
            }
        }
    }

    fn ending(&self) -> Exit {
        if self.shutdown.is_some() {
            Exit::Clean
        } else {
            Exit::Abrupt
        }
    }

    /// Ends the service and every task.
    async fn end(mut self) {
        if let Some(answered) = &self.shutdown {
            let _ = tokio::time::timeout(GRACE, answered.cancelled()).await;
        }
        // From here on handlers are told that the connection is gone instead of waiting for it.
        let _ = self.service.call(Request::build("exit").finish()).await;
        self.tasks.shutdown().await;
    }

    async fn request(&mut self, id: Id, request: Request) {
        let arrival = self.arrivals;
        match request.method() {
            // Until it is answered nothing else may be served, and a client has nothing else to say.
            "initialize" => {
                let task = self.start(arrival, id, request);
                while !task.is_finished() {
                    self.tasks.join_next().await;
                }
            }
            method if method != "shutdown" && (!self.replies.has_room() || !self.held.is_empty()) => {
                self.held.push_back((arrival, id, request));
            }
            _ => drop(self.start(arrival, id, request)),
        }
    }

    /// Starts a request. From here on it can be cancelled by its id, and it is answered exactly once.
    fn start(&mut self, arrival: u64, id: Id, request: Request) -> AbortHandle {
        let span = tracing::info_span!("request", method = request.method(), %id);
        let answered = (request.method() == "shutdown").then(|| self.shutdown.insert(CancellationToken::new()).clone());
        let work = self.service.call(request);
        let (replies, panicked) = (self.replies.clone(), self.panicked.clone());
        let starting = replies.starting();
        let task = async move {
            let _answered = answered.map(CancellationToken::drop_guard);
            let mut work = pin!(AssertUnwindSafe(work).catch_unwind());
            let (outcome, starting) = match poll!(&mut work) {
                Poll::Ready(outcome) => (outcome, Some(starting)),
                Poll::Pending => {
                    drop(starting);
                    (work.await, None)
                }
            };
            let response = match outcome {
                Ok(Ok(Some(response))) => response,
                // The service leaves requests named `$/…` that it does not know without an answer.
                Ok(Ok(None)) => Response::from_error(id, Error::method_not_found()),
                Ok(Err(_exited)) => return,
                Err(_panic) => {
                    tracing::error!("a handler panicked");
                    let _ = panicked.send(id.clone());
                    let message = "the request failed inside Singletree; this is a bug of ours".into();
                    Response::from_error(
                        id,
                        Error {
                            message,
                            ..Error::internal_error()
                        },
                    )
                }
            };
            replies.send(&response);
            drop(starting);
        };
        self.tasks.spawn(ARRIVAL.scope(arrival, task).instrument(span))
    }

    /// Runs a notification up to its first `.await`, the rest in a task.
    async fn notify(&mut self, notification: Request) {
        if notification.method() == CANCEL && self.cancel_held(&notification) {
            return;
        }
        let span = tracing::info_span!("notification", method = notification.method());
        let work = self.service.call(notification).map(drop);
        let work = AssertUnwindSafe(work).catch_unwind().instrument(span);
        let mut work = ARRIVAL.scope(self.arrivals, work).boxed();
        // Unconstrained: the scheduler's fairness must not make an early `.await` out of a ready one.
        match poll!(tokio::task::unconstrained(&mut work)) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(_panic)) => tracing::error!("a notification's handler panicked"),
            Poll::Pending => {
                self.tasks.spawn(work.map(drop));
            }
        }
    }

    fn cancel_held(&mut self, cancel: &Request) -> bool {
        let named = cancel.params().and_then(|params| params.get("id"));
        let is_named = |(_, id, _): &(u64, Id, Request)| serde_json::to_value(id).is_ok_and(|id| Some(&id) == named);
        let Some((_, id, _)) = self.held.iter().position(is_named).and_then(|at| self.held.remove(at)) else {
            return false;
        };
        self.replies.send(&Response::from_error(id, Error::request_cancelled()));
        true
    }

    /// A handler that panicked is still in the service's table of requests that can be cancelled; while it is,
    /// its id cannot be used again.
    async fn forget(&mut self, id: &Id) {
        if let Ok(id) = serde_json::to_value(id) {
            let cancel = Request::build(CANCEL).params(serde_json::json!({ "id": id })).finish();
            self.notify(cancel).await;
        }
    }
}

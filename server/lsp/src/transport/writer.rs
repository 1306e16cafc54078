//! The one task that writes. Order: a response never overtakes what its handler sent before it.
//!
//! Messages to the client come from two queues: responses, and what handlers and the front send through the
//! service's `Client`. That second queue holds one message and parks its senders, first come first served, until
//! theirs is next, so a handler that awaited its sends has at most the front few messages waiting when it
//! returns. Taking those before its response is what keeps the order. While the client does not read, nothing is
//! taken: senders wait, responses pile up to a limit, and beyond it no new request is started.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{FutureExt, Stream, StreamExt};
use serde::Serialize;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};
use tower_lsp::jsonrpc::{Request, Response};

/// Bytes that go out in one write if that many wait.
const BATCH: usize = 64 << 10;
/// More than the senders that can pass each other while they are parked (one a thread), with room to spare.
const SENT_BEFORE: usize = 256;
/// Requests that may be on their way to a response that is not counted yet.
const STARTING: usize = 8;
/// What a waiting response costs besides its bytes.
const OVERHEAD: usize = 64;

/// Takes responses for the writer; never waits.
#[derive(Clone)]
pub(super) struct Replies {
    sender: mpsc::UnboundedSender<Vec<u8>>,
    backlog: Arc<Backlog>,
}

/// Responses that the client has not taken yet, in bytes.
struct Backlog {
    bytes: AtomicUsize,
    limit: usize,
    /// Requests that have been started and neither answered nor found to be waiting for something.
    starting: AtomicUsize,
    shrank: Notify,
}

/// Counts a request as started until it is dropped.
pub(super) struct Starting(Arc<Backlog>);

impl Drop for Starting {
    fn drop(&mut self) {
        self.0.starting.fetch_sub(1, Ordering::AcqRel);
        self.0.shrank.notify_one();
    }
}

pub(super) struct Writer<O, Q> {
    output: O,
    requests: Q,
    replies: mpsc::UnboundedReceiver<Vec<u8>>,
    backlog: Arc<Backlog>,
}

/// A writer of `output`, and the handle that feeds it. `limit` bytes of waiting responses make it full.
pub(super) fn writer<O, Q>(output: O, requests: Q, limit: usize) -> (Replies, Writer<O, Q>) {
    let (sender, replies) = mpsc::unbounded_channel();
    let backlog = Arc::new(Backlog {
        bytes: AtomicUsize::new(0),
        limit,
        starting: AtomicUsize::new(0),
        shrank: Notify::new(),
    });
    (
        Replies {
            sender,
            backlog: Arc::clone(&backlog),
        },
        Writer {
            output,
            requests,
            replies,
            backlog,
        },
    )
}

impl Replies {
    pub(super) fn send(&self, response: &Response) {
        let mut frame = Vec::new();
        write_frame(&mut frame, response);
        self.backlog.bytes.fetch_add(frame.len() + OVERHEAD, Ordering::AcqRel);
        // A closed queue is a client that has gone; the dispatcher hears of it from the writer's end.
        let _ = self.sender.send(frame);
    }

    pub(super) fn is_full(&self) -> bool {
        self.backlog.bytes.load(Ordering::Acquire) >= self.backlog.limit
    }

    /// To be held by a request until its response is sent, or until it waits for something: one that is worked on is
    /// about to add to the backlog, one that hangs is not.
    pub(super) fn starting(&self) -> Starting {
        self.backlog.starting.fetch_add(1, Ordering::AcqRel);
        Starting(Arc::clone(&self.backlog))
    }

    /// Whether a new request may be started.
    pub(super) fn has_room(&self) -> bool {
        !self.is_full() && self.backlog.starting.load(Ordering::Acquire) < STARTING
    }

    /// Waits until a new request may be started. For one waiter at a time.
    pub(super) async fn room(&self) {
        while !self.has_room() {
            self.backlog.shrank.notified().await;
        }
    }
}

impl<O, Q> Writer<O, Q>
where
    O: AsyncWrite + Unpin,
    Q: Stream<Item = Request> + Unpin,
{
    /// Writes until every [`Replies`] is dropped and what they sent is out.
    pub(super) async fn run(mut self) -> io::Result<()> {
        let mut batch = Vec::new();
        let mut has_requests = true;
        loop {
            let mut taken = 0;
            tokio::select! {
                reply = self.replies.recv() => match reply {
                    Some(reply) => taken += self.take_reply(&mut batch, &reply),
                    None => return Ok(()),
                },
                request = self.requests.next(), if has_requests => match request {
                    Some(request) => write_frame(&mut batch, &request),
                    None => has_requests = false,
                },
            }
            while batch.len() < BATCH {
                if let Ok(reply) = self.replies.try_recv() {
                    taken += self.take_reply(&mut batch, &reply);
                } else if let Some(request) = self.waiting_request() {
                    write_frame(&mut batch, &request);
                } else {
                    break;
                }
            }
            self.output.write_all(&batch).await?;
            self.output.flush().await?;
            batch.clear();
            batch.shrink_to(16 * BATCH);
            if taken > 0 {
                self.backlog.bytes.fetch_sub(taken, Ordering::AcqRel);
                self.backlog.shrank.notify_one();
            }
        }
    }

    fn take_reply(&mut self, batch: &mut Vec<u8>, reply: &[u8]) -> usize {
        for _ in 0..SENT_BEFORE {
            let Some(request) = self.waiting_request() else { break };
            write_frame(batch, &request);
        }
        batch.extend_from_slice(reply);
        reply.len() + OVERHEAD
    }

    fn waiting_request(&mut self) -> Option<Request> {
        self.requests.next().now_or_never().flatten()
    }
}

fn write_frame(buffer: &mut Vec<u8>, message: &impl Serialize) {
    match serde_json::to_vec(message) {
        Ok(body) => {
            buffer.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
            buffer.extend_from_slice(&body);
        }
        Err(error) => tracing::error!(%error, "a message could not be written"),
    }
}

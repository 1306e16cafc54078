//! A server that says exactly what it is told to, byte for byte.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};

const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// What to do with one connection once its request is read.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    bytes: Vec<u8>,
    end: End,
}

#[derive(Clone, Debug)]
enum End {
    Close,
    /// Says that it has no more to say and goes on listening.
    HalfClose,
    /// Breaks the connection off: the client gets RST instead of FIN.
    Reset,
    /// Says nothing more until the client closes.
    Hang,
    /// Ends a chunked body when it is told to, and then answers once more if it is asked to.
    Late(Arc<Notify>),
}

impl Reply {
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            end: End::Close,
        }
    }

    /// A whole response with a length.
    pub(crate) fn status(status: u16, headers: &str, content_type: &str, body: &str) -> Self {
        let length = body.len();
        Self::raw(format!(
            "HTTP/1.1 {status} Whatever\r\ncontent-type: {content_type}\r\n{headers}content-length: {length}\r\n\r\n{body}"
        ))
    }

    pub(crate) fn json(status: u16, headers: &str, body: &Value) -> Self {
        Self::status(status, headers, "application/json", &body.to_string())
    }

    /// An event stream, each part a chunk of its own, so that the client gets them apart whatever TCP does.
    pub(crate) fn events<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut reply = Self::open_events(parts);
        reply.bytes.extend_from_slice(LAST_CHUNK);
        reply
    }

    /// The same without the last chunk: HTTP does not say that the body is over.
    pub(crate) fn open_events<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut bytes = head.as_bytes().to_vec();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            bytes.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
            bytes.extend_from_slice(part);
            bytes.extend_from_slice(b"\r\n");
        }
        Self::raw(bytes)
    }

    pub(crate) fn then_half_close(self) -> Self {
        Self {
            end: End::HalfClose,
            ..self
        }
    }

    pub(crate) fn then_reset(self) -> Self {
        Self {
            end: End::Reset,
            ..self
        }
    }

    pub(crate) fn then_hang(self) -> Self {
        Self { end: End::Hang, ..self }
    }

    /// Of open events: the last chunk comes when `told` says so.
    pub(crate) fn then_end(self, told: Arc<Notify>) -> Self {
        Self {
            end: End::Late(told),
            ..self
        }
    }
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

/// Gives its replies in order, one for each connection, and refuses those after.
pub(crate) struct FaultServer {
    pub(crate) port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    closed: mpsc::UnboundedReceiver<()>,
}

impl FaultServer {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port on loopback");
        let port = listener.local_addr().expect("an address").port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let mut replies: VecDeque<_> = replies.into_iter().collect();
        let (closes, closed) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(reply) = replies.pop_front() {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                let (log, closes) = (Arc::clone(&log), closes.clone());
                tokio::spawn(async move {
                    // A client that goes away is part of some tests.
                    let _ = serve(stream, reply, &log).await;
                    let _ = closes.send(());
                });
            }
        });
        Self { port, received, closed }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic in the server").clone()
    }

    /// Whether a connection is over that nobody has waited for.
    pub(crate) fn has_closed(&mut self) -> bool {
        self.closed.try_recv().is_ok()
    }

    /// Waits until a connection is over.
    pub(crate) async fn closed(&mut self) {
        self.closed.recv().await.expect("the server runs");
    }
}

async fn serve(stream: TcpStream, reply: Reply, log: &Mutex<Vec<Received>>) -> std::io::Result<()> {
    let mut stream = BufStream::new(stream);
    let request = read(&mut stream).await?;
    log.lock().expect("no panic in the server").push(request);
    stream.write_all(&reply.bytes).await?;
    stream.flush().await?;
    match reply.end {
        End::Close => stream.shutdown().await?,
        End::HalfClose => {
            stream.shutdown().await?;
            wait_for_close(&mut stream).await?;
        }
        End::Reset => stream.get_ref().set_zero_linger()?,
        End::Hang => wait_for_close(&mut stream).await?,
        End::Late(told) => {
            told.notified().await;
            stream.write_all(LAST_CHUNK).await?;
            stream.flush().await?;
            let next = read(&mut stream).await?;
            if !next.line.is_empty() {
                log.lock().expect("no panic in the server").push(next);
                stream.write_all(&[&reply.bytes, LAST_CHUNK].concat()).await?;
                stream.flush().await?;
                wait_for_close(&mut stream).await?;
            }
        }
    }
    Ok(())
}

async fn wait_for_close(stream: &mut BufStream<TcpStream>) -> std::io::Result<()> {
    tokio::io::copy(stream, &mut tokio::io::sink()).await.map(|_| ())
}

async fn read(stream: &mut BufStream<TcpStream>) -> std::io::Result<Received> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Received {
        line: line.trim_end().to_owned(),
        headers,
        body,
    })
}

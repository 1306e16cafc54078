//! The network of commands: nothing but this proxy, and through it nothing but the hosts of `sandbox.network`.
//!
//! It listens inside a command's own network and connects outside it. Names are resolved here, and what is connected
//! to is the address that was judged: a name that changes its address in between changes nothing.

mod allowed;
mod host;
mod request;

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use host::Target;
use permissions::Host;
use request::Request;

pub(crate) use allowed::AllowList;
pub use allowed::check_host;
pub use permissions::HostError;

const MOST_CONNECTIONS: usize = 64;
/// For a request's header, a name's resolution and each address of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// After so long without a byte in either direction a connection may be ended.
const IDLE: Duration = Duration::from_secs(120);
/// How long, and for how many bytes, a client is listened to that has had its answer.
const LINGER: Duration = Duration::from_secs(2);
const MOST_UNREAD: u64 = 1 << 20;
/// Refused hosts that are remembered for the outcome.
const MOST_REFUSED: usize = 16;

/// One command's way out.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    allowed: Arc<AllowList>,
    refused: Arc<Mutex<BTreeSet<String>>>,
}

/// Where a proxy listens that is reached without a network of the command's own.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) port: u16,
    pub(crate) listener: OwnedFd,
}

/// An answer of the proxy itself.
#[derive(Debug)]
struct Refusal {
    status: &'static str,
    text: String,
}

impl Gate {
    /// # Errors
    /// The system has no port left.
    pub(crate) fn open() -> io::Result<Self> {
        let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        Ok(Self {
            port: listener.local_addr()?.port(),
            listener: listener.into(),
        })
    }
}

impl Proxy {
    pub(crate) fn new(allowed: AllowList) -> Self {
        Self {
            allowed: Arc::new(allowed),
            refused: Arc::default(),
        }
    }

    /// The variables that make programs use the proxy at this port of their loopback.
    pub(crate) fn variables(allowed: &AllowList, port: u16) -> Vec<(&'static str, String)> {
        let proxy = format!("http://127.0.0.1:{port}");
        // Clients know an IPv6 address here with and without its brackets.
        let own = allowed.own_loopback().join(",").replace("[::1]", "::1,[::1]");
        let names = [
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
        ];
        let set = names.map(|name| (name, proxy.clone()));
        let left_out = ["NO_PROXY", "no_proxy"].map(|name| (name, own.clone()));
        set.into_iter().chain(left_out).collect()
    }

    /// Serves what connects to `listener` for as long as `command` takes.
    pub(crate) async fn beside<T>(
        &self,
        listener: OwnedFd,
        command: impl Future<Output = io::Result<T>>,
    ) -> io::Result<T> {
        let listener = StdListener::from(listener);
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        tokio::select! {
            ended = command => ended,
            failed = self.serve(listener) => Err(failed),
        }
    }

    /// What the command asked for in vain, for the model and the user.
    pub(crate) fn notes(&self) -> Vec<String> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.iter().cloned().collect()
    }

    /// Comes back only if the listener fails. All connections end with it.
    async fn serve(&self, listener: TcpListener) -> io::Error {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept(), if connections.len() < MOST_CONNECTIONS => match accepted {
                    Ok((client, _)) => drop(connections.spawn(self.clone().answer(client))),
                    // The client has gone, or descriptors are short: others may have better luck.
                    Err(error) if connections.is_empty() && !is_passing(&error) => return error,
                    Err(_) => drop(connections.join_next().await),
                },
                Some(_) = connections.join_next() => {}
            }
        }
    }

    /// Serves one connection; its errors are the client's to see.
    async fn answer(self, mut client: TcpStream) {
        if let Err(refusal) = self.serve_one(&mut client).await {
            // A client that does not listen has to do without.
            let _ = timeout(PATIENCE, tell(&mut client, &refusal)).await;
        }
        // What is closed with something unread is reset, and its answer may be lost.
        let mut unread = client.take(MOST_UNREAD);
        let _ = timeout(LINGER, tokio::io::copy(&mut unread, &mut tokio::io::sink())).await;
    }

    async fn serve_one(&self, client: &mut TcpStream) -> Result<(), Refusal> {
        let read = timeout(PATIENCE, read_header(client)).await;
        let (header, rest) = read
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(|error| bad("400 Bad Request", &error))?;
        match request::parse(&header).map_err(|error| bad("400 Bad Request", &error))? {
            Request::Connect(target) => {
                let mut server = self.connect(&target).await?;
                relay_all(client, &mut server, &rest).await;
            }
            Request::Forward { target, header, body } => {
                let mut server = self.connect(&target).await?;
                relay_one(client, &mut server, &header, &rest, body).await;
            }
        }
        Ok(())
    }

    async fn connect(&self, target: &Target) -> Result<TcpStream, Refusal> {
        if !self.allowed.allows(target) {
            return Err(self.refuse(format!(
                "{target} is not in `sandbox.network`: add it there to let commands reach it."
            )));
        }
        let failed = |error: &io::Error| Refusal {
            status: "502 Bad Gateway",
            text: format!("{target} cannot be reached: {error}"),
        };
        let resolved = resolve(target).await.map_err(|error| failed(&error))?;
        let addresses = allowed::reachable(&target.host, resolved);
        if addresses.is_empty() {
            return Err(self.refuse(format!(
                "{target} leads to an address of a private network: add that address itself to `sandbox.network` to let \
                 commands reach it."
            )));
        }
        let mut last = io::Error::from(io::ErrorKind::TimedOut);
        for address in addresses {
            match timeout(PATIENCE, TcpStream::connect(address)).await {
                Ok(Ok(server)) => return Ok(server),
                Ok(Err(error)) => last = error,
                Err(_) => {}
            }
        }
        Err(failed(&last))
    }

    fn refuse(&self, text: String) -> Refusal {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < MOST_REFUSED {
            refused.insert(text.clone());
        }
        Refusal {
            // Some clients show nothing but this line.
            status: "403 Not allowed by sandbox.network",
            text,
        }
    }
}

async fn tell(client: &mut TcpStream, Refusal { status, text }: &Refusal) -> io::Result<()> {
    let length = text.len() + 1;
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}\n"
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

fn bad(status: &'static str, error: &impl ToString) -> Refusal {
    let text = error.to_string();
    Refusal { status, text }
}

fn is_passing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

async fn resolve(target: &Target) -> io::Result<Vec<SocketAddr>> {
    match &target.host {
        Host::Address(address) => Ok(vec![SocketAddr::new(*address, target.port)]),
        Host::Name(name) => {
            let asked = tokio::net::lookup_host((name.as_str(), target.port));
            Ok(timeout(PATIENCE, asked).await??.collect())
        }
    }
}

/// The header with its empty line, and what was read beyond it.
async fn read_header(client: &mut TcpStream) -> io::Result<(Vec<u8>, Vec<u8>)> {
    const END: &[u8] = b"\r\n\r\n";
    let mut header = Vec::with_capacity(1024);
    loop {
        let end = header.windows(END.len()).position(|window| window == END);
        if let Some(end) = end {
            let rest = header.split_off(end + END.len());
            return Ok((header, rest));
        }
        if header.len() >= request::LONGEST {
            return Err(io::Error::other("the request's header is too long"));
        }
        if client.read_buf(&mut header).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// A tunnel: everything in both directions.
async fn relay_all(client: &mut TcpStream, server: &mut TcpStream, rest: &[u8]) {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let active = AtomicU64::new(0);
    let both = async {
        to_client
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .await?;
        to_server.write_all(rest).await?;
        tokio::try_join!(
            pump(&mut from_client, &mut to_server, &active),
            pump(&mut from_server, &mut to_client, &active)
        )
    };
    until_idle(both, &active).await;
}

/// One message and its answer: what the client sends after it, another request perhaps, goes nowhere.
async fn relay_one(client: &mut TcpStream, server: &mut TcpStream, header: &[u8], rest: &[u8], body: u64) {
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let active = AtomicU64::new(0);
    let one = async {
        let sent = async {
            to_server.write_all(header).await?;
            let mut message = rest.chain(&mut from_client).take(body);
            pump_open(&mut message, &mut to_server, &active).await
        };
        tokio::try_join!(sent, pump(&mut from_server, &mut to_client, &active))
    };
    until_idle(one, &active).await;
}

/// A connection that breaks is broken for both sides when their ends are dropped; there is nobody else to tell.
async fn until_idle<T>(work: impl Future<Output = io::Result<T>>, active: &AtomicU64) {
    let idle = async {
        let mut seen = None;
        loop {
            let now = active.load(Ordering::Relaxed);
            if seen.replace(now) == Some(now) {
                return;
            }
            tokio::time::sleep(IDLE).await;
        }
    };
    tokio::select! {
        _ = work => {}
        () = idle => {}
    }
}

/// To the end, which is passed on.
async fn pump(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    active: &AtomicU64,
) -> io::Result<()> {
    pump_open(from, to, active).await?;
    to.shutdown().await
}

async fn pump_open(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    active: &AtomicU64,
) -> io::Result<()> {
    let mut chunk = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut chunk).await?;
        if read == 0 {
            return Ok(());
        }
        active.fetch_add(1, Ordering::Relaxed);
        to.write_all(&chunk[..read]).await?;
    }
}

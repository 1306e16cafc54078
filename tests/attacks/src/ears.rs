//! Everything outside that listens, and what it heard.

use std::fs::File;
use std::io::{self, Read};
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::path::Path;

use anyhow::Context;

pub(crate) struct Ears {
    tcp: TcpListener,
    udp: UdpSocket,
    streams: Vec<(&'static str, UnixListener)>,
    datagrams: Vec<(&'static str, UnixDatagram)>,
    pipe: File,
    /// Of the abstract sockets.
    pub(crate) name: String,
}

impl Ears {
    pub(crate) fn new(base: &Path, name: &str) -> anyhow::Result<Self> {
        let out = base.join("outside");
        let abstract_name = |name: &str| SocketAddr::from_abstract_name(name);
        let moved = UnixListener::bind(out.join("bound-socket"))?;
        std::fs::rename(out.join("bound-socket"), out.join("moved-socket"))?;
        let streams = vec![
            ("abstract socket", UnixListener::bind_addr(&abstract_name(name)?)?),
            ("socket at home", UnixListener::bind(base.join("home/socket"))?),
            ("socket outside", UnixListener::bind(out.join("socket"))?),
            (
                "socket in the workspace",
                UnixListener::bind(base.join("workspace/socket"))?,
            ),
            ("agent's socket", UnixListener::bind(base.join("agent"))?),
            ("moved socket", moved),
        ];
        let second = abstract_name(&format!("{name}-datagram"))?;
        let datagrams = vec![
            ("abstract datagram socket", UnixDatagram::bind_addr(&second)?),
            ("datagram socket", UnixDatagram::bind(out.join("datagram"))?),
        ];
        rustix::fs::mknodat(
            rustix::fs::CWD,
            out.join("pipe"),
            rustix::fs::FileType::Fifo,
            0o600.into(),
            0,
        )?;
        let nonblocking = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits())?;
        let pipe = File::options()
            .read(true)
            .write(true)
            .custom_flags(nonblocking)
            .open(out.join("pipe"))
            .context("the pipe")?;
        let ears = Self {
            tcp: TcpListener::bind("127.0.0.1:0")?,
            udp: UdpSocket::bind("127.0.0.1:0")?,
            streams,
            datagrams,
            pipe,
            name: name.to_owned(),
        };
        ears.tcp.set_nonblocking(true)?;
        ears.udp.set_nonblocking(true)?;
        for (_, listener) in &ears.streams {
            listener.set_nonblocking(true)?;
        }
        for (_, socket) in &ears.datagrams {
            socket.set_nonblocking(true)?;
        }
        Ok(ears)
    }

    pub(crate) fn ports(&self) -> io::Result<[u16; 2]> {
        Ok([self.tcp.local_addr()?.port(), self.udp.local_addr()?.port()])
    }

    /// What came in.
    pub(crate) fn heard(&self) -> Vec<String> {
        let mut heard = Vec::new();
        let mut bytes = [0; 64];
        if self.tcp.accept().is_ok() {
            heard.push("TCP was connected to".to_owned());
        }
        if self.udp.recv_from(&mut bytes).is_ok() {
            heard.push("a UDP datagram came".to_owned());
        }
        let streams = self.streams.iter().filter(|(_, listener)| listener.accept().is_ok());
        heard.extend(streams.map(|(name, _)| format!("the {name} was connected to")));
        let mut datagrams = self
            .datagrams
            .iter()
            .map(|(name, socket)| (name, socket.recv(&mut bytes)));
        heard.extend(
            datagrams
                .by_ref()
                .filter(|(_, got)| got.is_ok())
                .map(|(name, _)| format!("the {name} got something")),
        );
        if (&self.pipe).read(&mut bytes).is_ok_and(|read| read > 0) {
            heard.push("something was written into the pipe".to_owned());
        }
        heard
    }
}

//! Sockets: of the network, of this machine, of the kernel.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as UnixAddress, UnixDatagram, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::kernel::{at, bits, call};
use crate::report::{number, say, tried, variable};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("tcp", tcp),
    ("udp", udp),
    ("dns", dns),
    ("abstract-sockets", abstract_sockets),
    ("socket-files", socket_files),
    ("datagram-socket-files", datagram_socket_files),
    ("moved-socket-files", moved_socket_files),
    ("late-socket-files", late_socket_files),
    ("agent-sockets", agent_sockets),
    ("raw-sockets", raw_sockets),
    ("own-network", own_network),
];

const PATIENCE: Duration = Duration::from_millis(500);

fn connect(address: SocketAddr) -> io::Result<()> {
    TcpStream::connect_timeout(&address, PATIENCE).map(drop)
}

fn loopback(port: usize) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).unwrap_or_default()))
}

fn tcp() {
    tried("loopback", connect(loopback(number("TCP"))));
    let mapped = format!("[::ffff:127.0.0.1]:{}", number("TCP")).parse();
    tried("loopback by IPv6", connect(mapped.unwrap_or(loopback(number("TCP")))));
    for far in ["1.1.1.1:443", "[2606:4700:4700::1111]:443", "169.254.169.254:80"] {
        tried(far, far.parse().map_err(io::Error::other).and_then(connect));
    }
}

/// A datagram to a loopback where nobody listens is sent and lost.
fn udp() {
    let socket = UdpSocket::bind("127.0.0.1:0").or_else(|_| UdpSocket::bind("0.0.0.0:0"));
    let sent = socket.and_then(|socket| socket.send_to(b"!", loopback(number("UDP"))));
    tried("loopback", sent);
}

fn dns() {
    tried("resolver", ("canary.example.com", 80).to_socket_addrs());
    let configured = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let servers = configured.lines().filter_map(|line| line.strip_prefix("nameserver "));
    let servers = servers.map(str::trim).chain(["127.0.0.53", "8.8.8.8", "1.1.1.1"]);
    for server in servers {
        tried(&format!("question to {server}"), ask(server));
    }
}

fn ask(server: &str) -> io::Result<()> {
    let question = b"\x13\x37\x01\0\0\x01\0\0\0\0\0\0\x06canary\x07example\x03com\0\0\x01\0\x01";
    let any = if server.contains(':') { "[::]:0" } else { "0.0.0.0:0" };
    let socket = UdpSocket::bind(any)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send_to(question, (server, 53))?;
    socket.recv(&mut [0; 512]).map(drop)
}

fn abstract_sockets() {
    let name = variable("ABSTRACT");
    let stream = UnixAddress::from_abstract_name(&name).and_then(|at| UnixStream::connect_addr(&at));
    tried("abstract listener", stream);
    let own = UnixAddress::from_abstract_name(format!("{name}-datagram"));
    let sent = UnixDatagram::unbound().and_then(|socket| socket.send_to_addr(b"!", &own?));
    tried("abstract datagram", sent);
}

fn socket_files() {
    for name in ["IN_HOME", "IN_OUT", "IN_WORKSPACE"] {
        tried(&format!("listener {name}"), UnixStream::connect(variable(name)));
    }
    for known in [
        "/run/docker.sock",
        "/var/run/docker.sock",
        "/run/dbus/system_bus_socket",
        "/run/systemd/private",
    ] {
        tried(known, UnixStream::connect(known));
    }
}

fn datagram_socket_files() {
    let path = format!("{}/datagram", variable("OUT"));
    tried(
        "datagram",
        UnixDatagram::unbound().and_then(|socket| socket.send_to(b"!", path)),
    );
}

/// The kernel's list says where a socket was bound, not where it is now.
fn moved_socket_files() {
    tried(
        "listener",
        UnixStream::connect(format!("{}/moved-socket", variable("OUT"))),
    );
}

/// It starts to listen while the command runs.
fn late_socket_files() {
    let path = format!("{}/late/socket", variable("OUT"));
    let start = Instant::now();
    let mut connected = UnixStream::connect(&path);
    while connected.is_err() && start.elapsed() < Duration::from_secs(2) {
        if Path::new(&path).exists() {
            connected = UnixStream::connect(&path);
        }
        std::thread::yield_now();
    }
    say(&format!("there: {}", Path::new(&path).exists()));
    tried("listener", connected);
}

fn agent_sockets() {
    let named = std::env::var("SSH_AUTH_SOCK").map_err(io::Error::other);
    tried("agent by its variable", named.and_then(UnixStream::connect));
    tried("agent by its path", UnixStream::connect(variable("AGENT")));
}

fn raw_sockets() {
    let kinds = [
        ("raw", libc::AF_INET, libc::SOCK_RAW, 1),
        ("raw IPv6", libc::AF_INET6, libc::SOCK_RAW, 58),
        ("packet", libc::AF_PACKET, libc::SOCK_RAW, 3),
        ("vsock", libc::AF_VSOCK, libc::SOCK_STREAM, 0),
        ("audit", libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_AUDIT),
        ("netfilter", libc::AF_NETLINK, libc::SOCK_RAW, libc::NETLINK_NETFILTER),
        (
            "device events",
            libc::AF_NETLINK,
            libc::SOCK_RAW,
            libc::NETLINK_KOBJECT_UEVENT,
        ),
        ("kernel's cryptography", libc::AF_ALG, libc::SOCK_SEQPACKET, 0),
        ("bluetooth", libc::AF_BLUETOOTH, libc::SOCK_RAW, 0),
        ("keys", libc::AF_KEY, libc::SOCK_RAW, 2),
        ("XDP", libc::AF_XDP, libc::SOCK_RAW, 0),
    ];
    for (name, family, kind, protocol) in kinds {
        tried(name, call(libc::SYS_socket, [bits(family), bits(kind), bits(protocol)]));
    }
    // The same with bits that a filter may have forgotten to look past.
    let disguised = bits(libc::SOCK_RAW | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
    tried(
        "raw, disguised",
        call(libc::SYS_socket, [bits(libc::AF_INET), disguised, 1]),
    );
}

/// Interfaces and routes of the own network, which would lead nowhere, but are not for commands to change.
fn own_network() {
    let mut request = [0_u8; 40];
    request[..2].copy_from_slice(b"lo");
    // Taking `lo` down.
    let socket = UdpSocket::bind("127.0.0.1:0").map(|socket| bits(std::os::fd::AsRawFd::as_raw_fd(&socket)));
    let down = socket.and_then(|socket| call(libc::SYS_ioctl, [socket, libc::SIOCSIFFLAGS as usize, at(&request)]));
    tried("take the loopback down", down);
    tried("name of the machine", call(libc::SYS_sethostname, [at("canary"), 6]));
}

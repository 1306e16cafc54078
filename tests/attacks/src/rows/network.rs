//! Sockets.

use sandbox::Level;

use crate::attack::{Attack, Expect};

const OWN: &str = "a network namespace with nothing but a loopback of its own; on a copy, no sockets";

pub(super) const ROWS: &[Attack] = &[
    Attack::new(
        "tcp",
        "TCP to the machine's loopback, to far addresses and to a cloud's metadata service",
        OWN,
    )
    .refused(),
    Attack::new("udp", "a datagram to the machine's loopback", OWN).expect(Expect::Unharmed),
    Attack::new(
        "dns",
        "a name resolved; questions sent to the configured and to public servers",
        OWN,
    )
    .refused()
    .uncontrolled("it would need a network"),
    Attack::new(
        "abstract-sockets",
        "a listener and a datagram socket without a file",
        OWN,
    )
    .refused(),
    Attack::new(
        "socket-files",
        "listeners at home, outside, in the workspace; those of docker, D-Bus and systemd",
        "an overlay's sockets are its own; listening ones elsewhere are covered; `/run` is empty",
    )
    .refused(),
    Attack::new(
        "datagram-socket-files",
        "a datagram socket's file outside",
        "the same, as far as it is known",
    )
    .refused(),
    Attack::new(
        "moved-socket-files",
        "a listener's file that was moved after it was bound",
        "as above",
    )
    .refused()
    .open(
        &[Level::Overlay],
        "the kernel lists a socket under the name it was bound to, and only that name is covered",
    ),
    Attack::new(
        "late-socket-files",
        "a listener that appears while the command runs",
        "as above",
    )
    .refused()
    .open(&[Level::Overlay], "sockets are covered when the command starts"),
    Attack::new(
        "agent-sockets",
        "the agent that `SSH_AUTH_SOCK` names, by the variable and by its path",
        "the variable is scrubbed, its path is masked",
    )
    .refused(),
    Attack::new(
        "raw-sockets",
        "raw, packet, vsock, XDP and Bluetooth sockets; netlink's other protocols; the kernel's cryptography",
        "seccomp",
    )
    .refused(),
    Attack::new(
        "own-network",
        "the loopback taken down, the machine renamed",
        "no privileges",
    )
    .refused()
    .uncontrolled("as root it would do so"),
];

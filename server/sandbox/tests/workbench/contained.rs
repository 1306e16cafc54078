//! What a command must not be able to do.

use std::io::Write;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};

use crate::bench::{Bench, changed, said, write};

/// Runs the line with a file `outside` beside the workspace, its path in `$1`… as `OUT`; the file stays.
async fn check(line: &str) {
    let bench = Bench::with(&[("a", "1")], |base, settings| {
        write(&base.join("outside"), "untouched");
        settings.environment.push(("OUT".into(), base.join("outside").into()));
        settings.environment.push(("BASE".into(), base.into()));
    });
    let outside = bench.root.parent().unwrap().join("outside");
    let before = std::fs::metadata(&outside).unwrap();
    let outcome = bench.attack(line).await;
    let after = std::fs::metadata(&outside).unwrap();
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "untouched", "{line}");
    assert_eq!(before.modified().unwrap(), after.modified().unwrap(), "{line}");
    assert_eq!(before.permissions(), after.permissions(), "{line}");
    assert_eq!(bench.real("a").as_deref(), Some("1"), "{line}: {}", said(&outcome));
    let names = std::fs::read_dir(bench.root.parent().unwrap()).unwrap().count();
    assert_eq!(names, 4, "{line} made something: {}", said(&outcome));
}

#[tokio::test]
async fn nothing_outside_is_written() {
    check("echo 2 > $OUT").await;
    check("rm -f $OUT; mv $OUT $OUT.moved; truncate -s 0 $OUT").await;
    check("chmod 777 $OUT; touch -d 2001-01-01 $OUT; chown 1:1 $OUT").await;
    check("ln -s $OUT link; echo 2 > link; ln $OUT hard; echo 2 > hard").await;
    check("ln -s $BASE up; echo 2 > up/outside; echo 3 > up/new").await;
    check("echo 2 > ../outside; cd ..; echo 2 > outside; mkdir new").await;
    check("rm -rf $BASE; rm -rf /tmp/*").await;
    check("for i in $(seq 200); do ln -sfn $BASE r; echo 2 > r/outside; rm -f r; mkdir -p r; echo 3 > r/outside; rm -rf r; done 2>/dev/null").await;
    check("python3 -c 'import os; f=os.open(\"/\", os.O_RDONLY); os.chdir(os.environ[\"BASE\"]); open(\"outside\",\"w\")'").await;
    check("mount -o remount,rw / ; mount --bind /tmp $BASE; umount -l $PWD; echo 2 > $OUT; echo 2 > a").await;
    check("unshare -Urm sh -c 'mount -o remount,rw /; echo 2 > $OUT'").await;
    check("echo 2 > /proc/1/root$OUT; echo 2 > /proc/1/cwd/a; echo 2 > /proc/self/root$OUT").await;
    check("for f in /proc/1/fd/*; do echo 2 > $f; done").await;
}

#[tokio::test]
async fn the_machine_is_out_of_reach() {
    let bench = Bench::new(&[]);
    let denied = [
        "echo core > /proc/sys/kernel/core_pattern",
        "echo h > /proc/sysrq-trigger",
        "echo 1 > /sys/kernel/mm/ksm/run",
        "cat /dev/vda /dev/sda /dev/mem /dev/kmsg",
        "cat /proc/1/environ",
        "cat /proc/1/mem",
        "readlink /proc/1/fd/0 /proc/1/cwd /proc/1/exe",
        "mknod b b 8 0 && cat b",
        "unshare -U true",
        "unshare -n true",
        "chroot / true",
        "hostname x",
        "nsenter -t 1 -m true",
    ];
    for line in denied {
        let outcome = bench
            .attack(&format!("if {{ {line}; }} >/dev/null 2>&1; then echo done; fi"))
            .await;
        assert_eq!(said(&outcome), "", "{line}");
    }
    let outcome = bench
        .run("ls /proc | grep -c '^[0-9]'; ls -A /run | wc -l; ls -A /dev/shm | wc -l")
        .await;
    let seen = said(&outcome);
    let numbers: Vec<u32> = seen.lines().map(|line| line.parse().unwrap()).collect();
    assert!(
        numbers[0] < 8 && numbers[1..] == [0, 0],
        "what is not its own is seen: {seen}"
    );
}

#[tokio::test]
async fn privileges_are_gone() {
    let bench = Bench::new(&[]);
    let line = "grep -E '^(CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t'";
    let outcome = bench.run(line).await;
    let none = "0000000000000000";
    let expect =
        format!("CapInh:{none}\nCapPrm:{none}\nCapEff:{none}\nCapBnd:{none}\nCapAmb:{none}\nNoNewPrivs:1\nSeccomp:2\n");
    assert_eq!(said(&outcome), expect);
    let user = rustix::process::geteuid().as_raw();
    assert_eq!(said(&bench.run("id -u").await), format!("{user}\n"));
}

#[tokio::test]
async fn secrets_are_masked() {
    let files = [(".env", "KEY=secret"), ("packages/x/.env", "KEY=secret")];
    let bench = Bench::with(&files, |base, settings| {
        write(&base.join("home/.ssh/id_ed25519"), "secret");
        write(&base.join("home/.aws/credentials"), "secret");
        write(&base.join("state/rules"), "secret");
        settings.masked.push(base.join("state"));
        settings.environment.push(("STATE".into(), base.join("state").into()));
    });
    let line = "cat .env ~/.ssh/* ~/.aws/* $STATE/* 2>/dev/null; echo x > $STATE/rules; echo 2 > .env; \
                grep -r secret ~ $STATE .; ls -A ~/.ssh $STATE | grep -v :";
    let outcome = bench.run(line).await;
    assert!(!said(&outcome).contains("secret"), "{}", said(&outcome));
    assert_eq!(changed(&bench, &outcome), [""; 0]);
    assert_eq!(bench.real(".env").as_deref(), Some("KEY=secret"));
}

#[tokio::test]
async fn a_secret_that_appears_between_two_commands_is_masked() {
    let bench = Bench::new(&[("app/a", "1")]);
    let line = "cat .env app/.env app/new/.env";
    assert!(said(&bench.run(line).await).contains("No such file"));
    for path in [".env", "app/.env", "app/new/.env"] {
        write(&bench.root.join(path), "secret");
        assert!(!said(&bench.run(line).await).contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn the_environment_is_scrubbed() {
    let bench = Bench::with(&[], |_, settings| {
        for (name, value) in [("ORDINARY", "kept"), ("MY_TOKEN", "secret"), ("BASH_ENV", "/secret")] {
            settings.environment.push((name.into(), value.into()));
        }
    });
    let seen = said(&bench.run("env").await);
    assert!(
        seen.contains("ORDINARY=kept") && seen.contains("GIT_PAGER=cat"),
        "{seen}"
    );
    assert!(!seen.contains("secret"), "{seen}");
}

/// The number of what can be connected to of what is tried.
const CONNECT: &str = r#"
import socket, sys
def tried(make):
    try:
        make(); return True
    except OSError as error:
        return False
def tcp(port): socket.create_connection(("127.0.0.1", port), 1)
def unix(path): socket.socket(socket.AF_UNIX).connect(path)
reached = []
for what in sys.argv[1:]:
    kind, _, at = what.partition(":")
    make = {"tcp": lambda: tcp(int(at)), "unix": lambda: unix(at), "abstract": lambda: unix("\0" + at),
            "dns": lambda: socket.getaddrinfo(at, 80), "packet": lambda: socket.socket(17, socket.SOCK_RAW),
            "vsock": lambda: socket.socket(40, socket.SOCK_STREAM), "raw": lambda: socket.socket(2, socket.SOCK_RAW, 1),
            "audit": lambda: socket.socket(16, socket.SOCK_RAW, 9), "udp": lambda: socket.socket(2, 2).sendto(b"x", ("127.0.0.1", int(at))),
            "far": lambda: socket.create_connection((at, 53), 1)}[kind]
    if tried(make): reached.append(what)
print(*reached)
"#;

#[tokio::test]
async fn the_network_and_other_processes_sockets_are_out_of_reach() {
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    udp.set_nonblocking(true).unwrap();
    let name = format!("sandbox-test-{}", std::process::id());
    let _abstract = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    let bench = Bench::new(&[("connect.py", CONNECT)]);
    let base = bench.root.parent().unwrap().to_owned();
    let sockets = ["home/host.sock", "workspace/lower.sock"].map(|path| base.join(path));
    let _held = sockets.clone().map(|path| UnixListener::bind(path).unwrap());
    let tried = format!(
        "tcp:{} udp:{} abstract:{name} unix:{} unix:{} dns:example.com packet: vsock: raw: audit: far:8.8.8.8",
        tcp.local_addr().unwrap().port(),
        udp.local_addr().unwrap().port(),
        sockets[0].display(),
        sockets[1].display()
    );
    let outcome = bench.run(&format!("python3 connect.py {tried}")).await;
    // A datagram to an own loopback where nobody listens is sent and lost.
    let sent = said(&outcome)
        .trim()
        .split(' ')
        .filter(|what| !what.starts_with("udp:"))
        .collect::<String>();
    assert_eq!(sent, "", "reached");
    assert!(udp.recv_from(&mut [0; 8]).is_err(), "a datagram came out");
}

#[tokio::test]
async fn sockets_for_datagrams_take_in_nothing() {
    // Temporary folders are hidden as a whole: these are in one that is seen.
    let Ok(seen) = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")) else {
        return;
    };
    let bench = Bench::new(&[]);
    for name in ["socket", "with a blank"] {
        let path = seen.path().join(name);
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_nonblocking(true).unwrap();
        let send = "import socket, sys; socket.socket(1, 2).sendto(b'x', sys.argv[1]); print('sent')";
        let outcome = bench.run(&format!("python3 -c \"{send}\" '{}'", path.display())).await;
        assert!(said(&outcome).contains("PermissionError"), "{}", said(&outcome));
        assert!(socket.recv(&mut [0; 8]).is_err(), "{name} took one in");
    }
}

#[tokio::test]
async fn loopback_and_own_sockets_work() {
    let bench = Bench::new(&[(
        "own.py",
        "import socket,threading\n\
         for family, at in [(2,('127.0.0.1',0)),(10,('::1',0)),(1,'/tmp/own'),(1,'own.sock')]:\n\
         \x20 l=socket.socket(family); l.bind(at); l.listen(); c=socket.socket(family); c.connect(l.getsockname())\n\
         \x20 s,_=l.accept(); c.send(b'x'); assert s.recv(1)==b'x'\n\
         import os; os.unlink('own.sock'); print('all')\n",
    )]);
    let outcome = bench.run("python3 own.py").await;
    assert_eq!(said(&outcome), "all\n");
    assert_eq!(changed(&bench, &outcome), [""; 0]);
}

#[tokio::test]
async fn what_programs_need_works() {
    let bench = Bench::new(&[]);
    let line = "cat <<< here; cat <(echo sub); echo x > $TMPDIR/f && cat /tmp/f; mktemp >/dev/null && echo temp; \
                echo y > /dev/null && echo null; head -c 4 /dev/urandom | wc -c; [ -t 0 ] || echo 'no terminal'; \
                cat; echo err >&2; python3 -c 'import multiprocessing as m; m.Lock(); print(\"shm\")'";
    let outcome = bench.run(line).await;
    assert_eq!(said(&outcome), "here\nsub\nx\ntemp\nnull\n4\nno terminal\nerr\nshm\n");
}

#[tokio::test]
async fn memory_is_bounded() {
    let bench = Bench::new(&[]);
    let limits = sandbox::Limits {
        memory: 256 << 20,
        ..sandbox::Limits::default()
    };
    let line = "python3 -c 'b = bytearray(1 << 30); print(\"got it\")'";
    let outcome = bench.try_run(&[], line, limits, &Default::default()).await.unwrap();
    assert!(said(&outcome).contains("MemoryError"), "{}", said(&outcome));
}

#[tokio::test]
async fn a_pipe_in_the_workspace_meets_nobody() {
    let bench = Bench::new(&[]);
    let fifo = bench.root.join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let mut held = std::fs::File::options().read(true).write(true).open(&fifo).unwrap();
    held.write_all(b"real").unwrap();
    let outcome = bench.run("timeout 0.2 cat pipe; echo $?").await;
    assert_eq!(said(&outcome), "124\n");
}

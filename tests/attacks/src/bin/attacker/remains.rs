//! Processes that want to outlive their command.

use std::fs;
use std::os::unix::net::UnixDatagram;

use crate::kernel::{at, bits, call, fork, linger};
use crate::report::{say, tried, variable};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("orphan-daemon", orphan_daemon),
    ("fleeing-daemon", fleeing_daemon),
    ("daemon-that-holds-the-output", holds_the_output),
    ("silent-but-alive", silent_but_alive),
    ("deaf-to-signals", deaf_to_signals),
];

/// How long an orphan lives that nobody ends.
const SECONDS: i64 = 20;

fn leave_session() {
    let _ = call(libc::SYS_setsid, []);
}

fn close_streams() {
    for descriptor in 0..3 {
        let _ = call(libc::SYS_close, [descriptor]);
    }
}

fn orphan_daemon() {
    match fork() {
        Ok(None) => {
            leave_session();
            if matches!(fork(), Ok(None)) {
                close_streams();
                linger(SECONDS);
                let _ = fs::write("late", "!");
                let _ = fs::write(format!("{}/late", variable("OUT")), "!");
            }
            std::process::exit(0)
        }
        forked => {
            if let Some(Some(child)) = tried("double fork", forked) {
                let _ = call(libc::SYS_wait4, [bits(child), 0, 0, 0]);
            }
        }
    }
}

/// Forks and ends again and again: whoever lists the processes is always late.
fn fleeing_daemon() {
    const FORKS: usize = 1_000;
    match fork() {
        Ok(None) => {
            leave_session();
            close_streams();
            for _ in 0..FORKS {
                if !matches!(fork(), Ok(None)) {
                    std::process::exit(0);
                }
            }
            linger(SECONDS);
            std::process::exit(0)
        }
        forked => {
            tried("fork for ever", forked);
        }
    }
}

fn holds_the_output() {
    match fork() {
        Ok(None) => {
            leave_session();
            linger(SECONDS);
            say("still here");
            std::process::exit(0)
        }
        forked => {
            tried("fork and hold the output", forked);
        }
    }
}

fn silent_but_alive() {
    say("tried close the output: ok");
    close_streams();
    linger(SECONDS);
}

fn deaf_to_signals() {
    let everything = u64::MAX;
    let how = bits(libc::SIG_SETMASK);
    tried(
        "block all signals",
        call(libc::SYS_rt_sigprocmask, [how, at(&everything), 0, 8]),
    );
    let _own = UnixDatagram::unbound();
    linger(SECONDS);
}

//! Other processes: their memory, their signals, their limits, what they share.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::kernel::{at, bits, call, text};
use crate::report::{number, say, tried};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("ptrace", ptrace),
    ("write-memory", write_memory),
    ("write-memory-by-call", write_memory_by_call),
    ("steal-descriptors", steal_descriptors),
    ("signals", signals),
    ("limits-of-others", limits_of_others),
    ("shared-memory", shared_memory),
    ("type-into-the-terminal", type_into_the_terminal),
    ("nameless-program", nameless_program),
    ("setuid-file", setuid_file),
];

fn targets() -> [(&'static str, usize); 4] {
    let parent = rustix::process::getppid()
        .map(|pid| pid.as_raw_nonzero().get())
        .unwrap_or(1);
    // The shell above this program is the command's own; above it is the process that confines it.
    let status = fs::read_to_string(format!("/proc/{parent}/status")).unwrap_or_default();
    let above = status
        .lines()
        .find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok());
    [
        ("the server", number("SERVER")),
        ("the victim", number("VICTIM")),
        ("the first process", 1),
        ("the one above", above.filter(|above| *above > 0).unwrap_or(1)),
    ]
}

fn ptrace() {
    for (name, pid) in targets() {
        let seized = call(libc::SYS_ptrace, [libc::PTRACE_SEIZE as usize, pid, 0, 0]);
        if tried(&format!("seize {name}"), seized).is_some() {
            // The end of this process lets it go.
            continue;
        }
        tried(
            &format!("attach to {name}"),
            call(libc::SYS_ptrace, [libc::PTRACE_ATTACH as usize, pid, 0, 0]),
        );
    }
}

fn write_memory() {
    let place = number("VICTIM_AT") as u64;
    for (name, pid) in targets() {
        let opened = fs::File::options().write(true).open(format!("/proc/{pid}/mem"));
        let is_victim = pid == number("VICTIM");
        // Only the victim's memory is written; of the others it is enough to know that it could be.
        let written = opened.and_then(|file| {
            if is_victim {
                file.write_all_at(b"overwritten", place)
            } else {
                Ok(())
            }
        });
        tried(&format!("memory of {name}"), written);
    }
}

fn write_memory_by_call() {
    let bytes = *b"overwritten";
    let local = [at(&bytes), bytes.len()];
    let remote = [number("VICTIM_AT"), bytes.len()];
    for (name, pid) in targets() {
        let written = call(libc::SYS_process_vm_writev, [pid, at(&local), 1, at(&remote), 1, 0]);
        tried(&format!("memory of {name}"), written);
    }
}

fn steal_descriptors() {
    for (name, pid) in targets() {
        let process = call(libc::SYS_pidfd_open, [pid, 0]);
        let stolen = process.and_then(|process| {
            (0..16)
                .map(|number| call(libc::SYS_pidfd_getfd, [process, number, 0]))
                .find(Result::is_ok)
                .unwrap_or_else(|| call(libc::SYS_pidfd_getfd, [process, 0, 0]))
        });
        tried(&format!("descriptors of {name}"), stolen);
        let opened = (0..16).find_map(|number| fs::File::open(format!("/proc/{pid}/fd/{number}")).ok());
        let opened = opened.ok_or_else(|| io::Error::other("none can be opened"));
        tried(&format!("links to descriptors of {name}"), opened);
    }
}

fn signals() {
    // To the victim one that ends it; to the server one that does nothing.
    let aims = [
        ("server", number("SERVER"), 0),
        ("server's threads", number("SERVER"), libc::SIGWINCH),
        ("victim", number("VICTIM"), libc::SIGTERM),
    ];
    for (name, pid, signal) in aims {
        tried(&format!("kill {name}"), call(libc::SYS_kill, [pid, bits(signal)]));
        tried(
            &format!("tgkill {name}"),
            call(libc::SYS_tgkill, [pid, pid, bits(signal)]),
        );
        let process = call(libc::SYS_pidfd_open, [pid, 0]);
        let sent = process.and_then(|process| call(libc::SYS_pidfd_send_signal, [process, bits(signal), 0, 0]));
        tried(&format!("pidfd_send_signal {name}"), sent);
    }
    let group = number("SERVER_GROUP") as isize;
    tried("kill the server's group", call(libc::SYS_kill, [(-group) as usize, 0]));
    // Aiming is no harm; whether the signal arrives, the victim shows.
    say(&format!(
        "signal of a descriptor: {:?}",
        signal_of_a_descriptor(number("VICTIM"))
    ));
}

/// Lets the kernel send it: a stream's owner is told that something came.
fn signal_of_a_descriptor(owner: usize) -> io::Result<()> {
    let (mut near, far) = UnixStream::pair()?;
    let descriptor = bits(std::os::fd::AsRawFd::as_raw_fd(&far));
    call(libc::SYS_fcntl, [descriptor, bits(libc::F_SETOWN), owner])?;
    call(libc::SYS_fcntl, [descriptor, bits(libc::F_SETFL), bits(libc::O_ASYNC)])?;
    near.write_all(b"!")
}

fn limits_of_others() {
    let victim = number("VICTIM");
    let few: [u64; 2] = [7, 7];
    let limited = call(libc::SYS_prlimit64, [victim, libc::RLIMIT_NOFILE as usize, at(&few), 0]);
    tried("files of the victim", limited);
    tried("priority of the victim", call(libc::SYS_setpriority, [0, victim, 19]));
    tried(
        "score of the victim",
        fs::write(format!("/proc/{victim}/oom_score_adj"), "1000"),
    );
    let first: u64 = 1;
    let pinned = call(libc::SYS_sched_setaffinity, [victim, 8, at(&first)]);
    tried("processors of the victim", pinned);
    let batch = 0_i32;
    tried(
        "schedule of the victim",
        call(libc::SYS_sched_setscheduler, [victim, 3, at(&batch)]),
    );
    const IDLE_CLASS: usize = 3 << 13;
    tried(
        "disk turns of the victim",
        call(libc::SYS_ioprio_set, [1, victim, IDLE_CLASS]),
    );
    tried("group of the victim", call(libc::SYS_setpgid, [victim, 0]));
}

fn shared_memory() {
    let (segment, queue) = (number("SEGMENT"), number("QUEUE"));
    let attached = call(libc::SYS_shmat, [segment, 0, 0]);
    tried("attach another's segment", attached);
    tried(
        "remove another's segment",
        call(libc::SYS_shmctl, [segment, bits(libc::IPC_RMID), 0]),
    );
    let message = [1_u64, 0];
    tried(
        "send to another's queue",
        call(libc::SYS_msgsnd, [queue, at(&message), 1, bits(libc::IPC_NOWAIT)]),
    );
    tried(
        "remove another's queue",
        call(libc::SYS_msgctl, [queue, bits(libc::IPC_RMID), 0]),
    );
}

fn type_into_the_terminal() {
    tried("open the terminal", fs::File::options().write(true).open("/dev/tty"));
    for descriptor in 0..3 {
        let letter = b'!';
        let typed = call(libc::SYS_ioctl, [descriptor, libc::TIOCSTI as usize, at(&letter)]);
        tried(&format!("type into {descriptor}"), typed);
        const TIOCLINUX: usize = 0x541c;
        let pasted = call(libc::SYS_ioctl, [descriptor, TIOCLINUX, at(&3_u8)]);
        tried(&format!("paste into {descriptor}"), pasted);
        tried(
            &format!("take {descriptor}"),
            call(libc::SYS_ioctl, [descriptor, libc::TIOCSCTTY as usize, 1]),
        );
    }
}

/// A program that is no file runs the first attack again.
fn nameless_program() {
    let name = text("nameless");
    let made = call(libc::SYS_memfd_create, [at(&name[..]), 0]);
    let Some(descriptor) = made.ok().filter(|_| true) else {
        tried("memory file", Err::<(), _>(io::Error::last_os_error()));
        return;
    };
    let path = format!("/proc/self/fd/{descriptor}");
    let copied = std::env::current_exe()
        .and_then(fs::read)
        .and_then(|bytes| fs::write(&path, bytes));
    let error = copied
        .err()
        .unwrap_or_else(|| Command::new(&path).arg("write-outside").exec());
    tried("run memory", Err::<(), _>(error));
}

/// A program with somebody else's rights, to be run later outside.
fn setuid_file() {
    let copied = std::env::current_exe().and_then(|own| fs::copy(own, "helper"));
    let marked = |mode: u32| {
        let path = text("helper");
        call(libc::SYS_fchmodat, [bits(libc::AT_FDCWD), at(&path[..]), mode as usize])
    };
    tried("copy", copied);
    tried("set user on a program", marked(0o6755));
    tried(
        "program made executable for all",
        fs::write("sudo", "#!/bin/sh\n").and_then(|()| fs::copy("helper", "su").map(drop)),
    );
    let path = text("src");
    tried(
        "set group on a folder",
        call(libc::SYS_fchmodat, [bits(libc::AT_FDCWD), at(&path[..]), 0o6777]),
    );
}

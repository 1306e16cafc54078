//! Answers the calls of a command at level L2 that no filter can judge, on a thread of the server's.

use std::ffi::c_int;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use rustix::io::Errno;

use super::asked::{Asked, Change, Target};
use super::attributes::{Caller, is_within};
use super::sys;

/// What a command may do.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Where modes, owners and times are the command's to change; links resolved.
    pub(super) folders: Vec<PathBuf>,
    /// How many processes and threads there may be, the first process included.
    pub(super) processes: u64,
}

struct Warden {
    rules: Rules,
    /// The ancestor of all.
    first: i32,
    listener: OwnedFd,
    /// No more processes than this are there.
    most: u64,
}

/// Answers until nobody is left who could ask. Without a thread for it, what is asked is refused.
pub(super) fn appoint(rules: Rules, first: i32, listener: OwnedFd) -> io::Result<()> {
    let mut warden = Warden {
        most: rules.processes,
        rules,
        first,
        listener,
    };
    let thread = std::thread::Builder::new().name("sandbox-warden".into());
    thread.spawn(move || while warden.answer_next() {}).map(drop)
}

impl Warden {
    /// Whether there may be another question.
    fn answer_next(&mut self) -> bool {
        let listener = self.listener.as_raw_fd();
        let mut watched = [libc::pollfd {
            fd: listener,
            events: libc::POLLIN,
            revents: 0,
        }];
        sys::poll(&mut watched, -1);
        if watched[0].revents & libc::POLLIN == 0 {
            return watched[0].revents == 0;
        }
        // The one who asked can be gone again.
        if let Ok(question) = sys::next_question(listener) {
            let answer = self.answer(&question);
            let _ = sys::answer(listener, question.id, answer);
        }
        true
    }

    fn answer(&mut self, question: &libc::seccomp_notif) -> sys::Answer {
        let refuse = |error: Errno| sys::Answer::Refuse(error.raw_os_error());
        match Asked::new(question.data.nr.into(), question.data.args) {
            Some(Asked::Process) if self.has_room() => sys::Answer::GoOn,
            Some(Asked::Process) => refuse(Errno::AGAIN),
            Some(Asked::Change(target, change)) => match self.change(question, target, change) {
                Ok(()) => sys::Answer::Done,
                Err(error) => refuse(error),
            },
            None => refuse(Errno::NOSYS),
        }
    }

    fn change(&self, question: &libc::seccomp_notif, target: Target, change: Change) -> rustix::io::Result<()> {
        let caller = Caller(question.pid);
        let file = caller.open(target)?;
        // The number was the caller's for as long as it waits: what was opened by it is what it meant.
        if !sys::is_waiting(self.listener.as_raw_fd(), question.id) {
            return Err(Errno::SRCH);
        }
        if !is_within(&file, &self.rules.folders).unwrap_or_default() {
            return Err(Errno::PERM);
        }
        caller.change(&file, change)
    }

    /// Counts only when all that were let through since the last count could still be there.
    fn has_room(&mut self) -> bool {
        if self.most >= self.rules.processes {
            self.most = count(self.first);
        }
        let has_room = self.most < self.rules.processes;
        self.most += u64::from(has_room);
        has_room
    }
}

/// The threads of a process and of all its descendants.
fn count(first: c_int) -> u64 {
    let mut threads = 0;
    let mut waiting = vec![first.to_string()];
    while let Some(process) = waiting.pop() {
        for thread in fs::read_dir(format!("/proc/{process}/task"))
            .into_iter()
            .flatten()
            .flatten()
        {
            threads += 1;
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            waiting.extend(children.split_whitespace().map(str::to_owned));
        }
    }
    threads
}

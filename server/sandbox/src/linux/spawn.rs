//! Makes the first process of a command and hears from it.

use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::net::UnixStream;
use tokio::net::unix::pipe;

use super::init::{self, Start};
use super::plan::Plan;
use super::report::{Message, Step};
use super::sys;
use super::warden::{self, Rules};

/// The stack of the command's process before its exec.
const STACK: usize = 256 << 10;

/// A terminal in which few lines break.
const SIZE: rustix::termios::Winsize = rustix::termios::Winsize {
    ws_row: 40,
    ws_col: 120,
    ws_xpixel: 0,
    ws_ypixel: 0,
};

/// A step that failed, in words.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) step: Step,
    pub(crate) source: io::Error,
}

/// A started first process. Dropping it ends everything that it started.
#[derive(Debug)]
pub(crate) struct Running {
    process: Process,
    report: UnixStream,
    /// What the command writes, both streams in one.
    pub(crate) output: Option<pipe::Receiver>,
    /// Where the command reads, if it has a terminal.
    pub(crate) input: Option<pipe::Sender>,
    /// Listens inside the command's network.
    pub(crate) listener: Option<OwnedFd>,
    /// By which the command's calls are answered, until that is somebody's.
    rules: Option<Rules>,
}

/// A child of ours that nobody else waits for.
#[derive(Debug)]
struct Process {
    descriptor: AsyncFd<OwnedFd>,
    number: c_int,
    has_ended: bool,
    /// Whether all that it started ends with it.
    has_namespace: bool,
}

/// The first process with blocking ends of its pipes.
struct Forked {
    descriptor: OwnedFd,
    number: c_int,
    report: StdUnixStream,
    output: OwnedFd,
}

/// Starts the plan's program, within a runtime; whether it could be is told by [`Running::started`].
pub(crate) fn start(plan: &Plan, has_terminal: bool) -> Result<Running, Refusal> {
    let streams = match has_terminal {
        true => terminal(),
        false => io::pipe().map(|(output, written)| (output.into(), written.into())),
    };
    let forked = fork(plan, streams.map_err(setting_up)?, has_terminal)?;
    let (output, input) = match has_terminal {
        // It is read and written like a pipe, and is none.
        true => {
            let typed = forked.output.try_clone().map_err(setting_up)?;
            (
                pipe::Receiver::from_owned_fd_unchecked(forked.output),
                Some(pipe::Sender::from_owned_fd_unchecked(typed).map_err(setting_up)?),
            )
        }
        false => (pipe::Receiver::from_owned_fd(forked.output), None),
    };
    forked.report.set_nonblocking(true).map_err(setting_up)?;
    Ok(Running {
        process: Process {
            descriptor: watched(forked.descriptor).map_err(setting_up)?,
            number: forked.number,
            has_ended: false,
            has_namespace: plan.tree.is_some(),
        },
        report: UnixStream::from_std(forked.report).map_err(setting_up)?,
        output: Some(output.map_err(setting_up)?),
        input,
        listener: None,
        rules: plan.asking.as_ref().map(|asking| asking.rules.clone()),
    })
}

fn setting_up(source: io::Error) -> Refusal {
    let step = Step::Start;
    Refusal { step, source }
}

/// Goes through the plan without a program, blocking, and says what failed.
pub(crate) fn try_out(plan: &Plan) -> Result<(), Refusal> {
    let (output, written) = io::pipe().map_err(setting_up)?;
    let mut forked = fork(plan, (output.into(), written.into()), false)?;
    let mut bytes = [0; Message::SIZE];
    let mut answer = Ok(());
    while io::Read::read_exact(&mut forked.report, &mut bytes).is_ok() {
        if let Some(Message::Failed { step, errno }) = Message::decode(bytes) {
            answer = Err(Refusal {
                step,
                source: io::Error::from_raw_os_error(errno),
            });
        }
    }
    wait(&forked.descriptor, 0);
    answer
}

impl Running {
    /// Waits until the program runs.
    pub(crate) async fn started(&mut self) -> Result<(), Refusal> {
        loop {
            match self.hear().await.map_err(setting_up)? {
                Some(Message::Listening | Message::Asking) => {}
                Some(Message::Started) => return Ok(()),
                Some(Message::Failed { step, errno }) => {
                    let source = io::Error::from_raw_os_error(errno);
                    return Err(Refusal { step, source });
                }
                Some(Message::Ended { .. }) | None => {
                    return Err(setting_up(io::Error::other("its first process ended at once")));
                }
            }
        }
    }

    /// The command's end. Everything that it left behind is gone when this comes back.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        let status = loop {
            match self.hear().await? {
                Some(Message::Ended { status }) => break status,
                Some(_) => {}
                // The first process was killed, which the command cannot do to it.
                None => break libc::SIGKILL,
            }
        };
        self.process.gone().await?;
        Ok(ExitStatus::from_raw(status))
    }

    /// Ends the command and all that it started, and waits until they are gone.
    pub(crate) async fn end(&mut self) -> io::Result<()> {
        self.process.end(&self.report);
        self.process.gone().await
    }

    async fn hear(&mut self) -> io::Result<Option<Message>> {
        let mut bytes = [0; Message::SIZE];
        let received = self
            .report
            .async_io(Interest::READABLE, || receive(self.report.as_raw_fd(), &mut bytes))
            .await?;
        let Some(descriptor) = received else {
            return Ok(None);
        };
        let message = Message::decode(bytes);
        match (message, descriptor) {
            (Some(Message::Asking), Some(listener)) => {
                if let Some(rules) = self.rules.take() {
                    warden::appoint(rules, self.process.number, listener)?;
                }
            }
            (_, Some(listener)) => self.listener = Some(listener),
            (_, None) => {}
        }
        Ok(message)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.process.has_ended {
            return;
        }
        self.process.end(&self.report);
        let Ok(descriptor) = self.process.descriptor.get_ref().try_clone() else {
            return;
        };
        // Somebody has to take its end in, and a drop must not wait for it.
        let waiting = std::thread::Builder::new().name("sandbox-reaper".into());
        let _ = waiting.spawn(move || wait(&descriptor, 0));
    }
}

impl Process {
    fn end(&self, report: &UnixStream) {
        if self.has_namespace {
            let descriptor = self.descriptor.get_ref().as_raw_fd();
            // SAFETY: a signal to a descriptor of a process, with no further information.
            unsafe {
                libc::syscall(
                    libc::SYS_pidfd_send_signal,
                    descriptor,
                    libc::SIGKILL,
                    std::ptr::null::<c_void>(),
                    0_u32,
                )
            };
        } else {
            // Killed, it could end nobody; told, it ends them all and then itself.
            let _ = rustix::net::shutdown(report, rustix::net::Shutdown::Both);
        }
    }

    async fn gone(&mut self) -> io::Result<()> {
        while !self.has_ended {
            let mut ready = self.descriptor.readable().await?;
            self.has_ended = wait(self.descriptor.get_ref(), libc::WNOHANG);
            ready.clear_ready();
        }
        Ok(())
    }
}

fn watched(process: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    // SAFETY: the descriptor is owned by what watches it and never replaced.
    Ok(unsafe { AsyncFd::register_with_interest(process, Interest::READABLE) }?)
}

/// Whether the process has ended; it is taken in.
fn wait(process: &OwnedFd, flags: c_int) -> bool {
    // SAFETY: an all-zero `siginfo_t` is valid, and the kernel fills it during the call.
    unsafe {
        let mut told: libc::siginfo_t = std::mem::zeroed();
        let descriptor = process.as_raw_fd().unsigned_abs();
        let flags = libc::WEXITED | libc::__WALL | flags;
        loop {
            let waited = libc::waitid(libc::P_PIDFD, descriptor, &raw mut told, flags);
            if waited == 0 {
                return told.si_pid() != 0;
            }
            if sys::errno() != libc::EINTR {
                return true;
            }
        }
    }
}

/// A terminal's two ends: ours, and the command's.
fn terminal() -> io::Result<(OwnedFd, OwnedFd)> {
    use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, openpt, unlockpt};
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let ours = openpt(flags)?;
    unlockpt(&ours)?;
    let theirs = ioctl_tiocgptpeer(&ours, flags)?;
    rustix::termios::tcsetwinsize(&theirs, SIZE)?;
    Ok((ours, theirs))
}

fn fork(plan: &Plan, (output, written): (OwnedFd, OwnedFd), has_terminal: bool) -> Result<Forked, Refusal> {
    let (report, theirs) = StdUnixStream::pair().map_err(setting_up)?;
    let (arguments, environment) = plan
        .program
        .as_ref()
        .map(super::plan::Program::pointers)
        .unwrap_or_default();
    let mut kept = vec![theirs.as_raw_fd(), written.as_raw_fd()];
    kept.extend(plan.fence.iter().map(|fence| fence.ruleset.as_raw_fd()));
    kept.sort_unstable();
    let mut stack = vec![0_u8; STACK];
    // The stack pointer has to be a multiple of sixteen.
    let misaligned = (stack.as_ptr() as usize + STACK) % 16;
    let start = Start {
        plan,
        arguments: &arguments,
        environment: &environment,
        report: theirs.as_raw_fd(),
        output: written.as_raw_fd(),
        has_terminal,
        kept: &kept,
        stack: stack.as_mut_ptr(),
        stack_size: STACK - misaligned,
    };
    let flags = if plan.tree.is_some() {
        libc::CLONE_NEWUSER
            | libc::CLONE_NEWNS
            | libc::CLONE_NEWPID
            | libc::CLONE_NEWNET
            | libc::CLONE_NEWIPC
            | libc::CLONE_NEWUTS
            | libc::CLONE_NEWCGROUP
    } else {
        0
    };
    let mut descriptor: RawFd = -1;
    // No signal may run a handler of the server's in the copy before it has reset them.
    let mask = sys::set_signal_mask(u64::MAX).unwrap_or_default();
    // SAFETY: without CLONE_VM this is a fork: the copy has memory and a stack of its own and only runs
    // `init::run`, which uses nothing but system calls and what is prepared in `start`.
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone,
            i64::from(flags | libc::CLONE_PIDFD | libc::SIGCHLD),
            std::ptr::null::<c_void>(),
            &raw mut descriptor,
            std::ptr::null::<c_void>(),
            std::ptr::null::<c_void>(),
        )
    };
    if pid == 0 {
        init::run(&start);
    }
    let failed = (pid < 0).then(io::Error::last_os_error);
    let _ = sys::set_signal_mask(mask);
    if let Some(source) = failed {
        let step = if plan.tree.is_some() {
            Step::Namespaces
        } else {
            Step::Start
        };
        return Err(Refusal { step, source });
    }
    Ok(Forked {
        // SAFETY: the kernel has just made this descriptor for us.
        descriptor: unsafe { OwnedFd::from_raw_fd(descriptor) },
        number: c_int::try_from(pid).unwrap_or_default(),
        report,
        output,
    })
}

/// One message and the descriptor that came with it; none at the end.
fn receive(socket: RawFd, bytes: &mut [u8; Message::SIZE]) -> io::Result<Option<Option<OwnedFd>>> {
    use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
    // SAFETY: the socket is open for as long as its owner calls this.
    let socket = unsafe { std::os::fd::BorrowedFd::borrow_raw(socket) };
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC;
    let received = recvmsg(socket, &mut [io::IoSliceMut::new(bytes)], &mut control, flags)?;
    if received.bytes != Message::SIZE {
        return Ok(None);
    }
    let descriptors = control.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    Ok(Some(descriptors.last()))
}

//! System calls without a wrapper in libc, in a form that may be used between fork and exec: no allocation, no
//! lock, the error as a plain number.

use std::ffi::CStr;
use std::ffi::{c_int, c_long, c_uint};

/// The number that the kernel gave for a failure.
pub(super) type Errno = c_int;

pub(super) fn errno() -> Errno {
    // SAFETY: the address of this thread's own errno is always valid.
    unsafe { *libc::__errno_location() }
}

fn checked(result: c_long) -> Result<c_long, Errno> {
    if result < 0 { Err(errno()) } else { Ok(result) }
}

/// A descriptor from a call's result, which the kernel keeps within an int.
#[expect(clippy::cast_possible_truncation, reason = "descriptors and pids are ints")]
fn as_int(result: c_long) -> c_int {
    result as c_int
}

macro_rules! call {
    ($number:expr $(, $argument:expr)* $(,)?) => {
        // SAFETY: every pointer that is passed outlives the call and points to what the call's manual says.
        checked(unsafe { libc::syscall($number $(, $argument)*) })
    };
}

pub(super) fn open(path: &CStr, flags: c_int, mode: c_uint) -> Result<c_int, Errno> {
    call!(
        libc::SYS_openat,
        libc::AT_FDCWD,
        path.as_ptr(),
        flags | libc::O_CLOEXEC,
        mode
    )
    .map(as_int)
}

pub(super) fn open_at(folder: c_int, path: &CStr, flags: c_int) -> Result<c_int, Errno> {
    call!(libc::SYS_openat, folder, path.as_ptr(), flags | libc::O_CLOEXEC, 0).map(as_int)
}

pub(super) fn close(descriptor: c_int) {
    let _ = call!(libc::SYS_close, descriptor);
}

pub(super) fn close_range(first: c_uint, last: c_uint) -> Result<(), Errno> {
    if first > last {
        return Ok(());
    }
    call!(libc::SYS_close_range, first, last, 0).map(drop)
}

pub(super) fn write(descriptor: c_int, bytes: &[u8]) -> Result<(), Errno> {
    call!(libc::SYS_write, descriptor, bytes.as_ptr(), bytes.len()).map(drop)
}

pub(super) fn read(descriptor: c_int, bytes: &mut [u8]) -> Result<usize, Errno> {
    call!(libc::SYS_read, descriptor, bytes.as_mut_ptr(), bytes.len())
        .map(|read| usize::try_from(read).unwrap_or_default())
}

pub(super) fn create_at(folder: c_int, name: &CStr, mode: c_uint) -> Result<c_int, Errno> {
    let flags = libc::O_CREAT | libc::O_WRONLY | libc::O_CLOEXEC;
    call!(libc::SYS_openat, folder, name.as_ptr(), flags, mode).map(as_int)
}

pub(super) fn make_folder_at(folder: c_int, name: &CStr, mode: c_uint) -> Result<(), Errno> {
    call!(libc::SYS_mkdirat, folder, name.as_ptr(), mode).map(drop)
}

pub(super) fn make_link(target: &CStr, path: &CStr) -> Result<(), Errno> {
    call!(libc::SYS_symlinkat, target.as_ptr(), libc::AT_FDCWD, path.as_ptr()).map(drop)
}

pub(super) fn change_folder(path: &CStr) -> Result<(), Errno> {
    call!(libc::SYS_chdir, path.as_ptr()).map(drop)
}

pub(super) fn duplicate(from: c_int, to: c_int) -> Result<(), Errno> {
    call!(libc::SYS_dup3, from, to, 0).map(drop)
}

pub(super) fn make_mounts_private() -> Result<(), Errno> {
    let flags = libc::MS_REC | libc::MS_PRIVATE;
    call!(
        libc::SYS_mount,
        c"none".as_ptr(),
        c"/".as_ptr(),
        std::ptr::null::<u8>(),
        flags,
        0
    )
    .map(drop)
}

pub(super) fn fs_open(kind: &CStr) -> Result<c_int, Errno> {
    call!(libc::SYS_fsopen, kind.as_ptr(), 1 /* FSOPEN_CLOEXEC */).map(as_int)
}

pub(super) fn fs_string(context: c_int, key: &CStr, value: &CStr) -> Result<(), Errno> {
    const SET_STRING: c_int = 1;
    call!(libc::SYS_fsconfig, context, SET_STRING, key.as_ptr(), value.as_ptr(), 0).map(drop)
}

pub(super) fn fs_flag(context: c_int, key: &CStr) -> Result<(), Errno> {
    const SET_FLAG: c_int = 0;
    call!(
        libc::SYS_fsconfig,
        context,
        SET_FLAG,
        key.as_ptr(),
        std::ptr::null::<u8>(),
        0
    )
    .map(drop)
}

/// The finished file system as a mount that is attached nowhere yet.
pub(super) fn fs_mount(context: c_int, attributes: u64) -> Result<c_int, Errno> {
    const CREATE: c_int = 6;
    call!(
        libc::SYS_fsconfig,
        context,
        CREATE,
        std::ptr::null::<u8>(),
        std::ptr::null::<u8>(),
        0
    )?;
    call!(libc::SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, attributes).map(as_int)
}

/// A copy of the mount at `path` that is attached nowhere yet.
pub(super) fn clone_mount(folder: c_int, path: &CStr) -> Result<c_int, Errno> {
    let flags = libc::OPEN_TREE_CLONE | libc::OPEN_TREE_CLOEXEC;
    call!(libc::SYS_open_tree, folder, path.as_ptr(), flags).map(as_int)
}

pub(super) fn attach(mount: c_int, at: &CStr) -> Result<(), Errno> {
    call!(
        libc::SYS_move_mount,
        mount,
        c"".as_ptr(),
        libc::AT_FDCWD,
        at.as_ptr(),
        libc::MOVE_MOUNT_F_EMPTY_PATH,
    )
    .map(drop)
}

/// Sets attributes of the mount at `path` (of `folder` itself where `path` is empty).
pub(super) fn set_attributes(folder: c_int, path: &CStr, set: u64, is_recursive: bool) -> Result<(), Errno> {
    let attributes = libc::mount_attr {
        attr_set: set,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    let recursive = if is_recursive { libc::AT_RECURSIVE } else { 0 };
    call!(
        libc::SYS_mount_setattr,
        folder,
        path.as_ptr(),
        libc::AT_EMPTY_PATH | recursive,
        &raw const attributes,
        size_of::<libc::mount_attr>(),
    )
    .map(drop)
}

pub(super) fn control_process(option: c_int, argument: c_long) -> Result<c_long, Errno> {
    call!(libc::SYS_prctl, option, argument, 0_u64, 0_u64, 0_u64)
}

/// Gives up every capability; the bounding set first, so that no program gets one back.
pub(super) fn drop_capabilities() -> Result<(), Errno> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: c_int,
    }
    const VERSION_3: u32 = 0x2008_0522;
    let mut capability = 0;
    while control_process(libc::PR_CAPBSET_DROP, capability).is_ok() {
        capability += 1;
    }
    let header = Header {
        version: VERSION_3,
        pid: 0,
    };
    let none = [0_u32; 6];
    call!(libc::SYS_capset, &raw const header, none.as_ptr()).map(drop)
}

pub(super) fn limit(resource: c_uint, value: u64) -> Result<(), Errno> {
    let limit = libc::rlimit64 {
        rlim_cur: value,
        rlim_max: value,
    };
    call!(
        libc::SYS_prlimit64,
        0,
        resource,
        &raw const limit,
        std::ptr::null::<u8>()
    )
    .map(drop)
}

pub(super) fn limit_now(resource: c_uint) -> u64 {
    let mut limit = libc::rlimit64 {
        rlim_cur: u64::MAX,
        rlim_max: u64::MAX,
    };
    let _ = call!(libc::SYS_prlimit64, 0, resource, std::ptr::null::<u8>(), &raw mut limit);
    limit.rlim_max
}

/// Brings the loopback interface of this network namespace up.
pub(super) fn raise_loopback() -> Result<(), Errno> {
    #[repr(C)]
    struct Request {
        name: [u8; 16],
        flags: i16,
        rest: [u8; 22],
    }
    let mut request = Request {
        name: [0; 16],
        flags: 0,
        rest: [0; 22],
    };
    request.name[..2].copy_from_slice(b"lo");
    request.flags = (libc::IFF_UP | libc::IFF_RUNNING) as i16;
    let socket = call!(
        libc::SYS_socket,
        libc::AF_INET,
        libc::SOCK_DGRAM | libc::SOCK_CLOEXEC,
        0
    )
    .map(as_int)?;
    let raised = call!(libc::SYS_ioctl, socket, libc::SIOCSIFFLAGS, &raw const request);
    close(socket);
    raised.map(drop)
}

/// A listening socket on a port of loopback.
pub(super) fn listen_on_loopback(port: u16) -> Result<c_int, Errno> {
    let socket = call!(
        libc::SYS_socket,
        libc::AF_INET,
        libc::SOCK_STREAM | libc::SOCK_CLOEXEC,
        0
    )
    .map(as_int)?;
    let mut address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: port.to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from_be_bytes([127, 0, 0, 1]).to_be(),
        },
        sin_zero: [0; 8],
    };
    let size = size_of::<libc::sockaddr_in>();
    call!(libc::SYS_bind, socket, &raw mut address, size)?;
    call!(libc::SYS_listen, socket, 128)?;
    Ok(socket)
}

/// A descriptor on which the signals in `set` are read instead of being delivered.
pub(super) fn signal_descriptor(signal: c_int) -> Result<c_int, Errno> {
    let set: u64 = 1 << (signal - 1);
    call!(
        libc::SYS_signalfd4,
        -1,
        &raw const set,
        size_of::<u64>(),
        libc::SFD_CLOEXEC | libc::SFD_NONBLOCK
    )
    .map(as_int)
}

pub(super) fn set_signal_mask(mask: u64) -> Result<u64, Errno> {
    let mut before: u64 = 0;
    call!(
        libc::SYS_rt_sigprocmask,
        libc::SIG_SETMASK,
        &raw const mask,
        &raw mut before,
        size_of::<u64>(),
    )?;
    Ok(before)
}

/// Gives every signal its default action: a handler of the server's must not run in a copy of it.
pub(super) fn reset_signal_actions() {
    for signal in 1..=64 {
        // SAFETY: setting the default action installs no code of ours; numbers that cannot be set only fail.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

pub(super) fn kill(pid: c_int, signal: c_int) -> Result<(), Errno> {
    call!(libc::SYS_kill, pid, signal).map(drop)
}

/// A child that has ended and its wait status; none if all are still running.
pub(super) fn reap() -> Result<Option<(c_int, c_int)>, Errno> {
    let mut status: c_int = 0;
    let pid = call!(libc::SYS_wait4, -1, &raw mut status, libc::WNOHANG | libc::__WALL, 0).map(as_int)?;
    Ok((pid > 0).then_some((pid, status)))
}

/// Waits until one of the descriptors has something, for at most `milliseconds` (-1: for ever).
pub(super) fn poll(descriptors: &mut [libc::pollfd], milliseconds: c_int) {
    // SAFETY: the slice is valid for its length for the whole call.
    unsafe {
        libc::poll(
            descriptors.as_mut_ptr(),
            descriptors.len() as libc::nfds_t,
            milliseconds,
        )
    };
}

pub(super) fn new_session() -> Result<(), Errno> {
    call!(libc::SYS_setsid).map(drop)
}

/// Makes a terminal the session's own, so that its interrupts reach the command.
pub(super) fn control_by(terminal: c_int) -> Result<(), Errno> {
    // SAFETY: the request takes a number and writes nothing.
    checked(unsafe { libc::ioctl(terminal, libc::TIOCSCTTY, 0) }.into()).map(drop)
}

pub(super) fn new_session_keyring() {
    const JOIN_SESSION_KEYRING: c_int = 1;
    let _ = call!(libc::SYS_keyctl, JOIN_SESSION_KEYRING, std::ptr::null::<u8>());
}

pub(super) fn landlock_allow(ruleset: c_int, beneath: c_int, access: u64) -> Result<(), Errno> {
    #[repr(C, packed)]
    struct PathBeneath {
        allowed: u64,
        parent: c_int,
    }
    const PATH_BENEATH: c_int = 1;
    let rule = PathBeneath {
        allowed: access,
        parent: beneath,
    };
    call!(libc::SYS_landlock_add_rule, ruleset, PATH_BENEATH, &raw const rule, 0).map(drop)
}

pub(super) fn landlock_restrict(ruleset: c_int) -> Result<(), Errno> {
    call!(libc::SYS_landlock_restrict_self, ruleset, 0).map(drop)
}

pub(super) fn seccomp_filter(program: &[libc::sock_filter]) -> Result<(), Errno> {
    let program = libc::sock_fprog {
        len: u16::try_from(program.len()).map_err(|_| libc::EINVAL)?,
        filter: program.as_ptr().cast_mut(),
    };
    call!(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &raw const program).map(drop)
}

/// As above, for a filter that leaves calls to somebody else; the descriptor by which they are answered.
pub(super) fn seccomp_listener(program: &[libc::sock_filter]) -> Result<c_int, Errno> {
    let program = libc::sock_fprog {
        len: u16::try_from(program.len()).map_err(|_| libc::EINVAL)?,
        filter: program.as_ptr().cast_mut(),
    };
    // Signals that only interrupt would make a call that is being answered begin anew, without end for some programs.
    let flags = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    call!(
        libc::SYS_seccomp,
        libc::SECCOMP_SET_MODE_FILTER,
        flags,
        &raw const program
    )
    .map(as_int)
}

/// What becomes of a call that a filter left to us.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answer {
    /// The kernel makes it.
    GoOn,
    /// We have made it.
    Done,
    Refuse(Errno),
}

/// Waits for a call that is to be answered.
pub(super) fn next_question(listener: c_int) -> Result<libc::seccomp_notif, Errno> {
    // SAFETY: all-zero, as the kernel demands it, is a valid question.
    let mut question: libc::seccomp_notif = unsafe { std::mem::zeroed() };
    call!(
        libc::SYS_ioctl,
        listener,
        libc::SECCOMP_IOCTL_NOTIF_RECV,
        &raw mut question
    )?;
    Ok(question)
}

pub(super) fn answer(listener: c_int, id: u64, answer: Answer) -> Result<(), Errno> {
    const GO_ON: u32 = 1;
    let response = libc::seccomp_notif_resp {
        id,
        val: 0,
        error: if let Answer::Refuse(error) = answer { -error } else { 0 },
        flags: if matches!(answer, Answer::GoOn) { GO_ON } else { 0 },
    };
    call!(
        libc::SYS_ioctl,
        listener,
        libc::SECCOMP_IOCTL_NOTIF_SEND,
        &raw const response
    )
    .map(drop)
}

/// Whether the one who asked is still waiting for the answer.
pub(super) fn is_waiting(listener: c_int, id: u64) -> bool {
    call!(
        libc::SYS_ioctl,
        listener,
        libc::SECCOMP_IOCTL_NOTIF_ID_VALID,
        &raw const id
    )
    .is_ok()
}

pub(super) fn execute(program: &CStr, arguments: &[*const libc::c_char], environment: &[*const libc::c_char]) -> Errno {
    // SAFETY: both lists end with a null pointer and hold pointers to strings that outlive the call.
    unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    errno()
}

/// Ends this process at once, running nothing that was registered for its end.
pub(super) fn end(code: c_int) -> ! {
    // SAFETY: it takes no memory and does not come back.
    unsafe { libc::_exit(code) }
}

/// Sends the descriptor to the other end of a socket, with the bytes beside it.
pub(super) fn send_descriptor(socket: c_int, bytes: &[u8], descriptor: c_int) -> Result<(), Errno> {
    #[repr(C, align(8))]
    struct Control([u8; 24]);
    let mut control = Control([0; 24]);
    let mut part = libc::iovec {
        iov_base: bytes.as_ptr().cast_mut().cast(),
        iov_len: bytes.len(),
    };
    // SAFETY: an all-zero message header is a valid one.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    message.msg_iov = &raw mut part;
    message.msg_iovlen = 1;
    message.msg_control = control.0.as_mut_ptr().cast();
    message.msg_controllen = 24;
    // SAFETY: the control buffer is aligned and has room for one header and one descriptor.
    unsafe {
        let header = libc::CMSG_FIRSTHDR(&raw const message);
        (*header).cmsg_level = libc::SOL_SOCKET;
        (*header).cmsg_type = libc::SCM_RIGHTS;
        (*header).cmsg_len = libc::CMSG_LEN(4) as _;
        libc::CMSG_DATA(header).cast::<c_int>().write_unaligned(descriptor);
    }
    call!(libc::SYS_sendmsg, socket, &raw const message, libc::MSG_NOSIGNAL).map(drop)
}

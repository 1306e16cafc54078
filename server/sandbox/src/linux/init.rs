//! The first process of a command: builds what the command sees, runs it, takes in every process that it leaves and
//! ends them all with it.
//!
//! This is a copy of the server with one thread, made while others may have held any lock. Until the exec, and here
//! to the end, only system calls are allowed: no allocation, no formatting, no panic.

use std::ffi::{CStr, c_char, c_int, c_long};

use super::plan::{Fence, Mount, Plan, Program, Source, Tree};
use super::report::{Message, Step};
use super::sys::{self, Errno};

type Done<T = ()> = Result<T, (Step, Errno)>;

/// What the first process is given. It points into the memory that was copied.
pub(super) struct Start<'a> {
    pub(super) plan: &'a Plan,
    pub(super) arguments: &'a [*const c_char],
    pub(super) environment: &'a [*const c_char],
    /// Our end of the socket to the server, whose end tells when the server is gone.
    pub(super) report: c_int,
    /// Where the command writes.
    pub(super) output: c_int,
    /// Whether that is a terminal, from which it reads as well.
    pub(super) has_terminal: bool,
    /// All descriptors that stay open, in order.
    pub(super) kept: &'a [c_int],
    /// A stack for the command's process until it execs.
    pub(super) stack: *mut u8,
    pub(super) stack_size: usize,
}

/// Never returns: the process ends here.
pub(super) fn run(start: &Start<'_>) -> ! {
    sys::reset_signal_actions();
    close_others(start.kept);
    match prepare(start).and_then(|()| begin(start)) {
        Ok(child) => supervise(start, child),
        Err((step, errno)) => {
            let _ = sys::write(start.report, &Message::Failed { step, errno }.encode());
            sys::end(1)
        }
    }
}

fn at(step: Step) -> impl FnOnce(Errno) -> (Step, Errno) {
    move |errno| (step, errno)
}

fn close_others(kept: &[c_int]) {
    let mut first: u32 = 3;
    for descriptor in kept {
        let Ok(descriptor) = u32::try_from(*descriptor) else {
            continue;
        };
        // Before Linux 5.9 they stay open here; the command's exec closes them.
        let _ = sys::close_range(first, descriptor.saturating_sub(1));
        first = descriptor + 1;
    }
    let _ = sys::close_range(first, u32::MAX);
}

fn prepare(start: &Start<'_>) -> Done {
    let plan = start.plan;
    // When memory runs out, the command goes before the editor.
    write_file(c"/proc/self/oom_score_adj", b"800").unwrap_or_default();
    if let Some(tree) = &plan.tree {
        map_owner(tree).map_err(at(Step::Identity))?;
        furnish(tree)?;
        sys::raise_loopback().map_err(at(Step::Loopback))?;
        if let Some(port) = tree.proxy {
            let listener = sys::listen_on_loopback(port).map_err(at(Step::Proxy))?;
            let message = Message::Listening.encode();
            sys::send_descriptor(start.report, &message, listener).map_err(at(Step::Proxy))?;
            sys::close(listener);
        }
    } else {
        let _ = sys::control_process(libc::PR_SET_CHILD_SUBREAPER, 1);
    }
    if plan.is_confined {
        sys::control_process(libc::PR_SET_NO_NEW_PRIVS, 1).map_err(at(Step::Privileges))?;
        sys::drop_capabilities().map_err(at(Step::Privileges))?;
    }
    // This process holds a copy of the server's memory, keys included: nobody may look into it.
    sys::control_process(libc::PR_SET_DUMPABLE, 0).map_err(at(Step::Privileges))?;
    Ok(())
}

fn write_file(path: &CStr, bytes: &[u8]) -> Result<(), Errno> {
    let file = sys::open(path, libc::O_WRONLY, 0)?;
    let written = sys::write(file, bytes);
    sys::close(file);
    written
}

fn map_owner(tree: &Tree) -> Result<(), Errno> {
    write_file(c"/proc/self/setgroups", b"deny")?;
    write_file(c"/proc/self/uid_map", tree.uid_map.as_bytes())?;
    write_file(c"/proc/self/gid_map", tree.gid_map.as_bytes())
}

/// Everything new is made while the real tree can still be seen whole, then the real tree is made read-only, then
/// the new mounts are put over it in order.
fn furnish(tree: &Tree) -> Done {
    sys::make_mounts_private().map_err(at(Step::PrivateMounts))?;
    let nothing = empty_things().map_err(at(Step::Nothing))?;
    for mount in &tree.mounts {
        match open_mount(mount, tree, nothing) {
            Ok(descriptor) => mount.descriptor.set(descriptor),
            Err(_) if mount.is_optional => {}
            Err(errno) => return Err((mount.source.step(), errno)),
        }
    }
    let attributes = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
    sys::set_attributes(libc::AT_FDCWD, c"/", attributes, true).map_err(at(Step::ReadOnly))?;
    // Under what is mounted there next. A mount that is attached nowhere takes a millisecond to be given up.
    let _ = sys::attach(nothing, c"/run");
    for mount in tree.mounts.iter().filter(|mount| mount.descriptor.get() >= 0) {
        for folder in &mount.parents {
            let _ = sys::make_folder_at(libc::AT_FDCWD, folder, 0o755);
        }
        if matches!(mount.source, Source::Device(_)) {
            let file = sys::create_at(libc::AT_FDCWD, &mount.at, 0o666);
            file.map(sys::close).map_err(at(Step::Devices))?;
        }
        match sys::attach(mount.descriptor.get(), &mount.at) {
            Err(errno) if !mount.is_optional => return Err((mount.source.step(), errno)),
            _ => sys::close(mount.descriptor.get()),
        }
    }
    sys::close(nothing);
    for (target, path) in &tree.links {
        sys::make_link(target, path).map_err(at(Step::Devices))?;
    }
    for path in &tree.sealed {
        let attributes = libc::MOUNT_ATTR_RDONLY;
        sys::set_attributes(libc::AT_FDCWD, path, attributes, false).map_err(at(Step::ReadOnly))?;
    }
    Ok(())
}

/// A file system that holds one empty folder and one empty file.
fn empty_things() -> Result<c_int, Errno> {
    let mount = tmpfs(c"4k", c"0755", 0)?;
    sys::make_folder_at(mount, c"folder", 0o555)?;
    sys::create_at(mount, c"file", 0o444).map(sys::close)?;
    sys::set_attributes(mount, c"", libc::MOUNT_ATTR_RDONLY, false)?;
    Ok(mount)
}

fn tmpfs(size: &CStr, mode: &CStr, attributes: u64) -> Result<c_int, Errno> {
    let context = sys::fs_open(c"tmpfs")?;
    let mount = sys::fs_string(context, c"size", size)
        .and_then(|()| sys::fs_string(context, c"mode", mode))
        .and_then(|()| sys::fs_mount(context, attributes));
    sys::close(context);
    mount
}

fn open_mount(mount: &Mount, tree: &Tree, nothing: c_int) -> Result<c_int, Errno> {
    let quiet = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
    match &mount.source {
        Source::Overlay { lower, upper, work } => overlay(lower, upper, work, quiet),
        Source::Bind(path) => bind(path, quiet),
        Source::BindReadOnly(path) => bind(path, quiet | libc::MOUNT_ATTR_RDONLY),
        Source::Device(path) => bind(path, libc::MOUNT_ATTR_NOSUID),
        Source::Tmpfs { size, mode } => tmpfs(size, mode, quiet),
        Source::Terminals => terminals(),
        Source::Processes => processes(tree),
        Source::EmptyFolder => sys::clone_mount(nothing, c"folder"),
        Source::EmptyFile => sys::clone_mount(nothing, c"file"),
    }
}

fn bind(path: &CStr, attributes: u64) -> Result<c_int, Errno> {
    let mount = sys::clone_mount(libc::AT_FDCWD, path)?;
    sys::set_attributes(mount, c"", attributes, false)?;
    Ok(mount)
}

fn overlay(lower: &CStr, upper: &CStr, work: &CStr, attributes: u64) -> Result<c_int, Errno> {
    // Paths go in as descriptors: colons, commas and backslashes mean something to overlayfs.
    let folders = [(c"lowerdir", lower), (c"upperdir", upper), (c"workdir", work)];
    let context = sys::fs_open(c"overlay")?;
    let mut opened = [-1; 3];
    let mut configured = Ok(());
    for ((key, path), descriptor) in folders.into_iter().zip(&mut opened) {
        configured = configured.and_then(|()| {
            *descriptor = sys::open(path, libc::O_PATH | libc::O_DIRECTORY, 0)?;
            let mut name = [0; 32];
            sys::fs_string(context, key, descriptor_path(*descriptor, &mut name))
        });
    }
    // Without `volatile` the end of each command writes the whole file system's dirty pages to the disk.
    let mount = configured
        .and_then(|()| sys::fs_flag(context, c"userxattr"))
        .and_then(|()| sys::fs_flag(context, c"volatile"))
        .and_then(|()| sys::fs_mount(context, attributes));
    for descriptor in opened.into_iter().filter(|descriptor| *descriptor >= 0) {
        sys::close(descriptor);
    }
    sys::close(context);
    mount
}

/// `/proc/self/fd/<descriptor>` without a formatter.
fn descriptor_path(descriptor: c_int, buffer: &mut [u8; 32]) -> &CStr {
    const FOLDER: &[u8] = b"/proc/self/fd/";
    let mut digits = [0_u8; 10];
    let mut rest = descriptor.unsigned_abs();
    let mut count = 0;
    loop {
        if let Some(digit) = digits.get_mut(count) {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        }
        count += 1;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let text = FOLDER.iter().copied().chain(digits.into_iter().take(count).rev());
    for (place, byte) in buffer.iter_mut().zip(text.chain([0])) {
        *place = byte;
    }
    CStr::from_bytes_until_nul(buffer).unwrap_or(c"")
}

fn terminals() -> Result<c_int, Errno> {
    let context = sys::fs_open(c"devpts")?;
    let mount = sys::fs_flag(context, c"newinstance")
        .and_then(|()| sys::fs_string(context, c"ptmxmode", c"0666"))
        .and_then(|()| sys::fs_string(context, c"mode", c"0620"))
        .and_then(|()| sys::fs_mount(context, libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC));
    sys::close(context);
    mount
}

/// The processes of this namespace only; read-only, because much beneath it belongs to the whole machine.
fn processes(tree: &Tree) -> Result<c_int, Errno> {
    let quiet = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC;
    let context = sys::fs_open(c"proc")?;
    let mount = sys::fs_mount(context, quiet);
    sys::close(context);
    let mount = mount?;
    // From Linux 6.14 on each pid namespace has its own bound, which holds for root as well.
    if let Ok(bound) = sys::open_at(mount, c"sys/kernel/pid_max", libc::O_WRONLY) {
        let _ = sys::write(bound, tree.processes.as_bytes());
        sys::close(bound);
    }
    sys::set_attributes(mount, c"", libc::MOUNT_ATTR_RDONLY, false)?;
    Ok(mount)
}

/// Starts the command. It shares this process's memory until its exec, so that nothing is copied twice.
fn begin(start: &Start<'_>) -> Done<Option<c_int>> {
    struct Child<'a> {
        start: &'a Start<'a>,
        failed: Option<(Step, Errno)>,
    }
    extern "C" fn enter(child: *mut libc::c_void) -> c_int {
        // SAFETY: it is the `Child` below, which outlives this function: its owner waits until the exec.
        let child = unsafe { &mut *child.cast::<Child<'_>>() };
        child.failed = become_command(child.start).err();
        sys::end(0)
    }
    let mut child = Child { start, failed: None };
    let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
    // SAFETY: the stack is ours alone and large enough, its end is where stacks begin; `child` stays in place while
    // this process is held until the exec or the end of the new one.
    let pid = unsafe {
        let top = start.stack.add(start.stack_size);
        libc::clone(enter, top.cast(), flags, (&raw mut child).cast())
    };
    if pid < 0 {
        return Err((Step::Start, sys::errno()));
    }
    match child.failed {
        Some(failed) => Err(failed),
        None => Ok(start.plan.program.is_some().then_some(pid)),
    }
}

/// Comes back only if there is no program to run.
fn become_command(start: &Start<'_>) -> Done {
    let plan = start.plan;
    sys::new_session().map_err(at(Step::Start))?;
    sys::new_session_keyring();
    for (resource, value) in &plan.limits {
        let value = (*value).min(sys::limit_now(*resource));
        sys::limit(*resource, value).map_err(at(Step::Limits))?;
    }
    if let Some(program) = &plan.program {
        connect_streams(start.output, start.has_terminal).map_err(at(Step::Start))?;
        sys::change_folder(&program.folder).map_err(at(Step::Folder))?;
    }
    if let Some(fence) = &plan.fence {
        enclose(fence).map_err(at(Step::Landlock))?;
    }
    for filter in &plan.filters {
        sys::seccomp_filter(filter).map_err(at(Step::Seccomp))?;
    }
    if let Some(asking) = &plan.asking {
        let listener = sys::seccomp_listener(&asking.filter).map_err(at(Step::Seccomp))?;
        let message = Message::Asking.encode();
        sys::send_descriptor(start.report, &message, listener).map_err(at(Step::Seccomp))?;
        sys::close(listener);
    }
    sys::set_signal_mask(0).map_err(at(Step::Start))?;
    match &plan.program {
        None => Ok(()),
        Some(Program { path, .. }) => Err((Step::Execute, sys::execute(path, start.arguments, start.environment))),
    }
}

fn connect_streams(output: c_int, has_terminal: bool) -> Result<(), Errno> {
    let input = if has_terminal {
        sys::control_by(output)?;
        output
    } else {
        sys::open(c"/dev/null", libc::O_RDONLY, 0)?
    };
    sys::duplicate(input, 0)?;
    sys::duplicate(output, 1)?;
    sys::duplicate(output, 2)
}

fn enclose(fence: &Fence) -> Result<(), Errno> {
    use std::os::fd::AsRawFd;
    let ruleset = fence.ruleset.as_raw_fd();
    for (path, access) in &fence.rules {
        let Ok(beneath) = sys::open(path, libc::O_PATH, 0) else {
            continue;
        };
        let allowed = sys::landlock_allow(ruleset, beneath, *access);
        sys::close(beneath);
        allowed?;
    }
    sys::landlock_restrict(ruleset)
}

/// Waits for the command, taking in every other process that ends; ends all of them when it ends or when the server
/// lets go of the report.
fn supervise(start: &Start<'_>, command: Option<c_int>) -> ! {
    let has_namespace = start.plan.tree.is_some();
    let mut status = 0;
    let mut is_running = command.is_some();
    if let Ok(signals) = sys::signal_descriptor(libc::SIGCHLD) {
        let _ = sys::write(start.report, &Message::Started.encode());
        // The write ends of the output are the command's alone.
        sys::close(start.output);
        while is_running {
            let watched = |fd, events| libc::pollfd { fd, events, revents: 0 };
            let mut watched = [watched(signals, libc::POLLIN), watched(start.report, libc::POLLIN)];
            sys::poll(&mut watched, -1);
            let mut told = [0; 128];
            let _ = sys::read(signals, &mut told);
            while let Ok(Some((pid, ended))) = sys::reap() {
                if Some(pid) == command {
                    status = ended;
                    is_running = false;
                }
            }
            if watched[1].revents != 0 {
                break;
            }
        }
    }
    if !has_namespace {
        end_descendants();
    }
    let _ = sys::write(start.report, &Message::Ended { status }.encode());
    // With a namespace the kernel ends what is left in it, because this is its first process.
    sys::end(0)
}

/// Ends the children; theirs become ours, so this goes on until there are none.
fn end_descendants() {
    loop {
        let mut list = [0; 4096];
        let read = sys::open(c"/proc/thread-self/children", libc::O_RDONLY, 0).and_then(|file| {
            let read = sys::read(file, &mut list);
            sys::close(file);
            read
        });
        let mut pid: c_long = 0;
        for byte in list.iter().take(read.unwrap_or_default()) {
            if byte.is_ascii_digit() {
                pid = pid.saturating_mul(10).saturating_add(c_long::from(byte - b'0'));
            } else if pid > 0 {
                let _ = sys::kill(c_int::try_from(pid).unwrap_or_default(), libc::SIGKILL);
                pid = 0;
            }
        }
        match sys::reap() {
            Err(_) => return,
            Ok(Some(_)) => {}
            Ok(None) => sys::poll(&mut [], 1),
        }
    }
}

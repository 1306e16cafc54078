//! Which system calls a command may make: a list of what is denied, because a list of what programs need is never
//! complete. It closes what namespaces and Landlock leave open.

use std::collections::BTreeMap;
use std::ffi::c_long;
use std::io;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Op, SeccompCondition as Condition,
    SeccompFilter, SeccompRule,
};

use super::asked::CALLS;

/// What is already held by other means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// Namespaces: sockets reach nothing outside.
    Namespaces,
    /// Landlock alone: no sockets but pairs, and no looking into other processes.
    Nothing,
}

/// Reach of the kernel itself, of mounts and namespaces, of keys and of other processes' memory.
const DENIED: &[c_long] = &[
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_adjtimex,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_clock_adjtime,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_finit_module,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_init_module,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_syslog,
    libc::SYS_umount2,
    libc::SYS_userfaultfd,
    libc::SYS_vhangup,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_kexec_file_load,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_uselib,
];

/// Programs have another way when the kernel does not know these. The flags of `clone3` lie in memory, where no
/// filter can look.
const UNKNOWN: &[c_long] = &[
    libc::SYS_clone3,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
];

/// Other processes' memory, and what processes share by a name that is no path.
const OTHER_PROCESSES: &[c_long] = &[
    libc::SYS_kcmp,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_msgctl,
    libc::SYS_msgget,
    libc::SYS_msgrcv,
    libc::SYS_msgsnd,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_semctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_shmget,
];

/// Attributes of files outside, which Landlock does not look at. Programs take it that the file system has none.
const ATTRIBUTES: &[c_long] = &[
    libc::SYS_fremovexattr,
    libc::SYS_fsetxattr,
    libc::SYS_lremovexattr,
    libc::SYS_lsetxattr,
    libc::SYS_removexattr,
    libc::SYS_setxattr,
];

/// Newer ways to change modes and attributes, with the same numbers everywhere.
const NEWER: &[c_long] = &[
    452, // fchmodat2
    463, // setxattrat
    466, // removexattrat
    469, // file_setattr
];

/// Flags, versions, seals and keys of files that are only open to be read.
const OF_A_FILE: &[u64] = &[
    0x4008_6602, // FS_IOC_SETFLAGS
    0x4004_6602, // the same, of narrow processes
    0x401c_5820, // FS_IOC_FSSETXATTR
    0x4008_7602, // FS_IOC_SETVERSION
    0x4004_7602, // the same, of narrow processes
    0x4080_6685, // FS_IOC_ENABLE_VERITY
    0x800c_6613, // FS_IOC_SET_ENCRYPTION_POLICY
];

/// What is set for the process of a number, their first argument; zero is the caller.
const OF_A_PROCESS: &[c_long] = &[
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    libc::SYS_prlimit64,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setattr,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setscheduler,
];

/// What is set for a process, a group or all of a user, and the number that says so; which of them comes second.
const OF_SEVERAL: &[(c_long, u64)] = &[
    (libc::SYS_ioprio_set, 3 /* IOPRIO_WHO_USER */),
    (libc::SYS_setpriority, libc::PRIO_USER as u64),
];

/// Typing into somebody else's terminal, beside `TIOCSTI`.
const TIOCLINUX: u64 = 0x541c;

const NEW_NAMESPACES: u64 = (libc::CLONE_NEWUSER
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWCGROUP) as u64;

/// `PER_LINUX`, that with a fixed address layout (debuggers), and the question which it is.
const PERSONALITIES: [u64; 3] = [0, 0x0004_0000, 0xffff_ffff];

/// # Errors
/// An architecture that the filter compiler does not know.
pub(crate) fn filters(around: Around) -> io::Result<Vec<Vec<libc::sock_filter>>> {
    let mut denied: BTreeMap<c_long, Vec<SeccompRule>> = DENIED.iter().map(|call| (*call, Vec::new())).collect();
    let has_namespace_flag = |argument| namespace_rules(argument);
    denied.insert(libc::SYS_unshare, has_namespace_flag(0)?);
    denied.insert(libc::SYS_clone, has_namespace_flag(0)?);
    denied.insert(libc::SYS_personality, vec![all_differ(0, &PERSONALITIES)?]);
    let mut requests = vec![libc::TIOCSTI, TIOCLINUX];
    denied.insert(libc::SYS_socket, socket_rules(around)?);
    let mut unknown = UNKNOWN.to_vec();
    let mut unsupported = Vec::new();
    if around == Around::Nothing {
        requests.extend(OF_A_FILE);
        unknown.extend(NEWER);
        unsupported.extend(ATTRIBUTES);
        denied.extend(OTHER_PROCESSES.iter().map(|call| (*call, Vec::new())));
        for call in OF_A_PROCESS {
            denied.insert(*call, vec![all_differ(0, &[0])?]);
        }
        for (call, of_user) in OF_SEVERAL {
            let is_user = rule(vec![condition(0, Op::Eq, *of_user)?])?;
            denied.insert(*call, vec![all_differ(1, &[0])?, is_user]);
        }
    }
    denied.insert(libc::SYS_ioctl, request_rules(&requests)?);
    let always = |calls: Vec<c_long>| calls.into_iter().map(|call| (call, Vec::new())).collect();
    Ok(vec![
        compile(denied, libc::EPERM)?,
        compile(always(unknown), libc::ENOSYS)?,
        compile(always(unsupported), libc::EOPNOTSUPP)?,
        #[cfg(target_arch = "x86_64")]
        without_x32(),
    ])
}

fn compile(rules: BTreeMap<c_long, Vec<SeccompRule>>, errno: i32) -> io::Result<Vec<libc::sock_filter>> {
    let architecture = std::env::consts::ARCH.try_into().map_err(io::Error::other)?;
    let refuse = SeccompAction::Errno(errno.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture).map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    let instruction = |part: seccompiler::sock_filter| libc::sock_filter {
        code: part.code,
        jt: part.jt,
        jf: part.jf,
        k: part.k,
    };
    Ok(program.into_iter().map(instruction).collect())
}

fn rule(conditions: Vec<Condition>) -> io::Result<SeccompRule> {
    SeccompRule::new(conditions).map_err(io::Error::other)
}

fn condition(argument: u8, op: Op, value: u64) -> io::Result<Condition> {
    Condition::new(argument, Width::Dword, op, value).map_err(io::Error::other)
}

/// One rule for each flag: any of them is too many.
fn namespace_rules(argument: u8) -> io::Result<Vec<SeccompRule>> {
    let flags = (0..32)
        .map(|bit| 1_u64 << bit)
        .filter(|flag| NEW_NAMESPACES & flag != 0);
    flags
        .map(|flag| rule(vec![condition(argument, Op::MaskedEq(flag), flag)?]))
        .collect()
}

fn all_differ(argument: u8, values: &[u64]) -> io::Result<SeccompRule> {
    let conditions = values.iter().map(|value| condition(argument, Op::Ne, *value));
    rule(conditions.collect::<io::Result<_>>()?)
}

fn request_rules(requests: &[u64]) -> io::Result<Vec<SeccompRule>> {
    let requests = requests.iter();
    requests
        .map(|request| rule(vec![condition(1, Op::Eq, *request)?]))
        .collect()
}

/// Leaves the calls that no filter can judge to the server.
pub(super) fn asked() -> Vec<libc::sock_filter> {
    let ask = instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_USER_NOTIF);
    let calls = CALLS.iter().filter_map(|call| u32::try_from(*call).ok());
    let asked = calls.flat_map(|call| {
        [
            instruction(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, call),
            ask,
        ]
    });
    let number = instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0);
    let pass = instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW);
    [number].into_iter().chain(asked).chain([pass]).collect()
}

fn instruction(code: u32, jt: u8, jf: u8, k: u32) -> libc::sock_filter {
    libc::sock_filter {
        code: code as u16,
        jt,
        jf,
        k,
    }
}

fn socket_rules(around: Around) -> io::Result<Vec<SeccompRule>> {
    let families = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];
    let family = |family: i32| u64::from(family.unsigned_abs());
    match around {
        // No conditions: every socket. What programs make pairs of is another call.
        Around::Nothing => Ok(Vec::new()),
        Around::Namespaces => Ok(vec![
            all_differ(0, &families.map(family))?,
            // Listing the own interfaces is netlink's protocol 0; the others talk to other parts of the kernel.
            rule(vec![
                condition(0, Op::Eq, family(libc::AF_NETLINK))?,
                condition(2, Op::Ne, family(libc::NETLINK_ROUTE))?,
            ])?,
            rule(vec![
                condition(0, Op::Ne, family(libc::AF_UNIX))?,
                condition(0, Op::Ne, family(libc::AF_NETLINK))?,
                condition(1, Op::MaskedEq(0xf), family(libc::SOCK_RAW))?,
            ])?,
        ]),
    }
}

/// Denies the second numbering of x86-64's calls, which the filters above do not know.
#[cfg(target_arch = "x86_64")]
fn without_x32() -> Vec<libc::sock_filter> {
    const X32: u32 = 0x4000_0000;
    const REFUSE: u32 = libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32;
    vec![
        instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        instruction(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 0, 1, X32),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, REFUSE),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

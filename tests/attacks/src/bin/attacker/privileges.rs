//! The kernel's own reach: mounts, namespaces, keys, programs of its own, settings of the machine. Calls that would do
//! harm are made without what they need: where they are let through, the error is another one.

use std::ffi::c_long;
use std::fs;
use std::io;

use crate::kernel::{at, bits, call, text};
use crate::report::{tried, variable};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("mounts", mounts),
    ("namespaces", namespaces),
    ("change-root", change_root),
    ("keyrings", keyrings),
    ("kernel-programs", kernel_programs),
    ("io-uring", io_uring),
    ("userfaultfd", userfaultfd),
    ("machine-calls", machine_calls),
    ("machine-settings", machine_settings),
    ("control-groups", control_groups),
    ("become-another", become_another),
    ("other-numbering", other_numbering),
];

fn mounts() {
    let (nothing, kind) = (text("none"), text("tmpfs"));
    let (out, here, root) = (text(&variable("OUT")), text("src"), text("/"));
    let mount = |from: &[u8], to: &[u8], kind: &[u8], flags: u64| {
        call(libc::SYS_mount, [at(from), at(to), at(kind), flags as usize, 0])
    };
    tried(
        "remount the root writable",
        mount(&nothing, &root, &nothing, libc::MS_REMOUNT | libc::MS_BIND),
    );
    tried(
        "remount the outside writable",
        mount(&nothing, &out, &nothing, libc::MS_REMOUNT | libc::MS_BIND),
    );
    tried("bind the outside", mount(&out, &here, &nothing, libc::MS_BIND));
    tried("new file system", mount(&nothing, &here, &kind, 0));
    let unmasked = text(&format!("{}/.ssh", variable("HOME")));
    for (name, path) in [("the workspace", text(".")), ("a mask", unmasked)] {
        tried(
            &format!("unmount {name}"),
            call(libc::SYS_umount2, [at(&path[..]), bits(libc::MNT_DETACH)]),
        );
    }
    tried("fsopen", call(libc::SYS_fsopen, [at(&kind[..]), 0]));
    const CLONE: usize = 1;
    tried(
        "open_tree",
        call(libc::SYS_open_tree, [bits(libc::AT_FDCWD), at(&root[..]), CLONE]),
    );
    let clear = [0_u64, libc::MOUNT_ATTR_RDONLY, 0, 0];
    let changed = [bits(libc::AT_FDCWD), at(&root[..]), 0, at(&clear), 32];
    tried("mount_setattr", call(libc::SYS_mount_setattr, changed));
    let moved = [
        bits(libc::AT_FDCWD),
        at(&out[..]),
        bits(libc::AT_FDCWD),
        at(&here[..]),
        0,
    ];
    tried("move_mount", call(libc::SYS_move_mount, moved));
}

fn namespaces() {
    let kinds = [
        ("user", libc::CLONE_NEWUSER),
        ("mount", libc::CLONE_NEWNS),
        ("process", libc::CLONE_NEWPID),
        ("network", libc::CLONE_NEWNET),
        ("message", libc::CLONE_NEWIPC),
    ];
    for (name, flag) in kinds {
        tried(&format!("unshare {name}"), call(libc::SYS_unshare, [bits(flag)]));
        let both = bits(flag | libc::CLONE_NEWUSER | libc::SIGCHLD);
        match call(libc::SYS_clone, [both]) {
            Ok(0) => std::process::exit(0),
            made => tried(&format!("clone {name}"), made),
        };
    }
    let arguments = [libc::CLONE_NEWUSER as u64, 0, 0, 0, libc::SIGCHLD as u64, 0, 0, 0];
    match call(libc::SYS_clone3, [at(&arguments), 64]) {
        Ok(0) => std::process::exit(0),
        made => tried("clone3", made),
    };
    for pid in ["1", &variable("SERVER"), &variable("VICTIM")] {
        for kind in ["mnt", "net", "user"] {
            let opened = fs::File::open(format!("/proc/{pid}/ns/{kind}"));
            let entered =
                opened.and_then(|file| call(libc::SYS_setns, [bits(std::os::fd::AsRawFd::as_raw_fd(&file)), 0]));
            tried(&format!("enter {kind} of {pid}"), entered);
        }
        let entered = call(libc::SYS_pidfd_open, [pid.parse().unwrap_or(1), 0])
            .and_then(|process| call(libc::SYS_setns, [process, bits(libc::CLONE_NEWNS)]));
        tried(&format!("enter {pid}"), entered);
    }
}

fn change_root() {
    let folder = text("src");
    tried("chroot", call(libc::SYS_chroot, [at(&folder[..])]));
    tried(
        "pivot_root",
        call(libc::SYS_pivot_root, [at(&folder[..]), at(&folder[..])]),
    );
}

fn keyrings() {
    const SESSION: i32 = -3;
    const USER: i32 = -4;
    let (kind, name) = (text("user"), text("canary"));
    let added = [at(&kind[..]), at(&name[..]), at("!"), 1, bits(USER)];
    tried("add_key", call(libc::SYS_add_key, added));
    tried(
        "request_key",
        call(libc::SYS_request_key, [at(&kind[..]), at(&name[..]), 0, bits(SESSION)]),
    );
    tried("keyctl", call(libc::SYS_keyctl, [0, bits(USER), 0]));
}

fn kernel_programs() {
    let attributes = [0_u64; 16];
    tried("bpf", call(libc::SYS_bpf, [0, at(&attributes), 72]));
    let event = [0_u64; 16];
    tried(
        "perf_event_open",
        call(libc::SYS_perf_event_open, [at(&event), 0, usize::MAX, usize::MAX, 0]),
    );
    tried("init_module", call(libc::SYS_init_module, [0, 0, 0]));
    tried("finit_module", call(libc::SYS_finit_module, [usize::MAX, 0, 0]));
    tried("kexec_load", call(libc::SYS_kexec_load, [0, 17, 0, usize::MAX]));
}

fn io_uring() {
    let parameters = [0_u64; 15];
    tried("io_uring_setup", call(libc::SYS_io_uring_setup, [1, at(&parameters)]));
    tried(
        "io_uring_enter",
        call(libc::SYS_io_uring_enter, [usize::MAX, 0, 0, 0, 0, 0]),
    );
    tried(
        "io_uring_register",
        call(libc::SYS_io_uring_register, [usize::MAX, 0, 0, 0]),
    );
}

fn userfaultfd() {
    const USER_MODE_ONLY: usize = 1;
    tried("userfaultfd", call(libc::SYS_userfaultfd, [0]));
    tried(
        "userfaultfd of the user alone",
        call(libc::SYS_userfaultfd, [USER_MODE_ONLY]),
    );
}

fn machine_calls() {
    let calls: [(&str, c_long); 10] = [
        ("reboot", libc::SYS_reboot),
        ("swapon", libc::SYS_swapon),
        ("swapoff", libc::SYS_swapoff),
        ("settimeofday", libc::SYS_settimeofday),
        ("clock_settime", libc::SYS_clock_settime),
        ("acct", libc::SYS_acct),
        ("quotactl", libc::SYS_quotactl),
        ("syslog", libc::SYS_syslog),
        ("delete_module", libc::SYS_delete_module),
        ("vhangup", libc::SYS_vhangup),
    ];
    // Null and nonsense: nothing happens where it is let through.
    for (name, number) in calls.into_iter().take(9) {
        tried(name, call(number, [usize::MAX, usize::MAX, usize::MAX, usize::MAX]));
    }
    tried("personality", call(libc::SYS_personality, [0x0400000]));
}

/// Opened to be written, and not written.
fn writable(path: &str) -> io::Result<()> {
    fs::File::options().write(true).open(path).map(drop)
}

fn machine_settings() {
    let settings = [
        "/proc/sys/kernel/core_pattern",
        "/proc/sys/kernel/modprobe",
        "/proc/sys/kernel/hotplug",
        "/proc/sys/kernel/ns_last_pid",
        "/proc/sys/kernel/pid_max",
        "/proc/sys/vm/overcommit_memory",
        "/proc/sys/net/ipv4/ip_forward",
        "/proc/sys/fs/binfmt_misc/register",
        "/proc/sys/user/max_user_namespaces",
        "/proc/sysrq-trigger",
        "/sys/kernel/uevent_helper",
        "/sys/kernel/mm/ksm/run",
        "/sys/power/state",
        "/sys/kernel/debug",
        "/proc/self/setgroups",
        "/proc/self/uid_map",
        "/proc/1/oom_score_adj",
    ];
    for setting in settings {
        tried(setting, writable(setting));
    }
}

fn control_groups() {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let below = own
        .lines()
        .find_map(|line| line.strip_prefix("0::"))
        .unwrap_or("/")
        .trim_end_matches('/')
        .to_owned();
    for file in [
        "cgroup.procs",
        "cgroup.subtree_control",
        "memory.max",
        "cgroup.freeze",
        "release_agent",
    ] {
        tried(
            &format!("own {file}"),
            writable(&format!("/sys/fs/cgroup{below}/{file}")),
        );
        tried(&format!("top {file}"), writable(&format!("/sys/fs/cgroup/{file}")));
    }
    tried("new group", fs::create_dir(format!("/sys/fs/cgroup{below}/canary")));
}

fn become_another() {
    tried("setuid", call(libc::SYS_setuid, [12345]));
    tried("setgid", call(libc::SYS_setgid, [12345]));
    let group = 12345_u32;
    tried("setgroups", call(libc::SYS_setgroups, [1, at(&group)]));
    let header = [0x2008_0522_u32, 0];
    let all = [u32::MAX; 6];
    tried("capset", call(libc::SYS_capset, [at(&header), at(&all)]));
    tried(
        "ambient capability",
        call(libc::SYS_prctl, [bits(libc::PR_CAP_AMBIENT), 2, 21, 0, 0]),
    );
    tried(
        "drop no_new_privs",
        call(libc::SYS_prctl, [bits(libc::PR_SET_NO_NEW_PRIVS), 0, 0, 0, 0]),
    );
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let has_none = status
        .lines()
        .filter(|line| line.starts_with("CapEff") || line.starts_with("CapBnd"));
    let has_any = has_none.clone().any(|line| !line.ends_with("0000000000000000"));
    let held = if has_any {
        Ok(())
    } else {
        Err(io::Error::other("there is none"))
    };
    tried("a capability left", held);
}

/// The same calls by the numbers of x86's third interface.
fn other_numbering() {
    const X32: c_long = 0x4000_0000;
    let kind = text("tmpfs");
    tried("getpid", call(X32 | libc::SYS_getpid, []));
    tried("unshare", call(X32 | libc::SYS_unshare, [bits(libc::CLONE_NEWUSER)]));
    tried("fsopen", call(X32 | libc::SYS_fsopen, [at(&kind[..]), 0]));
}

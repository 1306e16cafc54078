//! The kernel's own reach.

use crate::attack::Attack;

const HARM: &str = "as root it would change the machine";
const NONE: &str = "no privileges; seccomp";

pub(super) const ROWS: &[Attack] = &[
    Attack::new(
        "mounts",
        "remount, bind, unmount a mask or the workspace, new file systems; the old calls and the new",
        NONE,
    )
    .denied()
    .uncontrolled(HARM),
    Attack::new(
        "namespaces",
        "new namespaces by `unshare`, `clone` and `clone3`; those of other processes entered",
        "seccomp; a process namespace",
    )
    .refused(),
    Attack::new("change-root", "`chroot`, `pivot_root`", NONE)
        .denied()
        .uncontrolled(HARM),
    Attack::new(
        "keyrings",
        "`add_key`, `request_key`, `keyctl` on the user's keyring",
        "seccomp; a session keyring of its own",
    )
    .denied(),
    Attack::new(
        "kernel-programs",
        "`bpf`, `perf_event_open`, kernel modules, `kexec`",
        NONE,
    )
    .denied()
    .uncontrolled(HARM),
    Attack::new(
        "io-uring",
        "rings, which make calls past the filter",
        "seccomp: the kernel does not know them",
    )
    .denied(),
    Attack::new("userfaultfd", "page faults held up from user space", "seccomp").denied(),
    Attack::new(
        "machine-calls",
        "reboot, swap, clock, accounting, quotas, kernel log, modules, personality",
        NONE,
    )
    .denied()
    .uncontrolled(HARM),
    Attack::new(
        "machine-settings",
        "17 files of `/proc` and `/sys`: core pattern, module loader, sysrq, user maps, power",
        "`/proc` and `/sys` are read-only; Landlock",
    )
    .refused()
    .uncontrolled("an ordinary user cannot open them either"),
    Attack::new(
        "control-groups",
        "the own control group and the top one: processes, limits, `release_agent`, a new group",
        "`/sys` is read-only; Landlock",
    )
    .refused()
    .uncontrolled("an ordinary user cannot open them either"),
    Attack::new(
        "become-another",
        "`setuid`, `setgid`, `setgroups`, `capset`, ambient capabilities, `no_new_privs` taken back",
        "capabilities are dropped before the program starts; no new privileges",
    )
    .refused()
    .uncontrolled("an ordinary user cannot either"),
    Attack::new(
        "other-numbering",
        "denied calls by the numbers of x86's third interface (x32)",
        "seccomp",
    )
    .refused()
    .uncontrolled("most kernels are built without it"),
];

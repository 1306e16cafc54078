//! Files outside, by their names and by others.

use crate::attack::Attack;

const MOUNTS: &str = "everything outside the roots is mounted read-only; Landlock";
const LAYER: &str = "writes stop in the private layer; what the link leads to is read-only";

pub(super) const ROWS: &[Attack] = &[
    Attack::new(
        "write-outside",
        "append, overwrite, truncate, create files, folders and nameless files outside the roots and at home",
        MOUNTS,
    )
    .refused(),
    Attack::new(
        "remove-outside",
        "unlink, move away, move over and remove whole folders outside",
        MOUNTS,
    )
    .refused(),
    Attack::new(
        "attributes-outside",
        "mode, owner, times, extended attributes and flags of a file outside",
        "everything outside the roots is mounted read-only; on a copy the server makes such changes, and only there",
    )
    .refused(),
    Attack::new(
        "pipe-outside",
        "write into a named pipe outside that somebody reads",
        "Landlock",
    )
    .refused(),
    Attack::new(
        "climb-out",
        "`..` from the workspace, and from the top of what is seen",
        MOUNTS,
    )
    .refused(),
    Attack::new(
        "magic-links",
        "`/proc/PID/root`, `cwd` and `fd` of itself, the first process, the server and others",
        "a process namespace and a `/proc` of its own; Landlock",
    )
    .refused(),
    Attack::new(
        "inherited-descriptors",
        "a folder descriptor that the server left open to its children",
        "all descriptors but the three streams are closed",
    )
    .refused(),
    Attack::new("file-handles", "`name_to_handle_at`, `open_by_handle_at`", "seccomp")
        .denied()
        .uncontrolled("the call needs a privilege that an ordinary user does not have"),
    Attack::new(
        "device-nodes",
        "nodes of the disk and of memory, made and opened; the machine's own devices",
        "no privileges; a `/dev` of its own; mounts without devices",
    )
    .refused()
    .uncontrolled("as root it would open the machine's disk"),
    Attack::new(
        "read-only-mapping",
        "a file mapped to be read, then written through `/proc/self/mem`",
        "the kernel: the page becomes the process's own, or the write fails",
    )
    .uncontrolled("no kernel in use lets it through"),
    Attack::new(
        "running-program",
        "the server's own program, opened for writing by the links of running processes",
        "a process namespace; everything outside read-only; Landlock",
    )
    .refused()
    .uncontrolled("a program that runs is busy, and as root the file beside it is written"),
    Attack::new(
        "other-layers",
        "the layers on the disk: one made, and another session's written",
        "layers lie outside the roots: read-only; Landlock",
    )
    .refused(),
    Attack::new(
        "own-policy",
        "our own settings, rules and trust: changed, replaced, added, moved away",
        "masked by empty read-only mounts; outside the roots",
    ),
    Attack::new(
        "repository-hooks",
        "git's hooks, configuration and index; the repository replaced",
        "git's folder has a layer of its own, which is emptied and comes back as nothing",
    ),
    Attack::new(
        "write-through-symlink",
        "links to a file and a folder outside: new, relative, chained, and one that was in the repository",
        LAYER,
    ),
    Attack::new(
        "write-through-hard-link",
        "a hard link of an outside file, by name and by descriptor, then written; a link into the outside",
        "another mount: no link reaches across; Landlock",
    )
    .refused(),
    Attack::new(
        "hard-linked-before",
        "a workspace file that already is a second name of an outside file",
        "a write copies it into the layer",
    ),
    Attack::new(
        "rename-race",
        "4,000 writes beneath a name, while a second process exchanges a folder and a link to the outside",
        LAYER,
    ),
    Attack::new(
        "seed-through-symlink",
        "links left where the server puts files of the next command",
        "the server walks its layer without following links and removes what is in the way",
    )
    .uncontrolled("there is no next command without a workbench"),
    Attack::new(
        "read-back-through-symlink",
        "links to keys left where the server looks for changes",
        "a link comes back as a link; none is followed",
    )
    .uncontrolled("nothing is read back without a workbench"),
];

//! Files outside the workspace: written, removed, changed, reached by other names.

use std::fs;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::SystemTime;

use crate::kernel::{at, bits, call, text};
use crate::report::{number, say, tried, variable};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("write-outside", write_outside),
    ("remove-outside", remove_outside),
    ("attributes-outside", attributes_outside),
    ("pipe-outside", pipe_outside),
    ("climb-out", climb_out),
    ("magic-links", magic_links),
    ("inherited-descriptors", inherited_descriptors),
    ("file-handles", file_handles),
    ("device-nodes", device_nodes),
    ("read-only-mapping", read_only_mapping),
    ("running-program", running_program),
    ("other-layers", other_layers),
    ("own-policy", own_policy),
    ("repository-hooks", repository_hooks),
];

fn append(path: &str) -> io::Result<()> {
    fs::File::options().append(true).open(path)?.write_all(b"!")
}

fn write_outside() {
    let out = variable("OUT");
    let canary = format!("{out}/canary");
    tried("append", append(&canary));
    tried("overwrite", fs::write(&canary, "!"));
    tried("truncate", fs::File::options().write(true).truncate(true).open(&canary));
    tried("new file", fs::write(format!("{out}/new"), "!"));
    tried("new folder", fs::create_dir(format!("{out}/folder")));
    let name = text(&canary);
    tried("truncate by path", call(libc::SYS_truncate, [at(&name[..]), 0]));
    let flags = bits(libc::O_TMPFILE | libc::O_WRONLY);
    let folder = text(&out);
    let nameless = [bits(libc::AT_FDCWD), at(&folder[..]), flags, 0o600];
    tried("nameless file", call(libc::SYS_openat, nameless));
    tried(
        "new file at home",
        fs::write(format!("{}/.profile", variable("HOME")), "!"),
    );
}

fn remove_outside() {
    let out = variable("OUT");
    let canary = format!("{out}/canary");
    tried("move away", fs::rename(&canary, format!("{out}/moved")));
    tried(
        "move over it",
        fs::write("mine", "!").and_then(|()| fs::rename("mine", &canary)),
    );
    tried("unlink", fs::remove_file(&canary));
    tried("remove all", fs::remove_dir_all(&out));
    tried("move the folder", fs::rename(&out, "taken"));
}

fn attributes_outside() {
    let canary = format!("{}/canary", variable("OUT"));
    tried("chmod", fs::set_permissions(&canary, fs::Permissions::from_mode(0o777)));
    tried("chown", std::os::unix::fs::chown(&canary, Some(12345), None));
    let opened = fs::File::open(&canary);
    tried(
        "utimes",
        opened.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH)),
    );
    let (path, name) = (text(&canary), text("user.attack"));
    tried(
        "setxattr",
        call(libc::SYS_setxattr, [at(&path[..]), at(&name[..]), at("!"), 1, 0]),
    );
    // What `chattr +d` does.
    const SET_FLAGS: usize = 0x4008_6602;
    let no_dump = 0x40_u64;
    let set = fs::File::open(&canary)
        .and_then(|file| call(libc::SYS_ioctl, [bits(file.as_raw_fd()), SET_FLAGS, at(&no_dump)]));
    tried("chattr", set);
}

fn pipe_outside() {
    let pipe = format!("{}/pipe", variable("OUT"));
    let opened = fs::File::options().read(true).write(true).open(pipe);
    tried("write into a pipe", opened.and_then(|mut pipe| pipe.write_all(b"!")));
}

fn climb_out() {
    tried("write beside the workspace", append("../outside/canary"));
    let climbed = std::env::set_current_dir("..").and_then(|()| append("outside/canary"));
    tried("change up and write", climbed);
    let climbed = (0..64).try_for_each(|_| std::env::set_current_dir(".."));
    let path = format!(".{}/canary", variable("OUT"));
    tried("from the top", climbed.and_then(|()| append(&path)));
}

fn magic_links() {
    let canary = format!("{}/canary", variable("OUT"));
    let server = variable("SERVER");
    let parent = rustix::process::getppid()
        .map(|pid| pid.as_raw_nonzero().get())
        .unwrap_or(1);
    for pid in ["self", "1", &server, &parent.to_string(), &variable("VICTIM")] {
        tried(&format!("root of {pid}"), append(&format!("/proc/{pid}/root{canary}")));
        let beside = format!("/proc/{pid}/cwd/{}", variable("ESCAPE"));
        tried(&format!("folder of {pid}"), append(&beside));
        for descriptor in 0..16 {
            let path = format!("/proc/{pid}/fd/{descriptor}");
            // The attack's own output is no target.
            let is_folder = fs::metadata(&path).is_ok_and(|found| found.is_dir());
            if is_folder && pid != "self" {
                tried(
                    &format!("descriptor {descriptor} of {pid}"),
                    append(&format!("{path}/canary")),
                );
            }
        }
    }
}

fn inherited_descriptors() {
    let name = text("canary");
    let flags = bits(libc::O_WRONLY | libc::O_APPEND);
    let tries = (3..1024_usize).map(|folder| call(libc::SYS_openat, [folder, at(&name[..]), flags, 0]));
    let first = tries.flatten().next();
    let inherited = first.ok_or_else(|| io::Error::other("none of 1,021 descriptors leads out"));
    let written = inherited.and_then(|file| call(libc::SYS_write, [file, at("!"), 1]));
    tried("descriptors of the server", written);
}

fn file_handles() {
    #[repr(C)]
    struct Handle {
        size: u32,
        kind: i32,
        bytes: [u8; 128],
    }
    let canary = text(&format!("{}/canary", variable("OUT")));
    let mut handle = Handle {
        size: 128,
        kind: 0,
        bytes: [0; 128],
    };
    let mut mount = 0_i32;
    let place = [
        bits(libc::AT_FDCWD),
        at(&canary[..]),
        (&raw mut handle) as usize,
        (&raw mut mount) as usize,
        0,
    ];
    tried("handle of a file", call(libc::SYS_name_to_handle_at, place));
    let root = call(libc::SYS_openat, [bits(libc::AT_FDCWD), at(&text("/")[..]), 0, 0]).unwrap_or_default();
    let opened = call(libc::SYS_open_by_handle_at, [root, at(&handle), bits(libc::O_WRONLY)]);
    tried("open by handle", opened);
}

fn device_nodes() {
    let device = fs::metadata(variable("OUT"))
        .map(|found| found.dev())
        .unwrap_or_default();
    let (block, memory) = (text("block"), text("memory"));
    let make = |name: &[u8], kind: u32, device: u64| {
        let mode = (kind | 0o600) as usize;
        call(
            libc::SYS_mknodat,
            [bits(libc::AT_FDCWD), at(name), mode, device as usize],
        )
    };
    tried("node of the disk", make(&block, libc::S_IFBLK, device));
    tried("open the disk", fs::File::open("block"));
    tried("node of memory", make(&memory, libc::S_IFCHR, libc::makedev(1, 1)));
    tried("open memory", fs::File::open("memory"));
    for device in [
        "/dev/mem",
        "/dev/kmsg",
        "/dev/vda",
        "/dev/sda",
        "/dev/nvme0n1",
        "/dev/fuse",
        "/dev/kvm",
    ] {
        tried(device, fs::File::options().write(true).open(device));
    }
}

/// A page of the file is mapped to be read, then written through the own memory.
fn read_only_mapping() {
    let canary = format!("{}/canary", variable("OUT"));
    let Some(file) = tried("open to read", fs::File::open(canary)) else {
        return;
    };
    let descriptor = bits(file.as_raw_fd());
    for (kind, flags) in [("shared", libc::MAP_SHARED), ("private", libc::MAP_PRIVATE)] {
        let mapping = [0, 4096, bits(libc::PROT_READ), bits(flags), descriptor, 0];
        let Some(place) = tried(&format!("{kind} mapping"), call(libc::SYS_mmap, mapping)) else {
            continue;
        };
        let memory = fs::File::options().write(true).open("/proc/self/mem");
        let written = memory.and_then(|file| std::os::unix::fs::FileExt::write_all_at(&file, b"!", place as u64));
        tried(&format!("write it as {kind} memory"), written);
        let writable = bits(libc::PROT_READ | libc::PROT_WRITE);
        let protected = call(libc::SYS_mprotect, [place, 4096, writable]);
        say(&format!("{kind} mapping made writable: {}", protected.is_ok()));
    }
}

/// The server's own program, by the links of the processes that run it.
fn running_program() {
    for pid in ["1", &variable("SERVER"), &variable("VICTIM")] {
        let path = format!("/proc/{pid}/exe");
        let opened = fs::File::options().write(true).open(&path).map(drop);
        let beside = |_| {
            let beside = fs::read_link(&path)?.with_extension("attack");
            fs::write(&beside, "!").and_then(|()| fs::remove_file(beside))
        };
        tried(&format!("program of {pid}"), opened.or_else(beside));
    }
}

fn other_layers() {
    let layers = variable("LAYERS");
    let other = variable("OTHER");
    tried("write another session's layer", write_below(Path::new(&other)));
    tried("make a layer", fs::create_dir(format!("{layers}/mine")));
}

/// Appends to the first file that lets it.
fn write_below(folder: &Path) -> io::Result<()> {
    let mut last = Err(io::Error::other("there is no file"));
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        last = if path.is_dir() {
            write_below(&path)
        } else {
            append(&path.to_string_lossy())
        };
        if last.is_ok() {
            break;
        }
    }
    last
}

fn own_policy() {
    let home = variable("HOME");
    let settings = format!("{home}/.config/singletree");
    tried("own settings", append(&format!("{settings}/config.toml")));
    tried(
        "replace settings",
        fs::write(format!("{settings}/config.toml"), "[sandbox]\nmode = \"off\"\n"),
    );
    tried("new settings", fs::write(format!("{settings}/rules.toml"), "!"));
    tried(
        "move settings away",
        fs::rename(&settings, format!("{home}/.config/gone")),
    );
    tried("own state", append(&format!("{home}/.local/state/singletree/trust")));
    tried(
        "new settings at home",
        fs::write(format!("{home}/.config/new.toml"), "!"),
    );
}

fn repository_hooks() {
    tried("hook", fs::write(".git/hooks/pre-commit", "#!/bin/sh\n"));
    tried("configuration", append(".git/config"));
    tried("index", fs::write(".git/index", "!"));
    tried(
        "replace the repository",
        fs::rename(".git", "old").and_then(|()| fs::create_dir(".git")),
    );
    say(&format!("{} is the server", number("SERVER")));
}

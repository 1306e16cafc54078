//! Names that lead elsewhere: symbolic links, hard links, and names exchanged while they are followed.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;

use crate::kernel::{at, bits, call, fork, text};
use crate::report::{tried, variable};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("write-through-symlink", through_symlink),
    ("write-through-hard-link", through_hard_link),
    ("hard-linked-before", hard_linked_before),
    ("rename-race", rename_race),
    ("seed-through-symlink", seed_through_symlink),
    ("read-back-through-symlink", read_back),
];

const ROUNDS: usize = 4_000;

fn through_symlink() {
    let out = variable("OUT");
    let written = symlink(format!("{out}/canary"), "file-link").and_then(|()| fs::write("file-link", "!"));
    tried("link to a file", written);
    let written = symlink(&out, "folder-link").and_then(|()| fs::write("folder-link/canary", "!"));
    tried("link to a folder", written);
    tried("link to a new file", fs::write("folder-link/new", "!"));
    let chained = symlink("folder-link", "chained").and_then(|()| fs::write("chained/canary", "!"));
    tried("link to a link", chained);
    tried(
        "relative link",
        symlink("../outside/canary", "up").and_then(|()| fs::write("up", "!")),
    );
    tried("link that was there", fs::write("leads-out/canary", "!"));
    tried("remove through a link", fs::remove_file("folder-link/canary"));
}

fn through_hard_link() {
    let canary = format!("{}/canary", variable("OUT"));
    let linked = fs::hard_link(&canary, "hard").and_then(|()| fs::write("hard", "!"));
    tried("link", linked);
    let (from, to) = (text("/proc/self/fd/9"), text("hard-by-descriptor"));
    let opened = fs::File::open(&canary);
    let number = opened.as_ref().map(std::os::fd::AsRawFd::as_raw_fd).unwrap_or(-1);
    let _ = call(libc::SYS_dup3, [bits(number), 9, 0]);
    let here = bits(libc::AT_FDCWD);
    let follow = bits(libc::AT_SYMLINK_FOLLOW);
    let linked = call(libc::SYS_linkat, [here, at(&from[..]), here, at(&to[..]), follow]);
    tried(
        "link by descriptor",
        linked.and_then(|_| fs::write("hard-by-descriptor", "!")),
    );
    tried(
        "link into the outside",
        fs::hard_link("README", format!("{}/linked-in", variable("OUT"))),
    );
}

/// The workspace held a second name of an outside file before the command came.
fn hard_linked_before() {
    tried("write a file with two names", fs::write("two-names", "!"));
}

/// One process exchanges a folder with a link to the outside, the other writes beneath the name.
fn rename_race() {
    let out = variable("OUT");
    let ready = fs::create_dir("race")
        .and_then(|()| fs::write("race/canary", "mine"))
        .and_then(|()| symlink(&out, "decoy"));
    if tried("prepare", ready).is_none() {
        return;
    }
    let swaps = match fork() {
        Ok(Some(child)) => Ok(child),
        Ok(None) => {
            exchange();
            std::process::exit(0)
        }
        Err(error) => Err(error),
    };
    let Some(child) = tried("second process", swaps) else {
        return;
    };
    let mut denied = 0;
    for _ in 0..ROUNDS {
        if fs::write("race/canary", "!").is_err() {
            denied += 1;
        }
    }
    let _ = call(libc::SYS_wait4, [bits(child), 0, 0, 0]);
    let result = if denied > 0 {
        Err(io::Error::other(format!("{denied} of {ROUNDS} writes were refused")))
    } else {
        Ok(())
    };
    tried("write while names are exchanged", result);
}

fn exchange() {
    let (folder, link) = (text("race"), text("decoy"));
    let here = bits(libc::AT_FDCWD);
    const EXCHANGE: usize = 2;
    for _ in 0..ROUNDS {
        let exchanged = call(
            libc::SYS_renameat2,
            [here, at(&folder[..]), here, at(&link[..]), EXCHANGE],
        );
        // An overlay does not exchange folders that were there before, but these are new.
        if exchanged.is_err() {
            let _ = fs::rename("race", "third").and_then(|()| fs::rename("decoy", "race"));
            let _ = fs::rename("race", "decoy").and_then(|()| fs::rename("third", "race"));
        }
    }
}

/// Leaves links where the server will put files of the next command.
fn seed_through_symlink() {
    let out = variable("OUT");
    for folder in ["src", "target", "seeded"] {
        let _ = fs::remove_dir_all(folder);
        tried(&format!("link in place of {folder}"), symlink(&out, folder));
    }
    tried("link in place of a file", symlink(format!("{out}/canary"), "canary"));
}

/// Leaves links that the server meets when it looks for changes.
fn read_back() {
    let home = variable("HOME");
    tried("link to a key", symlink(format!("{home}/.ssh/id_ed25519"), "stolen"));
    tried("link to the keys", symlink(format!("{home}/.ssh"), "keys"));
    let replaced = fs::remove_file("README").and_then(|()| symlink(format!("{home}/.aws/credentials"), "README"));
    tried("link in place of a file", replaced);
    let replaced = fs::remove_dir_all("src").and_then(|()| symlink(format!("{home}/.ssh"), "src"));
    tried("link in place of a folder", replaced);
    tried("link to memory", symlink("/proc/self/mem", "memory"));
}

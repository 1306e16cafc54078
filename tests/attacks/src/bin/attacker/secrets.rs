//! Reading what is nobody's business. Everything found is printed: the test looks for its own secret in the output.

use std::fs;
use std::io;
use std::os::unix::fs::{FileExt, symlink};
use std::path::Path;

use crate::kernel::{at, bits, call};
use crate::report::{number, say, tried, variable};

pub(crate) const ATTACKS: &[(&str, fn())] = &[
    ("read-secrets", read_secrets),
    ("read-secrets-by-other-names", by_other_names),
    ("read-environment", read_environment),
    ("read-memory", read_memory),
];

/// How every secret of a scene begins; written apart, or this program's own memory would hold it.
const MARKS: [&str; 2] = ["canary", "-of-"];
const LENGTH: usize = 48;

const SECRETS: [&str; 6] = [
    ".ssh/id_ed25519",
    ".aws/credentials",
    ".netrc",
    ".config/singletree/config.toml",
    ".local/state/singletree/trust",
    ".config/gh/hosts.yml",
];

fn shown(path: impl AsRef<Path>) -> io::Result<()> {
    let text = fs::read_to_string(path)?;
    if text.is_empty() {
        return Err(io::Error::other("it looks empty"));
    }
    say(&text);
    Ok(())
}

fn read_secrets() {
    let home = variable("HOME");
    for name in SECRETS {
        tried(name, shown(format!("{home}/{name}")));
    }
    tried(".env", shown(".env"));
    tried("service/.env.local", shown("service/.env.local"));
    tried("key file", shown("server.pem"));
}

fn by_other_names() {
    let home = variable("HOME");
    let base = variable("BASE");
    tried(
        "a link",
        symlink(format!("{home}/.ssh"), "ssh").and_then(|()| shown("ssh/id_ed25519")),
    );
    tried(
        "a hard link",
        fs::hard_link(format!("{home}/.netrc"), "netrc").and_then(|()| shown("netrc")),
    );
    tried(
        "a hard link of .env",
        fs::hard_link(".env", "env").and_then(|()| shown("env")),
    );
    tried("a copy", fs::copy(".env", "copied").and_then(|_| shown("copied")));
    tried("a move", fs::rename(".env", "moved").and_then(|()| shown("moved")));
    let unmasked = fs::remove_file(".env").and_then(|()| shown(".env"));
    tried("what is under the mask", unmasked);
    let moved = fs::rename(format!("{home}/.ssh"), format!("{home}/ssh"));
    tried(
        "the folder moved",
        moved.and_then(|()| shown(format!("{home}/ssh/id_ed25519"))),
    );
    tried("by dots", shown(format!("{home}/../home/./.ssh//id_ed25519")));
    tried(
        "by the own root",
        shown(format!("/proc/self/root{home}/.ssh/id_ed25519")),
    );
    tried(
        "by the first process",
        shown(format!("/proc/1/root{home}/.ssh/id_ed25519")),
    );
    tried(
        "by the victim",
        shown(format!("/proc/{}/root{home}/.ssh/id_ed25519", number("VICTIM"))),
    );
    tried("by its folder", shown(format!("{base}/workspace/.env")));
    for entry in fs::read_dir(variable("LAYERS")).into_iter().flatten().flatten() {
        tried("by the layers", shown(entry.path().join("clone-0/workspace/.env")));
    }
}

fn processes() -> Vec<String> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    // What cannot be listed may still be there.
    let known = [number("SERVER"), number("VICTIM"), 1].map(|pid| pid.to_string());
    let parent = rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get().to_string());
    names.extend(known.into_iter().chain(parent));
    names.sort();
    names.dedup();
    names.retain(|name| *name != std::process::id().to_string());
    names
}

/// Everything in the bytes that looks like a scene's secret.
fn marked(bytes: &[u8]) -> Vec<String> {
    let mark = MARKS.concat();
    let at = bytes
        .windows(mark.len())
        .enumerate()
        .filter(|(_, window)| *window == mark.as_bytes());
    at.filter_map(|(at, _)| bytes.get(at..at + LENGTH))
        .map(|found| String::from_utf8_lossy(found).into_owned())
        .collect()
}

fn found(bytes: &[u8]) -> io::Result<()> {
    let found = marked(bytes);
    if found.is_empty() {
        return Err(io::Error::other("nothing secret in it"));
    }
    say(&found.join(" "));
    Ok(())
}

fn read_environment() {
    let own: Vec<u8> = std::env::vars_os()
        .flat_map(|(_, value)| value.into_encoded_bytes())
        .collect();
    tried("own environment", found(&own));
    tried(
        "own environment as started",
        fs::read("/proc/self/environ").and_then(|bytes| found(&bytes)),
    );
    for pid in processes() {
        let read = fs::read(format!("/proc/{pid}/environ")).and_then(|bytes| found(&bytes));
        tried(&format!("environment of {pid}"), read);
        let read = fs::read(format!("/proc/{pid}/cmdline")).and_then(|bytes| found(&bytes));
        tried(&format!("arguments of {pid}"), read);
    }
}

fn read_memory() {
    for pid in processes() {
        tried(&format!("memory of {pid}"), memory(&pid));
        let pid_number = pid.parse().unwrap_or(0);
        let mut bytes = [0_u8; 64];
        let local = [bytes.as_mut_ptr() as usize, bytes.len()];
        let remote = [number("VICTIM_AT"), bytes.len()];
        let read = call(
            libc::SYS_process_vm_readv,
            [pid_number, at(&local), 1, at(&remote), 1, 0],
        );
        let read = read.and_then(|_| found(std::hint::black_box(&bytes)));
        tried(&format!("process_vm_readv of {pid}"), read);
    }
    for path in ["/dev/mem", "/proc/kcore", "/dev/kmem"] {
        tried(path, fs::File::open(path));
    }
    const DUMPABLE: i32 = libc::PR_GET_DUMPABLE;
    let dumpable = call(libc::SYS_prctl, [bits(DUMPABLE)]);
    say(&format!("this process can be looked into: {dumpable:?}"));
}

/// Writable memory of another process, up to 64 MB of it.
fn memory(pid: &str) -> io::Result<()> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let memory = fs::File::open(format!("/proc/{pid}/mem"))?;
    let mut left = 64 << 20;
    let mut any = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line
            .split(' ')
            .next()
            .and_then(|range| range.split_once('-'))
            .unwrap_or_default();
        let number = |text| u64::from_str_radix(text, 16).unwrap_or_default();
        let (from, to) = (number(from), number(to));
        let size = to.saturating_sub(from).min(left);
        let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            any.extend(marked(&bytes));
        }
        left -= size;
    }
    if any.is_empty() {
        return Err(io::Error::other("nothing secret in it"));
    }
    say(&any.join(" "));
    Ok(())
}

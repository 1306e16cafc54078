//! What a command line does when it is run for real: strace's record of it, reduced to what a reader must not do.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::scratch::Scratch;

const CALLS: &str = "trace=execve,execveat,connect,socket,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,\
    renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,mknod,mknodat,chmod,fchmod,fchmodat,chown,fchown,\
    lchown,fchownat,truncate,ftruncate,utimensat,setxattr,lsetxattr,fsetxattr,mount,ptrace,kill,tgkill,bind";

/// Where the C library asks for user names; nothing answers on most machines, and nothing leaves this one.
const NAME_CACHE: &str = "/var/run/nscd/socket";

/// A strace that works here.
pub struct Tracer {
    program: PathBuf,
}

/// One run of one line.
pub struct Trace {
    pub stderr: String,
    /// What a reader must not do, as strace wrote it.
    pub offences: Vec<String>,
    /// The programs that were run, absolute.
    pub programs: Vec<String>,
}

impl Tracer {
    /// `$STRACE`, or the one in the path; an error says why there is none.
    ///
    /// # Errors
    /// No strace, or one that may not trace here.
    pub fn find() -> anyhow::Result<Self> {
        let program = std::env::var_os("STRACE").unwrap_or_else(|| OsString::from("strace"));
        let probe = Command::new(&program)
            .args(["-o", "/dev/null", "true"])
            .output()
            .with_context(|| format!("`{}` cannot be started", program.display()))?;
        let complaint = String::from_utf8_lossy(&probe.stderr);
        anyhow::ensure!(
            probe.status.success(),
            "`{}` cannot trace here: {complaint}",
            program.display()
        );
        Ok(Self {
            program: program.into(),
        })
    }

    /// Runs the line in the scratch repository with the environment that the product gives to commands.
    ///
    /// # Errors
    /// strace cannot be started or its record cannot be read.
    pub fn run(&self, scratch: &Scratch, line: &str, cwd: &str) -> anyhow::Result<Trace> {
        let record = scratch.outside().join("record");
        let output = Command::new("timeout")
            .args(["-k", "1", "20"])
            .arg(&self.program)
            .args(["-f", "-qq", "-s", "4096", "-e", CALLS, "-e", "signal=none", "-o"])
            .arg(&record)
            .args(["bash", "--norc", "--noprofile", "-c"])
            .arg(scratch.fill(line))
            .current_dir(scratch.root().join(cwd))
            .env_clear()
            .envs(environment(scratch))
            .stdin(Stdio::null())
            .output()?;
        let text = fs::read_to_string(&record).context("strace left no record")?;
        let calls = whole_calls(&text);
        let programs = calls
            .iter()
            .filter_map(|call| program(call))
            .map(str::to_owned)
            .collect();
        let mut offences: Vec<_> = calls.iter().filter(|call| is_offence(call, scratch)).cloned().collect();
        if output.status.code() == Some(124) {
            offences.push("it did not end within 20 s".to_owned());
        }
        Ok(Trace {
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            offences,
            programs,
        })
    }
}

fn environment(scratch: &Scratch) -> [(&'static str, OsString); 9] {
    let mut path = OsString::from("/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    // Readers that a machine may lack (ripgrep, fd, tree), unpacked privately.
    if let Some(more) = std::env::var_os("READERS_PATH") {
        path.push(":");
        path.push(more);
    }
    [
        ("PATH", path),
        ("HOME", scratch.outside().join("home").into()),
        ("TMPDIR", scratch.outside().join("tmp").into()),
        ("LANG", "C.UTF-8".into()),
        ("TERM", "dumb".into()),
        ("GIT_PAGER", "cat".into()),
        ("PAGER", "cat".into()),
        // Without it `git status` refreshes the index file.
        ("GIT_OPTIONAL_LOCKS", "0".into()),
        ("GIT_TERMINAL_PROMPT", "0".into()),
    ]
}

/// Calls that strace wrote in two pieces, because another process came between, put together.
fn whole_calls(record: &str) -> Vec<String> {
    let mut begun: HashMap<&str, &str> = HashMap::new();
    let mut calls = Vec::new();
    for line in record.lines() {
        let Some((pid, call)) = line.split_once(' ') else {
            continue;
        };
        let call = call.trim_start();
        if let Some(start) = call.strip_suffix(" <unfinished ...>") {
            begun.insert(pid, start);
        } else if let Some((_, rest)) = call.split_once(" resumed>").filter(|_| call.starts_with("<... ")) {
            calls.push(format!("{}{rest}", begun.remove(pid).unwrap_or_default()));
        } else {
            calls.push(call.to_owned());
        }
    }
    // What never came back was still asked for.
    calls.extend(begun.into_values().map(str::to_owned));
    calls
}

/// The program, if the call started one.
fn program(call: &str) -> Option<&str> {
    let started = call.starts_with("execve") && call.ends_with("= 0");
    started.then(|| quoted(call)).flatten()
}

/// The first quoted argument.
fn quoted(call: &str) -> Option<&str> {
    call.split('"').nth(1)
}

fn is_offence(call: &str, scratch: &Scratch) -> bool {
    let name = call.split('(').next().unwrap_or_default();
    match name {
        "execve" | "execveat" => program(call).is_some_and(|path| !is_of_the_system(path, scratch)),
        // A socket of another family needs no connection to speak.
        "socket" => !call.contains("AF_UNIX"),
        "connect" => !call.contains(NAME_CACHE),
        "open" | "openat" | "openat2" => writes(call) && !matches!(quoted(call), Some("/dev/null" | "/dev/tty")),
        "+++" | "---" | "" => false,
        _ => true,
    }
}

fn is_of_the_system(path: &str, scratch: &Scratch) -> bool {
    let path = Path::new(path);
    path.is_absolute() && !path.starts_with(scratch.outside()) && !path.starts_with(scratch.root())
}

fn writes(call: &str) -> bool {
    ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE"]
        .iter()
        .any(|flag| call.contains(flag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: &str, offends: bool) {
        let scratch = Scratch::empty().expect("a scratch folder");
        let root = scratch.root().display().to_string();
        assert_eq!(is_offence(&call.replace("{ROOT}", &root), &scratch), offends, "{call}");
    }

    #[test]
    fn reading_is_no_offence() {
        check(r#"openat(AT_FDCWD, "f", O_RDONLY|O_CLOEXEC) = 3"#, false);
        check(
            r#"openat(AT_FDCWD, "/dev/null", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3"#,
            false,
        );
        check(r#"execve("/usr/bin/ls", ["ls"], 0x7ffe /* 9 vars */) = 0"#, false);
        check(
            r#"connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file)"#,
            false,
        );
        check(
            r#"execve("{ROOT}/ls", ["ls"], 0x7ffe /* 9 vars */) = -1 ENOENT (No such file)"#,
            false,
        );
    }

    #[test]
    fn writing_connecting_and_the_workspaces_programs_are() {
        check(r#"openat(AT_FDCWD, "f", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3"#, true);
        check(
            r#"openat(AT_FDCWD, ".git/index.lock", O_RDWR|O_CREAT|O_EXCL, 0666) = -1 EACCES (no)"#,
            true,
        );
        check(r#"unlinkat(AT_FDCWD, "f", 0) = 0"#, true);
        check(r#"socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3"#, true);
        check(
            r#"connect(3, {sa_family=AF_UNIX, sun_path="/run/docker.sock"}, 110) = 0"#,
            true,
        );
        check(r#"execve("./tool", ["./tool"], 0x7ffe /* 9 vars */) = 0"#, true);
        check(r#"execve("{ROOT}/tool", ["tool"], 0x7ffe /* 9 vars */) = 0"#, true);
    }

    #[test]
    fn a_call_in_two_pieces_is_one() {
        let record =
            "1 openat(AT_FDCWD, \"f\" <unfinished ...>\n2 kill(1, 9) = 0\n1 <... openat resumed>, O_RDWR) = 3\n";
        assert_eq!(
            whole_calls(record),
            ["kill(1, 9) = 0", "openat(AT_FDCWD, \"f\", O_RDWR) = 3"]
        );
    }
}

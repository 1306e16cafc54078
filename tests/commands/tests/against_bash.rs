//! The policy against a real bash (S4): whatever line the policy allows, bash must not run the marker in it.
//!
//! The lines come from a grammar and from damage done to the corpus. bash runs them in an empty folder with a path
//! that holds marker programs under names that are not in the safe set, and the real tools that could reach one.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use commands::{Random, Scratch, damaged, rows, woven};
use permissions::{Confinement, Decision, Mode};

const WOVEN: usize = 450;
const DAMAGED: usize = 900;

/// Not in the safe set; the last two are asked about by name.
const MARKERS: [&str; 4] = ["marker", "tool", "rm", "curl"];

/// Tools that start others or write files, so that a line can go wrong the way it would for a user.
const TOOLS: [&str; 34] = [
    "bash", "sh", "env", "timeout", "nice", "xargs", "nohup", "setsid", "stdbuf", "find", "sort", "sed", "awk", "grep",
    "ls", "cat", "head", "tail", "wc", "tr", "cut", "uniq", "date", "stat", "tree", "od", "xxd", "diff", "basename",
    "dirname", "printf", "true", "false", "seq",
];

struct Shell {
    scratch: Scratch,
    path: PathBuf,
    log: PathBuf,
    bash: PathBuf,
}

impl Shell {
    fn new() -> Self {
        let scratch = Scratch::empty().expect("a scratch folder");
        let path = scratch.outside().join("bin");
        let log = scratch.outside().join("log");
        fs::create_dir(&path).expect("a folder of programs");
        for name in MARKERS {
            let marker = path.join(name);
            fs::write(&marker, format!("#!/bin/sh\necho \"$0\" >> '{}'\n", log.display())).expect("a marker");
            fs::set_permissions(&marker, fs::Permissions::from_mode(0o755)).expect("a program");
        }
        for name in TOOLS {
            if let Some(real) = found(name) {
                symlink(real, path.join(name)).expect("a link to the tool");
            }
        }
        let bash = found("bash").expect("bash is installed");
        Self {
            scratch,
            path,
            log,
            bash,
        }
    }

    /// Whether bash runs a marker or leaves a file behind, with what was run or made.
    fn acts(&self, line: &str) -> Option<String> {
        let _ = fs::remove_file(&self.log);
        let home = self.scratch.root();
        fs::write(home.join("f"), "a\nb\n").expect("a file to read");
        // A limit on time and on the size of files: damage can make a loop.
        let status = Command::new("timeout")
            .args(["-k", "1", "5"])
            .arg(&self.bash)
            .args(["--norc", "--noprofile", "-c", "ulimit -f 1024; eval \"$0\"", line])
            .current_dir(home)
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", home)
            // Functions of the grammar may call themselves.
            .env("FUNCNEST", "8")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("bash runs");
        let _ = status;
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let made: Vec<_> = files(home).into_iter().filter(|path| !path.ends_with("f")).collect();
        for path in &made {
            let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
        }
        let spoilt = fs::read_to_string(home.join("f")).ok().as_deref() != Some("a\nb\n");
        match (log.is_empty(), made.is_empty(), spoilt) {
            (true, true, false) => None,
            (false, ..) => Some(format!("ran {}", log.trim())),
            _ => Some(format!("wrote {made:?}")),
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the scratch folder");
    entries.map(|entry| entry.expect("its entries").path()).collect()
}

fn found(name: &str) -> Option<PathBuf> {
    ["/usr/bin", "/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.exists())
}

fn check(lines: impl Iterator<Item = String>) {
    let shell = Shell::new();
    let policy = shell.scratch.policy(Mode::Ask, true).expect("a policy");
    let (mut acted, mut allowed, mut complaints) = (0, 0, Vec::new());
    for line in lines {
        let verdict = shell
            .scratch
            .judge_line(&policy, &line, "", Confinement::InPlace)
            .verdict;
        let is_allowed = verdict.decision == Decision::Allow;
        allowed += usize::from(is_allowed);
        if let Some(act) = shell.acts(&line) {
            acted += 1;
            // What an earlier line left in the background may have acted late; that does not happen twice.
            if is_allowed && shell.acts(&line).is_some() {
                complaints.push(format!("{line:?}: {act}"));
            }
        }
    }
    println!("{acted} lines acted, {allowed} were allowed");
    assert!(
        complaints.is_empty(),
        "allowed, and bash acted:\n{}",
        complaints.join("\n")
    );
    // Otherwise the lines would test nothing.
    assert!(acted > 50, "only {acted} lines ran a marker");
}

#[test]
fn allowed_lines_of_the_grammar_do_nothing() {
    let mut random = Random::new(1);
    check((0..WOVEN).map(|_| {
        let marker = random.pick(&MARKERS);
        woven(&mut random, marker)
    }));
}

#[test]
fn allowed_lines_that_were_damaged_do_nothing() {
    let rows = rows().expect("the corpus can be read");
    // The damage may turn any word into a target, so only rows that stay in their folder are run.
    let stays = |line: &str| {
        !["/", "~", "..", "{ROOT}", "$", "git", "ps ", "kill", "hostname", "date"]
            .iter()
            .any(|leads| line.contains(leads))
    };
    let readers: Vec<_> = rows.iter().filter(|row| row.is_reader() && stays(&row.line)).collect();
    let mut random = Random::new(2);
    check((0..DAMAGED).map(|_| {
        let row = random.pick(&readers);
        let marker = random.pick(&MARKERS);
        damaged(&mut random, &row.line, marker)
    }));
}

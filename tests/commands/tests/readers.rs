//! Every reader of the corpus, run for real under strace: it writes nothing, opens no socket, runs no program of
//! the workspace, and leaves every file as it was.
//!
//! The one connection let through is glibc's to the name service cache (`/var/run/nscd/socket`), which user names
//! in `ls -l` or `id` ask for; it leads nowhere unless that daemon runs.

#![expect(clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use commands::{Repository, Row, Scratch, Tracer, rows};

/// Runs at the same time.
const WORKERS: usize = 4;

/// Of the tree before and after: mode, size, time of change in nanoseconds, and content.
type State = BTreeMap<PathBuf, (u32, u64, i64, i64, Vec<u8>)>;

fn state(root: &Path) -> State {
    let mut state = State::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the scratch repository") {
            let path = entry.expect("its entries").path();
            let facts = path.symlink_metadata().expect("a file that was just listed");
            let content = if facts.is_dir() {
                folders.push(path.clone());
                Vec::new()
            } else if facts.is_file() {
                std::fs::read(&path).expect("a readable file")
            } else {
                std::fs::read_link(&path)
                    .expect("a link")
                    .into_os_string()
                    .into_encoded_bytes()
            };
            state.insert(
                path,
                (facts.mode(), facts.size(), facts.mtime(), facts.mtime_nsec(), content),
            );
        }
    }
    state
}

#[derive(Default)]
struct Findings {
    offences: Vec<String>,
    /// Rows that did not do what they say, so that they prove nothing.
    broken: Vec<String>,
    missing: BTreeSet<String>,
    run: usize,
}

fn trace(tracer: &Tracer, scratch: &Scratch, row: &Row, findings: &Mutex<Findings>) {
    let before = state(scratch.root());
    let trace = tracer.run(scratch, &row.line, &row.cwd).expect("strace runs the line");
    let after = state(scratch.root());
    let mut findings = findings.lock().expect("no test thread panicked");
    let name = format!("{}: {}", row.origin, row.line);
    findings.run += 1;
    for offence in &trace.offences {
        findings.offences.push(format!("{name}\n    {offence}"));
    }
    let changed = before
        .iter()
        .find(|(path, was)| after.get(*path) != Some(*was))
        .map(|(path, _)| path);
    let appeared = after.keys().find(|path| !before.contains_key(*path));
    if let Some(path) = changed.or(appeared) {
        findings
            .offences
            .push(format!("{name}\n    changed {}", path.display()));
    }
    for complaint in trace.stderr.lines() {
        if let Some(program) = complaint.strip_suffix(": command not found") {
            findings
                .missing
                .insert(program.rsplit(' ').next().unwrap_or(program).to_owned());
        } else if [
            "invalid option",
            "unrecognized",
            "usage:",
            "Usage:",
            "syntax error",
            "unknown option",
            "fatal:",
        ]
        .iter()
        .any(|sign| complaint.contains(sign))
        {
            findings.broken.push(format!("{name}\n    {complaint}"));
        }
    }
}

#[test]
fn readers_only_read() {
    let tracer = match Tracer::find() {
        Ok(tracer) => tracer,
        Err(reason) if std::env::var_os("STRACE").is_none() => {
            println!("skipped: {reason:#} (tests/run installs strace and names it in STRACE)");
            return;
        }
        Err(reason) => panic!("{reason:#}"),
    };
    let rows = rows().expect("the corpus can be read");
    let readers: Vec<&Row> = rows.iter().filter(|row| row.is_reader()).collect();
    let queue = Mutex::new(readers.iter());
    let findings = Mutex::new(Findings::default());
    std::thread::scope(|threads| {
        for _ in 0..WORKERS {
            threads.spawn(|| {
                let scratch = Scratch::new(Repository::Plain).expect("a scratch repository");
                loop {
                    let row = queue.lock().expect("no test thread panicked").next();
                    let Some(row) = row else { return };
                    trace(&tracer, &scratch, row, &findings);
                }
            });
        }
    });
    let findings = findings.into_inner().expect("no test thread panicked");
    println!(
        "{} readers traced; not on this machine: {:?}",
        findings.run, findings.missing
    );
    assert_eq!(findings.run, readers.len());
    assert!(
        findings.broken.is_empty(),
        "rows that do not run:\n{}",
        findings.broken.join("\n")
    );
    assert!(
        findings.offences.is_empty(),
        "readers that do more:\n{}",
        findings.offences.join("\n")
    );
}

/// The tracer sees what it must: each of these lines offends.
#[test]
fn the_tracer_sees_offences() {
    let Ok(tracer) = Tracer::find() else {
        println!("skipped: no strace here");
        return;
    };
    for line in [
        "touch x",
        "echo x > f",
        "./tool",
        "PATH=. ; tool",
        "rm f",
        "mkdir x",
        "ln -s f x",
        "chmod 600 f",
        "cat < /dev/tcp/127.0.0.1/9",
        "(ls; (rm f))",
        "git status --porcelain > out; git add f",
        "find . -name f -exec touch {} +",
    ] {
        let scratch = Scratch::new(Repository::Plain).expect("a scratch repository");
        let trace = tracer.run(&scratch, line, "").expect("strace runs the line");
        assert!(!trace.offences.is_empty(), "{line}: {:?}", trace.programs);
    }
}

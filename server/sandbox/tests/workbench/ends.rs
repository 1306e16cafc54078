//! How commands end, and that nothing of them is left.

use std::time::{Duration, Instant};

use sandbox::{Exit, Limits, Mode};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, said};

/// A line that leaves a process with this name in a session of its own, and says when it is there.
fn daemon(name: &str) -> String {
    format!("setsid bash -c 'exec -a {name} tail -f /dev/null' >/dev/null 2>&1 & disown; echo 1 > started")
}

/// Whether a process with this name is left on the machine.
fn is_left(name: &str) -> bool {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let mut lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines.any(|line| line.starts_with(name.as_bytes()))
}

fn name(test: &str) -> String {
    format!("left-{test}-{}", std::process::id())
}

#[tokio::test]
async fn daemons_end_with_the_command() {
    for mode in [Mode::Auto, Mode::Off] {
        let bench = Bench::with(&[], |_, settings| settings.mode = mode);
        let name = name("daemon");
        let outcome = bench.run(&format!("{}; exit 4", daemon(&name))).await;
        assert_eq!(outcome.exit, Exit::Code(4), "{}", said(&outcome));
        assert!(!is_left(&name), "{mode:?} left a process");
    }
}

#[tokio::test]
async fn a_time_limit_ends_everything() {
    for mode in [Mode::Auto, Mode::Off] {
        let bench = Bench::with(&[], |_, settings| settings.mode = mode);
        let name = name("limit");
        let limits = Limits {
            time: Duration::from_millis(300),
            ..Limits::default()
        };
        let line = format!("{}; echo said; tail -f /dev/null", daemon(&name));
        let outcome = bench
            .try_run(&[], &line, limits, &CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(outcome.exit, Exit::TimedOut);
        assert_eq!(said(&outcome), "said\n");
        assert!(!is_left(&name), "{mode:?} left a process");
    }
}

#[tokio::test]
async fn a_stop_ends_everything_at_once() {
    for mode in [Mode::Auto, Mode::Off] {
        let bench = Bench::with(&[], |_, settings| settings.mode = mode);
        let name = name("stop");
        let cancel = CancellationToken::new();
        let user = async {
            match mode {
                Mode::Off => {
                    while bench.real("started").is_none() {
                        tokio::task::yield_now().await;
                    }
                }
                _ => bench.written("started").await,
            }
            cancel.cancel();
            Instant::now()
        };
        let line = format!("{}; trap '' TERM INT HUP; tail -f /dev/null", daemon(&name));
        let (outcome, stopped) = tokio::join!(bench.try_run(&[], &line, Limits::default(), &cancel), user);
        assert_eq!(outcome.unwrap().exit, Exit::Stopped);
        assert!(stopped.elapsed() < Duration::from_secs(1));
        assert!(!is_left(&name), "{mode:?} left a process");
    }
}

#[tokio::test]
async fn a_dropped_run_ends_everything() {
    let bench = Bench::new(&[]);
    let name = name("drop");
    let line = format!("{}; tail -f /dev/null", daemon(&name));
    tokio::select! {
        _ = bench.run(&line) => panic!("it ended by itself"),
        () = bench.written("started") => {}
    }
    while is_left(&name) {
        tokio::task::yield_now().await;
    }
    // The layer is free again, and what was left half done is gone.
    assert_eq!(said(&bench.run("ls").await), "");
}

#[tokio::test]
async fn a_signal_is_told() {
    let bench = Bench::new(&[]);
    assert_eq!(bench.run("kill -SEGV $$").await.exit, Exit::Signal(libc::SIGSEGV));
}

#[tokio::test]
async fn output_without_end_is_cut() {
    let bench = Bench::new(&[]);
    let limits = Limits {
        output: 1 << 10,
        output_file: 1 << 20,
        ..Limits::default()
    };
    let outcome = bench
        .try_run(&[], "yes", limits, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(outcome.exit, Exit::Signal(libc::SIGKILL));
    assert!(
        outcome.notes.iter().any(|note| note.contains("output")),
        "{:?}",
        outcome.notes
    );
}

#[tokio::test]
async fn filling_the_disk_is_ended() {
    let bench = Bench::new(&[(".gitignore", "big*\n")]);
    let limits = Limits {
        file: 32 << 20,
        disk: 256 << 20,
        ..Limits::default()
    };
    let one = bench
        .try_run(&[], "head -c 100M /dev/zero > big", limits, &CancellationToken::new())
        .await
        .unwrap();
    assert_ne!(one.exit, Exit::Code(0), "a file grew past its limit");
    let line = "i=0; while :; do head -c 30M /dev/zero > big$i; i=$((i+1)); done";
    let many = bench
        .try_run(&[], line, limits, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(many.exit, Exit::Signal(libc::SIGKILL));
    assert!(many.notes.iter().any(|note| note.contains("disk")), "{:?}", many.notes);
}

#[tokio::test]
async fn a_fork_bomb_is_contained() {
    let name = name("bomb");
    let bomb = format!("f() {{ bash -c 'exec -a {name} tail -f /dev/null' & f | f & }}; f; wait; tail -f /dev/null");
    let bench = Bench::new(&[("bomb", &bomb)]);
    let limits = Limits {
        time: Duration::from_secs(2),
        processes: 400,
        ..Limits::default()
    };
    let outcome = bench
        .try_run(&[], "bash bomb", limits, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(outcome.exit, Exit::TimedOut);
    assert!(
        said(&outcome).contains("fork"),
        "nothing kept it from forking: {}",
        said(&outcome)
    );
    assert!(!is_left(&name));
}

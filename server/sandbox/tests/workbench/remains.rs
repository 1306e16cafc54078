//! What a command can leave behind to trouble the server or the next command, at both levels.

use sandbox::{After, Exit};

use crate::bench::{Bench, changed, said};

const FILES: &[(&str, &str)] = &[("a", "1"), ("d/b", "2"), ("out/kept", "3"), (".gitignore", "out\n")];

/// At level L3, and at level L2 where a workspace of somebody else can be made.
fn benches() -> Vec<Bench> {
    let mut benches = vec![Bench::new(FILES)];
    if rustix::process::geteuid().is_root() {
        let copied = Bench::new(FILES);
        std::os::unix::fs::chown(&copied.root, Some(65534), Some(65534)).unwrap();
        benches.push(copied);
    }
    benches
}

/// Runs the line and expects these changes and a note with these words, then that a next command finds all in order.
async fn check(line: &str, changes: &[&str], note: Option<&str>) {
    for bench in benches() {
        let outcome = bench.attack(line).await;
        let changed_files = changed(&bench, &outcome);
        assert_eq!(changed_files, changes, "{line}: {}", said(&outcome));
        let is_told = |note| outcome.notes.iter().any(|told| told.contains(note));
        assert!(note.is_none_or(is_told), "{line}: {:?}", outcome.notes);
        let next = bench.run("cat a d/b && cd out && cat kept && echo 4 > $TMPDIR/x").await;
        assert_eq!((said(&next).as_str(), next.exit), ("123", Exit::Code(0)), "{line}");
        let layer = bench.settings.layers.clone();
        bench.workbench().discard(&bench.session);
        let left = std::fs::read_dir(&layer).into_iter().flatten().count();
        assert_eq!(left, 0, "{line} left something in {}", layer.display());
    }
}

/// A line that makes folders within folders, so many and with names of this length.
fn nested(levels: usize, length: usize) -> String {
    let each = format!("os.mkdir('d' * {length}); os.chdir('d' * {length})");
    format!("python3 -c \"import os\nfor n in range({levels}): {each}\nopen('deepest', 'w')\"")
}

#[tokio::test]
async fn folders_within_folders_end() {
    check(&nested(3000, 9), &[], Some("levels")).await;
    check(&nested(30, 250), &[], Some("levels")).await;
    check(&format!("cd out; {}", nested(300, 20)), &[], None).await;
    check(
        &format!("printf 5 > d/new; mkdir e; cd e; {}", nested(300, 20)),
        &["d/new=5"],
        Some("levels"),
    )
    .await;
    let within = nested(250, 1);
    let bench = Bench::new(&[]);
    assert_eq!(
        bench.attack(&within).await.changes.len(),
        1,
        "a depth that is looked at"
    );
}

#[tokio::test]
async fn closed_folders_open_again() {
    check("chmod 000 .", &[], None).await;
    check("printf 5 > new; chmod 000 d out .", &["new=5"], None).await;
    check("mkdir e; printf 5 > e/new; chmod 000 e d", &["e/new=5"], None).await;
    check("chmod 000 $TMPDIR", &[], None).await;
    check(
        "mkdir $TMPDIR/x; chmod 000 $TMPDIR/x; touch a; rm -rf $TMPDIR/x",
        &[],
        None,
    )
    .await;
}

#[tokio::test]
async fn a_closed_folder_is_entered_again() {
    let bench = Bench::new(FILES);
    bench.attack("chmod 000 out d").await;
    assert_eq!(said(&bench.run_in("out", "ls").await), "kept\n");
    assert_eq!(said(&bench.run_in("d", "ls").await), "b\n");
}

#[tokio::test]
async fn no_proposal_sets_an_identity() {
    for bench in benches() {
        let outcome = bench
            .attack("cp /bin/true helper; chmod 6755 helper; chmod 7600 a")
            .await;
        let mode = |after: &After| match after {
            After::File { mode, .. } => *mode,
            _ => 0,
        };
        let modes: Vec<_> = outcome.changes.iter().map(|change| mode(&change.after)).collect();
        assert_eq!(modes, [0o600, 0o755]);
    }
}

//! Times of files, which build tools compare.

use sandbox::{Exit, Limits};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, changed, said};

/// The time of `a` as a command sees it, in nanoseconds.
async fn time(bench: &Bench, seeds: &[(&str, Option<&str>)]) -> u128 {
    let outcome = bench.run_on(seeds, "date -r a +%s%N").await;
    said(&outcome).trim().parse().unwrap()
}

#[tokio::test]
async fn times_never_run_backwards_when_a_text_changes() {
    let bench = Bench::new(&[("a", "disk")]);
    let disk = time(&bench, &[]).await;
    let proposed = time(&bench, &[("a", Some("proposed"))]).await;
    assert!(proposed > disk);
    assert_eq!(
        time(&bench, &[("a", Some("proposed"))]).await,
        proposed,
        "an unchanged text got a new time"
    );
    let typed = time(&bench, &[("a", Some("typed"))]).await;
    assert!(typed > proposed);
    let rejected = time(&bench, &[]).await;
    assert!(
        rejected > typed,
        "what was taken back looks older than what was built from it"
    );
    assert_eq!(time(&bench, &[]).await, rejected);
    let again = time(&bench, &[("a", Some("proposed"))]).await;
    assert!(again > rejected);
}

#[tokio::test]
async fn a_proposal_that_is_taken_back_is_built_again() {
    let bench = Bench::new(&[
        ("Makefile", "out: a\n\tcp a out\n"),
        ("a", "disk\n"),
        (".gitignore", "out\n"),
    ]);
    let built = async |seeds: &[(&str, Option<&str>)]| said(&bench.run_on(seeds, "make -s && cat out").await);
    assert_eq!(built(&[]).await, "disk\n");
    assert_eq!(built(&[("a", Some("proposed\n"))]).await, "proposed\n");
    assert_eq!(built(&[]).await, "disk\n");
    assert_eq!(built(&[("a", Some("typed\n"))]).await, "typed\n");
    let last = bench.run_on(&[("a", Some("typed\n"))], "make").await;
    assert!(said(&last).contains("up to date"), "{}", said(&last));
    assert_eq!(bench.real("out"), None);
}

#[tokio::test]
async fn what_a_command_changed_does_not_stay_by_itself() {
    let bench = Bench::new(&[("a", "1"), ("b/c", "2"), (".gitignore", "out/\n")]);
    let line = "echo 2 > a; rm -r b; mkdir out d; echo 3 > out/x; echo 4 > d/y; chmod 700 .gitignore";
    let outcome = bench.run(line).await;
    assert_eq!(
        changed(&bench, &outcome),
        [".gitignore=out/\n", "a=2\n", "-b/c", "d/y=4\n"]
    );
    let outcome = bench.run("cat a b/c out/x; ls").await;
    assert_eq!(said(&outcome), "123\na\nb\nout\n");
    assert_eq!(changed(&bench, &outcome), [""; 0]);
}

#[tokio::test]
async fn a_change_that_became_a_hunk_keeps_its_time() {
    let bench = Bench::new(&[("a", "1")]);
    bench.run("printf 2 > a").await;
    let first = time(&bench, &[("a", Some("2"))]).await;
    assert_eq!(time(&bench, &[("a", Some("2"))]).await, first);
}

#[tokio::test]
async fn a_file_saved_underneath_is_seen_by_the_next_command() {
    let bench = Bench::new(&[("a", "1"), ("b", "1")]);
    bench.run_on(&[("a", Some("2"))], "true").await;
    bench.run("true").await;
    std::fs::write(bench.root.join("a"), "3").unwrap();
    std::fs::write(bench.root.join("b"), "4").unwrap();
    assert_eq!(said(&bench.run("cat a b").await), "34");
}

#[tokio::test]
async fn a_file_that_changed_underneath_is_marked() {
    let bench = Bench::new(&[("a", "1"), ("b", "1")]);
    let cancel = CancellationToken::new();
    let user = async {
        bench.written("b").await;
        std::fs::write(bench.root.join("a"), "3").unwrap();
        cancel.cancel();
    };
    let line = "printf 2 > a; printf 2 > b; tail -f /dev/null";
    let (outcome, ()) = tokio::join!(bench.try_run(&[], line, Limits::default(), &cancel), user);
    let outcome = outcome.unwrap();
    assert_eq!(outcome.exit, Exit::Stopped);
    let stale: Vec<_> = outcome.changes.iter().map(|change| change.stale).collect();
    assert_eq!(stale, [true, false]);
    assert_eq!(bench.real("a").as_deref(), Some("3"));
}

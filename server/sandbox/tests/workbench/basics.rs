//! What a command sees and what comes back.

use sandbox::Exit;

use crate::bench::{Bench, changed, said};

async fn check(files: &[(&str, &str)], line: &str, output: &str, changes: &[&str]) {
    let bench = Bench::new(files);
    let outcome = bench.run(line).await;
    assert_eq!(said(&outcome), output, "{line}");
    assert_eq!(changed(&bench, &outcome), changes, "{line}");
    for (path, text) in files {
        assert_eq!(
            bench.real(path).as_deref(),
            Some(*text),
            "{line} changed the real {path}"
        );
    }
}

#[tokio::test]
async fn changes_come_back_and_the_real_files_stay() {
    check(
        &[("a", "1\n")],
        "cat a; echo 2 > a; echo 3 > b/c",
        "1\nbash: line 1: b/c: No such file or directory\n",
        &["a=2\n"],
    )
    .await;
    check(&[("a", "1\n")], "mkdir b; echo 3 > b/c; rm a", "", &["-a", "b/c=3\n"]).await;
    check(&[("a", "1\n")], "touch a; echo 1 > a; ln -s a l", "", &["l->a"]).await;
    check(
        &[("d/a", "1"), ("d/e/b", "2")],
        "rm -r d; mkdir d; echo 3 > d/c",
        "",
        &["-d/a", "d/c=3\n", "-d/e/b"],
    )
    .await;
}

#[tokio::test]
async fn seeds_are_seen() {
    let bench = Bench::new(&[("a", "disk\n"), ("b", "gone\n")]);
    let seeds = [("a", Some("proposed\n")), ("b", None), ("new/c", Some("c\n"))];
    let outcome = bench.run_on(&seeds, "cat a new/c; ls; exit 3").await;
    assert_eq!(said(&outcome), "proposed\nc\na\nnew\n");
    assert_eq!(outcome.exit, Exit::Code(3));
    assert_eq!(changed(&bench, &outcome), [""; 0]);
    let outcome = bench.run("cat a b; ls").await;
    assert_eq!(said(&outcome), "disk\ngone\na\nb\n");
}

//! Folders outside the workspace that builds write to, and git's.

use std::process::Command;

use crate::bench::{Bench, changed, said, write};

fn git(folder: &std::path::Path, arguments: &[&str]) {
    let own = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@t",
        "-c",
        "init.defaultBranch=main",
    ];
    let ran = Command::new("git")
        .args(own)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[tokio::test]
async fn writes_to_git_are_discarded_and_told() {
    let bench = Bench::new(&[("a", "1\n")]);
    git(&bench.root, &["init", "-q"]);
    git(&bench.root, &["add", "a"]);
    git(&bench.root, &["commit", "-qm", "one"]);
    let line = "echo 2 > a; git -c user.name=t -c user.email=t@t commit -qam two && git log --format=%s | head -1";
    let outcome = bench.run(line).await;
    assert_eq!(said(&outcome), "two\n");
    assert_eq!(changed(&bench, &outcome), ["a=2\n"]);
    assert!(
        outcome.notes.iter().any(|note| note.contains("git")),
        "{:?}",
        outcome.notes
    );
    let outcome = bench.run("git log --format=%s; git status --short").await;
    assert_eq!(said(&outcome), "one\n");
    assert_eq!(outcome.notes, [""; 0]);
}

#[tokio::test]
async fn git_runs_nothing_that_a_repository_names() {
    let bench = Bench::new(&[("a", "1\n"), ("run.sh", "#!/bin/sh\ntouch \"$HOME_OF_TEST/ran\"\n")]);
    git(&bench.root, &["init", "-q"]);
    git(&bench.root, &["init", "-q", "--bare", "inner"]);
    let script = format!("sh {}/run.sh", bench.root.display());
    git(&bench.root, &["config", "core.fsmonitor", &script]);
    git(&bench.root.join("inner"), &["config", "core.fsmonitor", &script]);
    let line = "export HOME_OF_TEST=$PWD; git status --short; git -C inner log 2>&1 | head -1; ls ran 2>&1";
    let seen = said(&bench.attack(line).await);
    assert!(seen.starts_with("?? a\n?? attack\n"), "{seen}");
    assert!(seen.contains("cannot use bare repository"), "{seen}");
    assert!(seen.contains("No such file"), "{seen}");
}

#[tokio::test]
async fn a_linked_worktrees_git_folder_is_private_too() {
    let bench = Bench::with(&[], |base, settings| {
        let main = base.join("main");
        write(&main.join("a"), "1\n");
        git(&main, &["init", "-q"]);
        git(&main, &["add", "a"]);
        git(&main, &["commit", "-qm", "one"]);
        let linked = base.join("linked");
        git(&main, &["worktree", "add", "-q", linked.to_str().unwrap()]);
        settings.roots = vec![linked];
    });
    let mut bench = bench;
    bench.root = bench.settings.roots[0].clone();
    let line = "echo 2 > a; git -c user.name=t -c user.email=t@t commit -qam two && git log --format=%s | head -1";
    let outcome = bench.run(line).await;
    assert_eq!(said(&outcome), "two\n");
    assert_eq!(changed(&bench, &outcome), ["a=2\n"]);
    assert!(
        outcome.notes.iter().any(|note| note.contains("git")),
        "{:?}",
        outcome.notes
    );
    assert_eq!(said(&bench.run("git log --format=%s").await), "one\n");
}

#[tokio::test]
async fn build_output_elsewhere_is_private_and_kept() {
    let bench = Bench::with(&[], |base, settings| {
        std::fs::create_dir_all(base.join("elsewhere")).unwrap();
        std::fs::create_dir_all(base.join("named")).unwrap();
        std::fs::create_dir_all(base.join("home/.cargo/registry")).unwrap();
        std::os::unix::fs::symlink(base.join("elsewhere"), settings.roots[0].join("target")).unwrap();
        settings.environment.retain(|(name, _)| name != "CARGO_HOME");
        settings
            .environment
            .push(("CARGO_TARGET_DIR".into(), base.join("named").into()));
    });
    let line = "echo 1 > target/x && echo 2 > $CARGO_TARGET_DIR/y && echo 3 > ~/.cargo/registry/z";
    let outcome = bench.run(line).await;
    assert_eq!(said(&outcome), "");
    assert_eq!(changed(&bench, &outcome), [""; 0]);
    let again = bench.run("cat target/x $CARGO_TARGET_DIR/y ~/.cargo/registry/z").await;
    assert_eq!(said(&again), "1\n2\n3\n");
    let base = bench.root.parent().unwrap();
    for real in ["elsewhere/x", "named/y", "home/.cargo/registry/z"] {
        assert!(!base.join(real).exists(), "{real} leaked");
    }
}

#[tokio::test]
async fn ignored_output_stays_in_the_layer_and_goes_with_the_session() {
    let bench = Bench::new(&[(".gitignore", "/target\n*.log\n")]);
    let line = "mkdir target __pycache__ tagged; echo 1 > target/x; echo 2 > a.log; echo 3 > __pycache__/p; \
                echo tag > tagged/CACHEDIR.TAG; echo 4 > tagged/y; echo 5 > seen";
    let outcome = bench.run(line).await;
    assert_eq!(changed(&bench, &outcome), ["seen=5\n"]);
    let outcome = bench.run("cat target/x a.log __pycache__/p tagged/y; ls").await;
    assert_eq!(said(&outcome), "1\n2\n3\n4\n__pycache__\na.log\ntagged\ntarget\n");
    bench.workbench().discard(&bench.session);
    assert_eq!(said(&bench.run("ls").await), "");
    assert_eq!(std::fs::read_dir(&bench.root).unwrap().count(), 1);
}

#[tokio::test]
async fn a_command_cannot_hide_a_change_by_ignoring_it() {
    let bench = Bench::new(&[("src/a", "1")]);
    let outcome = bench
        .run("echo '*' > .gitignore; echo 2 > src/a; echo '*' > src/.gitignore; echo 3 > src/b")
        .await;
    assert_eq!(
        changed(&bench, &outcome),
        [".gitignore=*\n", "src/.gitignore=*\n", "src/a=2\n", "src/b=3\n"]
    );
}

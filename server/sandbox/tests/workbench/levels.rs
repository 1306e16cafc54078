//! What is promised on this machine, and what is done where it does not hold.

use permissions::Confinement;
use sandbox::{After, Level, Limits, Mode, SandboxError};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, changed, grant, said};

#[tokio::test]
async fn the_level_is_probed_and_named() {
    let bench = Bench::new(&[("a", "1")]);
    let standing = bench.workbench().standing();
    match standing.level {
        Level::Overlay => assert_eq!(standing.confinement, Confinement::Workbench),
        level => {
            println!("this machine has level {level} only: {:?}", standing.findings);
            assert!(!standing.findings.is_empty());
        }
    }
    assert_eq!(bench.run("true").await.level, standing.level);
}

#[tokio::test]
async fn switched_off_it_runs_in_place_and_keeps_what_was_there() {
    let bench = Bench::with(&[("a", "1"), ("b", "2"), ("same", "3")], |_, settings| {
        settings.mode = Mode::Off
    });
    let standing = bench.workbench().standing();
    assert_eq!(
        (standing.level, standing.confinement),
        (Level::InPlace, Confinement::InPlace)
    );
    let outcome = bench
        .run_on(
            &[("a", Some("proposed"))],
            "cat a; printf 2 > a; rm b; touch same; printf n > new",
        )
        .await;
    assert_eq!(said(&outcome), "1");
    assert!(outcome.applied);
    assert_eq!(changed(&bench, &outcome), ["a=2", "-b", "new=n"]);
    let before: Vec<_> = outcome.changes.iter().map(|change| change.before.as_deref()).collect();
    assert_eq!(before, [Some(&b"1"[..]), Some(b"2"), None]);
    assert!(
        outcome.notes.iter().any(|note| note.contains("did not see")),
        "{:?}",
        outcome.notes
    );
    assert_eq!(bench.real("a").as_deref(), Some("2"));
}

#[tokio::test]
async fn a_grant_for_another_confinement_is_refused() {
    let bench = Bench::new(&[]);
    let workbench = bench.workbench();
    if workbench.standing().confinement != Confinement::Workbench {
        return;
    }
    let job = || sandbox::Job {
        session: bench.session.clone(),
        seeds: Vec::new(),
        limits: Limits::default(),
        environment: Vec::new(),
    };
    let missing = grant(&bench.root, "true", Confinement::Missing);
    let refused = workbench.run(&missing, job(), &CancellationToken::new()).await;
    assert!(matches!(refused, Err(SandboxError::Changed)), "{refused:?}");
    let in_place = grant(&bench.root, "printf 1 > a", Confinement::InPlace);
    let outcome = workbench
        .run(&in_place, job(), &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(outcome.level, Level::InPlace);
    assert_eq!(bench.real("a").as_deref(), Some("1"));
}

#[tokio::test]
async fn a_workspace_of_somebody_else_drops_a_level() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let bench = Bench::new(&[
        ("a", "1"),
        ("d/b", "2"),
        (".gitignore", "out\n"),
        ("gone", "3"),
        (".env", "secret"),
    ]);
    std::os::unix::fs::chown(&bench.root, Some(65534), Some(65534)).unwrap();
    let standing = bench.workbench().standing();
    assert_eq!(standing.level, Level::Clone, "{:?}", standing.findings);
    assert!(
        standing.findings[0].what.contains("belongs to user"),
        "{:?}",
        standing.findings
    );
    let line = "cat a d/b new .env; echo 4 > a; rm gone; echo 5 > out; echo 6 > d/c; ls";
    let outcome = bench.run_on(&[("new", Some("n"))], line).await;
    assert_eq!(
        said(&outcome),
        "12ncat: .env: No such file or directory\na\nd\nnew\nout\n"
    );
    assert_eq!(changed(&bench, &outcome), ["a=4\n", "d/c=6\n", "-gone"]);
    assert_eq!(bench.real("a").as_deref(), Some("1"));
    let again = bench.run("cat a gone out; ls; ls d").await;
    assert_eq!(said(&again), "135\na\nd\ngone\nout\nb\n");
    assert_eq!(changed(&bench, &again), [""; 0]);
    let root = bench.root.display();
    for line in [
        format!("echo x > {root}/a"),
        format!("cat {root}/.env"),
        "cat /proc/1/environ".into(),
        "python3 -c 'import socket; socket.socket(2,1)'".into(),
        "python3 -c 'import socket; socket.socket(1,1)'".into(),
        "ls /tmp /run".into(),
        format!("kill -0 {}", std::process::id()),
        format!("prlimit --nofile --pid {}", std::process::id()),
        // Its own number is one as well: what would work for a process of the same rights.
        "renice -n 0 -p $$".into(),
        "ionice -c 2 -p $$".into(),
        "taskset -p 3 $$".into(),
        "chrt -o -p 0 $$".into(),
        "ipcmk -M 16".into(),
        "ipcmk -S 1".into(),
        "ipcmk -Q".into(),
        "unshare -U true".into(),
    ] {
        let outcome = bench
            .attack(&format!("if {{ {line}; }} >/dev/null 2>&1; then echo done; fi"))
            .await;
        assert_eq!(said(&outcome), "", "{line}");
    }
    assert_eq!(
        said(
            &bench
                .run("cat <<< here; echo x > $TMPDIR/y && read -r name < /proc/self/comm && echo $name")
                .await
        ),
        "here\nbash\n"
    );
    let own = bench
        .run("ulimit -n 64 && nice -n 1 taskset 1 ionice -c 2 echo own")
        .await;
    assert_eq!(said(&own), "own\n");
}

#[tokio::test]
async fn on_a_copy_modes_owners_and_times_can_be_changed() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let bench = Bench::new(&[("a", "1")]);
    std::os::unix::fs::chown(&bench.root, Some(65534), Some(65534)).unwrap();
    for (line, expect) in [
        ("chmod 640 a && stat -c %a a", "640\n"),
        ("touch -d @5 a && stat -c %Y a", "5\n"),
        ("touch -d @5 a && cp -p a b && stat -c %Y b", "5\n"),
        ("ln -s /etc/passwd l && touch -h -d @5 l && stat -c %Y l", "5\n"),
        ("mkdir d && chmod 711 d && cd d && chmod 710 . && stat -c %a .", "710\n"),
        (
            "install -m 600 -o $(id -u) a $TMPDIR/i && stat -c %a $TMPDIR/i",
            "600\n",
        ),
        (
            "chmod 640 a && tar c a | tar x -C $TMPDIR && stat -c %a $TMPDIR/a",
            "640\n",
        ),
        ("exec 3<a && chmod 604 /proc/self/fd/3 2>&1 && stat -c %a a", "604\n"),
        ("chown 65534 a 2>/dev/null || echo refused", "refused\n"),
        (
            "ln -s /etc/passwd l && chmod 777 l 2>/dev/null || echo refused",
            "refused\n",
        ),
        (
            "chmod 777 none 2>&1",
            "chmod: cannot access 'none': No such file or directory\n",
        ),
    ] {
        assert_eq!(said(&bench.run(line).await), expect, "{line}");
    }
}

/// Runs `mount` with these arguments; whether that was allowed.
fn mount(arguments: &[&str]) -> bool {
    let ran = std::process::Command::new("mount").args(arguments).output();
    rustix::process::geteuid().is_root() && ran.is_ok_and(|ran| ran.status.success())
}

/// A mount that is taken away before the folder it is in.
struct Mounted(std::path::PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

#[tokio::test]
async fn a_mount_in_the_workspace_has_a_layer_of_its_own() {
    let bench = Bench::new(&[("sub/hidden", "under"), ("a", "1")]);
    let sub = bench.root.join("sub");
    if !mount(&["-t", "tmpfs", "tmpfs", sub.to_str().unwrap()]) {
        return;
    }
    let _mounted = Mounted(sub.clone());
    std::fs::write(sub.join("b"), "2").unwrap();
    let outcome = bench.run("ls sub; printf 3 > sub/b; printf 4 > a").await;
    assert_eq!(said(&outcome), "b\n");
    assert_eq!(changed(&bench, &outcome), ["a=4", "sub/b=3"]);
    assert_eq!(bench.real("sub/b").as_deref(), Some("2"));
}

#[tokio::test]
async fn layers_on_an_overlay_are_held_elsewhere() {
    let mut layers = std::path::PathBuf::new();
    let bench = Bench::with(&[("a", "1")], |base, settings| {
        for name in ["lower", "upper", "work", "merged"] {
            std::fs::create_dir_all(base.join("disk").join(name)).unwrap();
        }
        layers = base.join("disk/merged");
        settings.layers = layers.join("layers");
    });
    let disk = layers.parent().unwrap().display().to_string();
    let options = format!("lowerdir={disk}/lower,upperdir={disk}/upper,workdir={disk}/work");
    if !mount(&["-t", "overlay", "overlay", "-o", &options, layers.to_str().unwrap()]) {
        return;
    }
    let _mounted = Mounted(layers);
    let standing = bench.workbench().standing();
    assert_eq!(standing.level, Level::Overlay, "{:?}", standing.findings);
    let told = |finding: &sandbox::Finding| finding.what.contains("cannot hold layers");
    assert!(standing.findings.iter().any(told), "{:?}", standing.findings);
    assert_eq!(changed(&bench, &bench.run("printf 2 > a").await), ["a=2"]);
}

#[tokio::test]
async fn a_file_of_somebody_else_is_explained() {
    let bench = Bench::new(&[("a", "1")]);
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let file = bench.root.join("a");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    std::os::unix::fs::chown(&file, Some(65534), Some(65534)).unwrap();
    let outcome = bench.run("echo 2 >> a").await;
    assert_ne!(outcome.exit, sandbox::Exit::Code(0));
    assert_eq!(bench.real("a").as_deref(), Some("1"));
    let is_told = outcome.notes.iter().any(|note| note.contains("other owners"));
    assert!(is_told, "{} {:?}", said(&outcome), outcome.notes);
}

#[tokio::test]
async fn required_and_not_there_runs_nothing() {
    let bench = Bench::with(&[("a", "1")], |_, settings| {
        settings.mode = Mode::Required;
        settings.roots = vec!["/".into()];
    });
    let standing = bench.workbench().standing();
    assert_eq!(standing.confinement, Confinement::Missing);
    let refused = bench
        .try_run(&[], "true", Limits::default(), &CancellationToken::new())
        .await;
    let Err(SandboxError::Required { why, remedy }) = refused else {
        panic!("{refused:?}");
    };
    assert!(!why.is_empty() && !remedy.is_empty());
}

#[tokio::test]
async fn two_roots_and_odd_names_are_covered() {
    let bench = Bench::with(&[], |base, settings| {
        let odd = base.join("a:b,c \\d\"é");
        crate::bench::write(&odd.join("x"), "1");
        settings.roots.push(odd.clone());
        settings.environment.push(("ODD".into(), odd.into()));
    });
    let outcome = bench.run("cat \"$ODD/x\"; echo 2 > \"$ODD/x\"; echo 3 > y").await;
    assert_eq!(said(&outcome), "1");
    let after: Vec<_> = outcome.changes.iter().map(|change| change.after.clone()).collect();
    let file = |text: &[u8]| After::File {
        bytes: text.to_vec(),
        mode: 0o644,
    };
    assert_eq!(after, [file(b"2\n"), file(b"3\n")]);
    assert_eq!(std::fs::read_to_string(bench.settings.roots[1].join("x")).unwrap(), "1");
}

#[tokio::test]
async fn a_folder_that_cannot_be_renamed_is_explained() {
    let bench = Bench::new(&[("d/a", "1")]);
    let outcome = bench.run("python3 -c 'import os; os.rename(\"d\", \"e\")'").await;
    assert!(
        outcome.notes.iter().any(|note| note.contains("renamed")),
        "{:?}",
        outcome.notes
    );
    let outcome = bench.run("mv d e && cat e/a").await;
    assert_eq!(changed(&bench, &outcome), ["-d/a", "e/a=1"]);
}

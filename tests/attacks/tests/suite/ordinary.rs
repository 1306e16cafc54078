//! All of this again as an ordinary user, and where user namespaces are refused.

use std::path::Path;
use std::process::Command;

use std::os::unix::fs::PermissionsExt;

use crate::means::{NO_NAMESPACES, PLACE, means};

/// `nobody` on every Linux.
const USER: &str = "65534";

/// In a namespace where no more can be made, with the privileges for that given up again.
const WITHOUT_NAMESPACES: [&str; 9] = [
    "unshare",
    "--user",
    "--map-current-user",
    "--keep-caps",
    "sh",
    "-c",
    "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps=-all --inh-caps=-all \"$@\"",
    "sh",
    "--",
];

struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    /// Of the tests, where everybody can run it. None where nobody else gets to the folder.
    fn new() -> Option<Self> {
        let means = means();
        let folder = tempfile::Builder::new()
            .prefix("user-")
            .tempdir_in(&means.place)
            .unwrap();
        let open = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        open(folder.path(), 0o777);
        for (from, name) in [
            (std::env::current_exe().unwrap(), "tests"),
            (means.attacker, "attacker"),
        ] {
            let copy = folder.path().join(name);
            std::fs::copy(from, &copy).unwrap();
            open(&copy, 0o755);
        }
        let is_reachable = folder.path().ancestors().all(|above| {
            let mode = std::fs::metadata(above).unwrap().permissions().mode();
            mode & 0o001 != 0
        });
        is_reachable.then_some(Self { folder })
    }

    fn check(&self, before: &[&str], test: &str, variables: &[(&str, &str)]) {
        let mut words: Vec<&str> = before.to_vec();
        if rustix::process::geteuid().is_root() {
            let groups = "--clear-groups";
            words = [&["setpriv", "--reuid", USER, "--regid", USER, groups], &words[..]].concat();
        }
        let copy = self.folder.path().join("tests");
        words.extend([
            copy.to_str().unwrap(),
            "--exact",
            test,
            "--include-ignored",
            "--nocapture",
        ]);
        let ran = Command::new(words[0])
            .args(&words[1..])
            .env(PLACE, self.folder.path())
            .env("HOME", self.folder.path())
            .envs(variables.iter().copied())
            .current_dir("/")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{}\n{said}", String::from_utf8_lossy(&ran.stdout));
        eprint!("{said}");
    }
}

fn with_copy(check: impl FnOnce(&Copy)) {
    match Copy::new() {
        Some(copy) => check(&copy),
        None => eprintln!(
            "not tried as an ordinary user: nobody else gets to {}",
            means().place.display()
        ),
    }
}

#[test]
#[ignore = "takes a minute with the others: `tests/run commands`"]
fn every_attack_is_contained_as_an_ordinary_user() {
    if rustix::process::geteuid().is_root() {
        with_copy(|copy| copy.check(&[], "contained::every_attack_is_contained", &[]));
    }
}

#[test]
#[ignore = "takes a minute with the others: `tests/run commands`"]
fn every_attack_is_contained_without_namespaces() {
    if std::env::var_os(NO_NAMESPACES).is_some() {
        return;
    }
    let variables = [(NO_NAMESPACES, "1")];
    with_copy(|copy| copy.check(&WITHOUT_NAMESPACES, "contained::every_attack_is_contained", &variables));
}

#[test]
#[ignore = "takes a minute with the others: `tests/run commands`"]
fn attacks_work_for_an_ordinary_user_too() {
    if rustix::process::geteuid().is_root() {
        with_copy(|copy| copy.check(&[], "controls::attacks_work_outside_the_workbench", &[]));
    }
}

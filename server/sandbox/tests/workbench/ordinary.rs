//! All of this again as an ordinary user.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// `nobody` on every Linux.
const USER: &str = "65534";

#[test]
fn all_tests_pass_as_an_ordinary_user() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = tempfile::Builder::new().prefix("ordinary").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let copy = folder.path().join("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = Command::new("setpriv")
        .arg(format!("--reuid={USER}"))
        .arg(format!("--regid={USER}"))
        .args(["--clear-groups"])
        .arg(&copy)
        .args(["--test-threads", "2"])
        .env("TMPDIR", folder.path())
        .env("HOME", folder.path())
        .env_remove("CARGO_TARGET_DIR")
        .current_dir("/")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
}

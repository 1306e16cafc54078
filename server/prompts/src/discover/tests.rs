use std::fs;

use super::*;

/// Makes the files of a project and compares what is found: `path: text` lines, then notices.
fn check(make: impl FnOnce(&Path), expect: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("project");
    fs::create_dir(&root).unwrap();
    make(&root);
    let found = discover(&root);
    let told = found
        .instructions
        .iter()
        .map(|it| format!("{}: {}", it.path.display(), it.text));
    let outside = folder.path().canonicalize().unwrap();
    let notices = found
        .notices
        .iter()
        .map(|it| it.replace(&*outside.to_string_lossy(), ""));
    assert_eq!(told.chain(notices).collect::<Vec<_>>(), expect);
}

#[test]
fn both_files_are_told_in_order() {
    check(
        |root| {
            fs::write(root.join("CLAUDE.md"), "Use tabs.").unwrap();
            fs::write(root.join("AGENTS.md"), "\u{feff}Be brief.").unwrap();
        },
        &["AGENTS.md: Be brief.", "CLAUDE.md: Use tabs."],
    );
}

#[test]
fn a_project_without_them_has_none() {
    check(|_| {}, &[]);
    check(|root| fs::write(root.join("AGENTS.md"), " \n").unwrap(), &[]);
}

#[test]
fn the_same_text_is_told_once() {
    check(
        |root| {
            fs::write(root.join("AGENTS.md"), "Be brief.\n").unwrap();
            fs::write(root.join("CLAUDE.md"), "Be brief.").unwrap();
        },
        &["AGENTS.md: Be brief.\n"],
    );
}

#[cfg(unix)]
#[test]
fn a_link_within_the_project_is_followed() {
    check(
        |root| {
            fs::create_dir(root.join("docs")).unwrap();
            fs::write(root.join("docs/rules.md"), "Be brief.").unwrap();
            std::os::unix::fs::symlink("docs/rules.md", root.join("AGENTS.md")).unwrap();
            std::os::unix::fs::symlink("AGENTS.md", root.join("CLAUDE.md")).unwrap();
        },
        &["AGENTS.md: Be brief."],
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_skipped() {
    check(
        |root| {
            fs::write(root.join("../secret"), "key").unwrap();
            std::os::unix::fs::symlink("../secret", root.join("AGENTS.md")).unwrap();
            fs::write(root.join("CLAUDE.md"), "Use tabs.").unwrap();
        },
        &[
            "CLAUDE.md: Use tabs.",
            "`AGENTS.md` was skipped: it is a link that leaves the project, to `/secret`",
        ],
    );
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_reported() {
    check(
        |root| std::os::unix::fs::symlink("nowhere", root.join("AGENTS.md")).unwrap(),
        &["`AGENTS.md` was skipped: it cannot be read: No such file or directory (os error 2)"],
    );
}

#[test]
fn what_is_no_text_file_is_reported() {
    check(
        |root| {
            fs::create_dir(root.join("AGENTS.md")).unwrap();
            fs::write(root.join("CLAUDE.md"), b"caf\xe9").unwrap();
        },
        &[
            "`AGENTS.md` was skipped: it is not a file",
            "`CLAUDE.md` was skipped: it is not UTF-8 text; save it as UTF-8",
        ],
    );
}

#[test]
fn a_long_file_is_cut_between_characters_with_a_note() {
    let folder = tempfile::tempdir().unwrap();
    // 64 KiB is not a multiple of three: the limit falls into a character.
    fs::write(folder.path().join("AGENTS.md"), "€".repeat(30_000)).unwrap();
    let found = discover(folder.path());
    let kept = found.instructions[0]
        .text
        .strip_suffix("\n\n[cut: only the first 64 KiB of this file are shown]");
    assert_eq!(kept, Some("€".repeat(64 * 1024 / 3).as_str()));
    assert_eq!(found.notices.len(), 1);
}

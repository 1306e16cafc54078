use std::fs;
use std::path::Path;
use std::process::Command;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use proptest::sample::select;
use text::{ByteImage, Encoding, unified, unified_bytes};

use crate::documents::{Stroke, played, strokes, text};

fn check(old: &str, new: &str, context: usize, expect: Expect) {
    expect.assert_eq(&unified(old, new, context));
}

#[test]
fn changes_near_each_other_share_a_hunk() {
    let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    check(
        old,
        "1\n2\nX\n4\n5\n6\n7\nY\n9\n",
        2,
        expect![[r#"
        @@ -1,9 +1,9 @@
         1
         2
        -3
        +X
         4
         5
         6
         7
        -8
        +Y
         9
    "#]],
    );
    check(
        old,
        "1\nX\n3\n4\n5\n6\n7\n8\n",
        1,
        expect![[r#"
        @@ -1,3 +1,3 @@
         1
        -2
        +X
         3
        @@ -8,2 +8 @@
         8
        -9
    "#]],
    );
}

#[test]
fn a_missing_final_newline_is_marked_on_its_side() {
    check(
        "a\nb",
        "a\nb\n",
        3,
        expect![[r#"
        @@ -1,2 +1,2 @@
         a
        -b
        \ No newline at end of file
        +b
    "#]],
    );
    check(
        "a\nb",
        "A\nb",
        3,
        expect![[r#"
        @@ -1,2 +1,2 @@
        -a
        +A
         b
        \ No newline at end of file
    "#]],
    );
}

#[test]
fn empty_sides_and_equal_texts() {
    check(
        "",
        "a\nb\n",
        3,
        expect![[r#"
        @@ -0,0 +1,2 @@
        +a
        +b
    "#]],
    );
    check(
        "a\n",
        "",
        3,
        expect![[r#"
        @@ -1 +0,0 @@
        -a
    "#]],
    );
    check(
        "a\nb\n",
        "a\nx\nb\n",
        0,
        expect![[r#"
        @@ -1,0 +2 @@
        +x
    "#]],
    );
    check("a\n", "a\n", 3, expect![""]);
}

#[test]
fn a_lone_carriage_return_is_no_line_end_for_git() {
    assert_eq!(unified("a\rb\n", "a\rc\n", 3), "@@ -1 +1 @@\n-a\rb\n+a\rc\n");
}

/// A file before and after: a text, what happened to it, and the bytes it is written in.
fn versions() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let image = select(vec![
        (Encoding::Utf8, false),
        (Encoding::Utf8, true),
        (Encoding::Utf16Le, true),
        (Encoding::Latin1, false),
    ]);
    let long = prop::collection::vec(text(), 1..8).prop_map(|parts| parts.concat());
    (long, strokes(4), image).prop_map(|(old, strokes, (encoding, bom)): (String, Vec<Stroke>, _)| {
        let image = ByteImage { encoding, bom };
        let bytes = |text: &str| image.encode(&text.replace(|char| char > '\u{FF}', "ÿ")).unwrap();
        (bytes(&old), bytes(&played(&old, &strokes)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn git_applies_what_we_write((old, new) in versions(), context in 1..4_usize) {
        prop_assume!(old != new && !old.is_empty() && !new.is_empty());
        let hunks = unified_bytes(&old, &new, context);
        let patch = [b"diff --git a/f b/f\n--- a/f\n+++ b/f\n", &hunks[..]].concat();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("f"), &old).unwrap();
        fs::write(folder.path().join("patch"), patch).unwrap();
        git_apply(folder.path());
        prop_assert_eq!(fs::read(folder.path().join("f")).unwrap(), new);
    }
}

fn git_apply(folder: &Path) {
    let mut git = Command::new("git");
    let git = git
        .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "patch"])
        .current_dir(folder);
    let done = git
        .env("GIT_CEILING_DIRECTORIES", folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

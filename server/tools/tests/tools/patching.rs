//! `apply-patch` over files of all kinds.

use expect_test::{Expect, expect};
use serde_json::json;

use crate::scene::Scene;

const POEM: &str = "one\ntwo\nthree\nfour\nfive\n";

/// What the model is told, and how the session then sees the files that it names.
async fn check(files: &[(&str, &[u8])], patch: &str, see: &[&str], expect: Expect) {
    let scene = Scene::with_bytes(files);
    let mut told = scene.call("apply-patch", json!({"patch": patch})).await;
    told.truncate(told.trim_end().len());
    told.push('\n');
    for path in see {
        told.push_str(&format!("{path}: {:?}\n", scene.view(path)));
    }
    for (path, bytes) in files {
        assert_eq!(std::fs::read(scene.path(path)).unwrap(), *bytes, "{path} was written");
    }
    expect.assert_eq(&told);
}

#[tokio::test]
async fn git_diffs_are_taken() {
    let patch = "diff --git a/a.txt b/a.txt\nindex 1..2 100644\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n\
                 @@ -5 +5,2 @@ head\n five\n+six\ndiff --git a/new/b.txt b/new/b.txt\nnew file mode 100644\n--- /dev/null\n\
                 +++ b/new/b.txt\n@@ -0,0 +1,2 @@\n+b\n+\ndiff --git a/c.txt b/c.txt\ndeleted file mode 100644\n--- a/c.txt\n\
                 +++ /dev/null\n@@ -1 +0,0 @@\n-c\ndiff --git a/d.txt b/e.txt\nsimilarity index 50%\nrename from d.txt\n\
                 rename to e.txt\n--- a/d.txt\n+++ b/e.txt\n@@ -1 +1 @@\n-d\n+e\n";
    let files: &[(&str, &[u8])] = &[("a.txt", POEM.as_bytes()), ("c.txt", b"c\n"), ("d.txt", b"d\n")];
    check(
        files,
        patch,
        &["a.txt", "new/b.txt", "c.txt", "d.txt", "e.txt"],
        expect![[r#"
        proposed 6 hunks in 4 files: a.txt, new/b.txt, c.txt, d.txt, e.txt; the user reviews them
        a.txt: "one\n2\nthree\nfour\nfive\nsix\n"
        new/b.txt: "b\n\n"
        c.txt: "ROOT/c.txt does not exist"
        d.txt: "ROOT/d.txt does not exist"
        e.txt: "e\n"
    "#]],
    )
    .await;
}

#[tokio::test]
async fn the_other_format_is_taken() {
    let patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n one\n-two\n+2\n*** Add File: new/b.txt\n+b\n+\n+c\n\
                 *** Delete File: c.txt\n*** Update File: d.txt\n*** Move to: e.txt\n@@\n-d\n+e\n*** End Patch\n";
    let files: &[(&str, &[u8])] = &[("a.txt", POEM.as_bytes()), ("c.txt", b"c\n"), ("d.txt", b"d\n")];
    check(
        files,
        patch,
        &["a.txt", "new/b.txt", "c.txt", "e.txt"],
        expect![[r#"
        proposed 5 hunks in 4 files: a.txt, new/b.txt, c.txt, d.txt, e.txt; the user reviews them
        a.txt: "one\n2\nthree\nfour\nfive\n"
        new/b.txt: "b\n\nc\n"
        c.txt: "ROOT/c.txt does not exist"
        e.txt: "e\n"
    "#]],
    )
    .await;
}

#[tokio::test]
async fn bytes_outside_the_hunks_stay() {
    let patch = "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n";
    check(
        &[("a.txt", b"one\r\ntwo\r\nthree\r\n")],
        patch,
        &["a.txt"],
        expect![[r#"
        proposed 1 hunk in 1 file: a.txt; the user reviews them
        a.txt: "one\r\n2\r\nthree\r\n"
    "#]],
    )
    .await;
    check(
        &[("a.txt", b"\xef\xbb\xbfone\ntwo")],
        patch,
        &["a.txt"],
        expect![[r#"
        proposed 1 hunk in 1 file: a.txt; the user reviews them
        a.txt: "one\n2"
    "#]],
    )
    .await;
    let first = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-\u{feff}one\n+1\n";
    check(
        &[("a.txt", b"\xef\xbb\xbfone\ntwo")],
        first,
        &["a.txt"],
        expect![[r#"
        proposed 1 hunk in 1 file: a.txt; the user reviews them
        a.txt: "1\ntwo"
    "#]],
    )
    .await;
    let crlf = "--- a/a.txt\r\n+++ b/a.txt\r\n@@ -1,2 +1,2 @@\r\n one\r\n-two\r\n+2\r\n";
    check(
        &[("a.txt", b"one\ntwo\n")],
        crlf,
        &["a.txt"],
        expect![[r#"
        proposed 1 hunk in 1 file: a.txt; the user reviews them
        a.txt: "one\n2\n"
    "#]],
    )
    .await;
}

#[tokio::test]
async fn the_last_line_keeps_its_end() {
    let change = "--- a/a\n+++ b/a\n@@ -2 +2 @@\n-two\n+2\n";
    check(
        &[("a", b"one\ntwo")],
        change,
        &["a"],
        expect![[r#"
        proposed 1 hunk in 1 file: a; the user reviews them
        a: "one\n2"
    "#]],
    )
    .await;
    let extend = "--- a/a\n+++ b/a\n@@ -2 +2,2 @@\n two\n+three\n";
    check(
        &[("a", b"one\ntwo")],
        extend,
        &["a"],
        expect![[r#"
        proposed 1 hunk in 1 file: a; the user reviews them
        a: "one\ntwo\nthree"
    "#]],
    )
    .await;
    let open = "--- a/a\n+++ b/a\n@@ -2 +2 @@\n-two\n+two\n\\ No newline at end of file\n";
    check(
        &[("a", b"one\ntwo\n")],
        open,
        &["a"],
        expect![[r#"
        proposed 1 hunk in 1 file: a; the user reviews them
        a: "one\ntwo"
    "#]],
    )
    .await;
    let close = "--- a/a\n+++ b/a\n@@ -2 +2 @@\n-two\n\\ No newline at end of file\n+two\n";
    check(
        &[("a", b"one\ntwo")],
        close,
        &["a"],
        expect![[r#"
        proposed 1 hunk in 1 file: a; the user reviews them
        a: "one\ntwo\n"
    "#]],
    )
    .await;
    let create = "--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+new\n\\ No newline at end of file\n";
    check(
        &[],
        create,
        &["n"],
        expect![[r#"
        proposed 1 hunk in 1 file: n; the user reviews them
        n: "new"
    "#]],
    )
    .await;
}

#[tokio::test]
async fn hunks_are_found_where_they_are_meant() {
    let twice = b"a\nx\nb\na\nx\nb\n";
    let by_line = "--- a/f\n+++ b/f\n@@ -5,2 +5,2 @@\n-x\n+y\n b\n";
    check(
        &[("f", twice)],
        by_line,
        &["f"],
        expect![[r#"
        proposed 1 hunk in 1 file: f; the user reviews them
        f: "a\nx\nb\na\ny\nb\n"
    "#]],
    )
    .await;
    let without = "--- a/f\n+++ b/f\n@@ ... @@\n-x\n+y\n";
    check(&[("f", twice)], without, &["f"], expect![[r#"
        error: nothing was proposed, since the patch does not fit: `f`, hunk 1 (line 3 of the patch): its old lines stand at lines 2, 5: add lines around them, or a head `@@ -line,count +line,count @@`
        f: "a\nx\nb\na\nx\nb\n"
    "#]]).await;
    let anchored = "*** Begin Patch\n*** Update File: f\n@@ second\n-x\n+y\n*** End Patch\n";
    check(
        &[("f", b"first\nx\nsecond\nx\n")],
        anchored,
        &["f"],
        expect![[r#"
        proposed 1 hunk in 1 file: f; the user reviews them
        f: "first\nx\nsecond\ny\n"
    "#]],
    )
    .await;
    let at_end = "*** Begin Patch\n*** Update File: f\n@@\n-x\n+y\n*** End of File\n*** End Patch\n";
    check(
        &[("f", b"x\nb\nx\n")],
        at_end,
        &["f"],
        expect![[r#"
        proposed 1 hunk in 1 file: f; the user reviews them
        f: "x\nb\ny\n"
    "#]],
    )
    .await;
    let in_order = "*** Begin Patch\n*** Update File: f\n@@\n a\n-x\n+y\n b\n a\n@@\n-x\n+z\n*** End Patch\n";
    check(
        &[("f", twice)],
        in_order,
        &["f"],
        expect![[r#"
        proposed 2 hunks in 1 file: f; the user reviews them
        f: "a\ny\nb\na\nz\nb\n"
    "#]],
    )
    .await;
    let blanks = "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n fn f() {\n\n-    a\n+    b\n";
    check(
        &[("f", b"fn f() {  \n\n    a\t\n}\n")],
        blanks,
        &["f"],
        expect![[r#"
        proposed 1 hunk in 1 file: f; the user reviews them
        f: "fn f() {  \n\n    b\n}\n"
    "#]],
    )
    .await;
    let indented = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n if x {\n-  a()\n+  b()\n";
    check(
        &[("f", b"\tif x {\n\t  a()\n\t}\n")],
        indented,
        &["f"],
        expect![[r#"
        proposed 1 hunk in 1 file: f; the user reviews them
        f: "\tif x {\n\t  b()\n\t}\n"
    "#]],
    )
    .await;
}

#[tokio::test]
async fn all_or_nothing() {
    let patch = "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+1\n--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-other\n+1\n\
                 --- /dev/null\n+++ b/c.txt\n@@ -0,0 +1 @@\n+c\n--- a/none\n+++ b/none\n@@ -1 +1 @@\n-x\n+y\n";
    let files: &[(&str, &[u8])] = &[("a.txt", POEM.as_bytes()), ("b.txt", b"b\n"), ("c.txt", b"here\n")];
    check(files, patch, &["a.txt", "b.txt", "c.txt"], expect![[r#"
        error: nothing was proposed, since the patch does not fit:
        - `b.txt`, hunk 1 (line 8 of the patch): its old lines do not stand in the file, nor does anything like it: `read` the file again, or `grep` for it
        - `c.txt` exists already: choose another name, or delete it first
        - there is no file `none`; `list` and `glob` show what there is
        a.txt: "one\ntwo\nthree\nfour\nfive\n"
        b.txt: "b\n"
        c.txt: "here\n"
    "#]]).await;
}

#[tokio::test]
async fn what_cannot_be_proposed_is_refused() {
    let a: &[(&str, &[u8])] = &[("a", b"a\n")];
    let cases = [
        "diff --git a/a b/a\nold mode 100644\nnew mode 100755\n",
        "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+a\n",
        "diff --git a/a b/a\nBinary files a/a and b/a differ\n",
        "diff --git a/a b/b\ncopy from a\ncopy to b\n",
        "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n-a\n+b\nc\n",
        "@@ -1 +1 @@\n-a\n+b\n",
        "*** Begin Patch\n*** Update File: a\n@@\n-a\n+b\n",
        "*** Begin Patch\n*** Change File: a\n*** End Patch\n",
        "*** Begin Patch\n*** Update File: a\n@@\n+b\n*** End Patch\n",
        "change a to b",
        "",
    ];
    let mut told = String::new();
    for patch in cases {
        let scene = Scene::with_bytes(a);
        told.push_str(&scene.call("apply-patch", json!({"patch": patch})).await);
        told.push('\n');
    }
    expect![[r#"
        error: nothing was proposed: line 2 of the patch, `old mode 100644`: modes are not proposed: leave the mode out and tell the user
        error: nothing was proposed: line 2 of the patch, `new file mode 120000`: links are not proposed: only regular files are
        error: nothing was proposed: line 2 of the patch, `Binary files a/a and b/a differ`: binary files are not patched: only text is proposed
        error: nothing was proposed: line 2 of the patch, `copy from a`: copies are not taken: give the new file as a whole
        error: nothing was proposed: line 6 of the patch, `c`: a line of a hunk begins with ` `, `-` or `+`
        error: nothing was proposed: line 1 of the patch, `@@ -1 +1 @@`: no `--- a/file` and `+++ b/file` lines stand before this hunk
        error: nothing was proposed: the patch ends without `*** End Patch`: it seems to be cut off, so nothing of it was taken
        error: nothing was proposed: line 2 of the patch, `*** Change File: a`: it should begin with `*** Add File: `, `*** Update File: ` or `*** Delete File: `
        error: nothing was proposed, since the patch does not fit: `a`, hunk 1 (line 3 of the patch): it only adds and says nowhere to: put lines of the file around what it adds
        error: nothing was proposed: the patch holds no change: give a unified diff (`--- a/file`, `+++ b/file`, `@@ -1,3 +1,4 @@`, then lines that begin with ` `, `-` or `+`), or files between `*** Begin Patch` and `*** End Patch`
        error: nothing was proposed: the patch holds no change: give a unified diff (`--- a/file`, `+++ b/file`, `@@ -1,3 +1,4 @@`, then lines that begin with ` `, `-` or `+`), or files between `*** Begin Patch` and `*** End Patch`
    "#]].assert_eq(&told);
}

#[tokio::test]
async fn modes_are_the_users() {
    let patch = "diff --git a/run b/run\nnew file mode 100755\n--- /dev/null\n+++ b/run\n@@ -0,0 +1 @@\n+x\n";
    check(
        &[],
        patch,
        &["run"],
        expect![[r#"
        proposed 1 hunk in 1 file: run; the user reviews them
        run is proposed without its executable bit: modes are the user's
        run: "x\n"
    "#]],
    )
    .await;
}

#[tokio::test]
async fn every_path_needs_permission() {
    let patch = "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ b/.git/hooks/x\n@@ -0,0 +1 @@\n+x\n";
    check(
        &[("a", b"a\n")],
        patch,
        &["a"],
        expect![[r#"
            error: ask by protected.git
            a: "a\n"
        "#]],
    )
    .await;
}

#[tokio::test]
async fn no_path_leaves_the_workspace() {
    for path in ["../out.txt", "/etc/out.txt", "sub/../../out.txt", "link/out.txt"] {
        let scene = Scene::new(&[("a", "a\n")]);
        std::os::unix::fs::symlink("/etc", scene.path("link")).unwrap();
        let unified = format!("--- /dev/null\n+++ {path}\n@@ -0,0 +1 @@\n+x\n");
        let begun = format!("*** Begin Patch\n*** Update File: a\n*** Move to: {path}\n@@\n-a\n+b\n*** End Patch");
        for patch in [unified, begun] {
            let told = scene.call("apply-patch", json!({"patch": patch})).await;
            assert!(told.starts_with("error: deny by roots."), "{path}: {told}");
            assert_eq!(scene.view("a"), "a\n");
        }
    }
}

#[tokio::test]
async fn names_are_read_as_git_writes_them() {
    let patch = "diff --git \"a/\\303\\251 b\" \"b/\\303\\251 b\"\n--- \"a/\\303\\251 b\"\t2026\n+++ \"b/\\303\\251 b\"\n@@ -1 +1 @@\n-a\n+b\n\
                 diff --git a/empty b/empty\nnew file mode 100644\nindex 000..e69\n";
    check(
        &[("é b", b"a\n")],
        patch,
        &["é b", "empty"],
        expect![[r#"
        proposed 2 hunks in 2 files: é b, empty; the user reviews them
        é b: "b\n"
        empty: ""
    "#]],
    )
    .await;
}

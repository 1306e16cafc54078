//! Patches of both formats over texts, without a workspace: how they are read, and where their hunks go.

use proptest::prelude::*;
use similar::TextDiff;

use super::*;

/// What is left of `text` when the one file of `patch` is changed, or why it is not.
fn patched(text: &str, patch: &str) -> String {
    let patches = match parse(patch) {
        Ok(patches) => patches,
        Err(error) => return error.to_string(),
    };
    let [
        FilePatch {
            change: PatchChange::Update { hunks, .. },
            ..
        },
    ] = patches.as_slice()
    else {
        return format!("{patches:?}");
    };
    let edits = match locate::edits(text, hunks) {
        Ok(edits) => edits,
        Err((number, error)) => return format!("hunk {number}: {error}"),
    };
    let mut patched = text.to_owned();
    for edit in edits.iter().rev() {
        patched.replace_range(edit.range.clone(), &edit.text);
    }
    patched
}

fn check(text: &str, patch: &str, expect: &str) {
    assert_eq!(patched(text, patch), expect, "{patch}");
}

fn unified(hunks: &str) -> String {
    format!("--- a/f\n+++ b/f\n{hunks}")
}

fn begin_patch(hunks: &str) -> String {
    format!("*** Begin Patch\n*** Update File: f\n{hunks}*** End Patch\n")
}

/// What a patch does to which file, a line each.
fn check_read(patch: &str, expect: &[&str]) {
    let told = match parse(patch) {
        Ok(patches) => patches.iter().map(told).collect(),
        Err(error) => vec![error.to_string()],
    };
    assert_eq!(told, expect, "{patch}");
}

fn told(patch: &FilePatch) -> String {
    let what = match &patch.change {
        PatchChange::Create { text, is_executable } => {
            format!("create {text:?}{}", if *is_executable { " executable" } else { "" })
        }
        PatchChange::Delete { lines } => format!("delete {lines:?}"),
        PatchChange::Update { to: None, hunks } => format!("{} hunks", hunks.len()),
        PatchChange::Update { to: Some(to), hunks } => format!("to {to}, {} hunks", hunks.len()),
    };
    format!("{}: {what}", patch.path)
}

#[test]
fn both_formats_name_files() {
    check_read(&unified("@@ -1 +1 @@\n-a\n+b\n"), &["f: 1 hunks"]);
    check_read("--- f\n+++ f\n@@ -1 +1 @@\n-a\n+b\n", &["f: 1 hunks"]);
    check_read("--- a/f\n+++ f\n@@ -1 +1 @@\n-a\n+b\n", &["f: 1 hunks"]);
    check_read(
        "--- a/f\t2026-01-01\n+++ b/f\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n",
        &["f: 1 hunks"],
    );
    check_read(
        "--- /dev/null\n+++ b/a b\n@@ -0,0 +1 @@\n+x\n",
        &["a b: create \"x\\n\""],
    );
    check_read(
        "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
        &["f: delete Some([\"x\"])"],
    );
    check_read(
        "diff --git a/f b/f\nnew file mode 100755\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+x\n",
        &["f: create \"x\\n\" executable"],
    );
    check_read(
        "diff --git a/f b/f\ndeleted file mode 100644\nindex e69de29..0000000\n",
        &["f: delete None"],
    );
    check_read(
        "diff --git a/f b/g h\nsimilarity index 100%\nrename from f\nrename to g h\n",
        &["f: to g h, 0 hunks"],
    );
    check_read(
        "*** Begin Patch\n*** Add File: a\n+x\n*** Delete File: b\n*** Update File: c\n*** Move to: d\n@@\n-x\n+y\n\
         *** End Patch",
        &["a: create \"x\\n\"", "b: delete None", "c: to d, 1 hunks"],
    );
}

#[test]
fn quoted_names_are_bytes() {
    let quoted = |name: &str| format!("--- \"a/{name}\"\n+++ \"b/{name}\"\n@@ -1 +1 @@\n-a\n+b\n");
    check_read(&quoted(r"\303\251"), &["é: 1 hunks"]);
    check_read(&quoted(r#"a\tb\\c\"d"#), &["a\tb\\c\"d: 1 hunks"]);
    check_read(&quoted(r"\377"), &["\u{fffd}: 1 hunks"]);
    check_read(
        "diff --git \"a/\\303\\251\" \"b/\\303\\251\"\nnew file mode 100644\n",
        &["é: create \"\""],
    );
}

#[test]
fn what_stands_around_a_patch_is_passed_over() {
    let change = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";
    check_read(&format!("Here it is:\n```diff\n{change}```\nDone.\n"), &["f: 1 hunks"]);
    check_read(
        &format!("From 1 Mon\nSubject: x\n\n f | 2 +-\n\n{change}-- \n2.40\n"),
        &["f: 1 hunks"],
    );
    check_read(
        &format!("{change}\n\n{}", change.replace('f', "g")),
        &["f: 1 hunks", "g: 1 hunks"],
    );
    check_read(
        "text\n*** Begin Patch\n*** Update File: f\n@@\n-a\n+b\n\n*** End Patch\nmore text\n",
        &["f: 1 hunks"],
    );
}

#[test]
fn pieces_of_one_file_belong_together() {
    let pieces = format!(
        "{}{}",
        unified("@@ -1 +1 @@\n-a\n+A\n"),
        unified("@@ -3 +3 @@\n-c\n+C\n")
    );
    check_read(&pieces, &["f: 2 hunks"]);
    check("a\nb\nc\n", &pieces, "A\nb\nC\n");
}

#[test]
fn wrong_counts_do_no_harm() {
    for counts in ["-1 +1", "-1,9 +1,9", "-1,2 +1,0", "-7,3 +7,3"] {
        let patch = unified(&format!("@@ {counts} @@\n a\n-b\n+B\n c\n"));
        check("a\nb\nc\n", &patch, "a\nB\nc\n");
    }
}

#[test]
fn removed_lines_may_look_like_names() {
    check("-- x\n", &unified("@@ -1 +1 @@\n--- x\n+++ y\n"), "++ y\n");
    check(
        "-- x\n\na\n",
        &unified("@@ -1,3 +1,3 @@\n--- x\n+++ y\n \n-a\n+b\n"),
        "++ y\n\nb\n",
    );
    check("a\n", &unified("@@ -1 +1,2 @@\n a\n+-- \n"), "a\n-- \n");
}

#[test]
fn context_is_found_with_other_blanks() {
    let patch = "@@\n fn f() {\n-    a();\n+    b();\n }\n";
    for patch in [unified(patch), begin_patch(patch)] {
        check("fn f() {\n    a();\n}\n", &patch, "fn f() {\n    b();\n}\n");
        check("fn f() {  \n    a();\t\n}\n", &patch, "fn f() {  \n    b();\n}\n");
        check("\tfn f() {\n\t    a();\n\t}\n", &patch, "\tfn f() {\n\t    b();\n\t}\n");
    }
    // The blank in front of an empty context line is easily lost.
    check("a\n\nb\n", &unified("@@ -1,3 +1,3 @@\n a\n\n-b\n+B\n"), "a\n\nB\n");
    check("a\nb\n\n", &unified("@@ -1,3 +1,3 @@\n-a\n+A\n b\n\n"), "A\nb\n\n");
}

#[test]
fn moved_lines_are_found() {
    let patch = unified("@@ -1,2 +1,2 @@\n-x\n+y\n b\n");
    check("new\nnew\nx\nb\n", &patch, "new\nnew\ny\nb\n");
    check("x\nb\n0\n0\n0\nx\nb\n", &patch, "y\nb\n0\n0\n0\nx\nb\n");
    check(
        "x\nb\n0\nx\nb\n",
        &unified("@@ -3,2 +3,2 @@\n-x\n+y\n b\n"),
        "x\nb\n0\ny\nb\n",
    );
}

#[test]
fn anchors_choose_between_equal_lines() {
    let text = "class A\n  def f\n    x\nclass B\n  def f\n    x\n";
    let patch = begin_patch("@@ class B\n@@ def f\n-    x\n+    y\n");
    check(text, &patch, "class A\n  def f\n    x\nclass B\n  def f\n    y\n");
    check(
        text,
        &begin_patch("@@ class C\n-    x\n+    y\n"),
        "hunk 1: the line `class C` of its head does not stand in the file",
    );
    check(
        text,
        &begin_patch("@@ class A\n+  # new\n"),
        &text.replacen("A\n", "A\n  # new\n", 1),
    );
}

#[test]
fn additions_go_where_they_say() {
    check("", &unified("@@ -0,0 +1 @@\n+a\n"), "a\n");
    check("a\nb\n", &unified("@@ -1,0 +2 @@\n+x\n"), "a\nx\nb\n");
    check("a\nb\n", &unified("@@ -2,0 +3 @@\n+x\n"), "a\nb\nx\n");
    check("a", &unified("@@ -1,0 +2 @@\n+x\n"), "a\nx");
    check("a\n", &begin_patch("@@\n+x\n*** End of File\n"), "a\nx\n");
    check(
        "a\n",
        &unified("@@ -9,0 +10 @@\n+x\n"),
        "hunk 1: it only adds and says nowhere to: put lines of the file around what it adds",
    );
}

#[test]
fn line_ends_are_the_files_own() {
    // The lines that stay are not touched; staging gives the new ones the file's line ends.
    check(
        "a\r\nb\r\nc\r\n",
        &unified("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"),
        "a\r\nB\nc\r\n",
    );
    check("a\nb\n", &unified("@@ -1,2 +1,2 @@\r\n a\r\n-b\r\n+B\r\n"), "a\nB\n");
}

#[test]
fn what_does_not_fit_names_hunk_and_reason() {
    check(
        "a\nb\nc\n",
        &unified("@@ -1 +1 @@\n-a\n+A\n@@ -2 +2 @@\n-other\n+B\n"),
        "hunk 2: its old lines do not stand in the file, nor does anything like it: `read` the file again, or `grep` \
         for it",
    );
    check(
        "x\nx\n",
        &unified("@@\n-x\n+y\n"),
        "hunk 1: its old lines stand at lines 1, 2: add lines around them, or a head `@@ -line,count +line,count @@`",
    );
    check(
        "if a {\n    call(one, two);\n}\n",
        &unified("@@ -1,2 +1,2 @@\n if a {\n-    call(one, three);\n+    call(two);\n"),
        "hunk 1: its old lines do not stand in the file; the nearest lines now are\n    1| if a {\n    2|     call(one, \
         two);\n    3| }",
    );
    check(
        "a\n",
        &unified("@@ -1 +1 @@\n-a\n+A\n@@ -1 +1 @@\n-a\n+B\n"),
        "hunk 2: it changes lines that another hunk changes",
    );
}

/// Few different lines, so that many are equal.
fn texts() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["a", "b", "", "  a", "-- a", "++ b", "{", "}"]);
    (prop::collection::vec(line, 0..30), any::<bool>()).prop_map(|(lines, is_ended)| {
        let mut text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        if !is_ended && text.ends_with('\n') {
            text.pop();
        }
        text
    })
}

const PIECES: [&str; 20] = [
    "*** Begin Patch\n",
    "*** End Patch\n",
    "*** Update File: f\n",
    "*** Add File: g\n",
    "*** Move to: h\n",
    "*** End of File\n",
    "--- a/f\n+++ b/f\n",
    "diff --git a/f b/f\n",
    "rename from f\n",
    "rename to g\n",
    "@@ -1,2 +1 @@\n",
    "@@ -9,0 +99999999999999999999 @@\n",
    "@@ -0,0 +0,0 @@\n",
    "@@\n",
    "-a\n",
    "+é\n",
    " \n",
    "\n",
    "\\ No newline at end of file\n",
    "\"\\3",
];

proptest! {
    #[test]
    fn right_diffs_make_the_new_text(old in texts(), new in texts()) {
        prop_assume!(old != new);
        let diff = TextDiff::from_lines(&old, &new);
        let patch = diff.unified_diff().header("a/f", "b/f").to_string();
        prop_assert_eq!(patched(&old, &patch), new, "{}", patch);
    }

    #[test]
    fn no_patch_is_too_strange(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..12)) {
        let _ = patched("a\n\né\n", &pieces.concat());
    }
}

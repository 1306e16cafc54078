//! What holds for every tree.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use ropey::Rope;

use super::*;
use crate::grammar::parse::parse;
use crate::{Language, edit};

const SAMPLES: [(&str, &str); 7] = [
    (
        "a.rs",
        "/// D.\n#[x]\npub fn f(a: T) {\n    g::<u8>(a);\n}\nimpl A for B { fn c(&self) {} }\nuse a::{b, c};\n",
    ),
    (
        "a.py",
        "@d\nclass A(B):\n    X = 1\n    def f(self):\n        return g(1)\nfrom .a import b\n",
    ),
    (
        "a.ts",
        "/** D. */\nexport class A { f = () => { g<T>(1) } }\nconst a = require('b')\nit('x', () => {})\n",
    ),
    (
        "a.go",
        "package p\n\n// D\nfunc (t *T) F() { g() }\n\ntype (\n\tA int\n)\n",
    ),
    ("a.lua", "--- D.\nfunction M.f(x)\n  g(x)\nend\nlocal a = require 'b'\n"),
    (
        "a.c",
        "/* D */\nstatic int *f(int a) { return g(a); }\n#define M 1\nstruct s { int x; };\n",
    ),
    ("A.java", "/** D. */\n@X\nclass A { void f() { g(1); } }\nimport a.B;\n"),
];
/// Mostly harmless: only a text that parses has one tree.
const PIECES: [&str; 22] = [
    "x", "y1", " ", " ", "\n", "\n\n", "é", "(1)", ", x", ".x", "{", "}", "(", "\"", "/*", "*/", "//", ";", "class A",
    "end", "", "",
];
const LONG: Duration = Duration::from_secs(20);

fn fresh(language: Language, text: &str) -> (Tree, Skeleton) {
    let tree = parse(language, text, None, LONG).expect("parses");
    let skeleton = Skeleton::of(language, &tree, text);
    (tree, skeleton)
}

fn check_ranges(skeleton: &Skeleton, text: &str) {
    for it in &skeleton.declarations {
        assert!(
            it.bytes.start <= it.name.start && it.name.end <= it.bytes.end,
            "{text:?}"
        );
        assert!(
            text.get(slice(&it.name)).is_some() && text.get(slice(&it.bytes)).is_some(),
            "{text:?}"
        );
    }
    for name in &skeleton.references {
        assert!(text.get(slice(&name.name())).is_some(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Around errors a parser may recover in another way; there a fresh parse is what callers use.
    #[test]
    fn an_edited_tree_says_what_a_fresh_one_says(
        sample in proptest::sample::select(SAMPLES.to_vec()),
        edits in proptest::collection::vec((0.0..1.0f64, 0usize..3, proptest::sample::select(PIECES.to_vec())), 1..20),
    ) {
        let (path, start) = sample;
        let language = Language::of_path(Path::new(path)).expect("known");
        let mut rope = Rope::from_str(&start.repeat(3));
        let (mut tree, _) = fresh(language, &rope.to_string());
        for (place, cut, insert) in edits {
            let mut edited = rope.clone();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place")]
            let at = (rope.len_chars() as f64 * place) as usize;
            edited.remove(at..(at + cut).min(rope.len_chars()));
            edited.insert(at, insert);
            let text = edited.to_string();
            let mut old = tree.clone();
            if let Some(edit) = edit::between(&rope, &edited) {
                old.edit(&edit);
            }
            let updated = parse(language, &text, Some(&old), LONG).expect("parses");
            let (whole, expect) = fresh(language, &text);
            check_ranges(&expect, &text);
            if updated.root_node().has_error() || whole.root_node().has_error() {
                // The next edit is of a text that parses.
                continue;
            }
            (rope, tree) = (edited, updated);
            let skeleton = Skeleton::of(language, &tree, &text);
            prop_assert_eq!(&skeleton, &expect, "{:?}", &text);
        }
    }
}

/// A skeleton of each language, or none if the parser gives up; neither a crash nor a hang.
fn survives(text: &str) {
    for language in Language::ALL {
        if let Some(tree) = parse(language, text, None, Duration::from_millis(100)) {
            let skeleton = Skeleton::of(language, &tree, text);
            assert!(skeleton.references.len() <= SKELETON_CAP && skeleton.declarations.len() <= SKELETON_CAP);
        }
    }
}

#[test]
fn nesting_is_no_danger() {
    for open in ["(", "{", "f(", "fn f() { ", "class A { ", "<div>"] {
        survives(&open.repeat(100_000 / open.len()));
    }
}

#[test]
fn what_is_no_code_is_no_danger() {
    survives("");
    survives("\0");
    survives(&"x".repeat(1 << 20));
    survives(&"f(x);".repeat(200_000));
    survives(&"é\u{1d11e}}{\")('".repeat(2_000));
}

#[test]
fn a_name_may_be_longer_than_is_counted() {
    let long = "x".repeat(70_000);
    let (_, skeleton) = fresh(Language::Rust, &format!("fn {long}() {{ {long}(y) }}"));
    assert_eq!((skeleton.declarations.len(), skeleton.references.len()), (1, 1));
}

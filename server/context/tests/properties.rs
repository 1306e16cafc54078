//! What holds for every text and every way of typing it.

use std::path::Path;

use context::Trees;
use proptest::prelude::*;
use ropey::Rope;

const PATHS: [&str; 10] = [
    "a.rs", "a.py", "a.ts", "a.tsx", "a.js", "a.go", "a.lua", "A.java", "a.c", "a.vue",
];

const SAMPLES: [&str; 4] = [
    "/// Doc.\n#[test]\npub fn f(a: u32, b: &str) -> Result<(), E> {\n    g(a).unwrap();\n    m!(x(1));\n}\n\nimpl A for B {\n    fn c(&self) { if x { y() } }\n}\n",
    "@dec(1)\nclass A(B):\n    \"\"\"Doc. More.\"\"\"\n    X = 1\n    async def f(self, a: int = 1, *b, **c) -> str:\n        raise E(f\"{a}\")\n\ndef g():\n    return [x for x in y]\n",
    "/** Doc. */\nexport class A<T> extends B {\n  private x = 1;\n  get y(): T { throw new E(`a${b}c`); }\n}\nexport const f = async (a?: number) => { it('x', () => {}); };\n",
    "package p\n\n// T doc.\ntype T struct {\n\tA int\n}\n\nconst (\n\tX = iota\n\tY\n)\n\nfunc (t *T) F(a, b int, c ...string) (int, error) {\n\tpanic(\"x\")\n}\n",
];

/// Pieces that break, nest and join syntax.
const PIECES: [&str; 38] = [
    "<script>",
    "</script>",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "'",
    "`",
    "\"\"\"",
    "/*",
    "*/",
    "//",
    "#",
    "\n",
    "\r\n",
    "\r",
    "    ",
    "\t",
    ",",
    ";",
    ":",
    "=>",
    "fn f",
    "def f",
    "class A",
    "function f",
    "func f",
    "export ",
    "impl ",
    "#[x]\n",
    "@d\n",
    "é",
    "𝄞",
    "\0",
    "\u{feff}",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(PIECES.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => proptest::sample::select(SAMPLES.to_vec()).prop_map(str::to_owned),
    ]
}

/// Where (as a share of the text), how many characters go, what comes.
fn typing() -> impl Strategy<Value = (f64, usize, String)> {
    (0.0..=1.0, 0usize..12, piece())
}

fn apply(rope: &mut Rope, (place, cut, insert): &(f64, usize, String)) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place"
    )]
    let at = (rope.len_chars() as f64 * place) as usize;
    rope.remove(at..(at + cut).min(rope.len_chars()));
    rope.insert(at, insert);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// What we say of a text does not depend on how it was typed.
    #[test]
    fn incremental_outline_is_the_fresh_outline(
        path in proptest::sample::select(PATHS.to_vec()),
        start in proptest::sample::select(SAMPLES.to_vec()),
        edits in proptest::collection::vec(typing(), 1..12),
    ) {
        let path = Path::new(path);
        let trees = Trees::new();
        let mut rope = Rope::from_str(&start.repeat(3));
        trees.outline(path, &rope).expect("parses");
        for edit in &edits {
            apply(&mut rope, edit);
            let incremental = trees.outline(path, &rope).expect("parses");
            let fresh = Trees::new().outline(path, &rope).expect("parses");
            prop_assert_eq!(incremental, fresh, "{:?}", rope.to_string());
        }
    }

    /// Any text has an outline whose lines and names are the text's own.
    #[test]
    fn every_text_has_an_outline_within_it(
        path in proptest::sample::select(PATHS.to_vec()),
        pieces in proptest::collection::vec(piece(), 0..60),
        offset in 0usize..2_000,
    ) {
        let path = Path::new(path);
        let rope = Rope::from_str(&pieces.concat());
        let trees = Trees::new();
        let outline = trees.outline(path, &rope).expect("parses");
        for symbol in &outline {
            let (first, last) = symbol.lines;
            prop_assert!(1 <= first && first <= symbol.name_line && symbol.name_line <= last && last <= rope.len_lines());
            prop_assert!(symbol.body_first_line.is_none_or(|line| (first..=last).contains(&line)));
            prop_assert!(symbol.doc.is_none_or(|(from, to)| from <= to && to <= last));
            prop_assert!(!symbol.name.is_empty() && !symbol.signature.contains('\n'));
        }
        trees.code_kind_at(path, &rope, offset).expect("parses");
        trees.enclosing(path, &rope, offset % (rope.len_lines() + 2)).expect("parses");
        for reference in trees.references(path, &rope, "f").expect("parses") {
            prop_assert!(rope.line(reference.line - 1).to_string().contains('f'));
        }
    }
}

#[test]
fn deep_nesting_is_no_danger() {
    for (path, open) in [
        ("a.rs", "fn f() { "),
        ("a.py", "["),
        ("a.ts", "{ function f() "),
        ("a.js", "("),
        ("a.go", "{"),
    ] {
        let rope = Rope::from_str(&open.repeat(20_000));
        // Too slow is an answer; a crash is not.
        let _ = Trees::new().outline(Path::new(path), &rope);
    }
}

//! Questions about a place: what encloses a line, where a name is used, what kind of text an offset is in.
#![expect(clippy::expect_used, reason = "the helpers of tests fail as tests do")]

use std::path::Path;

use context::{CodeKind, Trees};
use expect_test::{Expect, expect};
use ropey::Rope;

const SOURCE: &str = r#"//! Head.

/// First.
/// Second.
fn first() {
    let a = 1;

    second(a);
}

impl Point {
    /// Long
    /// doc.
    #[inline]
    pub fn len(&self) -> f64 {

        self.x
    }

    // Plain comment.

    fn other(&self) {}
}




fn last() {}
"#;

/// One line for each line of the text: what encloses it.
fn check_enclosing(source: &str, expect: Expect) {
    let trees = Trees::new();
    let rope = Rope::from_str(source);
    let lines = (1..=rope.len_lines()).map(|line| {
        let symbol = trees.enclosing(Path::new("a.rs"), &rope, line).expect("parses");
        format!("{line} {}\n", symbol.map_or("-".to_owned(), |symbol| symbol.name))
    });
    expect.assert_eq(&lines.collect::<String>());
}

#[test]
fn a_line_belongs_to_what_is_around_it_or_right_below_it() {
    check_enclosing(
        SOURCE,
        expect![[r#"
        1 first
        2 first
        3 first
        4 first
        5 first
        6 first
        7 first
        8 first
        9 first
        10 Point
        11 Point
        12 len
        13 len
        14 len
        15 len
        16 len
        17 len
        18 len
        19 Point
        20 other
        21 other
        22 other
        23 Point
        24 -
        25 -
        26 last
        27 last
        28 last
        29 -
    "#]],
    );
}

fn check_references(path: &str, source: &str, name: &str, expect: Expect) {
    let references = Trees::new()
        .references(Path::new(path), &Rope::from_str(source), name)
        .expect("parses");
    let lines = references.iter().map(|it| {
        format!(
            "{}{}{} in {}: {}\n",
            it.line,
            if it.is_definition { " definition" } else { "" },
            if it.is_call { " call" } else { "" },
            it.enclosing.as_deref().unwrap_or("-"),
            it.text
        )
    });
    expect.assert_eq(&lines.collect::<String>());
}

#[test]
fn references_are_code_only() {
    check_references(
        "a.rs",
        r#"use a::run;
/// run is not run.
fn run() { run(); } // run
fn other() { let run = 1; let running = "run"; x.run(); println!("{}", run(1)); }
struct S { run: u8 }
"#,
        "run",
        expect![[r#"
            1 in -: use a::run;
            3 definition in -: fn run() { run(); } // run
            3 call in run: fn run() { run(); } // run
            4 in other: fn other() { let run = 1; let running = "run"; x.run(); println!("{}", run(1)); }
            4 call in other: fn other() { let run = 1; let running = "run"; x.run(); println!("{}", run(1)); }
            4 call in other: fn other() { let run = 1; let running = "run"; x.run(); println!("{}", run(1)); }
            5 in S: struct S { run: u8 }
        "#]],
    );
    check_references(
        "a.py",
        "class Run:\n    def run(self):\n        '''run'''\n        self.run()\n        return Run(run=1, f=f'{run()} run')\n",
        "run",
        expect![[r#"
            2 definition in Run: def run(self):
            4 call in run: self.run()
            5 in run: return Run(run=1, f=f'{run()} run')
            5 call in run: return Run(run=1, f=f'{run()} run')
        "#]],
    );
    check_references(
        "a.ts",
        "import { run } from './run';\nexport const run = () => obj.run(new run(), { run, a: run });\ntype T = typeof run;\n",
        "run",
        expect![[r#"
            1 in -: import { run } from './run';
            2 definition in -: export const run = () => obj.run(new run(), { run, a: run });
            2 call in run: export const run = () => obj.run(new run(), { run, a: run });
            2 call in run: export const run = () => obj.run(new run(), { run, a: run });
            2 in run: export const run = () => obj.run(new run(), { run, a: run });
            2 in run: export const run = () => obj.run(new run(), { run, a: run });
            3 in T: type T = typeof run;
        "#]],
    );
    check_references(
        "a.go",
        "package a\n\nfunc (s *S) Run() { s.Run(); Run := 1; _ = Run }\n",
        "Run",
        expect![[r#"
            3 definition in -: func (s *S) Run() { s.Run(); Run := 1; _ = Run }
            3 call in Run: func (s *S) Run() { s.Run(); Run := 1; _ = Run }
            3 in Run: func (s *S) Run() { s.Run(); Run := 1; _ = Run }
            3 in Run: func (s *S) Run() { s.Run(); Run := 1; _ = Run }
        "#]],
    );
    check_references(
        "a.rs",
        "fn été() { été() }\nfn f() {}\n",
        "été",
        expect![[r#"
        1 definition in -: fn été() { été() }
        1 call in été: fn été() { été() }
    "#]],
    );
}

/// Marks each character of the source: `c` comment, `s` string, `.` code; line breaks stay.
fn check_kinds(path: &str, source: &str, expect: Expect) {
    let trees = Trees::new();
    let rope = Rope::from_str(source);
    let marks: String = source
        .char_indices()
        .map(
            |(offset, c)| match trees.code_kind_at(Path::new(path), &rope, offset).expect("parses") {
                CodeKind::Comment if c == '\n' => "c\n",
                _ if c == '\n' => "\n",
                CodeKind::Code => ".",
                CodeKind::Comment => "c",
                CodeKind::String => "s",
            },
        )
        .collect();
    expect.assert_eq(&marks);
}

#[test]
fn kinds_of_text() {
    check_kinds(
        "a.rs",
        "let a = \"s\"; // c\n/* b */ let c = 'x';\n/** d */\n",
        expect![[r#"
            ........sss..ccccc
            ccccccc.........sss.
            cccccccc
        "#]],
    );
    check_kinds(
        "a.py",
        "a = f'x{b}y' # c\n\"\"\"d\n e\"\"\"\n",
        expect![[r#"
        ....sss...ss.cccc
        ssss
        sssss
    "#]],
    );
    check_kinds(
        "a.tsx",
        "const a = `x${b}y` + 'z' // c\n",
        expect![[r#"
        ..........ss....ss...sss.ccccc
    "#]],
    );
    check_kinds(
        "a.go",
        "a := `r` + \"s\" + 'c' // c\n",
        expect![[r#"
        .....sss...sss...sss.ccccc
    "#]],
    );
    check_kinds("a.rs", "// open end", expect!["ccccccccccc"]);
}

#[test]
fn a_comment_is_still_typed_at_its_end() {
    let rope = Rope::from_str("// open end");
    assert_eq!(
        Trees::new().code_kind_at(Path::new("a.rs"), &rope, 11),
        Ok(CodeKind::Comment)
    );
}

#[test]
fn what_has_no_tree_says_why() {
    let trees = Trees::new();
    let unknown = trees
        .outline(Path::new("notes.txt"), &Rope::from_str("x"))
        .expect_err("no grammar")
        .to_string();
    assert!(unknown.starts_with("notes.txt: no grammar"), "{unknown}");
    let huge = Rope::from_str(&"// x\n".repeat(context::PARSE_SIZE_CAP / 5 + 1));
    let huge = trees
        .outline(Path::new("huge.rs"), &huge)
        .expect_err("too large")
        .to_string();
    assert!(
        huge.starts_with("huge.rs: ") && huge.contains("more than the 4194304"),
        "{huge}"
    );
}

#[test]
fn symbols_are_json_with_the_names_that_tools_print() {
    let outline = Trees::new()
        .outline(
            Path::new("a.rs"),
            &Rope::from_str("/// Doc.\npub fn f(a: u8) -> u8 { g(a) }\nstruct S;\n"),
        )
        .expect("parses");
    let json: Vec<String> = outline
        .iter()
        .map(|symbol| serde_json::to_string(symbol).expect("serialises"))
        .collect();
    expect![[r#"
        {"name":"f","kind":"function","lines":[2,2],"name_line":2,"signature":"pub fn f(a: u8) -> u8","parent":null,"doc":[1,1],"doc_text":"Doc.","body_first_line":2,"indent":"","params":[{"name":"a","type":"u8","default":false}],"returns":"u8","fallible":false,"panics":false,"raises":[],"is_test":false,"exported":true,"is_async":false,"receiver":null,"calls":[{"name":"g","line":2}]}
        {"name":"S","kind":"struct","lines":[3,3],"name_line":3,"signature":"struct S","parent":null,"doc":null,"doc_text":null,"body_first_line":null,"indent":"","params":[],"returns":null,"fallible":false,"panics":false,"raises":[],"is_test":false,"exported":false,"is_async":false,"receiver":null,"calls":[]}
    "#]].assert_eq(&(json.join("\n") + "\n"));
    let back: context::Symbol = serde_json::from_str(&json[0]).expect("reads back");
    assert_eq!(back, outline[0]);
}

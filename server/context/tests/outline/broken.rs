//! Texts that are being typed: what is whole must stay so.

use expect_test::expect;

use super::check;

#[test]
fn rust_neighbours_of_a_broken_header() {
    check(
        "src/typing.rs",
        "fn before() {}\n\nfn broken( {\n    let x = ;\n\nimpl Foo {\n    fn inside(&self) { x.call() }\n}\n\n/// After.\nfn after(a: u8) -> u8 { a }\n",
        expect![[r#"
            1-1:1 function `before`
                signature: fn before()
                body: 1
            6-8:6 impl `Foo`
                signature: impl Foo
                body: 7
            7-7:7 method Foo › `inside`
                signature: fn inside(&self)
                body: 7
                receiver: &self
                calls: call@7
                indent: "    "
            11-11:11 function `after`
                signature: fn after(a: u8) -> u8
                doc: 10-10 After.
                body: 11
                params: a: u8
                returns: u8
        "#]],
    );
}

#[test]
fn python_neighbours_of_a_broken_header() {
    check(
        "typing.py",
        "def before():\n    pass\n\ndef broken(a, :\n    x = \n\nclass After:\n    def method(self):\n        return (1\n\ndef last():\n    return 1\n",
        expect![[r#"
            1-2:1 function `before`
                signature: def before()
                body: 2
                is: exported
            7-9:7 class `After`
                signature: class After
                body: 8
                is: exported
            11-12:11 function `last`
                signature: def last()
                body: 12
                is: exported
        "#]],
    );
}

#[test]
fn typescript_neighbours_of_a_broken_header() {
    check(
        "src/typing.ts",
        "function before() {}\n\nfunction broken(a: {\n  const x = ;\n\nexport class After {\n  m() { return 1; }\n}\nfunction last(a: string) { return a; }\n",
        expect![[r#"
            1-1:1 function `before`
                signature: function before()
                body: 1
            6-8:6 class `After`
                signature: export class After
                body: 7
                is: exported
            7-7:7 method After › `m`
                signature: m()
                body: 7
                receiver: this
                is: exported
                indent: "  "
            9-9:9 function `last`
                signature: function last(a: string)
                body: 9
                params: a: string
        "#]],
    );
}

#[test]
fn go_neighbours_of_a_broken_header() {
    check(
        "typing.go",
        "package a\n\nfunc before() {}\n\nfunc broken(a int {\n\tx := \n}\n\nfunc after(a int) error { return nil }\n",
        expect![[r#"
            3-3:3 function `before`
                signature: func before()
                body: 3
            9-9:9 function `after`
                signature: func after(a int) error
                body: 9
                params: a: int
                returns: error
                is: fallible
        "#]],
    );
}

#[test]
fn a_brace_not_yet_typed_swallows_nothing() {
    check(
        "src/typing.rs",
        "#[derive(Debug)]\nstruct S;\n\n/// Typing.\nfn typing() {\n    if x {\n        y();\n}\n\n/// After.\n#[test]\nfn after() {}\n\nimpl S {\n    fn m(&self) {}\n}\n",
        expect![[r#"
            1-2:2 struct `S`
                signature: struct S
            11-12:12 function `after`
                signature: fn after()
                doc: 10-10 After.
                body: 12
                is: test
            14-16:14 impl `S`
                signature: impl S
                body: 15
            15-15:15 method S › `m`
                signature: fn m(&self)
                body: 15
                receiver: &self
                indent: "    "
        "#]],
    );
    check(
        "typing.ts",
        "/** Typing. */\nexport function typing() {\n  if (x) {\n    y();\n}\n\n/** After. */\nexport class After {\n  m() {}\n}\n",
        expect![[r#"
            2-5:2 function `typing`
                signature: export function typing()
                doc: 1-1 Typing.
                body: 3
                calls: y@4
                is: exported
            8-10:8 class `After`
                signature: export class After
                doc: 7-7 After.
                body: 9
                is: exported
            9-9:9 method After › `m`
                signature: m()
                body: 9
                receiver: this
                is: exported
                indent: "  "
        "#]],
    );
    check(
        "typing.go",
        "package p\n\n// Typing types.\nfunc Typing() {\n\tif x {\n\t\ty()\n}\n\n// After is after.\nfunc After() {}\n\ntype T struct {\n\tA int\n}\n",
        expect![[r#"
            4-8:4 function `Typing`
                signature: func Typing()
                doc: 3-3 Typing types.
                body: 5
                calls: y@6
                is: exported
            10-10:10 function `After`
                signature: func After()
                doc: 9-9 After is after.
                body: 10
                is: exported
            12-14:12 struct `T`
                signature: type T struct
                body: 13
                is: exported
        "#]],
    );
    check(
        "typing.py",
        "def typing():\n    x = foo(1,\n\n@dec\ndef after(a):\n    \"\"\"After.\"\"\"\n    return a\n",
        expect![[r#"
            1-2:1 function `typing`
                signature: def typing()
                body: 2
                is: exported
            4-7:5 function `after`
                signature: def after(a)
                doc: 6-6 After.
                body: 6
                params: a
                is: exported
        "#]],
    );
}

#[test]
fn half_a_statement_leaves_its_function_whole() {
    check(
        "src/typing.rs",
        "impl S {\n    /// M.\n    fn m(&self) {\n        self.\n    }\n\n    fn n(&self) {}\n}\n",
        expect![[r#"
            1-8:1 impl `S`
                signature: impl S
                body: 3
            3-5:3 method S › `m`
                signature: fn m(&self)
                doc: 2-2 M.
                body: 4
                receiver: &self
                indent: "    "
            7-7:7 method S › `n`
                signature: fn n(&self)
                body: 7
                receiver: &self
                indent: "    "
        "#]],
    );
    check(
        "typing.py",
        "class C:\n    def m(self):\n        self.\n\n    def n(self):\n        pass\n",
        expect![[r#"
            1-6:1 class `C`
                signature: class C
                body: 2
                is: exported
            5-6:5 method C › `n`
                signature: def n(self)
                body: 6
                receiver: self
                is: exported
                indent: "    "
        "#]],
    );
}

use expect_test::expect;
use serde_json::json;

use crate::harness::{check, check_task, task};
use crate::project::Project;

fn rust() -> Project {
    Project::default()
        .file(
            "src/header.rs",
            "/// Reads a header. It is strict.\npub fn parse_header(input: &str, strict: bool) -> Result<Header, Error> {\n    \
             let line = first_line(input);\n    println!(\"{line}\");\n    parse_header(line, strict)\n}\n\nfn first_line(input: &str) \
             -> &str {\n    input\n}\n",
        )
        .file("src/main.rs", "fn main() {\n    parse_header(\"a\", true);\n    parse_header(\"b\", true);\n}\n")
        .symbol(
            "src/header.rs",
            json!({
                "name": "parse_header", "kind": "function", "lines": [2, 6],
                "signature": "pub fn parse_header(input: &str, strict: bool) -> Result<Header, Error>",
                "parent": null, "doc": [1, 1], "doc_text": "Reads a header.",
                "params": [{ "name": "input", "type": "&str", "default": false }, { "name": "strict", "type": "bool", "default": false }],
                "returns": "Result<Header, Error>", "fallible": true, "exported": true,
                "calls": [{ "name": "first_line", "line": 3 }, { "name": "println!", "line": 4 }, { "name": "parse_header", "line": 5 }],
            }),
        )
        .symbol(
            "src/header.rs",
            json!({ "name": "first_line", "kind": "function", "lines": [8, 10], "signature": "fn first_line(input: &str) -> &str" }),
        )
        .symbol("src/main.rs", json!({ "name": "main", "kind": "function", "lines": [1, 4], "signature": "fn main()" }))
}

#[test]
fn a_rust_function() {
    check(
        rust(),
        "explain",
        "src/header.rs",
        3,
        &expect![[r#"
        I look up the symbol at this place.
          > outline src/header.rs 3
        I look up who uses `parse_header` and what it calls.
          > references parse_header
          > symbols first_line
          > symbols println
        ### `parse_header`

        ```rust
        pub fn parse_header(input: &str, strict: bool) -> Result<Header, Error>
        ```

        Exported function, defined in `src/header.rs:2-6`.

        > Reads a header.

        **Parameters**

        - `input`: `&str`
        - `strict`: `bool`

        **Returns** `Header`

        **Can fail** with `Error`

        **Used by** (by name)

        - `main` in `src/main.rs:2, 3`

        **Calls**

        - `first_line` in `src/header.rs:8`
        - `println!` (not defined in this workspace)

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn a_python_method() {
    let project = Project::default()
        .file("shop/cart.py", "class Cart:\n    async def add(self, item, count=1):\n        if count < 1:\n            raise ValueError(count)\n")
        .symbol("shop/cart.py", json!({ "name": "Cart", "kind": "class", "lines": [1, 4], "signature": "class Cart" }))
        .symbol(
            "shop/cart.py",
            json!({
                "name": "add", "kind": "method", "lines": [2, 4], "signature": "async def add(self, item, count=1)", "parent": "Cart",
                "params": [{ "name": "item", "type": null, "default": false }, { "name": "count", "type": null, "default": true }],
                "receiver": "self", "is_async": true, "exported": true, "fallible": true, "raises": ["ValueError"],
                "calls": [{ "name": "ValueError", "line": 4 }],
            }),
        );
    check(
        project,
        "explain",
        "shop/cart.py",
        3,
        &expect![[r#"
        I look up the symbol at this place.
          > outline shop/cart.py 3
        I look up who uses `add` and what it calls.
          > references add
          > symbols ValueError
        ### `add`

        ```python
        async def add(self, item, count=1)
        ```

        Exported async method of `Cart`, defined in `shop/cart.py:2-4`.

        **Parameters**

        - `item`
        - `count` (optional)

        **Raises** `ValueError`

        **Used by** nothing that the index knows.

        **Calls**

        - `ValueError` (not defined in this workspace)

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn a_typescript_type_and_a_go_function() {
    let project = Project::default().file("a.ts", "export interface Options { a: string }\n").symbol(
        "a.ts",
        json!({ "name": "Options", "kind": "interface", "lines": [1, 1], "signature": "export interface Options", "exported": true }),
    );
    check(
        project,
        "explain",
        "a.ts",
        1,
        &expect![[r#"
            I look up the symbol at this place.
              > outline a.ts 1
            I look up who uses `Options` and what it calls.
              > references Options
            ### `Options`

            ```typescript
            export interface Options
            ```

            Exported interface, defined in `a.ts:1`.

            **Used by** nothing that the index knows.

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        "#]],
    );

    let project = Project::default().file("a.go", "package a\n\nfunc Load(path string) ([]byte, error) {\n\treturn nil, nil\n}\n").symbol(
        "a.go",
        json!({
            "name": "Load", "kind": "function", "lines": [3, 5], "signature": "func Load(path string) ([]byte, error)",
            "params": [{ "name": "path", "type": "string", "default": false }], "returns": "([]byte, error)", "fallible": true,
            "exported": true,
        }),
    );
    check(
        project,
        "explain",
        "a.go",
        4,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.go 4
        I look up who uses `Load` and what it calls.
          > references Load
        ### `Load`

        ```go
        func Load(path string) ([]byte, error)
        ```

        Exported function, defined in `a.go:3-5`.

        **Parameters**

        - `path`: `string`

        **Returns** `[]byte`

        **Can fail** with `error`

        **Used by** nothing that the index knows.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

#[test]
fn a_place_without_symbol_is_explained_by_its_file() {
    check(
        rust(),
        "explain",
        "src/header.rs",
        40,
        &expect![[r#"
        I look up the symbol at this place.
          > outline src/header.rs 40
        There is no symbol here, so I look at the whole file.
          > outline src/header.rs
        ### `src/header.rs`

        2 symbols:

        - `pub fn parse_header(input: &str, strict: bool) -> Result<Header, Error>` (function, line 2)
        - `fn first_line(input: &str) -> &str` (function, line 8)

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    check_task(
        rust(),
        &task("explain", "src/main.rs", None, "", &[]),
        &expect![[r#"
            There is no symbol here, so I look at the whole file.
              > outline src/main.rs
            ### `src/main.rs`

            1 symbol:

            - `fn main()` (function, line 1)

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        "#]],
    );
}

#[test]
fn a_file_that_is_gone_ends_the_turn() {
    check(
        rust(),
        "explain",
        "src/gone.rs",
        1,
        &expect![[r#"
        I look up the symbol at this place.
          > outline src/gone.rs 1
        I stopped, because `outline` failed: `src/gone.rs` does not exist

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
}

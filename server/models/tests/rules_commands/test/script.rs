use expect_test::expect;
use serde_json::json;

use super::{function, method, param};
use crate::harness::check;
use crate::project::Project;

fn typescript() -> Project {
    let mut load = function(
        "load",
        "export async function load(path: string, options: Options): Promise<string[]>",
        [1, 3],
        &[param("path", "string"), param("options", "Options")],
        "Promise<string[]>",
    );
    load["is_async"] = json!(true);
    Project::default()
        .file(
            "src/io/load.ts",
            "export async function load(path: string, options: Options): Promise<string[]> {\n  return [];\n}\n",
        )
        .symbol("src/io/load.ts", load)
}

#[test]
fn typescript_with_vitest_in_a_folder_of_tests() {
    let project = typescript()
        .file("package.json", "{ \"devDependencies\": { \"vitest\": \"1\" } }\n")
        .file("test/other.test.ts", "import { it } from \"vitest\";\n");
    check(
        project,
        "test",
        "src/io/load.ts",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline src/io/load.ts 1
          > outline src/io/load.ts
          > read src/io/load.ts
        I look how this project tests.
          > glob **/package.json
          > glob **/*.{test,spec}.{ts,tsx,js,jsx,mjs,cjs,mts,cts}
        I read the project's manifest.
          > read package.json
        I propose the skeleton of a test.
          > write test/load.test.ts
        I proposed the skeleton of a test for `load` in the new file `test/load.test.ts`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === test/load.test.ts
        import { describe, expect, it } from "vitest";
        import { load } from "../src/io/load";

        describe("load", () => {
          it("returns the expected value", async () => {
            // Skeleton: fill in the arguments and the expected value.
            const actual = await load("", {} as never);
            expect(actual).toEqual([]);
          });
        });
    "#]],
    );
}

#[test]
fn typescript_with_jest_into_the_file_that_is_there() {
    let project = typescript()
        .file("package.json", "{\n  \"scripts\": { \"test\": \"jest\" }\n}\n")
        .file(
            "src/io/load.spec.ts",
            "import { save } from \"./load\";\n\nit(\"saves\", () => {});\n",
        );
    check(
        project,
        "test",
        "src/io/load.ts",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline src/io/load.ts 1
          > outline src/io/load.ts
          > read src/io/load.ts
        I look how this project tests.
          > glob **/package.json
          > glob **/*.{test,spec}.{ts,tsx,js,jsx,mjs,cjs,mts,cts}
        I read the project's manifest.
          > read package.json
        I read `src/io/load.spec.ts`.
          > read src/io/load.spec.ts
        I propose the skeleton of a test.
          > insert src/io/load.spec.ts 4
          > insert src/io/load.spec.ts 2
        I proposed the skeleton of a test for `load` in `src/io/load.spec.ts`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === src/io/load.spec.ts
        import { save } from "./load";
        import { load } from "./load";

        it("saves", () => {});

        describe("load", () => {
          it("returns the expected value", async () => {
            // Skeleton: fill in the arguments and the expected value.
            const actual = await load("", {} as never);
            expect(actual).toEqual([]);
          });
        });
    "#]],
    );
}

#[test]
fn javascript_with_nothing_but_node() {
    let mut add = function(
        "add",
        "function add(a, b)",
        [1, 3],
        &[param("a", ""), param("b", "")],
        "",
    );
    add["exported"] = json!(false);
    let text = "function add(a, b) {\n  return a + b;\n}\n";
    let hidden = Project::default()
        .file("lib/add.js", text)
        .symbol("lib/add.js", add.clone());
    check(
        hidden,
        "test",
        "lib/add.js",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline lib/add.js 1
          > outline lib/add.js
          > read lib/add.js
        `add` is not exported, so a test file cannot import it. Export it, then ask again.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
    "#]],
    );
    let project = Project::default()
        .file("lib/add.js", &format!("{text}\nmodule.exports = {{ add }};\n"))
        .symbol("lib/add.js", add);
    check(
        project,
        "test",
        "lib/add.js",
        1,
        &expect![[r#"
        I look up the function and its file.
          > outline lib/add.js 1
          > outline lib/add.js
          > read lib/add.js
        I look how this project tests.
          > glob **/package.json
          > glob **/*.{test,spec}.{ts,tsx,js,jsx,mjs,cjs,mts,cts}
        I propose the skeleton of a test.
          > write lib/add.test.js
        I proposed the skeleton of a test for `add` in the new file `lib/add.test.js`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === lib/add.test.js
        const assert = require("node:assert/strict");
        const { describe, it } = require("node:test");
        const { add } = require("./add");

        describe("add", () => {
          it("returns the expected value", () => {
            // Skeleton: fill in the arguments and the expected value.
            const actual = add(undefined, undefined);
            assert.equal(actual, undefined);
          });
        });
    "#]],
    );
}

#[test]
fn typescript_method() {
    let text =
        "export default class Cart {\n  constructor(private owner: string) {}\n  size(): number { return 0; }\n}\n";
    let constructor = function(
        "constructor",
        "constructor(private owner: string)",
        [2, 2],
        &[param("owner", "string")],
        "",
    );
    let project = Project::default()
        .file("cart.ts", text)
        .symbol(
            "cart.ts",
            json!({ "name": "Cart", "kind": "class", "lines": [1, 4], "signature": "export default class Cart" }),
        )
        .symbol("cart.ts", method("Cart", Some("this"), constructor))
        .symbol(
            "cart.ts",
            method(
                "Cart",
                Some("this"),
                function("size", "size(): number", [3, 3], &[], "number"),
            ),
        );
    check(
        project,
        "test",
        "cart.ts",
        3,
        &expect![[r#"
        I look up the function and its file.
          > outline cart.ts 3
          > outline cart.ts
          > read cart.ts
        I look how this project tests.
          > glob **/package.json
          > glob **/*.{test,spec}.{ts,tsx,js,jsx,mjs,cjs,mts,cts}
        I look up how its type is made.
          > outline cart.ts 2
        I propose the skeleton of a test.
          > write cart.test.ts
        I proposed the skeleton of a test for `size` in the new file `cart.test.ts`. Its arguments and expected values are placeholders: fill them in before you trust it.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === cart.test.ts
        import assert from "node:assert/strict";
        import { describe, it } from "node:test";
        import Cart from "./cart.ts";

        describe("size", () => {
          it("returns the expected value", () => {
            // Skeleton: fill in the arguments and the expected value.
            const value = new Cart("");
            const actual = value.size();
            assert.equal(actual, 0);
          });
        });
    "#]],
    );
}

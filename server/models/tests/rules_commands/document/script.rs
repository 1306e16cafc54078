use expect_test::expect;
use serde_json::json;

use super::param;
use crate::harness::check;
use crate::project::Project;

#[test]
fn a_typescript_method_with_a_decorator() {
    let project = Project::default()
        .file("a.ts", "export class Api {\n  @log()\n  async fetchUser(id: string, retries = 3): Promise<User> {\n    throw new RangeError(id);\n  }\n}\n")
        .symbol("a.ts", json!({ "name": "Api", "kind": "class", "lines": [1, 6], "signature": "export class Api", "exported": true }))
        .symbol(
            "a.ts",
            json!({
                "name": "fetchUser", "kind": "method", "lines": [2, 5], "parent": "Api", "receiver": "this", "is_async": true,
                "signature": "async fetchUser(id: string, retries = 3): Promise<User>", "raises": ["RangeError"], "fallible": true,
                "params": [param("id", "string", false), param("retries", "", true), param("{ a, b }", "", true)],
                "returns": "Promise<User>", "exported": true,
            }),
        );
    check(
        project,
        "document",
        "a.ts",
        4,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.ts 4
        I read the code.
          > read a.ts 2 5
        I propose the documentation.
          > insert a.ts 2
        I proposed documentation for `fetchUser` in `a.ts`. It is a skeleton from names and types: add what they do not tell.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.ts
        export class Api {
          /**
           * Fetches the user.
           *
           * @param id - The id.
           * @param retries - The retries.
           * @returns A promise of the result (`User`).
           * @throws {RangeError} When the body throws it.
           */
          @log()
          async fetchUser(id: string, retries = 3): Promise<User> {
            throw new RangeError(id);
          }
        }
    "#]],
    );
}

#[test]
fn a_javascript_block_is_completed() {
    let project = Project::default()
        .file("a.js", "/**\n * Adds.\n * @param {number} a - The first.\n * @returns {number} The sum.\n */\nfunction add(a, b = 1) {\n  return a + b;\n}\n")
        .symbol(
            "a.js",
            json!({
                "name": "add", "kind": "function", "lines": [6, 8], "doc": [1, 5], "signature": "function add(a, b = 1)",
                "params": [param("a", "", false), param("b", "", true)],
            }),
        );
    check(
        project,
        "document",
        "a.js",
        7,
        &expect![[r#"
        I look up the symbol at this place.
          > outline a.js 7
        I read the code.
          > read a.js 1 8
        I propose the documentation.
          > insert a.js 4
        `add` had documentation; I proposed the entries that were missing.

        _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
        === a.js
        /**
         * Adds.
         * @param {number} a - The first.
         * @param [b] - The b.
         * @returns {number} The sum.
         */
        function add(a, b = 1) {
          return a + b;
        }
    "#]],
    );
}

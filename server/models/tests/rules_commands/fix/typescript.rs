use expect_test::expect;

use super::{at, check};

#[test]
fn typescript_messages() {
    let text = "import def, { one, two } from \"./a\";\nimport { three } from './b'\n\nconst limit = 1;\nfunction f(a: number, b: number) {\n  \
                limit = prnt(a)\n  return this.valeu;\n}\n";
    check(
        "a.ts",
        text,
        &[
            at([1, 14, 1, 17], "6133", "'one' is declared but its value is never read."),
            at(
                [2, 0, 2, 27],
                "6133",
                "'three' is declared but its value is never read.",
            ),
            at([5, 22, 5, 23], "6133", "'b' is declared but its value is never read."),
            at(
                [6, 2, 6, 7],
                "2588",
                "Cannot assign to 'limit' because it is a constant.",
            ),
            at([6, 10, 6, 14], "2552", "Cannot find name 'prnt'. Did you mean 'print'?"),
            at([7, 2, 7, 8], "1005", "';' expected."),
            at(
                [7, 14, 7, 19],
                "2551",
                "Property 'valeu' does not exist on type 'A'. Did you mean 'value'?",
            ),
            at([5, 11, 5, 12], "7006", "Parameter 'a' implicitly has an 'any' type."),
        ],
        &expect![[r#"
            I read the file.
              > read a.ts
            I propose 7 fixes.
              > edit a.ts 7
              > edit a.ts 6
              > edit a.ts 5
              > edit a.ts 4
              > edit a.ts 2
              > edit a.ts 1
            Proposed in `a.ts`:

            - line 1, “'one' is declared but its value is never read” (6133): removed the unused import `one`
            - line 2, “'three' is declared but its value is never read” (6133): removed the unused import `three`
            - line 5, “'b' is declared but its value is never read” (6133): `_b` for `b`, to mark it as unused
            - line 6, “Cannot assign to 'limit' because it is a constant” (2588): declared `limit` with `let`
            - line 6, “Cannot find name 'prnt'. Did you mean 'print'?” (2552): `print` for `prnt`
            - line 7, “';' expected” (1005): added the missing `;`
            - line 7, “Property 'valeu' does not exist on type 'A'. Did you mean 'value'?” (2551): `value` for `valeu`

            Not fixed:

            - line 5, “Parameter 'a' implicitly has an 'any' type” (7006): which type it should have I cannot know

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === a.ts
            import def, { two } from "./a";

            let limit = 1;
            function f(a: number, _b: number) {
              limit = print(a);
              return this.value;
            }
        "#]],
    );
}

#[test]
fn what_is_unused_may_still_be_needed() {
    check(
        "a.ts",
        "const limit = 10;\nlimit = 3;\nclass A { run(cb) {} }\nfor (const item of list) {}\nconst value = call();\nlet plain = 1;\n",
        &[
            at(
                [1, 6, 1, 11],
                "6133",
                "'limit' is declared but its value is never read.",
            ),
            at([3, 14, 3, 16], "6133", "'cb' is declared but its value is never read."),
            at([4, 5, 4, 15], "6133", "'item' is declared but its value is never read."),
            at(
                [5, 6, 5, 11],
                "6133",
                "'value' is declared but its value is never read.",
            ),
            at([6, 4, 6, 9], "6133", "'plain' is declared but its value is never read."),
        ],
        &expect![[r#"
            I read the file.
              > read a.ts
            I propose 3 fixes.
              > edit a.ts 5
              > edit a.ts 4
              > edit a.ts 3
            Proposed in `a.ts`:

            - line 3, “'cb' is declared but its value is never read” (6133): `_cb` for `cb`, to mark it as unused
            - line 4, “'item' is declared but its value is never read” (6133): `_item` for `item`, to mark it as unused
            - line 6, “'plain' is declared but its value is never read” (6133): removed the unused `plain`

            Not fixed:

            - line 1, “'limit' is declared but its value is never read” (6133): `limit` stands elsewhere in the file too
            - line 5, “'value' is declared but its value is never read” (6133): whether the value of `value` has an effect I cannot know

            _I am Singletree's built-in rule model, not a language model: I work from the syntax tree and fixed rules._
            === a.ts
            const limit = 10;
            limit = 3;
            class A { run(_cb) {} }
            for (const _item of list) {}
            const value = call();
        "#]],
    );
}

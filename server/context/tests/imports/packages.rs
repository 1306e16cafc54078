//! JavaScript and TypeScript: packages of the workspace.

use expect_test::expect;

use crate::check;

#[test]
fn what_packages_offer() {
    let files = [
        ("pnpm-workspace.yaml", "packages:\n  - packages/*\n"),
        (
            "packages/ui/package.json",
            r##"{"name": "@x/ui", "exports": {
                ".": {"types": "./dist/index.d.ts", "import": {"default": "./dist/index.mjs"}},
                "./button": "./src/button/main.tsx",
                "./icons/*": ["./dist/icons/*.js"],
                "./package.json": "./package.json"
            }, "imports": {"#part/*": {"default": "./src/parts/*.ts"}, "#own": "@x/plain"}}"##,
        ),
        ("packages/ui/src/index.ts", ""),
        ("packages/ui/src/button/main.tsx", ""),
        ("packages/ui/src/icons/star.ts", ""),
        ("packages/ui/src/parts/a.ts", ""),
        ("packages/ui/src/hidden.ts", ""),
        (
            "packages/plain/package.json",
            r#"{"name": "@x/plain", "main": "./main"}"#,
        ),
        ("packages/plain/main.js", ""),
        ("packages/plain/test/t.js", ""),
        (
            "packages/source/package.json",
            r#"{"name": "source", "exports": {"development": "./code/start.ts", "default": "./dist/start.js"}}"#,
        ),
        ("packages/source/code/start.ts", ""),
        ("packages/source/src/index.ts", ""),
        (
            "packages/shim/package.json",
            r#"{"name": "shim", "main": "index.js", "module": "dist/shim.esm.js"}"#,
        ),
        ("packages/shim/index.js", ""),
        ("packages/shim/src/index.ts", ""),
        (
            "packages/types/package.json",
            r#"{"name": "types", "types": "lib/api.d.ts"}"#,
        ),
        ("packages/types/src/api.ts", ""),
        (
            "packages/string/package.json",
            r#"{"name": "string", "exports": "./a.js"}"#,
        ),
        ("packages/string/a.js", ""),
        ("fixtures/ui/package.json", r#"{"name": "@x/ui", "main": "fake.js"}"#),
        ("fixtures/ui/fake.js", ""),
        ("broken/package.json", "{"),
        ("app/main.ts", ""),
    ];
    check(
        &files,
        &[
            ("app/main.ts", "@x/ui"),
            ("app/main.ts", "@x/ui/button"),
            ("app/main.ts", "@x/ui/icons/star"),
            ("app/main.ts", "@x/ui/package.json"),
            ("app/main.ts", "@x/ui/dist/hidden.js"),
            ("packages/ui/src/index.ts", "#part/a"),
            ("packages/ui/src/index.ts", "#part/none"),
            ("packages/ui/src/index.ts", "#own"),
            ("packages/ui/src/index.ts", "@x/ui/button"),
            ("app/main.ts", "#part/a"),
            ("app/main.ts", "@x/plain"),
            ("packages/plain/test/t.js", ".."),
            ("packages/plain/test/t.js", "../"),
            ("app/main.ts", "source"),
            ("app/main.ts", "shim"),
            ("packages/shim/index.js", "./dist/shim.cjs.js"),
            ("packages/shim/test/x.js", "../dist/index.js"),
            ("app/main.ts", "types"),
            ("app/main.ts", "string"),
            ("fixtures/ui/other.js", "@x/ui"),
            ("app/main.ts", "@x/none"),
            ("app/main.ts", "@x"),
        ],
        expect![[r#"
            app/main.ts: @x/ui → packages/ui/src/index.ts
            app/main.ts: @x/ui/button → packages/ui/src/button/main.tsx
            app/main.ts: @x/ui/icons/star → packages/ui/src/icons/star.ts
            app/main.ts: @x/ui/package.json → packages/ui/package.json
            app/main.ts: @x/ui/dist/hidden.js → packages/ui/src/hidden.ts
            packages/ui/src/index.ts: #part/a → packages/ui/src/parts/a.ts
            packages/ui/src/index.ts: #part/none → 
            packages/ui/src/index.ts: #own → packages/plain/main.js
            packages/ui/src/index.ts: @x/ui/button → packages/ui/src/button/main.tsx
            app/main.ts: #part/a → 
            app/main.ts: @x/plain → packages/plain/main.js
            packages/plain/test/t.js: .. → packages/plain/main.js
            packages/plain/test/t.js: ../ → packages/plain/main.js
            app/main.ts: source → packages/source/code/start.ts
            app/main.ts: shim → packages/shim/src/index.ts
            packages/shim/index.js: ./dist/shim.cjs.js → packages/shim/src/index.ts
            packages/shim/test/x.js: ../dist/index.js → packages/shim/src/index.ts
            app/main.ts: types → packages/types/src/api.ts
            app/main.ts: string → packages/string/a.js
            fixtures/ui/other.js: @x/ui → fixtures/ui/fake.js
            app/main.ts: @x/none → 
            app/main.ts: @x → 
        "#]],
    );
}

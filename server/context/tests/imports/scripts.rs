//! JavaScript and TypeScript: relative paths and aliases.

use expect_test::expect;

use crate::{check, plain};

#[test]
fn scripts() {
    let mut files = plain(&[
        "packages/ui/src/index.ts",
        "packages/ui/src/button.tsx",
        "packages/ui/src/style.css",
        "packages/ui/src/old.js",
        "packages/ui/src/view.vue",
        "app/lib/x.ts",
        "app/lib/deep/index.js",
        "app/main.ts",
        "web/src/util/a.ts",
        "web/src/main.ts",
    ]);
    files.push((
        "packages/ui/package.json",
        r#"{"name": "@x/ui", "main": "dist/index.js"}"#,
    ));
    files.push((
        "app/tsconfig.json",
        "{ // aliases\n\"compilerOptions\": {\"baseUrl\": \".\", \"paths\": {\"@lib/*\": [\"lib/*\"], \"exact\": [\"main.ts\"],}}}",
    ));
    check(
        &files,
        &[
            ("packages/ui/src/index.ts", "./button"),
            ("packages/ui/src/index.ts", "./button.js"),
            ("packages/ui/src/index.ts", "./old.js?raw"),
            ("packages/ui/src/view.vue", "./style.css"),
            ("packages/ui/src/button.tsx", "./view.vue"),
            ("packages/ui/src/button.tsx", "."),
            ("app/main.ts", "@x/ui"),
            ("app/main.ts", "@x/ui/button"),
            ("app/main.ts", "@lib/x"),
            ("app/main.ts", "@lib/deep"),
            ("app/lib/x.ts", "exact"),
            ("app/main.ts", "lib/x"),
            ("web/src/main.ts", "@/util/a"),
            ("web/src/main.ts", "react"),
            ("web/src/main.ts", "../../../../x"),
        ],
        expect![[r#"
            packages/ui/src/index.ts: ./button → packages/ui/src/button.tsx
            packages/ui/src/index.ts: ./button.js → packages/ui/src/button.tsx
            packages/ui/src/index.ts: ./old.js?raw → packages/ui/src/old.js
            packages/ui/src/view.vue: ./style.css → packages/ui/src/style.css
            packages/ui/src/button.tsx: ./view.vue → packages/ui/src/view.vue
            packages/ui/src/button.tsx: . → packages/ui/src/index.ts
            app/main.ts: @x/ui → packages/ui/src/index.ts
            app/main.ts: @x/ui/button → packages/ui/src/button.tsx
            app/main.ts: @lib/x → app/lib/x.ts
            app/main.ts: @lib/deep → app/lib/deep/index.js
            app/lib/x.ts: exact → app/main.ts
            app/main.ts: lib/x → app/lib/x.ts
            web/src/main.ts: @/util/a → web/src/util/a.ts
            web/src/main.ts: react → 
            web/src/main.ts: ../../../../x → 
        "#]],
    );
}

#[test]
fn configurations_extend_and_refer_to_others() {
    let files = [
        (
            "tsconfig.base.json",
            "\u{feff}{ /* all */ \"compilerOptions\": {\"paths\": {\"@one/*\": [\"./one/src/*\",], \"@lib\": [\"lib/main\"]}}, }",
        ),
        ("one/tsconfig.json", "{\"extends\": \"../tsconfig.base\"} // x"),
        ("one/src/a.ts", ""),
        ("lib/main.ts", ""),
        (
            "two/tsconfig.json",
            r#"{"files": [], "references": [{"path": "./tsconfig.app.json"}, {"path": "./node"}]}"#,
        ),
        (
            "two/tsconfig.app.json",
            r#"{"extends": ["@conf/ts/strict.json", "./none.json"], "compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#,
        ),
        ("two/node/tsconfig.json", r#"{"compilerOptions": {"baseUrl": "./lib"}}"#),
        ("two/node/lib/tool.ts", ""),
        ("two/src/b.ts", ""),
        ("two/src/deep/c.ts", ""),
        ("conf/package.json", r#"{"name": "@conf/ts"}"#),
        (
            "conf/strict.json",
            r#"{"extends": "./ring.json", "compilerOptions": {"baseUrl": "${configDir}/src"}}"#,
        ),
        ("conf/ring.json", r#"{"extends": "./strict.json"}"#),
        (
            "three/tsconfig.json",
            r#"{"extends": "../two/tsconfig.app.json", "compilerOptions": {"paths": {"@/b": ["../own.ts"]}}}"#,
        ),
        ("three/own.ts", ""),
        ("three/src/x.ts", ""),
        (
            "four/jsconfig.json",
            r#"{"compilerOptions": {"paths": {"~/*": ["${configDir}/a/*"]}}}"#,
        ),
        ("four/a/y.js", ""),
        ("five/tsconfig.json", "{ broken"),
        ("five/z.ts", ""),
        (
            "six/deno.jsonc",
            "{\"imports\": {\"six/\": \"./code/\", \"std\": \"jsr:@std\", /* own */ \"one\": \"./code/n.ts\"}}",
        ),
        ("six/code/n.ts", ""),
    ];
    check(
        &files,
        &[
            ("one/src/x.ts", "@one/a"),
            ("one/src/x.ts", "@lib"),
            ("one/src/x.ts", "@lib/main"),
            ("two/src/deep/c.ts", "@/b"),
            ("two/src/deep/c.ts", "deep/c"),
            ("two/src/b.ts", "deep/c"),
            ("two/node/x.ts", "tool"),
            ("two/src/b.ts", "tool"),
            ("three/src/x.ts", "@/b"),
            ("three/src/y.ts", "x"),
            ("four/a/x.js", "~/y"),
            ("five/z.ts", "@/b"),
            ("six/x.ts", "six/n.ts"),
            ("six/x.ts", "one"),
            ("six/x.ts", "std"),
        ],
        expect![[r#"
            one/src/x.ts: @one/a → one/src/a.ts
            one/src/x.ts: @lib → lib/main.ts
            one/src/x.ts: @lib/main → 
            two/src/deep/c.ts: @/b → two/src/b.ts
            two/src/deep/c.ts: deep/c → 
            two/src/b.ts: deep/c → two/src/deep/c.ts
            two/node/x.ts: tool → two/node/lib/tool.ts
            two/src/b.ts: tool → 
            three/src/x.ts: @/b → three/own.ts
            three/src/y.ts: x → three/src/x.ts
            four/a/x.js: ~/y → four/a/y.js
            five/z.ts: @/b → 
            six/x.ts: six/n.ts → six/code/n.ts
            six/x.ts: one → six/code/n.ts
            six/x.ts: std → 
        "#]],
    );
}

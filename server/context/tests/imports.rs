//! Imports to files, in small workspaces: a line of the expectation is an importer, what it writes, and what it gets.
#![expect(clippy::expect_used, reason = "the helpers of tests fail as tests do")]

use std::path::Path;

use context::imports::{Resolver, tested_by_name};
use context::{Language, Skeleton};
use expect_test::{Expect, expect};

/// Files without a text are only there.
fn check(files: &[(&str, &str)], imports: &[(&str, &str)], expect: Expect) {
    let read = |path: &str| {
        files
            .iter()
            .find(|(file, _)| *file == path)
            .map(|(_, text)| (*text).to_owned())
    };
    let resolver = Resolver::new(files.iter().map(|(path, _)| *path), &read);
    let mut out = String::new();
    for (importer, target) in imports {
        let language = Language::of_path(Path::new(importer)).expect("a known language");
        let found = resolver.resolve(language, importer, target);
        let found: Vec<&str> = found.iter().map(|index| files[*index as usize].0).collect();
        out += &format!("{importer}: {target} → {}\n", found.join(" "));
    }
    expect.assert_eq(&out);
}

fn plain<'a>(paths: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    paths.iter().map(|path| (*path, "")).collect()
}

#[test]
fn rust() {
    let mut files = plain(&[
        "core/src/lib.rs",
        "core/src/a.rs",
        "core/src/a/b.rs",
        "core/src/c/mod.rs",
        "core/src/c/d.rs",
        "core/tests/t.rs",
        "core/tests/common/mod.rs",
        "app/src/main.rs",
        "app/src/x.rs",
    ]);
    files.push((
        "core/Cargo.toml",
        "[package]\nname = \"my-core\" # x\n[dependencies]\nname = \"no\"\n",
    ));
    files.push(("app/Cargo.toml", "[package]\nname = \"app\"\n"));
    files.push(("Cargo.toml", "[workspace]\n"));
    check(
        &files,
        &[
            ("core/src/a/b.rs", "crate::a::Type"),
            ("core/src/a/b.rs", "crate::c::d::f"),
            ("core/src/a/b.rs", "super::f"),
            ("core/src/a/b.rs", "super::super::c"),
            ("core/src/a.rs", "self::b"),
            ("core/src/a.rs", "b::f"),
            ("core/src/c/mod.rs", "self::d"),
            ("core/src/c/d.rs", "crate::Top"),
            ("core/src/lib.rs", "self::a"),
            ("core/tests/t.rs", "my_core::a::b"),
            ("core/tests/t.rs", "self::common"),
            ("app/src/x.rs", "my_core::Top"),
            ("app/src/x.rs", "crate::x::y"),
            ("app/src/main.rs", "x::y"),
            ("app/src/x.rs", "std::fmt"),
        ],
        expect![[r#"
            core/src/a/b.rs: crate::a::Type → core/src/a.rs
            core/src/a/b.rs: crate::c::d::f → core/src/c/d.rs
            core/src/a/b.rs: super::f → core/src/a.rs
            core/src/a/b.rs: super::super::c → core/src/c/mod.rs
            core/src/a.rs: self::b → core/src/a/b.rs
            core/src/a.rs: b::f → core/src/a/b.rs
            core/src/c/mod.rs: self::d → core/src/c/d.rs
            core/src/c/d.rs: crate::Top → core/src/lib.rs
            core/src/lib.rs: self::a → core/src/a.rs
            core/tests/t.rs: my_core::a::b → core/src/a/b.rs
            core/tests/t.rs: self::common → core/tests/common/mod.rs
            app/src/x.rs: my_core::Top → core/src/lib.rs
            app/src/x.rs: crate::x::y → 
            app/src/main.rs: x::y → app/src/x.rs
            app/src/x.rs: std::fmt → 
        "#]],
    );
}

#[test]
fn python() {
    let files = plain(&[
        "src/pkg/__init__.py",
        "src/pkg/mod.py",
        "src/pkg/sub/__init__.py",
        "src/pkg/sub/deep.py",
        "tests/test_mod.py",
        "tests/helpers.py",
        "other/place/thing/part.py",
        "json.py",
    ]);
    check(
        &files,
        &[
            ("tests/test_mod.py", "pkg.mod"),
            ("tests/test_mod.py", "pkg"),
            ("tests/test_mod.py", "pkg.mod.Class"),
            ("tests/test_mod.py", "helpers"),
            ("src/pkg/sub/deep.py", "."),
            ("src/pkg/sub/deep.py", "..mod"),
            ("src/pkg/sub/deep.py", "pkg.sub"),
            ("src/pkg/mod.py", "thing.part"),
            ("src/pkg/mod.py", "part"),
            ("src/pkg/mod.py", "os.path"),
        ],
        expect![[r#"
            tests/test_mod.py: pkg.mod → src/pkg/mod.py
            tests/test_mod.py: pkg → src/pkg/__init__.py
            tests/test_mod.py: pkg.mod.Class → src/pkg/mod.py
            tests/test_mod.py: helpers → tests/helpers.py
            src/pkg/sub/deep.py: . → src/pkg/sub/__init__.py
            src/pkg/sub/deep.py: ..mod → src/pkg/mod.py
            src/pkg/sub/deep.py: pkg.sub → src/pkg/sub/__init__.py
            src/pkg/mod.py: thing.part → other/place/thing/part.py
            src/pkg/mod.py: part → 
            src/pkg/mod.py: os.path → 
        "#]],
    );
}

#[test]
fn a_name_from_a_package_may_be_a_module() {
    let files = ["pkg/__init__.py", "pkg/a.py", "pkg/b.py"];
    let resolver = Resolver::new(files.into_iter(), &|_| None);
    let found = |text: &str| {
        let skeleton = Skeleton::read(Language::Python, text).expect("parses");
        resolver.resolve_import(Language::Python, "pkg/b.py", &skeleton.imports[0], text)
    };
    assert_eq!(found("from . import a"), [1]);
    assert_eq!(found("from . import a, NAME"), [0, 1]);
    assert_eq!(found("from pkg import NAME"), [0]);
}

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
fn packages_of_folders() {
    let mut files = plain(&[
        "go/pkg/a.go",
        "go/pkg/b.go",
        "go/pkg/a_test.go",
        "go/pkg/sub/c.go",
        "go/main.go",
        "j/src/com/y/Foo.java",
        "j/src/com/y/Bar.java",
        "j/src/com/y/z/Deep.java",
        "k/com/k/Top.kt",
        "tf/main.tf",
        "tf/mod/a.tf",
        "tf/mod/b.tf",
    ]);
    files.push(("go/go.mod", "module github.com/x/y\n\ngo 1.22\n"));
    check(
        &files,
        &[
            ("go/main.go", "github.com/x/y/pkg"),
            ("go/pkg/a.go", "github.com/x/y"),
            ("go/main.go", "github.com/x/yy/pkg"),
            ("go/main.go", "fmt"),
            ("j/src/com/y/Foo.java", "com.y.Bar"),
            ("j/src/com/y/Foo.java", "com.y.Bar.Inner.NAME"),
            ("j/src/com/y/z/Deep.java", "com.y.*"),
            ("j/src/com/y/Foo.java", "java.util.List"),
            ("k/com/k/Top.kt", "com.y.Foo"),
            ("k/com/k/Other.kt", "com.k.function"),
            ("tf/main.tf", "./mod"),
        ],
        expect![[r#"
            go/main.go: github.com/x/y/pkg → go/pkg/a.go go/pkg/b.go
            go/pkg/a.go: github.com/x/y → go/main.go
            go/main.go: github.com/x/yy/pkg → 
            go/main.go: fmt → 
            j/src/com/y/Foo.java: com.y.Bar → j/src/com/y/Bar.java
            j/src/com/y/Foo.java: com.y.Bar.Inner.NAME → j/src/com/y/Bar.java
            j/src/com/y/z/Deep.java: com.y.* → j/src/com/y/Foo.java j/src/com/y/Bar.java
            j/src/com/y/Foo.java: java.util.List → 
            k/com/k/Top.kt: com.y.Foo → j/src/com/y/Foo.java
            k/com/k/Other.kt: com.k.function → k/com/k/Top.kt
            tf/main.tf: ./mod → tf/mod/a.tf tf/mod/b.tf
        "#]],
    );
}

#[test]
fn ends_of_paths() {
    let files = plain(&[
        "c/src/a.c",
        "c/include/lib/a.h",
        "c/src/util.h",
        "d/src/util.h",
        "lib/tool/run.rb",
        "spec/help.rb",
        "lua/my/plugin/init.lua",
        "lua/my/util.lua",
        "app/Models/User.php",
        "app/x.php",
        "lib/my_app/user_name.ex",
        "zig/b.zig",
        "dart/lib/src/a.dart",
        "sh/lib.sh",
        "css/_part.scss",
        "proto/a/c.proto",
        "hs/Data/Thing.hs",
        "nix/mod/default.nix",
        "cmake/src/CMakeLists.txt",
    ]);
    check(
        &files,
        &[
            ("c/src/a.c", "lib/a.h"),
            ("c/src/a.c", "util.h"),
            ("c/include/x.c", "util.h"),
            ("e/x.c", "util.h"),
            ("c/src/a.c", "stdio.h"),
            ("spec/x.rb", "tool/run"),
            ("spec/x.rb", "./help"),
            ("spec/x.rb", "json"),
            ("lua/my/util.lua", "my.plugin"),
            ("lua/my/plugin/init.lua", "my.util"),
            ("app/x.php", "App\\Models\\User"),
            ("app/Models/User.php", "./x.php"),
            ("lib/x.ex", "MyApp.UserName"),
            ("zig/a.zig", "b.zig"),
            ("zig/a.zig", "std"),
            ("dart/test/t.dart", "package:dart/src/a.dart"),
            ("sh/bin/run.sh", "./lib.sh"),
            ("css/a.scss", "part"),
            ("proto/b.proto", "a/c.proto"),
            ("hs/Main.hs", "Data.Thing"),
            ("nix/a.nix", "./mod"),
            ("cmake/CMakeLists.txt", "src/CMakeLists.txt"),
        ],
        expect![[r#"
            c/src/a.c: lib/a.h → c/include/lib/a.h
            c/src/a.c: util.h → c/src/util.h
            c/include/x.c: util.h → c/src/util.h
            e/x.c: util.h → 
            c/src/a.c: stdio.h → 
            spec/x.rb: tool/run → lib/tool/run.rb
            spec/x.rb: ./help → spec/help.rb
            spec/x.rb: json → 
            lua/my/util.lua: my.plugin → lua/my/plugin/init.lua
            lua/my/plugin/init.lua: my.util → lua/my/util.lua
            app/x.php: App\Models\User → app/Models/User.php
            app/Models/User.php: ./x.php → app/x.php
            lib/x.ex: MyApp.UserName → lib/my_app/user_name.ex
            zig/a.zig: b.zig → zig/b.zig
            zig/a.zig: std → 
            dart/test/t.dart: package:dart/src/a.dart → dart/lib/src/a.dart
            sh/bin/run.sh: ./lib.sh → sh/lib.sh
            css/a.scss: part → css/_part.scss
            proto/b.proto: a/c.proto → proto/a/c.proto
            hs/Main.hs: Data.Thing → hs/Data/Thing.hs
            nix/a.nix: ./mod → nix/mod/default.nix
            cmake/CMakeLists.txt: src/CMakeLists.txt → cmake/src/CMakeLists.txt
        "#]],
    );
}

#[test]
fn a_hundred_thousand_files_are_not_many() {
    let paths: Vec<String> = (0..100_000)
        .map(|n| format!("pkg{}/sub{}/file{n}.py", n % 100, n % 1_000))
        .collect();
    let resolver = Resolver::new(paths.iter().map(String::as_str), &|_| None);
    for (index, path) in paths.iter().enumerate().step_by(10) {
        let module = path.trim_end_matches(".py").replace('/', ".");
        assert_eq!(
            resolver.resolve(Language::Python, "pkg0/sub0/file0.py", &module).len(),
            usize::from(index > 0)
        );
    }
    assert!(tested_by_name(paths.iter().map(String::as_str)).is_empty());
}

//! Names that files pass on: who imports one from them is led to the file that declares it.

use expect_test::expect;

use crate::check_passed;

#[test]
fn scripts() {
    let files = [
        (
            "app/main.ts",
            "import def, { a, b as c, T, ns, gone, ext } from '../lib';\nimport * as all from '../lib';\nimport Button from '../lib/button';\nimport type { Props } from '../lib/button';\nall.deep(a, c);\n",
        ),
        (
            "app/old.js",
            "const { a, deep } = require('../lib');\nconst lib = require('../lib');\nlib.used();\n",
        ),
        (
            "app/lazy.ts",
            "export const load = async () => (await import('../lib')).deep();\n",
        ),
        (
            "lib/index.ts",
            "export * from './a';\nexport { two as b, type T } from './b';\nexport * as ns from './ns';\nimport { used } from './used';\nexport { used };\nexport { default } from './def';\nexport { ext } from 'outside';\n",
        ),
        ("lib/a.ts", "export * from './deep/index.js';\nexport const a = 1;\n"),
        (
            "lib/deep/index.ts",
            "export * from '../index';\nexport * from '../a';\nexport function deep() {}\n",
        ),
        ("lib/b.ts", "export function two() {}\nexport type T = number;\n"),
        ("lib/ns.ts", "export const x = 1;\n"),
        ("lib/used.ts", "export const used = () => 1;\n"),
        ("lib/def.ts", "export default class Main {}\n"),
        (
            "lib/button/index.ts",
            "export { default, type Props } from './Button.vue';\n",
        ),
        (
            "lib/button/Button.vue",
            "<script lang=\"ts\">\nexport interface Props {}\nexport default {};\n</script>\n",
        ),
        ("lib/unused.ts", "export const unused = 1;\n"),
    ];
    check_passed(
        &files,
        &[
            ("app/main.ts", "a"),
            ("app/main.ts", "c"),
            ("app/main.ts", "T"),
            ("app/main.ts", "ns"),
            ("app/main.ts", "gone"),
            ("app/main.ts", "ext"),
            ("app/main.ts", "def"),
            ("app/main.ts", "all"),
            ("app/main.ts", "Button"),
            ("app/main.ts", "Props"),
            ("app/main.ts", "never"),
            ("app/main.ts", "ns::x"),
            ("app/main.ts", "all::deep"),
            ("app/main.ts", "never::x"),
            ("app/main.ts", ""),
            ("app/old.js", "deep"),
            ("app/old.js", "lib"),
            ("app/old.js", ""),
            ("app/lazy.ts", ""),
            ("lib/index.ts", "used"),
        ],
        expect![[r#"
            app/main.ts: a → lib/a.ts:a
            app/main.ts: c → lib/b.ts:two
            app/main.ts: T → lib/b.ts:T
            app/main.ts: ns → lib/ns.ts:
            app/main.ts: gone → lib/index.ts:gone
            app/main.ts: ext → 
            app/main.ts: def → lib/def.ts:
            app/main.ts: all → lib/index.ts:
            app/main.ts: Button → lib/button/Button.vue:
            app/main.ts: Props → lib/button/Button.vue:Props
            app/main.ts: never → 
            app/main.ts: ns::x → lib/ns.ts:x
            app/main.ts: all::deep → lib/deep/index.ts:deep
            app/main.ts: never::x → 
            app/main.ts:  → lib/a.ts lib/b.ts lib/button/Button.vue lib/button/index.ts lib/deep/index.ts lib/def.ts lib/index.ts lib/ns.ts
            app/old.js: deep → lib/deep/index.ts:deep
            app/old.js: lib → lib/index.ts:
            app/old.js:  → lib/a.ts lib/deep/index.ts lib/index.ts lib/used.ts
            app/lazy.ts:  → lib/deep/index.ts lib/index.ts
            lib/index.ts: used → lib/used.ts:used
        "#]],
    );
}

#[test]
fn python() {
    let files = [
        (
            "app.py",
            "from pkg import Model, helper as h, sub\nfrom pkg.sub import *\nimport pkg\nfrom pkg import os\n\nclass X(Model):\n    y = pkg.Late()\n    z = inner()\n",
        ),
        (
            "pkg/__init__.py",
            "import os\nfrom .models import Model\nfrom ._impl import late as Late\nfrom .helpers import *\n",
        ),
        ("pkg/models/__init__.py", "from .base import Base as Model\n"),
        ("pkg/models/base.py", "class Base: pass\n"),
        ("pkg/_impl.py", "def late(): pass\n"),
        ("pkg/helpers.py", "def helper(): pass\n"),
        ("pkg/sub/__init__.py", "from .one import inner, other\n"),
        ("pkg/sub/one.py", "def inner(): pass\ndef other(): pass\n"),
        ("ring/__init__.py", "from .a import *\n"),
        ("ring/a.py", "from . import *\nfrom .b import *\n"),
        ("ring/b.py", "from .a import *\nx = 1\n"),
        ("use.py", "from ring import x, nothing\n"),
    ];
    check_passed(
        &files,
        &[
            ("app.py", "Model"),
            ("app.py", "h"),
            ("app.py", "sub"),
            ("app.py", "inner"),
            ("app.py", "pkg"),
            ("app.py", "os"),
            ("app.py", ""),
            ("use.py", "x"),
            ("use.py", "nothing"),
            ("use.py", ""),
        ],
        expect![[r#"
            app.py: Model → pkg/models/base.py:Base
            app.py: h → pkg/helpers.py:helper
            app.py: sub → pkg/sub/__init__.py:
            app.py: inner → pkg/sub/one.py:inner
            app.py: pkg → pkg/__init__.py:
            app.py: os → 
            app.py:  → pkg/__init__.py pkg/_impl.py pkg/helpers.py pkg/models/base.py pkg/sub/__init__.py pkg/sub/one.py
            use.py: x → ring/b.py:x
            use.py: nothing → ring/__init__.py:nothing
            use.py:  → ring/__init__.py ring/b.py
        "#]],
    );
}

#[test]
fn rust() {
    let files = [
        ("core/Cargo.toml", "[package]\nname = \"my-core\"\n"),
        (
            "core/src/lib.rs",
            "mod a;\npub mod net;\n#[path = \"imp/unix.rs\"]\nmod imp;\n#[macro_use]\nmod macros;\npub use a::{Inner, Other as Renamed};\npub use imp::Sys;\npub use net as wires;\npub use std::time::Duration;\ncfg_rt! {\n    mod task;\n    pub use task::{spawn, join::{self, Set as Tasks}};\n}\npub mod prelude {\n    pub use crate::a::Inner;\n    pub use super::net::*;\n}\n",
        ),
        ("core/src/a.rs", "pub struct Inner;\npub enum Other { One }\n"),
        ("core/src/imp/unix.rs", "pub struct Sys;\n"),
        (
            "core/src/macros.rs",
            "#[macro_export]\nmacro_rules! check { () => {} }\nmacro_rules! cfg_rt { () => {} }\n",
        ),
        ("core/src/net/mod.rs", "pub mod tcp;\npub use self::tcp::Stream;\n"),
        (
            "core/src/net/tcp.rs",
            "make! { pub struct Stream; }\npub fn connect() {}\n",
        ),
        ("core/src/task/mod.rs", "pub fn spawn() {}\npub mod join;\n"),
        ("core/src/task/join.rs", "pub struct Set;\n"),
        ("app/Cargo.toml", "[package]\nname = \"app\"\n"),
        (
            "app/src/main.rs",
            "use my_core::{Inner, Renamed as R, Sys, wires::tcp::connect, Duration, spawn, Tasks, check};\nuse my_core::net::Stream;\nuse my_core::wires;\nuse wires::Stream as S;\n",
        ),
        (
            "app/src/star.rs",
            "use my_core::prelude::*;\nfn f() -> Inner { tcp::x() }\n",
        ),
        ("app/src/variant.rs", "use my_core::Renamed::One;\n"),
    ];
    check_passed(
        &files,
        &[
            ("app/src/main.rs", "Inner"),
            ("app/src/main.rs", "R"),
            ("app/src/main.rs", "Sys"),
            ("app/src/main.rs", "connect"),
            ("app/src/main.rs", "Duration"),
            ("app/src/main.rs", "spawn"),
            ("app/src/main.rs", "Tasks"),
            ("app/src/main.rs", "check"),
            ("app/src/main.rs", "Stream"),
            ("app/src/main.rs", "wires"),
            ("app/src/main.rs", "S"),
            ("app/src/main.rs", ""),
            ("app/src/star.rs", "Inner"),
            ("app/src/star.rs", "tcp"),
            ("app/src/star.rs", ""),
            ("app/src/variant.rs", "One"),
            ("app/src/main.rs", "wires::tcp"),
            ("app/src/main.rs", "wires::Stream::open"),
            ("app/src/variant.rs", "my_core::wires::Stream"),
            ("core/src/net/tcp.rs", "crate::Renamed::One"),
            ("core/src/net/tcp.rs", "std::fmt::Debug"),
            ("core/src/net/tcp.rs", "super::Stream"),
            ("core/src/lib.rs", "join"),
        ],
        expect![[r#"
            app/src/main.rs: Inner → core/src/a.rs:Inner
            app/src/main.rs: R → core/src/a.rs:Other
            app/src/main.rs: Sys → core/src/imp/unix.rs:Sys
            app/src/main.rs: connect → core/src/net/tcp.rs:connect
            app/src/main.rs: Duration → 
            app/src/main.rs: spawn → core/src/task/mod.rs:spawn
            app/src/main.rs: Tasks → core/src/task/join.rs:Set
            app/src/main.rs: check → core/src/macros.rs:check
            app/src/main.rs: Stream → core/src/net/tcp.rs:Stream
            app/src/main.rs: wires → core/src/net/mod.rs:
            app/src/main.rs: S → core/src/net/tcp.rs:Stream
            app/src/main.rs:  → core/src/a.rs core/src/imp/unix.rs core/src/lib.rs core/src/macros.rs core/src/net/mod.rs core/src/net/tcp.rs core/src/task/join.rs core/src/task/mod.rs
            app/src/star.rs: Inner → core/src/a.rs:Inner
            app/src/star.rs: tcp → core/src/net/tcp.rs:
            app/src/star.rs:  → core/src/a.rs core/src/lib.rs core/src/net/mod.rs core/src/net/tcp.rs
            app/src/variant.rs: One → core/src/a.rs:One
            app/src/main.rs: wires::tcp → core/src/net/tcp.rs:
            app/src/main.rs: wires::Stream::open → core/src/net/tcp.rs:open
            app/src/variant.rs: my_core::wires::Stream → core/src/net/tcp.rs:Stream
            core/src/net/tcp.rs: crate::Renamed::One → core/src/a.rs:One
            core/src/net/tcp.rs: std::fmt::Debug → 
            core/src/net/tcp.rs: super::Stream → 
            core/src/lib.rs: join → core/src/task/join.rs:
        "#]],
    );
}

#[test]
fn other_languages() {
    let files = [
        ("c/main.c", "#include \"all.h\"\nint main(void) { return part(); }\n"),
        ("c/all.h", "#include \"part.h\"\n#include \"all.h\"\n"),
        ("c/part.h", "int part(void);\n"),
        ("d/lib/all.dart", "export 'src/a.dart';\nexport 'src/b.dart' show B;\n"),
        ("d/lib/src/a.dart", "class A {}\n"),
        ("d/lib/src/b.dart", "class B {}\n"),
        ("d/bin/main.dart", "import '../lib/all.dart';\nmain() { A(); B(); }\n"),
        ("k/com/k/Files.kt", "package com.k\nfun read() {}\n"),
        ("k/com/k/Other.kt", "package com.k\nfun other() {}\n"),
        ("k/com/k/Use.kt", "import com.k.read\n"),
        (
            "j/com/j/Tool.java",
            "package com.j;\nclass Tool { static int run() { return 1; } }\n",
        ),
        ("j/com/i/Use.java", "import static com.j.Tool.run;\nimport com.j.*;\n"),
        ("go/go.mod", "module x.com/y\n"),
        ("go/a/a.go", "package a\nfunc A() {}\n"),
        ("go/main.go", "package main\nimport other \"x.com/y/a\"\n"),
        (
            "l/lua/p/init.lua",
            "local u = require('p.util')\nreturn { run = u.run }\n",
        ),
        ("l/lua/p/util.lua", "local M = {}\nfunction M.run() end\nreturn M\n"),
    ];
    check_passed(
        &files,
        &[
            ("c/main.c", "part"),
            ("d/bin/main.dart", "A"),
            ("d/bin/main.dart", "B"),
            ("k/com/k/Use.kt", "read"),
            ("j/com/i/Use.java", "run"),
            ("j/com/i/Use.java", "Tool"),
            ("go/main.go", "other"),
            ("l/lua/p/init.lua", "u"),
            ("l/lua/p/init.lua", ""),
        ],
        expect![[r#"
            c/main.c: part → c/part.h:part
            d/bin/main.dart: A → d/lib/src/a.dart:A
            d/bin/main.dart: B → d/lib/src/b.dart:B
            k/com/k/Use.kt: read → k/com/k/Files.kt:read
            j/com/i/Use.java: run → j/com/j/Tool.java:run
            j/com/i/Use.java: Tool → j/com/j/Tool.java:Tool
            go/main.go: other → go/a/a.go:
            l/lua/p/init.lua: u → l/lua/p/util.lua:
            l/lua/p/init.lua:  → l/lua/p/util.lua
        "#]],
    );
}

/// Files that pass each other's names on without end, and each name along many ways.
#[test]
fn rings_and_long_chains_end() {
    let texts: Vec<(String, String)> = (0..200)
        .map(|n| {
            let others = (0..200).map(|other| format!("export * from './f{other}';\n"));
            (format!("f{n}.ts"), others.collect::<String>())
        })
        .collect();
    let mut files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    files.push((
        "main.ts",
        "import { nowhere } from './f0';\nimport * as all from './f1';\nall.never();\n",
    ));
    check_passed(
        &files,
        &[("main.ts", "nowhere")],
        expect![[r#"
        main.ts: nowhere → f0.ts:nowhere
    "#]],
    );
}

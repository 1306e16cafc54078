//! Rust: modules, crates, and what manifests say of them.

use expect_test::expect;

use crate::{check, plain};

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
fn manifests_say_what_is_not_as_usual() {
    let files = [
        (
            "one/Cargo.toml",
            "[package]\nname = \"one-x\"\n\n[lib]\npath = \"code/core.rs\"\n\n[[bin]]\nname = \"tool\"\npath = \"tools/tool.rs\"\n",
        ),
        ("one/code/core.rs", ""),
        ("one/code/a.rs", ""),
        ("one/code/a/b.rs", ""),
        ("one/tools/tool.rs", ""),
        ("one/tools/part.rs", ""),
        (
            "two/Cargo.toml",
            "[package]\nname = \"two\"\n[dependencies]\nother = { path = \"../one\", package = \"one-x\" }\n",
        ),
        ("two/src/lib.rs", ""),
        ("two/src/bin/run/main.rs", ""),
        ("two/src/bin/run/step.rs", ""),
        ("two/src/bin/one.rs", ""),
        ("two/src/imp/unix.rs", ""),
        ("two/tests/support/part.rs", ""),
        ("two/tests/support/other.rs", ""),
        ("two/tests/t.rs", ""),
        ("fixtures/two/Cargo.toml", "[package]\nname = \"two\"\n"),
        ("fixtures/two/src/lib.rs", ""),
        ("fixtures/two/tests/t.rs", ""),
        ("virtual/Cargo.toml", "[workspace]\nmembers = [\"x\"]\n"),
    ];
    check(
        &files,
        &[
            ("one/code/a/b.rs", "crate::a"),
            ("one/code/a/b.rs", "crate::Top"),
            ("one/tools/tool.rs", "one_x::a::b::C"),
            ("one/tools/tool.rs", "self::part"),
            ("one/tools/part.rs", "crate::main"),
            ("two/src/lib.rs", "other::a"),
            ("two/src/bin/run/main.rs", "crate::step"),
            ("two/src/bin/run/step.rs", "crate::Args"),
            ("two/src/bin/run/main.rs", "self::step"),
            ("two/src/bin/one.rs", "two::Thing"),
            ("two/src/lib.rs", "./imp/unix.rs"),
            ("two/tests/t.rs", "self::support::part"),
            ("two/tests/support/part.rs", "crate::support::other"),
            ("two/tests/t.rs", "two::Thing"),
            ("fixtures/two/tests/t.rs", "two::Thing"),
        ],
        expect![[r#"
            one/code/a/b.rs: crate::a → one/code/a.rs
            one/code/a/b.rs: crate::Top → one/code/core.rs
            one/tools/tool.rs: one_x::a::b::C → one/code/a/b.rs
            one/tools/tool.rs: self::part → one/tools/part.rs
            one/tools/part.rs: crate::main → one/tools/tool.rs
            two/src/lib.rs: other::a → one/code/a.rs
            two/src/bin/run/main.rs: crate::step → two/src/bin/run/step.rs
            two/src/bin/run/step.rs: crate::Args → two/src/bin/run/main.rs
            two/src/bin/run/main.rs: self::step → two/src/bin/run/step.rs
            two/src/bin/one.rs: two::Thing → two/src/lib.rs
            two/src/lib.rs: ./imp/unix.rs → two/src/imp/unix.rs
            two/tests/t.rs: self::support::part → two/tests/support/part.rs
            two/tests/support/part.rs: crate::support::other → two/tests/support/other.rs
            two/tests/t.rs: two::Thing → two/src/lib.rs
            fixtures/two/tests/t.rs: two::Thing → fixtures/two/src/lib.rs
        "#]],
    );
}

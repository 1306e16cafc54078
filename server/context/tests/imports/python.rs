//! Python: packages, source roots, and names that are modules.

use context::imports::Resolver;
use context::{Language, Skeleton};
use expect_test::expect;

use crate::{check, plain};

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
fn plain_names_are_no_neighbours_in_a_package() {
    let files = plain(&[
        "app/__init__.py",
        "app/io.py",
        "app/main.py",
        "scripts/run.py",
        "scripts/io.py",
    ]);
    check(
        &files,
        &[("app/main.py", "io"), ("app/main.py", ".io"), ("scripts/run.py", "io")],
        expect![[r#"
            app/main.py: io → 
            app/main.py: .io → app/io.py
            scripts/run.py: io → scripts/io.py
        "#]],
    );
}

#[test]
fn projects_with_source_roots_of_their_own() {
    let files = plain(&[
        "packages/one/pyproject.toml",
        "packages/one/src/one/__init__.py",
        "packages/one/src/one/mod.py",
        "packages/one/tests/test_mod.py",
        "packages/two/setup.py",
        "packages/two/two/__init__.py",
        "packages/two/two/use.py",
        "packages/three/src/space/three/part.py",
        "vendor/json/__init__.py",
    ]);
    check(
        &files,
        &[
            ("packages/one/tests/test_mod.py", "one"),
            ("packages/one/tests/test_mod.py", "one.mod"),
            ("packages/two/two/use.py", "one"),
            ("packages/two/two/use.py", "one.mod.Class"),
            ("packages/one/src/one/mod.py", "two.use"),
            ("packages/one/src/one/mod.py", "space.three.part"),
            ("packages/one/src/one/mod.py", "json"),
        ],
        expect![[r#"
            packages/one/tests/test_mod.py: one → packages/one/src/one/__init__.py
            packages/one/tests/test_mod.py: one.mod → packages/one/src/one/mod.py
            packages/two/two/use.py: one → packages/one/src/one/__init__.py
            packages/two/two/use.py: one.mod.Class → packages/one/src/one/mod.py
            packages/one/src/one/mod.py: two.use → packages/two/two/use.py
            packages/one/src/one/mod.py: space.three.part → packages/three/src/space/three/part.py
            packages/one/src/one/mod.py: json → 
        "#]],
    );
}

//! The other languages.

use expect_test::expect;

use crate::{check, plain};

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
fn go_modules_and_what_replaces_them() {
    let files = [
        (
            "go.work",
            "go 1.22\n\nuse (\n\t./a\n\t./b\n)\n\nreplace old.com/w => ./w\n",
        ),
        (
            "a/go.mod",
            "module example.com/a // the first\n\nreplace (\n\tother.com/fork v1.2.3 => ../fork\n\tother.com/far => other.com/near v1.0.0\n)\n",
        ),
        ("a/main.go", ""),
        ("a/vendor/third.com/x/y/z.go", ""),
        ("b/go.mod", "module \"example.com/a/b\"\n"),
        ("b/b.go", ""),
        ("b/inner/inner.go", ""),
        ("fork/go.mod", "module mine.com/fork\n"),
        ("fork/deep/f.go", ""),
        ("w/w.go", ""),
    ];
    check(
        &files,
        &[
            ("b/b.go", "example.com/a"),
            ("a/main.go", "example.com/a/b"),
            ("a/main.go", "example.com/a/b/inner"),
            ("a/main.go", "other.com/fork/deep"),
            ("b/b.go", "other.com/fork/deep"),
            ("b/b.go", "mine.com/fork/deep"),
            ("b/b.go", "old.com/w"),
            ("a/main.go", "other.com/far"),
            ("a/main.go", "third.com/x/y"),
            ("b/b.go", "third.com/x/y"),
        ],
        expect![[r#"
            b/b.go: example.com/a → a/main.go
            a/main.go: example.com/a/b → b/b.go
            a/main.go: example.com/a/b/inner → b/inner/inner.go
            a/main.go: other.com/fork/deep → fork/deep/f.go
            b/b.go: other.com/fork/deep → 
            b/b.go: mine.com/fork/deep → fork/deep/f.go
            b/b.go: old.com/w → w/w.go
            a/main.go: other.com/far → 
            a/main.go: third.com/x/y → a/vendor/third.com/x/y/z.go
            b/b.go: third.com/x/y → 
        "#]],
    );
}

#[test]
fn php_namespaces_and_folders() {
    let files = [
        (
            "composer.json",
            r#"{"autoload": {"psr-4": {"App\\": "src/", "App\\Admin\\": ["admin", "more/admin/"]}}, "autoload-dev": {"psr-4": {"Tests\\": "tests"}}}"#,
        ),
        ("src/User.php", ""),
        ("src/Model/User.php", ""),
        ("admin/User.php", ""),
        ("more/admin/Page.php", ""),
        ("tests/Help.php", ""),
        (
            "lib/old/composer.json",
            r#"{"autoload": {"psr-0": {"Old\\": "code/"}}}"#,
        ),
        ("lib/old/code/Old/Thing.php", ""),
        ("lib/broken/composer.json", "[]"),
    ];
    check(
        &files,
        &[
            ("tests/T.php", "App\\User"),
            ("tests/T.php", "App\\Model\\User"),
            ("tests/T.php", "App\\Admin\\User"),
            ("tests/T.php", "App\\Admin\\Page"),
            ("src/User.php", "Tests\\Help"),
            ("src/User.php", "Old\\Thing"),
            ("src/User.php", "Psr\\Log\\Nothing"),
        ],
        expect![[r#"
            tests/T.php: App\User → src/User.php
            tests/T.php: App\Model\User → src/Model/User.php
            tests/T.php: App\Admin\User → admin/User.php
            tests/T.php: App\Admin\Page → more/admin/Page.php
            src/User.php: Tests\Help → tests/Help.php
            src/User.php: Old\Thing → lib/old/code/Old/Thing.php
            src/User.php: Psr\Log\Nothing → 
        "#]],
    );
}

#[test]
fn headers_are_looked_for_from_the_includer_up() {
    let files = plain(&[
        "one/include/one/config.h",
        "one/src/config.h",
        "one/src/deep/a.c",
        "two/include/one/config.h",
        "two/src/config.h",
        "two/src/a.c",
        "common/x.h",
    ]);
    check(
        &files,
        &[
            ("one/src/deep/a.c", "config.h"),
            ("one/src/deep/a.c", "one/config.h"),
            ("two/src/a.c", "one/config.h"),
            ("two/tests/t.c", "config.h"),
            ("two/src/a.c", "x.h"),
            ("common/x.h", "one/config.h"),
        ],
        expect![[r#"
            one/src/deep/a.c: config.h → one/src/config.h
            one/src/deep/a.c: one/config.h → one/include/one/config.h
            two/src/a.c: one/config.h → two/include/one/config.h
            two/tests/t.c: config.h → two/src/config.h
            two/src/a.c: x.h → common/x.h
            common/x.h: one/config.h → 
        "#]],
    );
}

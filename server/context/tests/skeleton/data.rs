//! Data, builds and deployment.

use expect_test::expect;

use super::check;

#[test]
fn sql() {
    check(
        "a.sql",
        r#"-- Doc.
CREATE TABLE users (id INT PRIMARY KEY, name TEXT);
CREATE VIEW v AS SELECT * FROM users;
CREATE FUNCTION f(a INT) RETURNS INT AS $$ SELECT 1 $$ LANGUAGE sql;
CREATE INDEX i ON users (name);
SELECT count(id) FROM users;
"#,
        expect![[r#"
            1-2 struct users
            3-3 struct v
            4-4 function f
            uses id name users a sql i users name count() id users
        "#]],
    );
}

#[test]
fn nix() {
    check(
        "a.nix",
        r#"{ pkgs, lib }:
let x = import ./b.nix; f = a: b: a + b;
in {
  # Doc.
  run = f 1 2;
  services.foo.enable = true;
}
"#,
        expect![[r#"
            2-2 variable x
            2-2 function f
            5-5 variable run
            6-6 variable services.foo.enable
            import ./b.nix []
            uses pkgs lib import() a b a b f() foo enable true
        "#]],
    );
}

#[test]
fn protobuf() {
    check(
        "a.proto",
        r#"syntax = "proto3";
package a.b;
import "a/c.proto";
// Doc.
message Foo { Bar x = 1; message In { int32 y = 1; } }
enum E { A = 0; }
service S { rpc Run(Foo) returns (Bar); }
"#,
        expect![[r#"
            4-5 struct Foo {5-5}
              5-5 struct In {5-5}
            6-6 enum E {6-6}
            7-7 interface S
              7-7 method Run
            import a/c.proto []
            uses Bar x y A Foo Bar
        "#]],
    );
}

#[test]
fn hcl() {
    check(
        "a.tf",
        r#"# Doc.
resource "aws_x" "main" {
  name = var.name
}
module "m" { source = "./mod" }
variable "name" {}
locals { a = 1 }
"#,
        expect![[r#"
            2-4 struct main
            5-5 module m
            6-6 variable name
            7-7 variable locals
            import ./mod []
            uses resource name var name module variable a
        "#]],
    );
}

#[test]
fn make() {
    check(
        "a.mk",
        r#"include x.mk
VAR := 1
# Doc.
all: a b
	$(CC) $(VAR)
.PHONY: all
define D
x
endef
"#,
        expect![[r#"
            2-2 variable VAR
            3-5 function all
            7-9 macro D
            import x.mk []
            uses a b CC VAR .PHONY all
        "#]],
    );
}

#[test]
fn cmake() {
    check(
        "a.cmake",
        r#"include(x.cmake)
add_subdirectory(src)
set(VAR 1)
# Doc.
function(run a)
  message(${a})
endfunction()
macro(m) 
endmacro()
add_executable(app main.c)
"#,
        expect![[r#"
            3-3 variable VAR
            4-7 function run
            8-9 macro m
            10-10 function app
            import x.cmake []
            import src/CMakeLists.txt []
            uses set() 1 a message() ${a} add_executable() main.c
        "#]],
    );
}

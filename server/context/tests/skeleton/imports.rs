//! What files import, where that takes more than a look.

use expect_test::expect;

use super::check;

#[test]
fn rust() {
    check(
        "a.rs",
        r#"
#[path = "imp/unix.rs"]
#[cfg(unix)]
mod imp;
#[cfg_attr(windows, path = "imp/windows.rs")]
mod other;
mod outer {
    mod inner {
        pub mod file;
        use super::super::A;
        use super::super::super::B;
        use super::C;
        use self::d::D;
    }
}
extern crate one as two;
cfg_rt! {
    pub use task::{spawn, join::{self, Set as Tasks}, local::*};
    cfg_time! {
        use crate::time;
        use sleep as _;
    }
    fn f() { let use_ = 1; }
}
"#,
        expect![[r#"
            2-4 module imp
            5-6 module other
            7-15 module outer {7-15}
              8-14 module inner {8-14}
                9-9 module file
            import ./imp/unix.rs [imp=.]
            import ./imp/windows.rs [other=.]
            import self::outer::inner::file [file=.]
            import self::A [A=.]
            import super::B [B=.]
            import self::outer::C [C=.]
            import self::outer::inner::d::D [D=.]
            import one [two=.]
            import task::spawn [spawn=.]
            import task::join [join=.]
            import task::join::Set [Tasks=.]
            import task::local [*]
            import crate::time [time=.]
            import sleep [_=.]
            uses cfg_rt() task spawn join Set Tasks local cfg_time() time sleep f() use_
        "#]],
    );
}

#[test]
fn scripts() {
    check(
        "a.ts",
        r#"
import 'side';
import one, * as two from './a';
import { default as three, type Four, "five-six" as five } from './b';
export { default } from './c';
export { a, b as default } from './d';
export * from './e';
export * as f from './f';
export type { G } from './g';
export { local };
import h = require('./h');
const { i, j } = require('./i');
const k = await import('./k');
"#,
        expect![[r#"
            13-13 constant k
            import side []
            import ./a [one=default two=.]
            import ./b [three=default Four five="five-six"]
            import ./c [default]
            import ./d [a default=b]
            import ./e [*]
            import ./f [f=.]
            import ./g [G]
            import ./h [h=.]
            import ./i [i j]
            import ./k []
            uses local i j require() import()
        "#]],
    );
}

#[test]
fn python() {
    check(
        "a.py",
        "import a.b.c\nimport a.b as d, e\nfrom . import f, g as h\nfrom .i import *\nfrom ..j.k import (l, m)\n",
        expect![[r#"
            import a.b.c [a.b.c=.]
            import a.b [d=.]
            import e [e=.]
            import . [f h=g]
            import .i [*]
            import ..j.k [l m]
            uses 
        "#]],
    );
}

#[test]
fn lua() {
    check(
        "a.lua",
        "local a = require('x.a')\nlocal ok, b = pcall(require, 'x.b')\npcall(f, 'x.c')\nrequire('x.d').setup()\npcall(require, 'x.' .. e)\n",
        expect![[r#"
            1-1 variable a
            2-2 variable ok
            2-2 variable b
            import x.a [a=.]
            import x.b [b=.]
            import x.d []
            uses require() pcall() require pcall() f require() setup() pcall() require e
        "#]],
    );
}

#[cfg(feature = "languages-more")]
#[test]
fn ruby() {
    check(
        "a.rb",
        "require 'a/b'\nrequire_relative 'c'\nmodule M\n  autoload :D, 'm/d'\n  autoload :E, File.join('e')\nend\n",
        expect![[r#"
            3-6 trait M {4-5}
            import a/b []
            import ./c []
            import m/d []
            uses require() require_relative() autoload() autoload() File join()
        "#]],
    );
}

//! Markup, styles and settings, which every build reads.

use expect_test::expect;

use super::check;

#[test]
fn bash() {
    check(
        "a.sh",
        r#"#!/bin/bash
source ./lib.sh
. "$DIR/other.sh"
LIMIT=1
readonly X=2
# Doc.
run() {
  local y=1
  go "$y" | other
}
function go { echo "$(run)"; }
"#,
        expect![[r#"
            4-4 variable LIMIT
            5-5 variable X
            6-10 function run {7-10}
            11-11 function go {11-11}
            import ./lib.sh []
            import ./other.sh []
            uses y go() y other() echo() run()
        "#]],
    );
}

#[test]
fn css() {
    check(
        "a.css",
        r#"@import "x.css";
@import url("y.css");
/* Doc. */
.foo > #bar:hover { color: var(--x); }
@media (max-width: 1px) { .baz { a: b } }
@keyframes spin { from { a: b } }
:root { --x: red; }
"#,
        expect![[r#"
            3-4 type .foo > #bar:hover {4-4}
            5-5 type .baz {5-5}
            6-6 function spin
            7-7 type :root {7-7}
            import x.css []
            import y.css []
            uses foo bar hover var baz root
        "#]],
    );
}

#[test]
fn markdown() {
    check(
        "a.md",
        r#"# Title

text `code` and `a::go(1)`, `no code`

## Sub

```rust
fn f() { go() }
```

Other
=====
"#,
        expect![[r#"
            1-12 module Title
              5-12 module Sub
            uses code a go() f go()
        "#]],
    );
}

#[test]
fn json() {
    check(
        "a.json",
        r#"{"name": "x", "scripts": {"a": "b"}, "l": [1]}
"#,
        expect![[r#"
            1-1 variable name
            1-1 variable scripts
            1-1 variable l
            uses 
        "#]],
    );
}

#[test]
fn toml() {
    check(
        "a.toml",
        r#"[package]
name = "x"
[[bin]]
a.b = 1
"#,
        expect![[r#"
            1-2 module package
            3-4 module bin
            uses 
        "#]],
    );
}

#[test]
fn yaml() {
    check(
        "a.yaml",
        r#"name: x
on:
  push: [a]
jobs:
  b: 1
"#,
        expect![[r#"
            1-1 variable name {1-1}
            2-3 variable on {3-3}
            4-5 variable jobs {5-5}
            uses 
        "#]],
    );
}

#[test]
fn vue() {
    check(
        "a.vue",
        r#"<template>
  <p>{{ x }}</p>
</template>

<script setup lang="ts">
import { ref } from 'vue'
const run = () => go(ref)
</script>

<style>a { b: c }</style>
<script>
export default { methods: { go() { return this.x } } }
</script>
"#,
        expect![[r#"
            7-7 function run {7-7}
            12-12 method go {12-12}
            import vue [ref]
            uses go() ref methods x
        "#]],
    );
}

#[test]
fn html_without_scripts() {
    check(
        "a.html",
        r#"<p>function f() {}</p>
"#,
        expect![[r#"
            uses 
        "#]],
    );
}

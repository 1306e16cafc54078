//! The languages that every build has.

use expect_test::expect;

use super::check;

#[test]
fn rust() {
    check(
        "a.rs",
        r#"
use crate::a::{self, b::C, d as e};
use super::*;
mod child;
pub mod inner {
    use super::{A, super::b};
    fn f() {}
}

/// Doc.
#[derive(Debug)]
pub struct S<T> { field: T }

// Apart.

impl<T: Clone> fmt::Display for crate::S<T> {
    const N: usize = 1;
    /// Doc.
    fn fmt(&self) -> Result { // trailing
        let local = collect::<Vec<_>>(self.field);
        fn nested() {}
        println!("{}", other(local));
        self.go()?.parse::<u8>()
    }
}
trait Tr { type Out; fn required(&self); }
macro_rules! m { () => {} }
const K: u8 = 0;
static L: u8 = K;
type Alias = S<u8>;
"#,
        expect![[r#"
            4-4 module child
            5-8 module inner {5-8}
              7-7 function f {7-7}
            10-12 struct S {12-12}
            16-25 impl S›S {16-25}
              17-17 constant S›N
              18-24 method S›fmt {19-24}
                21-21 function nested {21-21}
            26-26 trait Tr {26-26}
              26-26 type Out
              26-26 method required
            27-27 macro m
            28-28 constant K
            29-29 static L
            30-30 type Alias
            import crate::a [a=.]
            import crate::a::b::C [C=.]
            import crate::a::d [e=.]
            import super [*]
            import self::child [child=.]
            import self::A [A=.]
            import super::b [b=.]
            uses T field T T Clone fmt Display S T Result local collect() Vec _ field println() other() local go() parse() K S
        "#]],
    );
}

#[test]
fn python() {
    check(
        "a.py",
        r#"
import os.path as p, sys
from . import sibling
from ..pkg.mod import A, b as c
from x import *

LIMIT = 10
name: str = "x"

# About it.
@decorator(LIMIT)
class Foo(Base):
    """Doc."""
    X = 1
    y = 2

    @property
    def value(self):
        local = 1
        return self.make(local)

async def go():
    def inner():
        pass
    inner()
type Pair[T] = tuple[T, T]
"#,
        expect![[r#"
            7-7 constant LIMIT
            8-8 variable name
            10-20 class Foo {13-20}
              14-14 constant X
              17-20 method value {19-20}
            22-25 function go {23-25}
              23-24 function inner {24-24}
            26-26 type Pair
            import os.path [p=.]
            import sys [sys=.]
            import . [sibling]
            import ..pkg.mod [A c=b]
            import x [*]
            uses str decorator() LIMIT Base y property self local self make() local inner() T tuple T T
        "#]],
    );
}

#[test]
fn typescript() {
    check(
        "a.ts",
        r#"
import def, { a, b as c } from './x'
import * as ns from "pkg"
import type { T } from '@/types'
export { z } from './z'
export * from './all'
import './side'
const fs = require('fs')
const lazy = () => import('./lazy')

/** Doc. */
@Injectable()
export class Foo<T> extends Bar {
  field = 1
  handler = (e: Event) => { this.on(e) }
  /** Doc. */
  get value(): T { return make<T>(this.field) }
}
export default function main() { const inner = function () {}; const x = 1 }
export const A = 1, B = 2
export interface I { m(): void }
type U = I | string
enum E { A }
namespace N { export const q = 1 }
declare module "ext" { function ext(): void }
const table = { run() {}, stop: () => {}, other: 1 }
abstract class G { abstract m(): void }
"#,
        expect![[r#"
            8-8 constant fs
            9-9 function lazy {9-9}
            11-18 class Foo {13-18}
              15-15 method handler {15-15}
              16-17 method value {17-17}
            19-19 function main {19-19}
              19-19 function inner {19-19}
            20-20 constant A
            20-20 constant B
            21-21 interface I {21-21}
              21-21 method m
            22-22 type U
            23-23 enum E {23-23}
            24-24 module N {24-24}
              24-24 constant q
            25-25 module ext {25-25}
              25-25 function ext
            26-26 constant table
              26-26 method run {26-26}
              26-26 function stop {26-26}
            27-27 class G {27-27}
              27-27 method m
            import ./x [def=default a c=b]
            import pkg [ns=.]
            import @/types [T]
            import ./z [z]
            import ./all [*]
            import ./side []
            import fs [fs=.]
            import ./lazy []
            uses require() import() T Bar field e Event on() e T make() T field x I A other
        "#]],
    );
}

#[test]
fn javascript() {
    check(
        "a.spec.js",
        r#"
exports.run = function (a) { return a?.(1) }
Thing.prototype.go = () => new Thing()
export default () => {}

describe('outer', () => {
  const local = 1
  it.only(`inner`, async () => { expect(local).toBe(1) })
  test.each([['x']])('each', () => {})
})
"#,
        expect![[r#"
            2-2 function run {2-2}
            3-3 method Thing›go {3-3}
            4-4 function default {4-4}
            6-10 test outer
              8-8 test inner
              9-9 test each
            uses exports a a() Thing prototype Thing() describe() local it only() expect() local toBe() test each()
        "#]],
    );
}

#[test]
fn go() {
    check(
        "a.go",
        r#"
package p

import (
	"fmt"
	alias "github.com/a/b/c"
)

// T is.
type T[K any] struct {
	A int
}

type (
	I interface{ M() error }
	F = func()
)

const X, Y = 1, 2

var z = New()

// F does.
func (t *T[K]) F(a, b int) (int, error) {
	local := fmt.Sprint(a)
	const inner = 1
	return t.A, run[int](local)
}

func main() {}
"#,
        expect![[r#"
            9-12 struct T {10-12}
            15-15 interface I {15-15}
              15-15 method M
            16-16 type F
            19-19 constant X
            19-19 constant Y
            21-21 variable z
            23-28 method T›F {24-28}
            30-30 function main {30-30}
            import fmt []
            import github.com/a/b/c [alias=.]
            uses K any A int error New() t T K a b int int error local fmt Sprint() a inner t A run int local
        "#]],
    );
}

#[test]
fn c() {
    check(
        "a.c",
        r#"
#include <stdio.h>
#include "a/b.h"
#define MAX(a, b) ((a) > (b))
#define LIMIT 10

struct point { int x; };
typedef struct { int y; } other_t;
typedef int (*callback)(void);
enum color { RED };

/* Doc. */
static char *name(struct point *p) {
    int local = p->x;
    return print(local);
}
int proto(void);
const int limit = 3;
"#,
        expect![[r#"
            4-4 macro MAX
            5-5 macro LIMIT
            7-7 struct point {7-7}
            8-8 type other_t
            9-9 type callback
            10-10 enum color {10-10}
            12-16 function name {13-16}
            17-17 function proto
            18-18 constant limit
            import stdio.h [*]
            import a/b.h [*]
            uses a b x y RED point p local p x print() local
        "#]],
    );
}

#[test]
fn java() {
    check(
        "A.java",
        r#"
package com.x;

import com.y.Foo;
import static com.y.Bar.baz;
import com.z.*;

/** Doc. */
@Service
public class A<T> extends B implements I {
    private int field;
    A() { super(); }
    @Override
    public T run(Foo foo) {
        return foo.go(new Bar<T>(field));
    }
    enum E { X }
    interface J { void m(); }
    record R(int a) {}
}
"#,
        expect![[r#"
            8-20 class A {10-20}
              12-12 method A {12-12}
              13-16 method run {14-16}
              17-17 enum E {17-17}
              18-18 interface J {18-18}
                18-18 method m
              19-19 class R {19-19}
            import com.y.Foo [Foo=.]
            import com.y.Bar.baz [baz=.]
            import com.z.* [*]
            uses Service T B I field Override T Foo foo foo go() Bar() T field X a
        "#]],
    );
}

#[test]
fn lua() {
    check(
        "a.lua",
        r#"
local M = {}
local util = require("a.b.util")
local other = require "other"

--- Doc.
---@param x number
function M.run(x)
  local y = util.go(x)
  local function inner() end
  return M:walk(y)
end

M.walk = function(self) end
function M.sub:deep() end
local function helper() end
local t = { go = function() end, n = 1 }

describe("outer", function()
  it("inner", function() end)
end)
return M
"#,
        expect![[r#"
            2-2 variable M
            3-3 variable util
            4-4 variable other
            6-12 function M›run {9-11}
              10-10 function inner
            14-14 function M›walk
            15-15 method sub›deep
            16-16 function helper
            17-17 variable t
              17-17 function go
            19-21 test outer
              20-20 test inner
            import a.b.util [util=.]
            import other [other=.]
            uses require() require() M x y util go() x M walk() y M self M sub n describe() it() M
        "#]],
    );
}

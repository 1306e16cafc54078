//! Languages that are compiled.

use expect_test::expect;

use super::check;

#[test]
fn cpp() {
    check(
        "a.cpp",
        r#"#include <vector>
#include "a/b.hpp"
namespace ns {
/// Doc.
template <typename T> class A : public Base<T> {
 public:
  A(); ~A();
  int get() const { return x_; }
  virtual void run(int a);
  int x_;
};
}
template <class T> int ns::A<T>::go(int a) { auto y = call<int>(a); return obj->m(y); }
using Alias = std::vector<int>;
enum class E { X };
int global = 1;
A::A() : x_(1) {}
"#,
        expect![[r#"
            3-12 module ns {3-12}
              4-11 class A {5-11}
                7-7 method A
                7-7 method ~A
                8-8 method get {8-8}
                9-9 method run
            13-13 method A›go {13-13}
            14-14 type Alias
            15-15 enum E {15-15}
            16-16 variable global
            17-17 method A›A {17-17}
            import vector [*]
            import a/b.hpp [*]
            uses T Base T A x_ a x_ T ns A T a y call() a obj m() y std vector X A x_()
        "#]],
    );
}

#[test]
fn csharp() {
    check(
        "a.cs",
        r#"using System.Text;
using static System.Math;
using J = Newtonsoft.Json;
namespace A.B {
/// <summary>Doc.</summary>
[Serializable]
public class Foo<T> : Base, IFoo {
  public int X { get; set; }
  private int f;
  public Foo(int a) : base(a) {}
  public async Task<int> Run(string s) { var l = Go<int>(s); void Local() {} return new Bar(l).M(); }
  enum E { A }
}
interface I { void M(); }
record R(int A);
struct S {}
delegate void D(int a);
}
"#,
        expect![[r#"
            4-18 module A.B {4-18}
              5-13 class Foo {7-13}
                8-8 property X
                10-10 method Foo {10-10}
                11-11 method Run {11-11}
                  11-11 function Local {11-11}
                12-12 enum E {12-12}
              14-14 interface I {14-14}
                14-14 method M
              15-15 class R
              16-16 struct S {16-16}
              17-17 type D
            import System.Text []
            import System.Math []
            import Newtonsoft.Json [J=.]
            uses B Serializable T Base IFoo f a a Task s l Go() s Bar() l M() A A a
        "#]],
    );
}

#[test]
fn kotlin() {
    check(
        "a.kt",
        r#"package com.x
import com.y.Foo
import com.y.*
import com.y.Bar as Baz
/** Doc. */
@Ann
class A(val x: Int) : Base(x), I {
    val prop = 1
    companion object { fun make() = A(1) }
    override fun run(a: Foo): Int { val l = go(a); return a.m(l) }
    constructor() : this(1) {}
}
interface I {
    fun m()
}
object O { fun o() {} }
enum class E { X }
data class D(val a: Int)
fun top(): Int = 1
fun String.ext() = 1
val TOP = 1
typealias T = List<Int>
"#,
        expect![[r#"
            5-12 class A {7-12}
              9-9 method make {9-9}
              10-10 method run {10-10}
            13-15 interface I {13-15}
              14-14 method m
            16-16 class O {16-16}
              16-16 method o {16-16}
            17-17 enum E {17-17}
            18-18 class D
            19-19 function top {19-19}
            20-20 function String›ext {20-20}
            21-21 constant TOP
            22-22 type T
            import com.y.Foo [Foo=.]
            import com.y.* []
            import com.y.Bar [Baz=.]
            uses Ann x Int Base() x I prop A() a Foo Int l go() a a m() l X a Int Int String List Int
        "#]],
    );
}

#[test]
fn swift() {
    check(
        "a.swift",
        r#"import Foundation
/// Doc.
@objc public class A: Base, P {
  var x = 1
  init(a: Int) { self.x = a }
  func run(_ a: Foo) -> Int { let l = go(a); return a.m(l) }
  static func make() -> A { A(a: 1) }
}
struct S { func m() {} }
enum E { case x }
protocol P { func m() }
extension A { func ext() {} }
func top() {}
let TOP = 1
typealias T = Int
"#,
        expect![[r#"
            2-8 class A {3-8}
              5-5 method init {5-5}
              6-6 method run {6-6}
              7-7 method make {7-7}
            9-9 struct S {9-9}
              9-9 method m {9-9}
            10-10 enum E {10-10}
            11-11 trait P {11-11}
              11-11 method m
            12-12 impl A›A {12-12}
              12-12 method A›ext {12-12}
            13-13 function top {13-13}
            14-14 variable TOP
            15-15 type T
            import Foundation []
            uses objc Base P x a Int x a _ a Foo Int l go() a a m() l A A() x A Int
        "#]],
    );
}

#[test]
fn scala() {
    check(
        "a.scala",
        r#"package com.x
import com.y.Foo
import com.y.{A, B => C}
import com.y._
/** Doc. */
case class Foo(a: Int) extends Base with T {
  val x = 1
  def run(a: Foo): Int = { val l = go[Int](a); a.m(l) }
}
object O { def make() = new Foo(1) }
trait T { def m(): Unit; type X = Int }
enum E { case A }
def top = 1
"#,
        expect![[r#"
            5-9 class Foo {6-9}
              8-8 method run {8-8}
            10-10 class O {10-10}
              10-10 method make {10-10}
            11-11 trait T {11-11}
              11-11 method m
              11-11 type X
            12-12 enum E {12-12}
            13-13 function top {13-13}
            import com.y.Foo [Foo=.]
            import com.y.A [A=.]
            import com.y.B [C=.]
            import com.y.* []
            uses a Int Base T x a Foo Int l go() Int a a m() l Foo() Unit Int A
        "#]],
    );
}

#[test]
fn zig() {
    check(
        "a.zig",
        r#"const std = @import("std");
const b = @import("b.zig");
/// Doc.
pub const A = struct {
    x: u32,
    pub fn run(self: *A) !u32 { const l = go(self.x); return b.m(l); }
};
const E = enum { a };
pub const LIMIT = 1;
pub fn top() void {}
test "it works" { try top(); }
"#,
        expect![[r#"
            1-1 constant std
            2-2 constant b
            3-7 struct A {4-7}
              6-6 method run {6-6}
            8-8 enum E {8-8}
            9-9 constant LIMIT
            10-10 function top {10-10}
            11-11 test it works {11-11}
            import std [std=.]
            import b.zig [b=.]
            uses @import() @import() x self A l go() self x b m() l a top()
        "#]],
    );
}

#[test]
fn dart() {
    check(
        "a.dart",
        r#"import 'dart:async';
import 'package:app/src/a.dart' as a show A, B;
export 'b.dart';
/// Doc.
@immutable
class Foo extends Base with M {
  final int x;
  Foo(this.x);
  Foo.named() : x = 1;
  int run(A a) { var l = go(a); return a.m(l); }
  int get value => x;
}
mixin M {}
enum E { a }
extension X on String { int ext() => 1; }
typedef F = void Function(int);
void top() {}
const LIMIT = 1;
"#,
        expect![[r#"
            4-12 class Foo {6-12}
              8-8 method Foo
              9-9 method named
              10-10 method run {10-10}
              11-11 property value {11-11}
            13-13 trait M {13-13}
            14-14 enum E {14-14}
            15-15 impl String›X {15-15}
              15-15 method String›ext {15-15}
            16-16 type F
            17-17 function top {17-17}
            18-18 constant LIMIT
            import dart:async [*]
            import package:app/src/a.dart [A B]
            import b.dart [*]
            uses immutable Base M int x x Foo x int A a l go() a a m() l int x a X String int int
        "#]],
    );
}

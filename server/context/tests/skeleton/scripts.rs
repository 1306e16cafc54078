//! Languages of scripts.

use expect_test::expect;

use super::check;

#[test]
fn ruby() {
    check(
        "a.rb",
        r#"require 'json'
require_relative "../lib/foo"
# Doc.
module Outer
  LIMIT = 1
  class Foo < Base::Thing
    attr_reader :x
    def initialize(a); @a = a; run(a) end
    def self.make = new(1)
    private def hidden? = go("x")
  end
  class << self
    def single; end
  end
end
RSpec.describe Foo do
  it "works" do
    expect(x).to eq(1)
  end
end
describe "y" do
end
"#,
        expect![[r#"
            3-15 trait Outer {5-14}
              5-5 constant LIMIT
              6-11 class Foo {7-10}
                8-8 method initialize {8-8}
                9-9 method make {9-9}
                10-10 method hidden? {10-10}
              13-13 method single
            16-20 test Foo
              17-19 test works
            21-22 test y
            import json []
            import ../lib/foo []
            uses require() require_relative() Base Thing attr_reader() a a run() a new() private() go() RSpec describe() it() expect() x to() eq() describe()
        "#]],
    );
}

#[test]
fn php() {
    check(
        "a.php",
        r#"<?php
namespace App\Http;
use App\Models\User;
use App\Other\{A, B as C};
require_once __DIR__ . '/x.php';
require 'y.php';
const LIMIT = 1;
/** Doc. */
#[Attr]
final class Foo extends Base implements I {
  use SomeTrait;
  const X = 1;
  private int $f;
  public function run(User $u): int { $l = helper($u->name()); return Foo::make(new Bar($l)); }
}
interface I { public function m(); }
trait T { function t() {} }
enum E { case A; }
function helper($a) { return $a; }
"#,
        expect![[r#"
            7-7 constant LIMIT
            8-15 class Foo {10-15}
              12-12 constant X
              14-14 method run {14-14}
            16-16 interface I {16-16}
              16-16 method m
            17-17 trait T {17-17}
              17-17 method t {17-17}
            18-18 enum E {18-18}
            19-19 function helper {19-19}
            import App\Models\User [User=.]
            import App\Other\A [A=.]
            import App\Other\B [C=.]
            import ./x.php []
            import ./y.php []
            uses Attr Base I SomeTrait f User u l helper() u name() Foo make() Bar() l A a a
        "#]],
    );
}

#[test]
fn elixir() {
    check(
        "a.ex",
        r#"defmodule App.Foo do
  @moduledoc "Doc"
  alias App.Models.{User, Post}
  alias App.Bar, as: B
  import Ecto.Query
  use GenServer
  @limit 1
  @doc "Doc"
  def run(a, b \\ 1) when a > 1 do
    l = go(a)
    B.m(l)
  end
  defp go(a), do: a
  defmacro mac(x) do x end
  defstruct [:a]
  describe "x" do
    test "works", %{a: a} do
      assert run(a)
    end
  end
end
"#,
        expect![[r#"
            1-21 module App.Foo {1-21}
              9-12 function run {9-12}
              13-13 function go
              14-14 macro mac {14-14}
              16-20 test x
                17-19 test works
            import App.Models.User [User=.]
            import App.Models.Post [Post=.]
            import App.Bar [Bar=.]
            import Ecto.Query [Query=.]
            import GenServer [GenServer=.]
            uses defmodule() moduledoc() limit() doc() def() a b a l go() a B m() l defp() a a defmacro() x x defstruct() describe() test() a assert() run() a
        "#]],
    );
}

#[test]
fn r() {
    check(
        "a.r",
        r#"library(dplyr)
source("x.R")
# Doc.
run <- function(a) {
  l <- go(a)
  l$m(a)
}
limit = 1
test_that("works", { expect(run(1)) })
"#,
        expect![[r#"
            3-7 function run {4-7}
            8-8 variable limit
            9-9 test works
            import x.R []
            uses library() dplyr source() a l go() a l m() a test_that() expect() run()
        "#]],
    );
}

#[test]
fn powershell() {
    check(
        "a.ps1",
        r#". .\lib.ps1
Import-Module Foo
# Doc.
function Get-Foo { 
  $l = Go $a
  Bar -X $l
 }
class C : B { [int]$x; [int] Run([int]$a) { return $a } }
enum E { A }
"#,
        expect![[r#"
            3-7 function Get-Foo {5-6}
            8-8 class C
              8-8 method Run {8-8}
            9-9 enum E
            import ./lib.ps1 []
            import Foo []
            uses Go() Bar() B int int int A
        "#]],
    );
}

//! Languages that few builds have.

use expect_test::expect;

use super::check;

#[test]
fn haskell() {
    check(
        "a.hs",
        r#"module A.B where
import Data.Map (Map, fromList)
import qualified Data.Set as S
-- | Doc.
data T a = A a | B { f :: Int } deriving Show
newtype N = N Int
type Al = Int
class C a where
  m :: a -> Int
instance C T where
  m x = go x
-- | Run.
run :: Int -> Int
run x = let y = go x in y
  where h = 1
"#,
        expect![[r#"
            5-5 type T
            6-6 type N
            7-7 type Al
            8-9 trait C
              9-9 method m
            10-11 impl T›C
              11-11 method T›m
            12-15 function run
            import Data.Map [Map fromList]
            import Data.Set []
            uses a A a B f Int Show N Int Int a a Int C T x go() x Int Int x y go() x y h
        "#]],
    );
}

#[test]
fn ocaml() {
    check(
        "a.ml",
        r#"open Base
module M = struct let f x = x end
(** Doc. *)
let run a = let l = go a in M.f l
let limit = 1
type t = A | B of int
module type S = sig val x : int end
class c = object method m = 1 end
"#,
        expect![[r#"
            2-2 module M {2-2}
              2-2 function f {2-2}
            3-4 function run {4-4}
            5-5 variable limit {5-5}
            6-6 type t {6-6}
            7-7 interface S {7-7}
              7-7 method x
            8-8 class c {8-8}
              8-8 method m {8-8}
            import Base []
            uses x l go() a M f() l A B int int
        "#]],
    );
}

#[test]
fn julia() {
    check(
        "a.jl",
        r#"module A
using JSON
import Base: show, +
include("b.jl")
"Doc."
function run(a::Int)
    l = go(a)
end
short(x) = m(x)
struct S <: T
    x::Int
end
abstract type AT end
const LIMIT = 1
macro mac(x) end
end
"#,
        expect![[r#"
            1-16 module A
              6-8 function run
              9-9 function short
              10-12 struct S
              13-13 trait AT
              14-14 constant LIMIT
              15-15 macro mac
            import JSON [JSON]
            import Base [show +]
            import b.jl []
            uses include() a Int l go() a x m() x T x Int x
        "#]],
    );
}

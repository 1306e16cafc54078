use expect_test::expect;

use super::check;

#[test]
fn functions_with_docs_attributes_and_tests() {
    check(
        "src/lib.rs",
        r#"//! Module text is nobody's doc.

use std::io;

const A: u32 = 1; // trails A

/// Reads a number. And more.
///
/// # Errors
#[inline]
#[must_use]
pub async fn read<T: Into<String>>(
    path: T, // where
    mut count: usize,
) -> io::Result<Vec<u8>>
where
    T: Send,
{
    let text = std::fs::read_to_string(path.into())?;
    assert_eq!(count, text.parse::<usize>().unwrap());
    Ok(helper(&format!("{}", render(text))))
}

#[doc(hidden)]
/// Between attributes.
#[inline]
fn helper(text: &str) -> Vec<u8> {
    fn inner() {}
    inner();
    text.into()
}

// Not a doc.
pub(crate) fn crate_only() {}

/// Gone: a gap follows.

fn undocumented() { let f = |x: u32| x.pow(2); f(1); }

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reads() {
        read("x", 1).await.expect("reads");
    }

    #[test_case(1; "one")]
    fn cases(n: usize) {}
}
"#,
        expect![[r#"
            5-5:5 constant `A`
                signature: const A: u32 = 1
            10-22:12 function `read`
                signature: pub async fn read<T: Into<String>>(path: T, mut count: usize) -> io::Result<Vec<u8>> where T: Send
                doc: 7-9 Reads a number.
                body: 19
                params: path: T | count: usize
                returns: io::Result<Vec<u8>>
                calls: read_to_string@19 into@19 assert_eq!@20 unwrap@20 helper@21 format!@21 render@21
                is: exported async fallible panics
            24-31:27 function `helper`
                signature: fn helper(text: &str) -> Vec<u8>
                doc: 25-25 Between attributes.
                body: 28
                params: text: &str
                returns: Vec<u8>
                calls: inner@29 into@30
            28-28:28 function helper › `inner`
                signature: fn inner()
                body: 28
                indent: "    "
            34-34:34 function `crate_only`
                signature: pub(crate) fn crate_only()
                body: 34
            38-38:38 function `undocumented`
                signature: fn undocumented()
                body: 38
                calls: pow@38 f@38
            40-51:41 module `tests`
                signature: mod tests
                body: 42
                is: test
            44-47:45 function tests › `reads`
                signature: async fn reads()
                body: 46
                calls: expect@46 read@46
                is: async panics test
                indent: "    "
            49-50:50 function tests › `cases`
                signature: fn cases(n: usize)
                body: 50
                params: n: usize
                is: test
                indent: "    "
        "#]],
    );
}

#[test]
fn types_traits_and_impls() {
    check(
        "src/types.rs",
        r#"/// A point.
#[derive(Clone, Debug)]
pub struct Point<T> {
    pub x: T,
}

pub struct Meters(pub f64);
struct Unit;

pub enum Shape {
    /// Round.
    Circle(f64),
    #[default]
    Square { side: f64 }, // angular
    Empty = 3,
}

pub trait Area: Sized {
    type Output;
    const SIDES: usize = 4;
    /// The area.
    fn area(&self) -> f64;
    fn twice(&mut self, by: f64) -> f64 { self.area() * by }
}

impl<T> Area for Point<T> where T: Copy {
    type Output = T;
    fn area(&self) -> f64 { todo!() }
}

impl<'a> &'a crate::deep::Shape {
    pub fn new((a, b): (u32, u32), f: impl Fn(u32) -> u32) -> Self { Self::Empty }
    fn take(self: Box<Self>, _: ()) {}
}

type Alias<T> = Result<T, Error>;
fn alias() -> Alias<()> { Ok(()) }
fn result() -> impl Future<Output = FmtResult> { x }
static GLOBAL: &str = "x";
pub const TABLE: [u32; 40] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
];

/// Makes.
#[macro_export]
macro_rules! make {
    ($x:expr) => { build($x) };
}

extern "C" {
    fn strlen(s: *const u8, ...) -> usize;
}

mod outer {
    pub(super) mod file;
}
"#,
        expect![[r#"
            2-5:3 struct `Point`
                signature: pub struct Point<T>
                doc: 1-1 A point.
                body: 4
                is: exported
            7-7:7 struct `Meters`
                signature: pub struct Meters(pub f64)
                is: exported
            8-8:8 struct `Unit`
                signature: struct Unit
            10-16:10 enum `Shape`
                signature: pub enum Shape
                body: 12
                is: exported
            12-12:12 variant Shape › `Circle`
                signature: Circle(f64)
                doc: 11-11 Round.
                is: exported
                indent: "    "
            13-14:14 variant Shape › `Square`
                signature: Square
                body: 14
                is: exported
                indent: "    "
            15-15:15 variant Shape › `Empty`
                signature: Empty = 3
                is: exported
                indent: "    "
            18-24:18 trait `Area`
                signature: pub trait Area: Sized
                body: 19
                is: exported
            19-19:19 type Area › `Output`
                signature: type Output
                is: exported
                indent: "    "
            20-20:20 constant Area › `SIDES`
                signature: const SIDES: usize = 4
                is: exported
                indent: "    "
            22-22:22 method Area › `area`
                signature: fn area(&self) -> f64
                doc: 21-21 The area.
                receiver: &self
                returns: f64
                is: exported
                indent: "    "
            23-23:23 method Area › `twice`
                signature: fn twice(&mut self, by: f64) -> f64
                body: 23
                receiver: &mut self
                params: by: f64
                returns: f64
                calls: area@23
                is: exported
                indent: "    "
            26-29:26 impl `Point`
                signature: impl<T> Area for Point<T> where T: Copy
                body: 27
            27-27:27 type Point › `Output`
                signature: type Output = T
                indent: "    "
            28-28:28 method Point › `area`
                signature: fn area(&self) -> f64
                body: 28
                receiver: &self
                returns: f64
                calls: todo!@28
                is: panics
                indent: "    "
            31-34:31 impl `Shape`
                signature: impl<'a> &'a crate::deep::Shape
                body: 32
            32-32:32 method Shape › `new`
                signature: pub fn new((a, b): (u32, u32), f: impl Fn(u32) -> u32) -> Self
                body: 32
                params: (a, b): (u32, u32) | f: impl Fn(u32) -> u32
                returns: Self
                is: exported
                indent: "    "
            33-33:33 method Shape › `take`
                signature: fn take(self: Box<Self>, _: ())
                body: 33
                receiver: self: Box<Self>
                params: _: ()
                indent: "    "
            36-36:36 type `Alias`
                signature: type Alias<T> = Result<T, Error>
            37-37:37 function `alias`
                signature: fn alias() -> Alias<()>
                body: 37
                returns: Alias<()>
            38-38:38 function `result`
                signature: fn result() -> impl Future<Output = FmtResult>
                body: 38
                returns: impl Future<Output = FmtResult>
                is: fallible
            39-39:39 static `GLOBAL`
                signature: static GLOBAL: &str = "x"
            40-43:40 constant `TABLE`
                signature: pub const TABLE: [u32; 40] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 1, 2, 3, 4, 5, 6, 7…
                is: exported
            46-49:47 macro `make`
                signature: macro_rules! make
                doc: 45-45 Makes.
                body: 48
                calls: build@48
                is: exported
            52-52:52 function `strlen`
                signature: fn strlen(s: *const u8, ...) -> usize
                params: s: *const u8
                returns: usize
                indent: "    "
            55-57:55 module `outer`
                signature: mod outer
                body: 56
            56-56:56 module outer › `file`
                signature: pub(super) mod file
                indent: "    "
        "#]],
    );
}

#[test]
fn line_endings_do_not_matter() {
    check(
        "src/crlf.rs",
        "/// Doc.\r\n/// More.\r\n#[test]\r\nfn a() {\r\n    b();\r\n}\r\n\r\n/// C.\r\nfn c() {}",
        expect![[r#"
            3-6:4 function `a`
                signature: fn a()
                doc: 1-2 Doc.
                body: 5
                calls: b@5
                is: test
            9-9:9 function `c`
                signature: fn c()
                doc: 8-8 C.
                body: 9
        "#]],
    );
}

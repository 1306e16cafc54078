//! Regular expressions of the rules, each compiled once, at its first use.

use std::sync::LazyLock;

use regex::Regex;

/// The type of a `static` that `pattern!` fills.
pub(super) type Pattern = LazyLock<Regex>;

macro_rules! pattern {
    ($source:expr) => {
        std::sync::LazyLock::new(|| $crate::rules::pattern::compile($source))
    };
}
pub(super) use pattern;

#[expect(
    clippy::expect_used,
    reason = "patterns are constants of this crate: a bad one is a bug the first test meets"
)]
pub(super) fn compile(source: &str) -> Regex {
    Regex::new(source).expect("a rule's pattern compiles")
}

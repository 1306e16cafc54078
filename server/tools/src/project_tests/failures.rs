//! What matters in the output of failing tests: their names, and the lines that say what was expected.
//!
//! The marks are those of the common runners. They are looked for whatever was started, since a script or a makefile
//! may start any of them.

use std::collections::HashSet;
use std::io::BufRead;

use crate::command::plain_line;
use crate::output::clip;

const MAX_NAMES: usize = 15;
const MAX_CAUSES: usize = 30;
const MAX_LINE: usize = 160;

/// Lines that show that tests passed.
const LAST_LINES: usize = 12;

/// Lines after one that says where it failed.
const MESSAGE: usize = 6;

/// The names of failing tests and what failed in them, as lines; empty if no mark of a known runner is there.
pub(super) fn digest(input: &mut dyn BufRead) -> String {
    let mut digest = Digest::default();
    let mut bytes = Vec::new();
    // An output that cannot be read any more is told as far as it went.
    while input.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
        digest.take(&plain_line(&bytes));
        bytes.clear();
    }
    digest.into_text()
}

/// The last lines of an output.
pub(super) fn last_lines(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let from = lines.len().saturating_sub(LAST_LINES);
    lines[from..].iter().flat_map(|line| [line, "\n"]).collect()
}

#[derive(Default)]
struct Digest {
    /// The first of the failing tests, and all of them.
    names: Vec<String>,
    seen: HashSet<String>,
    causes: Vec<String>,
    /// How many more lines belong to the cause before.
    message: usize,
}

impl Digest {
    fn take(&mut self, line: &str) {
        if let Some(name) = failing(line) {
            let name = clip(name.trim(), MAX_LINE);
            if self.seen.insert(name.clone()) && self.names.len() < MAX_NAMES {
                self.names.push(name);
            }
            self.message = 0;
            return;
        }
        let begins_message = starts_cause(line);
        if begins_message {
            self.message = MESSAGE;
        } else if line.trim().is_empty() || line.starts_with("note:") {
            self.message = 0;
        }
        let belongs = begins_message || self.message > 0 || is_cause(line);
        if belongs && self.causes.len() < MAX_CAUSES {
            self.causes.push(clip(line.trim_end(), MAX_LINE));
        }
        self.message = self.message.saturating_sub(usize::from(!begins_message));
    }

    fn into_text(self) -> String {
        let mut text = String::new();
        for name in &self.names {
            text.push_str(&format!("failing: {name}\n"));
        }
        if self.seen.len() > self.names.len() {
            text.push_str(&format!("failing: {} more\n", self.seen.len() - self.names.len()));
        }
        for cause in &self.causes {
            text.push_str(cause);
            text.push('\n');
        }
        if !text.is_empty() {
            text.push_str("output:\n");
        }
        text
    }
}

/// The name of a failing test, in the words of its runner.
fn failing(line: &str) -> Option<&str> {
    let between = |start: &str, end: &str| line.strip_prefix(start)?.trim_end().strip_suffix(end);
    let trimmed = line.trim_start();
    let marked = ["✕ ", "✖ ", "× ", "✗ ", "● ", "--- FAIL: ", "FAIL: "];
    let numbered = || trimmed.strip_prefix("not ok ")?.split_once(" - ").map(|(_, name)| name);
    let pytest = || {
        let rest = line.strip_prefix("FAILED ").or_else(|| line.strip_prefix("ERROR "))?;
        rest.contains(".py").then_some(rest)
    };
    // jest and vitest name the file.
    let script = || {
        let rest = trimmed.strip_prefix("FAIL ")?;
        (rest.contains(".test.") || rest.contains(".spec.")).then_some(rest)
    };
    between("test ", " ... FAILED")
        .or_else(pytest)
        .or_else(script)
        .or_else(|| marked.iter().find_map(|mark| trimmed.strip_prefix(mark)))
        .or_else(|| line.strip_prefix("ERROR: "))
        .or_else(numbered)
}

/// Whether the lines that follow belong to the message.
fn starts_cause(line: &str) -> bool {
    line.contains(" panicked at ") || line.starts_with("error[") || line.starts_with("error: ")
}

fn is_cause(line: &str) -> bool {
    let trimmed = line.trim_start();
    let says = |words: &[&str]| words.iter().any(|word| trimmed.starts_with(word));
    let is_go = trimmed.contains("_test.go:") || trimmed.contains(".go:") && trimmed.starts_with("./");
    // `AssertionError: …` and the like, of Python and JavaScript.
    let is_exception = || {
        let word = trimmed.split_whitespace().next().unwrap_or_default();
        word.ends_with("Error:") || word.ends_with("Exception:")
    };
    // `a.c:3:5: error: …`, `a.ts(3,5): error TS2322: …`
    let is_compiler = || line.contains(": error");
    let is_pytest = line.starts_with("E   ");
    is_pytest || says(&["Expected", "Received", "expected:", "actual:"]) || is_go || is_exception() || is_compiler()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, expect: &str) {
        let text = digest(&mut output.as_bytes());
        assert_eq!(text.strip_suffix("output:\n").unwrap_or(&text), expect);
    }

    #[test]
    fn libtest() {
        check(
            "running 2 tests\ntest a::b ... ok\ntest a::c ... FAILED\n\nfailures:\n\n---- a::c stdout ----\n\
             thread 'a::c' (7) panicked at src/a.rs:5:9:\nassertion `left == right` failed\n  left: 1\n right: 2\n\
             note: run with `RUST_BACKTRACE=1`\n\n\nfailures:\n    a::c\n",
            "failing: a::c\nthread 'a::c' (7) panicked at src/a.rs:5:9:\nassertion `left == right` failed\n  left: 1\n right: 2\n",
        );
        check(
            "error[E0308]: mismatched types\n --> src/a.rs:2:5\n  |\n2 |     1\n\nnoise\n",
            "error[E0308]: mismatched types\n --> src/a.rs:2:5\n  |\n2 |     1\n",
        );
    }

    #[test]
    fn pytest() {
        check(
            "F.\n    def test_x():\n>       assert 1 == 2\nE       assert 1 == 2\n\ntest_a.py:2: AssertionError\n\
             FAILED test_a.py::test_x - assert 1 == 2\n",
            "failing: test_a.py::test_x - assert 1 == 2\nE       assert 1 == 2\n",
        );
    }

    #[test]
    fn unittest() {
        check(
            "FAIL: test_x (t.T.test_x)\n----\nTraceback:\nAssertionError: 1 != 2\n",
            "failing: test_x (t.T.test_x)\nAssertionError: 1 != 2\n",
        );
    }

    #[test]
    fn go() {
        check(
            "--- FAIL: TestX (0.00s)\n    x_test.go:5: got 1\nFAIL\n",
            "failing: TestX (0.00s)\n    x_test.go:5: got 1\n",
        );
    }

    #[test]
    fn node() {
        check(
            "  ✓ ok\n  ✕ adds\n    Expected: 3\n    Received: 2\nnot ok 2 - takes away\n",
            "failing: adds\nfailing: takes away\n    Expected: 3\n    Received: 2\n",
        );
    }

    #[test]
    fn scripts() {
        check(
            " FAIL  src/a.test.ts > adds\nTypeError: x is not a function\n    at src/a.ts:2:3\n",
            "failing: src/a.test.ts > adds\nTypeError: x is not a function\n",
        );
        check(
            "src/a.ts(3,5): error TS2322: no number\nmake: *** [all] Error 2\n",
            "src/a.ts(3,5): error TS2322: no number\n",
        );
    }

    #[test]
    fn much_is_bounded() {
        let failed: String = (0..99).map(|number| format!("test t{number} ... FAILED\n")).collect();
        let causes = format!("E   {}\n", "x".repeat(9_000)).repeat(99);
        let text = digest(&mut format!("{failed}{failed}{causes}").as_bytes());
        assert!(text.len() < 8_000, "{}", text.len());
        assert!(
            text.starts_with("failing: t0\n") && text.contains("failing: 84 more\n"),
            "{text}"
        );
    }

    #[test]
    fn other_output_has_no_digest() {
        check("all is well\nFAIL\n", "");
    }
}

//! What was staged, as a unified diff for the model and for people. Made from the hunks and the lines around them,
//! so a small change of a large file costs little.

use std::fmt::Write;

use ropey::Rope;

use crate::hunk::PlacedHunk;

const CONTEXT: usize = 3;

/// The diff of `hunks` (ascending, disjoint) against `base`. Lines are counted as editors do.
pub(crate) fn of_hunks(base: &Rope, hunks: &[&PlacedHunk]) -> String {
    let mut diff = String::new();
    let mut moved = 0isize;
    let spans: Vec<Span<'_>> = hunks.iter().map(|hunk| Span::of(base, hunk)).collect();
    for group in spans.chunk_by(|left, right| right.first - left.end <= 2 * CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let from = first.first.saturating_sub(CONTEXT);
        let to = (last.end + CONTEXT).min(lines_in(base));
        let by: isize = group.iter().map(Span::delta).sum();
        let new_start = from.saturating_add_signed(moved);
        let (old_len, new_len) = (to - from, (to - from).saturating_add_signed(by));
        let start = |line: usize, len: usize| if len == 0 { line } else { line + 1 };
        // Writing to a string cannot fail.
        let _ = writeln!(
            diff,
            "@@ -{},{old_len} +{},{new_len} @@",
            start(from, old_len),
            start(new_start, new_len)
        );
        let mut at = from;
        for span in group {
            push_base(&mut diff, ' ', base, at..span.first);
            push_base(&mut diff, '-', base, span.first..span.end);
            push(&mut diff, '+', &span.hunk.text.new);
            at = span.end;
        }
        push_base(&mut diff, ' ', base, at..to);
        moved += by;
    }
    diff
}

/// A hunk with the lines it replaces.
struct Span<'a> {
    hunk: &'a PlacedHunk,
    first: usize,
    end: usize,
}

impl<'a> Span<'a> {
    fn of(base: &Rope, hunk: &'a PlacedHunk) -> Self {
        let first = match hunk.range.start == base.len_bytes() {
            true => lines_in(base),
            false => base.byte_to_line(hunk.range.start),
        };
        let end = match hunk.range.is_empty() {
            true => first,
            false => base.byte_to_line(hunk.range.end - 1) + 1,
        };
        Self { hunk, first, end }
    }

    fn delta(&self) -> isize {
        lines_in(&Rope::from_str(&self.hunk.text.new)) as isize - (self.end - self.first) as isize
    }
}

/// Lines that hold something: a text that ends with a line break has no line behind it.
fn lines_in(rope: &Rope) -> usize {
    let lines = rope.len_lines();
    lines - usize::from(rope.line_to_byte(lines - 1) == rope.len_bytes())
}

fn push_base(diff: &mut String, sign: char, base: &Rope, lines: std::ops::Range<usize>) {
    for line in lines {
        push(diff, sign, &base.line(line).to_string());
    }
}

fn push(diff: &mut String, sign: char, text: &str) {
    for line in lines(text) {
        diff.push(sign);
        diff.push_str(line);
        if line.ends_with('\r') {
            diff.push('\n');
        } else if !line.ends_with('\n') {
            diff.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// Cut behind each `\n` and each `\r` that no `\n` follows.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').flat_map(|line| {
        let body = line.strip_suffix("\r\n").unwrap_or(line);
        let last = body
            .rfind('\r')
            .filter(|at| at + 1 < line.len() && body.len() > *at)
            .map_or(0, |at| at + 1);
        let (inner, rest) = line.split_at(last.min(line.len()));
        inner
            .split_inclusive('\r')
            .chain(std::iter::once(rest))
            .filter(|line| !line.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hunk::fixture::placed;

    /// The diff made from hunks is the diff of the whole texts.
    fn check(text: &str, hunks: &[(usize, &str, &str)]) {
        let hunks: Vec<PlacedHunk> = hunks.iter().map(|(start, old, new)| placed(*start, old, new)).collect();
        let hunks: Vec<&PlacedHunk> = hunks.iter().collect();
        let base = Rope::from_str(text);
        let after = crate::change_set::proposed(&base, hunks.iter().copied()).to_string();
        let (made, whole) = (of_hunks(&base, &hunks), text::unified(text, &after, CONTEXT));
        // git leaves out the count where it is 1.
        assert_eq!(made.replace(",1 ", " "), whole, "{made}");
    }

    #[test]
    fn it_is_the_diff_of_the_whole() {
        let text: String = (0..20).map(|line| format!("line {line}\n")).collect();
        check(&text, &[(0, "line 0\n", "first\nsecond\n")]);
        check(
            &text,
            &[
                (7, "", "new\n"),
                (70, "line 10\nline 11\n", ""),
                (142, "line 19\n", "last"),
            ],
        );
        check("a\nb", &[(2, "b", "b\nc")]);
        check("", &[(0, "", "all new\n")]);
        check("all\ngone\n", &[(0, "all\ngone\n", "")]);
    }
}

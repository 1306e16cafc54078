//! Unified diffs that `git apply` and `patch` take.
//!
//! Only `\n` ends a line here, as in git, and bytes pass through as they are: the patch of a Latin-1 or UTF-16 file
//! is made of that file's own bytes.

use std::ops::Range;

use crate::LineHunk;
use crate::diff::diff_byte_lines;
use crate::lines::Breaks;

/// The hunks (`@@` lines and what follows them) that turn `old` into `new`, with `context` common lines around each
/// change; empty if the texts are equal. File headers are the caller's.
#[must_use]
pub fn unified(old: &str, new: &str, context: usize) -> String {
    // Cut at line feeds only, so every line is still valid UTF-8 and nothing is lost here.
    String::from_utf8_lossy(&unified_bytes(old.as_bytes(), new.as_bytes(), context)).into_owned()
}

/// As [`unified`], for the bytes of a file in whatever encoding.
#[must_use]
pub fn unified_bytes(old: &[u8], new: &[u8], context: usize) -> Vec<u8> {
    let mut patch = Vec::new();
    let old_starts = line_starts(old);
    let new_starts = line_starts(new);
    let lines = |hunk: LineHunk| (indices(&old_starts, &hunk.old), indices(&new_starts, &hunk.new));
    let changes: Vec<_> = diff_byte_lines(old, new, Breaks::Git).into_iter().map(lines).collect();

    for group in changes.chunk_by(|(left, _), (right, _)| right.start - left.end <= 2 * context) {
        let ([(first, first_new), ..], [.., (last, last_new)]) = (group, group) else {
            continue;
        };
        let before = context.min(first.start);
        let after = context.min(old_starts.len() - 1 - last.end);
        let old_side = first.start - before..last.end + after;
        let new_side = first_new.start - before..last_new.end + after;
        let header = format!("@@ -{} +{} @@\n", header_range(&old_side), header_range(&new_side));
        patch.extend_from_slice(header.as_bytes());

        let mut at = old_side.start;
        for (removed, added) in group {
            push_lines(&mut patch, b' ', old, &old_starts, at..removed.start);
            push_lines(&mut patch, b'-', old, &old_starts, removed.clone());
            push_lines(&mut patch, b'+', new, &new_starts, added.clone());
            at = removed.end;
        }
        push_lines(&mut patch, b' ', old, &old_starts, at..old_side.end);
    }
    patch
}

/// Where each line begins, and the end of the text.
fn line_starts(text: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let ends = text.split_inclusive(|byte| *byte == b'\n').map(|line| {
        at += line.len();
        at
    });
    std::iter::once(0).chain(ends).collect()
}

fn indices(starts: &[usize], bytes: &Range<usize>) -> Range<usize> {
    starts.partition_point(|at| *at < bytes.start)..starts.partition_point(|at| *at < bytes.end)
}

/// Lines counted from 1; an empty side names the line before it, 0 at the top.
fn header_range(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn push_lines(patch: &mut Vec<u8>, sign: u8, text: &[u8], starts: &[usize], lines: Range<usize>) {
    for line in lines {
        let line = &text[starts[line]..starts[line + 1]];
        patch.push(sign);
        patch.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            patch.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

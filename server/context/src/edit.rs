//! What changed between two ropes, as the one edit that an incremental parse needs.
//!
//! Ropes that come from one another share their chunks, so the comparison is by address for all but a few of them.

use std::cmp::min;

use ropey::Rope;
use tree_sitter::{InputEdit, Point};

/// The smallest single replacement that turns `old` into `new`, on character boundaries; none if they are equal.
pub(crate) fn between(old: &Rope, new: &Rope) -> Option<InputEdit> {
    if old.is_instance(new) {
        return None;
    }
    let (old_len, new_len) = (old.len_bytes(), new.len_bytes());
    let prefix = common_prefix(old, new);
    if prefix == old_len && prefix == new_len {
        return None;
    }
    let start = new.char_to_byte(new.byte_to_char(prefix));
    let suffix = common_suffix(old, new, min(old_len, new_len) - start);
    let suffix = suffix - bytes_to_boundary(new, new_len - suffix);
    let (old_end, new_end) = (old_len - suffix, new_len - suffix);
    Some(InputEdit {
        start_byte: start,
        old_end_byte: old_end,
        new_end_byte: new_end,
        start_position: point(new, start),
        old_end_position: point(old, old_end),
        new_end_position: point(new, new_end),
    })
}

fn bytes_to_boundary(rope: &Rope, byte: usize) -> usize {
    let index = rope.byte_to_char(byte);
    if rope.char_to_byte(index) == byte {
        0
    } else {
        rope.char_to_byte(index + 1) - byte
    }
}

fn common_prefix(a: &Rope, b: &Rope) -> usize {
    let (mut a_chunks, mut b_chunks) = (a.chunks(), b.chunks());
    let (mut x, mut y): (&[u8], &[u8]) = (&[], &[]);
    let mut shared = 0;
    loop {
        while x.is_empty() {
            let Some(chunk) = a_chunks.next() else { return shared };
            x = chunk.as_bytes();
        }
        while y.is_empty() {
            let Some(chunk) = b_chunks.next() else { return shared };
            y = chunk.as_bytes();
        }
        let len = min(x.len(), y.len());
        let (head_x, head_y) = (&x[..len], &y[..len]);
        if !std::ptr::eq(head_x, head_y) && head_x != head_y {
            return shared + head_x.iter().zip(head_y).take_while(|(p, q)| p == q).count();
        }
        shared += len;
        (x, y) = (&x[len..], &y[len..]);
    }
}

/// At most `limit`, so that prefix and suffix never overlap.
fn common_suffix(a: &Rope, b: &Rope, limit: usize) -> usize {
    let mut a_chunks = a.chunks_at_byte(a.len_bytes()).0;
    let mut b_chunks = b.chunks_at_byte(b.len_bytes()).0;
    let (mut x, mut y): (&[u8], &[u8]) = (&[], &[]);
    let mut shared = 0;
    while shared < limit {
        while x.is_empty() {
            let Some(chunk) = a_chunks.prev() else { return shared };
            x = chunk.as_bytes();
        }
        while y.is_empty() {
            let Some(chunk) = b_chunks.prev() else { return shared };
            y = chunk.as_bytes();
        }
        let len = min(min(x.len(), y.len()), limit - shared);
        let (tail_x, tail_y) = (&x[x.len() - len..], &y[y.len() - len..]);
        if !std::ptr::eq(tail_x, tail_y) && tail_x != tail_y {
            return shared
                + tail_x
                    .iter()
                    .rev()
                    .zip(tail_y.iter().rev())
                    .take_while(|(p, q)| p == q)
                    .count();
        }
        shared += len;
        (x, y) = (&x[..x.len() - len], &y[..y.len() - len]);
    }
    shared
}

/// Row and column as tree-sitter counts them: rows end at LF only, columns are bytes.
fn point(rope: &Rope, byte: usize) -> Point {
    let (mut row, mut row_start, mut seen) = (0, 0, 0);
    for chunk in rope.byte_slice(..byte).chunks() {
        let bytes = chunk.as_bytes();
        row += bytes.iter().filter(|b| **b == b'\n').count();
        if let Some(last) = bytes.iter().rposition(|b| *b == b'\n') {
            row_start = seen + last + 1;
        }
        seen += bytes.len();
    }
    Point::new(row, byte - row_start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(old: &str, new: &str, expect: Option<(usize, usize, usize)>) {
        let edit = between(&Rope::from_str(old), &Rope::from_str(new));
        assert_eq!(
            edit.map(|e| (e.start_byte, e.old_end_byte, e.new_end_byte)),
            expect,
            "{old:?} → {new:?}"
        );
    }

    #[test]
    fn one_edit_covers_what_differs() {
        check("", "", None);
        check("abc", "abc", None);
        check("abc", "abXc", Some((2, 2, 3)));
        check("aaa", "aa", Some((2, 3, 2)));
        check("", "x", Some((0, 0, 1)));
    }

    #[test]
    fn characters_stay_whole() {
        check("é", "è", Some((0, 2, 2)));
        // U+00E9 and U+0129 share their last byte, U+1D11E and U+1F11E their last two.
        check("é", "\u{129}", Some((0, 2, 2)));
        check("a\u{1D11E}", "a\u{1F11E}", Some((1, 5, 5)));
    }

    #[test]
    fn points_count_line_feeds_and_bytes() {
        let rope = Rope::from_str("a\r\né\rx\ny");
        assert_eq!(point(&rope, 0), Point::new(0, 0));
        assert_eq!(point(&rope, 5), Point::new(1, 2));
        assert_eq!(point(&rope, rope.len_bytes()), Point::new(2, 1));
    }

    proptest! {
        #[test]
        fn replacing_the_range_gives_the_new_text(
            base in "[ab\né𝄞]{0,4000}", at in 0usize..4000, cut in 0usize..20, insert in "[ab\né𝄞]{0,20}",
        ) {
            let old = Rope::from_str(&base);
            let mut new = old.clone();
            let at = at.min(new.len_chars());
            let end = (at + cut).min(new.len_chars());
            new.remove(at..end);
            new.insert(at, &insert);
            match between(&old, &new) {
                None => prop_assert_eq!(&old, &new),
                Some(edit) => {
                    let (old, new) = (old.to_string(), new.to_string());
                    prop_assert_eq!(&old[..edit.start_byte], &new[..edit.start_byte]);
                    prop_assert_eq!(&old[edit.old_end_byte..], &new[edit.new_end_byte..]);
                    prop_assert!(edit.start_byte <= edit.old_end_byte && edit.start_byte <= edit.new_end_byte);
                }
            }
        }
    }
}

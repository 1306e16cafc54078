//! Positions as editors count them: a line, and code units into that line, in the encoding the client chose.
//!
//! A line's end is before its line break. There is no position inside a `\r\n`, inside a surrogate pair or inside a
//! character: the strict conversions refuse such a thing, the clamped ones round down.

use std::ops::Range;

use ropey::Rope;

/// Zero-based line and code unit, as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Position {
    pub line: u32,
    pub character: u32,
}

/// From `start` up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Span {
    pub start: Position,
    pub end: Position,
}

/// The unit that `Position::character` counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// Code units: two for a character beyond U+FFFF.
    Utf16,
    /// Characters.
    Utf32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    #[error("line {line} does not exist: the text has {lines} lines (counted from 0)")]
    NoSuchLine { line: u32, lines: usize },
    #[error("character {character} of line {line} is past the line's end at {end}")]
    PastLineEnd { line: u32, character: u32, end: usize },
    #[error("character {character} of line {line} is inside a character, not between two")]
    InsideCharacter { line: u32, character: u32 },
    #[error("the range ends before it begins")]
    Reversed,
}

/// The byte offset of a position that exists; an error for any other.
pub fn to_offset(rope: &Rope, position: Position, encoding: PositionEncoding) -> Result<usize, PositionError> {
    let Position { line, character } = position;
    let lines = rope.len_lines();
    let index = line as usize;
    if index >= lines {
        return Err(PositionError::NoSuchLine { line, lines });
    }
    let (offset, end) = locate(rope, index, character, encoding);
    if character as usize > end {
        return Err(PositionError::PastLineEnd { line, character, end });
    }
    if units(rope, rope.line_to_byte(index), offset, encoding) != character as usize {
        return Err(PositionError::InsideCharacter { line, character });
    }
    Ok(offset)
}

/// The byte offset of a position, or of the nearest one before it: past a line's end means the line's end, past the
/// last line means the end of the text.
#[must_use]
pub fn to_offset_clamped(rope: &Rope, position: Position, encoding: PositionEncoding) -> usize {
    let index = position.line as usize;
    if index >= rope.len_lines() {
        rope.len_bytes()
    } else {
        locate(rope, index, position.character, encoding).0
    }
}

/// The position of a byte offset. Offsets past the end mean the end; one inside a character means its start, and one
/// inside a `\r\n` the line's end.
#[must_use]
pub fn to_position(rope: &Rope, offset: usize, encoding: PositionEncoding) -> Position {
    let offset = offset.min(rope.len_bytes());
    let offset = rope.char_to_byte(rope.byte_to_char(offset));
    let line = rope.byte_to_line(offset);
    let offset = offset.min(content_end(rope, line));
    let character = units(rope, rope.line_to_byte(line), offset, encoding);
    Position {
        line: wire(line),
        character: wire(character),
    }
}

/// The byte range of a span of positions that exist.
pub fn to_range(rope: &Rope, span: Span, encoding: PositionEncoding) -> Result<Range<usize>, PositionError> {
    let (start, end) = (
        to_offset(rope, span.start, encoding)?,
        to_offset(rope, span.end, encoding)?,
    );
    if start > end {
        Err(PositionError::Reversed)
    } else {
        Ok(start..end)
    }
}

/// The byte range of a span, each end clamped; a reversed span is empty at its start.
#[must_use]
pub fn to_range_clamped(rope: &Rope, span: Span, encoding: PositionEncoding) -> Range<usize> {
    let start = to_offset_clamped(rope, span.start, encoding);
    start..to_offset_clamped(rope, span.end, encoding).max(start)
}

/// The span of a byte range.
#[must_use]
pub fn to_span(rope: &Rope, range: &Range<usize>, encoding: PositionEncoding) -> Span {
    Span {
        start: to_position(rope, range.start, encoding),
        end: to_position(rope, range.end, encoding),
    }
}

/// The offset of `character` in an existing line, clamped and rounded down, and how many units the line has.
fn locate(rope: &Rope, line: usize, character: u32, encoding: PositionEncoding) -> (usize, usize) {
    let (start, end) = (rope.line_to_byte(line), content_end(rope, line));
    let len = units(rope, start, end, encoding);
    let wanted = (character as usize).min(len);
    let offset = match encoding {
        PositionEncoding::Utf8 => rope.char_to_byte(rope.byte_to_char(start + wanted)),
        PositionEncoding::Utf16 => {
            let first = rope.char_to_utf16_cu(rope.byte_to_char(start));
            rope.char_to_byte(rope.utf16_cu_to_char(first + wanted))
        }
        PositionEncoding::Utf32 => rope.char_to_byte(rope.byte_to_char(start) + wanted),
    };
    (offset, len)
}

/// How many code units stand between two offsets on character boundaries.
fn units(rope: &Rope, start: usize, end: usize, encoding: PositionEncoding) -> usize {
    let (first, last) = (rope.byte_to_char(start), rope.byte_to_char(end));
    match encoding {
        PositionEncoding::Utf8 => end - start,
        PositionEncoding::Utf16 => rope.char_to_utf16_cu(last) - rope.char_to_utf16_cu(first),
        PositionEncoding::Utf32 => last - first,
    }
}

/// Where a line's text ends and its line break, if any, begins.
fn content_end(rope: &Rope, line: usize) -> usize {
    if line + 1 >= rope.len_lines() {
        return rope.len_bytes();
    }
    let next = rope.line_to_byte(line + 1);
    let crlf = next >= rope.line_to_byte(line) + 2 && rope.byte(next - 1) == b'\n' && rope.byte(next - 2) == b'\r';
    next - if crlf { 2 } else { 1 }
}

/// The wire counts in 32 bits; the texts that we hold are far smaller.
fn wire(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use PositionEncoding::{Utf8, Utf16, Utf32};
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "a\r\n𝒳é\rb\u{2028}\n";

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    fn check(
        line: u32,
        character: u32,
        encoding: PositionEncoding,
        strict: Result<usize, PositionError>,
        clamped: usize,
    ) {
        let rope = Rope::from_str(TEXT);
        assert_eq!(to_offset(&rope, at(line, character), encoding), strict);
        assert_eq!(to_offset_clamped(&rope, at(line, character), encoding), clamped);
    }

    #[test]
    fn counts_in_each_encoding() {
        check(0, 1, Utf16, Ok(1), 1);
        check(1, 2, Utf16, Ok(7), 7);
        check(1, 4, Utf8, Ok(7), 7);
        check(1, 1, Utf32, Ok(7), 7);
        check(1, 3, Utf16, Ok(9), 9);
        check(2, 2, Utf32, Ok(14), 14);
        check(3, 0, Utf16, Ok(15), 15);
    }

    #[test]
    fn what_is_no_position_is_refused_or_clamped() {
        let inside = |line, character| Err(PositionError::InsideCharacter { line, character });
        check(1, 1, Utf16, inside(1, 1), 3);
        check(1, 3, Utf8, inside(1, 3), 3);
        check(1, 5, Utf8, inside(1, 5), 7);
        check(
            0,
            2,
            Utf16,
            Err(PositionError::PastLineEnd {
                line: 0,
                character: 2,
                end: 1,
            }),
            1,
        );
        check(
            1,
            u32::MAX,
            Utf32,
            Err(PositionError::PastLineEnd {
                line: 1,
                character: u32::MAX,
                end: 2,
            }),
            9,
        );
        check(4, 0, Utf16, Err(PositionError::NoSuchLine { line: 4, lines: 4 }), 15);
    }

    #[test]
    fn offsets_that_no_position_has_round_down() {
        let rope = Rope::from_str(TEXT);
        assert_eq!(to_position(&rope, 2, Utf16), at(0, 1));
        assert_eq!(to_position(&rope, 5, Utf16), at(1, 0));
        assert_eq!(to_position(&rope, 99, Utf16), at(3, 0));
        assert_eq!(to_position(&Rope::new(), 0, Utf16), at(0, 0));
    }

    #[test]
    fn a_reversed_span_is_refused_or_empty() {
        let rope = Rope::from_str(TEXT);
        let reversed = Span {
            start: at(1, 2),
            end: at(0, 0),
        };
        assert_eq!(to_range(&rope, reversed, Utf16), Err(PositionError::Reversed));
        assert_eq!(to_range_clamped(&rope, reversed, Utf16), 7..7);
        let span = Span {
            start: at(0, 1),
            end: at(2, 1),
        };
        assert_eq!(to_range(&rope, span, Utf16), Ok(1..11));
        assert_eq!(to_span(&rope, &(1..11), Utf16), span);
    }

    proptest! {
        #[test]
        fn positions_are_those_of_a_plain_scan(text in "(a|é|𝒳|\r|\n|\r\n|\u{2028}| ){0,40}") {
            let rope = Rope::from_str(&text);
            let (mut line, mut counts) = (0, [0_u32; 3]);
            let mut chars = text.char_indices().peekable();
            while let Some((offset, char)) = chars.next() {
                for (encoding, character) in [Utf8, Utf16, Utf32].into_iter().zip(counts) {
                    prop_assert_eq!(to_position(&rope, offset, encoding), at(line, character));
                    prop_assert_eq!(to_offset(&rope, at(line, character), encoding), Ok(offset));
                    prop_assert_eq!(to_offset_clamped(&rope, at(line, character), encoding), offset);
                }
                if char == '\r' && chars.next_if(|(_, next)| *next == '\n').is_some() || matches!(char, '\r' | '\n') {
                    (line, counts) = (line + 1, [0; 3]);
                } else {
                    counts[0] += char.len_utf8() as u32;
                    counts[1] += char.len_utf16() as u32;
                    counts[2] += 1;
                }
            }
            prop_assert_eq!(to_position(&rope, text.len(), Utf16), at(line, counts[1]));
        }
    }
}

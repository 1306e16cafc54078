//! A user's buffer: text with UTF-16 positions, as most editors count.

use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Buffer {
    pub text: String,
    pub version: i32,
}

impl Buffer {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            version: 1,
        }
    }

    /// Replaces `range` (bytes) and returns the content change that tells of it.
    pub fn replace(&mut self, range: std::ops::Range<usize>, new: &str) -> Value {
        let change = json!({
            "range": {"start": self.position(range.start), "end": self.position(range.end)},
            "text": new,
        });
        self.text.replace_range(range, new);
        self.version += 1;
        change
    }

    /// Applies LSP text edits, whose ranges all count in the text as it is now; returns the content changes.
    pub fn apply(&mut self, edits: &[Value]) -> Vec<Value> {
        let mut edits: Vec<_> = edits
            .iter()
            .map(|edit| {
                let start = self.offset(&edit["range"]["start"]);
                let end = self.offset(&edit["range"]["end"]);
                (start..end, edit["newText"].as_str().unwrap_or_default().to_owned())
            })
            .collect();
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let before = self.version;
        let changes = edits
            .into_iter()
            .map(|(range, new)| self.replace(range, &new))
            .collect();
        self.version = before + 1;
        changes
    }

    /// Byte offset of an LSP position; characters past the line's end mean its end.
    pub fn offset(&self, position: &Value) -> usize {
        let line = position["line"].as_u64().unwrap_or(0) as usize;
        let mut character = position["character"].as_u64().unwrap_or(0) as usize;
        let mut offset = self.line_starts().nth(line).unwrap_or(self.text.len());
        for c in self.text[offset..].chars() {
            if character == 0 || c == '\n' || c == '\r' {
                break;
            }
            character = character.saturating_sub(c.len_utf16());
            offset += c.len_utf8();
        }
        offset
    }

    pub fn position(&self, offset: usize) -> Value {
        let (line, start) = self
            .line_starts()
            .enumerate()
            .take_while(|(_, start)| *start <= offset)
            .last()
            .unwrap_or((0, 0));
        json!({"line": line, "character": self.text[start..offset].encode_utf16().count()})
    }

    /// Byte offsets at which lines start; LF, CRLF and CR end lines.
    fn line_starts(&self) -> impl Iterator<Item = usize> + '_ {
        let bytes = self.text.as_bytes();
        let ends_line = move |at: usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        std::iter::once(0).chain((0..bytes.len()).filter(move |at| ends_line(*at)).map(|at| at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_utf16_units_and_all_line_ends() {
        let buffer = Buffer::new("a\r\n𝒳b\rc\n");
        for (offset, line, character) in [(0, 0, 0), (3, 1, 0), (7, 1, 2), (8, 1, 3), (9, 2, 0), (11, 3, 0)] {
            let position = json!({"line": line, "character": character});
            assert_eq!(buffer.position(offset), position);
            assert_eq!(buffer.offset(&position), offset);
        }
    }
}

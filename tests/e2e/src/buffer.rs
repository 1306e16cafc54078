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

    /// Applies LSP text edits, whose ranges all count in the text as it is now; returns the content changes, to be
    /// applied one after the other. They go from the last to the first, so that none moves another.
    pub fn apply(&mut self, edits: &[Value]) -> Vec<Value> {
        let starts: Vec<usize> = self.line_starts().collect();
        let mut edits: Vec<_> = edits
            .iter()
            .map(|edit| {
                let at = |end: &str| self.offset_from(&starts, &edit["range"][end]);
                (at("start")..at("end"), edit)
            })
            .collect();
        edits.sort_by_key(|(range, _)| range.start);
        let mut text = String::with_capacity(self.text.len());
        let mut done = 0;
        for (range, edit) in &edits {
            text.push_str(&self.text[done..range.start]);
            text.push_str(edit["newText"].as_str().unwrap_or_default());
            done = range.end;
        }
        text.push_str(&self.text[done..]);
        self.text = text;
        self.version += 1;
        let change = |(_, edit): &(_, &Value)| json!({"range": edit["range"], "text": edit["newText"]});
        edits.iter().rev().map(change).collect()
    }

    fn offset_from(&self, starts: &[usize], position: &Value) -> usize {
        let line = position["line"].as_u64().unwrap_or(0) as usize;
        let character = position["character"].as_u64().unwrap_or(0) as usize;
        let Some(start) = starts.get(line) else {
            return self.text.len();
        };
        self.text[*start..]
            .char_indices()
            .scan(0, |units, (at, c)| {
                let here = (*units, at, c);
                *units += c.len_utf16();
                Some(here)
            })
            .find(|(units, _, c)| *units >= character || matches!(c, '\n' | '\r'))
            .map_or(self.text.len(), |(_, at, _)| start + at)
    }

    /// Byte offset of an LSP position; characters past the line's end mean its end.
    pub fn offset(&self, position: &Value) -> usize {
        self.offset_from(&self.line_starts().collect::<Vec<_>>(), position)
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

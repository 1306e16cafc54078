//! Code in markup: the `<script>` sections of Vue, Svelte and HTML, and what stands above an Astro page.
//!
//! Only these are parsed, at their places in the whole text. Finding them takes no tree of the markup.

use tree_sitter::{Point, Range};

use crate::Language;

/// Whether only parts of its files are code.
pub(crate) fn has_scripts(language: Language) -> bool {
    matches!(
        language,
        Language::Vue | Language::Svelte | Language::Astro | Language::Html
    )
}

/// The sections that hold code; none for languages that are code all through.
pub(crate) fn scripts(language: Language, text: &str) -> Option<Vec<Range>> {
    if !has_scripts(language) {
        return None;
    }
    let mut places = Places::of(text);
    let mut scripts = Vec::new();
    let mut rest = 0;
    if language == Language::Astro && text.starts_with("---") {
        let end = text[3..].find("\n---").map_or(text.len(), |at| at + 4);
        scripts.push(places.range(3, end));
        rest = end;
    }
    while let Some((start, end)) = next_script(text, rest) {
        scripts.push(places.range(start, end));
        rest = end;
    }
    if scripts.is_empty() {
        // No ranges at all would mean the whole text.
        scripts.push(places.range(text.len(), text.len()));
    }
    Some(scripts)
}

/// From after `<script …>` to before `</script`, both in any case.
fn next_script(text: &str, from: usize) -> Option<(usize, usize)> {
    let tag = find(text, from, b"<script")?;
    let start = tag + text[tag..].find('>')? + 1;
    Some((start, find(text, start, b"</script").unwrap_or(text.len())))
}

fn find(text: &str, from: usize, tag: &[u8]) -> Option<usize> {
    let bytes = text.as_bytes().get(from..)?;
    let found = bytes
        .windows(tag.len())
        .position(|window| window[0] == b'<' && window.eq_ignore_ascii_case(tag));
    found.map(|at| from + at)
}

/// Rows and columns of ascending offsets.
struct Places<'a> {
    text: &'a [u8],
    seen: usize,
    row: usize,
    row_start: usize,
}

impl<'a> Places<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            seen: 0,
            row: 0,
            row_start: 0,
        }
    }

    fn point(&mut self, offset: usize) -> Point {
        for (index, byte) in self.text[self.seen..offset].iter().enumerate() {
            if *byte == b'\n' {
                self.row += 1;
                self.row_start = self.seen + index + 1;
            }
        }
        self.seen = offset;
        Point::new(self.row, offset - self.row_start)
    }

    fn range(&mut self, start: usize, end: usize) -> Range {
        Range {
            start_byte: start,
            end_byte: end,
            start_point: self.point(start),
            end_point: self.point(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, text: &str, expect: &[&str]) {
        let scripts = scripts(language, text).unwrap_or_default();
        let found: Vec<&str> = scripts.iter().map(|it| &text[it.start_byte..it.end_byte]).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn scripts_are_found_in_markup() {
        check(
            Language::Vue,
            "<template>é</template>\n<SCRIPT setup>\na\n</Script>\n<script>b",
            &["\na\n", "b"],
        );
        check(Language::Html, "<p>none</p>", &[""]);
        check(Language::Astro, "---\na\n---\n<p/>", &["\na\n"]);
    }

    #[test]
    fn code_is_no_markup() {
        assert_eq!(scripts(Language::JavaScript, "<script>a</script>"), None);
    }
}

//! What a tool answers, bounded.

use std::fmt::Write;

use workspace::Staged;

use crate::command::Outputs;

/// Bytes of a result. More would crowd out the conversation; every tool says how to get the rest.
pub(crate) const MAX_BYTES: usize = 32 * 1024;

/// What is kept free for the sentence about the rest.
const RESERVED: usize = 512;

/// Characters of a line in a listing. Code is shorter; a line of a minified file is not.
const MAX_LINE: usize = 2_000;

/// What a line's number and the bar after it take at most.
const MAX_NUMBER: usize = 24;

/// Characters of a line for people.
const MAX_SUMMARY: usize = 200;

/// The result of a call. `content` goes to the model, `summary` is one line for people.
#[derive(Debug)]
pub struct ToolOutput {
    pub content: String,
    pub is_error: bool,
    pub summary: String,
    /// What the call proposed, if it did.
    pub staged: Option<Staged>,
}

impl ToolOutput {
    #[must_use]
    pub fn new(content: impl Into<String>, summary: impl Into<String>) -> Self {
        Self {
            content: bound(content.into()),
            is_error: false,
            summary: one_line(&summary.into()),
            staged: None,
        }
    }

    /// As [`ToolOutput::new`] of a text that may be long and cannot be had again by another call: what does not fit is
    /// kept for `shell-output` to page through.
    #[must_use]
    pub fn kept(outputs: &Outputs, content: String, summary: impl Into<String>) -> Self {
        if content.len() <= MAX_BYTES {
            return Self::new(content, summary);
        }
        let number = outputs.keep_text(&content);
        let shown = first_lines(&content, MAX_BYTES - RESERVED);
        let missing = content.len() - shown.len();
        Self::new(format!("{shown}{}", left_out(missing, number)), summary)
    }

    /// More for the model, as far as it fits.
    pub(crate) fn append(&mut self, more: &str) {
        self.content = bound(std::mem::take(&mut self.content) + more);
    }

    /// A failure that the model can act on; its first line is the summary.
    #[must_use]
    pub fn error(why: impl Into<String>) -> Self {
        let content = bound(why.into());
        let summary = one_line(content.lines().next().unwrap_or_default());
        Self {
            content,
            is_error: true,
            summary,
            staged: None,
        }
    }
}

/// Lines of a result, as many as fit.
#[derive(Default)]
pub(crate) struct Page {
    text: String,
    lines: usize,
}

impl Page {
    /// Adds a line; false, and nothing added, when it does not fit.
    pub(crate) fn push(&mut self, line: &str) -> bool {
        self.add(|text| push_clipped(text, line, MAX_LINE))
    }

    /// As [`Page::push`] of [`numbered`], which would make a text of its own for each line of a file.
    pub(crate) fn push_numbered(&mut self, number: usize, line: &str) -> bool {
        if line.len() + MAX_NUMBER > MAX_LINE {
            return self.push(&numbered(number, line));
        }
        self.add(|text| push_numbered(text, number, line))
    }

    fn add(&mut self, write: impl FnOnce(&mut String)) -> bool {
        let before = self.text.len();
        write(&mut self.text);
        if self.text.len() + 1 > MAX_BYTES - RESERVED {
            self.text.truncate(before);
            return false;
        }
        self.text.push('\n');
        self.lines += 1;
        true
    }

    pub(crate) fn lines(&self) -> usize {
        self.lines
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines == 0
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// The page with a last line about what is not on it.
    pub(crate) fn with_note(mut self, note: &str) -> String {
        self.text.push_str(&clip(note, RESERVED / 4));
        self.text.push('\n');
        self.text
    }
}

/// All of `lines`, or as many as fit and how to see the others.
pub(crate) fn listing<'a>(lines: impl IntoIterator<Item = &'a str>, how_to_narrow: &str) -> String {
    let mut page = Page::default();
    let mut lines = lines.into_iter();
    while let Some(line) = lines.next() {
        if !page.push(line) {
            let left_out = lines.count() + 1;
            return page.with_note(&format!("… {left_out} more left out: {how_to_narrow}"));
        }
    }
    page.into_text()
}

/// At most `characters` of `line`, and how much is missing.
pub(crate) fn clip(line: &str, characters: usize) -> String {
    let mut clipped = String::new();
    push_clipped(&mut clipped, line, characters);
    clipped
}

fn push_clipped(text: &mut String, line: &str, characters: usize) {
    let cut = match line.len() > characters {
        true => line.char_indices().nth(characters).map_or(line.len(), |(cut, _)| cut),
        false => line.len(),
    };
    text.push_str(&line[..cut]);
    if cut < line.len() {
        // Writing to memory does not fail.
        let _ = write!(text, " … [{} more bytes]", line.len() - cut);
    }
}

/// A line for people, who may see it in a terminal or a status bar: short, and without control characters.
pub(crate) fn one_line(text: &str) -> String {
    clip(&text.replace(char::is_control, " "), MAX_SUMMARY)
}

/// A line as results show it. The number and the bar are not part of the file.
pub(crate) fn numbered(number: usize, line: &str) -> String {
    let mut text = String::new();
    push_numbered(&mut text, number, line);
    text
}

fn push_numbered(text: &mut String, number: usize, line: &str) {
    let _ = write!(text, "{number:>5}|");
    if !line.is_empty() {
        text.push(' ');
        text.push_str(line);
    }
}

/// A list at the end of a sentence: one behind it, several below it.
pub(crate) fn items(items: &[String]) -> String {
    match items {
        [one] => format!(" {one}"),
        several => several.iter().map(|item| format!("\n- {item}")).collect(),
    }
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    if number == 1 {
        return format!("1 {thing}");
    }
    match thing.strip_suffix('y') {
        Some(stem) => format!("{number} {stem}ies"),
        None if thing.ends_with("ch") => format!("{number} {thing}es"),
        None => format!("{number} {thing}s"),
    }
}

/// The whole lines of the beginning that fit; of a line that is too long by itself, a part.
pub(crate) fn first_lines(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let part = &text[..text.floor_char_boundary(most)];
    &part[..part.rfind('\n').map_or(part.len(), |end| end + 1)]
}

/// The line about what is not shown of a text that is kept.
pub(crate) fn left_out(bytes: usize, number: usize) -> String {
    format!("\n[… {bytes} more bytes: `shell-output` with output {number} shows them …]\n")
}

/// The last resort for a text that no page was made of.
fn bound(mut content: String) -> String {
    if content.len() <= MAX_BYTES {
        return content;
    }
    let missing = content.len() - (MAX_BYTES - RESERVED);
    content.truncate(content.floor_char_boundary(MAX_BYTES - RESERVED));
    content.push_str(&format!(
        "\n… {missing} more bytes left out: `read` shows the file piece by piece\n"
    ));
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: String, expect_end: &str) {
        let output = ToolOutput::new(content, "");
        assert!(output.content.len() <= MAX_BYTES);
        assert!(
            output.content.ends_with(expect_end),
            "{}",
            &output.content[output.content.len() - 100..]
        );
    }

    #[test]
    fn long_results_end_between_characters() {
        check("𝒳".repeat(8_192), "𝒳");
        check(
            "𝒳".repeat(8_193),
            "𝒳\n… 516 more bytes left out: `read` shows the file piece by piece\n",
        );
        check(
            format!("a{}", "𝒳".repeat(9_000)),
            "𝒳\n… 3745 more bytes left out: `read` shows the file piece by piece\n",
        );
    }

    #[test]
    fn listings_say_how_much_is_missing() {
        let lines = vec!["x".repeat(999); 100];
        let page = listing(lines.iter().map(String::as_str), "narrow it");
        assert!(page.len() <= MAX_BYTES);
        assert_eq!(page.lines().count(), 33);
        assert!(page.ends_with("… 68 more left out: narrow it\n"));
    }

    #[test]
    fn long_lines_are_cut() {
        assert_eq!(clip("ééé", 3), "ééé");
        assert_eq!(clip("éééé", 3), "ééé … [2 more bytes]");
    }

    #[test]
    fn numbered_lines_are_those_of_any_page() {
        let lines = ["", "short", &"é".repeat(1_500), &"x".repeat(1_990), &"é".repeat(3_000)];
        let (mut page, mut expect) = (Page::default(), Page::default());
        for (number, line) in lines.iter().cycle().take(40).enumerate() {
            assert_eq!(page.push_numbered(number, line), expect.push(&numbered(number, line)));
        }
        assert!(page.lines() > 10 && page.lines() < 40, "{}", page.lines());
        assert_eq!((page.lines(), page.into_text()), (expect.lines(), expect.into_text()));
    }

    #[test]
    fn nouns_follow_their_numbers() {
        assert_eq!(count(1, "match"), "1 match");
        assert_eq!(count(0, "match"), "0 matches");
        assert_eq!(count(2, "file"), "2 files");
        assert_eq!(count(2, "entry"), "2 entries");
    }
}

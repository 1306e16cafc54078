//! Output made safe to stand in a chat file: nothing in it reads as a turn of the conversation. Pure.
//!
//! More is escaped than [`super::layout`] takes for a heading: whatever a viewer might show as one, in a code fence too.
//! The start of a line is held back until it is known what it is, so that a heading that comes in pieces is caught.

use super::layout::Who;

/// Takes a stream of text and gives it on, with the file's line breaks.
pub(super) struct Escaper {
    line_break: &'static str,
    /// The line that is being written, without its break.
    line: String,
    /// Of it, this much was given on.
    given: usize,
    /// What the line is, is known: the rest of it goes through.
    is_decided: bool,
    /// A carriage return came last.
    after_return: bool,
    /// The line before would be a heading of a turn if it were underlined.
    after_name: bool,
    fence: Option<Fence>,
}

/// An open code fence.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Escaper {
    pub(super) fn new(line_break: &'static str) -> Self {
        Self {
            line_break,
            line: String::new(),
            given: 0,
            is_decided: false,
            after_return: false,
            after_name: false,
            fence: None,
        }
    }

    /// What of the text so far may be shown.
    pub(super) fn push(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '\n' if std::mem::take(&mut self.after_return) => {}
                '\n' | '\r' => {
                    self.after_return = character == '\r';
                    self.end_line(&mut out);
                    out.push_str(self.line_break);
                }
                // Nothing that steers a terminal.
                control if control.is_control() && control != '\t' => {}
                character => {
                    self.after_return = false;
                    self.line.push(character);
                    if !self.is_decided && !self.may_be_turn() {
                        self.is_decided = true;
                    }
                    if self.is_decided {
                        out.push_str(&self.line[self.given..]);
                        self.given = self.line.len();
                    }
                }
            }
        }
        out
    }

    /// What was held back, and the end of a code fence that is open: the text is over, or goes on with something else.
    pub(super) fn finish(&mut self) -> String {
        let mut out = String::new();
        let is_at_start = self.line.is_empty();
        self.end_line(&mut out);
        if let Some(Fence { mark, length }) = self.fence.take() {
            if !is_at_start {
                out.push_str(self.line_break);
            }
            out.extend(std::iter::repeat_n(mark, length));
        }
        self.after_name = false;
        self.after_return = false;
        out
    }

    fn end_line(&mut self, out: &mut String) {
        if !self.is_decided && (is_turn(&self.line) || self.is_underline()) {
            out.push('\\');
        }
        out.push_str(&self.line[self.given..]);
        self.after_name = is_name(&self.line);
        self.fence = fence_after(self.fence, &self.line);
        self.line.clear();
        self.given = 0;
        self.is_decided = false;
    }

    /// Whether what is known of the line may yet become a heading of a turn.
    fn may_be_turn(&self) -> bool {
        self.is_underline() || begins_turn(&self.line)
    }

    /// A line of `-` or `=` makes a heading of the one above it.
    fn is_underline(&self) -> bool {
        let marks = self.line.trim();
        self.after_name && !marks.is_empty() && (marks.chars().all(|c| c == '-') || marks.chars().all(|c| c == '='))
    }
}

const NAMES: [Who; 2] = [Who::You, Who::Singletree];
/// What a viewer does not show of a heading's words.
const MARKUP: [char; 7] = [' ', '\t', '#', '*', '_', ':', '`'];

/// Whether someone might take the line for the heading of a turn: of any level, indented or not, in any case.
pub(super) fn is_turn(line: &str) -> bool {
    let text = line.trim_start();
    text.starts_with('#') && is_name(text)
}

/// Whether the line says nothing but whose turn it is.
fn is_name(line: &str) -> bool {
    let name = line.trim_matches(MARKUP);
    NAMES.iter().any(|who| name.eq_ignore_ascii_case(who.name()))
}

fn begins_turn(line: &str) -> bool {
    let text = line.trim_start();
    if text.is_empty() {
        return true;
    }
    if !text.starts_with('#') {
        return false;
    }
    let name = text.trim_start_matches(MARKUP);
    NAMES.iter().any(|who| {
        let whole = who.name();
        let common = name.len().min(whole.len());
        name.get(..common)
            .is_some_and(|head| head.eq_ignore_ascii_case(&whole[..common]))
            && name[common..].trim_matches(MARKUP).is_empty()
    })
}

/// What is open behind a line.
fn fence_after(open: Option<Fence>, line: &str) -> Option<Fence> {
    let text = line.trim_start();
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'));
    let Some(mark) = mark else { return open };
    let rest = text.trim_start_matches(mark);
    let length = text.len() - rest.len();
    match open {
        _ if length < 3 => open,
        None => (mark == '~' || !rest.contains('`')).then_some(Fence { mark, length }),
        Some(fence) if fence.mark == mark && length >= fence.length && rest.trim().is_empty() => None,
        open => open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(pieces: &[&str]) -> String {
        let mut escaper = Escaper::new("\n");
        let mut out: String = pieces.iter().map(|piece| escaper.push(piece)).collect();
        out.push_str(&escaper.finish());
        out
    }

    #[test]
    fn headings_of_turns_are_escaped() {
        for line in [
            "## You",
            "## Singletree",
            "##  you ##",
            "# You",
            "   ###### YOU",
            "## **You**",
            "##\tsingletree:",
            "##You",
        ] {
            let (indent, rest) = ("", line);
            assert_eq!(escaped(&[line, "\nx"]), format!("{indent}\\{rest}\nx"), "{line}");
        }
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let text = "# Summary\n## Your options\n> ## You\n---\nYou\n\n- ## x\n#\n##\n## Youth\n\tcode\n";
        assert_eq!(escaped(&[text]), text);
    }

    #[test]
    fn a_heading_in_pieces_is_caught_and_others_are_shown_soon() {
        assert_eq!(escaped(&["a\n#", "# ", "Y", "ou", "\n", "b"]), "a\n\\## You\nb");
        let mut escaper = Escaper::new("\n");
        assert_eq!(escaper.push("## Yo"), "");
        assert_eq!(escaper.push("ur"), "## Your");
        assert_eq!(escaper.push(" x"), " x");
    }

    #[test]
    fn an_underlined_name_is_no_heading() {
        assert_eq!(escaped(&["You\n-", "--\nx"]), "You\n\\---\nx");
        assert_eq!(escaped(&["**Singletree**\n===\n"]), "**Singletree**\n\\===\n");
        assert_eq!(escaped(&["a\n---\n"]), "a\n---\n");
    }

    #[test]
    fn code_is_escaped_too_and_what_is_left_open_is_closed() {
        assert_eq!(escaped(&["```md\n## You\n```\n"]), "```md\n\\## You\n```\n");
        assert_eq!(escaped(&["````\n```\ncode"]), "````\n```\ncode\n````");
        assert_eq!(escaped(&["~~~\ncode\n"]), "~~~\ncode\n~~~");
        assert_eq!(escaped(&["```a`b\n"]), "```a`b\n");
    }

    #[test]
    fn line_breaks_are_the_files_and_controls_are_left_out() {
        let mut escaper = Escaper::new("\r\n");
        let out = [
            escaper.push("a\r"),
            escaper.push("\nb\rc\nd\u{1b}[31m\0\t"),
            escaper.finish(),
        ]
        .concat();
        assert_eq!(out, "a\r\nb\r\nc\r\nd[31m\t");
    }
}

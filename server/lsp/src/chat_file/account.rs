//! What a turn says and does, as the text of its block: the words, a line for each tool call, how it ended. Pure.

use std::collections::HashMap;

use base::CallId;

use super::escape::Escaper;

/// Calls in a row that have a line each; the others are counted.
const LISTED: usize = 12;
/// Characters of a call's title, and of what came of it.
const TITLE: usize = 100;

pub(super) struct Account {
    line_break: &'static str,
    escaper: Escaper,
    /// To be written.
    out: String,
    /// Line breaks at the end that nothing followed yet: the answer ends with its last word.
    breaks: String,
    last: Last,
    /// The calls that are being carried out.
    titles: HashMap<CallId, String>,
    /// Calls in a row that have no line.
    more: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Words,
    /// So many in a row.
    Calls(usize),
}

impl Account {
    pub(super) fn new(line_break: &'static str) -> Self {
        Self {
            line_break,
            escaper: Escaper::new(line_break),
            out: String::new(),
            breaks: String::new(),
            last: Last::Nothing,
            titles: HashMap::new(),
            more: 0,
        }
    }

    /// What is to be written since the last time.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    pub(super) fn words(&mut self, text: &str) {
        let text = match self.last {
            Last::Words => text,
            _ => text.trim_start_matches(['\n', '\r']),
        };
        if text.is_empty() {
            return;
        }
        if self.last != Last::Words {
            self.paragraph();
            self.last = Last::Words;
        }
        let safe = self.escaper.push(text);
        self.put(&safe);
    }

    pub(super) fn started(&mut self, call: CallId, title: &str) {
        self.titles.insert(call, title.to_owned());
    }

    pub(super) fn completed(&mut self, call: &CallId, name: &str, ok: bool, summary: &str) {
        let title = self.titles.remove(call).unwrap_or_else(|| name.to_owned());
        let listed = match self.last {
            Last::Calls(listed) => listed,
            _ => 0,
        };
        // What failed is worth its line.
        if ok && listed >= LISTED {
            self.more += 1;
            return;
        }
        if listed == 0 {
            self.paragraph();
        } else {
            let line_break = self.line_break;
            self.put(line_break);
        }
        let mut line = format!("- {}", code(&title));
        if !ok {
            line.push_str(&format!(" failed: {}", code(summary)));
        }
        self.put(&line);
        self.last = Last::Calls(listed + 1);
    }

    /// A paragraph of ours, in italics, or as it is.
    pub(super) fn remark(&mut self, text: &str) {
        self.paragraph();
        let mut escaper = Escaper::new(self.line_break);
        let safe = [escaper.push(text), escaper.finish()].concat();
        self.put(&safe);
        self.last = Last::Calls(0);
    }

    /// All was said: nothing is held back any more.
    pub(super) fn finish(&mut self) {
        self.end_paragraph();
        self.breaks.clear();
    }

    fn end_paragraph(&mut self) {
        let held = self.escaper.finish();
        self.put(&held);
        let more = std::mem::take(&mut self.more);
        if more > 0 {
            let line = format!("{}- and {more} more", self.line_break);
            self.put(&line);
        }
    }

    /// Ends what was before and begins a new paragraph, if anything was.
    fn paragraph(&mut self) {
        self.end_paragraph();
        self.breaks.clear();
        if self.last != Last::Nothing {
            self.breaks = self.line_break.repeat(2);
        }
    }

    fn put(&mut self, text: &str) {
        let body = text.trim_end_matches(['\n', '\r']);
        if !body.is_empty() {
            self.out.push_str(&std::mem::take(&mut self.breaks));
            self.out.push_str(body);
        }
        self.breaks.push_str(&text[body.len()..]);
    }
}

/// One line, as code, whatever is in it.
fn code(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let mut line = words.join(" ");
    if let Some((end, _)) = line.char_indices().nth(TITLE) {
        line.truncate(end);
        line.push('…');
    }
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    match longest {
        0 => format!("`{line}`"),
        _ => format!("{fence} {line} {fence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(account: &mut Account, title: &str, ok: bool, summary: &str) {
        account.started("c".into(), title);
        account.completed(&"c".into(), "tool", ok, summary);
    }

    #[test]
    fn words_calls_and_remarks_are_paragraphs() {
        let mut account = Account::new("\n");
        account.words("\nI look.\n");
        call(&mut account, "read a.rs", true, "");
        call(&mut account, "run `x`\ny", false, "exit\n1");
        account.words("\n\nIt is ");
        account.words("good.\n\n");
        account.remark("*1 change in a.rs waits.*");
        account.finish();
        assert_eq!(
            account.take(),
            "I look.\n\n- `read a.rs`\n- `` run `x` y `` failed: `exit 1`\n\nIt is good.\n\n*1 change in a.rs waits.*"
        );
    }

    #[test]
    fn line_breaks_at_the_end_wait_for_what_follows() {
        let mut account = Account::new("\r\n");
        account.words("a\n\n");
        assert_eq!(account.take(), "a");
        account.words("b");
        assert_eq!(account.take(), "\r\n\r\nb");
    }

    #[test]
    fn many_calls_are_counted_and_those_that_fail_are_listed() {
        let mut account = Account::new("\n");
        for _ in 0..30 {
            call(&mut account, "read", true, "");
        }
        call(&mut account, "write", false, "no");
        account.words("done");
        account.finish();
        let text = account.take();
        assert_eq!(text.matches("`read`").count(), LISTED);
        assert!(
            text.ends_with("- `write` failed: `no`\n- and 18 more\n\ndone"),
            "{text}"
        );
    }

    #[test]
    fn nothing_that_a_turn_says_is_a_turn() {
        let mut account = Account::new("\n");
        account.words("```\n## Yo");
        account.words("u");
        call(&mut account, "## You", true, "");
        account.remark("## Singletree");
        account.finish();
        assert_eq!(account.take(), "```\n\\## You\n```\n\n- `## You`\n\n\\## Singletree");
    }
}

//! What stands in a chat file: front matter, then blocks under `## You` and `## Singletree`. Pure.
//!
//! A heading is a line of its own, wherever it stands: a code fence that nobody closes swallows no turn. What is written
//! into a file is held to the same rule ([`super::escape`]).

use std::ops::Range;

/// Whose words a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    You,
    Singletree,
}

impl Who {
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::You => "## You",
            Self::Singletree => "## Singletree",
        }
    }

    /// Whose turn a line begins; `line` has no line break.
    pub(super) fn of_line(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("##")?;
        let name = rest.strip_prefix([' ', '\t'])?.trim_matches([' ', '\t']);
        [Self::You, Self::Singletree]
            .into_iter()
            .find(|who| name.eq_ignore_ascii_case(who.name()))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::You => "You",
            Self::Singletree => "Singletree",
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) who: Who,
    /// Where its heading begins.
    pub(super) start: usize,
    /// What stands below the heading, up to the next one.
    pub(super) body: Range<usize>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) front: FrontMatter,
    /// What stands before the first heading.
    pub(super) preamble: Range<usize>,
    pub(super) blocks: Vec<Block>,
}

/// `key: value` lines between two lines `---`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    /// The closing line begins here; none if there is no front matter.
    pub(super) close: Option<usize>,
    /// Where the session's id stands, or would, behind `session:`.
    pub(super) session_at: Option<Range<usize>>,
    pub(super) session: Option<String>,
    pub(super) model: Option<String>,
    pub(super) mode: Option<String>,
}

/// What is wrong with the front matter.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LayoutError {
    #[error("line {0} opens front matter (`---`) and no line closes it: close it with `---`, or remove the line")]
    Unclosed(usize),
    #[error("line {0} of the front matter is no `key: value`: mend it, or remove the line")]
    Line(usize),
    #[error("line {0} names `{1}` a second time: remove one")]
    Twice(usize, &'static str),
    #[error(
        "line {0} has no session's id behind `session:`, which is letters, digits, `_` and `-`: put it right, or remove the line to begin a new session"
    )]
    Session(usize),
}

/// A line with where it begins and where the next one does; its break is not in it.
pub(super) struct Line<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'a str,
}

/// Lines as LSP counts them: LF, CRLF and CR end one.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let breaks = match &rest.as_bytes()[length..] {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        let line = Line {
            start,
            end: start + length + breaks,
            text: &rest[..length],
        };
        start = line.end;
        Some(line)
    })
}

impl Layout {
    /// # Errors
    /// Front matter that is not understood. What stands below it is not looked at then.
    pub(super) fn of(text: &str) -> Result<Self, LayoutError> {
        let (front, begin) = front_matter(text)?;
        Ok(Self::below(text, front, begin))
    }

    /// As [`Self::of`]; front matter that is not understood, as while the user types it, is none.
    pub(super) fn lenient(text: &str) -> Self {
        let (front, begin) = front_matter(text).unwrap_or_default();
        Self::below(text, front, begin)
    }

    fn below(text: &str, front: FrontMatter, begin: usize) -> Self {
        let mut blocks: Vec<Block> = Vec::new();
        let mut preamble = begin..text.len();
        for line in lines(&text[begin..]) {
            let Some(who) = Who::of_line(line.text) else { continue };
            let (start, end) = (begin + line.start, begin + line.end);
            match blocks.last_mut() {
                Some(last) => last.body.end = start,
                None => preamble.end = start,
            }
            blocks.push(Block {
                who,
                start,
                body: end..text.len(),
            });
        }
        Self {
            front,
            preamble,
            blocks,
        }
    }

    /// What the user has to say: the last block of theirs, or all there is where nothing has a heading.
    pub(super) fn yours(&self) -> Option<Range<usize>> {
        if self.blocks.is_empty() {
            return Some(self.preamble.clone());
        }
        let yours = self.blocks.iter().rev().find(|block| block.who == Who::You);
        yours.map(|block| block.body.clone())
    }

    /// The block that the byte `at` stands in, its heading's line included.
    pub(super) fn block_at(&self, at: usize) -> Option<&Block> {
        self.blocks.iter().rev().find(|block| block.start <= at)
    }
}

/// The front matter, and where it ends.
fn front_matter(text: &str) -> Result<(FrontMatter, usize), LayoutError> {
    let mut front = FrontMatter::default();
    let mut all = lines(text).enumerate();
    if !all.next().is_some_and(|(_, first)| is_rule(first.text)) {
        return Ok((front, 0));
    }
    for (index, line) in all {
        let number = index + 1;
        if is_rule(line.text) {
            front.close = Some(line.start);
            return Ok((front, line.end));
        }
        // Output stands below a heading, so that nothing of it can close what a user left open.
        if Who::of_line(line.text).is_some() {
            return Err(LayoutError::Unclosed(1));
        }
        // A comment, or more of the value before.
        if line.text.trim().is_empty() || line.text.starts_with(['#', ' ', '\t', '-']) {
            continue;
        }
        let (key, value) = line.text.split_once(':').ok_or(LayoutError::Line(number))?;
        let at = line.start + key.len() + 1;
        let value_at = at..at + value.len();
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        let value = (!value.is_empty()).then_some(value);
        match key.trim() {
            "session" => {
                if front.session_at.replace(value_at).is_some() {
                    return Err(LayoutError::Twice(number, "session"));
                }
                if value.as_deref().is_some_and(|id| !is_id(id)) {
                    return Err(LayoutError::Session(number));
                }
                front.session = value;
            }
            "model" => put(&mut front.model, value, number, "model")?,
            "mode" => put(&mut front.mode, value, number, "mode")?,
            _ => {}
        }
    }
    Err(LayoutError::Unclosed(1))
}

fn put(place: &mut Option<String>, value: Option<String>, line: usize, key: &'static str) -> Result<(), LayoutError> {
    if place.is_some() {
        return Err(LayoutError::Twice(line, key));
    }
    *place = value;
    Ok(())
}

fn is_rule(line: &str) -> bool {
    line.trim_start_matches('\u{feff}').trim_end_matches([' ', '\t']) == "---"
}

fn is_id(id: &str) -> bool {
    id.len() <= 128 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(Who, &str)> {
        let layout = Layout::of(text).unwrap();
        layout
            .blocks
            .iter()
            .map(|block| (block.who, &text[block.body.clone()]))
            .collect()
    }

    #[test]
    fn blocks_stand_below_their_headings() {
        assert_eq!(
            blocks("## You\n\na\n## Singletree\r\nb\r##\tyou  \nc"),
            [(Who::You, "\na\n"), (Who::Singletree, "b\r"), (Who::You, "c")]
        );
    }

    #[test]
    fn what_is_no_heading_of_a_turn() {
        for line in [
            "# You",
            "### You",
            "##You",
            " ## You",
            "## Your",
            "## You:",
            "> ## You",
            "You",
            "## You and I",
        ] {
            assert_eq!(Who::of_line(line), None, "{line}");
        }
    }

    #[test]
    fn front_matter_names_the_session() {
        let text = "---\r\n# mine\r\ntitle: x\r\nsession: \"ses_1-a\"\r\nmodel: p/m\r\nmode: plan\r\ntags:\r\n  - a\r\n---\r\n\r\n## You\r\n";
        let layout = Layout::of(text).unwrap();
        assert_eq!(layout.front.session.as_deref(), Some("ses_1-a"));
        assert_eq!(
            (layout.front.model.as_deref(), layout.front.mode.as_deref()),
            (Some("p/m"), Some("plan"))
        );
        assert_eq!(&text[layout.front.session_at.unwrap()], " \"ses_1-a\"");
        assert!(text[layout.front.close.unwrap()..].starts_with("---\r\n\r\n## You"));
    }

    #[track_caller]
    fn check_wrong(text: &str, expect: LayoutError) {
        assert_eq!(Layout::of(text).unwrap_err(), expect);
    }

    #[test]
    fn wrong_front_matter_is_named_with_its_line() {
        check_wrong("---\nsession: a\n", LayoutError::Unclosed(1));
        check_wrong("---\nsession: a\n## Singletree\n---\n", LayoutError::Unclosed(1));
        check_wrong("---\nsession\n---\n", LayoutError::Line(2));
        check_wrong("---\nsession: a\nsession: b\n---\n", LayoutError::Twice(3, "session"));
        check_wrong("---\nsession: ../../a\n---\n", LayoutError::Session(2));
    }

    #[test]
    fn words_without_a_heading_are_yours() {
        let text = "---\nsession:\n---\nhello\n";
        let layout = Layout::of(text).unwrap();
        assert_eq!(&text[layout.yours().unwrap()], "hello\n");
        assert_eq!(layout.front.session, None);
        let text = "notes\n## You\na\n## Singletree\nb\n";
        assert_eq!(&text[Layout::of(text).unwrap().yours().unwrap()], "a\n");
        assert_eq!(Layout::of("## Singletree\nb\n").unwrap().yours(), None);
    }
}

//! Where an answer is being written: a place in a text that the user goes on typing in. Pure.
//!
//! The place stands right behind what was written last. What the user types at it stays behind it; what they type
//! before it moves it; what they delete around it leaves it where the text closed. Our own edit is known by the text
//! that it makes, however the editor tells of it.

use ropey::Rope;
use text::{Edit, PositionEncoding};
use workspace::TextChange;

use super::layout::{Layout, Who};

/// Bytes from the start of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Where the line of the block's heading begins.
    pub(super) heading: usize,
    /// Where the next word goes.
    pub(super) next: usize,
}

/// An edit that was sent, and what it makes of the text.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) edits: Vec<Edit>,
    pub(super) text: Rope,
    pub(super) place: Place,
}

impl Written {
    /// An edit that no answer follows.
    pub(super) fn unplaced(text: &Rope, edits: Vec<Edit>) -> Self {
        let end = text.len_bytes();
        Self {
            edits,
            text: text.clone(),
            place: Place {
                heading: end,
                next: end,
            },
        }
    }
}

/// What became of the text by one notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// All of it is our own edit.
    Ours,
    /// Our edit, and more.
    Both,
    Theirs,
}

#[derive(Debug, Default)]
pub(super) struct Tracker {
    /// None before the block is opened.
    pub(super) place: Option<Place>,
    /// The block's heading was deleted.
    pub(super) is_deleted: bool,
    expected: Option<Written>,
}

impl Tracker {
    /// An edit is about to be sent.
    pub(super) fn expect(&mut self, written: Written) {
        self.expected = Some(written);
    }

    /// The edit that was sent will not come any more.
    pub(super) fn expect_nothing(&mut self) {
        self.expected = None;
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.expected.is_some()
    }

    /// The client tells how the text changed.
    pub(super) fn follow(&mut self, before: &Rope, changes: &[TextChange], encoding: PositionEncoding) -> Step {
        let mut rope = before.clone();
        let mut is_ours = false;
        let mut theirs = 0;
        for change in changes {
            let range = match change.span {
                Some(span) => text::to_range_clamped(&rope, span, encoding),
                None => 0..rope.len_bytes(),
            };
            let edit = tightened(
                &rope,
                Edit {
                    range,
                    text: change.text.clone(),
                },
            );
            if text::apply(&mut rope, &edit).is_err() {
                continue;
            }
            match self.expected.take_if(|written| written.text == rope) {
                Some(written) => {
                    self.place = Some(written.place);
                    is_ours = true;
                    theirs = 0;
                }
                None => {
                    is_ours |= self.shift(&edit);
                    theirs += 1;
                }
            }
        }
        // An opening is several edits: they may have come together with what the user typed.
        if self.place.is_none()
            && let Some(written) = self.expected.take()
        {
            match find_opening(before, &rope, &written.text) {
                Some(place) => {
                    self.place = Some(place);
                    is_ours = true;
                }
                // Half of it perhaps, and the rest is to come.
                None => self.expected = Some(written),
            }
        }
        match (is_ours, theirs) {
            (true, 0) => Step::Ours,
            (true, _) => Step::Both,
            (false, _) => Step::Theirs,
        }
    }

    /// Moves the place by an edit; true if our own was in it.
    fn shift(&mut self, edit: &Edit) -> bool {
        let Some(place) = &mut self.place else { return false };
        let (start, end) = (edit.range.start, edit.range.end);
        if start <= place.heading && end > place.heading {
            self.is_deleted = true;
        }
        // An editor may tell of several edits as one.
        if start <= place.next && place.next <= end {
            let ours = self.expected.as_ref().and_then(|written| written.edits.last());
            let is_ours = |ours: &&Edit| !edit.range.is_empty() || edit.text == ours.text;
            let found = ours
                .filter(is_ours)
                .and_then(|ours| Some(edit.text.find(&ours.text)? + ours.text.len()));
            if let Some(written) = found {
                place.next = start + written;
                self.expected = None;
                return true;
            }
        }
        let moved = |at: usize, is_behind: bool| {
            if end < at || (end == at && (start < end || is_behind)) {
                at - (end - start) + edit.text.len()
            } else if start < at {
                start
            } else {
                at
            }
        };
        place.heading = moved(place.heading, true);
        place.next = moved(place.next, false).max(place.heading);
        false
    }
}

/// The place in a block that was not there before, if all of the opening has come: the front matter too.
fn find_opening(before: &Rope, after: &Rope, expected: &Rope) -> Option<Place> {
    let read = |rope: &Rope| Layout::of(&rope.to_string()).ok();
    let answers = |layout: &Layout| {
        layout
            .blocks
            .iter()
            .filter(|block| block.who == Who::Singletree)
            .count()
    };
    let (old, new) = (read(before)?, read(after)?);
    if answers(&new) != answers(&old) + 1 || new.front.session != read(expected)?.front.session {
        return None;
    }
    let block = new.blocks.into_iter().rfind(|block| block.who == Who::Singletree)?;
    let text = after.byte_slice(block.body.clone()).to_string();
    let blank = text.len() - text.trim_start_matches(['\n', '\r']).len();
    // One blank line stands below the heading.
    let first = super::layout::lines(&text[..blank]).next().map_or(0, |line| line.end);
    Some(Place {
        heading: block.start,
        next: block.body.start + first,
    })
}

/// The edit without what it leaves as it was.
fn tightened(rope: &Rope, edit: Edit) -> Edit {
    let old = rope.byte_slice(edit.range.clone()).to_string();
    let new = &edit.text;
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let length = |chars: &mut dyn Iterator<Item = (char, char)>| {
        chars.take_while(same).map(|(c, _)| c.len_utf8()).sum::<usize>()
    };
    let head = length(&mut old.chars().zip(new.chars()));
    let tail = length(&mut old[head..].chars().rev().zip(new[head..].chars().rev()));
    Edit {
        range: edit.range.start + head..edit.range.end - tail,
        text: new[head..new.len() - tail].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use text::{Position, Span};

    use super::*;

    const TEXT: &str = "## You\n\nhi\n\n## Singletree\n\nab\n";

    fn place(text: &str) -> Place {
        Place {
            heading: text.find("## Singletree").unwrap(),
            next: text.find("ab").unwrap() + 2,
        }
    }

    fn tracker() -> Tracker {
        Tracker {
            place: Some(place(TEXT)),
            ..Tracker::default()
        }
    }

    fn change(rope: &Rope, range: std::ops::Range<usize>, new: &str) -> TextChange {
        let at = |offset| -> Position { text::to_position(rope, offset, PositionEncoding::Utf16) };
        let span = Span {
            start: at(range.start),
            end: at(range.end),
        };
        TextChange {
            span: Some(span),
            text: new.to_owned(),
        }
    }

    /// The user replaces `old` by `new`; `expect` has a `|` where the place is then.
    #[track_caller]
    fn check(old: &str, new: &str, expect: &str) {
        let (rope, mut tracker) = (Rope::from_str(TEXT), tracker());
        let start = TEXT.find(old).unwrap();
        let change = change(&rope, start..start + old.len(), new);
        assert_eq!(tracker.follow(&rope, &[change], PositionEncoding::Utf16), Step::Theirs);
        let mut text = TEXT.replacen(old, new, 1);
        text.insert(tracker.place.unwrap().next, '|');
        assert_eq!(text, expect);
    }

    #[test]
    fn the_place_follows_typing() {
        check("hi", "hi there 𝒳", "## You\n\nhi there 𝒳\n\n## Singletree\n\nab|\n");
        check("## You", "\n## You", "\n## You\n\nhi\n\n## Singletree\n\nab|\n");
        check("ab", "xab", "## You\n\nhi\n\n## Singletree\n\nxab|\n");
        check("ab", "abx", "## You\n\nhi\n\n## Singletree\n\nab|x\n");
        check(
            "ab\n",
            "ab\n\n## You\n",
            "## You\n\nhi\n\n## Singletree\n\nab|\n\n## You\n",
        );
        check("b\n", "", "## You\n\nhi\n\n## Singletree\n\na|");
        check("ab", "", "## You\n\nhi\n\n## Singletree\n\n|\n");
        // All of it is replaced by a text that is mostly the same.
        check(
            TEXT,
            &TEXT.replace("hi", "ho"),
            "## You\n\nho\n\n## Singletree\n\nab|\n",
        );
    }

    #[test]
    fn a_heading_that_is_deleted_is_noticed() {
        let (rope, mut tracker) = (Rope::from_str(TEXT), tracker());
        let heading = tracker.place.unwrap().heading;
        tracker.follow(
            &rope,
            &[change(&rope, heading..TEXT.len(), "")],
            PositionEncoding::Utf16,
        );
        assert!(tracker.is_deleted);
        let mut tracker = self::tracker();
        tracker.follow(
            &rope,
            &[change(&rope, heading..heading, "x\n")],
            PositionEncoding::Utf16,
        );
        assert!(!tracker.is_deleted);
        assert_eq!(tracker.place.unwrap().heading, heading + 2);
    }

    fn expecting(tracker: &mut Tracker, rope: &Rope, piece: &str) -> Edit {
        let Place { heading, next } = tracker.place.unwrap();
        let edit = Edit {
            range: next..next,
            text: piece.to_owned(),
        };
        let mut after = rope.clone();
        text::apply(&mut after, &edit).unwrap();
        tracker.expect(Written {
            edits: vec![edit.clone()],
            text: after,
            place: Place {
                heading,
                next: next + piece.len(),
            },
        });
        edit
    }

    #[test]
    fn our_own_edit_is_known_by_the_text_that_it_makes() {
        let (rope, mut tracker) = (Rope::from_str(TEXT), tracker());
        let edit = expecting(&mut tracker, &rope, "ab");
        // Told as an insertion before the same letters.
        let at = edit.range.start - 2;
        let step = tracker.follow(&rope, &[change(&rope, at..at, "ab")], PositionEncoding::Utf16);
        assert_eq!((step, tracker.place.unwrap().next), (Step::Ours, edit.range.start + 2));
        assert!(!tracker.is_waiting());
    }

    #[test]
    fn an_opening_may_come_in_two_notifications() {
        let text = "## You\n\nhi\n";
        let rope = Rope::from_str(text);
        let written = super::super::compose::opening(&rope, &Layout::of(text).unwrap(), Some("ses_1"));
        let mut tracker = Tracker::default();
        tracker.expect(written.clone());
        let [front, block] = &written.edits[..] else { panic!() };
        // Neovim tells of the last edit at once, and of the first one later.
        let half = change(&rope, block.range.clone(), &block.text);
        assert_eq!(tracker.follow(&rope, &[half], PositionEncoding::Utf16), Step::Theirs);
        assert!(tracker.is_waiting() && tracker.place.is_none());
        let mut rope = rope;
        text::apply(&mut rope, block).unwrap();
        let rest = change(&rope, front.range.clone(), &front.text);
        assert_eq!(tracker.follow(&rope, &[rest], PositionEncoding::Utf16), Step::Ours);
        assert_eq!(tracker.place, Some(written.place));
    }

    #[test]
    fn an_opening_may_come_with_what_the_user_types() {
        let text = "## You\n\nhi\n";
        let rope = Rope::from_str(text);
        let written = super::super::compose::opening(&rope, &Layout::of(text).unwrap(), Some("ses_1"));
        let mut tracker = Tracker::default();
        tracker.expect(written.clone());
        let whole = written.text.to_string().replace("hi", "high");
        let changes = [TextChange {
            span: None,
            text: whole,
        }];
        tracker.follow(&rope, &changes, PositionEncoding::Utf16);
        assert_eq!(tracker.place.unwrap().next, written.place.next + 2);
    }

    #[test]
    fn typing_and_our_edit_may_come_together() {
        let rope = Rope::from_str(TEXT);
        for joined in [false, true] {
            let mut tracker = tracker();
            let edit = expecting(&mut tracker, &rope, " cd");
            let at = edit.range.start;
            let changes = match joined {
                false => vec![change(&rope, at..at, " cd"), change(&rope, 8..10, "ho")],
                true => vec![TextChange {
                    span: None,
                    text: TEXT.replace("hi", "ho").replace("ab", "ab cd"),
                }],
            };
            let step = tracker.follow(&rope, &changes, PositionEncoding::Utf16);
            assert_eq!(tracker.place.unwrap().next, at + 3, "{joined}");
            assert!(!tracker.is_waiting() && step == Step::Both, "{joined}");
        }
    }
}

//! Whatever a turn says, and whatever the user types meanwhile, the file reads as the same conversation.

use proptest::prelude::*;
use ropey::Rope;
use text::{Edit, PositionEncoding};
use workspace::TextChange;

use super::account::Account;
use super::compose;
use super::layout::{Layout, Who};
use super::place::{Step, Tracker, Written};

/// Pieces that headings, fences and front matter are made of.
fn output() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec![
            "## You", "## Singletree", "##", "#", " ", "\t", "You", "you", "Singletree", "\n", "\n", "\r\n", "\r", "---", "===",
            "```", "~~~", "session: x", "> ", "- ", "\\", "𝒳", "word", ":", "**", "\u{2028}", "\u{b}", "`",
        ]).prop_map(str::to_owned),
        1 => ".{0,4}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// A file with something to send, in all its line breaks.
fn file() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec![
        "",
        "---\nsession: a\n---\n",
        "---\n# x\n---\n\n",
        "notes\n",
        "## You\na\n## Singletree\n```\nb\n",
    ]);
    let tail = prop::sample::select(vec!["", "\n", "\n\n", "\n \n", "\n\n\n\n"]);
    (head, prop::bool::ANY, tail, prop::bool::ANY).prop_map(|(head, has_heading, tail, crlf)| {
        let heading = if has_heading || head.contains("notes") || head.contains("##") {
            "## You\n\n"
        } else {
            ""
        };
        let text = format!("{head}{heading}say 𝒳{tail}");
        if crlf { text.replace('\n', "\r\n") } else { text }
    })
}

/// The editor makes our edit and tells of it.
fn made(rope: &mut Rope, tracker: &mut Tracker, written: Written) {
    let changes = written
        .edits
        .iter()
        .rev()
        .map(|edit| change(rope, edit))
        .collect::<Vec<_>>();
    tracker.expect(written.clone());
    assert_eq!(tracker.follow(rope, &changes, PositionEncoding::Utf16), Step::Ours);
    *rope = written.text;
}

fn change(rope: &Rope, edit: &Edit) -> TextChange {
    TextChange {
        span: Some(text::to_span(rope, &edit.range, PositionEncoding::Utf16)),
        text: edit.text.clone(),
    }
}

/// The words of each block, trimmed.
fn blocks(rope: &Rope) -> Vec<(Who, String)> {
    let text = rope.to_string();
    let layout = Layout::of(&text).unwrap();
    let words = |block: &super::layout::Block| (block.who, text[block.body.clone()].trim().to_owned());
    layout.blocks.iter().map(words).collect()
}

fn opened(text: &str) -> (Rope, Tracker) {
    let (mut rope, mut tracker) = (Rope::from_str(text), Tracker::default());
    let layout = Layout::of(text).unwrap();
    let session = layout.front.session.is_none().then_some("ses_1");
    let opening = compose::opening(&rope, &layout, session);
    made(&mut rope, &mut tracker, opening);
    (rope, tracker)
}

fn put(rope: &mut Rope, tracker: &mut Tracker, words: &str) {
    if !words.is_empty() {
        let written = compose::words(rope, tracker.place.unwrap(), words);
        made(rope, tracker, written);
    }
}

fn end(rope: &mut Rope, tracker: &mut Tracker) {
    if let Some(ending) = compose::ending(rope, tracker.place.unwrap()) {
        made(rope, tracker, ending);
    }
}

fn line_break(text: &str) -> &'static str {
    text::dominant_eol(&Rope::from_str(text)).as_str()
}

fn cut(text: &str, at: &[prop::sample::Index]) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut cuts: Vec<usize> = at.iter().map(|at| at.index(chars.len() + 1)).collect();
    cuts.extend([0, chars.len()]);
    cuts.sort_unstable();
    cuts.windows(2)
        .map(|pair| chars[pair[0]..pair[1]].iter().collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn output_in_any_pieces_is_one_block(
        text in file(),
        output in output(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let (mut rope, mut tracker) = opened(&text);
        let before = blocks(&rope);
        let mut account = Account::new(line_break(&text));
        for piece in cut(&output, &cuts) {
            account.words(&piece);
            put(&mut rope, &mut tracker, &account.take());
        }
        account.finish();
        put(&mut rope, &mut tracker, &account.take());
        end(&mut rope, &mut tracker);
        let mut after = blocks(&rope);
        prop_assert_eq!(after.pop(), Some((Who::You, String::new())));
        prop_assert_eq!(after.len(), before.len());
        let last = after.len() - 1;
        prop_assert_eq!(&after[..last], &before[..last]);
        prop_assert_eq!(after[last].0, Who::Singletree);
        let whole = rope.to_string();
        prop_assert_eq!(Layout::of(&whole).unwrap().front.session.is_some(), true);
        prop_assert!(!text.contains('\r') || whole.matches('\n').count() == whole.matches("\r\n").count());
    }

    /// What the user types stays where it is, and theirs.
    #[test]
    fn typing_anywhere_is_left_alone(
        text in file(),
        output in output(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        typed in prop::collection::vec(typed(), 0..6),
    ) {
        let (mut rope, mut tracker) = opened(&text);
        let mut account = Account::new(line_break(&text));
        let mut typed = typed.into_iter();
        for piece in cut(&output, &cuts) {
            account.words(&piece);
            let before = blocks(&rope);
            let whole = rope.to_string();
            let words = account.take();
            put(&mut rope, &mut tracker, &words);
            if !words.is_empty() {
                prop_assert!(is_one_insertion(&whole, &rope.to_string()));
                let yours = |all: &[(Who, String)]| all.iter().filter(|(who, _)| *who == Who::You).cloned().collect::<Vec<_>>();
                prop_assert_eq!(yours(&blocks(&rope)), yours(&before));
            }
            if let Some(typed) = typed.next() {
                let edit = typed.edit(&rope, tracker.place.unwrap().next);
                // Front matter is another matter.
                if edit.range.start >= Layout::of(&rope.to_string()).unwrap().preamble.start {
                    let step = tracker.follow(&rope, &[change(&rope, &edit)], PositionEncoding::Utf16);
                    prop_assert_eq!(step, Step::Theirs);
                    text::apply(&mut rope, &edit).unwrap();
                }
                if tracker.is_deleted {
                    return Ok(());
                }
            }
        }
    }
}

/// Something that the user types: anywhere, or close to where the answer is being written.
#[derive(Clone, Debug)]
struct Typed {
    at: prop::sample::Index,
    is_close: bool,
    deleted: usize,
    new: &'static str,
}

impl Typed {
    fn edit(&self, rope: &Rope, next: usize) -> Edit {
        let length = rope.len_chars();
        let start = match self.is_close {
            true => (rope.byte_to_char(next) + self.at.index(9))
                .saturating_sub(6)
                .min(length),
            false => self.at.index(length + 1),
        };
        let end = (start + self.deleted).min(length);
        // Nobody types inside a line break.
        let is_inside = |at: usize| at > 0 && at < length && rope.char(at - 1) == '\r' && rope.char(at) == '\n';
        let (start, end) = (start - usize::from(is_inside(start)), end + usize::from(is_inside(end)));
        Edit {
            range: rope.char_to_byte(start)..rope.char_to_byte(end),
            text: self.new.to_owned(),
        }
    }
}

fn typed() -> impl Strategy<Value = Typed> {
    let new = prop::sample::select(vec![
        "",
        "a",
        "\n",
        "\n\n## You\n\nb",
        "## You\n",
        " ",
        "##",
        "## ",
        "𝒳",
        " You",
        "\n## Singletree\n",
    ]);
    let deleted = prop_oneof![Just(0_usize), 0..6_usize];
    (any::<prop::sample::Index>(), any::<bool>(), deleted, new).prop_map(|(at, is_close, deleted, new)| Typed {
        at,
        is_close,
        deleted,
        new,
    })
}

/// Not a byte of what was there is gone.
fn is_one_insertion(before: &str, after: &str) -> bool {
    let same = |pair: &(u8, u8)| pair.0 == pair.1;
    let head = before.bytes().zip(after.bytes()).take_while(same).count();
    let tail = before.bytes().rev().zip(after.bytes().rev()).take_while(same).count();
    after.len() > before.len() && head + tail >= before.len()
}

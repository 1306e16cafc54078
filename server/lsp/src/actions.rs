//! Keep and Reject, as commands for code actions and lenses alike.

use std::ops::RangeInclusive;

use base::{HunkState, ReviewId};
use tower_lsp::gen_lsp_types::Command;
use workspace::{DocumentSnapshot, PlacedHunk};

use crate::commands::{self, HunkIds, ReviewArguments};
use crate::front::{Front, UnseenFile};

/// Files that are not open and yet in a menu; *Keep all* takes the others.
const UNSEEN: usize = 4;

/// Zero-based lines that a hunk concerns. An insertion stands between two lines and concerns both.
pub(crate) fn lines(document: &DocumentSnapshot, hunk: &PlacedHunk) -> RangeInclusive<usize> {
    let line = |at: usize| document.rope.byte_to_line(at.min(document.rope.len_bytes()));
    let first = line(hunk.range.start);
    if hunk.range.is_empty() {
        return first.saturating_sub(1)..=first;
    }
    first..=line(hunk.range.end - 1)
}

/// Keep, if it can be kept, and Reject.
pub(crate) fn of_hunk(front: &Front, hunk: &PlacedHunk) -> Vec<Command> {
    let open = front.open_reviews();
    let title = open.whole.get(hunk.id()).unwrap_or(&hunk.text.origin.title);
    let argument = ReviewArguments {
        hunk_id: Some(HunkIds::One(hunk.id().clone())),
        ..Default::default()
    };
    let keep = || commands::command(format!("Keep: {title}"), commands::KEEP, &argument);
    let reject = |what: &str| commands::command(format!("Reject{what}: {title}"), commands::REJECT, &argument);
    match hunk.state {
        HunkState::Pending => vec![keep(), reject("")],
        HunkState::Conflict => vec![reject(" (conflicts with your text)")],
        _ => Vec::new(),
    }
}

/// Keep and Reject for the open hunk that is nearest to `line`, zero-based: a command is run anywhere in a function, and
/// what it proposes stands at the function's head.
pub(crate) fn of_nearest(front: &Front, document: &DocumentSnapshot, line: usize) -> Vec<Command> {
    let open = document.hunks.iter().filter(|hunk| hunk.state.is_open());
    let placed = open.map(|hunk| (hunk, *lines(document, hunk).end()));
    let Some((hunk, at)) = placed.min_by_key(|(_, at)| at.abs_diff(line)) else {
        return Vec::new();
    };
    let mut commands = of_hunk(front, hunk);
    for command in &mut commands {
        command.title = format!("{} (line {})", command.title, at + 1);
    }
    commands
}

/// Keep and Reject for the file and for everything, where that is more than one hunk.
pub(crate) fn of_many(front: &Front, document: &DocumentSnapshot) -> Vec<Command> {
    let mut offered = Vec::new();
    let hunks = || document.hunks.iter().filter(|hunk| hunk.state.is_open());
    let in_file = hunks().count();
    if in_file == 0 {
        return offered;
    }
    let both = |what: String, argument: &ReviewArguments| {
        let keep = commands::command(format!("Keep {what}"), commands::KEEP, argument);
        [
            keep,
            commands::command(format!("Reject {what}"), commands::REJECT, argument),
        ]
    };
    let reviews = reviews_of(hunks());
    let open = front.open_reviews();
    if in_file > 1 {
        let file = ReviewArguments {
            uri: Some(document.uri.clone()),
            ..Default::default()
        };
        let argument = match reviews.as_slice() {
            [only] => ReviewArguments {
                review_id: Some((*only).clone()),
                rev: open.reviews.get(only).map(|review| review.rev),
                ..file
            },
            _ => file,
        };
        offered.extend(both(format!("file ({in_file} changes)"), &argument));
    }
    for review in reviews {
        let Some(known) = open.reviews.get(review).filter(|known| known.files > 1) else {
            continue;
        };
        let argument = ReviewArguments {
            review_id: Some(review.clone()),
            rev: Some(known.rev),
            ..Default::default()
        };
        offered.extend(both(
            format!("all ({} changes in {} files)", known.hunks, known.files),
            &argument,
        ));
    }
    offered
}

/// Keep and Reject for files that are not open, a new file above all: nowhere else could they be decided.
pub(crate) fn of_unseen(front: &Front) -> Vec<Command> {
    let open = front.open_reviews();
    let both = |file: &UnseenFile| {
        let argument = ReviewArguments {
            review_id: Some(file.review.clone()),
            uri: Some(file.uri.clone()),
            rev: Some(file.rev),
            ..Default::default()
        };
        let command = |verb: &str, name| commands::command(format!("{verb}: {}", file.what), name, &argument);
        [command("Keep", commands::KEEP), command("Reject", commands::REJECT)]
    };
    open.unseen.iter().take(UNSEEN).flat_map(both).collect()
}

fn reviews_of<'a>(hunks: impl Iterator<Item = &'a PlacedHunk>) -> Vec<&'a ReviewId> {
    let mut reviews: Vec<_> = hunks.map(|hunk| &hunk.text.origin.review).collect();
    reviews.sort_unstable();
    reviews.dedup();
    reviews
}

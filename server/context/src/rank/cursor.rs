//! The signals that start from a place in the code.

use crate::rank::inquiry::{Inquiry, Signal};
use crate::rank::seed::At;
use crate::rank::{board::Scores, near, symbols, text};

/// Weights: see the README, *Where the weights come from*.
pub(crate) const SIGNALS: &[Signal] = &[
    Signal {
        name: "here_window",
        share: 0.26,
        place: 0.27,
        score: |i| i.around().window.text.clone(),
        because: "has the words at the cursor",
    },
    Signal {
        name: "here_pieces",
        share: 0.27,
        place: 0.25,
        score: |i| i.around().window.piece.clone(),
        because: "has a piece like the code at the cursor",
    },
    Signal {
        name: "here_window_path",
        share: 0.20,
        place: 0.17,
        score: |i| text::by_path(i.catalog, &i.here().window),
        because: "has words at the cursor in its path",
    },
    Signal {
        name: "here_path",
        share: 0.20,
        place: 0.19,
        score: |i| text::by_path(i.catalog, &i.question.own_path),
        because: "is named like the cursor's file",
    },
    Signal {
        name: "here_path_pairs",
        share: 0.20,
        place: 0.20,
        score: |i| text::by_path_pairs(i.catalog, &i.question.own_path_pairs),
        because: "is named like the cursor's file",
    },
    Signal {
        name: "here_folder",
        share: 0.33,
        place: 0.27,
        score: |i| at(i, near::by_folder),
        because: "is near the cursor's file",
    },
    Signal {
        name: "here_few",
        share: 0.35,
        place: 0.35,
        score: |i| i.around().few.clone(),
        because: "has the words at the cursor",
    },
    Signal {
        name: "here_line",
        share: 0.36,
        place: 0.33,
        score: |i| i.around().line.text.clone(),
        because: "has the words at the cursor",
    },
    Signal {
        name: "here_line_pieces",
        share: 0.33,
        place: 0.35,
        score: |i| i.around().line.piece.clone(),
        because: "has a piece like the code at the cursor",
    },
    Signal {
        name: "here_some",
        share: 0.29,
        place: 0.28,
        score: |i| i.around().some.text.clone(),
        because: "has the words at the cursor",
    },
    Signal {
        name: "here_some_pieces",
        share: 0.28,
        place: 0.30,
        score: |i| i.around().some.piece.clone(),
        because: "has a piece like the code at the cursor",
    },
    Signal {
        name: "here_uses",
        share: 0.25,
        place: 0.27,
        score: |i| symbols::using(i.catalog, &i.here().names),
        because: "uses the names at the cursor",
    },
    Signal {
        name: "here_declares",
        share: 0.21,
        place: 0.20,
        score: |i| symbols::declaring(i.catalog, &i.here().names),
        because: "declares the names at the cursor",
    },
    Signal {
        name: "here_few_path",
        share: 0.22,
        place: 0.24,
        score: |i| text::by_path(i.catalog, &i.here().few),
        because: "has words at the cursor in its path",
    },
    Signal {
        name: "here_line_names",
        share: 0.22,
        place: 0.24,
        score: |i| text::by_names(i.catalog, &i.here().line),
        because: "declares names with the words of the cursor's line",
    },
    Signal {
        name: "here_alike",
        share: 0.29,
        place: 0.25,
        score: |i| at(i, |_, at| i.timeline.together(at.file)),
        because: "changes together with the cursor's file",
    },
    Signal {
        name: "here_recently",
        share: 0.32,
        place: 0.32,
        score: |i| at(i, |_, at| i.timeline.around(at.file)),
        because: "changes just before or after the cursor's file",
    },
    Signal {
        name: "here_told",
        share: 0.35,
        place: 0.28,
        score: |i| i.timeline.told(&i.here().told),
        because: "is spoken of like the cursor's file in its history",
    },
    Signal {
        name: "here_told_text",
        share: 0.39,
        place: 0.30,
        score: |i| text::by_text(i.catalog, &i.here().told),
        because: "has the words in which the cursor's file was last changed",
    },
    Signal {
        name: "here_message",
        share: 0.29,
        place: 0.28,
        score: |i| i.timeline.best(&i.timeline.like(&i.here().some)),
        because: "was changed by a commit that speaks like the lines around the cursor",
    },
    Signal {
        name: "here_labelled",
        share: 0.25,
        place: 0.28,
        score: |i| at(i, |_, at| i.timeline.labels_of(at.file)),
        because: "changes under the same labels as the cursor's file",
    },
    Signal {
        name: "here_just",
        share: 0.28,
        place: 0.34,
        score: |i| i.timeline.last(2.0),
        because: "was changed lately",
    },
    Signal {
        name: "here_last",
        share: 0.31,
        place: 0.34,
        score: |i| i.timeline.last(8.0),
        because: "was changed lately",
    },
];

fn at(inquiry: &Inquiry<'_>, score: impl Fn(&crate::Catalog, &At) -> Scores) -> Scores {
    match &inquiry.question.cursor {
        Some(at) => score(inquiry.catalog, at),
        None => vec![0.0; inquiry.catalog.files.len()],
    }
}

//! The signals that start from a place in the code.

use crate::rank::inquiry::{Inquiry, Signal};
use crate::rank::seed::At;
use crate::rank::{board::Scores, graph, near, text};

/// Weights: see the README, *Where the weights come from*.
pub(crate) const SIGNALS: &[Signal] = &[
    Signal {
        name: "here_window",
        share: 0.59,
        place: 0.52,
        score: |i| text::by_text(i.catalog, &i.here().window),
        because: "has the words around the cursor",
    },
    Signal {
        name: "here_pieces",
        share: 0.84,
        place: 0.73,
        score: |i| near::best_pieces(i.catalog, &i.here().window),
        because: "has a piece that is like the code around the cursor",
    },
    Signal {
        name: "here_coverage",
        share: 0.22,
        place: 0.16,
        score: |i| text::coverage(i.catalog, &i.here().window),
        because: "has many different words of the code around the cursor",
    },
    Signal {
        name: "here_window_path",
        share: 0.61,
        place: 0.18,
        score: |i| text::by_path(i.catalog, &i.here().window),
        because: "has words around the cursor in its path",
    },
    Signal {
        name: "here_names",
        share: 0.29,
        place: 0.14,
        score: |i| text::by_names(i.catalog, &i.here().window),
        because: "declares names with the words around the cursor",
    },
    Signal {
        name: "here_path",
        share: 0.16,
        place: 0.29,
        score: |i| text::by_path(i.catalog, &i.question.own_path),
        because: "is named like the cursor's file",
    },
    Signal {
        name: "here_path_pairs",
        share: 0.31,
        place: 0.31,
        score: |i| text::by_path_pairs(i.catalog, &i.question.own_path_pairs),
        because: "is named like the cursor's file",
    },
    Signal {
        name: "here_folder",
        share: 0.39,
        place: 0.19,
        score: |i| at(i, near::by_folder),
        because: "is near the cursor's file",
    },
    Signal {
        name: "here_users",
        share: 0.09,
        place: 0.19,
        score: |i| at(i, near::users_here),
        because: "uses what is declared at the cursor",
    },
    Signal {
        name: "here_used",
        share: 0.04,
        place: 0.07,
        score: |i| at(i, near::used_here),
        because: "declares what is used at the cursor",
    },
    Signal {
        name: "here_used_file",
        share: 0.00,
        place: 0.26,
        score: |i| at(i, |catalog, at| graph::used_by(catalog, at.file)),
        because: "declares what the cursor's file uses",
    },
    Signal {
        name: "here_alike",
        share: 0.47,
        place: 0.31,
        score: |i| at(i, |_, at| i.timeline.together(at.file)),
        because: "changes together with the cursor's file",
    },
    Signal {
        name: "here_recently",
        share: 0.32,
        place: 0.30,
        score: |i| at(i, |_, at| i.timeline.around(at.file)),
        because: "changes just before or after the cursor's file",
    },
    Signal {
        name: "here_told",
        share: 0.45,
        place: 0.27,
        score: |i| i.timeline.told(&i.here().told),
        because: "is spoken of like the cursor's file in its history",
    },
    Signal {
        name: "here_told_text",
        share: 0.69,
        place: 0.31,
        score: |i| text::by_text(i.catalog, &i.here().told),
        because: "has the words in which the cursor's file was last changed",
    },
    Signal {
        name: "here_message",
        share: 0.26,
        place: 0.04,
        score: |i| i.timeline.best(&i.timeline.like(&i.here().window)),
        because: "was changed by a commit that speaks like the code around the cursor",
    },
    Signal {
        name: "here_labelled",
        share: 0.05,
        place: 0.47,
        score: |i| at(i, |_, at| i.timeline.labels_of(at.file)),
        because: "changes under the same labels as the cursor's file",
    },
    Signal {
        name: "here_just",
        share: 0.35,
        place: 0.50,
        score: |i| i.timeline.last(2.0),
        because: "was just changed",
    },
    Signal {
        name: "here_last",
        share: 0.32,
        place: 0.27,
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

//! The signals that start from a request in words.

use crate::rank::inquiry::Signal;
use crate::rank::{near, symbols, text};

/// The reason that is said with the very words.
pub(crate) const WORDS: &str = "has words of the request";

/// Weights: see the README, *Where the weights come from*.
pub(crate) const SIGNALS: &[Signal] = &[
    Signal {
        name: "text",
        share: 0.33,
        place: 0.29,
        score: |i| i.matched().text.clone(),
        because: WORDS,
    },
    Signal {
        name: "subject",
        share: 0.35,
        place: 0.32,
        score: |i| i.matched().subject.clone(),
        because: WORDS,
    },
    Signal {
        name: "piece",
        share: 0.36,
        place: 0.30,
        score: |i| i.nearer().one.clone(),
        because: WORDS,
    },
    Signal {
        name: "pieces",
        share: 0.32,
        place: 0.25,
        score: |i| i.nearer().three.clone(),
        because: WORDS,
    },
    Signal {
        name: "expanded",
        share: 0.20,
        place: 0.20,
        score: |i| text::by_text(i.catalog, &i.nearer().expansion),
        because: "shares words with the best pieces",
    },
    Signal {
        name: "path",
        share: 0.42,
        place: 0.33,
        score: |i| i.matched().path.clone(),
        because: "has the request's words in its path",
    },
    Signal {
        name: "path_pairs",
        share: 0.30,
        place: 0.26,
        score: |i| text::by_path_pairs(i.catalog, &i.question.pairs),
        because: "has the request's words in its path",
    },
    Signal {
        name: "stem",
        share: 0.32,
        place: 0.32,
        score: |i| text::covered_stem(i.catalog, i.words(), &i.matched().path),
        because: "is named by the request",
    },
    Signal {
        name: "scope",
        share: 0.46,
        place: 0.28,
        score: |i| text::by_path(i.catalog, &i.question.scope),
        because: "is where the request's label points",
    },
    Signal {
        name: "name_pairs",
        share: 0.25,
        place: 0.25,
        score: |i| text::by_name_pairs(i.catalog, &i.question.pairs),
        because: "declares a name with words of the request",
    },
    Signal {
        name: "declares",
        share: 0.25,
        place: 0.25,
        score: |i| symbols::declaring(i.catalog, &i.question.names),
        because: "declares a name of the request",
    },
    Signal {
        name: "uses",
        share: 0.24,
        place: 0.25,
        score: |i| symbols::using(i.catalog, &i.question.names),
        because: "uses a name of the request",
    },
    Signal {
        name: "messages",
        share: 0.24,
        place: 0.31,
        score: |i| i.timeline.summed(i.like()),
        because: "was changed by commits with like messages",
    },
    Signal {
        name: "message",
        share: 0.35,
        place: 0.32,
        score: |i| i.timeline.best(i.like()),
        because: "was changed by commits with like messages",
    },
    Signal {
        name: "going_on",
        share: 0.23,
        place: 0.26,
        score: |i| i.timeline.going_on(i.like()),
        because: "was changed by commits with like messages",
    },
    Signal {
        name: "also_said",
        share: 0.28,
        place: 0.20,
        score: |i| text::by_text(i.catalog, i.also_said()),
        because: "has what commits with like messages also say",
    },
    Signal {
        name: "also_said_piece",
        share: 0.36,
        place: 0.28,
        score: |i| i.nearer().told.clone(),
        because: WORDS,
    },
    Signal {
        name: "told",
        share: 0.35,
        place: 0.32,
        score: |i| i.timeline.told(i.words()),
        because: "is spoken of in these words in its history",
    },
    Signal {
        name: "labelled",
        share: 0.28,
        place: 0.31,
        score: |i| i.timeline.labelled(i.question.label),
        because: "changes under the request's label",
    },
    Signal {
        name: "just",
        share: 0.35,
        place: 0.37,
        score: |i| i.timeline.last(2.0),
        because: "was changed lately",
    },
    Signal {
        name: "last",
        share: 0.33,
        place: 0.33,
        score: |i| i.timeline.last(8.0),
        because: "was changed lately",
    },
    Signal {
        name: "folder",
        share: 0.25,
        place: 0.24,
        score: |i| near::by_siblings(i.catalog, &i.matched().text),
        because: "stands among files that have the words",
    },
    Signal {
        name: "short",
        share: 0.28,
        place: 0.27,
        score: |i| text::by_path(i.catalog, &i.question.shortened),
        because: "has the request's words in its path",
    },
];

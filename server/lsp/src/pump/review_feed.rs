//! `singletree/review` for our plugins: each review whole the first time, then only what changed.

use std::collections::HashMap;

use base::{Hunk, HunkId, Review, ReviewId};

use crate::front::Front;
use crate::notifications::{ReviewNotification, ReviewParams};

#[derive(Default)]
pub(super) struct ReviewFeed {
    sent: HashMap<ReviewId, Sent>,
}

/// A review as the client has it.
struct Sent {
    rev: u64,
    head: Review,
    hunks: HashMap<HunkId, Hunk>,
}

impl ReviewFeed {
    pub(super) async fn send(&mut self, front: &Front, reviews: Vec<Review>) {
        for params in self.changes(reviews) {
            front.outbound.notify::<ReviewNotification>(params).await;
        }
    }

    fn changes(&mut self, reviews: Vec<Review>) -> Vec<ReviewParams> {
        let mut messages = Vec::new();
        let gone: Vec<ReviewId> = self
            .sent
            .keys()
            .filter(|id| !reviews.iter().any(|review| review.review_id == **id))
            .cloned()
            .collect();
        for id in gone {
            if let Some(sent) = self.sent.remove(&id) {
                let mut removed: Vec<HunkId> = sent.hunks.into_keys().collect();
                removed.sort_unstable();
                messages.push(params(
                    Review {
                        rev: sent.rev + 1,
                        files: Vec::new(),
                        ..sent.head
                    },
                    removed,
                    false,
                ));
            }
        }
        for review in reviews {
            let known = self.sent.get(&review.review_id);
            match known {
                None => {
                    self.remember(&review);
                    messages.push(params(review, Vec::new(), true));
                }
                Some(sent) => {
                    let (delta, removed) = difference(sent, &review);
                    self.remember(&review);
                    // A pure shift by typing is the client's to follow.
                    if !delta.files.is_empty() || !removed.is_empty() {
                        messages.push(params(delta, removed, false));
                    }
                }
            }
        }
        messages
    }

    fn remember(&mut self, review: &Review) {
        let hunks = review
            .files
            .iter()
            .flat_map(|file| &file.hunks)
            .map(|hunk| (hunk.id.clone(), hunk.clone()));
        let sent = Sent {
            rev: review.rev,
            hunks: hunks.collect(),
            head: Review {
                files: Vec::new(),
                ..review.clone()
            },
        };
        self.sent.insert(review.review_id.clone(), sent);
    }
}

fn difference(sent: &Sent, review: &Review) -> (Review, Vec<HunkId>) {
    let mut delta = review.clone();
    for file in &mut delta.files {
        file.hunks
            .retain(|hunk| sent.hunks.get(&hunk.id).is_none_or(|known| !is_shift(known, hunk)));
    }
    delta.files.retain(|file| !file.hunks.is_empty());
    let is_there = |id: &HunkId| {
        review
            .files
            .iter()
            .any(|file| file.hunks.iter().any(|hunk| hunk.id == *id))
    };
    let mut removed: Vec<HunkId> = sent.hunks.keys().filter(|id| !is_there(id)).cloned().collect();
    removed.sort_unstable();
    (delta, removed)
}

fn is_shift(old: &Hunk, new: &Hunk) -> bool {
    *old == Hunk {
        range: old.range,
        ..new.clone()
    }
}

fn params(review: Review, removed: Vec<HunkId>, whole: bool) -> ReviewParams {
    let Review {
        review_id,
        rev,
        session_id,
        turn_id,
        files,
    } = review;
    ReviewParams {
        review_id,
        rev,
        session_id,
        turn_id,
        files,
        removed,
        whole,
    }
}

#[cfg(test)]
mod tests {
    use base::{ChangeKind, ContentHash, FileReview, HunkState, Uri};
    use text::{Position, Span};

    use super::*;

    fn hunk(id: &str, line: u32, new: &str) -> Hunk {
        let at = Position { line, character: 0 };
        Hunk {
            id: id.into(),
            state: HunkState::Pending,
            range: Span { start: at, end: at },
            old_text: String::new(),
            new_text: new.to_owned(),
            title: "document".to_owned(),
            why: String::new(),
            author: "agent".to_owned(),
        }
    }

    fn review(rev: u64, hunks: Vec<Hunk>) -> Vec<Review> {
        let file = FileReview {
            uri: Uri::parse("file:///a.rs").unwrap(),
            kind: ChangeKind::Edit,
            new_uri: None,
            version: Some(1),
            base_hash: ContentHash("h".to_owned()),
            hunks,
        };
        vec![Review {
            review_id: "r".into(),
            rev,
            session_id: "s".into(),
            turn_id: "t".into(),
            files: vec![file],
        }]
    }

    /// What each state in turn makes the feed say: `whole|delta rev +told -removed`.
    fn check(states: Vec<Vec<Review>>, expect: &[&str]) {
        let mut feed = ReviewFeed::default();
        let said = states
            .into_iter()
            .flat_map(|reviews| feed.changes(reviews))
            .map(|message| {
                let told = message
                    .files
                    .iter()
                    .flat_map(|file| &file.hunks)
                    .map(|hunk| format!(" +{}", hunk.id));
                let removed = message.removed.iter().map(|id| format!(" -{id}"));
                let kind = if message.whole { "whole" } else { "delta" };
                format!("{kind} {}{}", message.rev, told.chain(removed).collect::<String>())
            });
        assert_eq!(said.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn whole_first_then_what_changed() {
        check(
            vec![
                review(1, vec![hunk("a", 1, "x"), hunk("b", 5, "y")]),
                review(2, vec![hunk("a", 1, "x"), hunk("b", 5, "z"), hunk("c", 9, "w")]),
                review(3, vec![hunk("c", 9, "w")]),
            ],
            &["whole 1 +a +b", "delta 2 +b +c", "delta 3 -a -b"],
        );
    }

    #[test]
    fn a_pure_shift_says_nothing() {
        check(
            vec![review(1, vec![hunk("a", 1, "x")]), review(1, vec![hunk("a", 7, "x")])],
            &["whole 1 +a"],
        );
    }

    #[test]
    fn a_review_that_is_gone_takes_its_hunks_along() {
        check(
            vec![review(4, vec![hunk("a", 1, "x")]), Vec::new()],
            &["whole 4 +a", "delta 5 -a"],
        );
    }
}

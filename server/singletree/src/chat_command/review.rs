//! The session's hunks, by number.

use base::{Hunk, HunkState, ReviewId, SessionId, Uri};
use chat::rewound;
use chat::slash::Back;
use engine::{Link, LinkError, Runtime};
use text::PositionEncoding;
use workspace::{RewindRequest, RewindTo, Selection, Workspace};

use super::screen;
use crate::printable::printable;

/// A hunk that can be decided on, or a file with none (created empty, deleted, moved).
pub(super) struct Proposal {
    review: ReviewId,
    uri: Uri,
    hunk: Option<Hunk>,
}

impl Proposal {
    fn selection(&self) -> Selection {
        Selection {
            review: Some(self.review.clone()),
            uri: Some(self.uri.clone()),
            hunks: self.hunk.as_ref().map(|hunk| vec![hunk.id.clone()]),
            rev: None,
        }
    }
}

/// In the order in which `:diff` numbers them.
pub(super) async fn proposals(link: &Link) -> Result<Vec<Proposal>, LinkError> {
    let mut proposals = Vec::new();
    for review in link.reviews(PositionEncoding::Utf8).await? {
        for file in review.files {
            let of = |hunk| Proposal {
                review: review.review_id.clone(),
                uri: file.uri.clone(),
                hunk,
            };
            if file.hunks.is_empty() {
                proposals.push(of(None));
            }
            let is_open = |hunk: &Hunk| matches!(hunk.state, HunkState::Pending | HunkState::Conflict);
            proposals.extend(
                file.hunks
                    .iter()
                    .filter(|hunk| is_open(hunk))
                    .map(|hunk| of(Some(hunk.clone()))),
            );
        }
    }
    Ok(proposals)
}

pub(super) async fn show(link: &Link, workspace: &Workspace) -> anyhow::Result<()> {
    let proposals = proposals(link).await?;
    if proposals.is_empty() {
        screen::say("nothing is proposed");
    }
    for (number, proposal) in (1..).zip(&proposals) {
        let path = proposal
            .uri
            .path()
            .map_or_else(|| proposal.uri.to_string(), |path| workspace.relative(&path));
        match &proposal.hunk {
            None => screen::say(&format!("[{number}] {path} (the file as a whole)")),
            Some(hunk) => {
                let conflict = if hunk.state == HunkState::Conflict {
                    " (conflict)"
                } else {
                    ""
                };
                screen::say(&format!("[{number}] {path}:{}{conflict}", hunk.range.start.line + 1));
                hunk.old_text
                    .lines()
                    .for_each(|line| screen::say(&format!("  - {line}")));
                hunk.new_text
                    .lines()
                    .for_each(|line| screen::say(&format!("  + {line}")));
            }
        }
    }
    Ok(())
}

/// Keeps one proposal or all, by the editor of whoever owns the session; where it has none, the files are written.
pub(super) async fn keep(link: &Link, number: Option<usize>) -> anyhow::Result<()> {
    let mut kept = 0;
    for selection in selections(link, number).await? {
        let outcome = link.keep(&selection).await?;
        kept += outcome.iter().filter(|(_, state)| *state == HunkState::Kept).count();
    }
    screen::say(&format!("kept {kept}; {}", undoing(link)));
    Ok(())
}

pub(super) async fn reject(link: &Link, number: Option<usize>) -> anyhow::Result<()> {
    let mut rejected = 0;
    for selection in selections(link, number).await? {
        rejected += link.reject(&selection).await?.len();
    }
    screen::say(&format!("rejected {rejected}; {}", undoing(link)));
    Ok(())
}

fn undoing(link: &Link) -> String {
    match link.owner() {
        None => ":undo takes it back".to_owned(),
        Some((pid, front)) => format!("it can be undone in {front}, process {pid}"),
    }
}

/// The last decision of this process, whichever session it was in.
pub(super) async fn undo(runtime: &Runtime, link: Option<&Link>) -> anyhow::Result<()> {
    if let Some((pid, front)) = link.and_then(|link| link.owner()) {
        anyhow::bail!("decisions in this session are undone where it is open: {front}, process {pid}");
    }
    let outcome = runtime.undo_for_front().await?;
    screen::say(&format!("{} back to be decided", outcome.len()));
    Ok(())
}

/// Takes back what the session's agent wrote, where nobody else has written it since.
pub(super) async fn rewind(
    runtime: &Runtime,
    link: Option<&Link>,
    session: SessionId,
    back: Back,
) -> anyhow::Result<()> {
    if let Some((pid, front)) = link.and_then(|link| link.owner()) {
        anyhow::bail!("this session is rewound where it is open: {front}, process {pid}");
    }
    let request = RewindRequest {
        session,
        to: match back {
            Back::LastTurn => RewindTo::LastTurn,
            Back::Checkpoint(step) => RewindTo::Checkpoint(step),
            Back::Undo => RewindTo::Undo,
        },
        beside: false,
    };
    let rewound = runtime.rewind_for_front(&request).await?;
    for line in rewound::lines(runtime.workspace(), &rewound) {
        screen::say(&printable(&line));
    }
    if rewound.step.is_some() {
        screen::say("/rewind undo takes this back");
    }
    Ok(())
}

/// One selection for each review, or for the one proposal.
async fn selections(link: &Link, number: Option<usize>) -> anyhow::Result<Vec<Selection>> {
    let proposals = proposals(link).await?;
    anyhow::ensure!(!proposals.is_empty(), "nothing is proposed");
    let Some(number) = number else {
        let mut reviews: Vec<ReviewId> = proposals.into_iter().map(|proposal| proposal.review).collect();
        reviews.dedup();
        let of = |review| Selection {
            review: Some(review),
            ..Selection::default()
        };
        return Ok(reviews.into_iter().map(of).collect());
    };
    match proposals.get(number - 1) {
        Some(proposal) => Ok(vec![proposal.selection()]),
        None => anyhow::bail!("there is no [{number}]; :diff shows what is proposed"),
    }
}

//! The session's hunks, by number.

use std::path::PathBuf;

use base::{Hunk, HunkState, ReviewId, SessionId, Uri};
use engine::Runtime;
use futures::FutureExt;
use futures::future::BoxFuture;
use text::PositionEncoding;
use workspace::{Editor, EditorAnswer, EditorEdit, EditorFile, Selection};

use super::screen;

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
            hunk: self.hunk.as_ref().map(|hunk| hunk.id.clone()),
            rev: None,
        }
    }
}

/// No editor is attached: what the user decides is written here, by a grant for just those files.
struct OnDisk<'a>(&'a Runtime);

impl Editor for OnDisk<'_> {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer> {
        async move {
            let paths: Vec<PathBuf> = edit.files.iter().flat_map(uris).filter_map(Uri::path).collect();
            match self.0.disk_editor(&paths) {
                Ok(editor) => editor.apply(edit).await,
                Err(verdict) => EditorAnswer::Refused { reason: verdict.reason },
            }
        }
        .boxed()
    }
}

fn uris(file: &EditorFile) -> Vec<&Uri> {
    match file {
        EditorFile::Edit { uri, .. } | EditorFile::Create { uri, .. } | EditorFile::Delete { uri, .. } => vec![uri],
        EditorFile::Rename { from, to } => vec![from, to],
    }
}

/// In the order in which `:diff` numbers them.
pub(super) fn proposals(runtime: &Runtime, session: &SessionId) -> Vec<Proposal> {
    let reviews = runtime.reviews(PositionEncoding::Utf8);
    let mut proposals = Vec::new();
    for review in reviews.into_iter().filter(|review| review.session_id == *session) {
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
    proposals
}

pub(super) fn show(runtime: &Runtime, session: &SessionId) {
    let proposals = proposals(runtime, session);
    if proposals.is_empty() {
        screen::say("nothing is proposed");
    }
    for (number, proposal) in (1..).zip(&proposals) {
        let path = proposal
            .uri
            .path()
            .map_or_else(|| proposal.uri.to_string(), |path| runtime.workspace().relative(&path));
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
}

/// Keeps one proposal or all; the files are written here, since no editor is attached.
pub(super) async fn keep(runtime: &Runtime, session: &SessionId, number: Option<usize>) -> anyhow::Result<()> {
    let mut kept = 0;
    for selection in selections(runtime, session, number)? {
        let outcome = runtime.keep(&selection, &OnDisk(runtime)).await?;
        kept += outcome.iter().filter(|(_, state)| *state == HunkState::Kept).count();
    }
    screen::say(&format!("kept {kept}; :undo takes it back"));
    Ok(())
}

pub(super) fn reject(runtime: &Runtime, session: &SessionId, number: Option<usize>) -> anyhow::Result<()> {
    let mut rejected = 0;
    for selection in selections(runtime, session, number)? {
        rejected += runtime.reject(&selection)?.len();
    }
    screen::say(&format!("rejected {rejected}; :undo takes it back"));
    Ok(())
}

pub(super) async fn undo(runtime: &Runtime) -> anyhow::Result<()> {
    let outcome = runtime.undo(&OnDisk(runtime)).await?;
    screen::say(&format!("{} back to be decided", outcome.len()));
    Ok(())
}

/// One selection for each review, or for the one proposal.
fn selections(runtime: &Runtime, session: &SessionId, number: Option<usize>) -> anyhow::Result<Vec<Selection>> {
    let proposals = proposals(runtime, session);
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

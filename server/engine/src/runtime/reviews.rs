//! What the user does with reviews: everything here ends in the workspace, and the models hear of it.

use std::path::{Path, PathBuf};

use base::{HunkId, HunkState, Origin, Review, ReviewId};
use permissions::{Action, Verdict};
use text::PositionEncoding;
use workspace::{DiskEditor, Editor, ReviewError, Selection};

use super::Runtime;

impl Runtime {
    #[must_use]
    pub fn reviews(&self, encoding: PositionEncoding) -> Vec<Review> {
        self.workspace.reviews(encoding)
    }

    /// With the hunks that a model is still writing.
    #[must_use]
    pub fn drawn_reviews(&self, encoding: PositionEncoding) -> Vec<Review> {
        self.workspace.drawn_reviews(encoding)
    }

    /// Keeps what the selection names, through the editor, and waits for the proof.
    ///
    /// # Errors
    /// Nothing that could be kept is selected.
    pub async fn keep(
        &self,
        selection: &Selection,
        editor: &dyn Editor,
    ) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let outcome = self.workspace.keep(selection, editor).await?;
        self.tell_models("kept", &outcome, HunkState::Kept);
        Ok(outcome)
    }

    /// Keeps of a review what the settings let be kept without the user: nothing that a command wrote, nothing on
    /// protected or executable files, nothing in a workspace that is not trusted.
    ///
    /// # Errors
    /// As [`Runtime::keep`].
    pub async fn keep_by_itself(
        &self,
        review: &ReviewId,
        editor: &dyn Editor,
    ) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let selection = Selection {
            review: Some(review.clone()),
            ..Selection::default()
        };
        let may_keep = |origin: &Origin, path: &Path| {
            let paths = [path.to_owned()];
            let verdict = self.policy.judge(&Action::Keep { paths: &paths });
            origin.is_agents_own() && verdict.decision == permissions::Decision::Allow
        };
        let outcome = self.workspace.keep_where(&selection, editor, &may_keep).await?;
        self.tell_models("kept", &outcome, HunkState::Kept);
        Ok(outcome)
    }

    /// # Errors
    /// Nothing that could be rejected is selected.
    pub fn reject(&self, selection: &Selection) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let outcome = self.workspace.reject(selection)?;
        self.tell_models("rejected", &outcome, HunkState::Rejected);
        Ok(outcome)
    }

    /// Takes back the last Keep or Reject of something that is selected.
    ///
    /// # Errors
    /// There is none, or the text has moved on.
    pub async fn undo(
        &self,
        selection: Selection,
        editor: &dyn Editor,
    ) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let outcome = self.workspace.undo_selected(selection, editor).await?;
        self.tell_models("took back their decision on", &outcome, HunkState::Pending);
        Ok(outcome)
    }

    /// The editor of last resort, for paths that the user has just chosen to keep: it writes the files itself.
    ///
    /// # Errors
    /// The policy denies one of the paths whoever asks.
    pub fn disk_editor(&self, paths: &[PathBuf]) -> Result<DiskEditor, Verdict> {
        Ok(DiskEditor::new(self.policy.user_keep(paths)?))
    }

    /// The models learn at their next step what the user decided.
    fn tell_models(&self, verb: &str, outcome: &[(HunkId, HunkState)], reached: HunkState) {
        for session in &self.sessions {
            let places: Vec<String> = outcome
                .iter()
                .filter(|(_, state)| *state == reached)
                .filter_map(|(hunk, _)| self.workspace.place_of(&session.id, hunk))
                .collect();
            if !places.is_empty() {
                session.tell(format!(
                    "[review] The user {verb} your change(s) at {}.",
                    places.join(", ")
                ));
            }
        }
    }
}

//! `singletree.review.show`: the open hunks as a unified diff, in a file that the editor opens.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use base::{FileReview, Review};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use crate::commands::ShowArguments;
use crate::failure;
use crate::front::Front;
use crate::pump::prose;

pub(crate) async fn handle(front: &Arc<Front>, arguments: ShowArguments) -> Result<Value> {
    let reviews = front.runtime.reviews(front.client.encoding);
    let diff = render(front, &reviews, &arguments);
    if diff.is_empty() {
        return Err(failure::refused(
            "nothing-selected",
            "there is no pending change to show",
        ));
    }
    let uri = prose::show(front, &file_name(&diff), &diff)
        .await
        .map_err(|error| failure::refused("state-folder", format!("the diff could not be written: {error}")))?;
    Ok(json!({ "uri": uri }))
}

/// Another diff is another file: an editor that shows the last one would ask whether to read it anew, or not show the new
/// one at all.
fn file_name(diff: &str) -> String {
    let mut hasher = DefaultHasher::new();
    diff.hash(&mut hasher);
    format!("review-{:016x}.diff", hasher.finish())
}

fn render(front: &Front, reviews: &[Review], arguments: &ShowArguments) -> String {
    let mut diff = String::new();
    let wanted = |file: &&FileReview| arguments.uri.as_ref().is_none_or(|uri| *uri == file.uri);
    for file in reviews.iter().flat_map(|review| &review.files).filter(wanted) {
        let (old, new) = (
            front.name(&file.uri),
            front.name(file.new_uri.as_ref().unwrap_or(&file.uri)),
        );
        let mut hunks = String::new();
        for hunk in file.hunks.iter().filter(|hunk| hunk.state.is_open()) {
            let _ = writeln!(
                hunks,
                "@@ line {} @@ {}",
                hunk.range.start.line + 1,
                front.title_of(file, hunk)
            );
            for line in text::unified(&hunk.old_text, &hunk.new_text, 3)
                .lines()
                .filter(|line| !line.starts_with("@@"))
            {
                let _ = writeln!(hunks, "{line}");
            }
        }
        if !hunks.is_empty() {
            let _ = write!(diff, "--- a/{old}\n+++ b/{new}\n{hunks}");
        }
    }
    diff
}

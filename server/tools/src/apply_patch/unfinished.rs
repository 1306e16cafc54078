//! A patch that is still being written: as much of it as can be read, and then as much of that as can be placed.

use super::begin_patch;
use super::parse;
use super::plan::{self, Planned};
use crate::tool::ToolContext;

/// What each hunk or file begins with, in either format.
const HEADS: [&str; 4] = ["@@", "--- ", "diff --git ", "*** "];

/// How often the end is left out because nothing can be made of it yet: a hunk, the names above it, git's line above
/// those.
const CUTS: usize = 3;

/// The whole lines so far as a patch of their own, without a last hunk or file that does not say enough yet.
pub(super) fn readable(patch: &str) -> Option<String> {
    let whole = &patch[..patch.rfind('\n').map_or(0, |at| at + 1)];
    shorter_and_shorter(whole).map(ended).find(|patch| parse(patch).is_ok())
}

/// What such a patch comes to; what has no place in its file yet is left out.
pub(super) fn plan(cx: &ToolContext, patch: &str) -> Vec<Planned> {
    let planned = |patch: &str| plan::plan(cx, &parse(&ended(patch))?);
    shorter_and_shorter(patch)
        .find_map(|patch| planned(patch).ok())
        .unwrap_or_default()
}

/// The patch, and the same without its last heads and what follows them.
fn shorter_and_shorter(patch: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(patch), |patch| patch.get(..last_head(patch)?)).take(CUTS + 1)
}

fn ended(patch: &str) -> String {
    match patch.lines().any(|line| line.trim() == begin_patch::BEGIN) {
        true => format!("{patch}\n{}\n", begin_patch::END),
        false => patch.to_owned(),
    }
}

/// Where the last line begins that begins a hunk or a file.
fn last_head(patch: &str) -> Option<usize> {
    let mut end = patch.len();
    for line in patch.split_inclusive('\n').rev() {
        end -= line.len();
        if HEADS.iter().any(|head| line.starts_with(head)) && line.trim() != begin_patch::BEGIN {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_FILES: &str =
        "*** Begin Patch\n*** Update File: a\n@@ fn a\n-old\n+new\n*** Add File: b\n+text\n*** End Patch\n";
    const UNIFIED: &str =
        "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n@@ -9 +9 @@\n-x\n+y\n";

    /// How many files and lines can be read of each prefix that ends with a line.
    fn check(patch: &str, expect: &[Option<usize>]) {
        let ends = patch.match_indices('\n').map(|(at, _)| at + 1);
        let read = ends.map(|end| {
            let readable = readable(&patch[..end])?;
            Some(parse(&readable).expect("it was readable").len())
        });
        assert_eq!(read.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_patch_can_be_read_as_soon_as_a_hunk_has_a_line() {
        let (none, one, two) = (None, Some(1), Some(2));
        check(TWO_FILES, &[none, none, none, one, one, two, two, two]);
        check(UNIFIED, &[none, none, none, none, one, one, one, one, one, one]);
    }

    #[test]
    fn every_prefix_can_be_tried() {
        for patch in [TWO_FILES, UNIFIED] {
            for end in 0..=patch.len() {
                let _ = readable(&patch[..end]);
            }
        }
    }
}

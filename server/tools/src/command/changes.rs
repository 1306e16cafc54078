//! Files that a command changed become hunks attributed to it, as far as the policy lets them be proposed.

use std::path::Path;

use base::Origin;
use permissions::{Action, Approval, WriteKind};
use sandbox::{After, Change, Seed, SeedContent};
use workspace::{StageError, Staged};

use crate::output::{clip, count, one_line};
use crate::tool::ToolContext;

/// More than this nobody reviews: a command that changes so many files is one to run by oneself.
const MAX_FILES: usize = 200;

/// What became of a command's changes.
#[derive(Default)]
pub(super) struct Changed {
    /// One sentence each, for the model.
    pub(super) sentences: Vec<String>,
    pub(super) staged: Option<Staged>,
}

/// Proposes the changes, each as its own file's hunks.
pub(super) fn propose(cx: &ToolContext, line: &str, seeds: &[Seed], changes: Vec<Change>) -> Changed {
    let mut changed = Changed::default();
    if changes.is_empty() {
        return changed;
    }
    let files = count(changes.len(), "file");
    if !cx.may_edit {
        changed.sentences = vec![format!(
            "it changed {files}, which is dropped: the user's command only reads"
        )];
        return changed;
    }
    if changes.len() > MAX_FILES {
        let named: Vec<String> = changes.iter().take(3).map(|change| cx.shown(&change.path)).collect();
        changed.sentences = vec![format!(
            "it changed {files} that git does not ignore ({}, …); so many are not proposed: have git ignore them, or \
             change fewer",
            named.join(", ")
        )];
        return changed;
    }
    let origin = Origin {
        author: format!("command: {}", clip(&one_line(line), 80)),
        ..cx.origin()
    };
    for change in changes {
        let path = cx.shown(&change.path);
        match stage(cx, &origin, seeds, &change) {
            Ok(staged) => {
                let hunks = count(staged.hunks.len(), "hunk");
                changed
                    .sentences
                    .push(format!("changed {path}: {hunks} proposed; the user reviews them"));
                changed.staged = Some(staged);
            }
            Err(why) => changed
                .sentences
                .push(format!("changed {path}, which is not proposed: {why}")),
        }
    }
    changed
}

/// What a command did to the real files: nothing is left to review, and a rewind brings back what was saved.
pub(super) fn tell(cx: &ToolContext, changes: &[Change]) -> Changed {
    let sentence = |change: &Change| format!("changed {} itself", cx.shown(&change.path));
    Changed {
        sentences: changes.iter().take(MAX_FILES).map(sentence).collect(),
        staged: None,
    }
}

fn stage(cx: &ToolContext, origin: &Origin, seeds: &[Seed], change: &Change) -> Result<Staged, String> {
    let before = before(seeds, change);
    let after = match &change.after {
        After::File { bytes, .. } => Some(bytes.as_slice()),
        After::Absent => None,
        After::Link { target } => return Err(format!("it is a link to {} now", target.display())),
        After::Unfit { why } => return Err(why.clone()),
    };
    if before.as_deref() == after {
        return Err("only its permissions changed".to_owned());
    }
    let kind = match (before.is_some(), after.is_some()) {
        (false, _) => WriteKind::Create,
        (true, true) => WriteKind::Modify,
        (true, false) => WriteKind::Delete,
    };
    let path: &Path = &change.path;
    let grant = cx.policy.grant(&Action::Write { path, kind }, Approval::None);
    let grant = grant.map_err(|verdict| format!("{} (rule `{}`)", verdict.reason, verdict.rule))?;
    let staged = cx.workspace.stage_bytes(origin, &grant, path, before.as_deref(), after);
    staged.map_err(|error: StageError| error.to_string())
}

/// What the command found at the path.
fn before(seeds: &[Seed], change: &Change) -> Option<Vec<u8>> {
    if !change.existed {
        return None;
    }
    match seeds.iter().find(|seed| seed.path == change.path) {
        Some(Seed {
            content: SeedContent::File(bytes),
            ..
        }) => Some(bytes.clone()),
        Some(_) => None,
        None => std::fs::read(&change.path).ok(),
    }
}

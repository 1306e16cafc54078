//! Files that a command changed become hunks attributed to it, as far as the policy lets them be proposed.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base::Origin;
use permissions::{Action, Approval, Decision, Verdict, WriteKind};
use sandbox::{After, Change, Exit, Seed, SeedContent};
use workspace::Staged;

use super::some;
use crate::output::{clip, count, one_line};
use crate::propose;
use crate::tool::ToolContext;

/// More than this nobody reviews: a command that changes so many files is one to run by oneself.
const MAX_FILES: usize = 200;
const MAX_BYTES: usize = 8 << 20;

/// Mode of a file that was not there before.
const NEW_FILE: u32 = 0o644;

/// What became of a command's changes.
#[derive(Default)]
pub(super) struct Changed {
    /// One sentence each, for the model.
    pub(super) sentences: Vec<String>,
    pub(super) staged: Option<Staged>,
}

impl Changed {
    fn dropped(sentence: String) -> Self {
        Self {
            sentences: vec![sentence],
            staged: None,
        }
    }
}

/// Proposes the changes, each as its own file's hunks.
pub(super) fn propose(cx: &ToolContext, line: &str, exit: Exit, seeds: &[Seed], changes: Vec<Change>) -> Changed {
    if changes.is_empty() {
        return Changed::default();
    }
    if let Some(why) = refusal(cx, exit, &changes) {
        return Changed::dropped(why);
    }
    let origin = Origin {
        author: format!("command: {}", clip(&one_line(line), 80)),
        ..cx.origin()
    };
    let (mut proposed, mut left) = (Vec::new(), Vec::new());
    let mut all: Option<Staged> = None;
    for change in changes {
        let path = cx.shown(&change.path);
        match stage(cx, &origin, seeds, &change) {
            Ok((staged, remark)) => {
                let hunks = count(staged.hunks.len(), "hunk");
                proposed.push(format!("{path} ({hunks}{remark})"));
                match &mut all {
                    Some(all) => propose::join(all, staged),
                    none => *none = Some(staged),
                }
            }
            Err(why) => left.push(format!("{path}: {why}")),
        }
    }
    let mut sentences = Vec::new();
    if !proposed.is_empty() {
        sentences.push(format!("proposed, for the user to review: {}", some(&proposed, ", ")));
    }
    if !left.is_empty() {
        sentences.push(format!(
            "changed, but not proposed and dropped: {}; tell the user what of it matters",
            some(&left, "; ")
        ));
    }
    Changed { sentences, staged: all }
}

/// What a command did to the real files: nothing is left to review, and a rewind brings back what was saved.
pub(super) fn tell(cx: &ToolContext, changes: &[Change]) -> Changed {
    if changes.is_empty() {
        return Changed::default();
    }
    let told = |change: &Change| {
        let what = match (change.existed, &change.after) {
            (_, After::Absent) => " (deleted)",
            (false, _) => " (new)",
            (true, _) => "",
        };
        format!("{}{what}", cx.shown(&change.path))
    };
    let files: Vec<String> = changes.iter().map(told).collect();
    Changed::dropped(format!("changed the real files: {}", some(&files, ", ")))
}

/// Why nothing of it is proposed.
fn refusal(cx: &ToolContext, exit: Exit, changes: &[Change]) -> Option<String> {
    let files: Vec<String> = changes.iter().take(3).map(|change| cx.shown(&change.path)).collect();
    let more = if changes.len() > files.len() { ", …" } else { "" };
    let what = format!("changed {} ({}{more})", count(changes.len(), "file"), files.join(", "));
    if !cx.may_edit {
        return Some(format!("{what}, which is dropped: the user's command only reads"));
    }
    if !matches!(exit, Exit::Code(_)) {
        return Some(format!(
            "{what} before it was ended, which is dropped: it may be half done"
        ));
    }
    if changes.len() > MAX_FILES {
        return Some(format!(
            "{what} that git does not ignore; more than {MAX_FILES} are not proposed: have git ignore them, change \
             fewer, or have the user run it"
        ));
    }
    let size = |change: &Change| match &change.after {
        After::File { bytes, .. } => bytes.len(),
        _ => 0,
    };
    let bytes: usize = changes.iter().map(size).sum();
    (bytes > MAX_BYTES).then(|| {
        let (has, most) = (bytes >> 20, MAX_BYTES >> 20);
        format!(
            "{what} of {has} MB together; more than {most} MB are not proposed: change less, or have the user run it"
        )
    })
}

/// What was staged, and what of the change was not.
fn stage(cx: &ToolContext, origin: &Origin, seeds: &[Seed], change: &Change) -> Result<(Staged, &'static str), String> {
    let path: &Path = &change.path;
    let before = before(seeds, change)?;
    let after = match &change.after {
        After::File { bytes, .. } => Some(bytes.as_slice()),
        After::Absent => None,
        After::Link { target } => {
            let target = target.display();
            return Err(format!(
                "it is a link to {target} now, which the user has to make (`ln -s`)"
            ));
        }
        After::Unfit { why } => return Err(why.clone()),
    };
    if before.as_deref() == after {
        return Err("only its mode changed, which the user has to do (`chmod`)".to_owned());
    }
    let kind = match (before.is_some(), after.is_some()) {
        (false, _) => WriteKind::Create,
        (true, true) => WriteKind::Modify,
        (true, false) => WriteKind::Delete,
    };
    let grant = cx.policy.grant(&Action::Write { path, kind }, Approval::None);
    let grant = grant.map_err(|verdict| refused(&verdict))?;
    let staged = cx.workspace.stage_bytes(origin, &grant, path, before.as_deref(), after);
    let remark = if changes_mode(change) {
        ", without its new mode"
    } else {
        ""
    };
    Ok((staged.map_err(|error| error.to_string())?, remark))
}

fn refused(verdict: &Verdict) -> String {
    let remedy = match verdict.decision {
        Decision::Ask => ": change it with `edit` or `write`, which ask",
        Decision::Allow | Decision::Deny => "",
    };
    format!("{} (rule `{}`){remedy}", verdict.reason, verdict.rule)
}

/// What the command found at the path.
fn before(seeds: &[Seed], change: &Change) -> Result<Option<Vec<u8>>, String> {
    if !change.existed {
        return Ok(None);
    }
    match seeds.iter().find(|seed| seed.path == change.path) {
        Some(Seed {
            content: SeedContent::File(bytes),
            ..
        }) => Ok(Some(bytes.clone())),
        Some(_) => Ok(None),
        // What the command saw is gone, so nobody can tell its change from the other one.
        None if change.stale => Err("somebody else changed it while the command ran; run it again".to_owned()),
        None => std::fs::read(&change.path).map(Some).map_err(|error| error.to_string()),
    }
}

fn changes_mode(change: &Change) -> bool {
    let After::File { mode, .. } = &change.after else {
        return false;
    };
    let before = std::fs::metadata(&change.path).map_or(NEW_FILE, |metadata| metadata.permissions().mode());
    before & 0o777 != mode & 0o777
}

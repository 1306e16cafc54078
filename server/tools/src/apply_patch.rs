//! `apply-patch`: changes of several files at once, from a unified diff or a `*** Begin Patch` text.

use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::{FileChange, Staged};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::lines;
use crate::output::{ToolOutput, count};
use crate::propose;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use patch::{FilePatch, Lines, PatchChange};

mod begin_patch;
mod locate;
pub(crate) mod patch;
mod plan;
mod unfinished;
mod unified;

#[cfg(test)]
mod tests;

#[derive(Clone)]
pub(crate) struct ApplyPatch;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    patch: String,
}

impl Builtin for ApplyPatch {
    type Arguments = Arguments;

    const NAME: &'static str = "apply-patch";
    const DESCRIPTION: &'static str = "Proposes a patch of one or more files: a unified diff, or *** Begin Patch … *** End Patch. All \
        of it is proposed, or nothing.";
    const KEYS: &'static [Key] = &[Key::required("patch", Kind::Text, "")];
    const TIER: Tier = Tier::Write;
    const GROWS: Option<&'static str> = Some("patch");

    fn title(arguments: &Arguments) -> String {
        match parse(&arguments.patch).as_deref() {
            Ok([one]) => format!("Patch {}", one.path),
            Ok(several) => format!("Patch {}", count(several.len(), "file")),
            Err(_) => "Patch".to_owned(),
        }
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        // Whether the patch fits is not looked at before the files may be read.
        plan::actions(cx, &parse(&arguments.patch)?)
    }

    fn as_if_ended(arguments: Arguments) -> Option<Arguments> {
        let patch = unfinished::readable(&arguments.patch)?;
        Some(Arguments { patch })
    }

    fn sketch(arguments: Arguments, is_cut: bool, cx: &ToolContext) -> Result<Vec<FileChange>, ToolError> {
        let planned = match is_cut {
            true => unfinished::plan(cx, &arguments.patch),
            false => plan::plan(cx, &parse(&arguments.patch)?)?,
        };
        Ok(planned.into_iter().map(|planned| planned.change).collect())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let patches = parse(&arguments.patch)?;
        let planned = plan::granted(cx, grants, plan::plan(cx, &patches)?)?;
        let mut answer = Answer::default();
        for (planned, grant) in planned {
            if let Err(error) = answer.propose(cx, planned, grant) {
                return Err(answer.broken_off(error));
            }
        }
        Ok(answer.output(&patches))
    }
}

fn parse(patch: &str) -> Result<Vec<FilePatch>, ToolError> {
    let mut lines = Lines::new(patch);
    let is_begin_patch = patch.lines().any(|line| line.trim() == begin_patch::BEGIN);
    let patches = match is_begin_patch {
        true => begin_patch::parse(&mut lines)?,
        false => unified::parse(&mut lines)?,
    };
    match patches.is_empty() {
        true => Err(patch::PatchError::Nothing.into()),
        false => Ok(joined(patches)),
    }
}

/// Hunks of one file that come in several pieces belong together.
fn joined(patches: Vec<FilePatch>) -> Vec<FilePatch> {
    let mut joined: Vec<FilePatch> = Vec::new();
    for patch in patches {
        let PatchChange::Update { to: None, hunks } = patch.change else {
            joined.push(patch);
            continue;
        };
        match joined
            .iter_mut()
            .find(|before| before.path == patch.path)
            .map(|before| &mut before.change)
        {
            Some(PatchChange::Update {
                to: None,
                hunks: before,
            }) => before.extend(hunks),
            _ => joined.push(FilePatch {
                path: patch.path,
                change: PatchChange::Update { to: None, hunks },
            }),
        }
    }
    joined
}

/// What has been proposed so far.
#[derive(Default)]
struct Answer {
    staged: Option<Staged>,
    files: Vec<String>,
}

impl Answer {
    fn propose(&mut self, cx: &ToolContext, planned: plan::Planned, grant: &Grant) -> Result<(), ToolError> {
        let before = cx.peek(&planned.path);
        let had_seen_all = before.as_ref().is_none_or(|view| {
            cx.reads
                .has_seen_all(&planned.path, &view.hash, lines::count(&view.rope))
        });
        let change = match (planned.change, &before) {
            // The hunks of the same file have been proposed just now.
            (FileChange::Rename { from, to, .. }, Some(view)) => FileChange::Rename {
                from,
                to,
                base_hash: view.hash.clone(),
            },
            (change, _) => change,
        };
        let to = match &change {
            FileChange::Rename { to, .. } => to.clone(),
            _ => planned.path.clone(),
        };
        let staged = cx.workspace.stage(&cx.origin(), grant, change)?;
        if had_seen_all {
            propose::remember(cx, &to);
        }
        self.files.push(cx.shown(&to));
        match &mut self.staged {
            Some(all) => propose::join(all, staged),
            none => *none = Some(staged),
        }
        Ok(())
    }

    /// Everything was checked before, so only what the user typed in between, or the disk, can be in the way.
    fn broken_off(self, error: ToolError) -> ToolError {
        match self.files.as_slice() {
            [] => error,
            files => ToolError::BrokenOff {
                done: files.join(", "),
                cause: Box::new(error),
            },
        }
    }

    fn output(mut self, patches: &[FilePatch]) -> ToolOutput {
        self.files.dedup();
        let hunks = count(self.staged.as_ref().map_or(0, |staged| staged.hunks.len()), "hunk");
        let what = format!("{hunks} in {}", count(patches.len(), "file"));
        let mut output = ToolOutput::new(
            format!("proposed {what}: {}; the user reviews them\n", self.files.join(", ")),
            format!("proposed {what}"),
        );
        let conflicts = self.staged.as_ref().map_or(0, |staged| staged.conflicts);
        if conflicts > 0 {
            output.append(&format!("{conflicts} of them conflict with what the user typed\n"));
        }
        for patch in patches {
            if let PatchChange::Create {
                is_executable: true, ..
            } = patch.change
            {
                output.append(&format!(
                    "{} is proposed without its executable bit: modes are the user's\n",
                    patch.path
                ));
            }
        }
        output.staged = self.staged;
        output
    }
}

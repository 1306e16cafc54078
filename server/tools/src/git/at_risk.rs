//! Files that git does not have yet, and may be about to overwrite.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use permissions::Approval;
use sandbox::{Exit, Job, Limits};

use crate::command::CommandLine;
use crate::tool::ToolContext;

/// The files of the repository with changes that are not committed, new ones included; those that git ignores too, if
/// the words may remove them. None if that cannot be told without a question.
pub(super) async fn files(cx: &ToolContext, folder: &Path, words: &[String]) -> Option<Vec<PathBuf>> {
    let cleans_ignored = words.first().is_some_and(|word| word == "clean")
        && words
            .iter()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(['x', 'X']));
    let ignored = if cleans_ignored { " --ignored" } else { "" };
    let look = CommandLine {
        line: format!("git rev-parse --show-toplevel && git status --porcelain=v1 -z --untracked-files=all{ignored}"),
        folder: folder.to_owned(),
    };
    // The user's own changes are meant, without what is proposed.
    let action = look.action_in_place(cx);
    let grant = cx.policy.grant(&action.as_action(), Approval::None).ok()?;
    let job = Job {
        session: cx.session.clone(),
        seeds: Vec::new(),
        limits: Limits {
            time: cx.command_time,
            ..Limits::default()
        },
        environment: vec![("GIT_OPTIONAL_LOCKS".into(), "0".into())],
    };
    let outcome = cx.workbench.run(&grant, job, &cx.cancel).await.ok()?;
    let is_whole = outcome.output.spilled.is_none() && outcome.output.tail.is_empty();
    (outcome.exit == Exit::Code(0) && is_whole)
        .then(|| parse(&outcome.output.head))
        .flatten()
}

/// The repository's folder on a line, then entries of two letters, a blank and a path, each ended by a NUL; one of a
/// renamed file is followed by its old path.
fn parse(status: &[u8]) -> Option<Vec<PathBuf>> {
    let end = status.iter().position(|byte| *byte == b'\n')?;
    let top = Path::new(OsStr::from_bytes(&status[..end]));
    let mut entries = status[end + 1..]
        .split(|byte| *byte == 0)
        .filter(|entry| !entry.is_empty());
    let mut files = Vec::new();
    while let Some(entry) = entries.next() {
        let (state, path) = (entry.get(..2)?, entry.get(3..)?);
        files.push(top.join(OsStr::from_bytes(path)));
        if state.contains(&b'R') || state.contains(&b'C') {
            files.extend(entries.next().map(|from| top.join(OsStr::from_bytes(from))));
        }
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: &[u8], expect: &[&str]) {
        let files = parse(status).unwrap();
        assert_eq!(files, expect.iter().map(PathBuf::from).collect::<Vec<_>>());
    }

    #[test]
    fn entries_are_below_the_repository() {
        check(b"/r\n", &[]);
        check(b"/r\n M a b\0?? new/x\0", &["/r/a b", "/r/new/x"]);
        check(b"/r\nR  to\0from\0 D gone\0", &["/r/to", "/r/from", "/r/gone"]);
    }
}

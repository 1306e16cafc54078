//! What git may be about to overwrite: files that it does not have yet, and text that is not on the disk yet.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use permissions::Approval;
use sandbox::{Exit, Job, Limits};

use crate::command::CommandLine;
use crate::overlay;
use crate::tool::{self, ToolContext};

/// The files with changes that are not committed, new ones included, among those that the words are limited to; those
/// that git ignores too, if the words may remove them. None if that cannot be told without a question.
pub(super) async fn files(cx: &ToolContext, folder: &Path, words: &[String]) -> Option<Vec<PathBuf>> {
    let ignored = if removes_ignored(words) { " --ignored" } else { "" };
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
        environment: Vec::new(),
    };
    let outcome = cx.workbench.run(&grant, job, &cx.cancel).await.ok()?;
    let is_whole = outcome.output.spilled.is_none() && outcome.output.tail.is_empty();
    if outcome.exit != Exit::Code(0) || !is_whole {
        return None;
    }
    let mut files = parse(&outcome.output.head)?;
    if let Some(places) = named(&overlay::resolved(folder), words) {
        files.retain(|path| is_in(path, &places));
    }
    Some(files)
}

/// `clean -x` and `stash --all`.
fn removes_ignored(words: &[String]) -> bool {
    let Some((subcommand, options)) = words.split_first() else {
        return false;
    };
    let has_short = |letters: &[char]| {
        let mut clusters = options.iter().filter_map(|word| word.strip_prefix('-'));
        clusters.any(|cluster| !cluster.starts_with('-') && cluster.contains(letters))
    };
    match subcommand.as_str() {
        "clean" => has_short(&['x', 'X']),
        "stash" => has_short(&['a']) || options.iter().any(|word| word == "--all"),
        _ => false,
    }
}

/// The files that the words may overwrite and that the session sees otherwise than they are on the disk: text which the
/// user has not saved, and proposals which they have not kept.
pub(super) fn unkept(cx: &ToolContext, folder: &Path, words: &[String]) -> Vec<PathBuf> {
    let folder = overlay::resolved(folder);
    let places = named(&folder, words).unwrap_or_else(|| vec![repository(&folder).to_owned()]);
    let changes = cx.workspace.visible_changes(&cx.session).into_iter();
    let paths = changes.map(|change| change.path);
    paths.filter(|path| is_in(path, &places)).collect()
}

fn is_in(path: &Path, places: &[PathBuf]) -> bool {
    places.iter().any(|place| path.starts_with(place))
}

/// The paths that the words are limited to; none if they are not, or not by plain paths.
fn named(folder: &Path, words: &[String]) -> Option<Vec<PathBuf>> {
    let (subcommand, rest) = words.split_first()?;
    let operands = match subcommand.as_str() {
        "restore" | "rm" | "mv" => rest,
        "checkout" => &rest[rest.iter().position(|word| word == "--")?..],
        _ => return None,
    };
    let operands: Vec<&str> = operands
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_plain = |word: &&str| !word.starts_with(':') && !word.contains(['*', '?', '[']);
    let is_limited = !operands.is_empty() && operands.iter().all(is_plain);
    is_limited.then(|| operands.iter().map(|word| tool::plain(&folder.join(word))).collect())
}

/// The folder that holds git's own, or this one.
fn repository(folder: &Path) -> &Path {
    let mut above = folder.ancestors();
    above.find(|folder| folder.join(".git").exists()).unwrap_or(folder)
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

    fn check_named(line: &str, expect: Option<&[&str]>) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let expect = expect.map(|paths| paths.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(named(Path::new("/r/f"), &words), expect, "{line}");
    }

    #[test]
    fn only_plain_paths_limit() {
        check_named("restore --staged a ../b/.", Some(&["/r/f/a", "/r/b"]));
        check_named("checkout main -- a", Some(&["/r/f/a"]));
        check_named("mv a b", Some(&["/r/f/a", "/r/f/b"]));
        for line in [
            "checkout main",
            "checkout a",
            "restore *.rs",
            "rm :/",
            "restore --",
            "reset --hard",
        ] {
            check_named(line, None);
        }
    }

    #[test]
    fn what_git_ignores_may_go_too() {
        let check = |line: &str, expect: bool| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(removes_ignored(&words), expect, "{line}");
        };
        for line in ["clean -fdx", "clean -X", "stash -a", "stash push --all"] {
            check(line, true);
        }
        for line in ["clean -fd", "clean --exclude", "stash", "checkout -x"] {
            check(line, false);
        }
    }

    #[test]
    fn entries_are_below_the_repository() {
        check(b"/r\n", &[]);
        check(b"/r\n M a b\0?? new/x\0", &["/r/a b", "/r/new/x"]);
        check(b"/r\nR  to\0from\0 D gone\0", &["/r/to", "/r/from", "/r/gone"]);
    }
}

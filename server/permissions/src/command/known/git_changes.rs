//! The subcommands of git that change something: the tree, the history, another machine. They ask wherever they run.

use super::super::call::{Arg, Call, Class, Inner, Known, Use};
use super::super::names::is_in;
use super::report::literal;

/// Subcommands that are no alias: what git itself brings.
const CHANGES: &str = "
    add am apply archive backfill bisect branch bundle checkout checkout-index cherry-pick citool clean clone column
    commit commit-graph commit-tree config credential credential-cache credential-store cvsexportcommit cvsimport
    cvsserver daemon diagnose difftool fast-export fast-import fetch fetch-pack filter-branch filter-repo
    fmt-merge-msg for-each-repo format-patch fsmonitor--daemon gc gui gitk help hook http-backend http-fetch
    http-push imap-send index-pack init init-db instaweb interpret-trailers lfs ls-remote mailinfo mailsplit
    maintenance merge merge-file merge-index merge-tree mergetool mktag mktree multi-pack-index mv notes p4
    pack-objects pack-redundant pack-refs prune prune-packed pull push quiltimport read-tree rebase receive-pack
    reflog remote repack replace request-pull rerere reset restore revert rm send-email send-pack shell show-branch
    show-index sparse-checkout stage stash stripspace submodule subtree svn switch symbolic-ref tag unpack-file
    unpack-objects update-index update-ref update-server-info upload-archive upload-pack var verify-commit
    verify-tag web--browse worktree write-tree replay refs flow scalar fsck hash-object
";

pub(super) fn judge(known: &mut Known, name: &str, call: &Call) {
    if !is_in(CHANGES, name) {
        known.raise(Class::Asks, "unknown.git", || {
            format!("`git {name}` is no subcommand that is known here; it may be an alias")
        });
        return;
    }
    let words: Vec<&str> = call.args.iter().filter_map(literal).collect();
    let (tag, reason) = reason(name, &words);
    known.raise(Class::Asks, &format!("ask.git-{tag}"), || reason);
    known.rule = format!("ask.git-{tag}");
    known.inner.extend(started(name, &call.args));
    if matches!(name, "mv" | "rm" | "add" | "restore" | "checkout" | "apply" | "clean") {
        let operands = call
            .args
            .iter()
            .filter(|arg| literal(arg).is_none_or(|word| !word.starts_with('-')));
        let usage = if name == "rm" { Use::Delete } else { Use::Read };
        operands.for_each(|operand| known.add(operand, usage));
    }
}

fn reason(name: &str, words: &[&str]) -> (String, String) {
    let first = words.first().copied().unwrap_or_default();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
    let cluster = |letter: char| {
        words
            .iter()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter))
    };
    let begins = |beginning: &str| words.iter().any(|word| word.starts_with(beginning));
    let plain = |reason: &str| (name.to_owned(), reason.to_owned());
    match name {
        "push" if forces(words) => (
            "push-force".to_owned(),
            "it overwrites or deletes what others may have pushed; their commits would be lost on the server"
                .to_owned(),
        ),
        "push" => plain("it publishes commits"),
        "commit" if has(&["--amend"]) => plain("it replaces the last commit"),
        "commit" => plain("it records a commit in your name"),
        "reset" if begins("--ha") => (
            "reset-hard".to_owned(),
            "it throws away every change that is not committed".to_owned(),
        ),
        "clean" if begins("--dry") || cluster('n') => {
            plain("it lists what it would remove; a hook or setting may do more")
        }
        "clean" => plain("it removes files that git does not know, which nothing brings back"),
        "checkout" if has(&["--", ".", "-f", "--force"]) => plain("it throws away changes that are not committed"),
        "switch" if begins("--disc") || begins("--fo") || cluster('f') => {
            plain("it throws away changes that are not committed")
        }
        "restore" if !begins("--st") || begins("--w") => plain("it throws away changes that are not committed"),
        "stash" if matches!(first, "drop" | "clear") => (
            format!("stash-{first}"),
            "it throws away changes that were put aside".to_owned(),
        ),
        "branch" if cluster('D') || cluster('d') || begins("--del") => (
            "branch-delete".to_owned(),
            "commits that only this branch holds are lost".to_owned(),
        ),
        "tag" if cluster('d') || begins("--del") => plain("it removes a tag"),
        "reflog" | "gc" | "prune" | "repack" | "filter-branch" | "filter-repo" | "update-ref" | "replace" => {
            plain("it may lose commits that nothing else refers to")
        }
        "rebase" | "am" | "cherry-pick" | "revert" | "merge" | "pull" => plain("it changes the branch and the files"),
        "fetch" | "clone" | "ls-remote" | "remote" | "send-email" | "submodule" | "lfs" => {
            plain("it may reach another machine")
        }
        "config" => plain("it changes settings that decide what git runs"),
        "difftool" | "mergetool" | "help" | "instaweb" | "gui" | "web--browse" => plain("it starts another program"),
        "verify-commit" | "verify-tag" => plain("it starts the program that checks signatures"),
        _ => plain("it changes the repository"),
    }
}

/// Whatever may take something away on the other side.
fn forces(words: &[&str]) -> bool {
    words.iter().any(|word| match word.strip_prefix("--") {
        Some(long) => {
            let long = long.split('=').next().unwrap_or(long);
            [
                "force",
                "force-with-lease",
                "force-if-includes",
                "mirror",
                "delete",
                "prune",
            ]
            .iter()
            .any(|known| !long.is_empty() && known.starts_with(long))
        }
        None => match word.strip_prefix('-') {
            Some(cluster) => cluster.contains(['f', 'd']) && !cluster.starts_with('o'),
            None => word.starts_with(['+', ':']),
        },
    })
}

/// The scripts that a subcommand runs.
fn started(name: &str, args: &[Arg]) -> Vec<Inner> {
    let mut inner = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let Some(word) = literal(arg) else {
            continue;
        };
        let takes = match name {
            "rebase" => matches!(word, "-x" | "--exec"),
            "filter-branch" => word.ends_with("-filter"),
            "submodule" => word == "foreach",
            _ => false,
        };
        if takes {
            match args.get(at + 1) {
                Some(Arg::Literal(script)) => inner.push(Inner::Script(script.clone())),
                _ => inner.push(Inner::Unknown),
            }
        }
        if name == "bisect" && word == "run" {
            let words = args.get(at + 1..).unwrap_or_default().to_vec();
            inner.push(Inner::Words { words, appends: false });
        }
    }
    inner
}

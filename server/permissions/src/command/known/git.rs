//! `git`: which calls of it only read. All of them obey the repository's configuration, so that is looked at too.

use std::path::{Path, PathBuf};

use super::super::call::{Arg, Call, Class, Known, Scene, Use};
use super::super::names::is_in;
use super::git_changes;
use super::git_readers::{self, Reading};
use super::git_repository;
use super::options::Table;
use super::report::{literal, patterns_are_files};
use crate::place;

/// In front of the subcommand. `-c` and `-C` are looked at by themselves.
const GLOBAL: Table = Table::stopping(
    "-C= -c= -p! -P -v -h! --config-env=! --exec-path?! --html-path --man-path --info-path --paginate! --no-pager \
     --no-replace-objects --no-lazy-fetch --no-optional-locks --no-advice --bare! --git-dir=! --work-tree=! --namespace=! \
     --super-prefix=! --literal-pathspecs --glob-pathspecs --noglob-pathspecs --icase-pathspecs --list-cmds=! --attr-source= \
     --version --help!",
);

/// Settings that only shape the output.
const HARMLESS_SETTINGS: &str = "
    color.ui color.diff color.status color.branch color.grep core.quotepath core.abbrev core.precomposeunicode
    core.safecrlf core.autocrlf core.filemode diff.noprefix diff.mnemonicprefix diff.renames diff.context
    log.decorate log.date column.ui advice.detachedhead status.short diff.algorithm
";

pub(super) fn git(call: &Call, scene: &Scene<'_>) -> Known {
    let parsed = GLOBAL.parse(&call.args);
    let mut known = Known::new(Class::ReadsProject, "read.git", "`git` reads the repository");
    known.apply("git", &GLOBAL, &parsed, call);
    let mut folder = call.folder.clone();
    let mut moved: Option<String> = None;
    for found in &parsed.options {
        let value = found.value.as_ref().and_then(literal);
        match (found.name, value) {
            ("C", Some(to)) => {
                folder = folder.map(|folder| folder.join(to));
                moved = Some(moved.map_or(to.to_owned(), |from| format!("{from}/{to}")));
            }
            ("C", None) => folder = None,
            ("c", Some(setting)) if is_harmless(setting) => {}
            ("c", _) => known.raise(Class::Unknown, "git.setting", || {
                "`git -c` sets something that may name a program".to_owned()
            }),
            _ => {}
        }
    }
    let Some((subcommand, args)) = parsed.operands.split_first() else {
        if !parsed.has(&["version", "v", "html-path", "man-path", "info-path"]) {
            known.raise(Class::Unknown, "unknown.option", || {
                "`git` without a subcommand".to_owned()
            });
        }
        return known;
    };
    let args: Vec<Arg> = args.iter().map(|arg| (*arg).clone()).collect();
    let Some(name) = literal(subcommand) else {
        known.raise(Class::Unknown, "unknown.argument", || {
            "the subcommand of `git` is known only when it runs".to_owned()
        });
        return known;
    };
    let inside = Call {
        name: name.to_owned(),
        args,
        folder: folder.clone(),
        has_input: call.has_input,
    };
    let reading = git_readers::read(name, &inside);
    match reading {
        Some(Reading {
            options,
            operands,
            doubt,
        }) => {
            if known.class == Class::ReadsProject {
                known.rule = format!("read.git-{name}");
                known.reason = format!("`git {name}` reads the repository");
            }
            known.paths.extend(options);
            operands
                .iter()
                .for_each(|operand| add_operand(&mut known, moved.as_deref(), operand));
            if let Some(doubt) = doubt {
                known.raise(Class::Unknown, "unknown.option", || format!("`git {name}`: {doubt}"));
            }
            let is_hidden =
                inside.args.iter().any(|arg| !matches!(arg, Arg::Literal(_))) && !patterns_are_files(&inside);
            if is_hidden {
                known.raise(Class::Unknown, "unknown.argument", || {
                    format!("an argument of `git {name}` is known only when it runs, and may be an option")
                });
            }
        }
        None => git_changes::judge(&mut known, name, &inside),
    }
    if matches!(known.class, Class::ReadsProject) && !matches!(name, "version") {
        look_at_repository(&mut known, folder.as_deref(), scene);
    }
    known
}

fn is_harmless(setting: &str) -> bool {
    let (name, value) = setting.split_once('=').unwrap_or((setting, "true"));
    let folded = name.to_lowercase();
    match folded.as_str() {
        "core.pager" => matches!(value, "cat" | ""),
        "core.fsmonitor" => value == "false",
        name => is_in(HARMLESS_SETTINGS, name),
    }
}

/// Words of a git command name revisions, paths, both (`HEAD:f`), or patterns of paths.
/// Behind `-C` they start at that folder.
fn add_operand(known: &mut Known, folder: Option<&str>, operand: &Arg) {
    let Arg::Literal(text) = operand else {
        known.add(operand, Use::Read);
        return;
    };
    let mut text = text.as_str();
    if let Some(magic) = text.strip_prefix(':') {
        text = match magic.strip_prefix('(') {
            Some(magic) => magic.split_once(')').map_or("", |(_, path)| path),
            None => magic.trim_start_matches(['!', '^', '/', ':', '0', '1', '2', '3']),
        };
    } else if let Some((_, path)) = text.split_once(':') {
        text = path;
    }
    let text = match folder {
        Some(folder) if !text.starts_with('/') && !text.is_empty() => format!("{folder}/{text}"),
        _ => text.to_owned(),
    };
    let arg = if text.contains(['*', '?', '[']) {
        Arg::Pattern(text)
    } else {
        Arg::Literal(text)
    };
    known.add(&arg, Use::Read);
}

fn look_at_repository(known: &mut Known, folder: Option<&Path>, scene: &Scene<'_>) {
    let resolved: Option<PathBuf> = folder.and_then(|folder| place::resolve(folder).ok());
    let Some(folder) = resolved else {
        known.raise(Class::Unknown, "git.folder", || {
            "which repository `git` would read is known only when it runs".to_owned()
        });
        return;
    };
    if !scene.roots.iter().any(|root| folder.starts_with(root)) {
        known.raise(Class::Asks, "git.folder", || {
            format!(
                "the repository at `{}` is outside the workspace, and may make `git` run anything",
                folder.display()
            )
        });
        return;
    }
    if let Some(concern) = git_repository::concern(&folder) {
        known.raise(Class::Asks, concern.rule, || concern.reason);
    }
}

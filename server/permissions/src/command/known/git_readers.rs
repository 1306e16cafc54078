//! The subcommands of git that only read, with the options that leave it at that.

use super::super::call::{Arg, Call, Use};
use super::options::{Means, Parsed, Table};
use super::report::literal;

/// A subcommand that reads.
pub(super) struct Reading {
    /// Files that options name.
    pub(super) options: Vec<(Arg, Use)>,
    pub(super) operands: Vec<Arg>,
    /// What about it is not known to read only.
    pub(super) doubt: Option<String>,
}

macro_rules! diff {
    () => {
        "-#abchijkpqrstuvwzRWD -c --cc -B? -C? -G= -I= -M? -O=< -S= -U= -X? -l= --abbrev? --anchored= --base --binary \
         --break-rewrites? --cached --check --color? --color-moved? --color-moved-ws= --color-words? --combined-all-paths \
         --compact-summary --cumulative --default-prefix --diff-algorithm= --diff-filter= --diff-merges= --dirstat? \
         --dirstat-by-file? --dst-prefix= --exit-code --ext-diff! --find-copies? --find-copies-harder --find-object= \
         --find-renames? --follow --full-index --function-context --histogram --ignore-all-space --ignore-blank-lines \
         --ignore-cr-at-eol --ignore-matching-lines= --ignore-space-at-eol --ignore-space-change --ignore-submodules? \
         --indent-heuristic --inter-hunk-context= --irreversible-delete --ita-invisible-in-index --ita-visible-in-index \
         --line-prefix= --merge-base --minimal --name-only --name-status --no-diff --no-ext-diff --no-index --no-patch \
         --no-prefix --no-renames --no-textconv --numstat --ours --output=! --output-indicator-context= \
         --output-indicator-new= --output-indicator-old= --patch --patch-with-raw --patch-with-stat --patience \
         --pickaxe-all --pickaxe-regex --quiet --raw --relative? --rename-empty --rotate-to= --shortstat --skip-to= \
         --src-prefix= --staged --stat? --stat-count= --stat-graph-width= --stat-name-width= --stat-width= --submodule? \
         --summary --text --textconv! --theirs --unified= --word-diff? --word-diff-regex= --ws-error-highlight="
    };
}

macro_rules! log {
    () => {
        concat!(
            diff!(),
            " -EFPKgm -L= -n= --abbrev-commit --after= --all --all-match --alternate-refs --ancestry-path? --author= \
             --author-date-order --basic-regexp --before= --bisect --boundary --branches? --cherry --cherry-mark --cherry-pick \
             --children --clear-decorations --combined-all-paths --committer= --count --date= --date-order --dd --decorate? \
             --decorate-refs= --decorate-refs-exclude= --dense --encoding= --exclude= --exclude-first-parent-only \
             --exclude-hidden= --expand-tabs? --extended-regexp --first-parent --fixed-strings --format= --full-diff \
             --full-history --glob= --graph --grep= --grep-reflog= --header --history-only --ignore-missing \
             --in-commit-order --indexed-objects --invert-grep --left-only --left-right --log-size --mailmap --max-age= \
             --max-count= --max-parents= --merge --merges --min-age= --min-parents= --name-only --no-commit-id --no-max-parents \
             --no-merges --no-min-parents --no-notes --no-walk? --not --notes? --objects --oneline --parents --perl-regexp \
             --pretty? --reflog --regexp-ignore-case --relative-date --remerge-diff! --remotes? --remove-empty --reverse \
             --right-only --root --show-linear-break? --show-notes? --show-pulls --show-signature! --since= --since-as-filter= \
             --simplify-by-decoration --simplify-merges --single-worktree --skip= --source --sparse --standard-notes \
             --stdin! --tags? --timestamp --topo-order --until= --use-mailmap --walk-reflogs"
        )
    };
}

const LOG: Table = Table::git(log!());
const BLAME: Table = Table::git(concat!(
    "-nfestlwpbc -L= -S=< --incremental --root --show-stats --progress --score-debug --show-name --show-number --porcelain \
     --line-porcelain --show-email --ignore-rev= --ignore-revs-file=< --color-lines --color-by-age --contents=< --date= \
     --reverse= --first-parent --encoding= --since= --before= --after= ",
    diff!()
));

const TABLES: &[(&[&str], Table)] = &[
    (
        &["diff", "diff-index", "diff-files", "diff-tree"],
        Table::git(concat!(
            diff!(),
            " -m --stdin --root --no-commit-id --always --pretty? --format= --notes? --show-notes? --merge-base"
        )),
    ),
    (&["log", "show", "whatchanged", "reflog"], LOG),
    (&["blame", "annotate"], BLAME),
    (
        &["rev-list"],
        Table::git(concat!(
            log!(),
            " --bisect-vars --bisect-all --disk-usage? --use-bitmap-index --unpacked --object-names --objects-edge \
             --objects-edge-aggressive --filter= --filter-print-omitted --missing= --exclude-promisor-objects --progress=!"
        )),
    ),
    (
        &["shortlog"],
        Table::git(concat!(
            "-cnse -w? --committer --numbered --summary --email --group= ",
            log!()
        )),
    ),
    (
        &["status"],
        Table::git(
            "-vsbzq -u? -M? --verbose --short --branch --show-stash --ahead-behind --porcelain? --long --null --untracked-files? \
             --ignored? --ignore-submodules? --column? --no-renames --renames --find-renames? --no-column",
        ),
    ),
    (
        &["describe"],
        Table::git(
            "--contains --debug --all --tags --long --first-parent --abbrev? --exact-match --candidates= --match= --exclude= \
             --always --dirty? --broken?",
        ),
    ),
    (
        &["ls-files"],
        Table::git(
            "-ztvfcdmoiskur -x= -X=< --cached --deleted --modified --others --ignored --stage --killed --directory --eol \
             --empty-directory --unmerged --resolve-undo --exclude= --exclude-from=< --exclude-per-directory= \
             --exclude-standard --full-name --recurse-submodules --error-unmatch --with-tree= --abbrev? --debug --deduplicate \
             --sparse --format=",
        ),
    ),
    (
        &["ls-tree"],
        Table::git("-drtzl --long --name-only --name-status --object-only --full-name --full-tree --format= --abbrev?"),
    ),
    (
        &["cat-file"],
        Table::git(
            "-eptsZz --allow-unknown-type --use-mailmap --mailmap --batch?! --batch-check? --batch-command?! \
             --batch-all-objects --buffer --follow-symlinks --unordered --textconv! --filters! --path=",
        ),
    ),
    (
        &["show-ref"],
        Table::git(
            "-dsqh --tags --branches --heads --exists --verify --head --dereference --hash? --abbrev? --quiet --exclude-existing?!",
        ),
    ),
    (
        &["for-each-ref"],
        Table::git(
            "-spi --shell --perl --python --tcl --omit-empty --count= --format= --color? --exclude= --sort= --points-at= --merged? \
             --no-merged? --contains? --no-contains? --ignore-case --stdin! --include-root-refs",
        ),
    ),
    (
        &["name-rev"],
        Table::git("--name-only --tags --refs= --exclude= --all --annotate-stdin! --stdin! --undefined --always"),
    ),
    (
        &["merge-base"],
        Table::git("-a --all --octopus --independent --is-ancestor --fork-point"),
    ),
    (
        &["grep"],
        Table::git(
            "-#viwaIrEGFPnhHlLzocpWq -A= -B= -C= -f=< -e= -m= -O?! --cached --no-index! --index --untracked --exclude-standard \
             --recurse-submodules --invert-match --ignore-case --word-regexp --text --textconv! --recursive --max-depth= \
             --extended-regexp --basic-regexp --fixed-strings --perl-regexp --line-number --column --full-name \
             --files-with-matches --name-only --files-without-match --null --only-matching --count --color? --break --heading \
             --context= --before-context= --after-context= --threads= --show-function --function-context --and --or --not \
             --quiet --all-match --open-files-in-pager?! --ext-grep! --max-count= --parent-basename= --no-textconv",
        ),
    ),
    (&["count-objects"], Table::git("-vH --verbose --human-readable")),
    (
        &["check-ignore"],
        Table::git("-qvzn --quiet --verbose --stdin! --non-matching --no-index --index"),
    ),
    (&["check-attr"], Table::git("-az --all --cached --stdin! --source=")),
    (
        &["check-mailmap", "check-ref-format"],
        Table::git("--branch --normalize --allow-onelevel --refspec-pattern --print"),
    ),
    (
        &["range-diff"],
        Table::git(concat!(
            diff!(),
            " --creation-factor= --no-dual-color --dual-color --notes? --left-only --right-only"
        )),
    ),
    (&["cherry"], Table::git("-v --abbrev? --verbose")),
    (&["patch-id"], Table::git("--stable --unstable --verbatim")),
    (&["get-tar-commit-id", "version"], Table::git("--build-options")),
    (
        &["hash-object"],
        Table::git("-t= -w! --stdin --stdin-paths! --no-filters --filters! --literally --path="),
    ),
    (
        &["fsck"],
        Table::git(
            "-v --verbose --unreachable --dangling --tags --root --cache --reflogs --full --connectivity-only --strict \
             --lost-found! --progress --no-progress --name-objects --no-dangling",
        ),
    ),
    (&["var"], Table::git("-l!")),
    (
        &["symbolic-ref"],
        Table::git("-q -d! -m=! --quiet --delete! --short --recurse"),
    ),
    (&["verify-pack"], Table::git("-vs --verbose --stat-only")),
];

/// What a call reads; none where the subcommand is not one of the readers, or not in this form.
pub(super) fn read(name: &str, call: &Call) -> Option<Reading> {
    let args = call.args.as_slice();
    match name {
        "rev-parse" => return Some(rev_parse(args)),
        "branch" => return branch(args),
        "tag" => return tag(args),
        "remote" => return remote(args),
        "config" => return config(args),
        "stash" => return nested(args, &["list", "show"], &LOG),
        "worktree" => return nested(args, &["list"], &Table::git("-vz --verbose --porcelain --expire=")),
        "notes" => return nested(args, &["list", "show"], &Table::git("--ref=")),
        "bisect" => return nested(args, &["log"], &Table::git("")),
        "submodule" => return nested(args, &["status"], &Table::git("--cached --recursive --quiet")),
        "reflog" if is_word(args, &["expire", "delete", "exists", "drop", "write"]) => return None,
        "format-patch" => return format_patch(args),
        "hash-object"
            if args
                .iter()
                .any(|arg| literal(arg).is_none_or(|word| word.starts_with("-w") || word.starts_with("--w"))) =>
        {
            return None;
        }
        _ => {}
    }
    let (_, table) = TABLES.iter().find(|(names, _)| names.contains(&name))?;
    let parsed = table.parse(args);
    let skipped = usize::from(name == "grep" && !parsed.has(&["e", "f"]));
    let mut reading = reading(&parsed, skipped);
    let takes_one = name == "symbolic-ref" || name == "var";
    if takes_one && parsed.operands.len() != 1 {
        return None;
    }
    if name == "var" {
        let is_tame = matches!(
            literal(parsed.operands[0]),
            Some("GIT_DEFAULT_BRANCH" | "GIT_AUTHOR_IDENT" | "GIT_COMMITTER_IDENT")
        );
        reading
            .doubt
            .get_or_insert_with(|| "the variable may be a secret".to_owned());
        if is_tame {
            reading.doubt = None;
        }
    }
    Some(reading)
}

fn is_word(args: &[Arg], words: &[&str]) -> bool {
    args.first().and_then(literal).is_some_and(|word| words.contains(&word))
}

fn reading(parsed: &Parsed<'_>, skipped: usize) -> Reading {
    let mut reading = Reading {
        options: Vec::new(),
        operands: parsed.operands.iter().skip(skipped).map(|arg| (*arg).clone()).collect(),
        doubt: parsed
            .doubt
            .as_ref()
            .map(|word| format!("what `{word}` does is not known here")),
    };
    for found in &parsed.options {
        match (found.means, &found.value) {
            (Means::Shapes, _) | (Means::Reads, None) => {}
            (Means::Reads, Some(file)) => reading.options.push((file.clone(), Use::Read)),
            (Means::Writes | Means::Asks, _) => {
                reading
                    .doubt
                    .get_or_insert_with(|| format!("`{}` writes, or runs a program", found.name));
            }
        }
        if let ("L", Some(Arg::Literal(range))) = (found.name, &found.value)
            && let Some((_, path)) = range.rsplit_once(':')
        {
            reading.options.push((Arg::Literal(path.to_owned()), Use::Read));
        }
        let is_format = matches!(found.name, "format" | "pretty" | "sort");
        let checks = |value: &Arg| literal(value).is_none_or(|text| text.contains("%G") || text.contains("signature"));
        if is_format && found.value.as_ref().is_some_and(checks) {
            reading
                .doubt
                .get_or_insert_with(|| "the format checks signatures, which runs a program".to_owned());
        }
    }
    reading
}

/// `stash list`: a word that says what to do, and options behind it.
fn nested(args: &[Arg], words: &[&str], table: &Table) -> Option<Reading> {
    let rest = args
        .split_first()
        .filter(|_| is_word(args, words))
        .map(|(_, rest)| rest)?;
    Some(reading(&table.parse(rest), 0))
}

fn rev_parse(args: &[Arg]) -> Reading {
    // `--parseopt` and `--sq-quote` only print; `--git-path` and the like only look.
    let operands = args
        .iter()
        .filter(|arg| literal(arg).is_none_or(|word| !word.starts_with('-')))
        .cloned();
    Reading {
        options: Vec::new(),
        operands: operands.collect(),
        doubt: None,
    }
}

/// Only the forms that list.
fn branch(args: &[Arg]) -> Option<Reading> {
    const OPTIONS: Table = Table::git(
        "-vqari -l --verbose --quiet --color? --remotes --contains? --no-contains? --abbrev? --all --list --show-current --omit-empty \
         --merged? --no-merged? --column? --sort= --points-at= --ignore-case --format= --no-color",
    );
    listing(
        args,
        &OPTIONS,
        &["l", "list"],
        &["contains", "no-contains", "merged", "no-merged", "points-at"],
    )
}

fn tag(args: &[Arg]) -> Option<Reading> {
    const OPTIONS: Table = Table::git(
        "-li -n? --list --column? --contains? --no-contains? --merged? --no-merged? --omit-empty --sort= --points-at= --format= \
         --color? --ignore-case",
    );
    listing(
        args,
        &OPTIONS,
        &["l", "list", "n"],
        &["contains", "no-contains", "merged", "no-merged", "points-at"],
    )
}

/// A word makes something new, unless an option says that it is a pattern or a commit.
fn listing(args: &[Arg], table: &Table, lists: &[&str], filters: &[&str]) -> Option<Reading> {
    let parsed = table.parse(args);
    if parsed.doubt.is_some() {
        return None;
    }
    if !parsed.operands.is_empty() && !parsed.has(lists) {
        // `--merged main`: the commit is a word of its own.
        let takes_word = parsed.options.iter().any(|found| filters.contains(&found.name));
        if !takes_word {
            return None;
        }
    }
    let mut reading = reading(&parsed, 0);
    reading.operands.clear();
    Some(reading)
}

fn remote(args: &[Arg]) -> Option<Reading> {
    let words: Option<Vec<&str>> = args.iter().map(literal).collect();
    let is_reader = match words?.as_slice() {
        [] | ["-v" | "--verbose"] | ["show" | "-v" | "--verbose", "show"] => true,
        ["show", rest @ ..] => rest.contains(&"-n") && rest.iter().all(|word| *word == "-n" || !word.starts_with('-')),
        ["get-url", rest @ ..] => rest
            .iter()
            .all(|word| matches!(*word, "--push" | "--all") || !word.starts_with('-')),
        _ => false,
    };
    is_reader.then(|| Reading {
        options: Vec::new(),
        operands: Vec::new(),
        doubt: None,
    })
}

fn config(args: &[Arg]) -> Option<Reading> {
    const OPTIONS: Table = Table::git(
        "-lz -t= -f=< --global --system --local --worktree --file=< --blob= --list --get --get-all --get-regexp --get-urlmatch \
         --get-color --get-colorbool --type= --bool --int --bool-or-int --bool-or-str --path --expiry-date --null --name-only \
         --includes! --show-origin --show-scope --default= --fixed-value --all --regexp --value= --show-names --url=",
    );
    let (is_new, rest) = match args.split_first() {
        Some((first, rest)) if matches!(literal(first), Some("get" | "list")) => (true, rest),
        _ => (false, args),
    };
    let parsed = OPTIONS.parse(rest);
    if parsed.doubt.is_some() {
        return None;
    }
    let gets = is_new
        || parsed.has(&[
            "l",
            "list",
            "get",
            "get-all",
            "get-regexp",
            "get-urlmatch",
            "get-color",
            "get-colorbool",
        ]);
    let is_plain = parsed.operands.len() == 1 && literal(parsed.operands[0]).is_some_and(|word| word.contains('.'));
    if !gets && !is_plain {
        return None;
    }
    let mut reading = reading(&parsed, 0);
    let is_secret = |arg: &&Arg| {
        literal(arg).is_none_or(|name| {
            let name = name.to_lowercase();
            ["token", "password", "extraheader", "credential", "secret"]
                .iter()
                .any(|word| name.contains(word))
        })
    };
    if reading.operands.iter().any(|arg| is_secret(&arg)) {
        reading.doubt = Some("the setting may hold a secret".to_owned());
    }
    reading.operands.clear();
    Some(reading)
}

/// To standard output only.
fn format_patch(args: &[Arg]) -> Option<Reading> {
    const OPTIONS: Table = Table::git(concat!(
        log!(),
        " -kN -v= --stdout --numbered --no-numbered --start-number= --keep-subject --cover-letter --subject-prefix= --rfc? \
         --reroll-count= --zero-commit --progress --attach? --inline? --thread? --in-reply-to= --to= --cc= --signature= \
         --suffix= --no-signature --from? --base="
    ));
    let parsed = OPTIONS.parse(args);
    parsed.has(&["stdout"]).then(|| reading(&parsed, 0))
}
